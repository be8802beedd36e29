"""Requests that nobody's phone sends: each gets a named refusal, none an internal error."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

ENTRY = {"client_id": "attack-0001", "kind": "weight", "weight_kg": 60.5, "at": "2025-11-01T08:00:00+09:00"}


def _raw(client: FlaskClient, path: str, body: str | bytes) -> Any:
    return client.post(path, data=body, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize(
    "body",
    ["[" * 200_000, '{"a":' * 100_000 + "1" + "}" * 100_000, b'{"token":"\xff"}', '{"token":NaN}', '{"token":1e999}'],
    ids=["unclosed", "deep", "not-utf8", "nan", "beyond-float"],
)
def test_json_that_is_no_request_is_refused(client: FlaskClient, body: str | bytes) -> None:
    answer = _raw(client, "/api/signin/link", body)
    assert (answer.status_code, answer.json["key"]) == (422, "base.invalid")


def test_a_huge_body_is_refused_before_it_is_read(client: FlaskClient) -> None:
    answer = _raw(client, "/api/signin/link", b'{"token":"' + b"a" * (2 << 20) + b'"}')
    assert answer.status_code == 413
    assert (answer.json["key"], answer.json["params"]) == ("base.too_large", {"limit_mb": 1})


@pytest.mark.parametrize("path", ["/%00", "/a%00.js", "/" + "a" * 300, "/" + "a/" * 2000, "/" + "a" * 300 + ".js"])
def test_addresses_that_no_file_can_have(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("at", "key"),
    [
        ("0001-01-01T00:00:00+09:00", "record.too_long_ago"),
        ("1899-12-31T23:59:59+09:00", "record.too_long_ago"),
        ("9999-12-31T23:59:59-09:00", "record.in_the_future"),
        ("0", "base.invalid"),
        (-1, "base.invalid"),
    ],
)
def test_times_at_the_ends_of_the_calendar(resident: Callable[..., Any], at: Any, key: str) -> None:
    answer = resident().post("/entries", {**ENTRY, "at": at})
    assert (answer.status_code, answer.json["key"]) == (422, key)


def test_the_first_day_that_counts_is_taken(resident: Callable[..., Any]) -> None:
    assert resident().post("/entries", {**ENTRY, "at": "1900-01-01T00:00:00+09:00"}).status_code == 201


@pytest.mark.parametrize("weight", [True, "60", 10**400, float("nan"), float("inf")], ids=repr)
def test_only_a_number_is_a_weight(resident: Callable[..., Any], weight: Any) -> None:
    phone = resident()
    answer = _raw(phone.http, "/api/entries", json.dumps({**ENTRY, "weight_kg": weight}))
    assert (answer.status_code, answer.json["key"]) == (422, "base.invalid")
    assert phone.get("/home").json["counts"]["readings"] == 0


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_invites_for_a_day_outside_the_calendar(worker: Callable[..., Any], day: str) -> None:
    body = {"client_id": "attack-0001", "label": "窓口", "count": 1, "last_day": day}
    assert worker("suita", "staff").post("/pilot/invites", body).status_code == 422


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded"])
def test_a_claimed_address_opens_no_new_count(client: FlaskClient, header: str) -> None:
    statuses = [
        client.post("/api/invites/check", json={"code": "ABCDEFGHJK"}, headers={header: f"10.0.0.{number}"}).status_code
        for number in range(32)
    ]
    assert statuses[-1] == 429
    assert statuses.count(429) == 2
