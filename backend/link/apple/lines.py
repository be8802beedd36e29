"""Where the records of an export stand: numpy looks at whole blocks, since Health writes one tag a line.

What is not written exactly so is handed to expat (`backend.link.apple.parsing`), whose results are the same.
"""

from __future__ import annotations

import re
from functools import cached_property

import msgspec
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_RECORD, _OPEN, _CHILD, _CLOSE, _OTHER = range(5)
_NAME = re.compile(rb" [A-Za-z]+=")
_CHILDREN = (b"MetadataEntry ", b"InstantaneousBeatsPerMinute ")
_LISTS = (b"HeartRateVariabilityMetadataList>", b"/HeartRateVariabilityMetadataList>")
_TAG = re.compile(rb"</?([A-Za-z]+)")


class Block:
    """Bytes of an export with what numpy needs to look at them eight at a time."""

    def __init__(self, data: bytes) -> None:
        """Take the bytes; eight of padding let a word be read at every place."""
        self.data = data
        self.bytes = np.frombuffer(data + bytes(8), np.uint8)
        self._words = np.ndarray((len(data),), dtype="<u8", buffer=self.bytes, strides=(1,))

    @cached_property
    def quotes(self) -> Ints:
        """Places of all double quotes."""
        return np.flatnonzero(self.bytes == 34)

    def word(self, at: Ints, length: Ints | int = 8) -> npt.NDArray[np.uint64]:
        """The (at most eight) bytes from each place, as one number."""
        kept = 8 * (8 - np.minimum(np.maximum(length, 0), 8)).astype(np.uint64) if not isinstance(length, int) else None
        found: npt.NDArray[np.uint64] = self._words[np.minimum(at, len(self.data) - 1)]
        if kept is None:
            return found if length >= 8 else found & np.uint64((1 << (8 * int(length))) - 1)
        masked = (found << np.minimum(kept, np.uint64(63))) >> np.minimum(kept, np.uint64(63))
        masked[kept == 64] = 0
        return masked

    def interned(self, begin: Ints, end: Ints) -> tuple[Ints, list[bytes]] | None:
        """Number equal texts equally; None where the longest is too long to look at."""
        length = end - begin
        longest = int(length.max()) if len(length) else 0
        if longest > 256:
            return None
        columns = [self.word(begin + step, length - step) for step in range(0, max(longest, 1), 8)]
        mixed = length.astype(np.uint64)
        for column in columns:
            mixed = (mixed ^ column) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
        _, first, number = np.unique(mixed, return_index=True, return_inverse=True)
        same = (length == length[first][number]).all() and all((one == one[first][number]).all() for one in columns)
        if not same:
            return None
        return number.astype(np.int64), [self.data[int(begin[at]) : int(end[at])] for at in first]


class Shape(msgspec.Struct, frozen=True):
    """Records whose attributes are the same ones in the same order: where each value begins and ends."""

    begin: Ints
    """Where the tag begins."""
    element_end: Ints
    """Where the line after the whole element begins."""
    values: dict[str, tuple[Ints, Ints]]


class Lines(msgspec.Struct, frozen=True):
    """A block by its lines: `shapes` for numpy, `slow` for expat (whole elements), and how much of it these are."""

    used: int
    shapes: list[Shape]
    slow: list[tuple[int, int]]


def split(block: Block) -> Lines | None:
    """Sort the lines of a block; None where it is not one tag a line from the first line on."""
    text = block.bytes
    ends = np.flatnonzero(text[: len(block.data)] == 10)
    if not len(ends):
        return Lines(0, [], [])
    begins = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    if block.data.count(b"<", 0, int(ends[-1])) != len(ends) or (ends - begins < 3).any():
        return None
    tags = _tags(block, begins)
    if tags is None or not ((text[tags] == 60).all() and (text[ends - 1] == 62).all()):
        return None
    kinds = _kinds(block, tags, ends)
    cut, regions = _regions(block, tags, kinds)
    in_region = np.zeros(len(kinds), np.bool_)
    for low, high in regions:
        in_region[low:high] = True
    cut = _whole(kinds, in_region, cut)
    if cut < 0:
        return None
    return _sorted(block, begins[:cut], tags[:cut], ends[:cut], kinds[:cut], in_region[:cut])


