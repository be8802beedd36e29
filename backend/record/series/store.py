"""Series in the database: read, merge, write; undo; the daily summary kept in step. Only the room uses it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import col

from backend import base
from backend.record import catalogue
from backend.record.model import SeriesSamples
from backend.record.points import Reader
from backend.record.series import blob as blobs
from backend.record.series import days as daily
from backend.record.series.blob import Blob
from backend.record.series.overlap import DAY_MS
from backend.record.tables import DailyRow, SeriesClaimRow, SeriesRow

YEARLY = frozenset(
    {
        "distance_cycle_m",
        "distance_swim_m",
        "diet_energy_kcal",
        "heart_rate_variability_ms",
        "noise_db",
        "resp_rate_bpm",
        "spo2_pct",
        "walking_speed_kmh",
        "water_ml",
    }
)
"""Metrics with a handful of samples a day: a blob a month would be mostly overhead."""


def _period_of(metric: str, start_ms: np.ndarray) -> np.ndarray:
    unit = "Y" if metric in YEARLY else "M"
    local = (start_ms + daily.TOKYO_MS).astype("datetime64[ms]")
    return local.astype(f"datetime64[{unit}]")


def _bounds(period: str) -> tuple[int, int]:
    """First Tokyo day of a period and the day after its last, in days since 1970."""
    at = np.datetime64(period)
    return int(at.astype("datetime64[D]").astype(np.int64)), int((at + 1).astype("datetime64[D]").astype(np.int64))


def _open(person: str, metric: str, period: str, version: int, sealed: bytes) -> Blob:
    row = f"{metric}/{period}"
    return blobs.from_bytes(
        base.unseal(person, table="record_series", column="sealed", row=row, version=version, sealed=sealed)
    )


def _rows(
    session: Reader, person: str, metric: str, periods: Sequence[str] | None = None
) -> dict[str, tuple[int, bytes]]:
    found = select(SeriesRow.period, SeriesRow.version, SeriesRow.sealed).where(  # type: ignore[call-overload]
        col(SeriesRow.person_id) == person, col(SeriesRow.metric) == metric
    )
    if periods is not None:
        found = found.where(col(SeriesRow.period).in_(periods))
    return {row[0]: (row[1], row[2]) for row in session.execute(found.order_by(col(SeriesRow.period)))}


def _upsert(session: base.Session, table: type[base.Table], values: dict[str, object], keys: Sequence[str]) -> None:
    dialect = session.get_bind().dialect.name
    statement = (pg_insert if dialect == "postgresql" else sqlite_insert)(table).values(**values)
    changes = {name: value for name, value in values.items() if name not in keys}
    session.execute(
        statement.on_conflict_do_update(index_elements=list(keys), set_=changes)
        if changes
        else statement.on_conflict_do_nothing()
    )


def _write(session: base.Session, person: str, metric: str, period: str, version: int, blob: Blob) -> None:
    row = f"{metric}/{period}"
    sealed = base.seal(
        person, table="record_series", column="sealed", row=row, version=version, plain=blobs.to_bytes(blob)
    )
    values: dict[str, object] = {
        "person_id": person,
        "metric": metric,
        "period": period,
        "version": version,
        "sealed": sealed,
    }
    _upsert(session, SeriesRow, values, ("person_id", "metric", "period"))


def add_samples(
    session: base.Session, *, person: str, samples: SeriesSamples, import_id: str, at: datetime
) -> tuple[int, int]:
    """Merge samples into the blobs; gives how many are new and how many were there."""
    if not len(samples):
        return 0, 0
    metric = samples.metric
    period = _period_of(metric, samples.start_ms)
    names = np.unique(period)
    held = _rows(session, person, metric, [str(name) for name in names])
    new = 0
    touched: dict[str, Blob] = {}
    for name in names:
        key = str(name)
        part = _part(samples, period == name) if len(names) > 1 else samples
        version, before = 0, blobs.empty(samples.unit)
        if key in held:
            version = held[key][0]
            before = _open(person, metric, key, *held[key])
        after, added = blobs.merge(before, part, import_id)
        new += added
        touched[key] = after
        if added or _grew(before, after, import_id):
            _write(session, person, metric, key, version + 1, after)
            claim: dict[str, object] = {"person_id": person, "import_id": import_id, "metric": metric, "period": key}
            _upsert(session, SeriesClaimRow, claim, tuple(claim))
    if new:
        _refresh_days(session, person, metric, touched, at)
    return new, len(samples) - new


def _grew(before: Blob, after: Blob, import_id: str) -> bool:
    old = before.claims.get(import_id)
    return old is None or int(old.member.sum()) != int(after.claims[import_id].member.sum())


def _part(samples: SeriesSamples, mask: np.ndarray) -> SeriesSamples:
    return SeriesSamples(
        metric=samples.metric,
        unit=samples.unit,
        start_ms=samples.start_ms[mask],
        end_ms=samples.end_ms[mask],
        value=samples.value[mask],
        source=samples.source[mask],
        sources=samples.sources,
        label=samples.label[mask],
        labels=samples.labels,
        offset_min=samples.offset_min[mask],
        place=samples.place[mask],
        place_prefix=samples.place_prefix,
    )


def undo_samples(session: base.Session, *, person: str, import_id: str, at: datetime) -> tuple[int, int]:
    """Take an import's samples away; gives how many went and how many stay by another import."""
    claimed = select(SeriesClaimRow.metric, SeriesClaimRow.period).where(  # type: ignore[call-overload]
        col(SeriesClaimRow.person_id) == person, col(SeriesClaimRow.import_id) == import_id
    )
    by_metric: dict[str, list[str]] = {}
    for metric, period in session.execute(claimed):
        by_metric.setdefault(metric, []).append(period)
    removed = kept = 0
    for metric, periods in sorted(by_metric.items()):
        held = _rows(session, person, metric, periods)
        touched: dict[str, Blob] = {}
        for period in periods:
            before = _open(person, metric, period, *held[period])
            after = blobs.without(before, import_id)
            removed += len(before) - len(after)
            kept += int(before.claims[import_id].member.sum()) - (len(before) - len(after))
            touched[period] = after
            if len(after):
                _write(session, person, metric, period, held[period][0] + 1, after)
            else:
                session.execute(
                    delete(SeriesRow).where(
                        col(SeriesRow.person_id) == person,
                        col(SeriesRow.metric) == metric,
                        col(SeriesRow.period) == period,
                    )
                )
        _refresh_days(session, person, metric, touched, at)
    session.execute(
        delete(SeriesClaimRow).where(
            col(SeriesClaimRow.person_id) == person, col(SeriesClaimRow.import_id) == import_id
        )
    )
    return removed, kept


