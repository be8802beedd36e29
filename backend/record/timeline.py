"""One timeline of all sources: a check-up is one entry with its items, a device's day is one entry."""

from __future__ import annotations

import base64
import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Literal

import msgspec
import numpy as np
from sqlalchemy import Select, func
from sqlmodel import col

from backend import base
from backend.consent import Category, Permit
from backend.record import catalogue, points, present, service
from backend.record.model import DayValue, StoredReading
from backend.record.points import Meta, Reader
from backend.record.refusals import BadCursor
from backend.record.series import days, store
from backend.record.shapes import (
    FilterChoice,
    Names,
    ReadingBrief,
    TimelineAnswer,
    TimelineEntry,
    TimelineFilters,
    Word,
)
from backend.record.tables import PointRow

Kind = Literal["checkup", "document", "own", "device_day"]

MOST_ITEMS = 200
_DOCUMENTED = frozenset({"C-CHECKUP", "C-LIFE", "C-LAB", "C-DX", "C-MED"})


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the timeline is filtered by; empty means everything."""

    sources: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    metrics: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None

    def takes(self, metric: str, source: str, day: date) -> bool:
        """Whether a value is wanted."""
        return (
            (not self.sources or source in self.sources)
            and (not self.categories or catalogue.metric(metric).category in self.categories)
            and (not self.metrics or metric in self.metrics)
            and (self.since is None or day >= self.since)
            and (self.until is None or day <= self.until)
        )


class _Group(msgspec.Struct, kw_only=True):
    day: date
    source: str
    at: datetime
    points: list[Meta] = []
    series: list[tuple[str, DayValue]] = []

    @property
    def n_items(self) -> int:
        return len(self.points) + len(self.series)


Key = tuple[str, str]
"""Day and a name of the source that says nothing and never changes: newest day first."""


class _Series(msgspec.Struct, frozen=True, kw_only=True):
    """One device metric: its days as columns, and for each day the source that gave most."""

    metric: str
    days: days.Days
    sources: list[str]


@cache
def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def timeline(
    session: Reader,
    *,
    permit: Permit,
    asked: Asked,
    cursor: str | None = None,
    limit: int = 30,
    clock: base.Clock = base.CLOCK,
) -> TimelineAnswer:
    """A page of entries, newest first, counted and paged after permit and filter; raises BadCursor.

    Only the page's own values are read and opened: what is counted over all is counted by the database
    (points) and on the columns of days (devices).
    """
    may = service.allowed(permit, clock=clock)
    after = _read_cursor(cursor)
    series = _series(session, permit.person, may)
    names = {**_point_keys(session, permit.person, may, asked), **_series_keys(series, asked)}
    ordered = sorted(names, reverse=True)
    begin = 0 if after is None else bisect_right(ordered, _turned(after), key=_turned)
    page = ordered[begin : begin + limit]
    groups = _filled(session, permit.person, may, asked, series, {key: names[key] for key in page})
    entries = [_entry(permit.person, key, groups[key]) for key in page]
    counts = Counter(Category(catalogue.metric(item.metric).category) for entry in entries for item in entry.items)
    metrics = Counter(item.metric for entry in entries for item in entry.items)
    service.note(session, permit, dict(counts), clock=clock, metrics=dict(metrics))
    return TimelineAnswer(
        entries=entries,
        next_cursor=_cursor(page[-1]) if page and begin + limit < len(ordered) else None,
        total=len(ordered),
        filters=_filters(_counted(session, permit.person, may), series),
    )


def _turned(key: Key) -> tuple[int, int]:
    """The key as numbers that grow while the timeline goes back."""
    return -date.fromisoformat(key[0]).toordinal(), -int(key[1], 16)


def _narrowed(query: Select[Any], may: frozenset[Category], asked: Asked) -> Select[Any]:
    """Points that the permit and the filter let through."""
    wanted = [
        name
        for name, entry in catalogue.all_metrics().items()
        if entry.category in may
        and (not asked.categories or entry.category in asked.categories)
        and (not asked.metrics or name in asked.metrics)
    ]
    if len(wanted) < len(catalogue.all_metrics()):
        query = query.where(col(PointRow.metric).in_(wanted))
    if asked.sources:
        query = query.where(col(PointRow.source).in_(sorted(asked.sources)))
    if asked.since is not None:
        query = query.where(col(PointRow.start) >= midnight(asked.since))
    if asked.until is not None:
        query = query.where(col(PointRow.start) < day_after(asked.until))
    return query


def _point_keys(session: Reader, person: str, may: frozenset[Category], asked: Asked) -> dict[Key, tuple[date, str]]:
    """Day and source of every wanted point; nothing sealed is touched, moments that repeat come once."""
    query = points.points_of(person).where(points.IS_CURRENT)
    moments = _narrowed(query, may, asked).with_only_columns(
        col(PointRow.start), col(PointRow.source), maintain_column_froms=True
    )
    found = {}
    for start, source in session.execute(moments.distinct()):
        day = start.astimezone(base.TOKYO).date()
        found[day.isoformat(), _digest(source)] = (day, source)
    return found


def _counted(session: Reader, person: str, may: frozenset[Category]) -> list[tuple[str, str, int]]:
    """Source, metric and number of all points that the permit lets through."""
    query = points.points_of(person).where(points.IS_CURRENT)
    counted = query.with_only_columns(
        col(PointRow.source), col(PointRow.metric), func.count(), maintain_column_froms=True
    ).group_by(col(PointRow.source), col(PointRow.metric))
    return [(row[0], row[1], row[2]) for row in session.execute(counted) if service.is_allowed(row[1], may)]


def _series(session: Reader, person: str, may: frozenset[Category]) -> list[_Series]:
    found = []
    for metric in store.series_metrics(session, person=person):
        held = store.open_days(session, person=person, metric=metric) if service.is_allowed(metric, may) else None
        if held is not None and len(held[1]):
            found.append(_Series(metric=metric, days=held[1], sources=_main_sources(held[1])))
    return found


def _main_sources(found: days.Days) -> list[str]:
    """Of each day the source that gave most; the empty name where none gave anything."""
    if not found.shares:
        return [""] * len(found)
    shares = np.stack(found.shares)
    most = shares.argmax(axis=0)
    return [found.sources[place] if shares[place, at] > 0 else "" for at, place in enumerate(most.tolist())]


def _series_keys(series: Sequence[_Series], asked: Asked) -> dict[Key, tuple[date, str]]:
    found: dict[Key, tuple[date, str]] = {}
    known: dict[int, tuple[date, str]] = {}
    for one in series:
        for number, source in zip(one.days.day.tolist(), one.sources, strict=True):
            seen = known.get(number)
            if seen is None:
                day = days.EPOCH + timedelta(days=number)
                seen = known[number] = (day, day.isoformat())
            if asked.takes(one.metric, source, seen[0]):
                found[seen[1], _digest(source)] = (seen[0], source)
    return found


def _filled(
    session: Reader,
    person: str,
    may: frozenset[Category],
    asked: Asked,
    series: Sequence[_Series],
    page: dict[Key, tuple[date, str]],
) -> dict[Key, _Group]:
    """The groups of a page with their points and days."""
    groups = {
        key: _Group(day=day, source=source, at=midnight(day), points=[], series=[])
        for key, (day, source) in page.items()
    }
    if not groups:
        return groups
    first, last = min(one.day for one in groups.values()), max(one.day for one in groups.values())
    query = points.points_of(person).where(
        points.IS_CURRENT, col(PointRow.start) >= midnight(first), col(PointRow.start) < day_after(last)
    )
    for row in session.execute(_narrowed(query, may, asked).order_by(col(PointRow.start), col(PointRow.id))):
        meta = Meta(*row)
        day = meta.start.astimezone(base.TOKYO).date()
        group = groups.get((day.isoformat(), _digest(meta.source)))
        if group is not None and service.is_allowed(meta.metric, may):
            group.points.append(meta)
            group.at = max(group.at, meta.start)
    for one in series:
        for value in days.as_values(one.days, first, last):
            source = _main_source(value)
            group = groups.get((value.day.isoformat(), _digest(source)))
            if group is not None and asked.takes(one.metric, source, value.day):
                group.series.append((one.metric, value))
    return groups


def _main_source(one: DayValue) -> str:
    return max(one.shares, key=lambda name: one.shares[name], default="")


def _kind(group: _Group) -> Kind:
    if group.source in present.BY_HAND:
        return "own"
    if "健診" in group.source or any(one.metric.startswith(("q_", "9N")) for one in group.points):
        return "checkup"
    if any(catalogue.metric(one.metric).category in _DOCUMENTED for one in group.points):
        return "document"
    return "device_day"


def _entry(person: str, key: Key, group: _Group) -> TimelineEntry:
    readings: list[StoredReading] = list(points.open_rows(person, group.points[:MOST_ITEMS]))
    order = {metric: place for place, metric in enumerate(catalogue.all_metrics())}
    readings.sort(key=lambda reading: (order.get(reading.metric, len(order)), reading.start))
    items = [present.brief(reading) for reading in readings]
    items += [day_brief(metric, one) for metric, one in sorted(group.series, key=lambda pair: order[pair[0]])]
    day, digest = key
    kind = _kind(group)
    return TimelineEntry(
        id=f"{day}.{digest}",
        kind=kind,
        title=Word(key=f"record.entry.{kind}", params={"source": group.source, "n": group.n_items}),
        day=group.day,
        at=group.at,
        source=group.source,
        categories=sorted({catalogue.metric(item.metric).category for item in items}),
        n_items=group.n_items,
        items=items,
    )


def day_brief(metric: str, one: DayValue) -> ReadingBrief:
    """A device's day as one value: the sum where amounts add up, else the mean."""
    return ReadingBrief(
        id=f"day.{metric}.{one.day.isoformat()}",
        metric=metric,
        name=present.name(metric),
        value=one.value,
        unit_label=present.unit_label(metric),
        decimals=catalogue.metric(metric).decimals,
        state="measured",
        flag=None,
        at=datetime.combine(one.day, time(), base.TOKYO),
        is_date_only=True,
        is_own=False,
        is_corrected=False,
    )


