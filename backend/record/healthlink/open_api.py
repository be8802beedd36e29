"""The routes that viewers of others call, as the SMART Health Links specification has them: manifest, file, CORS."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

from flask import Response, make_response, request

from backend import base
from backend.record.blueprint import api
from backend.record.healthlink import service
from backend.record.healthlink.service import LinkGone, WrongPasscode

_MOST_EMBEDDED = 1 << 30


def _answer(body: str, status: int, kind: str) -> Response:
    response = make_response(body, status)
    response.headers["Content-Type"] = kind
    # A viewer may stand on any page: what it gets is encrypted, and no cookie is ever read here.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
    response.headers["Access-Control-Allow-Headers"] = "Content-Type, Accept"
    response.headers["Access-Control-Max-Age"] = "600"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _json(said: Any, status: int = 200) -> Response:
    return _answer(json.dumps(said, ensure_ascii=False), status, "application/json")


def _gone() -> Response:
    return _json({"error": "This link is not active."}, 404)


def link_manifest(address: str) -> Response:
    """POST: the manifest. GET: the one file of a link with flag U. OPTIONS: what a browser asks first."""
    if request.method == "OPTIONS":
        return _answer("", 204, "text/plain")
    if request.method == "POST":
        return _manifest(address)
    recipient = request.args.get("recipient", "").strip()
    if not recipient:
        return _json({"error": "recipient is required"}, 400)
    try:
        opened = _opened(address, recipient=recipient, passcode=None, is_direct=True)
    except LinkGone:
        return _gone()
    return _gone() if isinstance(opened, WrongPasscode) else _answer(opened.jwe, 200, "application/jose")


def _manifest(address: str) -> Response:
    said = request.get_json(silent=True, force=True)
    if not isinstance(said, dict):
        return _json({"error": "a JSON object is required"}, 400)
    recipient, most = said.get("recipient"), said.get("embeddedLengthMax")
    if not isinstance(recipient, str) or not recipient.strip():
        return _json({"error": "recipient is required"}, 400)
    if most is not None and (isinstance(most, bool) or not isinstance(most, int) or most < 0):
        return _json({"error": "embeddedLengthMax is a length"}, 400)
    try:
        opened = _opened(address, recipient=recipient, passcode=said.get("passcode"), is_direct=False)
    except LinkGone:
        return _gone()
    if isinstance(opened, WrongPasscode):
        return _json({"remainingAttempts": opened.remaining}, 401)
    file: dict[str, Any] = {
        "contentType": "application/fhir+json",
        "lastUpdated": opened.made_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "status": "can-change" if opened.is_live else "finalized",
        "fhirVersion": "4.0.1",
    }
    if len(opened.jwe) <= (_MOST_EMBEDDED if most is None else most):
        file["embedded"] = opened.jwe
    else:
        file["location"] = opened.location
    response = _json({"files": [file]})
    if opened.is_live:
        response.headers["Retry-After"] = "60"
    return response


def _opened(address: str, *, recipient: str, passcode: object, is_direct: bool) -> service.Opened | WrongPasscode:
    with base.write_unit() as session:
        opened = service.open_link(
            session, address=address, recipient=recipient, passcode=passcode, is_direct=is_direct
        )
    if not isinstance(opened, WrongPasscode) and opened.old_file is not None:
        base.files.delete(*opened.old_file)
    return opened


def link_file(link: str, until: int, mac: str) -> Response:
    """The encrypted file behind a manifest's short-lived location."""
    if request.method == "OPTIONS":
        return _answer("", 204, "text/plain")
    try:
        with base.read_session() as session:
            jwe = service.file_at(session, link=link, until=until, mac=mac)
    except (LinkGone, OverflowError):
        return _gone()
    return _answer(jwe, 200, "application/jose")


for _path, _view, _methods in (
    ("/shl/<address>", link_manifest, ["GET", "POST", "OPTIONS"]),
    ("/shl/file/<link>/<int:until>/<mac>", link_file, ["GET", "OPTIONS"]),
):
    api.add_url_rule(_path, _view.__name__, _view, methods=_methods, provide_automatic_options=False)
