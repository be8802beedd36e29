"""HTTP of care: consultations for residents and counsellors, the counsellor's people."""

from __future__ import annotations

from flask import Response, make_response
from pydantic import BaseModel
from sqlmodel import Session

from backend import base, consent, people
from backend.care import caseload, service, wire
from backend.care.blueprint import api
from backend.care.guidance import api as guidance  # its routes
from backend.care.model import Consultation, Side
from backend.care.team import addressees as addressees_of
from backend.care.team import join_team, team_of

__all__ = ["api", "guidance"]


def _answer(value: BaseModel) -> Response:
    response = make_response(value.model_dump_json(by_alias=True))
    response.headers["Content-Type"] = "application/json"
    return response


def _shown(session: Session, actor: people.Actor, whole: Consultation) -> wire.ConsultationOut:
    side: Side = "resident" if actor.person == whole.person else "counsellor"
    names = consent.recipient_of(session, recipient=whole.recipient).names
    name = people.person(session, person=whole.person).name if side == "counsellor" else None
    return wire.consultation_out(whole, names=names, side=side, name=name)


@api.get("/consultations", endpoint="consultations", responses={"200": wire.ListOut})
def consultations() -> Response:
    """My consultations, newest first."""
    with base.read_session() as session:
        found = service.consultations(session, actor=people.current_actor())
    briefs = [wire.brief_out(each) for each in found]
    return _answer(wire.ListOut(as_of=base.CLOCK.now(), consultations=briefs))


@api.post("/consultations", endpoint="open_consultation", responses={"200": wire.ConsultationOut})
def open_consultation(body: wire.OpenIn) -> Response:
    """Write to the counsellors of my place, or to one of them; no data need be shared for an answer."""
    actor = people.current_actor()
    with base.write_unit() as session:
        opened = service.open_consultation(
            session, actor=actor, subject=body.subject, text=body.text, to=body.to, client_id=body.client_id
        )
        shown = _shown(session, actor, opened)
    return _answer(shown)


@api.get("/consultations/addressees", endpoint="addressees", responses={"200": wire.AddresseesOut})
def addressees() -> Response:
    """Whom I can write to at my place; the team comes first."""
    site = people.current_actor().site
    shown = [
        wire.AddresseeOut(recipient=each.id, names=wire.words_out(each.names), is_team=each.id == team_of(site))
        for each in addressees_of(site=site)
    ]
    return _answer(wire.AddresseesOut(addressees=shown))


@api.get("/consultations/<string:id>", endpoint="consultation", responses={"200": wire.ConsultationOut})
def consultation(path: wire.IdPath) -> Response:
    """One consultation, to its resident or to a counsellor it is addressed to."""
    actor = people.current_actor()
    with base.read_session() as session:
        shown = _shown(session, actor, service.consultation(session, actor=actor, consultation=path.id))
    return _answer(shown)


@api.post("/consultations/<string:id>/messages", endpoint="add_message", responses={"200": wire.MessageOut})
def add_message(path: wire.IdPath, body: wire.MessageIn) -> Response:
    """Add a message; the answer says when the server had it."""
    actor = people.current_actor()
    with base.write_unit() as session:
        stored = service.add_message(
            session, actor=actor, consultation=path.id, text=body.text, client_id=body.client_id
        )
    return _answer(wire.message_out(stored, stored.side))


@api.post("/consultations/<string:id>/read", endpoint="mark_read", responses={"200": wire.ConsultationOut})
def mark_read(path: wire.IdPath, body: wire.ReadIn) -> Response:
    """Note that the other side's messages up to this one were on my screen."""
    actor = people.current_actor()
    with base.write_unit() as session:
        whole = service.mark_read(session, actor=actor, consultation=path.id, up_to=body.up_to)
        shown = _shown(session, actor, whole)
    return _answer(shown)


@api.get("/care/people", endpoint="people_list", responses={"200": wire.PeopleOut})
def people_list() -> Response:
    """Who shares with me or wrote to me, who waits longest first, each with the reason."""
    actor = people.current_actor()
    join_team(actor=actor)
    with base.read_session() as session:
        found = caseload.people_list(session, actor=actor)
    return _answer(wire.PeopleOut(as_of=base.CLOCK.now(), people=[wire.line_out(each) for each in found]))


@api.get("/care/people/<string:id>", endpoint="person", responses={"200": wire.SharedPersonOut})
def person(path: wire.IdPath) -> Response:
    """One person as far as she shares with me; the look is logged where she sees it."""
    actor = people.current_actor()
    join_team(actor=actor)
    with base.write_unit() as session:
        page = caseload.person_page(session, actor=actor, person=path.id)
    return _answer(wire.person_out(page))


@api.get("/care/consultations", endpoint="inbox", responses={"200": wire.ListOut})
def inbox() -> Response:
    """The consultations addressed to me, who waits longest first."""
    actor = people.current_actor()
    join_team(actor=actor)
    with base.read_session() as session:
        found = service.inbox(session, actor=actor)
        briefs = [wire.brief_out(each, name=people.person(session, person=each.person).name) for each in found]
    return _answer(wire.ListOut(as_of=base.CLOCK.now(), consultations=briefs))