def _filters(counted: Sequence[tuple[str, str, int]], series: Sequence[_Series]) -> TimelineFilters:
    sources: Counter[str] = Counter()
    metrics: Counter[str] = Counter()
    for source, metric, n in counted:
        sources[source] += n
        metrics[metric] += n
    for one in series:
        sources.update(Counter(one.sources))
        metrics[one.metric] += len(one.sources)
    categories: Counter[str] = Counter()
    for metric, n in metrics.items():
        categories[catalogue.metric(metric).category] += n
    return TimelineFilters(
        sources=[
            FilterChoice(id=name, name=Names(ja=name, ja_easy=name, en=name), n=n) for name, n in sources.most_common()
        ],
        categories=[FilterChoice(id=name, name=category_name(name), n=n) for name, n in categories.most_common()],
        metrics=[FilterChoice(id=name, name=present.name(name), n=n) for name, n in metrics.most_common()],
    )


def category_name(category: str) -> Names:
    """The name of a kind of data."""
    words = base.all_words()[f"record.category.{category}"]
    return Names(ja=words["ja"], ja_easy=words["ja-easy"], en=words["en"])


def _cursor(key: tuple[str, str]) -> str:
    return base64.urlsafe_b64encode(f"{key[0]}.{key[1]}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str | None) -> tuple[str, str] | None:
    if cursor is None:
        return None
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        day, digest = plain.split(".")
        date.fromisoformat(day)
        int(digest, 16)
    except ValueError as error:
        raise BadCursor from error
    return day, digest


def midnight(day: date) -> datetime:
    """The beginning of a Tokyo day."""
    return datetime.combine(day, time(), base.TOKYO)


def day_after(day: date) -> datetime:
    """The beginning of the next Tokyo day."""
    return midnight(day + timedelta(days=1))
