"""Frozen values of the health record: a reading, its state and where it came from."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec


class ItemState(StrEnum):
    """What became of an item that a source lists (check-up rule: 健診項目の実施状態)."""

    MEASURED = "measured"
    NOT_DONE = "not_done"
    NOT_MEASURABLE = "not_measurable"
    BELOW_LIMIT = "below_limit"
    ABOVE_LIMIT = "above_limit"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One value from one source, in the canonical unit of its metric, with the original kept.

    `start` and `end` are aware datetimes (UTC or with the source's offset); `place` says where in
    the file the value stands, `source` is the canonical source name.
    """

    metric: str
    value: float | str | None
    unit: str
    start: datetime
    end: datetime | None = None
    is_date_only: bool = False
    state: ItemState = ItemState.MEASURED
    source: str
    code: str | None = None
    code_system: str | None = None
    original_value: str | None = None
    original_unit: str | None = None
    place: str = ""
    flag: Literal["H", "L", "N"] | None = None
    context: Literal["office", "home"] | None = None
    is_fasting: bool | None = None

    def __post_init__(self) -> None:
        """Refuse naive times: a time without a zone cannot be placed on the record."""
        if self.start.tzinfo is None or (self.end is not None and self.end.tzinfo is None):
            raise ValueError("a reading needs aware times")
