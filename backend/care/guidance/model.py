"""A case of specific health guidance and the points of the 4th period. Pure."""

from __future__ import annotations

import csv
import unicodedata
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from backend import base

Level = Literal["motivational", "active"]
TargetKind = Literal["meals", "movement", "rest", "smoking", "other"]
ContactKind = Literal["first_interview", "interview", "phone"]
CheckAnswer = Literal["done", "partly", "not_done"]
Author = Literal["resident", "counsellor", "automated"]
Need = Literal["first_interview", "answer", "hard", "silent", "outcome_3", "outcome_6"]

SILENT = timedelta(days=14)
"""Two weekly check-ins left out: somebody calls."""
WEEK = timedelta(days=7)
MOST_TARGETS = 3
MOST_EVENTS = 600


class Row(msgspec.Struct, frozen=True):
    """One row of the table of points, as its source has it."""

    id: str
    item: str
    points: int
    status: Literal["named", "proposal", "unverified"]
    source: str


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to change, in the person's own words."""

    kind: TargetKind
    text: str


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """A talk that took place."""

    id: str
    kind: ContactKind
    day: date
    account: str


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """One message; who wrote it decides whether it earns points. `key` instead of `text` where our software wrote."""

    id: str
    at: datetime
    author: Author
    account: str | None
    text: str = ""
    key: str | None = None


class CheckIn(msgspec.Struct, frozen=True, kw_only=True):
    """How a week went, by one tap."""

    id: str
    monday: date
    at: datetime
    answer: CheckAnswer
    weight_kg: float | None = None
    waist_cm: float | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it after three or six months, as the counsellor took it down."""

    month: Literal[3, 6]
    day: date
    account: str
    weight_kg: float | None
    waist_cm: float | None
    kept: tuple[TargetKind, ...]
    quit_smoking: bool = False


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One person's guidance: where it began, goal, plan, what was said and what came of it."""

    id: str
    person: str
    recipient: str
    level: Level
    exam_day: date
    start_weight_kg: float | None
    start_waist_cm: float | None
    opened_at: datetime
    closed_at: datetime | None = None
    goal: str
    targets: tuple[Target, ...]
    task: str
    contacts: tuple[Contact, ...] = ()
    notes: tuple[Note, ...] = ()
    check_ins: tuple[CheckIn, ...] = ()
    outcomes: tuple[Outcome, ...] = ()

    @property
    def events(self) -> int:
        """How much is in it."""
        return len(self.contacts) + len(self.notes) + len(self.check_ins) + len(self.outcomes)


class PointLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the account: the row of the table, what it gives, and why nothing where it gives nothing."""

    row: str
    points: int
    day: date
    why_not: str | None = None


@cache
def table() -> dict[str, Row]:
    """The points by id, as carried over with their sources."""
    with (Path(__file__).parent / "points.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: msgspec.convert(row, Row, strict=False) for row in csv.DictReader(file)}


def tokyo_day(at: datetime) -> date:
    """The day of a moment in Tokyo."""
    return at.astimezone(base.TOKYO).date()


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def has_words(text: str) -> bool:
    """Whether a message says something in words or figures; pictures and emoji alone do not (Q&A no. 15)."""
    return any(unicodedata.category(char)[0] in "LN" for char in text)


def points(case: Case) -> tuple[PointLine, ...]:
    """The account of points, in the order of days; rows that nobody has verified give nothing."""
    lines = [*_interviews(case), *_messages(case), *_outcomes(case)]
    return tuple(sorted(lines, key=lambda line: line.day))


def total(case: Case) -> int:
    """The sum of the account."""
    return sum(line.points for line in points(case))


def is_complete(case: Case) -> bool:
    """Whether the guidance is complete: an outcome is taken down, and with active support the sum is reached.

    Motivational support has a first interview and an outcome, and no sum to reach.
    """
    met = any(one.kind == "first_interview" for one in case.contacts)
    reached = case.level == "motivational" or total(case) >= table()["complete"].points
    return bool(case.outcomes) and met and reached


def _line(row: str, day: date, why_not: str | None = None) -> PointLine:
    held = table()[row]
    if why_not is None and held.status == "unverified":
        why_not = "unverified"
    return PointLine(row=row, points=0 if why_not else held.points, day=day, why_not=why_not)


def _interviews(case: Case) -> list[PointLine]:
    lines, met = [], False
    for one in sorted(case.contacts, key=lambda each: each.day):
        if one.kind != "first_interview":
            lines.append(_line(one.kind, one.day))
            continue
        days = (one.day - case.exam_day).days
        if met:
            lines.append(_line("first_week", one.day, "only_first"))
        elif days == 0:
            lines.append(_line("first_same_day", one.day))
        else:
            lines.append(_line("first_week", one.day, None if 0 < days <= 7 else "after_a_week"))
        met = True
    return lines


def _messages(case: Case) -> list[PointLine]:
    """An exchange counts once: what a person wrote, and what the resident answered to it."""
    lines: list[PointLine] = []
    answers = sorted(
        [one.at for one in case.notes if one.author == "resident" and has_words(one.text)]
        + [one.at for one in case.check_ins]
    )
    written = sorted((one for one in case.notes if one.author != "resident"), key=lambda one: one.at)
    since: datetime | None = None
    for one in written:
        day = tokyo_day(one.at)
        if one.author == "automated":
            lines.append(_line("automated", day, "automated"))
        elif not has_words(one.text):
            lines.append(_line("no_words", day, "no_words"))
        else:
            answer = next((at for at in answers if at > one.at), None)
            counted = answer is not None and answer != since
            why_not = None if counted else "waits_for_answer" if answer is None else "same_exchange"
            lines.append(_line("message", day, why_not))
            since = answer if counted else since
    return lines


def _lost(case: Case, one: Outcome, by: float) -> bool:
    if None in (case.start_waist_cm, case.start_weight_kg, one.waist_cm, one.weight_kg):
        return False
    assert case.start_waist_cm is not None
    assert case.start_weight_kg is not None
    assert one.waist_cm is not None
    assert one.weight_kg is not None
    # Measures have one decimal; a difference of floats would miss its line by a hair.
    waist, weight = round(case.start_waist_cm - one.waist_cm, 1), round(case.start_weight_kg - one.weight_kg, 1)
    return waist >= by and weight >= by


def _outcomes(case: Case) -> list[PointLine]:
    lines: list[PointLine] = []
    outcomes = sorted(case.outcomes, key=lambda one: one.month)
    two = next((one for one in outcomes if _lost(case, one, 2)), None)
    one_each = next((one for one in outcomes if _lost(case, one, 1)), None)
    if two is not None:
        lines.append(_line("outcome_2", two.day))
    elif one_each is not None:
        lines.append(_line("outcome_1", one_each.day))
    seen: set[TargetKind] = set()
    for one in outcomes:
        for kind in one.kept:
            # Tobacco has a row of its own.
            if kind != "smoking" and kind not in seen:
                seen.add(kind)
                lines.append(_line("target", one.day))
    stopped = next((one for one in outcomes if one.quit_smoking), None)
    if stopped is not None:
        lines.append(_line("quit_smoking", stopped.day))
    return lines


def due(case: Case, month: Literal[3, 6]) -> date:
    """The day from which an outcome can be taken down: months after the first interview, else after the start."""
    first = [one.day for one in case.contacts if one.kind == "first_interview"]
    return months_after(min(first, default=tokyo_day(case.opened_at)), month)


def needs(case: Case, at: datetime) -> tuple[Need, ...]:
    """What a counsellor has to do now, most pressing first; empty where it runs by itself."""
    if case.closed_at is not None:
        return ()
    found: list[Need] = []
    said = [one for one in case.notes if one.author != "automated"]
    if said and max(said, key=lambda one: one.at).author == "resident":
        found.append("answer")
    newest = sorted(case.check_ins, key=lambda one: one.monday)[-2:]
    if len(newest) == 2 and all(one.answer == "not_done" for one in newest):
        found.append("hard")
    last = max([case.opened_at, *(one.at for one in case.check_ins)])
    if at - last >= SILENT:
        found.append("silent")
    if not any(one.kind == "first_interview" for one in case.contacts):
        found.append("first_interview")
    done = {one.month for one in case.outcomes}
    today = tokyo_day(at)
    if 3 not in done and 6 not in done and today >= due(case, 3):
        found.append("outcome_3")
    if 6 not in done and today >= due(case, 6):
        found.append("outcome_6")
    return tuple(found)
