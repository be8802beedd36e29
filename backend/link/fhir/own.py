"""Resources of our own exports: read exactly as the record held them, and what only repeats them left alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

from backend.link.fhir.bundle import Resource, kind_of
from backend.link.reading import BATCH
from backend.record import Reading, SeriesSamples, take


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


def samples(found: SeriesSamples, place: str) -> Iterator[list[Reading]]:
    """Yield samples as readings in batches; the place numbers them inside their attachment."""
    zones = {minutes: timezone(timedelta(minutes=minutes)) for minutes in set(found.offset_min.tolist())}
    columns = (found.start_ms, found.end_ms, found.value, found.label, found.source, found.offset_min)
    batch: list[Reading] = []
    rows = zip(*(one.tolist() for one in columns), strict=True)
    for number, (start, end, value, label, source, offset) in enumerate(rows):
        batch.append(
            Reading(
                metric=found.metric,
                value=found.labels[label] if label >= 0 else value,
                unit=found.unit,
                start=_at(start, zones[offset]),
                end=None if end < 0 else _at(end, zones[offset]),
                source=found.sources[source],
                place=f"{place} sample {number}",
            )
        )
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _at(ms: int, zone: timezone) -> datetime:
    return datetime.fromtimestamp(ms // 1000, UTC).replace(microsecond=ms % 1000 * 1000).astimezone(zone)
