"""A person's visits: booked at the clinic, cancelled there, reminded of without a word of what it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import delete
from sqlmodel import col, select

from backend import base, people, record
from backend.advice.telemed import clinics
from backend.advice.telemed.scheduling import FreeSlot
from backend.advice.telemed.tables import SlotRow, VisitRow

CHECKS = ("not_urgent", "identity", "doctor", "may_be_called_in", "private_place", "name_is_sent")
FIRST_CHECKS = ("first_limits",)
BEFORE = timedelta(hours=24)
VIDEO = "urn:meguri:video"
State = Literal["pending", "booked", "cancelled"]


class SlotGone(base.Conflict):
    """Somebody else took it, or it is over."""

    key = "advice.telemed.slot_gone"


class ChecksOpen(base.Invalid):
    """Consent and identity steps of the online-care guideline come before booking."""

    key = "advice.telemed.checks_open"


class VisitOver(base.Conflict):
    """The visit was cancelled or has begun."""

    key = "advice.telemed.visit_over"


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One visit: the slot, the clinic's own number of it, and what was sent beforehand."""

    id: str
    state: State
    slot: FreeSlot
    is_first: bool
    checks: tuple[str, ...]
    made_at: datetime
    appointment: str = ""
    video: str = ""
    health_link: str | None = None
    sections: tuple[str, ...] = ()
    sent_until: datetime | None = None


def visits(session: base.Session, *, actor: people.Actor) -> list[Visit]:
    """The actor's visits, newest first."""
    if actor.person is None:
        raise base.NotAllowed
    rows = session.exec(select(VisitRow).where(VisitRow.person == actor.person).order_by(col(VisitRow.id).desc()))
    return [_opened(row) for row in rows]


def visit(session: base.Session, *, actor: people.Actor, visit: str) -> Visit:
    """One of the actor's visits; NotFound."""
    return _opened(_row(session, actor, visit))


def book(
    *,
    actor: people.Actor,
    partner: str,
    slot: str,
    is_first: bool,
    checks: Sequence[str],
    client_id: str,
    clock: base.Clock = base.CLOCK,
) -> Visit:
    """Book a slot at its clinic; the clinic is told the name and nothing else.

    Opens units of its own: no lock is held while the clinic is asked. The visit is written down first, and its id
    is the booking's identifier there, so that a second try after a lost answer books nothing twice.
    Raises SlotGone, ChecksOpen, PartnerAway.
    """
    if actor.person is None:
        raise base.NotAllowed
    if set(checks) != {*CHECKS, *(FIRST_CHECKS if is_first else ())}:
        raise ChecksOpen
    clinic = _partner(actor, partner)
    with base.write_unit() as session:
        held = _same(session, actor.account, client_id)
        if held is None:
            found = clinics.slot(session, partner=partner, slot=slot)
            if not found.is_free or found.start <= clock.now():
                raise SlotGone
            made = Visit(
                id=base.new_id(),
                state="pending",
                slot=found,
                is_first=is_first,
                checks=tuple(checks),
                made_at=clock.now(),
            )
            row = VisitRow(
                person=actor.person, id=made.id, account=actor.account, client_id=client_id, version=0, sealed=b""
            )
            _save(session, row, made)
            held = made
        elif (held.slot.partner, held.slot.id, held.is_first) != (partner, slot, is_first):
            raise base.KeyReused
        name = people.person(session, person=actor.person).name
    if held.state != "pending":
        return held
    try:
        answer = base.ask_partner(clinic, "Appointment", method="POST", body=_appointment(held, name))
        said = msgspec.json.decode(answer, type=dict[str, Any])
        number, video = _number(said), _video(clinic, said)
    except base.PartnerRefused:
        with base.write_unit() as session:
            session.connection().execute(delete(VisitRow).where(col(VisitRow.id) == held.id))
            _mark_slot(session, held.slot, is_free=False)
        raise SlotGone from None
    except (msgspec.DecodeError, ValueError):
        raise base.PartnerAway from None
    with base.write_unit() as session:
        row = _row(session, actor, held.id)
        booked = msgspec.structs.replace(_opened(row), state="booked", appointment=number, video=video)
        _save(session, row, booked)
        _mark_slot(session, held.slot, is_free=False)
        _remind(session, booked, actor, clock)
    return booked


