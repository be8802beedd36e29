"""The access table: every route is listed, every role is tried on every route, nobody passes who should not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.access import ACCESS, BEARER, FOREIGN
from backend.people import Role

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, path with opaque ids filled in)."""
    found = []
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?\w+>", "01hzzzzzzzzzzzzzzzzzzzzzzz", rule.rule)
        found += [(rule.endpoint, method, path) for method in METHODS if method in (rule.methods or ())]
    return found


def test_every_route_is_listed_and_every_listed_route_exists(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(ACCESS)


@pytest.mark.feature("G12")
def test_the_matrix(app: Flask, worker: Callable[..., Any], resident: Callable[..., Any]) -> None:
    phones = {Role.RESIDENT: resident("suita")}
    for role in Role:
        if role is not Role.RESIDENT:
            phones[role] = worker("suita", role.value)
    wrong = []
    for endpoint, method, path in routes(app):
        allowed = ACCESS[endpoint]
        if endpoint in {"people.signout", "people.end_other_sessions"}:
            continue  # these end the session that the next try needs; tested in their own room
        for role, phone in phones.items():
            status = phone.http.open(path, method=method, json={}).status_code
            may = allowed is None or role in allowed
            if not may and status != 403:
                wrong.append((endpoint, role.value, status))
            if status >= 500 or (may and status == 401 and endpoint not in BEARER):
                wrong.append((endpoint, role.value, status))
    assert wrong == []


def test_nobody_signed_out_passes_a_route_that_is_not_public(app: Flask, client: FlaskClient) -> None:
    answers = {
        (endpoint, method): client.open(path, method=method, json={}).status_code
        for endpoint, method, path in routes(app)
        if ACCESS[endpoint] is not None
    }
    assert {key: status for key, status in answers.items() if status != 401} == {}


def test_unsafe_methods_need_our_header_and_our_origin(app: Flask) -> None:
    stranger = app.test_client()
    for endpoint, method, path in routes(app):
        if method == "GET" or endpoint == "governance.token" or endpoint in FOREIGN:
            continue  # a program has no page to come from; its own test shows what it needs
        bare = stranger.open(path, method=method, json={})
        elsewhere = stranger.open(
            path, method=method, json={}, headers={"X-Meguri": "1", "Origin": "https://elsewhere.example"}
        )
        cross = stranger.open(path, method=method, json={}, headers={"X-Meguri": "1", "Sec-Fetch-Site": "cross-site"})
        assert (bare.status_code, elsewhere.status_code, cross.status_code) == (403, 403, 403), endpoint


def test_an_unknown_address_under_api_is_a_problem_not_a_page(client: FlaskClient) -> None:
    answer = client.get("/api/nothing-here")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["key"] == "base.not_found"


def test_every_answer_is_hardened(client: FlaskClient) -> None:
    for path in ("/api/sites", "/api/me", "/api/nothing"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe-eval" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
