"""A week of movement: how much from the person's own last four weeks, on which days, within safe limits. Pure.

METs-hours are METs times hours; only activity of 3 METs and more counts, as in the activity guide 2023.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from backend.advice.model import SHOWABLE, About, Mask, holds, masks

OLDER_FROM = 65
STEPS_BELOW_3_METS = 2000
STEPS_A_MINUTE = 100
"""The guide counts an hour of walking as 6,000 of 8,000 steps a day; the other 2,000 are lighter than 3 METs."""
GROWTH, LEAST_GROWTH = 0.10, 1.5
"""A week grows by a tenth, or by 1.5 METs-hours (about three walks of ten minutes) where that is more: our choice."""
SHORTEST, LONGEST, CATCH_UP = 10, 40, 10
"""Minutes of one walk, and by how much one walk may grow to make up for a missed day."""
STRENGTH_MINUTES = 20
WALK, ORDINARY_WALK, STRENGTH = "17190", "17170", "02054"
_PARTS = (
    ("strength", {"legs"}),
    ("strength", {"hips"}),
    ("strength", {"arms", "trunk"}),
    ("stretch", {"legs", "arms"}),
)
DayKind = Literal["walk", "strength", "rest"]
Mark = Literal["done", "missed"]


class Activity(msgspec.Struct, frozen=True):
    """A row of the METs table."""

    code: str
    met: float
    ja: str
    ja_easy: str
    en: str
    source: str


class Exercise(msgspec.Struct, frozen=True):
    """One exercise; `avoid` names what speaks against it."""

    id: str
    kind: str
    part: str
    place: str
    avoid: tuple[str, ...]
    ja: str
    ja_easy: str
    en: str
    how_ja: str
    how_ja_easy: str
    how_en: str


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """What one day brings."""

    day: date
    kind: DayKind
    minutes: int
    met: float
    exercises: tuple[str, ...] = ()
    mark: Mark | None = None

    @property
    def mets_hours(self) -> float:
        """METs-hours of the session."""
        return self.met * self.minutes / 60


class Zone(msgspec.Struct, frozen=True):
    """A heart rate to move at (beats a minute), or why none is shown."""

    low: int | None = None
    high: int | None = None
    missing: Literal["resting_heart_rate", "signoff"] | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A week of movement and what it rests on."""

    monday: date
    base_mets_hours: float | None
    base_steps: float | None
    weeks_seen: int
    target_mets_hours: float
    guide_mets_hours: float | None
    guide_steps: int | None
    steps_target: int | None
    sessions: tuple[Session, ...]
    dropped_minutes: int
    zone: Zone
    blocked: tuple[Mask, ...]


