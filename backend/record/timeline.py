"""One timeline of all sources: a check-up is one entry with its items, a device's day is one entry."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal

import msgspec
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
    def key(self) -> tuple[str, str]:
        # Newest day first; within a day by a name that says nothing and never changes.
        digest = hashlib.sha256(self.source.encode()).hexdigest()[:12]
        return self.day.isoformat(), digest

    @property
    def n_items(self) -> int:
        return len(self.points) + len(self.series)


def timeline(
    session: Reader,
    *,
    permit: Permit,
    asked: Asked,
    cursor: str | None = None,
    limit: int = 30,
    clock: base.Clock = base.CLOCK,
) -> TimelineAnswer:
    """A page of entries, newest first, counted and paged after permit and filter; raises BadCursor."""
    may = service.allowed(permit, clock=clock)
    after = _read_cursor(cursor)
    metas = _metas(session, permit.person, may)
    device_days = _device_days(session, permit.person, may)
    groups = _grouped(metas, device_days, asked)
    ordered = sorted(groups, key=lambda group: group.key, reverse=True)
    left = [group for group in ordered if after is None or group.key < after]
    page = left[:limit]
    entries = [_entry(permit.person, group) for group in page]
    counts = Counter(Category(catalogue.metric(item.metric).category) for entry in entries for item in entry.items)
    service.note(session, permit, dict(counts), clock=clock)
    return TimelineAnswer(
        entries=entries,
        next_cursor=_cursor(page[-1].key) if len(left) > limit else None,
        total=len(ordered),
        filters=_filters(metas, device_days),
    )


def _metas(session: Reader, person: str, may: frozenset[Category]) -> list[Meta]:
    query = points.points_of(person).where(points.IS_CURRENT).order_by(col(PointRow.start), col(PointRow.id))
    return [Meta(*row) for row in session.execute(query) if service.is_allowed(row[1], may)]


def _device_days(session: Reader, person: str, may: frozenset[Category]) -> list[tuple[str, DayValue]]:
    found = []
    for metric in store.series_metrics(session, person=person):
        if service.is_allowed(metric, may):
            held = store.open_days(session, person=person, metric=metric)
            found += [(metric, one) for one in days.as_values(held[1])] if held else []
    return found


def _grouped(metas: Sequence[Meta], device_days: Sequence[tuple[str, DayValue]], asked: Asked) -> Collection[_Group]:
    groups: dict[tuple[date, str], _Group] = {}

    def group_of(day: date, source: str, at: datetime) -> _Group:
        return groups.setdefault((day, source), _Group(day=day, source=source, at=at, points=[], series=[]))

    for meta in metas:
        day = meta.start.astimezone(base.TOKYO).date()
        if asked.takes(meta.metric, meta.source, day):
            group = group_of(day, meta.source, meta.start)
            group.points.append(meta)
            group.at = max(group.at, meta.start)
    for metric, one in device_days:
        source = _main_source(one)
        if asked.takes(metric, source, one.day):
            at = datetime.combine(one.day, time(), base.TOKYO)
            group_of(one.day, source, at).series.append((metric, one))
    return groups.values()


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


def _entry(person: str, group: _Group) -> TimelineEntry:
    readings: list[StoredReading] = list(points.open_rows(person, group.points[:MOST_ITEMS]))
    order = {metric: place for place, metric in enumerate(catalogue.all_metrics())}
    readings.sort(key=lambda reading: (order.get(reading.metric, len(order)), reading.start))
    items = [present.brief(reading) for reading in readings]
    items += [day_brief(metric, one) for metric, one in sorted(group.series, key=lambda pair: order[pair[0]])]
    day, digest = group.key
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


def _filters(metas: Sequence[Meta], device_days: Sequence[tuple[str, DayValue]]) -> TimelineFilters:
    sources: Counter[str] = Counter(meta.source for meta in metas)
    metrics: Counter[str] = Counter(meta.metric for meta in metas)
    for metric, one in device_days:
        sources.update([_main_source(one)])
        metrics.update([metric])
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
    except ValueError as error:
        raise BadCursor from error
    return day, digest


def midnight(day: date) -> datetime:
    """The beginning of a Tokyo day."""
    return datetime.combine(day, time(), base.TOKYO)


def day_after(day: date) -> datetime:
    """The beginning of the next Tokyo day."""
    return midnight(day + timedelta(days=1))
