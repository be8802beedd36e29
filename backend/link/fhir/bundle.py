"""The resources of a FHIR file: cut out of the JSON one by one, so that only one is ever decoded at a time."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from importlib import resources
from typing import Any, BinaryIO

import msgspec

from backend.link.reading import Limits
from backend.link.unreadable import FileTooLarge, JsonDamaged, NotFhir

Resource = dict[str, Any]
_DEEPEST_BUNDLE = 4
# An empty object of two bytes costs a hundred times as much in memory.
_MOST_OBJECTS = 2_000_000
_MOST_LINES = 500_000
# The resource types of R4 (hl7.org/fhir/R4/resourcelist.html).
with (resources.files("backend.link.fhir") / "resource_types.csv").open(encoding="utf-8") as _rows:
    TYPES = frozenset(row["type"] for row in csv.DictReader(_rows))
_ANY = msgspec.json.Decoder(Any, float_hook=Decimal)


class _Entry(msgspec.Struct):
    fullUrl: str | None = None  # noqa: N815  (FHIR's spelling)
    resource: msgspec.Raw = msgspec.Raw()


class _Outer(msgspec.Struct):
    resourceType: str | None = None  # noqa: N815  (FHIR's spelling)
    entry: list[_Entry] | None = None


_OUTER = msgspec.json.Decoder(_Outer)


class Held(msgspec.Struct, frozen=True):
    """A resource not decoded yet: its place in the file, its full URL and its bytes."""

    place: str
    url: str | None
    raw: msgspec.Raw | bytes


def hold(file: BinaryIO, limits: Limits) -> tuple[list[Held], bool]:
    """Return the resources of a file and whether it was NDJSON; raises JsonDamaged, NotFhir or FileTooLarge."""
    file.seek(0)
    content = file.read(limits.json_bytes + 1)
    if len(content) > limits.json_bytes:
        raise FileTooLarge(limit_mb=limits.json_bytes >> 20)
    content = _as_utf8(content)
    if content.count(b"{") > _MOST_OBJECTS:
        raise FileTooLarge(limit_mb=limits.json_bytes >> 20)
    lines = _lines(content)
    if lines is not None:
        held = [found for number, line in enumerate(lines, start=1) if line for found in _one(line, f"line {number}")]
        return held, True
    return list(_one(content, "")), False


def _as_utf8(content: bytes) -> bytes:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16").encode()
        except UnicodeDecodeError as error:
            raise JsonDamaged(place="") from error
    return content.removeprefix(b"\xef\xbb\xbf")


def _lines(content: bytes) -> list[bytes] | None:
    """Return the lines of NDJSON, or None where the file is one JSON value."""
    first, _, rest = content.lstrip().partition(b"\n")
    if not rest.strip() or not first.rstrip().endswith(b"}"):
        return None
    try:
        _ANY.decode(first)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if content.count(b"\n") > _MOST_LINES:
        raise FileTooLarge(limit_mb=len(content) >> 20)
    return [line.strip() for line in content.split(b"\n")]


def _one(content: bytes | msgspec.Raw, place: str, depth: int = 0) -> Iterator[Held]:
    try:
        outer = _OUTER.decode(content)
    except msgspec.ValidationError as error:
        raise NotFhir from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise JsonDamaged(place=place or _position(error)) from error
    except RecursionError as error:
        raise JsonDamaged(place=place) from error
    if outer.resourceType not in TYPES:
        raise NotFhir
    if outer.resourceType != "Bundle":
        yield Held(place or "resource", None, content)
        return
    yield from _entries(outer, place, depth)


def _entries(outer: _Outer, place: str, depth: int) -> Iterator[Held]:
    for number, entry in enumerate(outer.entry or []):
        here = f"{place} entry[{number}]".strip()
        raw = bytes(entry.resource)
        if not raw:
            continue
        if depth < _DEEPEST_BUNDLE and _is_bundle(entry.resource):
            yield from _one(entry.resource, here, depth + 1)
        else:
            yield Held(here, entry.fullUrl, entry.resource)


def _is_bundle(raw: msgspec.Raw) -> bool:
    if b'"Bundle"' not in bytes(raw):
        return False
    try:
        return _OUTER.decode(raw).resourceType == "Bundle"
    except (msgspec.DecodeError, RecursionError):
        return False


def _position(error: Exception) -> str:
    text = str(error)
    return text[text.index("(") + 1 : -1] if "(" in text and text.endswith(")") else ""


def decode(held: Held) -> Resource | None:
    """Decode a resource; None where it is no JSON object."""
    try:
        found = _ANY.decode(held.raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def kind_of(resource: Resource) -> str:
    """Return the type of a resource, "" where it has none."""
    kind = resource.get("resourceType")
    return kind if isinstance(kind, str) else ""


def contained(resource: Resource) -> list[Resource]:
    """Return the resources inside a resource."""
    return objects(resource.get("contained"))


def objects(value: object) -> list[Resource]:
    """Return the objects of a list (or a single object), whatever else stands in it."""
    if isinstance(value, dict):
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def obj(value: object) -> Resource:
    """Return an object, or an empty one."""
    return value if isinstance(value, dict) else {}


def text(value: object, limit: int = 2000) -> str | None:
    """Return a non-empty string without its margins, or None."""
    if not isinstance(value, str):
        return None
    return value.strip()[:limit] or None


def codings(concept: object) -> list[Resource]:
    """Return the codings of a CodeableConcept."""
    return objects(obj(concept).get("coding"))


def words(concept: object) -> str | None:
    """Return what a CodeableConcept says in words: its text, else the first display, else the first code."""
    found = text(obj(concept).get("text"))
    if found:
        return found
    for key in ("display", "code"):
        for coding in codings(concept):
            if named := text(coding.get(key)):
                return named
    return None


def count(held: list[Held]) -> Counter[str]:
    """Count resources by type, without the ones inside others."""
    return Counter(kind_of(resource) for one in held if (resource := decode(one)) is not None)
