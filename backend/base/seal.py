"""Sealed values: AES-256-GCM with the person's own key, bound to the very place they stand in."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.base.keys import PersonKeys
from backend.base.refusal import SealBroken

_VERSION = b"\x01"


def place(table: str, column: str, person: str, row: str, version: int) -> bytes:
    """The authenticated place of a value: a ciphertext moved to another row or person does not open."""
    return "\x1f".join((table, column, person, row, str(version))).encode()


def seal(keys: PersonKeys, person: str, aad: bytes, plain: bytes) -> bytes:
    """Version byte, nonce and ciphertext."""
    nonce = secrets.token_bytes(12)
    return _VERSION + nonce + keys.cipher(person, create=True).encrypt(nonce, plain, aad)


def unseal(keys: PersonKeys, person: str, aad: bytes, sealed: bytes) -> bytes:
    """The plain bytes; raises SealBroken if one bit differs or the key is gone."""
    if sealed[:1] != _VERSION:
        raise SealBroken
    try:
        return keys.cipher(person, create=False).decrypt(sealed[1:13], sealed[13:], aad)
    except InvalidTag as error:
        raise SealBroken from error


def unsealer(keys: PersonKeys, person: str, table: str, column: str) -> Callable[[str, int, bytes], bytes]:
    """Opens many values of one person and column: the cipher and the head of the place are made once."""
    head = f"{table}\x1f{column}\x1f{person}\x1f"
    held: list[AESGCM] = []

    def opened(row: str, version: int, sealed: bytes) -> bytes:
        if not held:  # a person without values may have no key yet
            held.append(keys.cipher(person, create=False))
        if sealed[:1] != _VERSION:
            raise SealBroken
        try:
            return held[0].decrypt(sealed[1:13], sealed[13:], f"{head}{row}\x1f{version}".encode())
        except InvalidTag as error:
            raise SealBroken from error

    return opened
