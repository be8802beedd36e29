"""Children of a parent: kept in the parent's own record, sealed with the parent's key, shown to nobody else."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec
from sqlalchemy import select

from backend import base, consent
from backend.consent import Category, Permit
from backend.risk import growth
from backend.risk.tables import ChildRow

MOST_CHILDREN = 12
MOST_MEASURES = 400
OLDEST_YEARS = 18
# What a living child can have; outside, the person is asked to look again.
LIMITS = {"weight": (0.3, 150.0), "height": (20.0, 210.0), "head": (15.0, 70.0)}


class UnknownChild(base.Refusal):
    """There is no such child in this record."""

    status, key = 404, "risk.unknown_child"


class BadChild(base.Refusal):
    """A birth ahead or too long ago, or weeks at birth that no living child has."""

    status, key = 422, "risk.bad_child"


class BadMeasure(base.Refusal):
    """A day before birth or ahead, nothing measured, or a value no child has."""

    status, key = 422, "risk.bad_measure"


class TooMany(base.Refusal):
    """More children or measurements than this record keeps."""

    status, key = 409, "risk.too_many"


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured on one day: kg, cm, cm."""

    id: str
    day: date
    weight: float | None = None
    height: float | None = None
    head: float | None = None


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """A child as the parent wrote it down; `gestation_days` from the mother-and-child handbook."""

    id: str
    client_id: str
    name: str
    birth: date
    sex: Literal["male", "female"]
    gestation_days: int | None = None
    measures: tuple[Measured, ...] = ()


def _may(permit: Permit, now: datetime) -> None:
    if not permit.allows(Category.MCH, now):
        raise consent.NotPermitted


def _open(person: str, row: ChildRow) -> Child:
    plain = base.unseal(person, table="risk_child", column="sealed", row=row.id, version=row.version, sealed=row.sealed)
    return msgspec.json.decode(plain, type=Child)


def _store(session: base.Session, person: str, child: Child, row: ChildRow | None, now: datetime) -> Child:
    version = 1 if row is None else row.version + 1
    sealed = base.seal(
        person, table="risk_child", column="sealed", row=child.id, version=version, plain=msgspec.json.encode(child)
    )
    session.merge(ChildRow(person_id=person, id=child.id, version=version, updated_at=now, sealed=sealed))
    return child


def _rows(session: base.Session, person: str) -> list[ChildRow]:
    table = ChildRow.__table__  # type: ignore[attr-defined]
    found = session.connection().execute(select(table).where(table.c.person_id == person).order_by(table.c.id))
    return [ChildRow(**row._mapping) for row in found]


def children(session: base.Session, *, permit: Permit, clock: base.Clock = base.CLOCK) -> list[Child]:
    """Return the children of the person, in the order they were written down."""
    _may(permit, clock.now())
    return [_open(permit.person, row) for row in _rows(session, permit.person)]


def child(session: base.Session, *, permit: Permit, child_id: str, clock: base.Clock = base.CLOCK) -> Child:
    """Return one child; raises UnknownChild."""
    _may(permit, clock.now())
    return _found(session, permit.person, child_id)[0]


def _found(session: base.Session, person: str, child_id: str) -> tuple[Child, ChildRow]:
    row = session.get(ChildRow, (person, child_id))
    if row is None:
        raise UnknownChild
    return _open(person, row), row


def keep(
    session: base.Session,
    *,
    permit: Permit,
    client_id: str,
    name: str,
    birth: date,
    sex: Literal["male", "female"],
    gestation_days: int | None = None,
    child_id: str | None = None,
    clock: base.Clock = base.CLOCK,
) -> Child:
    """Write down a child, or change the one of `child_id`; the same `client_id` again gives the same child.

    Raises BadChild, TooMany, UnknownChild, and KeyReused for other content under the same `client_id`.
    """
    now = clock.now()
    _may(permit, now)
    today = now.astimezone(base.TOKYO).date()
    is_born = birth <= today and growth.months(birth, today) < OLDEST_YEARS * 12
    if not is_born or not (gestation_days is None or 22 * 7 <= gestation_days <= 44 * 7) or not name.strip():
        raise BadChild
    if child_id is not None:
        old, row = _found(session, permit.person, child_id)
        if any(one.day < birth for one in old.measures):
            raise BadChild
        new = msgspec.structs.replace(old, name=name.strip(), birth=birth, sex=sex, gestation_days=gestation_days)
        return _store(session, permit.person, new, row, now)
    held = [_open(permit.person, row) for row in _rows(session, permit.person)]
    before = next((one for one in held if one.client_id == client_id), None)
    new = Child(
        id=base.new_id() if before is None else before.id, client_id=client_id, name=name.strip(), birth=birth, sex=sex,
        gestation_days=gestation_days,
    )  # fmt: skip
    if before is not None:
        if msgspec.structs.replace(before, measures=()) != new:
            raise base.KeyReused
        return before
    if len(held) >= MOST_CHILDREN:
        raise TooMany
    return _store(session, permit.person, new, None, now)


def forget(session: base.Session, *, permit: Permit, child_id: str, clock: base.Clock = base.CLOCK) -> None:
    """Delete a child with every measurement. Twice is fine."""
    _may(permit, clock.now())
    row = session.get(ChildRow, (permit.person, child_id))
    if row is not None:
        session.delete(row)


def measure(
    session: base.Session, *, permit: Permit, child_id: str, measured: Measured, clock: base.Clock = base.CLOCK
) -> Child:
    """Add what was measured on a day; the same id with the same content again changes nothing.

    Raises UnknownChild, BadMeasure, TooMany, KeyReused.
    """
    now = clock.now()
    _may(permit, now)
    old, row = _found(session, permit.person, child_id)
    values = {name: getattr(measured, name) for name in LIMITS}
    is_fine = any(value is not None for value in values.values()) and all(
        value is None or low <= value <= high
        for (low, high), value in zip(LIMITS.values(), values.values(), strict=True)
    )
    if not is_fine or not old.birth <= measured.day <= now.astimezone(base.TOKYO).date():
        raise BadMeasure
    before = next((one for one in old.measures if one.id == measured.id), None)
    if before is not None:
        if before != measured:
            raise base.KeyReused
        return old
    if len(old.measures) >= MOST_MEASURES:
        raise TooMany
    kept = tuple(sorted((*old.measures, measured), key=lambda one: (one.day, one.id)))
    return _store(session, permit.person, msgspec.structs.replace(old, measures=kept), row, now)


def unmeasure(
    session: base.Session, *, permit: Permit, child_id: str, measure_id: str, clock: base.Clock = base.CLOCK
) -> Child:
    """Take a measurement back. Twice is fine; raises UnknownChild."""
    _may(permit, clock.now())
    old, row = _found(session, permit.person, child_id)
    kept = tuple(one for one in old.measures if one.id != measure_id)
    return _store(session, permit.person, msgspec.structs.replace(old, measures=kept), row, clock.now())
