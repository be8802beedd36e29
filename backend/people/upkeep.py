"""Once an hour: forget challenges, sessions, links and counters whose time is over."""

from __future__ import annotations

from backend import base
from backend.people import ceremonies, limits, sessions


@base.every("people.forget_old", seconds=3600)
def forget_old(*, clock: base.Clock = base.CLOCK) -> None:
    """Delete what nobody can use any more; safe to run at any time."""
    with base.write_unit() as session:
        ceremonies.forget_old(session, clock=clock)
        sessions.forget_old(session, clock=clock)
    limits.forget_old(clock=clock)
