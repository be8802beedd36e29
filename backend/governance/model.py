"""Frozen values of governance: the rows of the rule tables and the sources of a place's rule set."""

from __future__ import annotations

import msgspec

from backend.consent import Category, Purpose, RecipientKind


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What the draft table says about one purpose for one kind of data."""

    purpose: Purpose
    category: Category
    rule: str
    sensitivity: int
    ground: str
    default_mode: str
    actreason: str
    duo: str
    status: str
    source: str


class PolicySource(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a place's rules are compiled from; `version` is the hash of all of it."""

    site: str
    version: str
    cedar: str
    schema: str
    rows: tuple[Row, ...]
    purposes_of: dict[RecipientKind, tuple[Purpose, ...]]
    is_draft: bool
    texts: dict[str, str] = {}
