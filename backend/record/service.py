"""What other rooms do with the record: add, undo, read. Reading always takes a permit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec
import numpy as np
from sqlmodel import col

from backend import base, consent
from backend.consent import Category, Permit
from backend.record import catalogue, points
from backend.record.catalogue import Metric
from backend.record.export.undo import undo_said
from backend.record.model import Added, DayValue, ItemState, Reading, SeriesSamples, StoredReading, Undone
from backend.record.points import Reader
from backend.record.series import blob, days, store
from backend.record.tables import ImportRow, PointRow

FUTURE = timedelta(days=1)
"""How far ahead of our clock a source's may run."""

LONGEST = timedelta(days=31)
"""How long one sample of a device may last."""

_PLACE = re.compile(r"(.*?)(\d{1,15})\Z", re.DOTALL)


def add(
    session: base.Session,
    *,
    person: str,
    readings: Sequence[Reading],
    import_id: str,
    accept_implausible: bool = False,
    clock: base.Clock = base.CLOCK,
) -> Added:
    """Store readings under an import; what is there already is only claimed by the import, not stored twice.

    Readings of unknown metrics, in other units than the metric's own, from the future or hardly
    possible come back as `refused`, each with the message key of its reason.
    """
    now = clock.now()
    refused: list[tuple[Reading, str]] = []
    alone: list[Reading] = []
    in_series: dict[tuple[str, str], list[Reading]] = {}
    for reading in readings:
        metric = catalogue.find(reading.metric)
        reason = _reason_to_refuse(reading, metric, now, accept_implausible)
        if reason is not None or metric is None:
            refused.append((reading, reason or "record.refused_unknown_metric"))
        elif metric.kind == "series" and _is_sample(reading):
            # One numbering of places a batch: samples of different files never share an import.
            in_series.setdefault((reading.metric, _place(reading.place)[0]), []).append(reading)
        else:
            alone.append(reading)
    new = 0
    if alone:
        new += points.add_points(session, person=person, readings=alone, import_id=import_id, at=now)[1]
    for (name, prefix), group in sorted(in_series.items()):
        samples = _as_columns(name, prefix, group)
        new += store.add_samples(session, person=person, samples=samples, import_id=import_id, at=now)[0]
    return Added(new=new, already=len(readings) - len(refused) - new, refused=tuple(refused))


def add_series(
    session: base.Session,
    *,
    person: str,
    samples: SeriesSamples,
    import_id: str,
    clock: base.Clock = base.CLOCK,
) -> Added:
    """Store a whole column of samples at once (the fast way for exports of millions of samples).

    The caller has checked plausibility; unit and metric must be the catalogue's.
    """
    metric = catalogue.metric(samples.metric)
    if metric.unit != samples.unit or metric.kind != "series":
        raise ValueError(f"{samples.metric} is not a series in {samples.unit}")
    new, already = store.add_samples(session, person=person, samples=samples, import_id=import_id, at=clock.now())
    return Added(new=new, already=already)


def _reason_to_refuse(reading: Reading, metric: Metric | None, now: datetime, accept: bool) -> str | None:
    if metric is None:
        return "record.refused_unknown_metric"
    if reading.start > now + FUTURE:
        return "record.refused_future"
    if metric.kind == "series" and reading.end is not None:
        # The days that a sample spans are reckoned one by one, for each device anew.
        if reading.end > now + FUTURE:
            return "record.refused_future"
        if reading.end - reading.start > LONGEST:
            return "record.refused_implausible"
    value = reading.value
    if isinstance(value, str) or value is None:
        return None
    if value != value or value in (float("inf"), float("-inf")):
        return "record.refused_not_a_number"
    if reading.unit != metric.unit:
        return "record.refused_unit"
    if not accept and not metric.is_plausible(value):
        return "record.refused_implausible"
    return None


def _is_sample(reading: Reading) -> bool:
    """Whether a reading of a series goes into its columns: with a value, or with the limit of its device."""
    if reading.state in (ItemState.BELOW_LIMIT, ItemState.ABOVE_LIMIT):
        return isinstance(reading.value, float | int)
    return reading.state is ItemState.MEASURED and reading.value is not None


def _label(reading: Reading) -> str | None:
    """The word that stands beside a sample: its value, or that it is only the limit of its device."""
    if isinstance(reading.value, str):
        return reading.value
    return None if reading.state is ItemState.MEASURED else reading.state.value