def _rows(name: str) -> list[dict[str, str]]:
    with resources.files(__package__).joinpath(name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def activities() -> Mapping[str, Activity]:
    """The METs table by compendium code."""
    return {
        row["code"]: Activity(row["code"], float(row["met"]), row["ja"], row["ja_easy"], row["en"], row["source"])
        for row in _rows("mets.csv")
    }


@cache
def exercises() -> tuple[Exercise, ...]:
    """The exercises in use."""
    rows = [{key: value for key, value in row.items() if key != "source"} for row in _rows("exercises.csv")]
    return tuple(msgspec.convert({**row, "avoid": row["avoid"].split()}, Exercise) for row in rows)


def guide(group: str, item: str, signed: frozenset[str] = frozenset()) -> float | None:
    """A figure of the guide, or None where its row may not be shown yet (`signed`: rows a clinician signed)."""
    for row in _rows("guide.csv"):
        if (row["group"], row["item"]) == (group, item):
            is_shown = row["status"] in SHOWABLE or f"activity,{group},{item}" in signed
            return float(row["value"]) if is_shown else None
    return None


def group_of(age: int) -> str:
    """Which sheet of the guide speaks of a person."""
    return "older" if age >= OLDER_FROM else "adult"


def mets_hours_of(steps: float) -> float:
    """METs-hours of a day with so many steps: what is above light living, as ordinary walking."""
    minutes = max(0.0, steps - STEPS_BELOW_3_METS) / STEPS_A_MINUTE
    return minutes / 60 * activities()[ORDINARY_WALK].met


def base_of(steps: Mapping[date, float], monday: date) -> tuple[float, float, int] | None:
    """METs-hours a week, steps a day and weeks seen of the four weeks before; None under seven days of values."""
    seen = {day: value for day, value in steps.items() if monday - timedelta(days=28) <= day < monday}
    if len(seen) < 7:
        return None
    weekly = sum(mets_hours_of(value) for value in seen.values()) / len(seen) * 7
    weeks = {(monday - day - timedelta(days=1)).days // 7 for day in seen if day < monday}
    return weekly, sum(seen.values()) / len(seen), len(weeks)


def zone_of(age: int, resting: float | None, signed: frozenset[str]) -> Zone:
    """Heart rates by Karvonen: resting + share of (220 - age - resting)."""
    low = guide("any", "karvonen_low", signed)
    high = guide(group_of(age), "karvonen_high", signed) if age >= OLDER_FROM else guide("any", "karvonen_high", signed)
    if low is None or high is None:
        return Zone(missing="signoff")
    if resting is None:
        return Zone(missing="resting_heart_rate")
    reserve = 220 - age - resting
    return Zone(low=round(resting + low * reserve), high=round(resting + high * reserve))


def blocked_by(about: About) -> tuple[Mask, ...]:
    """The masks that forbid all movement, walking or strength for a person."""
    wanted = {"movement", "move_walk", "move_steps", "move_strength"}
    return tuple(mask for mask in masks() if wanted & set(mask.blocks) and holds(mask.when, about))


def may(kind: DayKind, blocked: Sequence[Mask]) -> bool:
    """Whether walking or strength may be planned."""
    names = {"movement"} | ({"move_walk", "move_steps"} if kind == "walk" else {"move_strength"})
    return not any(names & set(mask.blocks) for mask in blocked)


def plan(
    *,
    about: About,
    monday: date,
    today: date,
    steps: Mapping[date, float],
    marks: Mapping[date, Mark],
    resting: float | None = None,
    signed: frozenset[str] = frozenset(),
) -> Plan:
    """The week from `monday`: days that went by without a mark are missed, and the rest is planned anew."""
    blocked = blocked_by(about)
    base = base_of(steps, monday)
    had = 0.0 if base is None else base[0]
    group = group_of(about.age)
    wanted = guide(group, "mets_hours_week", signed)
    goal_steps = guide(group, "steps_day", signed)
    target = had + max(GROWTH * had, LEAST_GROWTH)
    # Where the figure of the older is not confirmed yet, the adults' is the most that a plan grows to.
    most = wanted if wanted is not None else guide("adult", "mets_hours_week", signed)
    target = max(had, min(target, target if most is None else most))
    sessions = _first(about, monday, target - had, blocked) if may("walk", blocked) or may("strength", blocked) else ()
    sessions, dropped = _again(sessions, marks, today)
    target_steps = None
    if base is not None and may("walk", blocked):
        grown = max(base[1], min(base[1] + 1000, goal_steps or base[1] + 1000))
        target_steps = int(round(grown, -2))
    return Plan(
        monday=monday,
        base_mets_hours=None if base is None else round(had, 1),
        base_steps=None if base is None else round(base[1]),
        weeks_seen=0 if base is None else base[2],
        target_mets_hours=round(target, 1),
        guide_mets_hours=wanted,
        guide_steps=None if goal_steps is None else int(goal_steps),
        steps_target=target_steps,
        sessions=sessions,
        dropped_minutes=dropped,
        zone=zone_of(about.age, resting, signed) if sessions else Zone(),
        blocked=blocked,
    )


def _first(about: About, monday: date, extra: float, blocked: Sequence[Mask]) -> tuple[Session, ...]:
    """The week before anything happened: walks on Monday, Wednesday, Saturday; strength on Tuesday and Friday."""
    walk, strength = activities()[WALK].met, activities()[STRENGTH].met
    strong = {1, 4} if may("strength", blocked) else set()
    minutes = 0
    if may("walk", blocked):
        each = max(0.0, extra) * 60 / walk / 3
        minutes = min(LONGEST, max(SHORTEST, int(round(each / 5) * 5))) if extra > 0 else 0
    found = []
    for number in range(7):
        day = monday + timedelta(days=number)
        if number in strong:
            names = _pick(about, number)
            found.append(Session(day=day, kind="strength", minutes=STRENGTH_MINUTES, met=strength, exercises=names))
        elif number in {0, 2, 5} and minutes:
            found.append(Session(day=day, kind="walk", minutes=minutes, met=walk))
        else:
            found.append(Session(day=day, kind="rest", minutes=0, met=0.0))
    return tuple(found)


def _pick(about: About, number: int) -> tuple[str, ...]:
    """Four exercises: legs, hips, arms or trunk, and a stretch; what speaks against one leaves it out."""
    against = {"spine"} if about.facts.get("osteoporosis") != "no" and about.age >= 50 else set()
    if about.facts.get("joint_pain") != "no":
        against |= {"knee", "shoulder", "wrist"}
    places = {"chair", "stand"} if about.age >= OLDER_FROM else {"chair", "stand", "floor"}
    open_ = [one for one in exercises() if one.place in places and not against & set(one.avoid)]
    found: list[str] = []
    for kind, parts in _PARTS:
        fitting = [one.id for one in open_ if one.kind == kind and one.part in parts]
        if fitting:
            found.append(fitting[number % len(fitting)])
    return tuple(found)


def _again(sessions: Sequence[Session], marks: Mapping[date, Mark], today: date) -> tuple[tuple[Session, ...], int]:
    """Mark the past, and spread missed walking over the walks to come, each growing by ten minutes at most."""
    marked: list[Session] = []
    missed = 0
    for one in sessions:
        mark = marks.get(one.day)
        if one.kind == "rest":
            marked.append(one if mark is None else msgspec.structs.replace(one, mark=mark))
            continue
        if mark is None and one.day < today:
            mark = "missed"
        if mark == "missed" and one.kind == "walk":
            missed += one.minutes
        marked.append(msgspec.structs.replace(one, mark=mark))
    for place, one in enumerate(marked):
        if one.kind == "walk" and one.mark is None and missed > 0:
            more = min(CATCH_UP, LONGEST - one.minutes, missed)
            marked[place] = msgspec.structs.replace(one, minutes=one.minutes + max(0, more))
            missed -= max(0, more)
    return tuple(_move_strength(marked, today)), missed


def _move_strength(sessions: list[Session], today: date) -> list[Session]:
    """A missed strength day moves to a later free day that has no strength before or after it."""
    found = list(sessions)
    for place, one in enumerate(sessions):
        if one.kind != "strength" or one.mark != "missed":
            continue
        for later in range(place + 1, 7):
            near = [found[n] for n in (later - 1, later + 1) if 0 <= n < 7]
            is_free = found[later].kind == "rest" and found[later].mark is None and found[later].day >= today
            if is_free and all(other.kind != "strength" or other.mark == "missed" for other in near):
                found[later] = msgspec.structs.replace(one, day=found[later].day, mark=None)
                break
    return found
