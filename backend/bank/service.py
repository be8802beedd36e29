"""Provision to third parties: what is switched on now, read with a permit, under the recipient's own pseudonym."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select
from sqlmodel import Session, col

from backend import base, consent, governance, people, record
from backend.bank.model import Demographics, Given, Identity, Provided, Provision, age_band
from backend.bank.tables import PseudonymRow
from backend.consent import (
    Category,
    Concerns,
    Identifiability,
    Mode,
    Permit,
    Purpose,
    Recipient,
    RecipientKind,
    Terms,
    Words,
)

PERIOD = timedelta(days=400)
"""How far back a provision reaches unless less is asked for."""


class PurposeNeeded(base.Refusal):
    """This recipient asks for more than one purpose: the request must name one."""

    status = 422
    key = "bank.purpose_needed"


def put_recipients(session: Session, *, site: str, path: Path | None = None) -> list[Recipient]:
    """Write the recipients of a site from the data file; the same file twice changes nothing."""
    rows = json.loads((path or Path(__file__).parent / "recipients.json").read_text("utf-8"))
    found = [_recipient(row) for row in rows if row["site"] == site]
    for each in found:
        consent.register_recipient(session, recipient=each)
    return found


def _recipient(row: dict[str, Any]) -> Recipient:
    return Recipient(
        id=row["id"],
        site=row["site"],
        kind=RecipientKind(row["kind"]),
        names=msgspec.convert(row["names"], Words),
        is_synthetic=row["is_synthetic"],
        terms=tuple(
            Terms(
                recipient=row["id"],
                purpose=Purpose(terms["purpose"]),
                identifiability=Identifiability(terms["identifiability"]),
                mode=Mode(terms["mode"]),
                categories=tuple(Category(each) for each in terms["categories"]),
                text_id=terms["text_id"],
                ends_at=_end_of(date.fromisoformat(terms["ends_on"])),
                erase_after_days=terms["erase_after_days"],
                reads_per_day=terms["reads_per_day"],
                concerns=msgspec.convert(terms["concerns"], Concerns) if "concerns" in terms else None,
            )
            for terms in row["terms"]
        ),
    )


def _end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=base.TOKYO) + timedelta(days=1)


def pseudonym_of(
    session: Session,
    *,
    person: str,
    recipient: str,
    purpose: Purpose,
    lane: Identifiability,
    clock: base.Clock = base.CLOCK,
) -> str:
    """Return the person's name with one recipient for one purpose: keyed, so that two recipients cannot join theirs.

    Named and pseudonymous lanes have keys of their own.
    """
    held = session.get(PseudonymRow, (person, recipient, purpose))
    if held is not None:
        return held.pseudonym
    key = base.runtime().keys.pepper(f"bank.pseudonym.{lane}")
    digest = hmac.digest(key, f"{recipient}\x1f{purpose}\x1f{person}".encode(), "sha256")
    made = base64.b32encode(digest[:15]).decode().lower()
    row = PseudonymRow(person=person, recipient=recipient, purpose=purpose, pseudonym=made, created_at=clock.now())
    session.add(row)
    session.flush()
    return made


def mine(session: Session, *, actor: people.Actor) -> list[Recipient]:
    """Return the recipients of the information bank that an actor acts for at this site."""
    found = consent.recipients_of(session, account=actor.account)
    return [each for each in found if each.site == actor.site and each.kind is not RecipientKind.COUNSELLOR]


def recipient_for(
    session: Session, actor: people.Actor, recipient: str, purpose: Purpose | None
) -> tuple[Recipient, Purpose]:
    found = next((each for each in mine(session, actor=actor) if each.id == recipient), None)
    if found is None:  # not a member, or no such recipient: told apart nowhere
        raise consent.NotPermitted
    if purpose is not None:
        return found, purpose
    if len(found.terms) != 1:
        raise PurposeNeeded
    return found, found.terms[0].purpose


def readable(
    session: Session,
    *,
    actor: people.Actor,
    recipient: str,
    purpose: Purpose | None = None,
    clock: base.Clock = base.CLOCK,
) -> list[Provided]:
    """Return whom a recipient may read now; who switched off or paused is neither listed nor counted."""
    found, asked = recipient_for(session, actor, recipient, purpose)
    shares = consent.people_sharing(session, recipient=found, purpose=asked, clock=clock)
    listed = [
        Provided(
            pseudonym=pseudonym_of(
                session, person=each.person, recipient=found.id, purpose=asked, lane=each.identifiability, clock=clock
            ),
            categories=each.categories,
        )
        for each in shares
    ]
    return sorted(listed, key=lambda each: each.pseudonym)


def provide(
    session: Session,
    *,
    actor: people.Actor,
    recipient: str,
    pseudonym: str,
    purpose: Purpose | None = None,
    since: date | None = None,
    clock: base.Clock = base.CLOCK,
) -> Provision:
    """Give a recipient what one person has switched on for it at this moment, and log it where the person sees it.

    Needs a write unit. Raises NotPermitted for everything else, an unknown pseudonym included; a try
    at somebody who has switched off is logged for that person.
    """
    found, asked = recipient_for(session, actor, recipient, purpose)
    person = person_behind(session, actor=actor, recipient=found.id, purpose=asked, pseudonym=pseudonym)
    return gather(
        session,
        actor=actor,
        person=person,
        recipient=found,
        purpose=asked,
        pseudonym=pseudonym,
        since=since,
        clock=clock,
    )


def person_behind(session: Session, *, actor: people.Actor, recipient: str, purpose: Purpose, pseudonym: str) -> str:
    """Return the person behind a pseudonym of a recipient the actor acts for; all else is refused alike."""
    recipient_for(session, actor, recipient, purpose)
    person: str | None = session.execute(
        select(col(PseudonymRow.person)).where(
            col(PseudonymRow.recipient) == recipient,
            col(PseudonymRow.purpose) == purpose,
            col(PseudonymRow.pseudonym) == pseudonym,
        )
    ).scalar_one_or_none()
    if person is None:
        consent.refuse_unknown(session, actor=actor, purpose=purpose, recipient=recipient)
    return person


def gather(
    session: Session,
    *,
    actor: people.Actor,
    person: str,
    recipient: Recipient,
    purpose: Purpose,
    pseudonym: str,
    since: date | None = None,
    clock: base.Clock = base.CLOCK,
) -> Provision:
    """Return what a person has switched on at this moment, cut to the verdict where the recipient is an approved use.

    Consent, verdict and the list of permitted items are asked here, inside the unit in which the values leave.
    """
    permit = consent.permit(session, actor=actor, person=person, purpose=purpose, recipient=recipient.id, clock=clock)
    names = _approved_names(session, permit, recipient, clock)
    found, asked = recipient, purpose
    values = _values(session, permit, since, names, clock)
    identity, demographics = _about(session, permit, names, clock)
    return Provision(
        recipient=found.id,
        purpose=asked,
        identifiability=permit.identifiability,
        pseudonym=pseudonym,
        as_of=clock.now(),
        categories=tuple(sorted(permit.categories)),
        identity=identity,
        demographics=demographics,
        values=values,
    )


def _approved_names(session: Session, permit: Permit, recipient: Recipient, clock: base.Clock) -> frozenset[str] | None:
    """Return the columns that a verdict leaves under this permit; None where the recipient is no approved use."""
    use = consent.held_by(session, recipients=[recipient.id]).get(recipient.id)
    if use is None:
        return None
    names = use.verdict.names_in(permit.categories)
    governance.require_read(
        session,
        use=use.verdict.use,
        columns=sorted(names),
        purpose=permit.purpose,
        recipient=recipient.id,
        identifiability=permit.identifiability,
        clock=clock,
    )
    return names


@cache
def may_leave() -> tuple[str, ...]:
    """Return the metrics whose values may leave: free text may hold a name, so it stays."""
    return tuple(name for name, metric in record.catalogue.all_metrics().items() if metric.value != "text")


def _about(
    session: Session, permit: Permit, names: frozenset[str] | None, clock: base.Clock
) -> tuple[Identity | None, Demographics | None]:
    now = clock.now()
    is_named = permit.identifiability is Identifiability.NAMED and permit.allows(Category.ID, now)
    has_band = permit.allows(Category.DEMO, now)
    if names is not None:  # a verdict names each column
        is_named = is_named and {"name", "kana"} <= names
        has_band = has_band and {"age_band", "sex"} <= names
    if not (is_named or has_band):
        return None, None
    facts = people.person(session, person=permit.person)
    start, end = age_band(people.age(facts.birth, on=now.astimezone(base.TOKYO).date()))
    identity = Identity(name=facts.name, kana=facts.kana) if is_named else None
    demographics = Demographics(age_from=start, age_to=end, sex=facts.sex) if has_band else None
    what = {Category.ID: 2} if is_named else {}
    what |= {Category.DEMO: 2} if has_band else {}
    consent.note_read(session, permit=permit, what=what, clock=clock)
    return identity, demographics


def _may_go(metric: str, names: frozenset[str] | None) -> bool:
    category = Category(record.catalogue.metric(metric).category)
    return (names is None or metric in names) and consent.may_be_held(category, metric)


def _values(
    session: Session, permit: Permit, since: date | None, names: frozenset[str] | None, clock: base.Clock
) -> tuple[Given, ...]:
    today = clock.now().astimezone(base.TOKYO).date()
    first = max(since or date.min, today - PERIOD)
    allowed = tuple(metric for metric in may_leave() if _may_go(metric, names))
    given = [
        Given(
            metric=reading.metric,
            category=Category(record.catalogue.metric(reading.metric).category),
            day=reading.start.astimezone(base.TOKYO).date(),
            value=reading.value,
            unit=reading.unit,
            state=reading.state,
        )
        for reading in record.read(
            session, permit=permit, metrics=allowed, since=_end_of(first - timedelta(days=1)), clock=clock
        )
    ]
    for metric in record.series_metrics(session, permit=permit, clock=clock):
        if not _may_go(metric, names):
            continue
        known = record.catalogue.metric(metric)
        given += [
            Given(
                metric=metric,
                category=Category(known.category),
                day=day.day,
                value=day.value,
                unit=known.unit,
                state="measured",
            )
            for day in record.daily(session, permit=permit, metric=metric, since=first, until=today, clock=clock)
        ]
    return tuple(given)