def _place(place: str) -> tuple[str, int]:
    found = _PLACE.match(place)
    return (found[1], int(found[2])) if found else (place, -1)


def _as_columns(metric: str, prefix: str, group: Sequence[Reading]) -> SeriesSamples:
    sources = tuple(sorted({reading.source for reading in group}))
    labels = tuple(sorted({word for reading in group if (word := _label(reading)) is not None}))
    source_at = {name: index for index, name in enumerate(sources)}
    label_at = {name: index for index, name in enumerate(labels)}
    n = len(group)
    start, end, place, offset = (np.empty(n, np.int64) for _ in range(4))
    source, label, value = np.empty(n, np.int64), np.full(n, -1, np.int64), np.empty(n)
    for index, reading in enumerate(group):
        start[index] = round(reading.start.timestamp() * 1000)
        end[index] = -1 if reading.end is None else round(reading.end.timestamp() * 1000)
        gap = reading.start.utcoffset()
        offset[index] = 0 if gap is None else round(gap.total_seconds() / 60)
        place[index] = _place(reading.place)[1]
        source[index] = source_at[reading.source]
        word = _label(reading)
        if word is not None:
            label[index] = label_at[word]
        assert reading.value is not None
        value[index] = np.nan if isinstance(reading.value, str) else reading.value
    return SeriesSamples(
        metric=metric,
        unit=group[0].unit,
        start_ms=start,
        end_ms=end,
        value=value,
        source=source,
        sources=sources,
        label=label,
        labels=labels,
        offset_min=offset,
        place=place,
        place_prefix=prefix,
    )


class ImportFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What an import was: source, file and hash."""

    source: str
    file_name: str | None = None
    sha256: str | None = None
    file_id: str | None = None


def note_import(
    session: base.Session,
    *,
    person: str,
    import_id: str,
    source: str,
    file_name: str | None = None,
    sha256: str | None = None,
    file_id: str | None = None,
    clock: base.Clock = base.CLOCK,
) -> None:
    """Write down what an import is, so that each of its values can tell; twice is fine."""
    facts = ImportFacts(source=source, file_name=file_name, sha256=sha256, file_id=file_id)
    plain = msgspec.json.encode(facts)
    sealed = base.seal(person, table="record_import", column="sealed", row=import_id, version=1, plain=plain)
    row = ImportRow(person_id=person, import_id=import_id, stored_at=clock.now(), sealed=sealed)
    session.merge(row)


def undo_import(session: base.Session, *, person: str, import_id: str, clock: base.Clock = base.CLOCK) -> Undone:
    """Take back everything that only this import brought; the record is then as if it had never been.

    What the person entered or corrected by hand stays. Undoing twice is fine.
    """
    gone, kept = points.undo_points(session, person=person, import_id=import_id)
    gone += undo_said(session, person=person, import_id=import_id)
    samples_gone, samples_kept = store.undo_samples(session, person=person, import_id=import_id, at=clock.now())
    row = session.get(ImportRow, (person, import_id))
    if row is not None:
        session.delete(row)
    return Undone(removed=gone + samples_gone, kept=kept + samples_kept)


def allowed(permit: Permit, *, clock: base.Clock) -> frozenset[Category]:
    """The categories that a permit covers now; raises NotPermitted when it has run out."""
    now = clock.now()
    found = frozenset(category for category in permit.categories if permit.allows(category, now))
    if not found:
        raise consent.NotPermitted
    return found


def note(
    session: Reader,
    permit: Permit,
    counts: dict[Category, int],
    *,
    clock: base.Clock,
    metrics: dict[str, int] | None = None,
) -> None:
    """Log a read by somebody else where the person sees it; such a read needs a write unit."""
    if permit.is_own:
        return
    if not isinstance(session, base.Session):
        raise TypeError("a read by somebody else is logged and needs a write unit")
    consent.note_read(session, permit=permit, what=counts, metrics=metrics, clock=clock)


def _count(found: Iterable[str], metrics_of: int = 1) -> dict[Category, int]:
    counted = Counter(Category(catalogue.metric(metric).category) for metric in found)
    return {category: number * metrics_of for category, number in counted.items()}


def read(
    session: Reader,
    *,
    permit: Permit,
    metrics: Collection[str] | None = None,
    categories: Collection[Category] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    clock: base.Clock = base.CLOCK,
) -> list[StoredReading]:
    """The points that count today (not deleted, not corrected), oldest first, as far as the permit goes.

    From `since` up to but not including `until`. Raises SealBroken if one of them was altered. When
    the reader is somebody else the read is logged, so `session` must then be a write unit.
    """
    found = _read(session, permit, metrics, categories, since, until, clock)
    by_metric = Counter(reading.metric for reading in found)
    note(session, permit, _count(by_metric.elements()), clock=clock, metrics=by_metric)
    return found


def _read(
    session: Reader,
    permit: Permit,
    metrics: Collection[str] | None,
    categories: Collection[Category] | None,
    since: datetime | None,
    until: datetime | None,
    clock: base.Clock,
) -> list[StoredReading]:
    may = allowed(permit, clock=clock)
    if categories is not None:
        may &= frozenset(categories)
    query = points.points_of(permit.person).where(points.IS_CURRENT)
    if metrics is not None:
        query = query.where(col(PointRow.metric).in_([name for name in metrics if is_allowed(name, may)]))
    if since is not None:
        query = query.where(col(PointRow.start) >= since)
    if until is not None:
        query = query.where(col(PointRow.start) < until)
    rows = session.execute(query.order_by(col(PointRow.start), col(PointRow.id)))
    return list(points.open_rows(permit.person, (row for row in rows if is_allowed(row[1], may))))


def is_allowed(metric: str, may: frozenset[Category]) -> bool:
    """Whether a metric's category is among those allowed."""
    found = catalogue.find(metric)
    return found is not None and found.category in may


