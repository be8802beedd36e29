"""What comes back: promised when somebody agrees, delivered when the data user says so; double entry throughout.

Each booking has lines on two sides that sum to nothing. `promise` moves an amount from what the recipient owes to what
the person was promised; `deliver` and `lapse` move it on. So the recipients' side is always the mirror of the persons'.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec
from sqlalchemy import func, select
from sqlmodel import Session, col

from backend import base
from backend.bank.tables import BenefitLineRow, ProgrammeRow
from backend.base import ledger
from backend.base.ledger_verify import Problem

Unit = Literal["yen", "points"]
Kind = Literal["promise", "deliver", "lapse"]
_MOVES: dict[Kind, tuple[str, str]] = {
    "promise": ("recipient", "person:promised"),
    "deliver": ("person:promised", "person:delivered"),
    "lapse": ("person:promised", "recipient"),
}


class Benefit(msgspec.Struct, frozen=True, kw_only=True):
    """What one use promised one person, and what became of it."""

    use: str
    unit: Unit
    amount: int
    promised_at: datetime
    due_at: datetime | None
    delivered_at: datetime | None
    lapsed_at: datetime | None
    is_overdue: bool


class NothingPromised(base.Refusal):
    """There is no open promise that could be delivered to this person."""

    status = 404
    key = "bank.nothing_promised"


def _book(
    session: Session, *, kind: Kind, person: str, use: str, unit: str, amount: int, at: datetime, due: datetime | None
) -> None:
    booking = base.new_id()
    source, target = _MOVES[kind]
    session.add_all(
        BenefitLineRow(
            person=person,
            id=base.new_id(),
            booking=booking,
            kind=kind,
            use=use,
            account=account,
            unit=unit,
            amount=moved,
            at=at,
            due_at=due,
        )
        for account, moved in ((source, -amount), (target, amount))
    )
    session.flush()
    body = {"booking": booking, "act": kind, "use": use, "unit": unit, "amount": amount}
    ledger.append(session, kind="bank.benefit", person=person, body=body, clock=base.FixedClock(at))


def _open(session: Session, person: str, use: str) -> tuple[str, int] | None:
    """Return what is promised to a person by a use and neither delivered nor lapsed."""
    query = (
        select(col(BenefitLineRow.unit), func.sum(col(BenefitLineRow.amount)))
        .where(
            col(BenefitLineRow.person) == person,
            col(BenefitLineRow.use) == use,
            col(BenefitLineRow.account) == "person:promised",
        )
        .group_by(col(BenefitLineRow.unit))
    )
    return next(((unit, int(amount)) for unit, amount in session.execute(query) if amount), None)


def promise(session: Session, *, person: str, programme: ProgrammeRow, at: datetime) -> None:
    """Promise a person what the programme promises, once; a promise that was delivered or is open is not made again."""
    if programme.amount == 0 or any(
        each.lapsed_at is None for each in my_benefits(session, person=person, use=programme.use, at=at)
    ):
        return
    due = at + timedelta(days=programme.due_days)
    _book(
        session,
        kind="promise",
        person=person,
        use=programme.use,
        unit=programme.unit,
        amount=programme.amount,
        at=at,
        due=due,
    )


def lapse(session: Session, *, person: str, use: str, at: datetime) -> None:
    """Take back a promise for which nothing was given; without an open promise nothing happens."""
    held = _open(session, person, use)
    if held is not None:
        _book(session, kind="lapse", person=person, use=use, unit=held[0], amount=held[1], at=at, due=None)


def deliver_benefit(session: Session, *, person: str, use: str, clock: base.Clock = base.CLOCK) -> None:
    """Write down that a promised benefit reached a person; raises NothingPromised."""
    held = _open(session, person, use)
    if held is None:
        raise NothingPromised
    _book(session, kind="deliver", person=person, use=use, unit=held[0], amount=held[1], at=clock.now(), due=None)


def my_benefits(session: Session, *, person: str, at: datetime, use: str | None = None) -> list[Benefit]:
    """Return what was promised to a person, newest first, each with what became of it."""
    query = select(BenefitLineRow.__table__).where(  # type: ignore[attr-defined]
        col(BenefitLineRow.person) == person, col(BenefitLineRow.account) == "person:promised"
    )
    if use is not None:
        query = query.where(col(BenefitLineRow.use) == use)
    found: dict[str, list[Benefit]] = defaultdict(list)
    for row in session.execute(query.order_by(col(BenefitLineRow.id))):
        mine = found[row.use]
        if row.kind == "promise":
            mine.append(
                Benefit(
                    use=row.use,
                    unit=row.unit,
                    amount=row.amount,
                    promised_at=row.at,
                    due_at=row.due_at,
                    delivered_at=None,
                    lapsed_at=None,
                    is_overdue=row.due_at is not None and at >= row.due_at,
                )
            )
        elif mine:
            done = {"delivered_at": row.at} if row.kind == "deliver" else {"lapsed_at": row.at}
            mine[-1] = msgspec.structs.replace(mine[-1], is_overdue=False, **done)
    return sorted((each for mine in found.values() for each in mine), key=lambda each: each.promised_at, reverse=True)


def unbalanced(session: Session) -> list[Problem]:
    """Return bookings that do not sum to nothing or differ from the ledger, and sides that are below zero."""
    lines: dict[str, list[Any]] = defaultdict(list)
    for row in session.execute(select(BenefitLineRow.__table__)):  # type: ignore[attr-defined]
        lines[row.booking].append(row)
    said = {str(each.body["booking"]): each for each in ledger.all_entries(session, prefix="bank.benefit")}
    problems = []
    held: dict[tuple[str, str, str], int] = defaultdict(int)
    for booking, rows in sorted(lines.items()):
        body = said[booking].body if booking in said else {}
        moved = max(row.amount for row in rows)
        if sum(row.amount for row in rows) != 0 or len(rows) != 2:
            problems.append(Problem(table="bank_entry", row=booking, what="does not sum to nothing"))
        elif (body.get("act"), body.get("use"), body.get("amount")) != (rows[0].kind, rows[0].use, moved):
            problems.append(Problem(table="bank_entry", row=booking, what="differs from the ledger"))
        for row in rows:
            if row.account != "recipient":
                held[row.person, row.use, row.account] += row.amount
    problems += [Problem(table="bank_entry", row=each, what="missing") for each in sorted(said.keys() - lines.keys())]
    return problems + [
        Problem(table="bank_entry", row="/".join(side), what="is below zero")
        for side, amount in sorted(held.items())
        if amount < 0
    ]
