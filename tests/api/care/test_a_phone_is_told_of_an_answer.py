"""A counsellor answers: the resident's phone is told, in words that say nothing of health and name nobody."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from backend import base
from backend.base import push
from tests.push_service import Browser, Service, b64


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.stop()


@pytest.fixture
def nurse(town, worker):
    """The phone of a public health nurse of Suita, who has opened her list."""
    made = worker("suita", "counsellor", name="保健師 見本")
    assert made.get("/care/people").status_code == 200
    return made


@pytest.fixture
def hanako(town, resident):
    return resident("suita")


def _ask(hanako, client_id="consult-0001") -> str:
    body = {"subject": "血圧の薬について", "text": "血圧が 150 でした。", "client_id": client_id}
    thread: str = hanako.post("/consultations", body).json["id"]
    return thread


def _answer(nurse, thread, client_id="answer-0001", text="糖尿病の薬ですね。", run=True):
    sent = nurse.post(f"/consultations/{thread}/messages", {"text": text, "client_id": client_id})
    assert sent.status_code == 200, sent.json
    if run:
        base.run_due_jobs()


def _is_on(phone) -> bool:
    return bool(phone.get("/push/key").json["is_on"])


def _jobs() -> list[tuple[str, str | None]]:
    with base.read_unit() as connection:
        rows = connection.exec_driver_sql("SELECT state, error FROM outbox_job WHERE kind='people.push' ORDER BY id")
        return [(row[0], row[1]) for row in rows]


@pytest.mark.feature("J05")
def test_the_notice_says_only_that_there_is_something(hanako, nurse, service) -> None:
    browser = Browser(service)
    assert _is_on(hanako) is False
    assert hanako.post("/push/subscriptions", browser.subscription()).status_code == 200
    assert _is_on(hanako) is True
    thread = _ask(hanako)
    base.run_due_jobs()
    assert service.heard == [], "her own words are no news to her"
    words = {
        "ja": "めぐりからお知らせがあります",
        "ja-easy": "めぐりから おしらせが あります",
        "en": "There is news in Meguri",
    }
    for locale, title in words.items():
        assert hanako.http.patch("/api/me/settings", json={"locale": locale}).status_code == 200
        _answer(nurse, thread, client_id=f"answer-{locale}")
        said = browser.notices()[-1]
        assert said["web_push"] == 8030
        notice = said["notification"]
        assert notice["title"] == title
        assert notice["navigate"] == "http://localhost:8000/consultations"
        # The whole of the payload is known: nothing in it comes from the consultation or from the person.
        body = base.say("people.push_body", locale)
        assert set(notice) == {"title", "body", "navigate", "lang", "dir", "tag", "renotify", "silent"}
        assert (notice["body"], notice["tag"]) == (body, "meguri")
        assert not re.search(
            "[0-9]|血|薬|病|糖|健康|健診|相談|見本|吹田|花子|health|consult|doctor|nurse", title + body, re.I
        )
    assert [state for state, _ in _jobs()] == ["done"] * 3


def test_it_is_sent_as_push_services_ask(hanako, nurse, service) -> None:
    key = hanako.get("/push/key").json["key"]
    hanako.post("/push/subscriptions", Browser(service).subscription())
    _answer(nurse, _ask(hanako))
    ((_, headers, body),) = service.heard
    assert (headers["content-encoding"], headers["urgency"], headers["topic"]) == ("aes128gcm", "normal", "meguri")
    assert int(headers["ttl"]) == 3 * 24 * 3600
    signed = re.fullmatch(r"vapid t=([^,]+), ?k=(.+)", headers["authorization"])
    assert signed is not None
    assert signed[2] == key
    said, _, signature = signed[1].rpartition(".")
    assert Vapid02.from_raw_public(key.encode()).verify_token(said.encode(), signature)
    claims = json.loads(base64.urlsafe_b64decode(signed[1].split(".")[1] + "=="))
    assert (claims["aud"], claims["sub"]) == (service.origin, "https://localhost")
    assert 0 < claims["exp"] - time.time() <= 24 * 3600
    assert len(body) < 3993


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten_and_the_inbox_keeps_the_answer(hanako, nurse, service, status) -> None:
    hanako.post("/push/subscriptions", Browser(service).subscription())
    thread = _ask(hanako)
    service.status = status
    _answer(nurse, thread)
    assert _is_on(hanako) is False, "the phone sees it and subscribes anew when it is opened"
    assert _jobs() == [("done", None)]
    assert hanako.get("/consultations").json["consultations"][0]["unread"] == 1
    service.status = 201
    again = Browser(service, "anew")
    hanako.post("/push/subscriptions", again.subscription())
    _answer(nurse, thread, client_id="answer-0002")
    assert len(again.notices()) == 1
    assert [path for path, *_ in service.heard] == ["/phone", "/anew"]


def test_a_busy_service_is_asked_again_later_and_the_subscription_stays(hanako, nurse, service) -> None:
    browser = Browser(service)
    hanako.post("/push/subscriptions", browser.subscription())
    service.status = 503
    _answer(nurse, _ask(hanako))
    assert (_jobs(), _is_on(hanako)) == ([("queued", "PushFailed")], True)
    service.status = 201
    base.run_due_jobs(clock=base.FixedClock(base.CLOCK.now() + timedelta(minutes=1)))
    assert (_jobs(), len(browser.notices())) == ([("done", None)], 2)


def test_a_hanging_service_does_not_hold_up_the_others(hanako, nurse, service, monkeypatch) -> None:
    monkeypatch.setattr(push, "SECONDS", 0.4)
    other, second = Service(), hanako.http.application.test_client()
    try:
        second.environ_base.update(hanako.http.environ_base)
        hanako.post("/push/subscriptions", Browser(service).subscription())
        thread = _ask(hanako)
        hanako.http, first = second, hanako.http
        assert hanako.sign_in().status_code == 200
        tablet = Browser(other, "tablet")
        hanako.post("/push/subscriptions", tablet.subscription())
        hanako.http = first
        service.waits = 3.0
        began = time.monotonic()
        _answer(nurse, thread)
        assert time.monotonic() - began < 2
        assert sorted(_jobs(), key=str) == [("done", None), ("queued", "PushFailed")]
        assert len(tablet.notices()) == 1
    finally:
        other.stop()


def test_the_same_answer_sent_twice_is_told_once(hanako, nurse, service) -> None:
    hanako.post("/push/subscriptions", Browser(service).subscription())
    thread = _ask(hanako)
    _answer(nurse, thread)
    _answer(nurse, thread)
    assert len(service.heard) == 1


def test_signing_out_and_ended_sessions_end_the_notices(hanako, nurse, service) -> None:
    hanako.post("/push/subscriptions", Browser(service).subscription())
    thread = _ask(hanako)
    _answer(nurse, thread, run=False)
    assert hanako.post("/signout").status_code == 204
    base.run_due_jobs()
    _answer(nurse, thread, client_id="answer-0002")
    assert (service.heard, _jobs()) == ([], [("done", None)])
    assert hanako.sign_in().status_code == 200
    assert _is_on(hanako) is False
    hanako.post("/push/subscriptions", Browser(service, "again").subscription())
    with base.write_unit() as session:  # left idle: over, though the row is still there
        session.connection().exec_driver_sql(
            "UPDATE people_session SET last_seen_at='2020-01-01T00:00:00.000000+00:00'"
        )
    nurse.sign_in()
    _answer(nurse, thread, client_id="answer-0003")
    assert service.heard == []


def test_another_person_on_the_same_browser_takes_it_over(hanako, nurse, service, resident) -> None:
    browser = Browser(service)
    hanako.post("/push/subscriptions", browser.subscription())
    thread = _ask(hanako)
    taro = resident("suita", name="吹田 太郎", kana="すいた たろう", sex="male")
    taro.post("/push/subscriptions", browser.subscription())
    assert (_is_on(hanako), _is_on(taro)) == (False, True)
    _answer(nurse, thread)
    assert service.heard == []
    assert taro.http.delete("/api/push/subscriptions").status_code == 204
    assert _is_on(taro) is False


def test_what_is_not_a_push_address_is_refused_in_words(hanako) -> None:
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    keys = {"p256dh": b64(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)), "auth": b64(bytes(16))}
    for endpoint in ("https://169.254.169.254/x", "https://db.internal:5432/x", "http://push.example.com/x"):
        refused = hanako.post("/push/subscriptions", {"endpoint": endpoint, "keys": keys})
        assert (refused.status_code, refused.json["key"]) == (422, "base.push_address_refused")
    refused = hanako.post(
        "/push/subscriptions", {"endpoint": "https://push.example.com/x", "keys": {**keys, "auth": "AAAA"}}
    )
    assert (refused.status_code, refused.json["key"]) == (422, "base.push_keys_refused")


def test_the_database_tells_nothing_of_the_address(hanako, service, runtime) -> None:
    browser = Browser(service, "a-very-own-address")
    hanako.post("/push/subscriptions", browser.subscription())
    with base.read_unit() as connection:
        (row,) = connection.exec_driver_sql("SELECT * FROM people_push_subscription").all()
    endpoint = browser.subscription()["endpoint"]
    held = b"".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    assert b"own-address" not in held
    assert hashlib.sha256(endpoint.encode()).digest() not in held