def cancel(*, actor: people.Actor, visit: str, clock: base.Clock = base.CLOCK) -> Visit:
    """Cancel a visit at its clinic; twice is once."""
    with base.read_session() as session:
        held = _opened(_row(session, actor, visit))
        name = people.person(session, person=actor.person or "").name
    if held.state == "cancelled":
        return held
    if held.slot.start <= clock.now():
        raise VisitOver
    clinic = _partner(actor, held.slot.partner)
    number = held.appointment
    if not number:
        # Whether the clinic has it is not known: asked again under the same identifier it says its number.
        try:
            answer = base.ask_partner(clinic, "Appointment", method="POST", body=_appointment(held, name))
            number = _number(msgspec.json.decode(answer, type=dict[str, Any]))
        except base.PartnerRefused:
            number = ""
        except (msgspec.DecodeError, ValueError):
            raise base.PartnerAway from None
    if number:
        base.ask_partner(clinic, f"Appointment/{number}", method="PUT", body={"status": "cancelled"})
    with base.write_unit() as session:
        row = _row(session, actor, visit)
        ended = msgspec.structs.replace(_opened(row), state="cancelled", video="")
        _save(session, row, ended)
        _mark_slot(session, held.slot, is_free=True)
    return ended


def send_sheet(
    *,
    actor: people.Actor,
    visit: str,
    sections: Sequence[Any],
    months: int,
    clock: base.Clock = base.CLOCK,
) -> Visit:
    """Let the clinic open the chosen part of the record until a day after the visit; needs a fresh passkey.

    The clinic gets a SMART Health Link inside the appointment; who looked stands on the page of links.
    """
    with base.read_session() as session:
        held = _opened(_row(session, actor, visit))
    if held.state != "booked" or held.slot.end <= clock.now() or not sections:
        raise VisitOver
    clinic = _partner(actor, held.slot.partner)
    until = held.slot.end + timedelta(days=1)
    with base.write_unit() as session:
        link = record.make_health_link(
            session, actor=actor, sections=sections, until=until, passcode=None, label=held.slot.clinic,
            months=months, clock=clock,
        )  # fmt: skip
    sheet = {
        "resourceType": "DocumentReference",
        "id": "sheet",
        "status": "current",
        "content": [{"attachment": {"contentType": "application/smart-health-link", "url": link.uri}}],
    }
    body = {"contained": [sheet], "supportingInformation": [{"reference": "#sheet"}]}
    base.ask_partner(clinic, f"Appointment/{held.appointment}", method="PUT", body=body)
    with base.write_unit() as session:
        row = _row(session, actor, visit)
        sent = msgspec.structs.replace(_opened(row), health_link=link.id, sections=tuple(sections), sent_until=until)
        _save(session, row, sent)
    return sent


def calendar(one: Visit) -> str:
    """A calendar file (RFC 5545) that says neither clinic nor department."""
    stamp = "%Y%m%dT%H%M%SZ"
    start, end, made = (at.astimezone(UTC).strftime(stamp) for at in (one.slot.start, one.slot.end, one.made_at))
    state = "CANCELLED" if one.state == "cancelled" else "CONFIRMED"
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Meguri//JA", "BEGIN:VEVENT", f"UID:{one.id}@meguri",
        f"DTSTAMP:{made}", f"DTSTART:{start}", f"DTEND:{end}", "SUMMARY:めぐりの予定", f"STATUS:{state}",
        f"URL:{base.runtime().settings.origin}/visits", "BEGIN:VALARM", "ACTION:DISPLAY",
        "DESCRIPTION:めぐりの予定", "TRIGGER:-PT1H", "END:VALARM", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(lines)


