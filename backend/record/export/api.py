"""Routes of taking the record along: exports, personal tokens, health links."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO
from urllib.parse import quote

import msgspec
import segno
from flask import Response, make_response
from pydantic import BaseModel

from backend import base, people
from backend.record.blueprint import api
from backend.record.export import shapes, takes
from backend.record.export.service import FORMS
from backend.record.fhirapi import tokens
from backend.record.healthlink import service as links
from backend.record.healthlink.model import HealthLink

_PIECE = 1 << 18


def _shaped(shape: BaseModel, status: int = 200) -> Response:
    response = make_response(shape.model_dump_json(), status)
    response.headers["Content-Type"] = "application/json"
    return response


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _take(facts: takes.TakeFacts) -> shapes.TakeShape:
    return shapes.TakeShape(**msgspec.structs.asdict(facts))


@api.get("/record/exports", responses={"200": shapes.TakesAnswer})
def list_takes() -> Response:
    """The exports of the last day, and what an export holds."""
    with base.read_session() as session:
        actor = people.current_actor()
        listed = [_take(one) for one in takes.takes(session, actor=actor)]
        return _shaped(shapes.TakesAnswer(takes=listed, **takes.counts(session, actor=actor)))


@api.post("/record/exports", responses={"202": shapes.TakeShape})
def make_take(body: shapes.TakeBody) -> Response:
    """Ask for an export; needs a fresh passkey. One that is still being made is given again."""
    with base.write_unit() as session:
        return _shaped(_take(takes.begin(session, actor=people.current_actor(), form=body.form)), 202)


@api.get("/record/exports/<id>", responses={"200": shapes.TakeShape})
def one_take(path: shapes.OwnIdPath) -> Response:
    """How far an export is."""
    with base.read_session() as session:
        return _shaped(_take(takes.one(session, actor=people.current_actor(), take=path.id)))


_FILE: Any = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}


@api.get("/record/exports/<id>/file", responses={"200": _FILE})
def take_file(path: shapes.OwnIdPath) -> Response:
    """The file; needs a fresh passkey."""
    with base.write_unit() as session:
        facts, stream = takes.give_out(session, actor=people.current_actor(), take=path.id)
    response = Response(_pieces(stream), mimetype=FORMS[facts.form][0])
    response.headers["Content-Length"] = str(facts.size)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(facts.file_name, safe='')}"
    return response


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(_PIECE):
            yield piece


@api.delete("/record/exports/<id>", responses={"204": None})
def drop_take(path: shapes.OwnIdPath) -> tuple[str, int]:
    """Remove an export before its day is over."""
    actor = people.current_actor()
    with base.write_unit() as session:
        file_id = takes.drop(session, actor=actor, take=path.id)
    if file_id is not None and actor.person is not None:
        base.files.delete(actor.person, file_id)
    return "", 204


# --- personal tokens -----------------------------------------------------------------------------


def _token(facts: tokens.TokenFacts, token: str | None = None) -> shapes.TokenShape:
    return shapes.TokenShape(**msgspec.structs.asdict(facts), token=token)


@api.get("/record/tokens", responses={"200": shapes.TokensAnswer})
def list_tokens() -> Response:
    """The personal tokens."""
    with base.read_session() as session:
        listed = [_token(one) for one in tokens.tokens(session, actor=people.current_actor())]
    return _shaped(shapes.TokensAnswer(tokens=listed, address=f"{base.runtime().settings.origin}/api/fhir"))


@api.post("/record/tokens", responses={"201": shapes.TokenShape})
def make_token(body: shapes.TokenBody) -> Response:
    """Make a token; it is shown in this answer and never again. Needs a fresh passkey."""
    with base.write_unit() as session:
        facts, token = tokens.make(
            session, actor=people.current_actor(), name=body.name, scope=body.scope, until=_aware(body.until)
        )
    return _shaped(_token(facts, token), 201)


@api.delete("/record/tokens/<id>", responses={"204": None})
def stop_token(path: shapes.OwnIdPath) -> tuple[str, int]:
    """End a token at once."""
    with base.write_unit() as session:
        tokens.stop(session, actor=people.current_actor(), token=path.id)
    return "", 204


# --- health links --------------------------------------------------------------------------------


def _link(found: HealthLink, *, is_whole: bool) -> shapes.HealthLinkShape:
    held = msgspec.to_builtins(found, builtin_types=(datetime,))
    uri = held.pop("uri")
    if not is_whole or found.state != "active":
        return shapes.HealthLinkShape(**held)
    return shapes.HealthLinkShape(**held, uri=uri, qr=_qr(uri))


def _qr(uri: str) -> str:
    """The link as a QR, error correction M as the specification asks for."""
    out = io.BytesIO()
    segno.make(uri, error="m", boost_error=False, micro=False).save(
        out, kind="svg", border=4, xmldecl=False, svgns=True, omitsize=True, light="#ffffff", dark="#000000"
    )
    return out.getvalue().decode()


@api.get("/record/health-links", responses={"200": shapes.HealthLinksAnswer})
def list_links() -> Response:
    """All links with who looked."""
    with base.read_session() as session:
        found = links.health_links(session, actor=people.current_actor())
    return _shaped(shapes.HealthLinksAnswer(links=[_link(one, is_whole=False) for one in found]))


@api.post("/record/health-links", responses={"201": shapes.HealthLinkShape})
def make_link(body: shapes.HealthLinkBody) -> Response:
    """Make a link to a chosen part of the record; needs a fresh passkey."""
    with base.write_unit() as session:
        made = links.make_health_link(
            session,
            actor=people.current_actor(),
            sections=body.sections,
            until=_aware(body.until),
            passcode=body.passcode,
            label=body.label,
            months=body.months,
            is_live=body.is_live,
        )
    return _shaped(_link(made, is_whole=True), 201)


@api.get("/record/health-links/<id>", responses={"200": shapes.HealthLinkShape})
def one_link(path: shapes.OwnIdPath) -> Response:
    """One link with its QR."""
    with base.read_session() as session:
        return _shaped(_link(links.health_link(session, actor=people.current_actor(), link=path.id), is_whole=True))


@api.delete("/record/health-links/<id>", responses={"204": None})
def stop_link(path: shapes.OwnIdPath) -> tuple[str, int]:
    """Stop a link for good."""
    actor = people.current_actor()
    with base.write_unit() as session:
        file_id = links.stop(session, actor=actor, link=path.id)
    if file_id is not None and actor.person is not None:
        base.files.delete(actor.person, file_id)
    return "", 204
