"""Sealed files on disk (uploads): written as a stream, opened at any position, never in plain."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
from cryptography.exceptions import InvalidTag

from backend.base.clock import new_id
from backend.base.keys import PersonKeys
from backend.base.refusal import SealBroken, TooLarge

_CHUNK = 1 << 20
_OVERHEAD = 12 + 16


class FileRef(msgspec.Struct, frozen=True):
    """A stored file: its id, the SHA-256 of its plain bytes and their number."""

    id: str
    sha256: str
    size: int


class SealedFiles:
    """A folder of sealed files, one key a person."""

    def __init__(self, folder: Path, keys: PersonKeys) -> None:
        self._folder = folder
        self._keys = keys

    def _path(self, file_id: str) -> Path:
        if not (file_id.isalnum() and len(file_id) == 26):
            raise SealBroken
        return self._folder / file_id[-2:] / file_id

    def put(self, person: str, stream: BinaryIO, *, limit: int) -> FileRef:
        """Store a stream of at most `limit` bytes; raises TooLarge and leaves nothing behind."""
        file_id = new_id()
        return self._write(person, file_id, self._path(file_id), stream, limit)

    def put_beside(self, person: str, file_id: str, stream: BinaryIO, *, limit: int) -> None:
        """Keep what was worked out of a stored file; it goes when that file goes. The last one put counts."""
        self._write(person, f"{file_id}+", self._path(file_id).with_suffix(".beside"), stream, limit)

    def open_beside(self, person: str, file_id: str) -> BinaryIO | None:
        """What `put_beside` kept, or None where there is nothing."""
        path = self._path(file_id).with_suffix(".beside")
        return self._reader(person, f"{file_id}+", path) if path.exists() else None

    def drop_beside(self, file_id: str) -> None:
        """Let go of what was worked out; nothing there is fine."""
        self._path(file_id).with_suffix(".beside").unlink(missing_ok=True)

    def _write(self, person: str, file_id: str, path: Path, stream: BinaryIO, limit: int) -> FileRef:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.part")
        digest, size = hashlib.sha256(), 0
        cipher = self._keys.cipher(person, create=True)
        try:
            with partial.open("wb") as out:
                for index, chunk in enumerate(_chunks(stream)):
                    size += len(chunk)
                    if size > limit:
                        raise TooLarge(limit_mb=limit // (1 << 20))
                    digest.update(chunk)
                    nonce = secrets.token_bytes(12)
                    out.write(nonce + cipher.encrypt(nonce, chunk, f"{file_id}:{index}".encode()))
                out.flush()
                os.fsync(out.fileno())
            partial.rename(path)
        finally:
            partial.unlink(missing_ok=True)
        return FileRef(file_id, digest.hexdigest(), size)

    def open(self, person: str, file_id: str) -> BinaryIO:
        """A seekable stream of the plain bytes; raises SealBroken where a chunk was altered or is gone."""
        path = self._path(file_id)
        if not path.exists():
            raise SealBroken
        return self._reader(person, file_id, path)

    def _reader(self, person: str, file_id: str, path: Path) -> BinaryIO:
        return cast(BinaryIO, io.BufferedReader(_Reader(self._keys, person, file_id, path), 1 << 18))

    def delete(self, person: str, file_id: str) -> None:
        """Remove the bytes and what stands beside them; removing twice is fine."""
        del person  # the id alone finds it; the caller has shown whose it is
        self.drop_beside(file_id)
        self._path(file_id).unlink(missing_ok=True)


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    held = bytearray()
    while block := stream.read(_CHUNK):
        held += block
        while len(held) >= _CHUNK:
            yield bytes(held[:_CHUNK])
            del held[:_CHUNK]
    if held:
        yield bytes(held)


class _Reader(io.RawIOBase):
    def __init__(self, keys: PersonKeys, person: str, file_id: str, path: Path) -> None:
        self._cipher = keys.cipher(person, create=False)
        self._id = file_id
        self._file = path.open("rb")
        stored = path.stat().st_size
        full, rest = divmod(stored, _CHUNK + _OVERHEAD)
        self._size = full * _CHUNK + max(0, rest - _OVERHEAD)
        self._at = 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def _chunk(self, index: int) -> bytes:
        if self._held[0] != index:
            self._file.seek(index * (_CHUNK + _OVERHEAD))
            sealed = self._file.read(_CHUNK + _OVERHEAD)
            try:
                plain = self._cipher.decrypt(sealed[:12], sealed[12:], f"{self._id}:{index}".encode())
            except InvalidTag as error:
                raise SealBroken from error
            self._held = (index, plain)
        return self._held[1]

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self._at >= self._size:
            return 0
        index, offset = divmod(self._at, _CHUNK)
        part = self._chunk(index)[offset : offset + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._file.close()
        super().close()
