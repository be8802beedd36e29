"""Asking an insurer for quotes: only what is switched on for it, seen by the person before it leaves, and erasable."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec
from sqlalchemy import delete
from sqlmodel import col, select

from backend import base, consent, people, record
from backend.advice.insurance.tables import QuoteRow
from backend.consent import Category, Permit, Purpose

A_DAY = 4
MOST_QUOTES = 5
NEVER = frozenset({Category.GENE, Category.MENTAL, Category.DX, Category.MCH, Category.ID})
"""Never part of a request, whatever anybody switches or writes into the table of fields."""


class NothingSwitchedOn(base.Conflict):
    """Nothing is switched on for this insurer, or there is no value of it."""

    key = "advice.insurance.nothing_on"


class SeenOtherwise(base.Conflict):
    """What would be sent is not what the person saw."""

    key = "advice.insurance.changed"


class EnoughToday(base.TooMany):
    """An insurer is asked so many times a day at most."""

    key = "advice.insurance.enough_today"


class Field(msgspec.Struct, frozen=True):
    """One field of a request, and the switch it stands under."""

    id: str
    category: Category
    metric: str | None


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One field with its value; `day` is that of the measurement."""

    id: str
    category: Category
    value: float | str
    day: date | None = None


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """One quote as the insurer gave it."""

    product: str
    yen_a_month: int
    valid_until: date


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One request: what was sent and what came back. `failed` may have arrived or not."""

    id: str
    partner: str
    asked_at: datetime
    state: Literal["pending", "answered", "failed"]
    sent: tuple[Sent, ...]
    quotes: tuple[Quote, ...] = ()


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """Exactly what would be sent to one insurer now; `seen` names this content."""

    partner: base.Partner
    open_categories: tuple[Category, ...]
    fields: tuple[Sent, ...]
    seen: str


@cache
def fields() -> tuple[Field, ...]:
    """The fields that a request can have; none of a kind that is never sent."""
    raw = json.loads((Path(__file__).parent / "fields.json").read_text("utf-8"))
    return tuple(one for one in msgspec.convert(raw, tuple[Field, ...]) if one.category not in NEVER)


def insurers(*, site: str) -> list[base.Partner]:
    """The insurers of a site."""
    return [one for one in base.partners("insurer") if one.site == site]


def preview(session: base.Session, *, permit: Permit, partner: base.Partner, clock: base.Clock = base.CLOCK) -> Preview:
    """What would be sent: only kinds that are switched on for this insurer at this moment."""
    opened = _opened(session, permit.person, partner, clock)
    found = [one for each in fields() if each.category in opened and (one := _value(session, permit, each, clock))]
    digest = hashlib.sha256(msgspec.json.encode([partner.id, found])).hexdigest()
    return Preview(partner=partner, open_categories=tuple(sorted(opened)), fields=tuple(found), seen=digest)


def _opened(session: base.Session, person: str, partner: base.Partner, clock: base.Clock) -> frozenset[Category]:
    try:
        recipient = consent.recipient_of(session, recipient=partner.recipient)
    except base.Refusal:
        return frozenset()
    if recipient.site != partner.site or not recipient.is_open:
        return frozenset()
    shared = consent.shared_with(session, person=person, recipient=recipient, purpose=Purpose.INSURE, clock=clock)
    return frozenset(shared.categories if shared else ()) - NEVER


def _value(session: base.Session, permit: Permit, field: Field, clock: base.Clock) -> Sent | None:
    if field.metric is None:
        facts = people.person(session, person=permit.person)
        today = clock.now().astimezone(base.TOKYO).date()
        low = people.age(facts.birth, on=today) // 5 * 5
        value = facts.sex if field.id == "sex" else f"{low}-{low + 4}"
        return Sent(id=field.id, category=field.category, value=value)
    if field.id == "steps_28d":
        until = clock.now().astimezone(base.TOKYO).date() - timedelta(days=1)
        days = record.daily(
            session, permit=permit, metric=field.metric, since=until - timedelta(days=27), until=until, clock=clock
        )
        if not days:
            return None
        mean = round(sum(one.value for one in days) / len(days))
        return Sent(id=field.id, category=field.category, value=float(mean), day=days[-1].day)
    held = record.latest(session, permit=permit, metrics=[field.metric], clock=clock).get(field.metric)
    if held is None or not isinstance(held.value, float | int):
        return None
    return Sent(
        id=field.id, category=field.category, value=float(held.value), day=held.start.astimezone(base.TOKYO).date()
    )


def ask(*, actor: people.Actor, partner: str, seen: str, client_id: str, clock: base.Clock = base.CLOCK) -> Asked:
    """Send exactly what the person saw and keep the quotes; her list of looks tells of it before it leaves.

    Opens units of its own. Raises NothingSwitchedOn, SeenOtherwise, EnoughToday.
    """
    insurer = _partner(actor, partner)
    with base.write_unit() as session:
        permit = _own(session, actor, clock)
        query = select(QuoteRow).where(QuoteRow.account == actor.account, QuoteRow.client_id == client_id)
        row = session.exec(query).first()
        if row is not None:
            return _open(row)
        found = preview(session, permit=permit, partner=insurer, clock=clock)
        if not found.fields:
            raise NothingSwitchedOn
        if found.seen != seen:
            raise SeenOtherwise
        rows = session.exec(select(QuoteRow).where(QuoteRow.person == permit.person, QuoteRow.partner == partner))
        if sum(one.asked_at > clock.now() - timedelta(days=1) for one in rows) >= A_DAY:
            raise EnoughToday
        asked = Asked(id=base.new_id(), partner=partner, asked_at=clock.now(), state="pending", sent=found.fields)
        row = QuoteRow(
            person=permit.person, id=asked.id, partner=partner, account=actor.account, client_id=client_id,
            asked_at=asked.asked_at, version=0, sealed=b"",
        )  # fmt: skip
        _save(session, row, asked)
        what = Counter(one.category for one in found.fields)
        consent.note_own_way(session, permit=permit, way="quote", what=what, clock=clock)
    body = {"request": asked.id, "fields": {one.id: one.value for one in asked.sent}}
    try:
        quotes = _quotes(base.ask_partner(insurer, "quotes", method="POST", body=body, most=1 << 16))
        done = msgspec.structs.replace(asked, state="answered", quotes=quotes)
    except (base.PartnerAway, base.PartnerRefused):
        done = msgspec.structs.replace(asked, state="failed")
    with base.write_unit() as session:
        kept = session.get(QuoteRow, (permit.person, asked.id))
        if kept is not None:
            _save(session, kept, done)
    return done


def _quotes(raw: bytes) -> tuple[Quote, ...]:
    try:
        said = msgspec.json.decode(raw, type=dict[str, list[dict[str, Any]]])
        found = [
            Quote(
                product="".join(char for char in str(one["product"]) if char.isprintable())[:80],
                yen_a_month=int(one["yen_a_month"]),
                valid_until=date.fromisoformat(str(one["valid_until"])),
            )
            for one in said["quotes"][:MOST_QUOTES]
        ]
    except (msgspec.DecodeError, KeyError, ValueError, TypeError):
        raise base.PartnerAway from None
    if not all(0 < one.yen_a_month < 1_000_000 and one.product for one in found):
        raise base.PartnerAway
    return tuple(found)


def asked(session: base.Session, *, actor: people.Actor) -> list[Asked]:
    """What the actor asked for, newest first."""
    if actor.person is None:
        raise base.NotAllowed
    rows = session.exec(select(QuoteRow).where(QuoteRow.person == actor.person).order_by(col(QuoteRow.id).desc()))
    return [_open(row) for row in rows]


def erase(session: base.Session, *, actor: people.Actor, asked: str) -> None:
    """Erase one request here, and have the insurer told to erase it, too."""
    row = session.get(QuoteRow, (actor.person, asked)) if actor.person is not None else None
    if row is None:
        raise base.NotFound
    _tell_to_erase(session, row)
    session.delete(row)
    session.flush()


def _tell_to_erase(session: base.Session, row: QuoteRow) -> None:
    base.enqueue(
        session,
        "advice.quote_erase",
        payload={"partner": row.partner, "request": row.id},
        effect_key=f"advice.quote_erase:{row.id}",
    )


@base.job_handler("advice.quote_erase")
def _erase_there(job: base.Job) -> None:
    request = str(job.payload["request"])
    for one in base.partners("insurer"):
        if one.id == job.payload["partner"]:
            try:
                base.ask_partner(one, f"quotes/{request}", method="PUT", body={"status": "erase"})
            except base.PartnerRefused:
                return  # it never had it


def _on_consent(session: base.Session, event: consent.ConsentChanged) -> None:
    """What was given goes with the consent; the quotes themselves stay with the person, as the text says."""
    if event.is_on or event.purpose not in {None, Purpose.INSURE}:
        return
    names = {one.id for one in base.partners("insurer") if event.recipient in {None, one.recipient}}
    for row in session.exec(select(QuoteRow).where(QuoteRow.person == event.person)):
        if row.partner in names:
            _tell_to_erase(session, row)


def _forget(session: base.Session, event: people.PersonErased) -> None:
    for row in session.exec(select(QuoteRow).where(QuoteRow.person == event.person)):
        _tell_to_erase(session, row)
    session.connection().execute(delete(QuoteRow).where(col(QuoteRow.person) == event.person))


base.subscribe(consent.ConsentChanged, _on_consent)
base.subscribe(people.PersonErased, _forget)


def _own(session: base.Session, actor: people.Actor, clock: base.Clock) -> Permit:
    if actor.person is None:
        raise base.NotAllowed
    return consent.permit(session, actor=actor, person=actor.person, purpose=Purpose.SELF, clock=clock)


def _partner(actor: people.Actor, partner: str) -> base.Partner:
    for one in insurers(site=actor.site):
        if one.id == partner:
            return one
    raise base.NotFound


def _open(row: QuoteRow) -> Asked:
    plain = base.unseal(
        row.person, table="advice_quote", column="sealed", row=row.id, version=row.version, sealed=row.sealed
    )
    return msgspec.json.decode(plain, type=Asked)


def _save(session: base.Session, row: QuoteRow, one: Asked) -> None:
    row.version += 1
    row.sealed = base.seal(
        row.person,
        table="advice_quote",
        column="sealed",
        row=row.id,
        version=row.version,
        plain=msgspec.json.encode(one),
    )
    session.add(row)
    session.flush()
