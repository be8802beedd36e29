"""Rate limits in the database, so that several server processes count together."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import msgspec
from sqlalchemy import text

from backend import base


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """At most so many in a window, for one address and for everybody together."""

    name: str
    per_address: int
    for_all: int
    window: timedelta


# A counter hall shares one address, so only wrong codes count and the bound is wide: with 43-bit
# codes and 1,000 live ones, 2,000 guesses per ten minutes find one in about a century.
WRONG_CODES = Limit(name="code", per_address=30, for_all=2_000, window=timedelta(minutes=10))
CEREMONIES = Limit(name="ceremony", per_address=600, for_all=60_000, window=timedelta(minutes=10))
SIGN_INS = Limit(name="signin", per_address=300, for_all=30_000, window=timedelta(minutes=10))
# Links have 256 bits: only wrong ones count, as a sign that somebody plays.
WRONG_LINKS = Limit(name="link", per_address=20, for_all=500, window=timedelta(minutes=10))


def _bucket(limit: Limit, address: str) -> str:
    # The digest keeps addresses out of the table; it need not withstand somebody who has the file.
    return f"{limit.name}:{hashlib.sha256(address.encode()).hexdigest()[:32]}"


def _window(limit: Limit, clock: base.Clock) -> int:
    return int(clock.now().timestamp() // limit.window.total_seconds())


def check(limit: Limit, *, address: str, clock: base.Clock = base.CLOCK) -> None:
    """TooMany where the window is full; counts nothing."""
    window = _window(limit, clock)
    with base.read_unit() as connection:
        for bucket, most in ((_bucket(limit, address), limit.per_address), (f"{limit.name}:*", limit.for_all)):
            found = connection.execute(
                text('SELECT count FROM people_attempt WHERE bucket = :b AND "window" = :w'),
                {"b": bucket, "w": window},
            ).scalar()
            if found is not None and found >= most:
                wait = (window + 1) * limit.window.total_seconds() - clock.now().timestamp()
                raise base.TooMany(seconds=max(1, int(wait)))


def count(limit: Limit, *, address: str, clock: base.Clock = base.CLOCK) -> None:
    """Count one, in a unit of its own: a refusal that rolls back must still be counted."""
    window = _window(limit, clock)
    with base.write_unit() as session:
        for bucket in (_bucket(limit, address), f"{limit.name}:*"):
            session.connection().execute(
                text(
                    'INSERT INTO people_attempt (bucket, "window", count) VALUES (:b, :w, 1) '
                    'ON CONFLICT (bucket, "window") DO UPDATE SET count = people_attempt.count + 1'
                ),
                {"b": bucket, "w": window},
            )


def spend(limit: Limit, *, address: str, clock: base.Clock = base.CLOCK) -> None:
    """Check, then count: for what is limited whether it succeeds or not."""
    check(limit, address=address, clock=clock)
    count(limit, address=address, clock=clock)


def forget_old(*, clock: base.Clock = base.CLOCK) -> None:
    """Drop counters of windows long past; all windows are ten minutes long."""
    with base.write_unit() as session:
        session.connection().execute(
            text('DELETE FROM people_attempt WHERE "window" < :w'), {"w": _window(CEREMONIES, clock) - 6}
        )
