"""Group commit: what many threads want written at the same moment goes to disk in one unit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlmodel import Session

from backend.base.runtime import Runtime, runtime, write_unit

T = TypeVar("T")
R = TypeVar("R")
AT_MOST = 1_000
"""Items of one unit: a longer one would make the last of them wait too long."""


@dataclass(eq=False)
class _Waiting(Generic[T, R]):
    item: T
    wake: threading.Event = field(default_factory=threading.Event)
    result: list[R] = field(default_factory=list)
    error: BaseException | None = None
    is_done: bool = False


class _Queue(Generic[T, R]):
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.waiting: list[_Waiting[T, R]] = []
        self.is_led = False


class Together(Generic[T, R]):
    """Writes items of concurrent callers in one unit; each returns when its own item is on disk.

    Never call `add` inside a write unit: the one who writes for all would wait for that unit.
    """

    def __init__(self, write: Callable[[Session, Sequence[T]], Sequence[R]]) -> None:
        self._write = write
        self._queues: WeakKeyDictionary[Runtime, _Queue[T, R]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def add(self, item: T) -> R:
        """Write one item and return what the writing gave for it; raises what the unit raised."""
        with self._lock:
            queue = self._queues.setdefault(runtime(), _Queue())
        mine: _Waiting[T, R] = _Waiting(item)
        with queue.lock:
            queue.waiting.append(mine)
            is_leader, queue.is_led = not queue.is_led, True
        if not is_leader:
            mine.wake.wait()
        if not mine.is_done:  # first of those who came while the one before was at the disk: writes for all of them
            self._lead(queue)
        if mine.error is not None:
            raise mine.error
        return mine.result[0]

    def _lead(self, queue: _Queue[T, R]) -> None:
        with queue.lock:
            batch, queue.waiting = queue.waiting[:AT_MOST], queue.waiting[AT_MOST:]
        self._commit(batch)
        with queue.lock:
            queue.is_led = bool(queue.waiting)
            following = queue.waiting[0] if queue.waiting else None
        for each in batch:
            each.is_done = True
            each.wake.set()
        if following is not None:
            following.wake.set()

    def _commit(self, batch: list[_Waiting[T, R]]) -> None:
        try:
            with write_unit() as session:
                results = self._write(session, [each.item for each in batch])
            for each, result in zip(batch, results, strict=True):
                each.result.append(result)
        except BaseException as error:
            for each in batch:
                each.error = error
