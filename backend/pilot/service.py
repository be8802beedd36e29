"""What pilot staff do for their site: make invite codes, take them back, watch enrolment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from backend import base, people
from backend.people import Actor, BatchFacts, Role
from backend.pilot import model
from backend.pilot.model import Funnel


def make_invites(
    session: base.Session,
    *,
    actor: Actor,
    label: str,
    count: int,
    last_day: date,
    client_id: str | None = None,
    clock: base.Clock = base.CLOCK,
) -> BatchFacts:
    """Codes for residents of the staff member's site, good until the end of `last_day` in Tokyo.

    Staff cannot invite staff: codes for other roles are made by the operator on the command line.
    """
    return people.make_batch(
        session,
        site=actor.site,
        label=label,
        count=count,
        expires_at=datetime.combine(last_day + timedelta(days=1), time(), tzinfo=base.TOKYO),
        role=Role.RESIDENT,
        created_by=actor.account,
        client_id=client_id,
        clock=clock,
    )


def batches(session: base.Session, *, actor: Actor, clock: base.Clock = base.CLOCK) -> list[BatchFacts]:
    """The residents' batches of the staff member's site, newest first."""
    return [one for one in people.batches(session, site=actor.site, clock=clock) if one.role is Role.RESIDENT]


def batch(session: base.Session, *, actor: Actor, batch_id: str, clock: base.Clock = base.CLOCK) -> BatchFacts:
    """One residents' batch with its codes; NotFound for another site's batch and for codes of other roles."""
    found = people.batch(session, batch=batch_id, site=actor.site, clock=clock)
    if found.role is not Role.RESIDENT:
        raise base.NotFound
    return found


def revoke(
    session: base.Session, *, actor: Actor, batch_id: str, code: str | None = None, clock: base.Clock = base.CLOCK
) -> int:
    """Take back the batch's unused codes, or one of them; returns how many."""
    found = batch(session, actor=actor, batch_id=batch_id, clock=clock)
    return people.revoke_unused(session, batch=found.id, site=actor.site, code=code, clock=clock)


def funnel(session: base.Session, *, actor: Actor, clock: base.Clock = base.CLOCK) -> Funnel:
    """Enrolment at the staff member's site: numbers only, no names, no health value."""
    return model.funnel(_happened(session, actor, clock), base.TOKYO)


def _happened(session: base.Session, actor: Actor, clock: base.Clock) -> Iterator[tuple[str, datetime]]:
    for made in batches(session, actor=actor, clock=clock):
        for invite in made.invites:
            if invite.state != "revoked" or invite.opened_at is not None:
                yield "invited", invite.created_at
            if invite.opened_at is not None:
                yield "opened", invite.opened_at
    for reached in people.steps(session, site=actor.site):
        yield reached.step, reached.at
