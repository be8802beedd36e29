"""Search parameters of FHIR R4 on resources in memory: tokens, dates with prefixes, paging. Pure."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from backend import base
from backend.record.export.observation import Resource

_DATE = re.compile(
    r"(eq|ne|gt|lt|ge|le|sa|eb)?(\d{4})(?:-(\d{2})(?:-(\d{2})"
    r"(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?"
)
_END = datetime.max.replace(tzinfo=UTC)


class BadQuery(Exception):  # noqa: N818  (an answer, not an error)
    """A parameter cannot be understood; `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Span(msgspec.Struct, frozen=True):
    """A stretch of time, end not included."""

    low: datetime
    high: datetime


class When(msgspec.Struct, frozen=True):
    """A date parameter: a comparison and the stretch that it names."""

    prefix: str
    span: Span

    def holds(self, at: Span | None) -> bool:
        """Whether a resource's time fits (R4, 3.1.1.4.5: stretches against stretches)."""
        if at is None:
            return False
        is_inside = self.span.low <= at.low and at.high <= self.span.high
        match self.prefix:
            case "eq":
                return is_inside
            case "ne":
                return not is_inside
            case "gt":
                return at.high > self.span.high
            case "lt":
                return at.low < self.span.low
            case "ge":
                return at.high > self.span.high or is_inside
            case "le":
                return at.low < self.span.low or is_inside
            case "sa":
                return at.low >= self.span.high
            case _:
                return at.high <= self.span.low


def when(name: str, text: str) -> When:
    """A date parameter; a time without zone is Japanese time. Raises BadQuery."""
    found = _DATE.fullmatch(text.replace(" ", "+"))
    if found is None:
        raise BadQuery(name)
    try:
        return When(found[1] or "eq", _span(found))
    except (ValueError, OverflowError) as error:
        raise BadQuery(name) from error


def _span(found: re.Match[str]) -> Span:
    year, month, day = int(found[2]), int(found[3] or 1), int(found[4] or 1)
    if found[5] is not None:
        zone: Any = base.TOKYO if found[9] is None else datetime.fromisoformat(f"2000-01-01T00:00{found[9]}").tzinfo
        micro = int((found[8] or "").ljust(6, "0")[:6] or 0)
        low = datetime(year, month, day, int(found[5]), int(found[6]), int(found[7] or 0), micro, zone)
        step = timedelta(minutes=1) if found[7] is None else timedelta(seconds=1)
        if found[8] is not None:
            step = timedelta(microseconds=max(1, 10 ** (6 - min(6, len(found[8])))))
        return Span(low, low + step)
    last = date(year, month if found[3] else 12, 1)
    last = date(year, month, day) if found[4] else last.replace(day=calendar.monthrange(last.year, last.month)[1])
    return Span(_midnight(date(year, month, day)), _midnight(last + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), base.TOKYO)


def span_of(value: object) -> Span | None:
    """The stretch of a dateTime, instant or Period of ours; None where there is none."""
    if isinstance(value, str):
        found = _DATE.fullmatch(value)
        return None if found is None else _span(found)
    if not isinstance(value, dict):
        return None
    start, end = span_of(value.get("start")), span_of(value.get("end"))
    if start is None:
        return None
    return Span(start.low, _END if end is None else end.high)


def time_of(resource: Resource) -> Span | None:
    """When a resource happened."""
    for name in ("effective", "onset", "occurrence", "performed"):
        for kind in ("DateTime", "Period"):
            if (value := resource.get(name + kind)) is not None:
                return span_of(value)
    return span_of(resource.get("recordedDate") or resource.get("dateAsserted"))


def has_token(concepts: Sequence[Mapping[str, Any]], wanted: str) -> bool:
    """Whether one of the concepts has one of the tokens `code`, `system|code`, `|code` or `system|` (comma: or)."""
    codings = [coding for concept in concepts for coding in concept.get("coding", [])]
    for one in wanted.split(","):
        system, bar, code = one.rpartition("|")
        for coding in codings:
            is_system = not bar or coding.get("system", "") == system
            if is_system and (coding.get("code") == code or (bar and not code)):
                return True
    return False


def concepts_of(resource: Resource, name: str) -> list[Mapping[str, Any]]:
    """The concepts that a token parameter looks at."""
    found: list[Mapping[str, Any]] = []
    names = ("code", "medicationCodeableConcept", "vaccineCode") if name in ("code", "vaccine-code") else (name,)
    for one in names:
        value = resource.get(one)
        found += [value] if isinstance(value, dict) else value if isinstance(value, list) else []
    return found


def number(name: str, text: str | None, *, default: int, most: int) -> int:
    """A count; raises BadQuery where it is none."""
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadQuery(name)
    return min(int(text), most)