def _as_word(text: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(text, "little"))


def _tags(block: Block, begins: Ints) -> Ints | None:
    tags = begins.copy()
    for _ in range(16):
        is_space = block.bytes[tags] == 32
        if not is_space.any():
            return tags
        tags[is_space] += 1
    return None


def _kinds(block: Block, tags: Ints, ends: Ints) -> npt.NDArray[np.uint8]:
    is_closed = block.bytes[ends - 2] == 47
    kinds = np.full(len(tags), _OTHER, np.uint8)

    first = block.word(tags + 1)

    def starts(text: bytes) -> Ints:
        head = text[:8]
        found = np.flatnonzero((first & np.uint64((1 << 8 * len(head)) - 1)) == _as_word(head))
        for step in range(8, len(text), 8):
            part = text[step : step + 8]
            found = found[block.word(tags[found] + 1 + step, len(part)) == _as_word(part)]
        return found

    records = starts(b"Record ")
    kinds[records] = np.where(is_closed[records], _RECORD, _OPEN)
    kinds[starts(b"/Record>")] = _CLOSE
    for name in _CHILDREN:
        children = starts(name)
        kinds[children[is_closed[children]]] = _CHILD
    for name in _LISTS:
        kinds[starts(name)] = _CHILD
    return kinds


def _regions(block: Block, tags: Ints, kinds: npt.NDArray[np.uint8]) -> tuple[int, list[tuple[int, int]]]:
    """Elements other than records, each with all its lines; and the line at which one is not over yet."""
    regions: list[tuple[int, int]] = []
    reached = 0
    for at in np.flatnonzero(kinds == _OTHER).tolist():
        if at < reached:
            continue
        line_end = block.data.find(b"\n", int(tags[at]))
        name = _TAG.match(block.data, int(tags[at]))
        reached = at + 1
        if name is not None and block.data[line_end - 2] != 47 and block.data[int(tags[at]) + 1] != 47:
            close = block.data.find(b"</" + name[1] + b">", line_end)
            if close < 0:
                return at, regions
            reached = int(np.searchsorted(tags, close, side="right"))
        regions.append((at, reached))
    return len(kinds), regions


def _whole(kinds: npt.NDArray[np.uint8], in_region: Bools, cut: int) -> int:
    """The line after the last whole element before `cut`; -1 where tags do not open and close as they should."""
    kinds, free = kinds[:cut], ~in_region[:cut]
    opened = np.cumsum((kinds == _OPEN) & free)
    closed = np.cumsum((kinds == _CLOSE) & free)
    depth = opened - closed
    before = np.concatenate((np.zeros(1, np.int64), depth[:-1]))
    is_child = (kinds == _CHILD) | (kinds == _CLOSE)
    if not (before == np.where(is_child & free, 1, 0)).all():
        return -1
    at_rest = np.flatnonzero(depth == 0)
    return int(at_rest[-1]) + 1 if len(at_rest) else 0


def _sorted(
    block: Block, begins: Ints, tags: Ints, ends: Ints, kinds: npt.NDArray[np.uint8], in_region: Bools
) -> Lines:
    if not len(begins):
        return Lines(0, [], [])
    closes = np.flatnonzero((kinds == _CLOSE) & ~in_region)
    lines = np.flatnonzero((kinds <= _OPEN) & ~in_region)
    last = lines.copy()
    is_open = kinds[lines] == _OPEN
    last[is_open] = closes[np.searchsorted(closes, lines[is_open])]
    over = ends[last] + 1
    shapes, odd = _shapes(block, tags[lines], ends[lines], over, is_open)
    slow = [(int(begins[lines[at]]), int(over[at])) for at in odd]
    edges = np.flatnonzero(np.diff(np.concatenate(([False], in_region, [False])).astype(np.int8)))
    slow += [(int(begins[low]), int(ends[high - 1]) + 1) for low, high in edges.reshape(-1, 2).tolist()]
    return Lines(int(ends[-1]) + 1, shapes, slow)


