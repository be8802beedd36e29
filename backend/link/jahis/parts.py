"""Lines of a notebook, and the parts of a split one put together in any order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import msgspec

from backend.link.unreadable import JahisDamaged, JahisPartsMissing, JahisPartsMixed

HEAD = "JAHISTC"
_SPLIT = "911"
_MOST_PARTS = 999
_HALF_KANA = re.compile("[\uff61-\uff9f]+")
_VERSION = re.compile(r"JAHISTC(\d{2})")
# First year of an era minus one (the law on eras and its predecessors: 1868, 1912, 1926, 1989, 2019).
_ERAS = {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}


class Line(msgspec.Struct, frozen=True):
    """One record of a notebook with the number of its line in the file."""

    number: int
    fields: tuple[str, ...]

    def text(self, index: int) -> str:
        """Return a field as a person reads it, empty where the line is shorter: half-width kana made wide."""
        if index >= len(self.fields):
            return ""
        plain = self.fields[index].replace("\u301c", "\uff5e").strip()
        return _HALF_KANA.sub(lambda run: unicodedata.normalize("NFKC", run[0]), plain)

    def day(self, index: int) -> date | None:
        """Return a day written as YYYYMMDD or with its era as GYYMMDD; None where it is none."""
        return day_of(self.text(index))


class Notebook(msgspec.Struct, frozen=True):
    """One notebook as lines in their order, its version line taken off."""

    version: int
    category: str
    lines: tuple[Line, ...]


def day_of(text: str) -> date | None:
    """Return the day of YYYYMMDD or GYYMMDD (eras M, T, S, H, R), or None."""
    found = unicodedata.normalize("NFKC", text).strip().upper()
    if len(found) == 7 and found[0] in _ERAS and found[1:].isascii() and found[1:].isdigit():
        year, rest = _ERAS[found[0]] + int(found[1:3]), found[3:]
    elif len(found) == 8 and found.isascii() and found.isdigit():
        year, rest = int(found[:4]), found[4:]
    else:
        return None
    try:
        return date(year, int(rest[:2]), int(rest[2:]))
    except ValueError:
        return None


def line_of(number: int, text: str) -> Line:
    """Return a line cut at its commas; the form knows no quotes, but some tools write them."""
    cells = (cell.strip() for cell in text.rstrip("\r\n\x1a").split(","))
    return Line(number, tuple(c[1:-1] if len(c) > 1 and c[0] == c[-1] == '"' else c for c in cells))


def notebooks(lines: Iterable[Line]) -> tuple[Notebook, ...]:
    """Return the notebooks of a file, split ones joined; raises JahisDamaged, JahisPartsMissing or JahisPartsMixed."""
    whole: list[Notebook] = []
    split: dict[str, dict[int, Notebook]] = {}
    totals: dict[str, int] = {}
    for one in _cut(lines):
        control = next((line for line in one.lines if line.text(0) == _SPLIT), None)
        if control is None:
            whole.append(one)
            continue
        key, total, at = control.text(1), _count(control, 2), _count(control, 3)
        rest = Notebook(one.version, one.category, tuple(line for line in one.lines if line is not control))
        seen = split.setdefault(key, {})
        if at > total or totals.setdefault(key, total) != total or not _is_same(seen.setdefault(at, rest), rest):
            raise JahisPartsMixed
    for key, parts in split.items():
        if len(parts) != totals[key]:
            raise JahisPartsMissing(have=len(parts), total=totals[key])
        first = parts[1]
        whole.append(Notebook(first.version, first.category, tuple(_in_order(parts))))
    return tuple(whole)


def jahis_join(parts: Sequence[str]) -> str:
    """Return the one text of a notebook from the texts of its QR codes, given in any order, the same one twice is fine.

    Raises JahisDamaged where a text is no notebook, JahisPartsMissing (`have`, `total`) where codes are still
    to be read, and JahisPartsMixed where they belong to different notebooks.
    """
    if not parts or len(parts) > 4 * _MOST_PARTS or sum(map(len, parts)) > 1 << 22:
        raise JahisDamaged(line=1)
    lines: list[Line] = []
    for part in parts:
        rows = part.removeprefix("\ufeff").strip().splitlines()
        if not rows or not rows[0].startswith(HEAD):
            raise JahisDamaged(line=1)
        lines += [line_of(number, row) for number, row in enumerate(rows, start=1) if row.strip()]
    found = notebooks(lines)
    if any(not _is_same(found[0], other) for other in found[1:]):
        raise JahisPartsMixed
    one = found[0]
    rows = [f"{HEAD}{one.version:02d},{one.category}", *(",".join(line.fields) for line in one.lines)]
    return "\r\n".join(rows) + "\r\n"


def _cut(lines: Iterable[Line]) -> Iterator[Notebook]:
    held: list[Line] = []
    head: tuple[int, str] | None = None
    for line in lines:
        name = line.text(0)
        if not name.startswith(HEAD):
            if head is None:
                raise JahisDamaged(line=line.number)
            held.append(line)
            continue
        if head is not None:
            yield Notebook(*head, tuple(held))
        version = _VERSION.fullmatch(name)
        if version is None:
            raise JahisDamaged(line=line.number)
        head, held = (int(version[1]), line.text(1)), []
    if head is None:
        raise JahisDamaged(line=1)
    yield Notebook(*head, tuple(held))


def _count(line: Line, index: int) -> int:
    text = line.text(index)
    if not (text.isascii() and text.isdigit()) or len(text) > 3 or int(text) < 1:
        raise JahisDamaged(line=line.number)
    return int(text)


def _is_same(one: Notebook, other: Notebook) -> bool:
    return [line.fields for line in one.lines] == [line.fields for line in other.lines]


def _in_order(parts: dict[int, Notebook]) -> Iterator[Line]:
    for at in sorted(parts):
        yield from parts[at].lines
