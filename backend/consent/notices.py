"""Notice and opt-out under the Next-Generation Medical Infrastructure Act: no switch, but a stop that always works."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import select
from sqlmodel import Session, col

from backend import base, people
from backend.base import journal
from backend.consent.service import Changed, act_of, answered_before, record_change
from backend.consent.tables import NextGenRow

NOTICE_VERSION = 1
WAITING = timedelta(days=30)
"""Between notice and the first use; commonly stated, to be confirmed by counsel (checklist NG04)."""


class NextGen(msgspec.Struct, frozen=True, kw_only=True):
    """How a person stands: since when she knows, from when on data may be used, and whether she stopped it."""

    notice_version: int
    noticed_at: datetime | None
    usable_from: datetime | None
    stopped_at: datetime | None


def nextgen(session: Session, *, person: str) -> NextGen:
    """Return how a person stands; nothing of hers is usable before the notice and the waiting time."""
    row = session.get(NextGenRow, person)
    if row is None:
        return NextGen(notice_version=NOTICE_VERSION, noticed_at=None, usable_from=None, stopped_at=None)
    return NextGen(
        notice_version=row.notice_version,
        noticed_at=row.noticed_at,
        usable_from=row.noticed_at + WAITING,
        stopped_at=row.stopped_at,
    )


def note_notice(session: Session, *, actor: people.Actor, clock: base.Clock = base.CLOCK) -> NextGen:
    """Write down that the notice was shown to the actor; the first time counts."""
    if actor.person is None:
        raise base.NotAllowed
    if session.get(NextGenRow, actor.person) is None:
        session.add(NextGenRow(person=actor.person, notice_version=NOTICE_VERSION, noticed_at=clock.now()))
        session.flush()
    return nextgen(session, person=actor.person)


def stop_nextgen(
    session: Session, *, actor: people.Actor, stop: bool, client_id: str, clock: base.Clock = base.CLOCK
) -> Changed:
    """Stop the use of the actor's data under the Act, at once and without a passkey; going on again needs one."""
    act = act_of(actor, client_id=client_id, body={"nextgen_stop": stop}, clock=clock)
    before = answered_before(session, act=act)
    if before is not None:
        return before
    if not stop:
        people.require_step_up(actor, clock=clock)
    else:
        journal.note(session, kind="consent.nextgen_stop", body={"person": act.person}, clock=clock)
    note_notice(session, actor=actor, clock=clock)
    row = session.get_one(NextGenRow, act.person)
    row.stopped_at = act.at if stop else None
    session.add(row)
    session.flush()
    return record_change(session, act=act, kind="nextgen", is_on=not stop, body={"notice": NOTICE_VERSION}, row={})


def nextgen_usable(session: Session, *, clock: base.Clock = base.CLOCK) -> list[str]:
    """Return the persons whose data may go into an extract now: noticed long enough ago and not stopped."""
    query = select(col(NextGenRow.person)).where(
        col(NextGenRow.noticed_at) <= clock.now() - WAITING, col(NextGenRow.stopped_at).is_(None)
    )
    return list(session.execute(query.order_by(col(NextGenRow.person))).scalars())


@journal.replays("consent.nextgen_stop")
def _again(session: Session, line: journal.Line) -> None:
    row = session.get(NextGenRow, str(line.body["person"]))
    if row is not None and row.stopped_at is None:
        row.stopped_at = datetime.fromisoformat(line.at)
        session.add(row)
