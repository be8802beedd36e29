"""All-day monitoring: counters that run from midnight, told as what was added between two messages.

Steps, distance and energy count on for each kind of movement until the day ends. A file that begins at local
midnight begins at nought; of one that begins later, the first figure only says where counting stands, since
an earlier file has told it already. Energy is in kcal (active_calories; calories with rest are not taken).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backend.link.fit.decode import TIMESTAMP, Message, Value
from backend.link.fit.values import Found

_DAY = 86_400
_LOCAL_TIME, _ACTIVITY, _BOTH, _SHORT_TIME, _PULSE = 0, 5, 24, 26, 27
_ON_FOOT = frozenset({1, 6})
# Field -> metric, divisor, whether it counts for movement on foot only.
_COUNTERS: Mapping[int, tuple[str, float, bool]] = {
    3: ("steps_count", 1, True),
    2: ("distance_walk_m", 100, True),
    19: ("active_energy_kcal", 1, False),
}


class Monitoring:
    """The state of one monitoring file: its clock and where each counter stands."""

    def __init__(self) -> None:
        """Begin without a clock."""
        self._clock: int | None = None
        self._midnight: int | None = None
        self._stands: dict[tuple[int, int], tuple[int, int]] = {}

    def begin(self, message: Message) -> None:
        """Take the times of the file from its monitoring_info."""
        at, local = message.fields.get(TIMESTAMP), message.fields.get(_LOCAL_TIME)
        if isinstance(at, int):
            self._clock = at
            self._midnight = at if isinstance(local, int) and local % _DAY == 0 else None

    def _at(self, fields: Mapping[int, Value]) -> int | None:
        full, short = fields.get(TIMESTAMP), fields.get(_SHORT_TIME)
        if isinstance(full, int):
            self._clock = full
        elif isinstance(short, int) and self._clock is not None:
            # The lower 16 bits of the time: the next moment that ends in them.
            self._clock += (short - self._clock) & 0xFFFF
        else:
            return None
        return self._clock

    def take(self, fields: Mapping[int, Value]) -> Iterator[Found]:
        """Yield what a monitoring message adds."""
        at = self._at(fields)
        if at is None:
            return
        pulse = fields.get(_PULSE)
        if isinstance(pulse, int) and pulse:
            yield Found("heart_rate_bpm", float(pulse), at)
        kind = fields.get(_ACTIVITY)
        both = fields.get(_BOTH)
        if not isinstance(kind, int) and isinstance(both, int):
            kind = both & 0x1F
        if not isinstance(kind, int):
            return
        for field, (metric, scale, is_on_foot) in _COUNTERS.items():
            raw = fields.get(field)
            if not isinstance(raw, int) or (is_on_foot and kind not in _ON_FOOT):
                continue
            before = self._stands.get((kind, field))
            self._stands[kind, field] = (at, raw)
            if before is None:
                if self._midnight is None:
                    continue
                before = (self._midnight, 0)
            since, stood = before
            added = raw - stood if raw >= stood else raw  # a lower figure: the counter began anew
            if added and at > since:
                yield Found(metric, added / scale, since, at)
