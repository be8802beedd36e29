"""Averages of blood pressure measured at home. Pure, documented, the same for the phone and the report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec

from backend.base import TOKYO
from backend.record import catalogue
from backend.record.model import StoredReading
from backend.record.points import Lean

MORNING = range(4, 12)
"""Hours (Tokyo) that count as morning."""

ENOUGH_DAYS = 5
"""From how many days of the last seven an average is put into a class; fewer say nothing about a week."""


class Pressure(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement: upper and lower together."""

    at: datetime
    sbp: float
    dbp: float
    context: str
    reading: str
    source: str


class PressureDay(msgspec.Struct, frozen=True, kw_only=True):
    """The mean of a day's measurements."""

    day: date
    sbp: float
    dbp: float
    n: int


class PressureWeek(msgspec.Struct, frozen=True, kw_only=True):
    """The mean of the daily means of seven days; `days` says how many had a measurement."""

    sbp: float
    dbp: float
    days: int


def pairs(readings: Iterable[StoredReading | Lean]) -> list[Pressure]:
    """Upper and lower values of the same moment and source, oldest first; a single one is left out."""
    uppers: dict[tuple[datetime, str, str | None], StoredReading | Lean] = {}
    lowers: dict[tuple[datetime, str, str | None], StoredReading | Lean] = {}
    for reading in readings:
        if not isinstance(reading.value, float):
            continue
        side = {"sbp_mmhg": uppers, "dbp_mmhg": lowers}.get(reading.metric)
        if side is not None:
            side[(reading.start, reading.source, _repeat(reading.code))] = reading
    found = [
        Pressure(
            at=upper.start,
            sbp=upper.value,
            dbp=lower.value,
            context=pressure_context(upper),
            reading=upper.id,
            source=upper.source,
        )
        for key, upper in uppers.items()
        if (lower := lowers.get(key)) is not None and isinstance(upper.value, float) and isinstance(lower.value, float)
    ]
    return sorted(found, key=lambda pressure: (pressure.at, pressure.reading))


def pressure_context(reading: StoredReading | Lean) -> str:
    """Where a pressure was measured: "home", "office", or "" where nobody said.

    A code of the check-up table is an office value. A general code (LOINC) says what was measured, not where: a
    clinic's system and a home cuff use the same one, so such a value is set against no line.
    """
    if reading.context is not None:
        return reading.context
    return "office" if reading.code in catalogue.metric(reading.metric).jlac10 else ""


def _repeat(code: str | None) -> str | None:
    """First, second or mean measurement of a check-up: 9A75x is the upper, 9A76x the lower value."""
    return code[4] if code and code.startswith(("9A75", "9A76")) else None


def morning_days(pressures: Iterable[Pressure]) -> list[PressureDay]:
    """The mean of each Tokyo day's home measurements between 4:00 and 11:59."""
    by_day: dict[date, list[Pressure]] = {}
    for pressure in pressures:
        local = pressure.at.astimezone(TOKYO)
        if pressure.context == "home" and local.hour in MORNING:
            by_day.setdefault(local.date(), []).append(pressure)
    return [
        PressureDay(
            day=day,
            sbp=sum(one.sbp for one in found) / len(found),
            dbp=sum(one.dbp for one in found) / len(found),
            n=len(found),
        )
        for day, found in sorted(by_day.items())
    ]


def week(days: Iterable[PressureDay], until: date) -> PressureWeek | None:
    """The mean of the daily means of the seven days that end with `until`; None without any."""
    found = [day for day in days if until - timedelta(days=6) <= day.day <= until]
    if not found:
        return None
    return PressureWeek(
        sbp=sum(day.sbp for day in found) / len(found),
        dbp=sum(day.dbp for day in found) / len(found),
        days=len(found),
    )