def _shapes(block: Block, tags: Ints, ends: Ints, over: Ints, is_open: Bools) -> tuple[list[Shape], list[int]]:
    quotes = block.quotes
    first = np.searchsorted(quotes, tags)
    count = np.searchsorted(quotes, ends) - first
    shapes: list[Shape] = []
    odd: list[int] = np.flatnonzero((count % 2 != 0) | (count < 2) | (count > 40)).tolist()
    for number in np.unique(count).tolist():
        if number % 2 or not 2 <= number <= 40:
            continue
        rows = np.flatnonzero(count == number)
        places = quotes[first[rows][:, None] + np.arange(number)]
        opens, closes = places[:, 0::2], places[:, 1::2]
        # `<Record` is seven long; a name stands between the quote before it and its own.
        froms = np.concatenate((tags[rows][:, None] + 7, closes[:, :-1] + 1), axis=1)
        lengths = opens - froms
        key = lengths @ np.array([pow(1_000_003, power, 1 << 61) for power in range(number // 2)], np.int64)
        for one in np.unique(key):
            found = np.flatnonzero(key == one)
            good, names = _same_names(block, froms[found], lengths[found])
            good &= closes[found, -1] == ends[rows[found]] - np.where(is_open[rows[found]], 2, 3)
            odd += rows[found[~good]].tolist()
            kept = found[good]
            if not len(kept):
                continue
            values = {name: (opens[kept, at] + 1, closes[kept, at]) for at, name in enumerate(names)}
            shapes.append(Shape(tags[rows[kept]], over[rows[kept]], values))
    return shapes, odd


def _same_names(block: Block, froms: Ints, lengths: Ints) -> tuple[Bools, list[str]]:
    """Which rows have the attribute names of the first row; none where those are not ones."""
    names = [block.data[int(at) : int(at + length)] for at, length in zip(froms[0], lengths[0], strict=True)]
    good = (lengths == lengths[0]).all(axis=1)
    if len(set(names)) != len(names) or not all(_NAME.fullmatch(name) for name in names):
        good[:] = False
    for at, name in enumerate(names):
        for step in range(0, len(name), 8):
            part = name[step : step + 8]
            good &= block.word(froms[:, at] + step, len(part)) == _as_word(part)
    return good, [name[1:-1].decode("ascii", "replace") for name in names]


def seconds(block: Block, begin: Ints, end: Ints) -> tuple[Bools, Ints, Ints]:
    """Read times written `2024-01-01 08:10:05 +0900`: which are, seconds since 1970 UTC, zone offset in minutes."""
    at = np.minimum(begin, len(block.data) - 25)
    text = block.bytes[at[:, None] + np.arange(25)].astype(np.int16)
    digits = text[:, _DIGITS] - 48
    good = (end - begin == 25) & (at == begin) & (digits >= 0).all(axis=1) & (digits <= 9).all(axis=1)
    good &= (text[:, _MARKS] == _MARK).all(axis=1) & ((text[:, 20] == 43) | (text[:, 20] == 45))
    number = digits.astype(np.int64)
    year = number[:, 0] * 1000 + number[:, 1] * 100 + number[:, 2] * 10 + number[:, 3]
    month, day, hour, minute, second, ahead, past = (
        number[:, two] * 10 + number[:, two + 1] for two in (4, 6, 8, 10, 12, 14, 16)
    )
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    in_range = (month >= 1) & (month <= 12)
    longest = _LENGTHS[np.where(in_range, month, 1)] + (leap & (month == 2))
    good &= in_range & (year >= 1) & (day >= 1) & (day <= longest) & (hour < 24) & (minute < 60) & (second < 60)
    good &= (ahead < 24) & (past < 60)
    offset = (ahead * 60 + past) * np.where(text[:, 20] == 45, -1, 1)
    shifted = np.where(month <= 2, year - 1, year)
    of_year = (153 * (month + np.where(month > 2, -3, 9)) + 2) // 5 + day - 1
    days = shifted * 365 + shifted // 4 - shifted // 100 + shifted // 400 + of_year - 719_468
    return good, days * 86_400 + hour * 3600 + minute * 60 + second - offset * 60, offset


_DIGITS = np.array([0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, 21, 22, 23, 24])
_MARKS = np.array([4, 7, 10, 13, 16, 19])
_MARK = np.array([45, 45, 32, 58, 58, 32], np.int16)
_LENGTHS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
