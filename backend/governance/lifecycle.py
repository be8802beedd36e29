"""After the verdict: suspend and resume at once, end for good, and what the clock ends by itself."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import select, update
from sqlmodel import Session, col

from backend import base, consent, people
from backend.base import ledger
from backend.consent import HeldUse, UseState
from backend.governance.applicants import NOBODY, my_organisation
from backend.governance.events import UseEnded, UseResumed, UseSuspended
from backend.governance.forms import State
from backend.governance.refusals import WrongState
from backend.governance.tables import ApplicationRow, UseEventRow
from backend.governance.uses import held


class UseEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a use after its verdict."""

    kind: str
    why: str
    at: datetime


def _at_site(session: Session, actor: people.Actor, use: str) -> HeldUse:
    found = held(session, use=use)
    if found.verdict.site != actor.site:
        raise base.NotFound
    return found


def _note(session: Session, use: str, kind: str, why: str, account: str | None, clock: base.Clock) -> None:
    body = {"use": use, "why": why, "by": account}
    leaf = ledger.append(session, kind=f"governance.{kind}", person=NOBODY, body=body, clock=clock)
    row = UseEventRow(id=base.new_id(), use=use, kind=kind, why=why, account=account, at=clock.now(), leaf=leaf)
    session.add(row)
    session.flush()


def suspend(session: Session, *, actor: people.Actor, use: str, why: str, clock: base.Clock = base.CLOCK) -> HeldUse:
    """Freeze a use: from this unit's commit on nothing leaves, and every token of it answers 403."""
    found = _at_site(session, actor, use)
    if found.state is not UseState.LIVE:
        raise WrongState
    consent.put_verdict(session, verdict=found.verdict, state=UseState.SUSPENDED, why=why, clock=clock)
    _note(session, use, "suspended", why, actor.account, clock)
    base.publish(session, UseSuspended(use=use, recipient=found.verdict.recipient))
    return held(session, use=use)


def resume(session: Session, *, actor: people.Actor, use: str, why: str, clock: base.Clock = base.CLOCK) -> HeldUse:
    """Let a suspended use go on."""
    found = _at_site(session, actor, use)
    if found.state is not UseState.SUSPENDED:
        raise WrongState
    consent.put_verdict(session, verdict=found.verdict, state=UseState.LIVE, clock=clock)
    _note(session, use, "resumed", why, actor.account, clock)
    base.publish(session, UseResumed(use=use, recipient=found.verdict.recipient))
    return held(session, use=use)


def finish(session: Session, *, actor: people.Actor, use: str, clock: base.Clock = base.CLOCK) -> HeldUse:
    """End a use before its time, by the organisation that has it."""
    mine = my_organisation(session, actor=actor)
    if held(session, use=use).verdict.organisation != mine.id:
        raise base.NotFound
    return end_use(session, use=use, why="ended_by_user", account=actor.account, clock=clock)


def end_use(
    session: Session, *, use: str, why: str, account: str | None = None, clock: base.Clock = base.CLOCK
) -> HeldUse:
    """End a use for good and withdraw what is undecided about it; erasure is then due (UseEnded)."""
    found = held(session, use=use)
    if found.state is UseState.ENDED:
        raise WrongState
    consent.put_verdict(session, verdict=found.verdict, state=UseState.ENDED, why=why, clock=clock)
    session.execute(
        update(ApplicationRow)
        .where(
            col(ApplicationRow.use) == use,
            col(ApplicationRow.state).in_((State.DRAFT, State.REVIEW, State.CONDITIONS)),
        )
        .values(state=State.WITHDRAWN, updated_at=clock.now())
    )
    _note(session, use, "ended", why, account, clock)
    base.publish(session, UseEnded(use=use, recipient=found.verdict.recipient, why=why))
    return held(session, use=use)


def end_overdue(session: Session, *, clock: base.Clock = base.CLOCK) -> list[str]:
    """End every use whose last day or review day has passed; returns which. Reads were refused already."""
    now = clock.now()
    ended = []
    for each in consent.held_uses(session):
        if each.state is UseState.ENDED or now < each.verdict.ends:
            continue
        why = "over" if now >= each.verdict.until else "unreviewed"
        end_use(session, use=each.verdict.use, why=why, clock=clock)
        ended.append(each.verdict.use)
    return ended


def use_events(session: Session, *, use: str) -> list[UseEvent]:
    """Return what happened to a use, oldest first."""
    query = select(col(UseEventRow.kind), col(UseEventRow.why), col(UseEventRow.at)).where(col(UseEventRow.use) == use)
    return [
        UseEvent(kind=kind, why=why, at=at) for kind, why, at in session.execute(query.order_by(col(UseEventRow.id)))
    ]
