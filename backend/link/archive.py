"""ZIP files read without trust: names are labels only, sizes are counted while inflating, nothing touches the disk."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from typing import BinaryIO

from backend.link.reading import Limits
from backend.link.unreadable import FileTooLarge, ZipBomb, ZipDamaged, ZipLocked

_END = b"PK\x05\x06"
_ENCRYPTED = 0x1
_UTF8 = 0x800
# The other methods of zipfile inflate a whole piece at once, however large it gets.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    struct.error,
    OSError,
    ValueError,
    NotImplementedError,
)


class Inflated(io.RawIOBase):
    """A member being inflated; every byte is counted against the limits of the archive."""

    def __init__(self, member: zipfile.ZipExtFile, *, packed: int, limits: Limits, limit: int) -> None:
        """Wrap an opened member; `limit` is the most that this kind of member may hold."""
        super().__init__()
        self._member = member
        self._packed = max(packed, 1)
        self._limits = limits
        self._limit = limit
        self.done = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Read up to `size` bytes; raises ZipDamaged, FileTooLarge or ZipBomb."""
        if size is None or size < 0:
            parts = []
            while part := self.read(1 << 20):
                parts.append(part)
            return b"".join(parts)
        try:
            piece = self._member.read(size)
        except _BROKEN as error:
            raise ZipDamaged from error
        self.done += len(piece)
        if self.done > self._limit:
            raise FileTooLarge(limit_mb=self._limit >> 20)
        if self.done > self._limits.ratio_from_bytes and self.done > self._packed * self._limits.ratio:
            raise ZipBomb(limit_mb=self._limits.ratio_from_bytes >> 20)
        return piece

    def close(self) -> None:
        """Close the member."""
        self._member.close()
        super().close()


class Archive:
    """An opened ZIP: its files by safe name, each to be inflated within the limits."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        """Read the directory; raises ZipDamaged, ZipLocked or ZipBomb."""
        self._limits = limits
        self._file = file
        self.skipped = 0
        _check_directory(file, limits)
        try:
            self._zip = zipfile.ZipFile(file)
        except _BROKEN as error:
            raise ZipDamaged from error
        except (MemoryError, RecursionError) as error:
            raise ZipBomb(limit_mb=limits.directory_bytes >> 20) from error
        if sum(info.compress_size for info in self._zip.infolist()) > file.seek(0, io.SEEK_END):
            raise ZipBomb(limit_mb=limits.ratio_from_bytes >> 20)  # entries that share their bytes
        self.members: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            name = _label(info)
            if info.is_dir() or _is_clutter(name):
                continue
            if not _is_safe(name) or name in self.members:
                self.skipped += 1
                continue
            if info.flag_bits & _ENCRYPTED:
                raise ZipLocked
            self.members[name] = info

    def open(self, name: str, *, limit: int | None = None) -> Inflated:
        """Open a file of the archive; `limit` is the most it may inflate to."""
        info = self.members[name]
        if info.compress_type not in _METHODS:
            raise ZipDamaged
        allowed = min(limit or self._limits.inflated_bytes, self._limits.inflated_bytes)
        try:
            member = self._zip.open(info)
        except RuntimeError as error:
            raise ZipLocked from error
        except _BROKEN as error:
            raise ZipDamaged from error
        assert isinstance(member, zipfile.ZipExtFile)
        return Inflated(member, packed=info.compress_size, limits=self._limits, limit=allowed)

    def check_total(self, names: Iterable[str]) -> None:
        """Refuse many small bombs as one; a member never gives more bytes than its header claims."""
        found = [self.members[name] for name in names]
        plain, packed = sum(info.file_size for info in found), sum(info.compress_size for info in found)
        if plain > self._limits.ratio_from_bytes and plain > max(packed, 1) * self._limits.ratio:
            raise ZipBomb(limit_mb=self._limits.ratio_from_bytes >> 20)

    def read(self, name: str, *, limit: int) -> bytes:
        """Inflate a whole small file; raises FileTooLarge past the limit."""
        with self.open(name, limit=limit) as member:
            return member.read()

    def head(self, name: str, size: int) -> bytes:
        """Inflate the first bytes of a file."""
        with self.open(name) as member:
            return member.read(size)

    def close(self) -> None:
        """Close the ZIP (the file itself stays with whoever opened it)."""
        self._zip.close()


def _label(info: zipfile.ZipInfo) -> str:
    """Return a name as a person reads it: Japanese tools write cp932 without saying so."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "cp932"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return info.filename


def _is_clutter(name: str) -> bool:
    parts = name.split("/")
    return "__MACOSX" in parts or parts[-1].startswith("._") or parts[-1] in (".DS_Store", "Thumbs.db")


def _is_safe(name: str) -> bool:
    """Say whether a name stays inside: no absolute path, no drive, no way up, no control signs."""
    if name.startswith(("/", "\\")) or "\\" in name or (len(name) > 1 and name[1] == ":"):
        return False
    return ".." not in name.split("/") and all(sign.isprintable() for sign in name) and len(name) < 1000


def _check_directory(file: BinaryIO, limits: Limits) -> None:
    """Refuse a directory that would not fit in memory, before anything reads it."""
    size = file.seek(0, io.SEEK_END)
    tail_at = max(0, size - 65_557 - 76)
    file.seek(tail_at)
    tail = file.read(65_557 + 76)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise ZipDamaged
    entries, directory = struct.unpack_from("<H", tail, at + 10)[0], struct.unpack_from("<L", tail, at + 12)[0]
    big = tail.rfind(b"PK\x06\x06", 0, at)
    if (entries == 0xFFFF or directory == 0xFFFFFFFF) and big >= 0 and len(tail) >= big + 48:
        entries, directory = struct.unpack_from("<Q", tail, big + 32)[0], struct.unpack_from("<Q", tail, big + 40)[0]
    if entries > limits.members or directory > limits.directory_bytes:
        raise ZipBomb(limit_mb=limits.directory_bytes >> 20)
    file.seek(0)


class Measured(io.RawIOBase):
    """A plain file being read, counted like a member of an archive."""

    def __init__(self, file: BinaryIO, *, limit: int) -> None:
        """Start at the beginning of the file."""
        super().__init__()
        file.seek(0)
        self._file = file
        self._limit = limit
        self.done = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Read up to `size` bytes; raises FileTooLarge."""
        piece = self._file.read(size if size is not None and size >= 0 else self._limit + 1)
        self.done += len(piece)
        if self.done > self._limit:
            raise FileTooLarge(limit_mb=self._limit >> 20)
        return piece


Opener = Callable[[], Inflated | Measured]
