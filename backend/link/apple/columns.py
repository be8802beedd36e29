"""From lines to columns: what is plain goes to numpy as it stands, everything else to expat, block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

import msgspec
import numpy as np

from backend.link.apple.lines import Block, Bools, Ints, Shape, seconds, split
from backend.link.apple.parsing import Records
from backend.link.apple.rules import SLEEP, Rule, rule, types
from backend.record import LONGEST, SeriesSamples, catalogue

SLEEP_TYPE = "HKCategoryTypeIdentifierSleepAnalysis"
BLOCK = 1 << 20
_HELD = 60_000
"""Samples kept back until they go on together: a blob of a month is then written once or twice, not ten times."""
_FIRST_SECOND = -2_208_956_400  # 1900 in Tokyo; older ones are looked at one by one
_WANTED = ("type", "startDate", "endDate", "value")

Feed = Callable[[bytes, int], None]
"""Give a piece of the file to expat, with the place where it stands in the file."""


class Readable(Protocol):
    """What gives bytes."""

    def read(self, size: int, /) -> bytes:
        """Give at most so many."""


class _Part(msgspec.Struct, frozen=True):
    start: Ints
    end: Ints
    value: np.ndarray
    source: Ints
    label: Ints
    offset: Ints
    place: Ints


class Columns:
    """Collects samples by metric; `take` hands them out as columns."""

    def __init__(self, records: Records) -> None:
        """Start empty; `records` knows what is left out, and how a device is called."""
        self._records = records
        self._parts: dict[tuple[str, str], list[_Part]] = {}
        self._names: dict[str, int] = {}
        self.held = 0

    def take(self, *, full_only: bool) -> Iterator[SeriesSamples]:
        """Hand out everything once it is much, or at once without `full_only`."""
        if full_only and self.held < _HELD:
            return
        parts, self._parts, self.held = self._parts, {}, 0
        for (metric, unit), ones in parts.items():
            joined = [np.concatenate([getattr(one, name) for one in ones]) for name in _Part.__struct_fields__]
            start, end, value, source, label, offset, place = joined
            sources, source = self._used(source)
            labels, label = self._used(label)
            yield SeriesSamples(
                metric=metric,
                unit=unit,
                start_ms=start * 1000,
                end_ms=end * 1000,
                value=value,
                source=source,
                sources=sources,
                label=label,
                labels=labels,
                offset_min=offset,
                place=place,
                place_prefix="byte ",
            )

    def _used(self, numbers: Ints) -> tuple[tuple[str, ...], Ints]:
        known = tuple(self._names)
        used, again = np.unique(numbers, return_inverse=True)
        if len(used) and used[0] == -1:
            return tuple(known[at] for at in used[1:]), again - 1
        return tuple(known[at] for at in used), again

    def _number(self, name: str) -> int:
        return self._names.setdefault(name, len(self._names))

    def block(self, data: bytes, at: int, feed: Feed) -> int | None:
        """Take the whole elements of a block; gives how many bytes, None where it is not written a tag a line."""
        block = Block(data)
        lines = split(block)
        if lines is None:
            return None
        slow = list(lines.slow)
        for shape in lines.shapes:
            slow += self._shape(block, shape, at)
        slow.sort()
        joined: list[list[int]] = []
        for low, high in slow:
            if joined and joined[-1][1] == low:
                joined[-1][1] = high
            else:
                joined.append([low, high])
        for low, high in joined:
            feed(data[low:high], at + low)
        return lines.used

    def _shape(self, block: Block, shape: Shape, at: int) -> list[tuple[int, int]]:
        """Take the plain ones of records of one shape; gives the others."""
        n = len(shape.begin)
        everything = list(zip(shape.begin.tolist(), shape.element_end.tolist(), strict=True))
        if not all(name in shape.values for name in _WANTED):
            return everything
        kinds = block.interned(*shape.values["type"])
        nothing = (np.zeros(n, np.int64), [b""])
        units = block.interned(*shape.values["unit"]) if "unit" in shape.values else nothing
        devices = block.interned(*shape.values["sourceName"]) if "sourceName" in shape.values else nothing
        if kinds is None or units is None or devices is None:
            return everything
        good, start, offset = seconds(block, *shape.values["startDate"])
        good_end, end, _ = seconds(block, *shape.values["endDate"])
        latest = self._records.latest.timestamp()
        good &= good_end & (start >= _FIRST_SECOND) & (start <= latest) & (end >= start) & (end <= latest)
        good &= end - start <= LONGEST.total_seconds()
        named = [_text(name) for name in devices[1]]
        good &= np.array([name is not None for name in named], np.bool_)[devices[0]]
        device = np.array([-1 if name is None else self._number(self._records.source(name)) for name in named])
        pairs, which = np.unique(kinds[0] * len(units[1]) + units[0], return_inverse=True)
        taken = np.zeros(n, np.bool_)
        for number, pair in enumerate(pairs.tolist()):
            rows = np.flatnonzero(which == number)
            kind, unit = _text(kinds[1][pair // len(units[1])]), _text(units[1][pair % len(units[1])])
            if kind is None or unit is None:
                continue
            if kind not in types():
                self._records.count_unknown(kind, len(rows))
                taken[rows] = True
                continue
            rows = rows[good[rows]]
            begin, over = (one[rows] for one in shape.values["value"])
            if kind == SLEEP_TYPE:
                plain, value, label = self._stages(block, begin, over)
                metric, canonical = "sleep_stage", ""
            else:
                found = rule(kind, unit)
                if found is None or found.is_correlated or catalogue.metric(found.metric).kind != "series":
                    continue
                plain, value = _numbers(block, begin, over, found)
                label = np.full(len(rows), -1, np.int64)
                metric, canonical = found.metric, found.unit
            rows = rows[plain]
            taken[rows] = True
            part = _Part(
                start[rows],
                end[rows],
                value[plain],
                device[devices[0][rows]],
                label[plain],
                offset[rows],
                shape.begin[rows] + at,
            )
            self._parts.setdefault((metric, canonical), []).append(part)
            self.held += len(rows)
        return [everything[one] for one in np.flatnonzero(~taken).tolist()]

    def _stages(self, block: Block, begin: Ints, end: Ints) -> tuple[Bools, np.ndarray, Ints]:
        found = block.interned(begin, end)
        if found is None:
            return np.zeros(len(begin), np.bool_), np.zeros(len(begin)), np.zeros(len(begin), np.int64)
        stages = [SLEEP.get(_text(one) or "") for one in found[1]]
        numbers = np.array([-1 if stage is None else self._number(stage) for stage in stages], np.int64)[found[0]]
        return numbers >= 0, np.full(len(begin), np.nan), numbers


def _text(raw: bytes) -> str | None:
    """The attribute's text, or None where only expat can say what it is."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if "&" not in text and min(text, default=" ") >= " " else None


