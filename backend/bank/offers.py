"""Offers: who asks for what, what comes back, what the board said; answered by the person or by a rule of hers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

import msgspec
from sqlalchemy import select
from sqlmodel import Session, col

from backend import base, consent, governance, people
from backend.bank import benefits, erasures
from backend.bank.tables import OfferRow, ProgrammeRow
from backend.consent import Category, ConsentChanged, HeldUse, Recipient, Verdict
from backend.people import Role

State = Literal["open", "later", "accepted", "declined", "ended"]
Answer = Literal["accept", "decline", "later", "reopen"]
LATER = timedelta(days=7)


class OfferGone(base.Refusal):
    """The offer is over, or was never made to this person."""

    status = 404
    key = "bank.offer_gone"


class NothingChosen(base.Refusal):
    """Agreeing needs at least one kind of data, and only kinds that the offer asks for."""

    status = 422
    key = "bank.nothing_chosen"


class PromiseLowered(base.Refusal):
    """What was promised to residents cannot become less."""

    status = 409
    key = "bank.promise_lowered"


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One offer as its person sees it."""

    use: str
    recipient: Recipient
    verdict: Verdict
    state: State
    made_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    later_until: datetime | None
    added: tuple[Category, ...]
    accepted: tuple[Category, ...]
    closed: tuple[Category, ...]
    rule: str | None
    unit: str
    amount: int
    due_days: int
    erase_after_days: int
    receipts: tuple[str, ...] = ()


class Programme(msgspec.Struct, frozen=True, kw_only=True):
    """What a data user promises for a use, and how many were asked (not who, and not what they answered)."""

    use: str
    recipient: str
    unit: str
    amount: int
    due_days: int
    answer_days: int
    opened_at: datetime
    asked: int


def open_programme(
    session: Session,
    *,
    actor: people.Actor,
    use: str,
    unit: benefits.Unit,
    amount: int,
    due_days: int,
    answer_days: int,
    clock: base.Clock = base.CLOCK,
) -> Programme:
    """Make the offer of an approved use to every resident it can concern; the promise may later only rise.

    Raises NotPermitted to whoever does not act for the use, and what governance says where it is not live.
    """
    held = governance.held(session, use=use)
    verdict = held.verdict
    mine = {each.id for each in consent.recipients_of(session, account=actor.account)}
    if verdict.recipient not in mine or not held.is_live(clock.now()):
        raise consent.NotPermitted
    row = session.get(ProgrammeRow, use)
    if row is not None and (row.unit != unit or amount < row.amount):
        raise PromiseLowered
    row = row or ProgrammeRow(
        use=use,
        recipient=verdict.recipient,
        site=verdict.site,
        unit=unit,
        amount=amount,
        due_days=due_days,
        answer_days=answer_days,
        opened_at=clock.now(),
        account=actor.account,
    )
    row.amount, row.due_days, row.answer_days = amount, due_days, answer_days
    session.add(row)
    session.flush()
    everybody = [each.id for each in people.persons(session, site=verdict.site)]
    _offer_to(session, row, verdict, everybody, clock)
    return _programme(session, row)


def _programme(session: Session, row: ProgrammeRow) -> Programme:
    asked = session.execute(select(col(OfferRow.person)).where(col(OfferRow.use) == row.use)).all()
    return Programme(
        use=row.use,
        recipient=row.recipient,
        unit=row.unit,
        amount=row.amount,
        due_days=row.due_days,
        answer_days=row.answer_days,
        opened_at=row.opened_at,
        asked=len(asked),
    )


def programme_of(session: Session, *, use: str) -> Programme | None:
    """Return what is promised for a use, None until the data user has opened its offer."""
    row = session.get(ProgrammeRow, use)
    return None if row is None else _programme(session, row)


def _offer_to(
    session: Session, programme: ProgrammeRow, verdict: Verdict, persons: Iterable[str], clock: base.Clock
) -> None:
    recipient = consent.recipient_of(session, recipient=programme.recipient)
    expires = min(clock.now() + timedelta(days=programme.answer_days), verdict.ends)
    for person in persons:
        if session.get(OfferRow, (person, programme.use)) is not None:
            continue
        place = (recipient.id, verdict.purpose)
        if place not in consent.concerned(session, person=person, recipients=[recipient], clock=clock):
            continue
        row = OfferRow(
            person=person,
            use=programme.use,
            recipient=recipient.id,
            state="open",
            made_at=clock.now(),
            expires_at=expires,
        )
        _by_rule(session, row, programme, verdict, recipient, clock)
        session.add(row)
    session.flush()