def _refresh_days(session: base.Session, person: str, metric: str, touched: dict[str, Blob], at: datetime) -> None:
    """Sum up again the days of the touched blobs, and those next to them that their records reach into."""
    held = open_days(session, person=person, metric=metric, is_for_update=True)
    version, days = (held[0], held[1]) if held else (0, daily.no_days())
    entry = catalogue.metric(metric)
    is_spread = entry.additive or metric == daily.SLEEP
    wanted = set(touched)
    if is_spread:
        # A record may reach over midnight into the next period, and a night begins in the one before.
        for period in touched:
            wanted |= {str(np.datetime64(period) + 1), str(np.datetime64(period) - 1)}
    neighbours = sorted(_around(wanted) - set(touched)) if is_spread else []
    near = _rows(session, person, metric, neighbours)
    blobs_by_period = {name: _open(person, metric, name, *row) for name, row in near.items()} | touched
    for name in sorted(wanted):
        first, end = _bounds(name)
        parts = [blobs_by_period[near_name] for near_name in sorted(_around({name})) if near_name in blobs_by_period]
        parts = parts if is_spread else [blobs_by_period[name]]
        joint = blobs.concatenated([_near(part, first, end) for part in parts] or [blobs.empty("")])
        fresh = daily.summarise(joint, metric=metric, is_additive=entry.additive, first_day=first, end_day=end)
        days = daily.replaced(days, fresh, first_day=first, end_day=end)
    if not len(days):
        session.execute(delete(DailyRow).where(col(DailyRow.person_id) == person, col(DailyRow.metric) == metric))
        return
    sealed = base.seal(
        person, table="record_daily", column="sealed", row=metric, version=version + 1, plain=daily.to_bytes(days)
    )
    values: dict[str, object] = {
        "person_id": person,
        "metric": metric,
        "version": version + 1,
        "stored_at": at,
        "sealed": sealed,
    }
    _upsert(session, DailyRow, values, ("person_id", "metric"))


def _around(periods: Iterable[str]) -> set[str]:
    return {str(np.datetime64(name) + step) for name in periods for step in (-1, 0, 1)}


def _near(blob: Blob, first_day: int, end_day: int) -> Blob:
    """The samples that can touch these days, a day more at both ends."""
    low, high = (first_day - 1) * DAY_MS - daily.TOKYO_MS, (end_day + 1) * DAY_MS - daily.TOKYO_MS
    mask = (np.maximum(blob.end, blob.start) >= low) & (blob.start < high)
    return blob if mask.all() else blobs.masked(blob, mask)


def open_days(
    session: Reader, *, person: str, metric: str, is_for_update: bool = False
) -> tuple[int, daily.Days, datetime] | None:
    """The daily summary with its version and the time it was stored, or None; raises SealBroken."""
    found = select(DailyRow.version, DailyRow.sealed, DailyRow.stored_at).where(  # type: ignore[call-overload]
        col(DailyRow.person_id) == person, col(DailyRow.metric) == metric
    )
    row = session.execute(found.with_for_update() if is_for_update else found).one_or_none()
    return None if row is None else (row[0], unseal_days(person, metric, row[0], row[1]), row[2])


def unseal_days(person: str, metric: str, version: int, sealed: bytes) -> daily.Days:
    """Open a daily summary; raises SealBroken."""
    return daily.from_bytes(
        base.unseal(person, table="record_daily", column="sealed", row=metric, version=version, sealed=sealed)
    )


def series_metrics(session: Reader, *, person: str) -> list[str]:
    """The series metrics that the person has."""
    found = select(col(DailyRow.metric)).where(col(DailyRow.person_id) == person)
    return sorted(session.execute(found).scalars())


def open_blobs(
    session: Reader, *, person: str, metric: str, since: datetime | None, until: datetime | None
) -> Blob | None:
    """All samples that start in [since, until), in one blob with their claims; None where there are none."""
    low = _ms(since, -(1 << 62))
    high = _ms(until, 1 << 62)
    parts = []
    for name, row in _rows(session, person, metric).items():
        first, end = _bounds(name)
        if end * DAY_MS - daily.TOKYO_MS > low and first * DAY_MS - daily.TOKYO_MS < high:
            parts.append(_open(person, metric, name, *row))
    if not parts:
        return None
    joint = blobs.concatenated(parts)
    mask = (joint.start >= low) & (joint.start < high)
    return joint if mask.all() else blobs.masked(joint, mask)


def _ms(at: datetime | None, default: int) -> int:
    return default if at is None else round(at.timestamp() * 1000)
