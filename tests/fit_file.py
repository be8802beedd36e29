"""Writes FIT files for tests and benches, by the public protocol and apart from our decoder (its own check sum)."""

from __future__ import annotations

import random
import struct

EPOCH = 631_065_600
_NIBBLES = (
    0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
    0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400,
)  # fmt: skip
Field = tuple[int, int, int]
ENUM, UINT8, UINT16, UINT32, STRING, SINT16 = 0x00, 0x02, 0x84, 0x86, 0x07, 0x83


def crc(data: bytes) -> int:
    """The check sum, nibble by nibble as the protocol prints it."""
    state = 0
    for byte in data:
        for part in (byte & 0xF, byte >> 4):
            state = ((state >> 4) & 0x0FFF) ^ _NIBBLES[state & 0xF] ^ _NIBBLES[part]
    return state


def definition(local: int, number: int, fields: list[Field], *, is_big: bool = False, developer: int = 0) -> bytes:
    """A definition message; `developer` bytes of developer data follow each message."""
    head = struct.pack("<BBB", 0x40 | (0x20 if developer else 0) | local, 0, is_big)
    made = head + struct.pack(">HB" if is_big else "<HB", number, len(fields))
    made += b"".join(bytes(field) for field in fields)
    return made + (bytes((1, 0, developer, 0)) if developer else b"")


def data(local: int, body: bytes) -> bytes:
    """A data message."""
    return bytes((local,)) + body


def whole(content: bytes, *, header: int = 14) -> bytes:
    """A file around messages."""
    head = struct.pack("<BBHI4s", header, 0x20, 2134, len(content), b".FIT")
    if header == 14:
        head += struct.pack("<H", crc(head))
    return head + content + struct.pack("<H", crc(head + content))


def file_id(at: int, kind: int = 4) -> bytes:
    """What each file begins with: Garmin, product 2697."""
    fields = [(0, 1, ENUM), (1, 2, UINT16), (2, 2, UINT16), (4, 4, UINT32)]
    return definition(0, 0, fields) + data(0, struct.pack("<BHHI", kind, 1, 2697, at))


def activity(count: int, *, at: int = 1_118_800_000, seed: int = 3) -> bytes:
    """An activity of many `record` messages as a watch writes them, an `event` between now and then."""
    chance = random.Random(seed)
    record = [
        (253, 4, UINT32), (0, 4, 0x85), (1, 4, 0x85), (5, 4, UINT32), (2, 2, UINT16), (6, 2, UINT16),
        (3, 1, UINT8), (4, 1, UINT8), (13, 1, 0x01),
    ]  # fmt: skip
    parts = [file_id(at), definition(1, 20, record), definition(2, 21, [(253, 4, UINT32), (0, 1, ENUM), (1, 1, ENUM)])]
    for step in range(count):
        if step % 997 == 5:
            parts.append(data(2, struct.pack("<IBB", at + step, 0, 1)))
        heart = 0xFF if step % 61 == 0 else chance.randint(60, 180)
        body = (at + step, 4_000_000 + step, 9_000_000 - step, 300 * step, 2500 + step % 50, chance.randint(0, 4000),
                heart, chance.randint(50, 90), chance.randint(10, 30))  # fmt: skip
        parts.append(data(1, struct.pack("<IiiIHHBBb", *body)))
    return whole(b"".join(parts))
