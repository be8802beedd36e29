"""One health record from many sources: every value with where it came from, read only with a permit."""

from backend.record import catalogue, figures, take
from backend.record.averages import pressure_context
from backend.record.entries import Entered, Entry, correct, enter, remove, restore
from backend.record.healthlink.model import HealthLink
from backend.record.healthlink.service import make_health_link
from backend.record.model import (
    Added,
    Answer,
    DayValue,
    Fact,
    ItemState,
    Profile,
    Reading,
    SeriesSamples,
    StoredReading,
    Undone,
)
from backend.record.profile.service import answer, profile
from backend.record.service import (
    LONGEST,
    add,
    add_series,
    daily,
    latest,
    note_import,
    read,
    read_series,
    series_metrics,
    undo_import,
)

__all__ = [
    "LONGEST",
    "Added",
    "Answer",
    "DayValue",
    "Entered",
    "Entry",
    "Fact",
    "HealthLink",
    "ItemState",
    "Profile",
    "Reading",
    "SeriesSamples",
    "StoredReading",
    "Undone",
    "add",
    "add_series",
    "answer",
    "catalogue",
    "correct",
    "daily",
    "enter",
    "figures",
    "latest",
    "make_health_link",
    "note_import",
    "pressure_context",
    "profile",
    "read",
    "read_series",
    "remove",
    "restore",
    "series_metrics",
    "take",
    "undo_import",
]
