"""Frozen values of the pilot room: the enrolment funnel and how it is counted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

COUNTED = ("invited", "opened", "signed_up", "linked", "consented")


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many got how far; codes for the first two, people for the rest."""

    invited: int = 0
    opened: int = 0
    signed_up: int = 0
    linked: int = 0
    consented: int = 0


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """What happened in one week, which begins on this Monday (Tokyo)."""

    monday: date
    counts: Counts


class Funnel(msgspec.Struct, frozen=True, kw_only=True):
    """The funnel of a site: the total and each week from the first to the last with anything in it."""

    total: Counts
    weeks: tuple[Week, ...]


def monday_of(at: datetime, zone: ZoneInfo) -> date:
    """The Monday of the local week that a moment lies in."""
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def funnel(happened: Iterable[tuple[str, datetime]], zone: ZoneInfo) -> Funnel:
    """Count (step, moment) pairs in total and by week; weeks in between with nothing are there with zeros."""
    total: dict[str, int] = {}
    by_week: dict[date, dict[str, int]] = {}
    for step, at in happened:
        if step not in COUNTED:
            raise ValueError(f"unknown step {step}")
        week = by_week.setdefault(monday_of(at, zone), {})
        total[step] = total.get(step, 0) + 1
        week[step] = week.get(step, 0) + 1
    weeks = []
    monday = min(by_week, default=None)
    while monday is not None and monday <= max(by_week):
        weeks.append(Week(monday=monday, counts=Counts(**by_week.get(monday, {}))))
        monday += timedelta(days=7)
    return Funnel(total=Counts(**total), weeks=tuple(weeks))
