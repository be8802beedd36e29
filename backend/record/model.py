"""Frozen values of the health record: a reading, its state and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt


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


class StoredReading(Reading, frozen=True, kw_only=True):
    """A reading as the record holds it: with its own id, import and what became of it later.

    `import_id` is the first import that brought it (`record.provenance` lists all). `corrects` names
    the reading that this one replaces; `corrected_by` the one that replaces this.
    """

    id: str
    import_id: str
    stored_at: datetime
    corrects: str | None = None
    corrected_by: str | None = None
    deleted_at: datetime | None = None


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """What one `add` did: stored anew, there before, and left out with the message key of the reason."""

    new: int = 0
    already: int = 0
    refused: tuple[tuple[Reading, str], ...] = ()


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """What an undo took away, and what stays because another import brought it too."""

    removed: int
    kept: int


FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


class SeriesSamples(msgspec.Struct, frozen=True, kw_only=True):
    """Samples of one series metric as columns of equal length, ordered by start.

    Times are milliseconds since 1970 UTC. `end_ms` is -1 where the source gives none. `value` is NaN
    for a sample of words, whose word is `labels[label]` (label -1: none). A number labelled with
    "below_limit" or "above_limit" is the limit of the device, not a measurement. `offset_min` is the
    source's zone offset in minutes. `place` numbers the sample's place in its file ("line 334" ->
    334 under `place_prefix` "line ").
    """

    metric: str
    unit: str
    start_ms: IntArray
    end_ms: IntArray
    value: FloatArray
    source: IntArray
    sources: tuple[str, ...]
    label: IntArray
    labels: tuple[str, ...] = ()
    offset_min: IntArray
    place: IntArray
    place_prefix: str = "line "

    def __len__(self) -> int:
        """Count the samples."""
        return len(self.start_ms)


class DayValue(msgspec.Struct, frozen=True, kw_only=True):
    """One Tokyo day of a metric: `value` is the day's figure (sum where amounts add up, else the mean).

    For an additive metric `value` is what the overlap rule leaves, `raw_sum` the plain sum over all
    devices; `shares` says how much each source gave.
    """

    day: date
    n: int
    value: float
    low: float
    high: float
    last: float
    raw_sum: float
    shares: Mapping[str, float]


class Answer(StrEnum):
    """How a question of わたしのこと stands."""

    VALUE = "value"
    UNKNOWN = "unknown"
    UNANSWERED = "unanswered"
    WITHHELD = "withheld"


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of わたしのこと with its date and source ("self", or the document that printed it)."""

    key: str
    answer: Answer
    value: Any = None
    on: date | None = None
    source: str | None = None
    reading: str | None = None


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """わたしのこと: what models and advice must know and files seldom say.

    Asking for a key that does not exist is an error of the caller; one that nobody answered comes
    back as UNANSWERED, one that the permit does not cover as WITHHELD.
    """

    person: str
    facts: Mapping[str, Fact]

    def fact(self, key: str) -> Fact:
        """Give the fact of a key."""
        return self.facts[key]

    def value(self, key: str) -> Any:
        """Give the value, or None where it is unknown, unanswered or withheld."""
        fact = self.facts[key]
        return fact.value if fact.answer is Answer.VALUE else None

    def is_yes(self, key: str) -> bool | None:
        """True or False for an answered yes/no question, None where nobody knows."""
        value = self.value(key)
        return None if value is None else value == "yes"
