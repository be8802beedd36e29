"""Time and identifiers, passed as arguments so that the middle of a room needs no patching."""

from __future__ import annotations

import secrets
import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


class Clock(Protocol):
    """Tells the time as an aware UTC datetime."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock for tests and replays: stands still until moved."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The time it was set to."""
        return self._at

    def move(self, by: timedelta) -> None:
        """Move forward (or back) by a duration."""
        self._at += by


CLOCK: Clock = SystemClock()

_lock = threading.Lock()
_last = (0, 0)


def new_id() -> str:
    """A new 26-character lower-case ULID; ids made later in this process sort later."""
    global _last
    millis = int(datetime.now(UTC).timestamp() * 1000)
    with _lock:
        if millis <= _last[0]:
            millis, noise = _last[0], _last[1] + 1
        else:
            noise = secrets.randbits(79)
        _last = (millis, noise)
    number = (millis << 80) | noise
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))
