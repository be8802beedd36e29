"""Catalogues of providers: loaded as a file, tried first, kept in versions, on offer by area and weekday."""

from backend.advice.provider.columns import COLUMNS, template
from backend.advice.provider.model import CatalogueEmpty, CatalogueHasErrors, Finding, NoSuchVersion, Reading, Version
from backend.advice.provider.reader import read
from backend.advice.provider.service import catalogue, check, content, load, publish, version, versions, withdraw

__all__ = [
    "COLUMNS",
    "CatalogueEmpty",
    "CatalogueHasErrors",
    "Finding",
    "NoSuchVersion",
    "Reading",
    "Version",
    "catalogue",
    "check",
    "content",
    "load",
    "publish",
    "read",
    "template",
    "version",
    "versions",
    "withdraw",
]
