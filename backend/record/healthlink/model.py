"""Values of health links, and the link itself as text. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from backend.record.export.whole import Section
from backend.record.healthlink.jwe import b64url

TRIES = 5
"""Wrong passcodes that a link stands in its whole life."""

State = Literal["active", "expired", "stopped", "used_up"]


class Secret(msgspec.Struct, frozen=True, kw_only=True):
    """What is sealed of a link: its address and key, what it shows, and the passcode as a slow hash only."""

    address: str
    key: str
    label: str
    salt: bytes
    passcode: bytes | None
    sections: tuple[Section, ...]
    months: int | None
    is_live: bool
    is_direct: bool

    @property
    def flag(self) -> str:
        """The link's flags, in alphabetical order: L it may change, P passcode, U one file without a manifest."""
        return "L" * self.is_live + "P" * (self.passcode is not None) + "U" * self.is_direct


class View(msgspec.Struct, frozen=True, kw_only=True):
    """One look through a link, or one wrong passcode; `recipient` is what the viewer calls itself."""

    at: datetime
    recipient: str
    is_wrong: bool


class HealthLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link as its person sees it; `uri` is what the QR says."""

    id: str
    uri: str
    label: str
    flag: str
    sections: tuple[Section, ...]
    months: int | None
    state: State
    created_at: datetime
    made_at: datetime
    expires_at: datetime
    has_passcode: bool
    tries_left: int
    views: int
    seen: tuple[View, ...]


def uri_of(secret: Secret, *, url: str, expires_at: datetime) -> str:
    """The link: `shlink:/` and the payload in base64url."""
    payload: dict[str, object] = {"url": url, "key": secret.key, "exp": int(expires_at.timestamp())}
    if secret.flag:
        payload["flag"] = secret.flag
    if secret.label:
        payload["label"] = secret.label[:80]
    payload["v"] = 1
    return "shlink:/" + b64url(json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode())


def passcode_hash(passcode: str, salt: bytes) -> bytes:
    """A passcode as it is kept: scrypt, so that a stolen database tells no short code quickly."""
    return hashlib.scrypt(passcode.encode(), salt=salt, n=1 << 14, r=8, p=1, dklen=32)


def is_right(secret: Secret, passcode: object) -> bool:
    """Whether this is the passcode; always true where the link has none."""
    if secret.passcode is None:
        return True
    if not isinstance(passcode, str) or not 0 < len(passcode) <= 64:
        return False
    # Half a surrogate pair has no bytes: JSON may carry one, and it is a guess like any other.
    if any("\ud800" <= char <= "\udfff" for char in passcode):
        return False
    return hmac.compare_digest(passcode_hash(passcode, secret.salt), secret.passcode)


def new_secret(
    *,
    label: str,
    passcode: str | None,
    sections: Sequence[Section],
    months: int | None,
    is_live: bool,
    is_direct: bool,
) -> Secret:
    """A secret with a new address and key of 256 random bits each."""
    salt = secrets.token_bytes(16)
    return Secret(
        address=b64url(secrets.token_bytes(32)),
        key=b64url(secrets.token_bytes(32)),
        label=label,
        salt=salt,
        passcode=None if passcode is None else passcode_hash(passcode, salt),
        sections=tuple(sections),
        months=months,
        is_live=is_live,
        is_direct=is_direct,
    )
