"""Sites and municipalities: data files that an operator can replace in the data directory."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

import msgspec

from backend import base

HERE = Path(__file__).parent


class Operator(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who runs a site and answers for its data; `is_sample` until the real contact is entered."""

    name: str
    department: str
    phone: str
    email: str
    address: str
    hours: str
    is_sample: bool = False


class Site(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place with its own wording, staff, cohorts and offers; area code is the NDB medical area."""

    id: str
    names: dict[str, str]
    short_names: dict[str, str]
    invitation: dict[str, str]
    prefecture: str
    area_code: str
    area_name: str
    municipalities: tuple[str, ...]
    operator: Operator
    terms_version: str
    privacy_version: str


class Municipality(msgspec.Struct, frozen=True, kw_only=True):
    """A municipality (JIS code without check digit) and the secondary medical area it lies in."""

    code: str
    ja: str
    kana: str
    en: str
    prefecture: str
    area_code: str
    area_name: str


class UnknownSite(base.Refusal):
    """There is no such site."""

    status = 404
    key = "people.unknown_site"


@lru_cache(maxsize=8)
def _read_sites(path: Path, changed_ns: int) -> dict[str, Site]:
    """Sites by id; `changed_ns` makes an edited file a new cache entry."""
    return {site.id: site for site in msgspec.json.decode(path.read_bytes(), type=tuple[Site, ...])}


def _site_table() -> dict[str, Site]:
    own = Path(base.runtime().settings.home) / "sites.json"
    path = own if own.exists() else HERE / "sites.json"
    return _read_sites(path, path.stat().st_mtime_ns)


def sites() -> tuple[Site, ...]:
    """All sites, from `sites.json` in the data directory or else the one that ships with Meguri."""
    return tuple(_site_table().values())


def site(name: str) -> Site:
    """The site with this id; UnknownSite where there is none."""
    found = _site_table().get(name)
    if found is None:
        raise UnknownSite
    return found


@lru_cache(maxsize=1)
def municipalities() -> tuple[Municipality, ...]:
    """Municipalities with their medical area (Osaka prefecture; source per row in the file)."""
    with (HERE / "municipalities.csv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        return tuple(msgspec.convert({k: v for k, v in row.items() if k != "source"}, Municipality) for row in rows)


def municipality(code: str) -> Municipality | None:
    """The municipality with this JIS code, with or without check digit, or None."""
    return next((town for town in municipalities() if town.code == code[:5]), None)
