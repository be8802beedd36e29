"""Resources of our own exports: read exactly as the record held them, and what only repeats them left alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import numpy as np

from backend.link.fhir.bundle import Resource, kind_of
from backend.link.reading import BATCH, LeftOutLog
from backend.record import LONGEST, ItemState, Reading, SeriesSamples, take

_EARLIEST = round(datetime(1900, 1, 1, tzinfo=UTC).timestamp() * 1000)
_LIMITS = frozenset({ItemState.BELOW_LIMIT.value, ItemState.ABOVE_LIMIT.value})


def reading(resource: Resource, place: str) -> Reading | None:
    """Return the reading that a resource of ours was made from; None where it is somebody else's or was edited."""
    return take.reading_of(resource, place)


def is_repeat(resource: Resource) -> bool:
    """Say whether an entry of ours only repeats for other programs what another entry says exactly."""
    return take.is_derived(resource)


def is_other(resource: Resource) -> bool:
    """Say whether an entry is one of ours of a kind that no other reader takes: answers, or attached samples."""
    kind = kind_of(resource)
    if kind == "QuestionnaireResponse":
        return resource.get("questionnaire") == take.QUESTIONS
    return kind == "DocumentReference" and take.has_samples(resource)


def checked(found: SeriesSamples, place: str, now: datetime, log: LeftOutLog, person: str) -> SeriesSamples:
    """Return the samples that can be: in time, not longer than a sample lasts, a number or a word; note the rest."""
    latest = round((now + timedelta(days=1)).timestamp() * 1000)
    longest = round(LONGEST.total_seconds() * 1000)
    ends = np.maximum(found.end_ms, found.start_ms)
    stays = (found.start_ms >= _EARLIEST) & (ends <= latest) & (ends - found.start_ms <= longest)
    stays &= (found.end_ms < 0) | (found.end_ms >= found.start_ms)
    stays &= np.isfinite(found.value) ^ (found.label >= 0)
    left = len(found) - int(stays.sum())
    for _ in range(left):
        log.add(person, "link.left_future", place, item=found.metric)
    return SeriesSamples(
        metric=found.metric,
        unit=found.unit,
        start_ms=found.start_ms[stays],
        end_ms=found.end_ms[stays],
        value=found.value[stays],
        source=found.source[stays],
        sources=found.sources,
        label=found.label[stays],
        labels=found.labels,
        offset_min=found.offset_min[stays],
        place=found.place[stays],
        place_prefix=f"{place} sample ",
    )


def as_readings(found: SeriesSamples) -> Iterator[list[Reading]]:
    """Yield samples as readings in batches."""
    zones = {minutes: timezone(timedelta(minutes=minutes)) for minutes in set(found.offset_min.tolist())}
    columns = (
        found.start_ms, found.end_ms, found.value, found.label, found.source, found.offset_min, found.place,
    )  # fmt: skip
    batch: list[Reading] = []
    rows = zip(*(one.tolist() for one in columns), strict=True)
    for start, end, value, label, source, offset, number in rows:
        word = found.labels[label] if label >= 0 else None
        # A number with a word beside it is the limit of a device.
        is_limit = word in _LIMITS and value == value
        batch.append(
            Reading(
                metric=found.metric,
                value=value if word is None or is_limit else word,
                state=ItemState(word) if is_limit and word is not None else ItemState.MEASURED,
                unit=found.unit,
                start=_at(start, zones[offset]),
                end=None if end < 0 else _at(end, zones[offset]),
                source=found.sources[source],
                place=f"{found.place_prefix}{number}",
            )
        )
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _at(ms: int, zone: timezone) -> datetime:
    return datetime.fromtimestamp(ms // 1000, UTC).replace(microsecond=ms % 1000 * 1000).astimezone(zone)
