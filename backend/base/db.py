"""The database: one write engine, one read engine, and the two kinds of unit that use them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Engine, TypeDecorator, create_engine, event, make_url
from sqlalchemy.types import String
from sqlmodel import Session, SQLModel

from backend.base.refusal import TooMany

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """Base of every table."""


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes: timestamptz where the database has it, sortable ISO text in UTC in SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Text in SQLite, which has no type of its own for times."""
        return dialect.type_descriptor(String(32) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive times; store UTC with microseconds so that text order is time order."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime given to the database")
        value = value.astimezone(UTC)
        return value.isoformat(timespec="microseconds") if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """An aware UTC datetime."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)


# SQLite's own waiters look again every 100 ms and come in no order: with fifty at once some never got in.
# So the writers of a process queue here, and only processes meet at the file.
class _Queue:
    """Writers in the order they came; who withdraws goes to the front, so that fifty readers cannot delay it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._owner: int | None = None
        self._depth = 0

    def acquire(self, *, timeout: float, urgent: bool) -> bool:
        """Wait for this writer's turn; False if it did not come in time."""
        me = threading.get_ident()
        with self._lock:
            if self._owner in {None, me}:
                self._owner, self._depth = me, self._depth + 1
                return True
            mine = threading.Event()
            (self._waiting.appendleft if urgent else self._waiting.append)(mine)
        if not mine.wait(timeout):
            with self._lock:
                if not mine.is_set():  # it may have come in this very moment
                    self._waiting.remove(mine)
                    return False
        with self._lock:
            self._owner, self._depth = me, 1
        return True

    def release(self) -> None:
        """Let the next one write."""
        with self._lock:
            self._depth -= 1
            if self._depth > 0:
                return
            # Handed over, never free in between: nobody can slip in before the one who waits.
            self._owner = -1 if self._waiting else None
            if self._waiting:
                self._waiting.popleft().set()


_queues: dict[str, _Queue] = {}
QUEUE_SECONDS = 20.0
"""How long a writer waits in its own process before it is told to come again."""


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def make_engines(url: str) -> tuple[Engine, Engine]:
    """The write and the read engine of a database URL; creates the folder of a SQLite file.

    SQLite writes begin with BEGIN IMMEDIATE: with SQLAlchemy's defaults most acknowledged updates
    of concurrent writers were lost (measured, see the design notes in docs/decisions).
    """
    if make_url(url).get_backend_name() != "sqlite":
        write = create_engine(url, pool_pre_ping=True, hide_parameters=True)
        return write, write.execution_options(isolation_level="AUTOCOMMIT")
    path = make_url(url).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    # A longer busy wait in the driver than in the pragma would hide a stuck writer.
    args = {"check_same_thread": False, "timeout": 15, "isolation_level": None}
    # The text of a database error must not carry the values of its statement into a log.
    write = create_engine(url, connect_args=args, hide_parameters=True)
    read = create_engine(url, connect_args=args, hide_parameters=True)
    for engine in (write, read):
        event.listen(engine, "connect", _sqlite_pragmas)

    @event.listens_for(write, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return write, read


@contextmanager
def _turn(engine: Engine, urgent: bool) -> Iterator[None]:
    if engine.dialect.name != "sqlite":
        yield
        return
    queue = _queues.setdefault(str(engine.url), _Queue())
    if not queue.acquire(timeout=QUEUE_SECONDS, urgent=urgent):
        raise TooMany(seconds=5)
    try:
        yield
    finally:
        queue.release()


def afterwards(session: Session, work: Callable[[], None]) -> None:
    """Have something done when this unit has ended, committed or not, and the next writer may begin."""
    session.info.setdefault("base.afterwards", []).append(work)


def run_afterwards(session: Session) -> None:
    """Do what was left for after the unit, in its order."""
    for work in session.info.pop("base.afterwards", []):
        work()


@contextmanager
def write_session(engine: Engine, *, urgent: bool = False) -> Iterator[Session]:
    """A unit of work: everything in it is committed together, or nothing of it; an urgent one goes before others."""
    session = Session(engine, expire_on_commit=False)
    try:
        with _turn(engine, urgent), session:
            session.connection()  # takes the write lock now: what the unit reads is what it writes upon
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise
    finally:
        run_afterwards(session)
