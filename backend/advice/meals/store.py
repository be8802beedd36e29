"""Plans and wishes as they are kept: sealed per person, the newest plan counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

import msgspec
from sqlalchemy import delete, select

from backend import base
from backend.advice.meals.plates import Wishes
from backend.advice.meals.relax import Step
from backend.advice.meals.tables import MealPlanRow, MealStateRow

KEEP = 20
"""How many plans stay for undo."""


class Meal(msgspec.Struct, frozen=True):
    """One meal of a kept plan: day 0-6 after the first, slot, plates by id, and whether it stays when re-planned."""

    day: int
    slot: str
    plates: tuple[str, ...]
    is_locked: bool = False


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as it is kept, with who computed it and what it rested on."""

    id: str
    first: date
    made_at: datetime
    meals: tuple[Meal, ...]
    energy_kcal: float
    digest: str
    objective: float
    proof: str
    seconds: float
    choices: int
    rejected: int


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Work on a plan that takes longer than a request, or its outcome when there is no plan."""

    id: str
    state: str
    """"working", "impossible", "gave_up"."""
    first: date
    at: datetime
    part: str = "week"
    best: float | None = None
    bound: float | None = None
    relaxations: tuple[tuple[Step, ...], ...] | None = ()
    """What would have to give way; empty = proven that nothing helps, None = not found out in time."""


class Ticks(msgspec.Struct, frozen=True):
    """What is in the basket, by food code, for one plan."""

    plan: str
    codes: frozenset[str] = frozenset()


_T = TypeVar("_T", Wishes, Task, Ticks)


def plans(session: base.Session, person: str) -> list[Kept]:
    """The kept plans, newest first."""
    table = MealPlanRow.__table__  # type: ignore[attr-defined]
    columns = select(table.c.id, table.c.sealed).where(table.c.person_id == person).order_by(table.c.id.desc())
    return [
        msgspec.json.decode(
            base.unseal(person, table="advice_meal_plan", column="sealed", row=row.id, version=1, sealed=row.sealed),
            type=Kept,
        )
        for row in session.connection().execute(columns)
    ]


def keep(session: base.Session, person: str, plan: Kept) -> None:
    """Keep a plan as the newest; very old ones go."""
    plain = msgspec.json.encode(plan)
    sealed = base.seal(person, table="advice_meal_plan", column="sealed", row=plan.id, version=1, plain=plain)
    session.add(MealPlanRow(person_id=person, id=plan.id, made_at=plan.made_at, sealed=sealed))
    session.flush()
    table = MealPlanRow.__table__  # type: ignore[attr-defined]
    old = select(table.c.id).where(table.c.person_id == person).order_by(table.c.id.desc()).offset(KEEP)
    ids: Sequence[str] = list(session.connection().scalars(old))
    if ids:
        session.connection().execute(delete(table).where(table.c.person_id == person, table.c.id.in_(ids)))


def change(session: base.Session, person: str, plan: Kept) -> None:
    """Write a plan anew in its place."""
    forget(session, person, plan.id)
    session.flush()
    keep(session, person, plan)


def forget(session: base.Session, person: str, plan: str) -> None:
    """Take the newest plan away: the one before counts again."""
    row = session.get(MealPlanRow, (person, plan))
    if row is not None:
        session.delete(row)


def state(session: base.Session, person: str, name: str, of: type[_T]) -> _T | None:
    """The newest of a kind, or None."""
    table = MealStateRow.__table__  # type: ignore[attr-defined]
    columns = select(table.c.version, table.c.sealed).where(table.c.person_id == person, table.c.name == name)
    row = session.connection().execute(columns).first()
    if row is None:
        return None
    plain = base.unseal(
        person, table="advice_meal_state", column="sealed", row=name, version=row.version, sealed=row.sealed
    )
    return msgspec.json.decode(plain, type=of)


def put(session: base.Session, person: str, name: str, value: Wishes | Task | Ticks, at: datetime) -> None:
    """Replace the newest of a kind."""
    row = session.get(MealStateRow, (person, name))
    version = 1 if row is None else row.version + 1
    plain = msgspec.json.encode(value)
    sealed = base.seal(person, table="advice_meal_state", column="sealed", row=name, version=version, plain=plain)
    session.merge(MealStateRow(person_id=person, name=name, version=version, at=at, sealed=sealed))


def drop(session: base.Session, person: str, name: str) -> None:
    """Forget the newest of a kind."""
    row = session.get(MealStateRow, (person, name))
    if row is not None:
        session.delete(row)
