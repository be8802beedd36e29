"""Compact JWE as SMART Health Links want it: direct key, A256GCM, deflated where that is safe for every reader."""

from __future__ import annotations

import base64
import json
import secrets
import zlib

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MOST_DEFLATED = 250_000
"""Common JOSE libraries refuse to inflate more than about this much, as a guard against bombs."""


def b64url(raw: bytes) -> str:
    """Base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64url(text: str) -> bytes:
    """Back from `b64url`."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encrypt(plain: bytes, *, key: bytes, content_type: str) -> str:
    """Encrypt a file with a fresh nonce (RFC 7516; `zip` DEF is raw DEFLATE, RFC 1951)."""
    header = {"alg": "dir", "enc": "A256GCM", "cty": content_type}
    if len(plain) <= MOST_DEFLATED:
        header["zip"] = "DEF"
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        plain = packer.compress(plain) + packer.flush()
    protected = b64url(json.dumps(header, separators=(",", ":")).encode())
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(key).encrypt(nonce, plain, protected.encode("ascii"))
    return ".".join((protected, "", b64url(nonce), b64url(sealed[:-16]), b64url(sealed[-16:])))
