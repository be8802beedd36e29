"""A phone with a passkey for API tests: soft-webauthn speaks the real protocol, its knobs make it lie."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from struct import pack
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.utils import sha256
from flask import Flask
from flask.testing import FlaskClient
from soft_webauthn import SoftWebauthnDevice
from werkzeug.test import TestResponse

from backend import base, people

ORIGIN = "http://localhost:8000"
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari"


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "===")


@dataclass
class Passkey(SoftWebauthnDevice):
    """One passkey. Every knob stands for what an honest or a dishonest authenticator or page sends."""

    origin: str = ORIGIN
    uv: bool = True
    be: bool = True
    bs: bool = True
    client: dict[str, Any] = field(default_factory=dict)
    rp_override: str | None = None
    handle_override: bytes | None = None

    def __post_init__(self) -> None:
        super().__init__()

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps({**said, **self.client}).encode()

    def _auth_data(self, *, attested: bytes = b"") -> bytes:
        flags = 0x01 | 0x04 * self.uv | 0x08 * self.be | 0x10 * self.bs | 0x40 * bool(attested)
        rp = self.rp_override or self.rp_id
        return sha256(rp.encode()) + bytes([flags]) + pack(">I", self.sign_count) + attested

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """What navigator.credentials.create() hands back, as JSON."""
        self.cred_init(options["rp"]["id"], unb64(options["user"]["id"]))
        attested = bytes(self.cred_as_attested())
        made = {"authData": self._auth_data(attested=attested), "fmt": "none", "attStmt": {}}
        return {
            "id": b64(self.credential_id),
            "rawId": b64(self.credential_id),
            "type": "public-key",
            "response": {
                "clientDataJSON": b64(self._client_data("webauthn.create", options)),
                "attestationObject": b64(cbor.encode(made)),
                "transports": ["internal", "hybrid"],
            },
        }

    def confirm(self, options: dict[str, Any]) -> dict[str, Any]:
        """What navigator.credentials.get() hands back, as JSON."""
        self.sign_count += 1
        client_data = self._client_data("webauthn.get", options)
        auth_data = self._auth_data()
        signature = self.private_key.sign(auth_data + sha256(client_data), ec.ECDSA(hashes.SHA256()))
        handle = self.user_handle if self.handle_override is None else self.handle_override
        return {
            "id": b64(self.credential_id),
            "rawId": b64(self.credential_id),
            "type": "public-key",
            "response": {
                "clientDataJSON": b64(client_data),
                "authenticatorData": b64(auth_data),
                "signature": b64(signature),
                "userHandle": b64(handle) if handle else None,
            },
        }


@dataclass
class Phone:
    """A browser of its own with a passkey: what a resident holds in her hand."""

    http: FlaskClient
    passkey: Passkey = field(default_factory=Passkey)

    def post(self, path: str, body: dict[str, Any] | None = None) -> TestResponse:
        return self.http.post(f"/api{path}", json=body or {})

    def get(self, path: str) -> TestResponse:
        return self.http.get(f"/api{path}")

    def begin(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        begun = self.post(path, body)
        assert begun.status_code == 200, begun.json
        answer: dict[str, Any] = begun.json
        return answer

    def join_body(self, code: str, **changed: Any) -> dict[str, Any]:
        begun = self.begin("/signup/begin", {"code": code, "name": "吹田 花子"})
        person = {"name": "吹田 花子", "kana": "すいた はなこ", "birth": "1980-04-02", "sex": "female"}
        body = {
            "flow": begun["flow"],
            "credential": self.passkey.make(begun["options"]),
            "person": person,
            "terms_version": "2026-11",
            "privacy_version": "2026-11",
        }
        return {**body, **changed}

    def join(self, code: str, **changed: Any) -> TestResponse:
        return self.post("/signup/finish", self.join_body(code, **changed))

    def sign_in(self) -> TestResponse:
        begun = self.begin("/signin/begin")
        body = {"flow": begun["flow"], "credential": self.passkey.confirm(begun["options"])}
        return self.post("/signin/finish", body)

    def step_up(self) -> TestResponse:
        begun = self.begin("/step-up/begin")
        body = {"flow": begun["flow"], "credential": self.passkey.confirm(begun["options"])}
        return self.post("/step-up/finish", body)

    def add_passkey(self, passkey: Passkey, label: str = "") -> TestResponse:
        begun = self.begin("/passkeys/begin")
        body = {"flow": begun["flow"], "credential": passkey.make(begun["options"]), "label": label}
        return self.post("/passkeys/finish", body)


@pytest.fixture
def phone(app: Flask) -> Callable[[], Phone]:
    """phone(): a new phone, signed out, that sends what our pages send."""

    def new() -> Phone:
        http = app.test_client()
        http.environ_base["HTTP_X_MEGURI"] = "1"
        http.environ_base["HTTP_ORIGIN"] = ORIGIN
        http.environ_base["HTTP_USER_AGENT"] = ANDROID
        return Phone(http)

    return new


@pytest.fixture
def passkey() -> Callable[[], Passkey]:
    """passkey(): one more authenticator, as if on another phone or a security key."""
    return Passkey


@pytest.fixture
def invite(runtime: base.Runtime) -> Callable[..., str]:
    """invite("suita"): a fresh code as staff would hand it out; role="staff" as the operator would."""

    def make(site: str = "suita", *, role: str = "resident", days: int = 30) -> str:
        with base.write_unit() as session:
            batch = people.make_batch(
                session,
                site=site,
                label="窓口",
                count=1,
                expires_at=base.CLOCK.now() + timedelta(days=days),
                role=people.Role(role),
            )
        return batch.invites[0].code

    return make


@pytest.fixture
def resident(phone: Callable[[], Phone], invite: Callable[..., str]) -> Callable[..., Phone]:
    """resident("suita"): a phone whose owner just joined at that site by passkey."""

    def make(site: str = "suita", *, knows_rules: bool = True, **person: Any) -> Phone:
        made = phone()
        who = {"name": "吹田 花子", "kana": "すいた はなこ", "birth": "1980-04-02", "sex": "female", **person}
        joined = made.join(invite(site), person=who)
        assert joined.status_code == 201, joined.json
        if knows_rules:
            answers = {"stop": "a", "refuse": "b", "results": "b"}
            assert made.post("/consent/check", {"answers": answers}).json["is_passed"]
        return made

    return make


@pytest.fixture
def worker(phone: Callable[[], Phone], invite: Callable[..., str]) -> Callable[..., Phone]:
    """worker("suita", "staff"): a phone of somebody who works at that site in that role."""

    def make(site: str, role: str, name: str = "窓口 一郎") -> Phone:
        made = phone()
        joined = made.join(invite(site, role=role), person=None, display_name=name)
        assert joined.status_code == 201, joined.json
        return made

    return make
