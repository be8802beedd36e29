"""Days and times as tables write them; whether day or month stands first is found, never assumed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Literal

import msgspec

from backend.link.unreadable import DatesUnclear

Order = Literal["day first", "month first"]
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_NAMED = re.compile(r"(?:([a-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4})|(\d{1,2})[ -]([a-z]{3})[a-z]*\.?,?[ -](\d{4}))")
_TIME = re.compile(r"(am|pm|午前|午後)?\s*(\d{1,2})[:時](\d{2})分?(?::(\d{2})(?:\.\d{1,9})?秒?)?\s*(am|pm)?")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_CLEARLY = 10
"""How many times longer the wrong reading of a file's days must span than the right one."""


class Moment(msgspec.Struct, frozen=True):
    """A day and time of a cell; where `is_clear` is false, `first` and `second` may be day and month or the reverse."""

    year: int
    first: int
    second: int
    hour: int
    minute: int
    second_of: int
    is_clear: bool
    has_time: bool

    def at(self, order: Order, zone: tzinfo) -> datetime | None:
        """Return the moment in a zone (first is the month where it is clear); None where there is no such day."""
        month, day = self.first, self.second
        if not self.is_clear and order == "day first":
            month, day = day, month
        try:
            return datetime(self.year, month, day, self.hour, self.minute, self.second_of, tzinfo=zone)
        except ValueError:
            return None


def moment(cell: str) -> Moment | None:
    """Return the moment that a cell names, or None."""
    text = unicodedata.normalize("NFKC", cell).strip().casefold()
    if len(text) > 60:
        return None
    is_clear = True
    if found := _YEAR_FIRST.match(text):
        year, first, second = int(found[1]), int(found[2]), int(found[3])
    elif found := _YEAR_LAST.match(text):
        year, first, second, is_clear = int(found[3]), int(found[1]), int(found[2]), False
    elif found := _NAMED.match(text):
        name, day, year = (found[1], found[2], int(found[3])) if found[1] else (found[5], found[4], int(found[6]))
        if name not in _MONTHS:
            return None
        first, second = _MONTHS.index(name) + 1, int(day)
    else:
        return None
    rest = text[found.end() :].lstrip(" t,　")
    if not rest:
        return Moment(year, first, second, 0, 0, 0, is_clear, False)
    clock = _TIME.match(rest)
    # Only a zone may follow: it is read by whoever knows that the table has one.
    if clock is None or not re.fullmatch(r"(\s*(z|utc|[-+]\d{2}:?\d{2}))?", rest[clock.end() :]):
        return None
    hour, half = int(clock[2]), clock[1] or clock[5]
    if half is not None:
        if hour > 12:
            return None
        hour = hour % 12 + (12 if half in ("pm", "午後") else 0)
    return Moment(year, first, second, hour, int(clock[3]), int(clock[4] or 0), is_clear, True)


def orders(found: Sequence[Moment]) -> Order:
    """Return whether day or month stands first in a file; raises DatesUnclear where its days do not say.

    A number above 12 decides. Without one the reading decides in which the days lie close together: a
    month of days in a row would, read the wrong way, be spread over a year.
    """
    unclear = [one for one in found if not one.is_clear]
    if not unclear:
        return "day first"
    by_day, by_month = any(one.first > 12 for one in unclear), any(one.second > 12 for one in unclear)
    if by_day != by_month:
        return "day first" if by_day else "month first"
    if by_day:
        raise DatesUnclear
    if all(one.first == one.second for one in unclear):
        return "day first"
    spans = {order: _span(unclear, order) for order in ("day first", "month first")}
    if spans["day first"] * _CLEARLY <= spans["month first"]:
        return "day first"
    if spans["month first"] * _CLEARLY <= spans["day first"]:
        return "month first"
    raise DatesUnclear


def _span(found: Sequence[Moment], order: Order) -> int:
    days = []
    for one in found:
        month, day = (one.second, one.first) if order == "day first" else (one.first, one.second)
        try:
            days.append(datetime(one.year, month, day).toordinal())  # noqa: DTZ001  (days only)
        except ValueError:
            continue
    return max(days, default=0) - min(days, default=0) + 1


def in_zone(cell: str) -> int | None:
    """Return the minutes east of UTC that end a moment (`+09:00`, `Z`), or None where the cell names none."""
    text = unicodedata.normalize("NFKC", cell).strip().casefold()
    if re.search(r"\d\s*(z|utc)$", text):
        return 0
    found = re.search(r":\d{2}(?:\.\d+)?\s*([-+])(\d{2}):?(\d{2})$", text)
    if found is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    return None if minutes > 14 * 60 else -minutes if found[1] == "-" else minutes
