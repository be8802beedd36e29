"""Jobs: an outbox table written in the caller's own transaction, taken by workers under a lease."""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, and_, func, or_, select, update
from sqlmodel import Field, Session

from backend.base.clock import CLOCK, Clock, new_id
from backend.base.db import Table, UtcDateTime
from backend.base.refusal import Refusal
from backend.base.runtime import read_unit, runtime, write_unit

MAX_ATTEMPTS = 5
_log = logging.getLogger("meguri.jobs")
_me = f"{os.getpid()}-{secrets.token_hex(3)}"


class JobLost(Exception):  # noqa: N818
    """Another worker has taken the job over: stop without writing anything more."""


class OutboxJob(Table, table=True):
    """A job, written in the same transaction as what caused it."""

    __tablename__ = "outbox_job"
    __table_args__ = (Index("ix_outbox_job_due", "state", "not_before"),)

    id: str = Field(primary_key=True, max_length=26)
    kind: str = Field(max_length=64)
    payload: str
    effect_key: str = Field(unique=True, max_length=200)
    state: str = Field(default="queued", max_length=8)  # queued, leased, done, dead
    not_before: datetime = Field(sa_type=UtcDateTime)
    leased_by: str | None = Field(default=None, max_length=40)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempt: int = 0
    error: str | None = Field(default=None, max_length=200)
    created_at: datetime = Field(sa_type=UtcDateTime)


_handlers: dict[str, Callable[[Job], None]] = {}


class Job:
    """A leased job as its handler sees it."""

    def __init__(self, *, id: str, kind: str, payload: dict[str, Any], attempt: int, clock: Clock) -> None:
        self.id, self.kind, self.payload, self.attempt = id, kind, payload, attempt
        self._clock = clock

    def heartbeat(self) -> None:
        """Keep the lease during long work; raises JobLost if another worker has it now."""
        until = self._clock.now() + timedelta(seconds=runtime().settings.lease_seconds)
        with write_unit() as session:
            self.keep(session, until=until)

    def keep(self, session: Session, *, until: datetime | None = None) -> None:
        """The same inside the handler's own unit, so that a batch is written only under a valid lease."""
        until = until or self._clock.now() + timedelta(seconds=runtime().settings.lease_seconds)
        table = OutboxJob.__table__  # type: ignore[attr-defined]
        mine = and_(table.c.id == self.id, table.c.state == "leased", table.c.leased_by == _me)
        mine = and_(mine, table.c.attempt == self.attempt)
        done = session.connection().execute(update(table).where(mine).values(lease_until=until))
        if done.rowcount != 1:
            raise JobLost


def job_handler(kind: str) -> Callable[[Callable[[Job], None]], Callable[[Job], None]]:
    """Register the handler of a kind of job; it may run more than once and must end in the same state."""

    def register(handler: Callable[[Job], None]) -> Callable[[Job], None]:
        _handlers[kind] = handler
        return handler

    return register


def enqueue(
    session: Session,
    kind: str,
    *,
    payload: dict[str, Any],
    effect_key: str,
    not_before: datetime | None = None,
    clock: Clock = CLOCK,
) -> str:
    """Put a job into the caller's unit and return its id; the same effect key returns the job already there.

    The payload holds ids only: it is not sealed.
    """
    table = OutboxJob.__table__  # type: ignore[attr-defined]
    found: str | None = session.connection().scalar(select(table.c.id).where(table.c.effect_key == effect_key))
    if found is not None:
        return found
    now = clock.now()
    job = OutboxJob(
        id=new_id(),
        kind=kind,
        payload=json.dumps(payload, sort_keys=True),
        effect_key=effect_key,
        not_before=not_before or now,
        created_at=now,
    )
    session.add(job)
    session.flush()
    return job.id


def _take(clock: Clock) -> Job | None:
    table = OutboxJob.__table__  # type: ignore[attr-defined]
    now = clock.now()
    due = or_(
        and_(table.c.state == "queued", table.c.not_before <= now),
        and_(table.c.state == "leased", table.c.lease_until < now),
    )
    first = select(table.c.id).where(due).order_by(table.c.not_before, table.c.id).limit(1)
    with read_unit() as connection:  # an idle worker must not take the write lock four times a second
        if connection.execute(first).first() is None:
            return None
    with write_unit() as session:
        connection = session.connection()
        if connection.dialect.name != "sqlite":
            first = first.with_for_update(skip_locked=True)
        row = connection.execute(
            update(table)
            .where(table.c.id == first.scalar_subquery())
            .values(
                state="leased",
                leased_by=_me,
                lease_until=now + timedelta(seconds=runtime().settings.lease_seconds),
                attempt=table.c.attempt + 1,
            )
            .returning(table.c.id, table.c.kind, table.c.payload, table.c.attempt)
        ).first()
    if row is None:
        return None
    return Job(id=row.id, kind=row.kind, payload=json.loads(row.payload), attempt=row.attempt, clock=clock)


def _settle(job: Job, **values: Any) -> None:
    table = OutboxJob.__table__  # type: ignore[attr-defined]
    mine = and_(table.c.id == job.id, table.c.leased_by == _me, table.c.attempt == job.attempt)
    with write_unit() as session:
        session.connection().execute(update(table).where(mine).values(lease_until=None, **values))


def run_due_jobs(*, limit: int = 100, clock: Clock = CLOCK) -> int:
    """Run the jobs that are due in this process, at most `limit`; returns how many were taken.

    A handler that raises is tried again later, longer apart each time; a Refusal or the fifth
    failure ends the job as dead. Only the kind of failure is logged, never its text.
    """
    taken = 0
    while taken < limit and (job := _take(clock)) is not None:
        taken += 1
        handler = _handlers.get(job.kind)
        try:
            if handler is None:
                raise LookupError(job.kind)
            if job.attempt > MAX_ATTEMPTS:
                _settle(job, state="dead", error="attempts")
                continue
            handler(job)
        except JobLost:
            _log.warning("job %s (%s) was taken over", job.id, job.kind)
        except Refusal as refusal:
            _settle(job, state="dead", error=refusal.key)
        except Exception as error:
            _log.error(
                "job %s (%s) failed: %s", job.id, job.kind, type(error).__name__, exc_info=runtime().settings.demo
            )
            if job.attempt >= MAX_ATTEMPTS:
                _settle(job, state="dead", error=type(error).__name__)
            else:
                later = clock.now() + timedelta(seconds=2**job.attempt)
                _settle(job, state="queued", not_before=later, error=type(error).__name__)
        else:
            _settle(job, state="done", error=None)
    return taken


def job_state(session: Session, job_id: str) -> str | None:
    """queued, leased, done or dead; None for an unknown job."""
    table = OutboxJob.__table__  # type: ignore[attr-defined]
    found: str | None = session.connection().scalar(select(table.c.state).where(table.c.id == job_id))
    return found


def waiting_jobs(session: Session) -> int:
    """How many jobs are queued or under way."""
    table = OutboxJob.__table__  # type: ignore[attr-defined]
    return int(
        session.connection().scalar(
            select(func.count()).select_from(table).where(table.c.state.in_(("queued", "leased")))
        )
        or 0
    )
