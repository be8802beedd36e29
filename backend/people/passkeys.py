"""Passkeys: the WebAuthn ceremonies, stricter than the library's defaults.

py_webauthn's defaults suit a second factor. A passkey is our only factor, so: user verification is
required in both verify calls, the user handle must be the owner's, another site's frame (crossOrigin)
is refused, and a backup-eligible flag that changed means another authenticator.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import msgspec
import webauthn
from webauthn.helpers import base64url_to_bytes, parse_authenticator_data
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from backend import base

ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
TIMEOUT_MS = 300_000
TRANSPORTS = frozenset(t.value for t in AuthenticatorTransport)


class PasskeyRefused(base.Refusal):
    """The answer of the passkey does not hold; `reason` is a short code for the help desk."""

    status = 401
    key = "people.passkey_refused"


class PasskeyCopied(base.Refusal):
    """The counter went back: two copies of one passkey may exist."""

    status = 401
    key = "people.passkey_copied"


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a stored credential and its owner when an assertion comes in."""

    public_key: bytes
    sign_count: int
    is_backup_eligible: bool
    handle: bytes


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """A new credential, verified."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    is_backup_eligible: bool
    is_backed_up: bool
    transports: str


class Asserted(msgspec.Struct, frozen=True, kw_only=True):
    """A verified assertion: the new counter and whether the passkey is backed up now."""

    sign_count: int
    is_backed_up: bool


def registration_options(
    *, rp_id: str, challenge: bytes, handle: bytes, name: str, exclude: list[tuple[bytes, str]]
) -> dict[str, Any]:
    """Creation options for a discoverable, user-verified credential without attestation."""
    options = webauthn.generate_registration_options(
        rp_id=rp_id,
        rp_name="めぐり",
        user_id=handle,
        user_name=name,
        user_display_name=name,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[_descriptor(*known) for known in exclude],
        supported_pub_key_algs=ALGORITHMS,
    )
    return _json(webauthn.options_to_json(options))


def assertion_options(*, rp_id: str, challenge: bytes, allow: list[tuple[bytes, str]]) -> dict[str, Any]:
    """Request options; an empty `allow` lets the phone offer every passkey it has (conditional UI)."""
    options = webauthn.generate_authentication_options(
        rp_id=rp_id,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        allow_credentials=[_descriptor(*known) for known in allow],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _json(webauthn.options_to_json(options))


def verify_registration(credential: dict[str, Any], *, challenge: bytes, rp_id: str, origin: str) -> Registered:
    """The new credential, or PasskeyRefused."""
    _check_client(credential, kind="webauthn.create", challenge=challenge, origin=origin)
    try:
        done = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    except WebAuthnException as error:
        raise PasskeyRefused(reason=_reason(error)) from error
    except Exception as error:  # a hostile body must never become a 500: parsers raise many kinds
        raise PasskeyRefused(reason="malformed") from error
    transports = credential["response"].get("transports")
    known = [t for t in transports if t in TRANSPORTS] if isinstance(transports, list) else []
    return Registered(
        credential_id=done.credential_id,
        public_key=done.credential_public_key,
        sign_count=done.sign_count,
        is_backup_eligible=done.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        is_backed_up=done.credential_backed_up,
        transports=",".join(sorted(set(known))),
    )


def credential_id(credential: dict[str, Any]) -> bytes:
    """The raw id that an answer names, to find its row; PasskeyRefused if there is none."""
    raw = credential.get("rawId")
    if not isinstance(raw, str):
        raise PasskeyRefused(reason="malformed")
    return _bytes(raw)


def verify_assertion(
    credential: dict[str, Any], *, known: Known, challenge: bytes, rp_id: str, origin: str, is_handle_required: bool
) -> Asserted:
    """What to store after a good assertion, or PasskeyRefused / PasskeyCopied.

    `is_handle_required` for discoverable sign-in; where we named the credential (step-up) an
    authenticator may leave the handle out, but a wrong one is refused all the same.
    """
    _check_client(credential, kind="webauthn.get", challenge=challenge, origin=origin)
    response = credential["response"]
    handle = response.get("userHandle")
    if handle is None and is_handle_required:
        raise PasskeyRefused(reason="user_handle")
    if handle is not None and not (isinstance(handle, str) and hmac.compare_digest(_bytes(handle), known.handle)):
        raise PasskeyRefused(reason="user_handle")
    try:
        data = parse_authenticator_data(_bytes(response["authenticatorData"]))
    except PasskeyRefused:
        raise
    except Exception as error:
        raise PasskeyRefused(reason="malformed") from error
    if data.rp_id_hash != hashlib.sha256(rp_id.encode()).digest():
        raise PasskeyRefused(reason="rp_id")
    try:
        # The counter is judged below, after the signature, so that only a holder of the key can
        # make us suspect a copy: 0 lets every counter through here.
        done = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise PasskeyRefused(reason=_reason(error)) from error
    except Exception as error:
        raise PasskeyRefused(reason="malformed") from error
    if (done.new_sign_count or known.sign_count) and done.new_sign_count <= known.sign_count:
        raise PasskeyCopied
    if (done.credential_device_type is CredentialDeviceType.MULTI_DEVICE) is not known.is_backup_eligible:
        raise PasskeyRefused(reason="backup_eligible")
    return Asserted(sign_count=done.new_sign_count, is_backed_up=done.credential_backed_up)


def _check_client(credential: dict[str, Any], *, kind: str, challenge: bytes, origin: str) -> None:
    """What the browser vouches for: our ceremony, our challenge, our origin, our own window."""
    response = credential.get("response")
    if not isinstance(response, dict) or not isinstance(response.get("clientDataJSON"), str):
        raise PasskeyRefused(reason="malformed")
    try:
        client = json.loads(_bytes(response["clientDataJSON"]))
    except ValueError as error:
        raise PasskeyRefused(reason="malformed") from error
    if not isinstance(client, dict) or client.get("type") != kind:
        raise PasskeyRefused(reason="type")
    said = client.get("challenge")
    if not isinstance(said, str) or not hmac.compare_digest(_bytes(said), challenge):
        raise PasskeyRefused(reason="challenge")
    if client.get("origin") != origin:
        raise PasskeyRefused(reason="origin")
    # Anything but absent or false: py_webauthn parses these two but does not look at them.
    if client.get("crossOrigin", False) is not False or client.get("topOrigin") is not None:
        raise PasskeyRefused(reason="cross_origin")


def _reason(error: WebAuthnException) -> str:
    """A short code from the library's message; the message itself stays inside."""
    said = str(error).lower()
    marks = (
        ("rp id", "rp_id"),
        ("user verification", "user_verification"),
        ("not present", "user_presence"),
        ("signature", "signature"),
        ("backed up", "backup_eligible"),
    )
    return next((code for mark, code in marks if mark in said), "malformed")


def _bytes(text: Any) -> bytes:
    if not isinstance(text, str):
        raise PasskeyRefused(reason="malformed")
    try:
        return base64url_to_bytes(text)
    except ValueError as error:
        raise PasskeyRefused(reason="malformed") from error


def _descriptor(raw_id: bytes, transports: str) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        id=raw_id, transports=[AuthenticatorTransport(t) for t in transports.split(",") if t] or None
    )


def _json(text: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(text)
    return parsed
