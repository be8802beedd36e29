"""What must never come back: withdrawals and erasures, kept in a file beside the database.

Each line is on disk before the unit that it belongs to is committed. A database that was restored from a backup
knows how far it had come (`base_journal_mark`); the lines after that are done again before anything is served.
A line whose unit was rolled back may be done again too: then somebody has withdrawn who only tried to.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from sqlmodel import Field, Session

from backend.base.clock import CLOCK, Clock
from backend.base.db import Table
from backend.base.runtime import runtime, write_unit


class JournalMark(Table, table=True):
    """How far this database knows the journal; one row."""

    __tablename__ = "base_journal_mark"

    id: int = Field(default=1, primary_key=True)
    position: int = 0


class Line(msgspec.Struct, frozen=True):
    """One withdrawal or erasure."""

    at: str
    kind: str
    body: dict[str, Any]


_replayers: dict[str, Callable[[Session, Line], None]] = {}


def replays(kind: str) -> Callable[[Callable[[Session, Line], None]], Callable[[Session, Line], None]]:
    """Register who does a kind of line again after a restore; doing it twice must change nothing."""

    def register(work: Callable[[Session, Line], None]) -> Callable[[Session, Line], None]:
        _replayers[kind] = work
        return work

    return register


def _path() -> Path:
    settings = runtime().settings
    return settings.journal or settings.home / "journal.jsonl"


def note(session: Session, *, kind: str, body: Mapping[str, Any], clock: Clock = CLOCK) -> None:
    """Put a line on disk, inside the unit that does what it says."""
    line = msgspec.json.encode(Line(clock.now().isoformat(), kind, dict(body))) + b"\n"
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, b"\n" + line if is_torn else line)
        os.fsync(descriptor)
        position = os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)
    session.merge(JournalMark(id=1, position=position))
    session.flush()


def _missed(session: Session) -> Iterator[Line]:
    mark = session.get(JournalMark, 1)
    path = _path()
    if not path.exists():
        return
    with path.open("rb") as file:
        file.seek(mark.position if mark else 0)
        for raw in file:
            try:
                yield msgspec.json.decode(raw, type=Line)
            except msgspec.MsgspecError:
                continue  # the machine stopped in the middle of this line: its unit was never committed


def replay() -> int:
    """Do again what the journal holds and this database does not know yet; returns how many lines.

    Runs before anything is served. A new database beside an old journal finds nothing to do.
    """
    with write_unit() as session:
        done = 0
        for line in list(_missed(session)):
            work = _replayers.get(line.kind)
            if work is not None:
                work(session, line)
                done += 1
        path = _path()
        if path.exists():
            session.merge(JournalMark(id=1, position=path.stat().st_size))
    return done
