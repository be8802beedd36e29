"""FIT messages as raw numbers by field number: definitions compiled once, check sums two bytes at a time.

Layout: the public FIT protocol (header, definition and data messages, compressed timestamps, developer fields).
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from functools import cache
from sys import byteorder
from typing import NamedTuple

import numpy as np

from backend.link.unreadable import FitDamaged

Value = int | float | str | bytes | tuple[int | float | None, ...]
_HEADER = struct.Struct("<BBHI4s")
_MAGIC = b".FIT"
TIMESTAMP = 253
_COMPRESSED, _DEFINITION, _DEVELOPER = 0x80, 0x40, 0x20
_MOST_FIELDS_SIZE = 1 << 16


class BaseType(NamedTuple):
    """How a base type is unpacked, and which raw value says that there is none."""

    sign: str
    size: int
    invalid: int | float


_TYPES = {
    0x00: BaseType("B", 1, 0xFF),
    0x01: BaseType("b", 1, 0x7F),
    0x02: BaseType("B", 1, 0xFF),
    0x03: BaseType("h", 2, 0x7FFF),
    0x04: BaseType("H", 2, 0xFFFF),
    0x05: BaseType("i", 4, 0x7FFFFFFF),
    0x06: BaseType("I", 4, 0xFFFFFFFF),
    0x08: BaseType("f", 4, float("nan")),
    0x09: BaseType("d", 8, float("nan")),
    0x0A: BaseType("B", 1, 0),
    0x0B: BaseType("H", 2, 0),
    0x0C: BaseType("I", 4, 0),
    0x0D: BaseType("B", 1, 0xFF),
    0x0E: BaseType("q", 8, 0x7FFFFFFFFFFFFFFF),
    0x0F: BaseType("Q", 8, 0xFFFFFFFFFFFFFFFF),
    0x10: BaseType("Q", 8, 0),
}
_STRING, _BYTES = 0x07, 0x0D


class Message(NamedTuple):
    """One data message: its global number and its valid fields by field number, unscaled."""

    number: int
    fields: dict[int, Value]


class _Array(NamedTuple):
    field: int
    at: int
    length: int
    invalid: int | float
    is_text: bool = False
    is_bytes: bool = False


class _Definition:
    """A definition message compiled: one unpacking for all its single numbers, arrays and texts apart."""

    __slots__ = ("arrays", "format", "invalid", "names", "number", "size")

    def __init__(self, number: int, fields: list[tuple[int, int, int]], skipped: int, order: str) -> None:
        self.number = number
        signs: list[str] = [order]
        names: list[int] = []
        invalid: list[int | float] = []
        arrays: list[_Array] = []
        for field, size, kind in fields:
            base = _TYPES.get(kind & 0x1F)
            if kind & 0x1F == _STRING:
                arrays.append(_Array(field, len(names), 1, 0, is_text=True))
                signs.append(f"{size}s")
                names.append(-1)
                invalid.append(0)
                continue
            if base is None or size % base.size or not size:
                base = _TYPES[_BYTES]  # what the specification says of a size that does not fit: plain bytes
            count = size // base.size
            if count > 1:
                arrays.append(_Array(field, len(names), count, base.invalid, is_bytes=base is _TYPES[_BYTES]))
            signs.append(f"{count if count > 1 else ''}{base.sign}")
            names += [field if count == 1 else -1] * count
            invalid += [base.invalid] * count
        self.format = struct.Struct("".join(signs))
        self.names, self.invalid, self.arrays = tuple(names), tuple(invalid), tuple(arrays)
        self.size = self.format.size + skipped

    def fields(self, data: bytes, at: int) -> dict[int, Value]:
        """Return the valid fields of a message that begins at a byte."""
        values = self.format.unpack_from(data, at)
        found: dict[int, Value] = {
            name: value
            for name, value, bad in zip(self.names, values, self.invalid, strict=True)
            if value != bad and value == value
        }
        if self.arrays:
            found.pop(-1, None)
            for one in self.arrays:
                part = values[one.at : one.at + one.length]
                if one.is_text:
                    if text := part[0].split(b"\x00", 1)[0].decode("utf-8", "replace"):
                        found[one.field] = text
                elif any(value != one.invalid and value == value for value in part):
                    # Of bytes only all of them together can say that there is none.
                    bad = -1 if one.is_bytes else one.invalid
                    found[one.field] = tuple(None if value == bad or value != value else value for value in part)
        return found


def messages(data: bytes) -> Iterator[Message]:
    """Yield the data messages of a file (or of several one after another); raises FitDamaged with the byte.

    Check sums are verified before a message is given; developer fields are skipped.
    """
    at = 0
    while at < len(data):
        start, end = _bounds(data, at)
        yield from _messages(data, start, end)
        at = end + 2


def is_fit(head: bytes) -> bool:
    """Say whether these are the first bytes of a FIT file."""
    return len(head) >= 12 and head[0] in (12, 14) and head[8:12] == _MAGIC


def _bounds(data: bytes, at: int) -> tuple[int, int]:
    if not is_fit(data[at : at + 14]):
        raise FitDamaged(byte=at)
    size, _, _, length, _ = _HEADER.unpack_from(data, at)
    start, end = at + size, at + size + length
    if end + 2 > len(data):
        raise FitDamaged(byte=len(data))
    if size == 14:
        (stated,) = struct.unpack_from("<H", data, at + 12)
        if stated and stated != crc(data[at : at + 12]):
            raise FitDamaged(byte=at)
    if struct.unpack_from("<H", data, end)[0] != crc(data[at:end]):
        raise FitDamaged(byte=end)
    return start, end


def _messages(data: bytes, at: int, end: int) -> Iterator[Message]:
    known: dict[int, _Definition] = {}
    clock = 0
    while at < end:
        head = data[at]
        if head & _DEFINITION and not head & _COMPRESSED:
            at, known[head & 0x0F] = _definition(data, at, end, bool(head & _DEVELOPER))
            continue
        one = known.get((head >> 5) & 3 if head & _COMPRESSED else head & 0x0F)
        if one is None or at + 1 + one.size > end:
            raise FitDamaged(byte=at)
        fields = one.fields(data, at + 1)
        if head & _COMPRESSED:
            clock += ((head & 0x1F) - clock) & 0x1F
            fields[TIMESTAMP] = clock
        else:
            said = fields.get(TIMESTAMP)
            if isinstance(said, int):
                clock = said
        yield Message(one.number, fields)
        at += 1 + one.size


def _definition(data: bytes, at: int, end: int, has_developer: bool) -> tuple[int, _Definition]:
    if at + 6 > end or data[at + 2] > 1:
        raise FitDamaged(byte=at)
    order = ">" if data[at + 2] else "<"
    number, count = struct.unpack_from(f"{order}HB", data, at + 3)
    here = at + 6
    if here + 3 * count + has_developer > end:
        raise FitDamaged(byte=at)
    fields = [(data[i], data[i + 1], data[i + 2]) for i in range(here, here + 3 * count, 3)]
    here += 3 * count
    skipped = 0
    if has_developer:
        more = data[here]
        if here + 1 + 3 * more > end:
            raise FitDamaged(byte=at)
        skipped = sum(data[i + 1] for i in range(here + 1, here + 1 + 3 * more, 3))
        here += 1 + 3 * more
    if sum(size for _, size, _ in fields) + skipped > _MOST_FIELDS_SIZE:
        raise FitDamaged(byte=at)
    return here, _Definition(number, fields, skipped, order)


@cache
def _pairs() -> list[int]:
    """The check sum (CRC-16 of polynomial 0xA001, reflected) after two more bytes, for each state."""
    state = np.arange(1 << 16, dtype=np.uint32)
    for _ in range(16):
        state = np.where(state & 1, (state >> 1) ^ 0xA001, state >> 1)
    found: list[int] = state.tolist()
    return found


def crc(data: bytes) -> int:
    """Return the check sum of FIT over bytes."""
    table = _pairs()
    words = array("H", data[: len(data) & ~1])
    if byteorder == "big":
        words.byteswap()
    state = 0
    for word in words:
        state = table[state ^ word]
    if len(data) & 1:
        state ^= data[-1]
        for _ in range(8):
            state = (state >> 1) ^ 0xA001 if state & 1 else state >> 1
    return state
