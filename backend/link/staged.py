"""What a large file holds, worked out once: its preview keeps it sealed beside the file, its import takes it."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO, cast

import msgspec
import numpy as np
import zstandard

from backend import base
from backend.link.reading import Part
from backend.record import Reading, SeriesSamples

_COLUMNS = ("start_ms", "end_ms", "value", "source", "label", "offset_min", "place")
_LARGEST = 4 << 30


class _Columns(msgspec.Struct, frozen=True, array_like=True, tag=True):
    metric: str
    unit: str
    sources: tuple[str, ...]
    labels: tuple[str, ...]
    place_prefix: str
    columns: list[bytes]


class _Readings(msgspec.Struct, frozen=True, array_like=True, tag=True):
    readings: list[Reading]


class _End(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Nothing more: without it the frames before are not used."""


_Frame = _Columns | _Readings | _End
_DECODER = msgspec.msgpack.Decoder(_Frame)


def keep(person: str, file_id: str, parts: Iterator[Part]) -> None:
    """Write parts beside a file while they are read; raises what reading raises, and keeps nothing then."""
    base.files.put_beside(person, file_id, cast(BinaryIO, _Pieces(_frames(parts))), limit=_LARGEST)


def parts(person: str, file_id: str) -> Iterator[Part] | None:
    """What `keep` kept, in its order, or None where there is nothing; raises SealBroken where it is not whole."""
    stream = base.files.open_beside(person, file_id)
    return None if stream is None else _parts(stream)


def drop(file_id: str) -> None:
    """Let go of it: the record has it now."""
    base.files.drop_beside(file_id)


def _frames(parts: Iterator[Part]) -> Iterator[bytes]:
    for part in parts:
        if isinstance(part, SeriesSamples):
            columns = [np.ascontiguousarray(getattr(part, name)).tobytes() for name in _COLUMNS]
            yield _packed(_Columns(part.metric, part.unit, part.sources, part.labels, part.place_prefix, columns))
        else:
            yield _packed(_Readings(part))
    yield _packed(_End())


def _packed(content: _Frame) -> bytes:
    body = zstandard.ZstdCompressor(level=1).compress(msgspec.msgpack.encode(content))
    return struct.pack(">I", len(body)) + body


def _parts(stream: BinaryIO) -> Iterator[Part]:
    with stream:
        while size := stream.read(4):
            try:
                body = stream.read(struct.unpack(">I", size)[0])
                plain = zstandard.ZstdDecompressor().decompress(body, max_output_size=_LARGEST)
                content = _DECODER.decode(plain)
            except (struct.error, zstandard.ZstdError, msgspec.DecodeError) as error:
                raise base.SealBroken from error
            if isinstance(content, _End):
                return
            yield content.readings if isinstance(content, _Readings) else _samples(content)
        raise base.SealBroken


def _samples(content: _Columns) -> SeriesSamples:
    start, last, value, *others = content.columns
    source, label, offset, place = (np.frombuffer(raw, np.int64) for raw in others)
    return SeriesSamples(
        metric=content.metric,
        unit=content.unit,
        start_ms=np.frombuffer(start, np.int64),
        end_ms=np.frombuffer(last, np.int64),
        value=np.frombuffer(value, np.float64),
        source=source,
        sources=content.sources,
        label=label,
        labels=content.labels,
        offset_min=offset,
        place=place,
        place_prefix=content.place_prefix,
    )


class _Pieces(io.RawIOBase):
    """A stream of what an iterator gives, made as it is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        del size  # a longer piece is cut by whoever stores it
        return next(self._pieces, b"")
