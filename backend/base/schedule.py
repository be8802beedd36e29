"""Repeating tasks: several clock processes may run, each task still runs once a period."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field

from backend.base.clock import CLOCK, Clock
from backend.base.db import Table, UtcDateTime
from backend.base.runtime import write_unit

_log = logging.getLogger("meguri.clock")
_tasks: dict[str, tuple[int, Callable[[], None]]] = {}


class ClockRun(Table, table=True):
    """When a repeating task last began."""

    __tablename__ = "clock_run"

    name: str = Field(primary_key=True, max_length=80)
    began_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def every(name: str, *, seconds: int) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a task that the clock process runs every so many seconds."""

    def register(task: Callable[[], None]) -> Callable[[], None]:
        _tasks[name] = (seconds, task)
        return task

    return register


def _claim(name: str, seconds: int, now: datetime) -> bool:
    table = ClockRun.__table__  # type: ignore[attr-defined]
    due = or_(table.c.began_at.is_(None), table.c.began_at <= now - timedelta(seconds=seconds))
    with write_unit() as session:
        if session.get(ClockRun, name) is None:
            session.add(ClockRun(name=name))
            session.flush()
        claimed = update(table).where(and_(table.c.name == name, due)).values(began_at=now)
        return session.connection().execute(claimed).rowcount == 1


def run_due_tasks(*, clock: Clock = CLOCK) -> list[str]:
    """Run the tasks whose period is over, once among all clocks; returns their names."""
    ran = []
    for name, (seconds, task) in _tasks.items():
        try:
            if not _claim(name, seconds, clock.now()):
                continue
        except IntegrityError:  # another clock made the row in the same moment: it runs the task
            continue
        except Exception as error:  # a busy or full disk now says nothing about the next second
            _log.error("task %s not begun: %s", name, type(error).__name__)
            continue
        ran.append(name)
        try:
            task()
        except Exception as error:
            _log.error("task %s failed: %s", name, type(error).__name__)
    return ran
