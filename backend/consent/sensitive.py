"""The list of sensitive items that an information bank may hold: supplied by the operator, closed until it is here.

The guideline (Ver3.0) allows sensitive health data only within a listed set of items. The list is a file of the
operator, `sensitive-items.json` in the data folder, so that its wording and source are the operator's own:
`{"source": "...", "items": {"C-DX": ["condition-code", ...], "C-MCH": [...]}}` with metric codes per kind of data.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from backend import base
from backend.consent.model import Category

SENSITIVE = frozenset({Category.DX, Category.MCH, Category.MENTAL, Category.GENE})
"""Closed until a list names items of them. Which other kinds count as sensitive is to be confirmed by counsel."""
FILE = "sensitive-items.json"


class ListBroken(base.Refusal):
    """The list of sensitive items cannot be read as what it should be."""

    status = 422
    key = "consent.sensitive_list_broken"


class SensitiveClosed(base.Refusal):
    """Sensitive kinds of data stay closed until the operator has loaded the list of permitted items."""

    status = 422
    key = "consent.sensitive_closed"


class SensitiveItems(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the list is from, and the metrics it permits per sensitive kind of data."""

    source: str
    items: dict[Category, tuple[str, ...]]


_held: dict[Path, tuple[int, SensitiveItems]] = {}


def sensitive_items() -> SensitiveItems | None:
    """Return the operator's list, None until there is one; a changed file is read at once."""
    path = base.runtime().settings.home / FILE
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    held = _held.get(path)
    if held is None or held[0] != changed:
        held = (changed, read_list(path.read_bytes()))
        _held[path] = held
    return held[1]


def read_list(raw: bytes) -> SensitiveItems:
    """Return a list as a value; raises ListBroken where it is none, or names no source."""
    try:
        found = msgspec.json.decode(raw, type=SensitiveItems)
    except msgspec.MsgspecError as error:
        raise ListBroken from error
    if not found.source.strip() or not all(found.items.values()):
        raise ListBroken
    return found


def load_list(raw: bytes) -> SensitiveItems:
    """Put a list in force."""
    found = read_list(raw)
    path = base.runtime().settings.home / FILE
    partial = path.with_suffix(".part")
    partial.write_bytes(raw)
    partial.replace(path)
    return found


def closed_categories() -> frozenset[Category]:
    """Return the sensitive kinds of data that the list does not open."""
    items = sensitive_items()
    return SENSITIVE if items is None else SENSITIVE - items.items.keys()


def may_be_held(category: Category, metric: str) -> bool:
    """Return whether the bank may hold and provide a metric: one of a sensitive kind only if the list names it."""
    if category not in SENSITIVE:
        return True
    items = sensitive_items()
    return items is not None and metric in items.items.get(category, ())
