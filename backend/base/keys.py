"""The keyring of an installation and the store of per-person data keys."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import sqlite3
import threading
import time
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.base.refusal import SealBroken

_CACHE_SECONDS = 60.0
"""How long another process may still open values of a person whose key was destroyed."""


class MasterKey(Protocol):
    """The port to a key management service: wraps and unwraps 32-byte data keys."""

    def wrap(self, person: str, key: bytes) -> bytes:
        """The data key, sealed for storage."""
        ...

    def unwrap(self, person: str, wrapped: bytes) -> bytes:
        """The data key; raises SealBroken if it was altered."""
        ...


class LocalMasterKey:
    """A master key held in the keyring file."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def wrap(self, person: str, key: bytes) -> bytes:
        """Nonce and ciphertext, bound to the person."""
        nonce = secrets.token_bytes(12)
        return nonce + self._aead.encrypt(nonce, key, person.encode())

    def unwrap(self, person: str, wrapped: bytes) -> bytes:
        """The data key of this person."""
        try:
            return self._aead.decrypt(wrapped[:12], wrapped[12:], person.encode())
        except Exception as error:
            raise SealBroken from error


class Keyring:
    """The installation's own secrets (master, receipt-signing, push), kept in one file of mode 600."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            self._create(path)
        held = json.loads(path.read_text("ascii"))
        self._held = {name: base64.b64decode(value) for name, value in held.items()}

    @staticmethod
    def _create(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        raw = serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
        vapid = generate_private_key(SECP256R1()).private_numbers().private_value.to_bytes(32, "big")
        secret = {
            "master": secrets.token_bytes(32),
            "pepper": secrets.token_bytes(32),
            "signing": Ed25519PrivateKey.generate().private_bytes(*raw),
            "vapid": vapid,
        }
        body = json.dumps({name: base64.b64encode(value).decode() for name, value in secret.items()})
        partial = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(partial, path)  # fails if another process was first: its keyring is the one
        except FileExistsError:
            pass
        finally:
            partial.unlink()

    def master(self) -> MasterKey:
        """The key that wraps the persons' data keys."""
        return LocalMasterKey(self._held["master"])

    def signing_key(self) -> Ed25519PrivateKey:
        """The key that signs receipts and tree heads."""
        return Ed25519PrivateKey.from_private_bytes(self._held["signing"])

    def vapid_key(self) -> EllipticCurvePrivateKey:
        """The key that identifies this server to push services (VAPID, RFC 8292)."""
        from cryptography.hazmat.primitives.asymmetric.ec import derive_private_key

        return derive_private_key(int.from_bytes(self._held["vapid"], "big"), SECP256R1())

    def pepper(self, purpose: str) -> bytes:
        """A secret derived for one purpose, for keyed hashes that are not about one person."""
        return hmac.digest(self._held["pepper"], purpose.encode(), "sha256")


class PersonKeys:
    """One data key a person, wrapped by the master key, in a file outside the database's backups."""

    def __init__(self, path: Path, master: MasterKey) -> None:
        self._path = path
        self._master = master
        self._cache: dict[str, tuple[float, bytes, AESGCM]] = {}
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._connect() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("CREATE TABLE IF NOT EXISTS person_key (person TEXT PRIMARY KEY, wrapped BLOB)")
        connection.close()
        os.chmod(path, 0o600)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=5)
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    def _entry(self, person: str, *, create: bool) -> tuple[bytes, AESGCM]:
        cached = self._cache.get(person)
        if cached and cached[0] > time.monotonic():
            return cached[1], cached[2]
        connection = self._connect()
        try:
            with connection:
                row = connection.execute("SELECT wrapped FROM person_key WHERE person=?", (person,)).fetchone()
                if row is None and create:
                    wrapped = self._master.wrap(person, secrets.token_bytes(32))
                    connection.execute("INSERT OR IGNORE INTO person_key VALUES (?, ?)", (person, wrapped))
                    row = connection.execute("SELECT wrapped FROM person_key WHERE person=?", (person,)).fetchone()
        finally:
            connection.close()
        if row is None or row[0] is None:  # NULL marks an erased person: the key must not be made anew
            raise SealBroken
        key = self._master.unwrap(person, row[0])
        entry = (key, AESGCM(key))
        with self._lock:
            if len(self._cache) > 10_000:
                self._cache.clear()
            self._cache[person] = (time.monotonic() + _CACHE_SECONDS, *entry)
        return entry

    def cipher(self, person: str, *, create: bool) -> AESGCM:
        """The cipher of a person; raises SealBroken if the key was destroyed (or never made, unless `create`)."""
        return self._entry(person, create=create)[1]

    def keyed_hash(self, person: str, message: bytes) -> bytes:
        """A 32-byte hash only this installation can make for this person; equal input, equal hash."""
        key = self._entry(person, create=True)[0]
        return hmac.digest(hashlib.sha256(b"meguri keyed hash" + key).digest(), message, "sha256")

    def erase(self, person: str) -> None:
        """Destroy the data key: everything sealed for this person is gone, in backups of the database too."""
        connection = self._connect()
        with connection:
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute(
                "INSERT INTO person_key VALUES (?, NULL) ON CONFLICT (person) DO UPDATE SET wrapped=NULL", (person,)
            )
        connection.close()
        with self._lock:
            self._cache.pop(person, None)
