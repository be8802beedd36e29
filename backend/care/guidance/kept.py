"""Cases of guidance as they are kept: sealed, and found only for who may see them."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from sqlalchemy import delete
from sqlmodel import Session, col, select

from backend import base, people
from backend.care.guidance.model import MOST_EVENTS, Case
from backend.care.guidance.tables import GuidanceRow
from backend.care.team import my_recipients


class GuidanceFull(base.Conflict):
    """A case holds no more entries."""

    key: ClassVar[str] = "care.guidance.full"


def own_row(session: Session, actor: people.Actor) -> GuidanceRow:
    """The open case of the resident; NotFound where there is none."""
    row = open_row(session, actor.person or "")
    if row is None:
        raise base.NotFound
    return row


def open_row(session: Session, person: str) -> GuidanceRow | None:
    """The open case of a person, if there is one."""
    return session.exec(select(GuidanceRow).where(GuidanceRow.person == person, col(GuidanceRow.is_open))).first()


def row_for(session: Session, actor: people.Actor, case: str) -> GuidanceRow:
    """An open case for a counsellor of its team; NotFound to all others."""
    row = session.exec(select(GuidanceRow).where(GuidanceRow.id == case, col(GuidanceRow.is_open))).first()
    if row is None or row.recipient not in {each.id for each in my_recipients(session, actor=actor)}:
        raise base.NotFound
    return row


def opened(row: GuidanceRow) -> Case:
    """What a row says."""
    plain = base.unseal(
        row.person, table="care_guidance", column="sealed", row=row.id, version=row.version, sealed=row.sealed
    )
    return msgspec.json.decode(plain, type=Case)


def put(session: Session, row: GuidanceRow, case: Case) -> Case:
    """Keep a changed case; GuidanceFull where it holds too much."""
    if case.events > MOST_EVENTS:
        raise GuidanceFull
    save(session, row, case)
    return case


def save(session: Session, row: GuidanceRow, case: Case) -> None:
    """Seal a case into its row."""
    row.version += 1
    row.sealed = base.seal(
        case.person,
        table="care_guidance",
        column="sealed",
        row=row.id,
        version=row.version,
        plain=msgspec.json.encode(case),
    )
    session.add(row)
    session.flush()


def _forget(session: Session, event: people.PersonErased) -> None:
    session.connection().execute(delete(GuidanceRow).where(col(GuidanceRow.person) == event.person))


base.subscribe(people.PersonErased, _forget)
