"""A person's weeks as they are kept: sealed, one row a week."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar

import msgspec
from sqlalchemy import select

from backend import base
from backend.advice.model import AnswerKind, Kind
from backend.advice.week.tables import AdviceMovementRow, AdvicePlanRow

Row = TypeVar("Row", AdvicePlanRow, AdviceMovementRow)


class Reminder(msgspec.Struct, frozen=True, kw_only=True):
    """One reminder of the week: of what, when, and whether it went out."""

    rule: str
    kind: Kind
    at: datetime
    sent_at: datetime | None = None


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided of one suggestion, with all that learning needs; kept only of who allowed it."""

    rule: str
    known: tuple[float, ...]
    strength: float
    benefit: float
    reminded: bool
    probability: float


class WeekPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One week as planned, and what the person said in it."""

    monday: date
    made_at: datetime
    proposed: tuple[str, ...]
    reminders: tuple[Reminder, ...] = ()
    decisions: tuple[Decision, ...] = ()
    hour: int = 18
    trial: str | None = None
    said: dict[str, AnswerKind] = {}


def load(session: base.Session, *, person: str, monday: date) -> WeekPlan | None:
    """The week as it was planned, if it was."""
    row = session.get(AdvicePlanRow, (person, monday))
    return None if row is None else _opened(row, "advice_plan", WeekPlan)


def save(session: base.Session, *, person: str, plan: WeekPlan) -> None:
    """Keep a week."""
    _put(session, AdvicePlanRow, person, plan.monday, "advice_plan", msgspec.json.encode(plan))


def weeks(session: base.Session, *, person: str) -> list[WeekPlan]:
    """All weeks of a person, oldest first."""
    table = AdvicePlanRow.__table__  # type: ignore[attr-defined]
    rows = session.execute(select(table).where(table.c.person_id == person).order_by(table.c.monday))
    return [_opened(AdvicePlanRow(**row._mapping), "advice_plan", WeekPlan) for row in rows]


def strip_decisions(session: base.Session, *, person: str) -> None:
    """Take what was kept for learning out of all weeks of a person."""
    for plan in weeks(session, person=person):
        if plan.decisions or plan.trial:
            save(session, person=person, plan=msgspec.structs.replace(plan, decisions=(), trial=None))


def note_answer(session: base.Session, *, person: str, rule: str, answer: AnswerKind | None, at: datetime) -> None:
    """Write into the week what the person said to a suggestion of it."""
    monday = base_monday(at)
    plan = load(session, person=person, monday=monday)
    if plan is None or rule not in plan.proposed:
        return
    said = {name: value for name, value in plan.said.items() if name != rule}
    if answer is not None:
        said[rule] = answer
    save(session, person=person, plan=msgspec.structs.replace(plan, said=said))


def load_marks(session: base.Session, *, person: str, monday: date) -> dict[date, str]:
    """What a person marked in a week of movement."""
    row = session.get(AdviceMovementRow, (person, monday))
    return {} if row is None else _opened(row, "advice_movement", dict[date, str])


def save_marks(session: base.Session, *, person: str, monday: date, marks: dict[date, str]) -> None:
    """Keep what a person marked in a week of movement."""
    _put(session, AdviceMovementRow, person, monday, "advice_movement", msgspec.json.encode(marks))


def base_monday(at: datetime) -> date:
    """The Monday (Tokyo) of the week of a moment."""
    day = at.astimezone(base.TOKYO).date()
    return date.fromordinal(day.toordinal() - day.weekday())


Value = TypeVar("Value")


def _opened(row: AdvicePlanRow | AdviceMovementRow, table: str, of: type[Value]) -> Value:
    plain = base.unseal(
        row.person_id,
        table=table,
        column="sealed",
        row=row.monday.isoformat(),
        version=row.version,
        sealed=row.sealed,
    )
    return msgspec.json.decode(plain, type=of)


def _put(session: base.Session, row: type[Row], person: str, monday: date, table: str, plain: bytes) -> None:
    held = session.get(row, (person, monday))
    version = 1 if held is None else held.version + 1
    sealed = base.seal(person, table=table, column="sealed", row=monday.isoformat(), version=version, plain=plain)
    session.merge(row(person_id=person, monday=monday, version=version, sealed=sealed))
    session.flush()
