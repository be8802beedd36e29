"""The overlap rule against a plain sweep over interval borders, and the examples one would tell a colleague."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.record.series.days import rank_of, ranked
from backend.record.series.overlap import DAY_MS, resolve

WATCH, PHONE = 0, 1
MINUTE = 60_000
Record = tuple[int, int, float, int]


def by_day(records: list[Record]) -> dict[int, float]:
    """What `resolve` gives each day; records are (start minute, minutes, value, rank)."""
    start = np.array([record[0] * MINUTE for record in records], np.int64)
    end = np.array([(record[0] + record[1]) * MINUTE for record in records], np.int64)
    value = np.array([record[2] for record in records], float)
    rank = np.array([record[3] for record in records], np.int64)
    day, given_, _ = resolve(start, end, value, rank, shift_ms=0)
    found: dict[int, float] = defaultdict(float)
    for one, amount in zip(day, given_, strict=True):
        found[int(one)] += float(amount)
    return found


def sweep(records: list[Record]) -> dict[int, float]:
    """The rule as DESIGN says it, minute by minute."""
    found: dict[int, float] = defaultdict(float)
    lasting = [record for record in records if record[1] > 0]
    ends = [record[0] + record[1] for record in lasting]
    for minute in range(min((r[0] for r in lasting), default=0), max(ends, default=0)):
        is_open = [r for r in lasting if r[0] <= minute < r[0] + r[1]]
        if is_open:
            wins = min(is_open, key=lambda r: (r[3], r[0], r[0] + r[1], r[2]))
            found[minute * MINUTE // DAY_MS] += wins[2] / wins[1]
    for at, lasts, value, rank in records:
        if lasts == 0 and not any(r[3] < rank and r[0] <= at < r[0] + r[1] for r in lasting):
            found[at * MINUTE // DAY_MS] += value
    return found


@pytest.mark.parametrize(
    ("records", "wanted"),
    [
        ([(0, 60, 600, WATCH)], 600),
        ([(0, 60, 600, WATCH), (0, 60, 900, PHONE)], 600),
        ([(0, 60, 600, WATCH), (0, 120, 900, PHONE)], 600 + 450),
        ([(30, 30, 300, WATCH), (0, 90, 900, PHONE)], 300 + 600),
        ([(0, 60, 600, WATCH), (60, 60, 500, PHONE)], 1100),
        ([(0, 60, 600, WATCH), (30, 0, 7, PHONE), (60, 0, 5, PHONE)], 605),
        ([(0, 10, 100, WATCH), (5, 10, 100, WATCH)], 150),
    ],
)
def test_examples(records: list[Record], wanted: float) -> None:
    assert by_day(records)[0] == pytest.approx(wanted)


def test_a_record_over_midnight_is_shared_by_time() -> None:
    assert by_day([(1440 - 30, 120, 1200, WATCH)]) == {0: pytest.approx(300), 1: pytest.approx(900)}


records = st.lists(
    st.tuples(
        st.integers(1300, 1600),
        st.sampled_from([0, 1, 7, 30, 200, 1500]),
        st.integers(1, 50).map(float),
        st.integers(0, 2),
    ),
    max_size=12,
    unique_by=lambda record: (record[0], record[1], record[3]),
)


@given(records)
def test_equal_to_the_plain_sweep(given_records: list[Record]) -> None:
    got, want = by_day(given_records), sweep(given_records)
    for day in {*got, *want}:
        assert got.get(day, 0.0) == pytest.approx(want.get(day, 0.0), abs=1e-6)


@given(records)
def test_never_more_than_the_plain_sum(given_records: list[Record]) -> None:
    assert sum(by_day(given_records).values()) <= sum(record[2] for record in given_records) + 1e-6


def test_who_ranks_first() -> None:
    assert ranked(["iPhone", "Health app", "山田のApple Watch", "Fitbit"]) == [
        "Fitbit",
        "山田のApple Watch",
        "Health app",
        "iPhone",
    ]
    assert [rank_of(name).reason for name in ("Pixel 7", "Pixel Watch", "体組成計")] == ["carried", "worn", "other"]