def latest(
    session: Reader, *, permit: Permit, metrics: Collection[str], clock: base.Clock = base.CLOCK
) -> dict[str, StoredReading]:
    """The newest measured value of each metric that has one; of one exam the item that its table prefers."""
    found: dict[str, StoredReading] = {}
    for reading in _read(session, permit, metrics, None, None, None, clock):
        if reading.state is not ItemState.MEASURED or reading.value is None:
            continue
        held = found.get(reading.metric)
        if held is None or order(reading) >= order(held):
            found[reading.metric] = reading
    note(session, permit, _count(found), clock=clock, metrics=dict.fromkeys(found, 1))
    return found


def order(reading: StoredReading | points.Lean) -> tuple[datetime, int]:
    """Newest first; at one time by the preference of the check-up table (mean, then second, then first)."""
    codes = catalogue.metric(reading.metric).jlac10
    return reading.start, -(codes.index(reading.code) if reading.code in codes else len(codes))


def read_series(
    session: Reader,
    *,
    permit: Permit,
    metric: str,
    since: datetime | None = None,
    until: datetime | None = None,
    clock: base.Clock = base.CLOCK,
) -> SeriesSamples | None:
    """All samples of a series metric that start in [since, until), from every source; None where there are none."""
    if not is_allowed(metric, allowed(permit, clock=clock)):
        return None
    found = store.open_blobs(session, person=permit.person, metric=metric, since=since, until=until)
    samples = None if found is None or not len(found) else blob.as_samples(found, metric)
    n = 0 if samples is None else len(samples)
    note(session, permit, _count([metric], n) if n else {}, clock=clock, metrics={metric: n} if n else None)
    return samples


def daily(
    session: Reader,
    *,
    permit: Permit,
    metric: str,
    since: date | None = None,
    until: date | None = None,
    clock: base.Clock = base.CLOCK,
) -> list[DayValue]:
    """The days of a series metric from `since` to `until`, both included; overlapping devices resolved."""
    if not is_allowed(metric, allowed(permit, clock=clock)):
        return []
    held = store.open_days(session, person=permit.person, metric=metric)
    found = [] if held is None else days.as_values(held[1], since, until)
    n = len(found)
    note(session, permit, _count([metric], n) if n else {}, clock=clock, metrics={metric: n} if n else None)
    return found


def series_metrics(session: Reader, *, permit: Permit, clock: base.Clock = base.CLOCK) -> list[str]:
    """The series metrics on the record, as far as the permit goes."""
    may = allowed(permit, clock=clock)
    return [name for name in store.series_metrics(session, person=permit.person) if is_allowed(name, may)]


def category_of(metric: str) -> Category:
    """The kind of data that a metric belongs to."""
    return Category(catalogue.metric(metric).category)
