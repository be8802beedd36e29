"""Values as the routes show them: names in three languages, units, words of coded answers."""

from __future__ import annotations

from functools import cache

from backend.record import catalogue, units
from backend.record.model import ItemState, StoredReading
from backend.record.shapes import MetricInfo, Names, ReadingBrief

BY_HAND = frozenset({"home", "self"})


@cache
def name(metric: str) -> Names:
    """A metric's name."""
    entry = catalogue.metric(metric)
    return Names(ja=entry.ja, ja_easy=entry.ja_easy, en=entry.en)


@cache
def unit_label(metric: str, unit: str | None = None) -> Names:
    """The label of a unit beside a number; without `unit` the metric's own."""
    entry = catalogue.metric(metric)
    if metric == "sleep_stage":
        return Names(ja="分", ja_easy="{分|ふん}", en="min")
    if unit is None or unit == entry.unit:
        return Names(ja=entry.unit_label_ja, ja_easy=entry.unit_label_ja, en=entry.unit_label_en)
    label = units.choice(metric, unit).label
    return Names(ja=label, ja_easy=label, en=label)


@cache
def info(metric: str) -> MetricInfo:
    """What a metric is called and how its numbers are printed."""
    entry = catalogue.metric(metric)
    return MetricInfo(
        metric=metric,
        name=name(metric),
        kind=entry.kind,
        category=entry.category,
        unit=entry.unit,
        unit_label=unit_label(metric),
        decimals=entry.decimals,
    )


def answer_words(metric: str, value: float | str | None) -> Names | None:
    """The words of a coded answer."""
    found = catalogue.choice(metric, value) if isinstance(value, str) else None
    return None if found is None else Names(ja=found.ja, ja_easy=found.ja_easy, en=found.en)


def brief(reading: StoredReading, unit: units.Choice | None = None) -> ReadingBrief:
    """One value in a list, in the unit asked for."""
    entry = catalogue.metric(reading.metric)
    value = reading.value
    if unit is not None and isinstance(value, int | float):
        value = unit.shown(value)
    return ReadingBrief(
        id=reading.id,
        metric=reading.metric,
        name=name(reading.metric),
        value=value,
        text=answer_words(reading.metric, value),
        unit_label=unit_label(reading.metric, unit.unit if unit else None),
        decimals=unit.decimals if unit else entry.decimals,
        state=ItemState(reading.state).value,
        flag=reading.flag,
        at=reading.start,
        is_date_only=reading.is_date_only,
        is_own=reading.source in BY_HAND,
        is_corrected=reading.corrected_by is not None,
        is_deleted=reading.deleted_at is not None,
    )
