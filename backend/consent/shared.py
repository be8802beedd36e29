"""Who shares with a recipient: the list a counsellor or a data user may have, and nothing beyond it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlmodel import Session, col

from backend import base
from backend.consent.decide import usable
from backend.consent.model import Category, Identifiability, Purpose, Recipient
from backend.consent.recipients import rule_set
from backend.consent.sensitive import closed_categories
from backend.consent.state import grants_of, standing_of
from backend.consent.tables import GrantRow, ReadRow
from backend.consent.texts import texts


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """That one person shares with one recipient now: what, and since when."""

    person: str
    recipient: str
    purpose: Purpose
    identifiability: Identifiability
    since_by_category: Mapping[Category, datetime]

    @property
    def categories(self) -> tuple[Category, ...]:
        """Return what is shared, in the order of the names."""
        return tuple(sorted(self.since_by_category))


def shared_with(
    session: Session, *, person: str, recipient: Recipient, purpose: Purpose, clock: base.Clock = base.CLOCK
) -> Shared | None:
    """Return what a person shares with a recipient at this moment, or None."""
    grant = next(
        (
            each
            for each in grants_of(session, person=person)
            if each.recipient == recipient.id and each.purpose is purpose
        ),
        None,
    )
    if grant is None:
        return None
    opened, _ = usable(
        grant,
        recipient=recipient,
        rules=rule_set(session, site=recipient.site),
        meanings=texts().meanings,
        closed=closed_categories(),
        is_paused=standing_of(session, person=person).paused_since is not None,
        at=clock.now(),
    )
    if not opened:
        return None
    return Shared(
        person=person,
        recipient=recipient.id,
        purpose=purpose,
        identifiability=grant.identifiability,
        since_by_category={each.category: each.since for each in grant.switches if each.category in opened},
    )


def people_sharing(
    session: Session, *, recipient: Recipient, purpose: Purpose, clock: base.Clock = base.CLOCK
) -> list[Shared]:
    """Return everybody who shares with a recipient now; whoever switched off is not in it, nor in its length."""
    persons = session.execute(
        select(col(GrantRow.person))
        .where(
            col(GrantRow.recipient) == recipient.id,
            col(GrantRow.purpose) == purpose,
            col(GrantRow.closed_at).is_(None),
        )
        .distinct()
        .order_by(col(GrantRow.person))
    ).scalars()
    found = (
        shared_with(session, person=person, recipient=recipient, purpose=purpose, clock=clock)
        for person in list(persons)
    )
    return [each for each in found if each is not None]


def read_times(
    session: Session, *, person: str, recipient: str, purpose: Purpose
) -> Mapping[Category, frozenset[datetime]]:
    """Return when a recipient read which kinds of data under a purpose, also under grants that are over."""
    rows = session.execute(
        select(col(ReadRow.at), col(ReadRow.what)).where(
            col(ReadRow.person) == person,
            col(ReadRow.recipient) == recipient,
            col(ReadRow.purpose) == purpose,
            col(ReadRow.is_denied).is_(False),
        )
    )
    found: dict[Category, set[datetime]] = {}
    for at, what in rows:
        for category in what:
            found.setdefault(Category(category), set()).add(at)
    return {category: frozenset(times) for category, times in found.items()}
