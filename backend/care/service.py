"""Consultations: a resident writes, a counsellor answers; both see truthful states, whatever data are shared."""

from __future__ import annotations

import hmac
from typing import Any

import msgspec
from sqlalchemy import select, update
from sqlmodel import Session, col

from backend import base, consent, people
from backend.care.model import Brief, Consultation, Message, Side
from backend.care.tables import ConsultationRow, MessageRow
from backend.care.team import my_recipients, team_of
from backend.consent import Recipient, RecipientKind


class NobodyToAsk(base.Refusal):
    """This place has no counsellors to write to, or not the one named."""

    status = 404
    key = "care.nobody_to_ask"


class EmptyMessage(base.Refusal):
    """A message needs a word in it."""

    status = 422
    key = "care.empty_message"


def open_consultation(
    session: Session,
    *,
    actor: people.Actor,
    subject: str,
    text: str,
    client_id: str,
    to: str | None = None,
    clock: base.Clock = base.CLOCK,
) -> Consultation:
    """Open a consultation with the site's counsellors (or the one named) and return it as the server has it."""
    person = _own(actor)
    digest = _digest(["open", subject, text, to])
    before = _sent_before(session, actor, client_id, digest)
    if before is not None:
        return consultation(session, actor=actor, consultation=before.consultation)
    recipient = _addressee(session, actor, to)
    row = ConsultationRow(
        person=person,
        id=base.new_id(),
        recipient=recipient.id,
        subject=b"",
        opened_at=clock.now(),
        last_at=clock.now(),
    )
    row.subject = base.seal(
        person, table="care_consultation", column="subject", row=row.id, version=1, plain=_filled(subject).encode()
    )
    session.add(row)
    session.flush()
    _store(session, row, actor, "resident", text, client_id, digest, clock)
    return consultation(session, actor=actor, consultation=row.id)


def add_message(
    session: Session,
    *,
    actor: people.Actor,
    consultation: str,
    text: str,
    client_id: str,
    clock: base.Clock = base.CLOCK,
) -> Message:
    """Add a message of whichever side the actor is on; a resend with the same client id is the same message."""
    row, side = _row_for(session, actor, consultation)
    digest = _digest(["message", consultation, text])
    before = _sent_before(session, actor, client_id, digest)
    if before is not None:
        return _message(session, before)
    stored = _store(session, row, actor, side, text, client_id, digest, clock)
    newer = update(ConsultationRow).where(col(ConsultationRow.person) == row.person, col(ConsultationRow.id) == row.id)
    session.execute(newer.values(last_at=stored.stored_at))
    if side == "counsellor":
        _tell(session, row.person, about=stored.id)
    return _message(session, stored)


def _tell(session: Session, person: str, *, about: str) -> None:
    """Have the resident's devices say that there is something to read; with the answer, or not at all."""
    account = people.account_of(session, person=person)
    if account is not None:
        people.send_push(session, account=account.id, kind="answer", about=about)


def mark_read(
    session: Session,
    *,
    actor: people.Actor,
    consultation: str,
    up_to: str,
    clock: base.Clock = base.CLOCK,
) -> Consultation:
    """Note that the actor had the other side's messages up to one on the screen; earlier notes stay."""
    row, side = _row_for(session, actor, consultation)
    session.execute(
        update(MessageRow)
        .where(
            col(MessageRow.person) == row.person,
            col(MessageRow.consultation) == row.id,
            col(MessageRow.side) != side,
            col(MessageRow.id) <= up_to,
            col(MessageRow.read_at).is_(None),
        )
        .values(read_at=clock.now())
    )
    session.expire_all()
    return _whole(session, row)


def consultation(session: Session, *, actor: people.Actor, consultation: str) -> Consultation:
    """Return a consultation to its resident or to a counsellor it is addressed to; NotFound to all others."""
    return _whole(session, _row_for(session, actor, consultation)[0])


def consultations(session: Session, *, actor: people.Actor) -> list[Brief]:
    """Return the resident's own consultations, newest first."""
    person = _own(actor)
    rows = _rows(session, col(ConsultationRow.person) == person)
    names = {each.id: each.names for each in consent.recipients(session, site=actor.site)}
    return [_brief(_whole(session, row), names[row.recipient], "resident") for row in rows]