def _numbers(block: Block, begin: Ints, end: Ints, found: Rule) -> tuple[Bools, np.ndarray]:
    data = block.data
    try:
        value = np.array([float(data[low:high]) for low, high in zip(begin.tolist(), end.tolist(), strict=True)])
    except ValueError:
        value = np.array([_float(data[low:high]) for low, high in zip(begin.tolist(), end.tolist(), strict=True)])
    if found.is_fraction:
        value = np.where(np.abs(value) <= 1.0, _rounded(value, 100.0, 0.0), value if found.slope == 1.0 else np.nan)
    elif found.slope != 1.0 or found.offset != 0.0:
        value = _rounded(value, found.slope, found.offset)
    # A value that is none, or not plausible, is said with its place by the other reader.
    return (value >= found.low) & (value <= found.high), value


def _float(raw: bytes) -> float:
    try:
        return float(raw)
    except ValueError:
        return float("nan")


def _rounded(value: np.ndarray, slope: float, offset: float) -> np.ndarray:
    # Ten digits, through text as the other reader does it: no other rounding gives the same bits.
    return np.array([float(f"{one * slope + offset:.10g}") for one in value.tolist()])


def blocks(stream: Readable, body: bytes, at: int, columns: Columns, feed: Feed, *, is_plain: bool) -> Iterator[int]:
    """Read a file from the root's tag on; yields how far it is after each block."""
    root_end = body.find(b">\n") + 2
    if root_end >= 2 and body.find(b"\n") == root_end - 1:
        feed(body[:root_end], at)
        at, body = at + root_end, body[root_end:]
    else:
        is_plain = False
    while True:
        piece = stream.read(BLOCK)
        if not piece:
            break
        body += piece
        used = columns.block(body, at, feed) if is_plain else None
        if used is None or (used == 0 and len(body) > 2 * BLOCK):
            is_plain = False
            feed(body, at)
            used = len(body)
        at, body = at + used, body[used:]
        yield at
    if body:
        used = columns.block(body, at, feed) if is_plain else None
        feed(body[used or 0 :], at + (used or 0))
        yield at + len(body)
