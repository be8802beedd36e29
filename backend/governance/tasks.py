"""What the clock does for governance: end what is over, put what is due before the reviewers, ask missing reviewers."""

from __future__ import annotations

from datetime import timedelta

from backend import base
from backend.governance import applications, lifecycle, reviews
from backend.governance.forms import limits
from backend.governance.uses import live_uses


@base.every("governance.uses", seconds=60)
def keep_uses_current(*, clock: base.Clock = base.CLOCK) -> None:
    """End overdue uses, begin the yearly review in time, and find reviewers for cases that lack one."""
    with base.write_unit() as session:
        lifecycle.end_overdue(session, clock=clock)
        soon = clock.now() + timedelta(days=limits().remind_before_days)
        for verdict in live_uses(session, clock=clock):
            if verdict.review_by <= soon and verdict.review_by < verdict.until:
                applications.begin_renewal(session, use=verdict.use, clock=clock)
        reviews.assign_waiting(session, clock=clock)
