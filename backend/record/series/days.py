"""A series summed up by day: who ranks first, what a day's figure is, and how that is kept. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import NamedTuple

import msgspec
import numpy as np

from backend.record.model import DayValue, FloatArray, IntArray
from backend.record.series import codec
from backend.record.series.blob import Blob
from backend.record.series.overlap import DAY_MS, resolve

TOKYO_MS = 9 * 3_600_000
"""Japan keeps UTC+9 all year."""

SLEEP = "sleep_stage"
SLEEP_SHIFT_MS = TOKYO_MS + 6 * 3_600_000
"""A night belongs to the day of waking: what falls between 18:00 and 18:00 is one night."""

EPOCH = date(1970, 1, 1)


class Rank(NamedTuple):
    """Where a source stands: 1 wins; `reason` is worn, carried or other."""

    rank: int
    reason: str


@cache
def _ranks() -> tuple[tuple[re.Pattern[str] | None, Rank], ...]:
    text = resources.files(__package__).joinpath("ranks.csv").read_text(encoding="utf-8")
    return tuple(
        (re.compile(row["pattern"], re.IGNORECASE) if row["pattern"] else None, Rank(int(row["rank"]), row["reason"]))
        for row in csv.DictReader(text.splitlines())
    )


@cache
def rank_of(source: str) -> Rank:
    """The rank of a source by its name: worn devices first, phones last."""
    return next(rank for pattern, rank in _ranks() if pattern is None or pattern.search(source))


def ranked(sources: Sequence[str]) -> list[str]:
    """The sources in the order in which they win; equal ranks by name, so that the order never depends on luck."""
    return sorted(sources, key=lambda source: (rank_of(source).rank, source))


class Days(msgspec.Struct, frozen=True, kw_only=True):
    """The days of one metric as columns, ordered by day; `shares` has one row a source."""

    day: IntArray
    n: IntArray
    value: FloatArray
    low: FloatArray
    high: FloatArray
    last: FloatArray
    raw_sum: FloatArray
    sources: tuple[str, ...]
    shares: tuple[FloatArray, ...]

    def __len__(self) -> int:
        """Count the days."""
        return len(self.day)


def no_days() -> Days:
    """A metric without days."""
    none, nought = np.zeros(0, np.int64), np.zeros(0)
    return Days(
        day=none, n=none, value=nought, low=nought, high=nought, last=nought, raw_sum=nought, sources=(), shares=()
    )


def is_asleep(label: str) -> bool:
    """Whether a sleep stage counts as sleep."""
    word = label.lower()
    return "asleep" in word or word in {"light", "deep", "rem", "core", "sleeping"}


COUNTED = {"stand_hour": frozenset({"stood"})}
"""Word-valued series whose day is a number of samples: those that say one of these words."""


def _amounts(blob: Blob, metric: str) -> tuple[FloatArray, np.ndarray]:
    """What adds up over the day, and which samples take part."""
    if metric in COUNTED:
        # The extra last element stands for label -1.
        counts = np.array([*(label in COUNTED[metric] for label in blob.labels), False])
        return counts[blob.label].astype(np.float64), np.ones(len(blob), np.bool_)
    if metric != SLEEP:
        return blob.value, np.isfinite(blob.value)
    minutes = np.where(blob.end > blob.start, (blob.end - blob.start) / 60_000, 0.0)
    # The extra last element stands for label -1.
    asleep = np.array([*(is_asleep(label) for label in blob.labels), False])
    in_bed = np.array([*("bed" in label.lower() for label in blob.labels), True])
    return np.where(asleep[blob.label], minutes, 0.0), ~in_bed[blob.label]


def summarise(blob: Blob, *, metric: str, is_additive: bool, first_day: int, end_day: int) -> Days:
    """The days from `first_day` up to but not including `end_day` of the samples given.

    Additive metrics (and sleep, in minutes) by the overlap rule of `overlap`; others by mean, lowest,
    highest and last of all samples of the day.
    """
    amount, takes_part = _amounts(blob, metric)
    shift = SLEEP_SHIFT_MS if metric == SLEEP else TOKYO_MS
    index = np.flatnonzero(takes_part)
    if not len(index):
        return no_days()
    start, end, value, source = blob.start[index], blob.end[index], amount[index], blob.source[index]
    own_day = (start + shift) // DAY_MS
    if is_additive or metric == SLEEP:
        order = {name: place for place, name in enumerate(ranked(blob.sources))}
        rank = np.array([order[name] for name in blob.sources], np.int64)[source]
        day, given, of = resolve(start, end, value, rank, shift_ms=shift)
    else:
        day, given, of = own_day, value, np.arange(len(index))
    inside = (day >= first_day) & (day < end_day)
    day, given, of = day[inside], given[inside], of[inside]
    own = (own_day >= first_day) & (own_day < end_day)
    days = np.union1d(day, own_day[own])
    if not len(days):
        return no_days()
    at, at_own = np.searchsorted(days, day), np.searchsorted(days, own_day[own])
    n = np.bincount(at_own, minlength=len(days)).astype(np.int64)
    total: FloatArray = np.bincount(at, weights=given, minlength=len(days)).astype(np.float64)
    raw: FloatArray = np.bincount(at_own, weights=value[own], minlength=len(days)).astype(np.float64)
    low, high, last = np.full(len(days), np.nan), np.full(len(days), np.nan), np.full(len(days), np.nan)
    np.fmin.at(low, at_own, value[own])
    np.fmax.at(high, at_own, value[own])
    last[at_own] = value[own]  # samples are ordered by start: the last written is the last of the day
    used = sorted({int(place) for place in source[of]})
    is_sum = is_additive or metric == SLEEP
    value_of_day = total if is_sum else total / np.maximum(np.bincount(at, minlength=len(days)), 1)
    weights = given if is_sum else np.ones(len(given))
    shares: tuple[FloatArray, ...] = tuple(
        np.bincount(at[source[of] == place], weights=weights[source[of] == place], minlength=len(days)).astype(
            np.float64
        )
        for place in used
    )
    return Days(
        day=days,
        n=n,
        value=value_of_day,
        # A day that only the end of a record from before midnight reaches has no sample of its own.
        low=np.where(n > 0, low, value_of_day),
        high=np.where(n > 0, high, value_of_day),
        last=np.where(n > 0, last, value_of_day),
        raw_sum=raw,
        sources=tuple(blob.sources[place] for place in used),
        shares=shares,
    )


def replaced(days: Days, fresh: Days, *, first_day: int, end_day: int) -> Days:
    """`days` with everything from `first_day` up to `end_day` replaced by `fresh`."""
    stays = (days.day < first_day) | (days.day >= end_day)
    order = np.argsort(np.concatenate((days.day[stays], fresh.day)), kind="stable")
    sources = tuple(sorted({*days.sources, *fresh.sources}))
    shares = {}
    for name in sources:
        old = days.shares[days.sources.index(name)] if name in days.sources else np.zeros(len(days))
        new = fresh.shares[fresh.sources.index(name)] if name in fresh.sources else np.zeros(len(fresh))
        shares[name] = np.concatenate((old[stays], new))[order]
    used = tuple(name for name in sources if shares[name].any())

    def joined(column: str) -> np.ndarray:
        joint: np.ndarray = np.concatenate((getattr(days, column)[stays], getattr(fresh, column)))[order]
        return joint

    columns = {name: joined(name) for name in ("day", "n", "value", "low", "high", "last", "raw_sum")}
    return Days(**columns, sources=used, shares=tuple(shares[name] for name in used))


def to_bytes(days: Days) -> bytes:
    """The days as compressed bytes."""
    columns = {name: getattr(days, name) for name in ("day", "n", "value", "low", "high", "last", "raw_sum")}
    columns |= {f"s{index}": share for index, share in enumerate(days.shares)}
    return codec.pack(columns, {"sources": days.sources})


def from_bytes(packed: bytes) -> Days:
    """The days of `to_bytes`; raises CodecError."""
    columns, facts = codec.unpack(packed)
    shares = tuple(columns.pop(f"s{index}").astype(np.float64) for index in range(len(facts["sources"])))
    return Days(**columns, sources=tuple(facts["sources"]), shares=shares)


def as_values(days: Days, since: date | None = None, until: date | None = None) -> list[DayValue]:
    """The days from `since` to `until`, both included, as values."""
    first = (since - EPOCH).days if since else -(1 << 40)
    final = (until - EPOCH).days if until else 1 << 40
    return [
        DayValue(
            day=EPOCH + timedelta(days=int(days.day[at])),
            n=int(days.n[at]),
            value=float(days.value[at]),
            low=float(days.low[at]),
            high=float(days.high[at]),
            last=float(days.last[at]),
            raw_sum=float(days.raw_sum[at]),
            shares={name: float(share[at]) for name, share in zip(days.sources, days.shares, strict=True) if share[at]},
        )
        for at in np.flatnonzero((days.day >= first) & (days.day <= final))
    ]
