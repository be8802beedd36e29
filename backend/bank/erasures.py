"""After a withdrawal or the agreed end: who must erase what until when, and the certificate that it was done."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy import select, update
from sqlmodel import Session, col

from backend import base, consent, people
from backend.bank.tables import ErasureRow, ProvisionRow, PseudonymRow
from backend.base import ledger
from backend.consent import Category, ConsentChanged, Purpose

AT_LEAST = timedelta(days=1)
"""A recipient without an agreed term still gets a day."""


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """One order to erase, as person and recipient see it."""

    id: str
    recipient: str
    purpose: Purpose
    pseudonym: str
    categories: tuple[Category, ...]
    why: str
    ordered_at: datetime
    due_at: datetime
    state: str
    certified_at: datetime | None
    erased_on: datetime | None
    method: str | None
    signer: str | None


class AlreadyCertified(base.Refusal):
    """This erasure has its certificate; a certificate is given once."""

    status = 409
    key = "bank.already_certified"


class NotErasedYet(base.Refusal):
    """The day of erasing must lie between the order and today."""

    status = 422
    key = "bank.not_erased_yet"


def ask_to_erase(session: Session, changed: ConsentChanged, *, clock: base.Clock = base.CLOCK) -> None:
    """Answer news of consent: what was not fetched goes at once, what was must be erased by the recipient."""
    if changed.recipient is None or changed.purpose is None or changed.category is None:
        return
    place = (
        col(ProvisionRow.person) == changed.person,
        col(ProvisionRow.recipient) == changed.recipient,
        col(ProvisionRow.purpose) == changed.purpose,
    )
    if changed.is_on:
        _lift(session, changed, clock.now())
        return
    # A package holds all kinds together: it is made anew from what is still on at the next delivery.
    session.execute(update(ProvisionRow).where(*place).values(package=None))
    given = handed_over(session, person=changed.person, recipient=changed.recipient, purpose=changed.purpose)
    if changed.category in given:
        _order(session, changed, clock.now())


def handed_over(session: Session, *, person: str, recipient: str, purpose: Purpose) -> frozenset[Category]:
    """Return the kinds of data that a recipient has got: by looking, or in a package that it fetched.

    What only lies in packages that nobody has fetched never left, so there is nothing to erase.
    """
    waiting = select(col(ProvisionRow.at)).where(
        col(ProvisionRow.person) == person,
        col(ProvisionRow.recipient) == recipient,
        col(ProvisionRow.purpose) == purpose,
        col(ProvisionRow.fetched_at).is_(None),
    )
    # A package and the reads it was made of carry the same moment.
    unseen = set(session.execute(waiting).scalars())
    read = consent.read_times(session, person=person, recipient=recipient, purpose=purpose)
    return frozenset(category for category, times in read.items() if times - unseen)


def _order(session: Session, changed: ConsentChanged, now: datetime) -> None:
    if changed.recipient is None or changed.purpose is None:
        return
    pseudonym = session.execute(
        select(col(PseudonymRow.pseudonym)).where(
            col(PseudonymRow.person) == changed.person,
            col(PseudonymRow.recipient) == changed.recipient,
            col(PseudonymRow.purpose) == changed.purpose,
        )
    ).scalar_one_or_none()
    if pseudonym is None:  # a counsellor, who keeps nothing, or somebody who never read
        return
    terms = consent.recipient_of(session, recipient=changed.recipient).under(changed.purpose)
    term = timedelta(days=terms.erase_after_days if terms else 0)
    row = ErasureRow(
        id=base.new_id(),
        subject=changed.person,
        recipient=changed.recipient,
        purpose=changed.purpose,
        pseudonym=pseudonym,
        categories=[str(changed.category)],
        why="ended" if terms and terms.ends_at and now >= terms.ends_at else "withdrawn",
        ordered_at=now,
        due_at=now + max(term, AT_LEAST),
        leaf=0,
    )
    body = {"erasure": row.id, "recipient": row.recipient, "purpose": row.purpose, "categories": row.categories}
    row.leaf = ledger.append(
        session, kind="bank.erase_order", person=changed.person, body=body, clock=base.FixedClock(now)
    )
    session.add(row)
    session.flush()


def _lift(session: Session, changed: ConsentChanged, now: datetime) -> None:
    """Allowed again before it was erased: the order falls."""
    rows = session.execute(
        select(ErasureRow).where(
            col(ErasureRow.subject) == changed.person,
            col(ErasureRow.recipient) == changed.recipient,
            col(ErasureRow.purpose) == changed.purpose,
            col(ErasureRow.certified_at).is_(None),
            col(ErasureRow.lifted_at).is_(None),
        )
    ).scalars()
    for row in rows:
        if row.categories == [changed.category]:
            row.lifted_at = now
            session.add(row)
    session.flush()


def forget_subject(session: Session, erased: people.PersonErased) -> None:
    """Keep the orders of somebody who was erased, without saying whose they are."""
    mine = update(ErasureRow).where(col(ErasureRow.subject) == erased.person)
    session.execute(mine.values(subject=None, why="erased"))


def _erasure(row: ErasureRow, now: datetime) -> Erasure:
    if row.lifted_at is not None:
        state = "lifted"
    elif row.certified_at is not None:
        state = "certified"
    else:
        state = "overdue" if now >= row.due_at else "waiting"
    return Erasure(
        id=row.id,
        recipient=row.recipient,
        purpose=Purpose(row.purpose),
        pseudonym=row.pseudonym,
        categories=tuple(Category(each) for each in row.categories),
        why=row.why,
        ordered_at=row.ordered_at,
        due_at=row.due_at,
        state=state,
        certified_at=row.certified_at,
        erased_on=row.erased_on,
        method=row.method,
        signer=row.signer,
    )


def my_erasures(session: Session, *, person: str, clock: base.Clock = base.CLOCK) -> list[Erasure]:
    """Return what recipients must erase of a person, newest first."""
    rows = session.execute(select(ErasureRow).where(col(ErasureRow.subject) == person)).scalars()
    return sorted((_erasure(row, clock.now()) for row in rows), key=lambda each: each.id, reverse=True)


def erasures_for(
    session: Session, *, recipients: list[str], is_open: bool = False, clock: base.Clock = base.CLOCK
) -> list[Erasure]:
    """Return what some recipients must erase, the next due first, under their own pseudonyms."""
    query = select(ErasureRow).where(col(ErasureRow.recipient).in_(recipients))
    if is_open:
        query = query.where(col(ErasureRow.certified_at).is_(None), col(ErasureRow.lifted_at).is_(None))
    return [_erasure(row, clock.now()) for row in session.execute(query.order_by(col(ErasureRow.due_at))).scalars()]


def recipient_of_order(session: Session, *, erasure: str) -> str:
    """Return who an order is for, "" where there is no such order: whoever asks is told nothing by that."""
    row = session.get(ErasureRow, erasure)
    return "" if row is None else row.recipient


def certify(
    session: Session,
    *,
    actor: people.Actor,
    erasure: str,
    erased_on: date,
    method: str,
    signer: str,
    clock: base.Clock = base.CLOCK,
) -> Erasure:
    """Take a recipient's certificate that it erased what it was told to; the person sees it at once.

    Raises NotFound for orders of others, AlreadyCertified, and NotErasedYet for a day outside order and today.
    """
    row = session.get(ErasureRow, erasure)
    mine = {each.id for each in consent.recipients_of(session, account=actor.account) if each.site == actor.site}
    if row is None or row.recipient not in mine or row.lifted_at is not None:
        raise base.NotFound
    if row.certified_at is not None:
        raise AlreadyCertified
    now = clock.now()
    if not row.ordered_at.astimezone(base.TOKYO).date() <= erased_on <= now.astimezone(base.TOKYO).date():
        raise NotErasedYet
    row.certified_at, row.method, row.signer, row.account = now, method, signer, actor.account
    row.erased_on = datetime(erased_on.year, erased_on.month, erased_on.day, tzinfo=base.TOKYO)
    session.add(row)
    session.flush()
    body = {"erasure": row.id, "recipient": row.recipient, "erased_on": erased_on.isoformat(), "method": method}
    ledger.append(session, kind="bank.erased", person=row.subject or "-", body=body, clock=clock)
    return _erasure(row, now)