# --- inside --------------------------------------------------------------------------------------


def _partner(actor: people.Actor, partner: str) -> base.Partner:
    for one in base.partners("clinic"):
        if one.id == partner and one.site == actor.site:
            return one
    raise base.NotFound


def _appointment(one: Visit, name: str) -> dict[str, Any]:
    return {
        "resourceType": "Appointment",
        "status": "proposed",
        "identifier": [{"system": "urn:meguri:visit", "value": one.id}],
        "slot": [{"reference": f"Slot/{one.slot.id}"}],
        "start": one.slot.start.isoformat(),
        "end": one.slot.end.isoformat(),
        "participant": [{"actor": {"display": name}, "status": "accepted"}],
    }


def _number(said: dict[str, Any]) -> str:
    found = said.get("id")
    if said.get("status") != "booked" or not isinstance(found, str) or not found.isalnum() or len(found) > 64:
        raise ValueError("appointment")
    return found


def _video(clinic: base.Partner, said: dict[str, Any]) -> str:
    """The clinic's own room; an address elsewhere is not shown to anybody."""
    for one in said.get("extension") or []:
        if isinstance(one, dict) and one.get("url") == VIDEO and isinstance(one.get("valueUrl"), str):
            try:
                address = base.address_under(clinic, one["valueUrl"])
            except base.PartnerAway:
                return ""
            return address if urlsplit(address).scheme in {"https", "http"} else ""
    return ""


def _mark_slot(session: base.Session, one: FreeSlot, *, is_free: bool) -> None:
    row = session.get(SlotRow, (one.partner, one.id))
    if row is not None:
        row.is_free = is_free
        session.add(row)
        session.flush()


def _row(session: base.Session, actor: people.Actor, visit: str) -> VisitRow:
    row = session.get(VisitRow, (actor.person, visit)) if actor.person is not None else None
    if row is None:
        raise base.NotFound
    return row


def _same(session: base.Session, account: str, client_id: str) -> Visit | None:
    query = select(VisitRow).where(VisitRow.account == account, VisitRow.client_id == client_id)
    row = session.exec(query).first()
    return None if row is None else _opened(row)


def _opened(row: VisitRow) -> Visit:
    plain = base.unseal(
        row.person, table="advice_visit", column="sealed", row=row.id, version=row.version, sealed=row.sealed
    )
    return msgspec.json.decode(plain, type=Visit)


def _save(session: base.Session, row: VisitRow, one: Visit) -> None:
    row.version += 1
    row.sealed = base.seal(
        row.person,
        table="advice_visit",
        column="sealed",
        row=row.id,
        version=row.version,
        plain=msgspec.json.encode(one),
    )
    session.add(row)
    session.flush()


def _remind(session: base.Session, one: Visit, actor: people.Actor, clock: base.Clock) -> None:
    at = one.slot.start - BEFORE
    if at <= clock.now():
        at = one.slot.start - timedelta(hours=1)
    if at > clock.now():
        base.enqueue(
            session,
            "advice.visit_remind",
            payload={"person": actor.person, "visit": one.id},
            effect_key=f"advice.visit_remind:{one.id}",
            not_before=at,
        )


@base.job_handler("advice.visit_remind")
def _reminded(job: base.Job) -> None:
    """Tell the person's devices that there is something to see; nothing of a visit that was cancelled."""
    with base.write_unit() as session:
        row = session.get(VisitRow, (str(job.payload["person"]), str(job.payload["visit"])))
        if row is not None and _opened(row).state == "booked":
            people.send_push(session, account=row.account, kind="visit", about=row.id)


def _forget(session: base.Session, event: people.PersonErased) -> None:
    session.connection().execute(delete(VisitRow).where(col(VisitRow.person) == event.person))


base.subscribe(people.PersonErased, _forget)
