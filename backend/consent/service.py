"""What a person does with consent: switch, pause, set a standing rule; each change gives a signed receipt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal

import msgspec
from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from backend import base, people
from backend.base import journal, ledger
from backend.consent.concern import concerned
from backend.consent.decide import UNPAUSED_KINDS
from backend.consent.model import Category, Grant, Offer, Purpose, Recipient, Rule, Terms, TextRef
from backend.consent.recipients import recipient_of, rule_set
from backend.consent.refusals import NeedsBoard, NotOffered, RecipientGone
from backend.consent.sensitive import SensitiveClosed, closed_categories
from backend.consent.state import grants_of, raise_epoch, standing_of
from backend.consent.tables import ChangeRow, GrantRow, StandingRow, SwitchRow
from backend.consent.texts import texts
from backend.consent.understanding import require_understood

ChangeKind = Literal["switch", "pause", "rule", "nextgen"]


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """One change of consent with its signed receipt (compact JWS)."""

    id: str
    at: datetime
    kind: ChangeKind
    is_on: bool
    receipt: str


class ConsentChanged(msgspec.Struct, frozen=True, kw_only=True):
    """Event, inside the unit of the change: rooms above forget or stop what rested on it."""

    person: str
    recipient: str | None
    purpose: Purpose | None
    category: Category | None
    is_on: bool
    erase_at: datetime | None = None


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """Who changes consent, in which request; `client_id` makes a retry the same change."""

    person: str
    account: str
    site: str
    at: datetime
    client_id: str | None = None
    digest: str | None = None
    rule: str | None = None


def act_of(actor: people.Actor, *, client_id: str, body: Mapping[str, Any], clock: base.Clock) -> Act:
    """Return the act of a resident; raises NotAllowed for an account without a person of its own."""
    if actor.person is None:
        raise base.NotAllowed
    digest = sha256(msgspec.json.encode(body, order="deterministic")).hexdigest()
    return Act(
        person=actor.person,
        account=actor.account,
        site=actor.site,
        at=clock.now(),
        client_id=client_id,
        digest=digest,
    )


def answered_before(session: Session, *, act: Act) -> Changed | None:
    """Return the answer given to this client id; raises KeyReused if it came with another content."""
    row = session.execute(
        select(ChangeRow.__table__).where(  # type: ignore[attr-defined]
            col(ChangeRow.person) == act.person, col(ChangeRow.client_id) == act.client_id
        )
    ).first()
    if row is None:
        return None
    if row.digest != act.digest:
        raise base.KeyReused
    return Changed(
        id=row.id,
        at=row.at,
        kind=row.kind,
        is_on=row.is_on,
        receipt=ledger.receipt(session, person=act.person, leaf=row.leaf),
    )


def set_switch(
    session: Session,
    *,
    actor: people.Actor,
    recipient: str,
    purpose: Purpose,
    category: Category,
    on: bool,
    client_id: str,
    clock: base.Clock = base.CLOCK,
) -> Changed:
    """Switch one kind of data for one recipient and purpose, on the actor's own record.

    Off works always and at once. On for a recipient of the information bank needs a passkey
    confirmation of the last minutes (StepUpNeeded); what the rules do not offer is NotOffered.
    """
    asked = {"recipient": recipient, "purpose": purpose, "category": category, "on": on}
    act = act_of(actor, client_id=client_id, body=asked, clock=clock)
    before = answered_before(session, act=act)
    if before is not None:
        return before
    found = recipient_of(session, recipient=recipient)
    if found.site != act.site:
        raise RecipientGone
    if on and found.kind not in UNPAUSED_KINDS:
        require_understood(session, person=act.person)
        people.require_step_up(actor, clock=clock)
    return switch(session, act=act, recipient=found, purpose=purpose, category=category, on=on)


def switch(
    session: Session, *, act: Act, recipient: Recipient, purpose: Purpose, category: Category, on: bool
) -> Changed:
    """Carry out one switch that was asked for by the person or by a standing rule of the person."""
    raise_epoch(session, person=act.person)  # first: takes the lock that reads by others share
    held = next(
        (each for each in grants_of(session, person=act.person) if _is(each, recipient, purpose)),
        None,
    )
    grant: str | None
    text: TextRef | None
    if on:
        terms = offered(session, recipient=recipient, purpose=purpose, category=category, at=act.at)
        if (recipient.id, purpose) not in concerned(
            session, person=act.person, recipients=[recipient], clock=base.FixedClock(act.at)
        ):
            raise NotOffered
        grant = _grant_for(session, act, held, terms, recipient)
        text = texts().newest(terms.text_id).ref
    else:
        body = {"person": act.person, "recipient": recipient.id, "purpose": purpose, "category": category}
        journal.note(session, kind="consent.off", body=body, clock=base.FixedClock(act.at))
        grant = held.id if held is not None else None
        text = next((each.text for each in held.switches if each.category is category), None) if held else None
    erase_at = _turn(session, act, grant, category, on, text)
    changed = _write_down(session, act, recipient, purpose, category, on, text, grant)
    if on:
        people.mark_step(session, person=act.person, step="consented", clock=base.FixedClock(act.at))
    news = ConsentChanged(
        person=act.person,
        recipient=recipient.id,
        purpose=purpose,
        category=category,
        is_on=on,
        erase_at=erase_at,
    )
    base.publish(session, news)
    return changed


def _is(grant: Grant, recipient: Recipient, purpose: Purpose) -> bool:
    return grant.recipient == recipient.id and grant.purpose is purpose


def offered(session: Session, *, recipient: Recipient, purpose: Purpose, category: Category, at: datetime) -> Terms:
    """Return the terms under which a switch is offered, or raise why there is none."""
    terms = recipient.under(purpose)
    if not recipient.is_open or terms is None or (terms.ends_at is not None and at >= terms.ends_at):
        raise RecipientGone
    if category not in terms.categories:
        raise NotOffered
    rules = rule_set(session, site=recipient.site)
    if rules.has_switch(purpose, category, recipient, terms.identifiability):
        if recipient.kind not in UNPAUSED_KINDS and category in closed_categories():
            raise SensitiveClosed
        return terms
    offer = rules.offer(purpose, category, recipient.kind, terms.identifiability)
    raise NeedsBoard if offer is Offer.BOARD else NotOffered


def _end_old_terms(session: Session, act: Act, held: Grant, recipient: Recipient) -> None:
    """Switch off, and write down as switched off, what was on under terms that no longer hold."""
    silent = msgspec.structs.replace(act, client_id=None, digest=None)
    for each in held.switches:
        _turn(session, silent, held.id, each.category, False, each.text)
        _write_down(session, silent, recipient, held.purpose, each.category, False, each.text, held.id)


def _grant_for(session: Session, act: Act, held: Grant | None, terms: Terms, recipient: Recipient) -> str:
    if held is not None and (held.end is None or act.at < held.end) and _same_terms(held, terms):
        return held.id
    if held is not None:  # ended, or asked for under other terms: what was on there is not carried over
        _end_old_terms(session, act, held, recipient)
    end = terms.ends_at
    row = GrantRow(
        person=act.person,
        id=base.new_id(),
        recipient=terms.recipient,
        purpose=terms.purpose,
        identifiability=terms.identifiability,
        mode=terms.mode,
        start=max(act.at, terms.starts_at or act.at),
        end=end,
        erase_at=None if end is None else end + timedelta(days=terms.erase_after_days),
        reads_per_day=terms.reads_per_day,
    )
    session.add(row)
    session.flush()
    return row.id


def _same_terms(held: Grant, terms: Terms) -> bool:
    return (held.identifiability, held.mode, held.end) == (terms.identifiability, terms.mode, terms.ends_at)


def _close(session: Session, act: Act, grant: str, erase_at: datetime | None) -> None:
    ended = col(GrantRow.person) == act.person, col(GrantRow.id) == grant
    session.execute(update(GrantRow).where(*ended).values(closed_at=act.at))
    if erase_at is not None:
        session.execute(update(GrantRow).where(*ended).values(erase_at=erase_at))
    mine = col(SwitchRow.person) == act.person, col(SwitchRow.grant) == grant, col(SwitchRow.is_on)
    session.execute(update(SwitchRow).where(*mine).values(is_on=False, changed_at=act.at))


def _turn(
    session: Session, act: Act, grant: str | None, category: Category, on: bool, text: TextRef | None
) -> datetime | None:
    """Set the row of a switch; if that was the last one on, close the grant and return when it must be erased."""
    if grant is None:
        return None
    row = session.get(SwitchRow, (act.person, grant, category))
    if row is None:
        if text is None:
            return None
        row = SwitchRow(
            person=act.person,
            grant=grant,
            category=category,
            is_on=on,
            changed_at=act.at,
            text_id=text.id,
            text_version=text.version,
            text_sha256=text.sha256,
        )
    row.is_on, row.changed_at, row.rule = on, act.at, act.rule
    if on and text is not None:
        row.text_id, row.text_version, row.text_sha256 = text.id, text.version, text.sha256
    session.add(row)
    session.flush()
    left = select(col(SwitchRow.category)).where(
        col(SwitchRow.person) == act.person, col(SwitchRow.grant) == grant, col(SwitchRow.is_on)
    )
    if on or session.execute(left.limit(1)).first() is not None:
        return None
    held = session.get_one(GrantRow, (act.person, grant))
    terms = recipient_of(session, recipient=held.recipient).under(Purpose(held.purpose))
    erase_at = act.at + timedelta(days=terms.erase_after_days if terms else 0)
    _close(session, act, grant, erase_at)
    session.expire(held)
    return erase_at


def _write_down(
    session: Session,
    act: Act,
    recipient: Recipient,
    purpose: Purpose,
    category: Category,
    on: bool,
    text: TextRef | None,
    grant: str | None,
) -> Changed:
    terms = recipient.under(purpose)
    body = {
        "recipient": recipient.id,
        "recipient_names": msgspec.to_builtins(recipient.names),
        "purpose": purpose,
        "category": category,
        "grant": grant,
        "text": msgspec.to_builtins(text),
    }
    if on and terms is not None:
        body |= {
            "identifiability": terms.identifiability,
            "mode": terms.mode,
            "until": terms.ends_at.isoformat() if terms.ends_at else None,
            "erase_after_days": terms.erase_after_days,
        }
    row: dict[str, Any] = {"recipient": recipient.id, "purpose": purpose, "category": category}
    if text is not None:
        row |= {"text_id": text.id, "text_version": text.version}
    return record_change(session, act=act, kind="switch", is_on=on, body=body, row=row)


def record_change(
    session: Session, *, act: Act, kind: ChangeKind, is_on: bool, body: Mapping[str, Any], row: Mapping[str, Any]
) -> Changed:
    """Append a change to the ledger and the history, and return it with its receipt."""
    change = base.new_id()
    whole = {"change": change, "on": is_on, "account": act.account, "rule": act.rule, **body}
    clock = base.FixedClock(act.at)
    leaf = ledger.append(session, kind=f"consent.{kind}", person=act.person, body=whole, clock=clock)
    values = {
        "person": act.person,
        "id": change,
        "at": act.at,
        "kind": kind,
        "is_on": is_on,
        "rule": act.rule,
        "account": act.account,
        "leaf": leaf,
        "client_id": act.client_id,
        "digest": act.digest,
        **row,
    }
    session.execute(insert(ChangeRow), [values])
    receipt = ledger.receipt(session, person=act.person, leaf=leaf)
    return Changed(id=change, at=act.at, kind=kind, is_on=is_on, receipt=receipt)


def set_pause(
    session: Session, *, actor: people.Actor, on: bool, client_id: str, clock: base.Clock = base.CLOCK
) -> Changed:
    """Stop all provision through the information bank without deleting a grant, or take it up again.

    Counsellors are not paused: they have their own switches. Taking up again needs a passkey
    confirmation, since data then leave; stopping never does.
    """
    act = act_of(actor, client_id=client_id, body={"pause": on}, clock=clock)
    before = answered_before(session, act=act)
    if before is not None:
        return before
    if not on and standing_of(session, person=act.person).paused_since is not None:
        people.require_step_up(actor, clock=clock)
    if on:
        journal.note(session, kind="consent.pause", body={"person": act.person}, clock=base.FixedClock(act.at))
    raise_epoch(session, person=act.person)
    paused = update(StandingRow).where(col(StandingRow.person) == act.person)
    session.execute(paused.values(paused_since=act.at if on else None))
    changed = record_change(session, act=act, kind="pause", is_on=on, body={"scope": "information bank"}, row={})
    base.publish(session, ConsentChanged(person=act.person, recipient=None, purpose=None, category=None, is_on=not on))
    return changed


def rule_body(rule: Rule) -> dict[str, Any]:
    """Return what the ledger says about a standing rule."""
    return {
        "rule_id": rule.id,
        "kind": rule.kind,
        "purpose": rule.purpose,
        "categories": list(rule.categories),
        "effect": rule.effect,
    }