def inbox(session: Session, *, actor: people.Actor, person: str | None = None) -> list[Brief]:
    """Return the consultations addressed to a counsellor: who waits longest first, then the newest."""
    mine = {each.id: each.names for each in my_recipients(session, actor=actor)}
    condition: Any = col(ConsultationRow.recipient).in_(mine)
    if person is not None:
        condition = condition & (col(ConsultationRow.person) == person)
    found = [_brief(_whole(session, row), mine[row.recipient], "counsellor") for row in _rows(session, condition)]
    return sorted(
        found,
        key=lambda brief: (
            (0, brief.waiting_since.timestamp()) if brief.waiting_since else (1, -brief.last_at.timestamp())
        ),
    )


def _own(actor: people.Actor) -> str:
    if actor.person is None:
        raise base.NotAllowed
    return actor.person


def _addressee(session: Session, actor: people.Actor, to: str | None) -> Recipient:
    wanted = to or team_of(actor.site)
    for each in consent.recipients(session, site=actor.site):
        if each.id == wanted and each.kind is RecipientKind.COUNSELLOR and each.is_open:
            return each
    raise NobodyToAsk


def _filled(text: str) -> str:
    kept = text.strip()
    if not kept:
        raise EmptyMessage
    return kept


def _digest(parts: list[Any]) -> str:
    # Keyed: a plain hash of a short sentence could be guessed from the database.
    return hmac.digest(base.runtime().keys.pepper("care.digest"), msgspec.json.encode(parts), "sha256").hex()


def _rows(session: Session, condition: Any) -> list[Any]:
    table = ConsultationRow.__table__  # type: ignore[attr-defined]
    return list(session.execute(select(table).where(condition).order_by(col(ConsultationRow.last_at).desc())))


def _row_for(session: Session, actor: people.Actor, consultation: str) -> tuple[Any, Side]:
    rows = _rows(session, col(ConsultationRow.id) == consultation)
    if rows and actor.person == rows[0].person:
        return rows[0], "resident"
    if rows and rows[0].recipient in {each.id for each in my_recipients(session, actor=actor)}:
        return rows[0], "counsellor"
    raise base.NotFound


def _sent_before(session: Session, actor: people.Actor, client_id: str, digest: str) -> MessageRow | None:
    table = MessageRow.__table__  # type: ignore[attr-defined]
    sent = table.c.account == actor.account, table.c.client_id == client_id
    row = session.execute(select(table).where(*sent)).first()
    if row is None:
        return None
    if row.digest != digest:
        raise base.KeyReused
    return MessageRow(**row._mapping)


def _store(
    session: Session,
    row: Any,
    actor: people.Actor,
    side: Side,
    text: str,
    client_id: str,
    digest: str,
    clock: base.Clock,
) -> MessageRow:
    message = base.new_id()
    stored = MessageRow(
        person=row.person,
        id=message,
        consultation=row.id,
        side=side,
        account=actor.account,
        text=base.seal(
            row.person, table="care_message", column="text", row=message, version=1, plain=_filled(text).encode()
        ),
        stored_at=clock.now(),
        client_id=client_id,
        digest=digest,
    )
    session.add(stored)
    session.flush()
    return stored


def _message(session: Session, row: Any) -> Message:
    plain = base.unseal(row.person, table="care_message", column="text", row=row.id, version=1, sealed=row.text)
    author = "" if row.side == "resident" else people.account(session, account=row.account).display_name
    return Message(
        id=row.id, side=row.side, author=author, text=plain.decode(), stored_at=row.stored_at, read_at=row.read_at
    )


def _whole(session: Session, row: Any) -> Consultation:
    table = MessageRow.__table__  # type: ignore[attr-defined]
    thread = table.c.person == row.person, table.c.consultation == row.id
    subject = base.unseal(
        row.person, table="care_consultation", column="subject", row=row.id, version=1, sealed=row.subject
    )
    return Consultation(
        id=row.id,
        person=row.person,
        recipient=row.recipient,
        subject=subject.decode(),
        opened_at=row.opened_at,
        messages=tuple(
            _message(session, each) for each in session.execute(select(table).where(*thread).order_by(table.c.id))
        ),
    )


def _brief(whole: Consultation, names: consent.Words, side: Side) -> Brief:
    return Brief(
        id=whole.id,
        person=whole.person,
        recipient=whole.recipient,
        names=names,
        subject=whole.subject,
        opened_at=whole.opened_at,
        last_at=whole.last_at,
        last_side=whole.messages[-1].side,
        unread=whole.unread(side),
        waiting_since=whole.waiting_since,
    )