def _by_rule(
    session: Session,
    row: OfferRow,
    programme: ProgrammeRow,
    verdict: Verdict,
    recipient: Recipient,
    clock: base.Clock,
) -> None:
    """Let the person's standing rules answer: the one that switched something on, or one that stops all of it."""
    now = clock.now()
    shared = consent.grant_with(session, person=row.person, recipient=recipient.id, purpose=verdict.purpose)
    rules = [
        each
        for each in consent.rules_of(session, person=row.person)
        if each.kind is recipient.kind and each.purpose is verdict.purpose
    ]
    switches = shared.switches if shared else ()
    creating = next((each.rule for each in switches if each.rule), None)
    stopping = next(
        (each.id for each in rules if each.effect == "stop" and verdict.categories <= set(each.categories)), None
    )
    if switches:  # also where she switched it on by hand before the request came
        row.state, row.rule, row.answered_at = "accepted", creating, now
        benefits.promise(session, person=row.person, programme=programme, at=now)
    elif stopping is not None:
        row.state, row.rule, row.answered_at = "declined", stopping, now


def welcome(session: Session, joined: people.SignedUp, *, clock: base.Clock = base.CLOCK) -> None:
    """Make the open offers of a place to somebody who has just joined."""
    rows = session.execute(select(ProgrammeRow).where(col(ProgrammeRow.site) == joined.site)).scalars().all()
    for row in rows:
        held = governance.held(session, use=row.use)
        if held.is_live(clock.now()):
            _offer_to(session, row, held.verdict, [joined.person], clock)


def ask_again(session: Session, reached: governance.VerdictReached, *, clock: base.Clock = base.CLOCK) -> None:
    """A use was approved for more: whoever agreed to less is asked about what was added, and only they are."""
    programme = session.get(ProgrammeRow, reached.verdict.use)
    if programme is None or reached.is_renewal or not reached.added:
        return
    rows = session.execute(
        select(OfferRow).where(col(OfferRow.use) == programme.use, col(OfferRow.state) == "accepted")
    ).scalars()
    for row in rows:
        row.state, row.rule, row.client_id = "open", None, None
        row.added = sorted(reached.added)
        row.expires_at = min(clock.now() + timedelta(days=programme.answer_days), reached.verdict.ends)
        session.add(row)
    session.flush()


def _row(session: Session, actor: people.Actor, use: str) -> OfferRow:
    if actor.person is None or Role.RESIDENT not in actor.roles:
        raise base.NotAllowed
    row = session.get(OfferRow, (actor.person, use))
    if row is None:
        raise OfferGone
    return row


def _state(row: OfferRow, held: HeldUse, now: datetime) -> State:
    if row.state in {"open", "later"} and (now >= row.expires_at or not held.is_live(now)):
        return "ended"
    if row.state == "later" and row.later_until is not None and now >= row.later_until:
        return "open"
    return row.state  # type: ignore[return-value]


def _offer(session: Session, row: OfferRow, now: datetime, receipts: tuple[str, ...] = ()) -> Offer:
    held = governance.held(session, use=row.use)
    recipient = consent.recipient_of(session, recipient=row.recipient)
    programme = session.get_one(ProgrammeRow, row.use)
    terms = recipient.under(held.verdict.purpose)
    grant = consent.grant_with(session, person=row.person, recipient=row.recipient, purpose=held.verdict.purpose)
    return Offer(
        use=row.use,
        recipient=recipient,
        verdict=held.verdict,
        state=_state(row, held, now),
        made_at=row.made_at,
        expires_at=row.expires_at,
        answered_at=row.answered_at,
        later_until=row.later_until,
        added=tuple(Category(each) for each in row.added),
        accepted=tuple(sorted(grant.categories)) if grant else (),
        closed=tuple(sorted(held.verdict.categories & consent.closed_categories())),
        rule=row.rule,
        unit=programme.unit,
        amount=programme.amount,
        due_days=programme.due_days,
        erase_after_days=terms.erase_after_days if terms else 0,
        receipts=receipts,
    )


