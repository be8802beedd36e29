"""Several devices count the same steps: who wins, instant by instant. Pure.

The rule (that of Android's Health Connect): at each instant the open record of the highest-ranking
source counts, the others do not; a record that counts for part of its time gives that part of its
value. Within one source the record that started first counts. A record without duration counts
unless a higher-ranking source is open at its instant.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DAY_MS = 86_400_000


def resolve(start: Ints, end: Ints, value: Floats, rank: Ints, *, shift_ms: int) -> tuple[Ints, Floats, Ints]:
    """What each record gives to each day, as (day number, value given, index of the record).

    `end` may be -1 or equal to `start` (no duration). Lower `rank` wins. Days are counted since 1970
    in the zone that is `shift_ms` ahead of UTC. Sum of the given values per day = the day's figure.
    """
    last = np.where(end > start, end, start)
    day, given, index = [], [], []
    covered = _Cover()
    for place in np.unique(rank):
        mine = np.flatnonzero(rank == place)
        lasting = mine[last[mine] > start[mine]]
        instant = mine[last[mine] == start[mine]]
        if len(instant):
            free = instant[~covered.is_open(start[instant])]
            day.append((start[free] + shift_ms) // DAY_MS)
            given.append(value[free])
            index.append(free)
        if not len(lasting):
            continue
        order = lasting[np.lexsort((value[lasting], last[lasting], start[lasting]))]
        begun = start[order]
        reach = np.maximum.accumulate(last[order])
        begun = np.maximum(begun, np.concatenate(([begun[0]], reach[:-1])))
        left = begun < last[order]
        order, begun = order[left], begun[left]
        piece_day, piece_from, piece_to, piece_of = _by_day(begun, last[order], order, shift_ms)
        length = (piece_to - piece_from) - (covered.until(piece_to) - covered.until(piece_from))
        full = (last[piece_of] - start[piece_of]).astype(np.float64)
        # A record that counts whole keeps its exact value; only parts are reckoned.
        whole = length == last[piece_of] - start[piece_of]
        part = np.where(whole, value[piece_of], value[piece_of] * (length / full))
        day.append(piece_day)
        given.append(part)
        index.append(piece_of)
        covered.add(start[lasting], last[lasting])
    if not day:
        empty = np.zeros(0, np.int64)
        return empty, np.zeros(0), empty
    return np.concatenate(day), np.concatenate(given), np.concatenate(index)


def _by_day(begun: Ints, ended: Ints, of: Ints, shift_ms: int) -> tuple[Ints, Ints, Ints, Ints]:
    first, final = (begun + shift_ms) // DAY_MS, (ended - 1 + shift_ms) // DAY_MS
    times = final - first + 1
    at = np.repeat(np.arange(len(of)), times)
    day = first[at] + np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
    midnight = day * DAY_MS - shift_ms
    return day, np.maximum(begun[at], midnight), np.minimum(ended[at], midnight + DAY_MS), of[at]


class _Cover:
    """The union of intervals so far, and how much of it lies before an instant."""

    def __init__(self) -> None:
        self._from: Ints = np.zeros(0, np.int64)
        self._to: Ints = np.zeros(0, np.int64)
        self._before: Ints = np.zeros(1, np.int64)

    def add(self, start: Ints, end: Ints) -> None:
        start, end = np.concatenate((self._from, start)), np.concatenate((self._to, end))
        order = np.argsort(start, kind="stable")
        start, reach = start[order], np.maximum.accumulate(end[order])
        opens = np.concatenate(([True], start[1:] > reach[:-1]))
        closes = np.concatenate((opens[1:], [True]))
        self._from, self._to = start[opens], reach[closes]
        self._before = np.concatenate(([0], np.cumsum(self._to - self._from)))

    def until(self, instant: Ints) -> Ints:
        """Covered milliseconds before each instant."""
        at = np.searchsorted(self._from, instant, side="right") - 1
        if not len(self._from):
            return np.zeros(len(instant), np.int64)
        inside = np.minimum(instant, self._to[at]) - self._from[at]
        return np.where(at < 0, 0, self._before[np.maximum(at, 0)] + inside)

    def is_open(self, instant: Ints) -> npt.NDArray[np.bool_]:
        """Whether an interval is open at each instant (its end is not part of it)."""
        if not len(self._from):
            return np.zeros(len(instant), np.bool_)
        at = np.searchsorted(self._from, instant, side="right") - 1
        opened: npt.NDArray[np.bool_] = (at >= 0) & (instant < self._to[at])
        return opened
