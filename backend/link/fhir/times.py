"""FHIR times: a day or a moment, never a month or a year made up to a day."""

from __future__ import annotations

import re
from datetime import date, datetime

from backend import base
from backend.link.fhir.bundle import Resource, obj

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?")


def moment(value: object) -> tuple[datetime, bool] | None:
    """Return a time and whether it is a day only; None where it is less than a day.

    A time without zone (which FHIR forbids) is taken as Japanese time.
    """
    if not isinstance(value, str):
        return None
    try:
        if _DAY.fullmatch(value):
            found = date.fromisoformat(value)
            made = datetime(found.year, found.month, found.day, tzinfo=base.TOKYO)
            return None if _is_outside(made) else (made, True)
        if (parts := _MOMENT.fullmatch(value)) is None:
            return None
        time = datetime.fromisoformat(f"{parts[1]}T{parts[2]}{(parts[3] or '').replace('Z', '+00:00')}")
    except ValueError:
        return None
    made = time if time.tzinfo is not None else time.replace(tzinfo=base.TOKYO)
    return None if _is_outside(made) else (made, False)


def _is_outside(time: datetime) -> bool:
    """Say whether a time stands so near the ends of the calendar that another zone has no day for it."""
    return not 1 < time.year < 9999


def effective(resource: Resource) -> tuple[datetime, datetime | None, bool] | None:
    """Return start, end and whether it is a day only, of the time a resource is about."""
    for name in ("effectiveDateTime", "effectiveInstant"):
        if (found := moment(resource.get(name))) is not None:
            return found[0], None, found[1]
    period = obj(resource.get("effectivePeriod"))
    start, end = moment(period.get("start")), moment(period.get("end"))
    if start is not None:
        return start[0], end[0] if end is not None and end[0] >= start[0] else None, start[1]
    events = obj(resource.get("effectiveTiming")).get("event")
    if isinstance(events, list) and events and (found := moment(events[0])) is not None:
        return found[0], None, found[1]
    return None


def day(value: object) -> date | None:
    """Return the Japanese day of a FHIR time, or None."""
    found = moment(value)
    return found[0].astimezone(base.TOKYO).date() if found is not None else None