def my_offers(session: Session, *, actor: people.Actor, clock: base.Clock = base.CLOCK) -> list[Offer]:
    """Return the offers made to the actor, newest first."""
    if actor.person is None:
        raise base.NotAllowed
    rows = session.execute(select(OfferRow).where(col(OfferRow.person) == actor.person)).scalars().all()
    found = [_offer(session, row, clock.now()) for row in rows]
    return sorted(found, key=lambda each: each.made_at, reverse=True)


def answer_offer(
    session: Session,
    *,
    actor: people.Actor,
    use: str,
    answer: Answer,
    categories: frozenset[Category],
    client_id: str,
    clock: base.Clock = base.CLOCK,
) -> Offer:
    """Answer an offer: agree (to some kinds of data), decline, leave it for a week, or take an answer back.

    Agreeing needs the three questions and the passkey; declining and taking back need neither.
    """
    row = _row(session, actor, use)
    asked = msgspec.json.encode([use, answer, sorted(categories)])
    digest = sha256(asked).hexdigest()
    now = clock.now()
    if row.client_id == client_id:
        if row.digest != digest:
            raise base.KeyReused
        return _offer(session, row, now)
    held = governance.held(session, use=use)
    if answer in {"accept", "later"} and _state(row, held, now) == "ended":
        raise OfferGone
    row.client_id, row.digest = client_id, digest
    receipts: list[str] = []
    if answer == "accept":
        if not categories or not categories <= held.verdict.categories:
            raise NothingChosen
        receipts = _set(session, actor, row, held.verdict, categories, True, client_id, clock)
        row.state, row.rule, row.answered_at, row.added = "accepted", None, now, []
        benefits.promise(session, person=row.person, programme=session.get_one(ProgrammeRow, use), at=now)
    else:
        grant = consent.grant_with(session, person=row.person, recipient=row.recipient, purpose=held.verdict.purpose)
        if answer != "later" and grant is not None and not row.added:
            receipts = _set(session, actor, row, held.verdict, grant.categories, False, client_id, clock)
        row = _row(session, actor, use)
        row.client_id, row.digest, row.rule = client_id, digest, None
        row.later_until = now + LATER if answer == "later" else None
        row.answered_at = None if answer == "reopen" else now
        if row.added and answer == "decline":  # no to what was added; what was agreed to before stays
            row.state, row.added = "accepted", []
        else:
            row.state = {"decline": "declined", "later": "later", "reopen": "open"}[answer]
    session.add(row)
    session.flush()
    return _offer(session, row, now, tuple(receipts))


def _set(
    session: Session,
    actor: people.Actor,
    row: OfferRow,
    verdict: Verdict,
    categories: Iterable[Category],
    on: bool,
    client_id: str,
    clock: base.Clock,
) -> list[str]:
    return [
        consent.set_switch(
            session,
            actor=actor,
            recipient=row.recipient,
            purpose=verdict.purpose,
            category=category,
            on=on,
            client_id=f"{client_id}.{category}",
            clock=clock,
        ).id
        for category in sorted(categories)
    ]


def note_withdrawal(session: Session, changed: ConsentChanged, *, clock: base.Clock = base.CLOCK) -> None:
    """When the last switch of an agreed offer goes off, the offer is over; a promise for nothing lapses."""
    if changed.is_on or changed.recipient is None or changed.purpose is None:
        return
    row = session.execute(
        select(OfferRow).where(col(OfferRow.person) == changed.person, col(OfferRow.recipient) == changed.recipient)
    ).scalar_one_or_none()
    if row is None:
        return
    grant = consent.grant_with(session, person=changed.person, recipient=changed.recipient, purpose=changed.purpose)
    if grant is not None and grant.switches:
        return
    if row.state == "accepted":
        row.state, row.answered_at = "declined", clock.now()
        session.add(row)
        session.flush()
    given = erasures.handed_over(session, person=changed.person, recipient=changed.recipient, purpose=changed.purpose)
    if not given:
        benefits.lapse(session, person=changed.person, use=row.use, at=clock.now())
