"""Withdrawals that no thumb makes: a person was erased, a backup was restored, an agreed time is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select, update
from sqlmodel import Session, col

from backend import base, people
from backend.base import journal
from backend.consent.model import Category, Purpose
from backend.consent.recipients import recipient_of
from backend.consent.refusals import RecipientGone
from backend.consent.service import Act, record_change, switch
from backend.consent.state import grants_of, raise_epoch, standing_of
from backend.consent.tables import GrantRow, StandingRow


def end_all(session: Session, erased: people.PersonErased) -> None:
    """Switch everything off that a person allowed, so that recipients are asked to erase it."""
    act = Act(person=erased.person, account="erasure", site="", at=erased.at)
    for grant in grants_of(session, person=erased.person):
        recipient = recipient_of(session, recipient=grant.recipient)
        here = msgspec.structs.replace(act, site=recipient.site)
        for each in grant.switches:
            switch(session, act=here, recipient=recipient, purpose=grant.purpose, category=each.category, on=False)


def end_grants_of(session: Session, *, recipient: str, clock: base.Clock = base.CLOCK) -> int:
    """Switch off everything that anybody allowed a recipient; returns how many grants: its use is over."""
    return _end(session, col(GrantRow.recipient) == recipient, "ended", clock)


@base.every("consent.end_over", seconds=600)
def end_over(*, clock: base.Clock = base.CLOCK) -> None:
    """Close the grants whose agreed time is over, so that recipients are asked to erase."""
    with base.write_unit() as session:
        _end(session, col(GrantRow.end) <= clock.now(), "clock", clock)


def _end(session: Session, condition: Any, account: str, clock: base.Clock) -> int:
    query = select(col(GrantRow.person), col(GrantRow.id)).where(condition, col(GrantRow.closed_at).is_(None))
    found = session.execute(query.order_by(col(GrantRow.id))).all()
    for person, name in found:
        grant = next(each for each in grants_of(session, person=person) if each.id == name)
        recipient = recipient_of(session, recipient=grant.recipient)
        act = Act(person=person, account=account, site=recipient.site, at=clock.now())
        for each in grant.switches:
            switch(session, act=act, recipient=recipient, purpose=grant.purpose, category=each.category, on=False)
    return len(found)


@journal.replays("consent.off")
def _off_again(session: Session, line: journal.Line) -> None:
    person, purpose = str(line.body["person"]), Purpose(line.body["purpose"])
    category = Category(line.body["category"])
    try:
        recipient = recipient_of(session, recipient=str(line.body["recipient"]))
    except RecipientGone:
        return
    held = [each for each in grants_of(session, person=person) if each.recipient == recipient.id]
    if any(each.purpose is purpose and category in each.categories for each in held):
        act = Act(person=person, account="journal", site=recipient.site, at=datetime.fromisoformat(line.at))
        switch(session, act=act, recipient=recipient, purpose=purpose, category=category, on=False)


@journal.replays("consent.pause")
def _pause_again(session: Session, line: journal.Line) -> None:
    person, at = str(line.body["person"]), datetime.fromisoformat(line.at)
    try:
        people.person(session, person=person)
    except base.Refusal:
        return
    if standing_of(session, person=person).paused_since is None:
        raise_epoch(session, person=person)
        session.execute(update(StandingRow).where(col(StandingRow.person) == person).values(paused_since=at))
        act = Act(person=person, account="journal", site="", at=at)
        record_change(session, act=act, kind="pause", is_on=True, body={"scope": "information bank"}, row={})
