"""HTTP of the information bank, recipient's side: whom may I read, and what is on for one of them."""

from __future__ import annotations

import msgspec
from flask import Response, make_response
from pydantic import BaseModel

from backend import base, consent, governance, people
from backend.bank import service, wire

api = base.APIBlueprint("bank")


def _caller(recipient: str) -> people.Actor:
    """Who asks for a recipient: a program of its approved use by token, else whoever is signed in."""
    with base.read_session() as session:
        held = consent.held_by(session, recipients=[recipient]).get(recipient)
    return governance.caller(None if held is None else held.verdict.use)


def _answer(value: BaseModel) -> Response:
    response = make_response(value.model_dump_json(by_alias=True))
    response.headers["Content-Type"] = "application/json"
    return response


@api.get("/bank/provisions", endpoint="recipients", responses={"200": wire.RecipientsOut})
def recipients() -> Response:
    """The recipients I act for."""
    with base.read_session() as session:
        found = service.mine(session, actor=people.current_actor())
    shown = [
        wire.RecipientOut(
            recipient=each.id,
            names=wire.WordsOut(ja=each.names.ja, ja_easy=each.names.ja_easy, en=each.names.en),
            purposes=[terms.purpose for terms in each.terms],
            is_synthetic=each.is_synthetic,
        )
        for each in found
    ]
    return _answer(wire.RecipientsOut(recipients=shown))


@api.get("/bank/provisions/<string:recipient>/people", endpoint="readable", responses={"200": wire.ReadableOut})
def readable(path: wire.RecipientPath, query: wire.ReadableQuery) -> Response:
    """Whom I may read now, under pseudonyms of this recipient's own."""
    actor = _caller(path.recipient)
    with base.write_unit() as session:
        found = service.readable(session, actor=actor, recipient=path.recipient, purpose=query.purpose)
    shown = [wire.ProvidedOut(pseudonym=each.pseudonym, categories=list(each.categories)) for each in found]
    return _answer(wire.ReadableOut(recipient=path.recipient, people=shown))


@api.get(
    "/bank/provisions/<string:recipient>/people/<string:pseudonym>",
    endpoint="provision",
    responses={"200": wire.ProvisionOut},
)
def provision(path: wire.PersonPath, query: wire.ProvisionQuery) -> Response:
    """What one person has switched on for this recipient now; logged where the person sees it."""
    actor = _caller(path.recipient)
    with base.write_unit() as session:
        given = service.provide(
            session,
            actor=actor,
            recipient=path.recipient,
            pseudonym=path.pseudonym,
            purpose=query.purpose,
            since=query.since,
        )
    return _answer(wire.ProvisionOut.model_validate(msgspec.to_builtins(given)))


from backend.bank import offer_api as _offer_api  # noqa: E402  adds its routes to the same blueprint

__all__ = ["_offer_api", "api"]
