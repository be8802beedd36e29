"""FHIR R4 over HTTP: /api/fhir with a personal token. Errors are OperationOutcomes."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import urlencode

from flask import Response, make_response, request

from backend import base, consent
from backend.consent import Purpose
from backend.record.blueprint import api
from backend.record.export.service import summary
from backend.record.fhirapi import search, tokens
from backend.record.fhirapi.query import BadQuery
from backend.record.fhirapi.tokens import TYPES, Holder

_KIND = "application/fhir+json"
_SEARCHED = {
    "Patient": ("_id",),
    "Observation": ("_id", "patient", "subject", "code", "category", "date", "status", "_lastUpdated"),
    "Condition": ("_id", "patient", "subject", "code", "category", "onset-date", "_lastUpdated"),
    "AllergyIntolerance": ("_id", "patient", "code", "date", "_lastUpdated"),
    "MedicationStatement": ("_id", "patient", "subject", "code", "effective", "status", "_lastUpdated"),
    "Immunization": ("_id", "patient", "vaccine-code", "date", "status", "_lastUpdated"),
    "Procedure": ("_id", "patient", "subject", "code", "date", "status", "_lastUpdated"),
}
_DATES = frozenset({"date", "_lastUpdated", "onset-date", "effective"})


def _answer(body: Any, status: int = 200) -> Response:
    text = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    response = make_response(text, status)
    response.headers["Content-Type"] = f"{_KIND}; charset=utf-8"
    # No cookie is read on these routes: whoever has the token may read from any page.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = "GET, OPTIONS"
    response.headers["Access-Control-Allow-Headers"] = "Authorization, Accept, Content-Type, Prefer"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _outcome(status: int, code: str, text: str) -> Response:
    issue = {"severity": "error", "code": code, "details": {"text": text}}
    response = _answer({"resourceType": "OperationOutcome", "issue": [issue]}, status)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="meguri"'
    return response


def _base() -> str:
    return f"{base.runtime().settings.origin}/api/fhir"


def fhir_metadata() -> Response:
    """The CapabilityStatement; needs no token."""
    if request.method == "OPTIONS":
        return _answer(b"", 204)

    def param(name: str) -> dict[str, str]:
        kind = "date" if name in _DATES else "reference" if name in ("patient", "subject") else "token"
        return {"name": name, "type": kind}

    resources: list[dict[str, Any]] = [
        {
            "type": kind,
            "interaction": [{"code": "read"}, {"code": "search-type"}],
            "searchParam": [param(name) for name in names],
        }
        for kind, names in _SEARCHED.items()
    ]
    resources[0]["operation"] = [
        {"name": "summary", "definition": "http://hl7.org/fhir/uv/ips/OperationDefinition/summary"}
    ]
    return _answer(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": "2026-11-23",
            "kind": "instance",
            "software": {"name": "Meguri"},
            "implementation": {"description": "A resident's own record", "url": _base()},
            "fhirVersion": "4.0.1",
            "format": ["json"],
            "rest": [
                {
                    "mode": "server",
                    "documentation": "Read only, with a personal token that the resident made in the app.",
                    "security": {"cors": True, "description": "Authorization: Bearer <personal token>"},
                    "resource": resources,
                }
            ],
        }
    )


def _holder(session: base.Session) -> Holder | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.startswith(tokens.PREFIX) or len(token) > 100:
        return None
    return tokens.holder(session, token=token)


def fhir_search(kind: str) -> Response:
    """GET [base]/[type]?parameters: a searchset with paging links."""
    return _with_token(kind, lambda session, holder: _searched(session, holder, kind))


def fhir_read(kind: str, id: str) -> Response:
    """GET [base]/[type]/[id]."""
    if id == "$summary" and kind == "Patient":
        return fhir_summary(None)

    def act(session: base.Session, holder: Holder) -> Response:
        found = search.read(session, actor=holder.actor, kind=kind, id=id)
        return _outcome(404, "not-found", "No such resource") if found is None else _answer(found)

    return _with_token(kind, act)


def fhir_summary(id: str | None) -> Response:
    """GET [base]/Patient/[id]/$summary: the record as an International Patient Summary."""

    def act(session: base.Session, holder: Holder) -> Response:
        person = holder.actor.person
        if id not in (None, person) or holder.types != frozenset(TYPES):
            return _outcome(403, "forbidden", "A summary needs a token for everything, and one's own Patient")
        assert person is not None
        permit = consent.permit(session, actor=holder.actor, person=person, purpose=Purpose.SELF)
        out = io.BytesIO()
        whole = summary(session, out, permit=permit)
        search.note_summary(session, permit=permit, whole=whole)
        return _answer(out.getvalue())

    return _with_token("Patient", act)


def _with_token(kind: str, act: Any) -> Response:
    if request.method == "OPTIONS":
        return _answer(b"", 204)
    try:
        with base.write_unit() as session:
            holder = _holder(session)
            if holder is None:
                return _outcome(401, "login", "A personal token is needed (Authorization: Bearer ...)")
            if kind not in TYPES:
                return _outcome(404, "not-supported", "This kind of resource is not served")
            if kind not in holder.types:
                return _outcome(403, "forbidden", "The token does not cover this kind of resource")
            answer: Response = act(session, holder)
            return answer
    except BadQuery as wrong:
        return _outcome(400, "invalid", f"The parameter {wrong.name[:40]} is not understood")
    except base.Refusal as refusal:
        return _outcome(refusal.status, "processing", type(refusal).__name__)


def _searched(session: base.Session, holder: Holder, kind: str) -> Response:
    params = [(name, value) for name, value in request.args.items(multi=True) if value]
    known = {*_SEARCHED[kind], "_count", "_cursor", "_format", "_pretty"}
    for name, _ in params:
        if name.partition(":")[0] not in known:
            raise BadQuery(name)
    found = search.search(session, actor=holder.actor, kind=kind, params=params)
    links = [{"relation": "self", "url": _url(kind, params)}]
    if found.next is not None:
        rest = [(name, value) for name, value in params if name != "_cursor"]
        links.append({"relation": "next", "url": _url(kind, [*rest, ("_cursor", found.next)])})
    made: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": found.total, "link": links}
    if found.page:
        made["entry"] = [
            {"fullUrl": f"{_base()}/{kind}/{one['id']}", "resource": one, "search": {"mode": "match"}}
            for one in found.page
        ]
    return _answer(made)


def _url(kind: str, params: list[tuple[str, str]]) -> str:
    return f"{_base()}/{kind}" + (f"?{urlencode(params)}" if params else "")


for _path, _view in (
    ("/fhir/metadata", fhir_metadata),
    ("/fhir/<kind>", fhir_search),
    ("/fhir/<kind>/<id>", fhir_read),
    ("/fhir/Patient/<id>/$summary", fhir_summary),
):
    api.add_url_rule(_path, _view.__name__, _view, methods=["GET", "OPTIONS"], provide_automatic_options=False)
