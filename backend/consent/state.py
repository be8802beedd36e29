"""How consent stands now: the grants, switches and pause of a person, read from the tables as values."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from backend.consent.model import Category, Grant, Identifiability, Mode, Purpose, RecipientKind, Rule, Switch, TextRef
from backend.consent.tables import GrantRow, RuleRow, StandingRow, SwitchRow


class Standing(msgspec.Struct, frozen=True):
    """A person's pause, and the counter that every change raises."""

    epoch: int
    paused_since: datetime | None


def standing_of(session: Session, *, person: str, lock: bool = False) -> Standing:
    """Return how a person stands; `lock` makes a change wait until this unit ends."""
    query = select(col(StandingRow.epoch), col(StandingRow.paused_since)).where(col(StandingRow.person) == person)
    row = session.execute(query.with_for_update(read=True) if lock else query).first()
    return Standing(row[0], row[1]) if row else Standing(0, None)


def raise_epoch(session: Session, *, person: str) -> None:
    """Make every permit about this person that was minted before worthless."""
    raised = update(StandingRow).where(col(StandingRow.person) == person).values(epoch=col(StandingRow.epoch) + 1)
    if session.connection().execute(raised).rowcount == 0:
        session.execute(insert(StandingRow), [{"person": person, "epoch": 1}])


def grants_of(session: Session, *, person: str) -> list[Grant]:
    """Return the open grants of a person, with the switches that are on."""
    rows = session.execute(
        select(GrantRow.__table__)  # type: ignore[attr-defined]
        .where(col(GrantRow.person) == person, col(GrantRow.closed_at).is_(None))
        .order_by(col(GrantRow.id))
    ).all()
    on: dict[str, list[Switch]] = {row.id: [] for row in rows}
    if rows:
        query = select(SwitchRow.__table__).where(  # type: ignore[attr-defined]
            col(SwitchRow.person) == person, col(SwitchRow.grant).in_(on), col(SwitchRow.is_on)
        )
        for switch in session.execute(query.order_by(col(SwitchRow.category))):
            text = TextRef(switch.text_id, switch.text_version, switch.text_sha256)
            on[switch.grant].append(
                Switch(category=Category(switch.category), since=switch.changed_at, text=text, rule=switch.rule)
            )
    return [
        Grant(
            id=row.id,
            person=row.person,
            recipient=row.recipient,
            purpose=Purpose(row.purpose),
            identifiability=Identifiability(row.identifiability),
            mode=Mode(row.mode),
            start=row.start,
            end=row.end,
            erase_at=row.erase_at,
            reads_per_day=row.reads_per_day,
            switches=tuple(on[row.id]),
        )
        for row in rows
    ]


def rules_of(session: Session, *, person: str) -> list[Rule]:
    """Return the standing rules of a person that are in force."""
    rows = session.execute(
        select(RuleRow.__table__)  # type: ignore[attr-defined]
        .where(col(RuleRow.person) == person, col(RuleRow.ended_at).is_(None))
        .order_by(col(RuleRow.id))
    )
    return [
        Rule(
            id=row.id,
            person=row.person,
            kind=RecipientKind(row.kind),
            purpose=Purpose(row.purpose),
            categories=tuple(Category(each) for each in row.categories),
            effect=row.effect,
            since=row.since,
        )
        for row in rows
    ]


def grant_with(session: Session, *, person: str, recipient: str, purpose: Purpose) -> Grant | None:
    """Return the open grant of a person for a recipient and purpose, None where there is none."""
    held = grants_of(session, person=person)
    return next((each for each in held if each.recipient == recipient and each.purpose is purpose), None)
