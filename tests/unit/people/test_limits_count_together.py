"""Rate limits: per address and for all together, in a window that passes, counted in the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backend import base
from backend.people import limits
from backend.people.limits import Limit

FEW = Limit(name="test", per_address=2, for_all=3, window=timedelta(minutes=10))


@pytest.fixture
def clock():
    return base.FixedClock(datetime(2026, 11, 22, 3, 0, 0, tzinfo=UTC))


def test_one_address_is_stopped_after_its_share(runtime, clock):
    for _ in range(2):
        limits.spend(FEW, address="192.0.2.1", clock=clock)
    clock.move(timedelta(minutes=9, seconds=59))
    with pytest.raises(base.TooMany) as refused:
        limits.spend(FEW, address="192.0.2.1", clock=clock)
    assert refused.value.params == {"seconds": 1}
    limits.spend(FEW, address="192.0.2.2", clock=clock)
    clock.move(timedelta(seconds=1))
    limits.spend(FEW, address="192.0.2.1", clock=clock)


def test_many_addresses_are_stopped_together(runtime, clock):
    for last in range(3):
        limits.spend(FEW, address=f"192.0.2.{last}", clock=clock)
    with pytest.raises(base.TooMany):
        limits.spend(FEW, address="192.0.2.9", clock=clock)


def test_checking_counts_nothing(runtime, clock):
    for _ in range(5):
        limits.check(FEW, address="192.0.2.1", clock=clock)
    limits.spend(FEW, address="192.0.2.1", clock=clock)


def test_no_address_is_kept(runtime, clock):
    limits.count(FEW, address="192.0.2.77", clock=clock)
    with base.read_unit() as connection:
        kept = connection.exec_driver_sql("SELECT bucket FROM people_attempt ORDER BY bucket").scalars().all()
    assert len(kept) == 2
    assert not any("192.0.2" in bucket for bucket in kept)
    limits.forget_old(clock=base.FixedClock(clock.now() + timedelta(hours=2)))
    with base.read_unit() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM people_attempt").scalar_one() == 0
