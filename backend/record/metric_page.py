"""A metric's page: its values, days, one sentence, ranges, gaps, sources; and the list of all metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import msgspec
from sqlmodel import col

from backend import base
from backend.consent import Category, Permit
from backend.record import averages, catalogue, points, present, reference, service, units
from backend.record.model import DayValue, ItemState, StoredReading
from backend.record.points import Reader
from backend.record.profile import service as profile
from backend.record.refusals import UnknownMetricAsked
from backend.record.series import days as daily
from backend.record.series import store
from backend.record.shapes import (
    DayShape,
    Gap,
    MetricLine,
    MetricPage,
    MetricsAnswer,
    Range,
    ReferenceRow,
    SourceShare,
    UnitChoice,
    Word,
)
from backend.record.tables import PointRow
from backend.record.timeline import day_after, day_brief, midnight

LENGTH: dict[Range, int | None] = {"30d": 30, "90d": 90, "1y": 366, "5y": 1827, "all": None}
FEWEST_FOR_TREND = 2


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """What a metric's page and its figure are made of: canonical values in a time range."""

    metric: str
    since: date
    until: date
    readings: tuple[StoredReading, ...]
    days: tuple[DayValue, ...]
    unit: units.Choice
    context: str
    is_pregnant: bool

    @property
    def dated(self) -> list[tuple[date, float]]:
        """All numbers with their day, oldest first."""
        if self.days:
            return [(one.day, one.value) for one in self.days]
        return [
            (one.start.astimezone(base.TOKYO).date(), one.value)
            for one in self.readings
            if isinstance(one.value, float)
        ]


def trend(
    session: Reader,
    *,
    permit: Permit,
    metric: str,
    length: Range,
    unit: str | None,
    clock: base.Clock = base.CLOCK,
) -> Trend:
    """The values of a metric in a range; raises UnknownMetricAsked, UnknownUnit."""
    entry = catalogue.find(metric)
    may = service.allowed(permit, clock=clock)
    if entry is None or Category(entry.category) not in may:
        raise UnknownMetricAsked
    today = clock.now().astimezone(base.TOKYO).date()
    back = LENGTH[length]
    since = date(1900, 1, 1) if back is None else today - timedelta(days=back - 1)
    chosen = units.choice(metric, unit)
    readings = service.read(
        session, permit=permit, metrics=[metric], since=midnight(since), until=day_after(today), clock=clock
    )
    held = service.daily(session, permit=permit, metric=metric, since=since, until=today, clock=clock)
    if back is None:
        firsts = [one.start.astimezone(base.TOKYO).date() for one in readings[:1]] + [one.day for one in held[:1]]
        since = min(firsts, default=today)
    contexts = Counter(_context(one) for one in readings)
    return Trend(
        metric=metric,
        since=since,
        until=today,
        readings=tuple(readings),
        days=tuple(held),
        unit=chosen,
        context=contexts.most_common(1)[0][0] if contexts else _context_of(metric),
        is_pregnant=profile.is_pregnant(session, permit.person),
    )


def _context_of(metric: str) -> str:
    return "adult" if metric == "steps_count" else ""


def _context(reading: StoredReading) -> str:
    if reading.metric not in ("sbp_mmhg", "dbp_mmhg"):
        return ""
    return averages.pressure_context(reading)


def page(found: Trend, *, length: Range) -> MetricPage:
    """The page of a trend. Pure."""
    metric = found.metric
    unit = found.unit
    dated = found.dated
    return MetricPage(
        metric=present.info(metric),
        range=length,
        since=found.since,
        until=found.until,
        unit=unit.unit,
        unit_label=present.unit_label(metric, unit.unit),
        decimals=unit.decimals,
        units=[
            UnitChoice(unit=one.unit, label=present.unit_label(metric, one.unit), decimals=one.decimals)
            for one in units.choices(metric)
        ],
        points=[present.brief(one, unit) for one in found.readings],
        days=[
            DayShape(
                day=one.day, n=one.n, value=unit.shown(one.value), low=unit.shown(one.low), high=unit.shown(one.high)
            )
            for one in found.days
        ],
        sentence=sentence(found),
        reference=[
            ReferenceRow(
                id=one.id,
                label=Word(key=one.label),
                low=None if one.low is None else unit.shown(one.low),
                high=None if one.high is None else unit.shown(one.high),
                tone=one.tone,
                source=one.source,
                status=one.status,
            )
            for one in ranges_of(found)
        ],
        gaps=gaps(dated, is_daily=bool(found.days)),
        sources=shares_of(found),
        rule=Word(key="record.rule.overlap") if _is_shared(found) else None,
        total=len(found.readings) + len(found.days),
    )


def ranges_of(found: Trend) -> tuple[reference.Range, ...]:
    """The reference ranges that fit what is shown; none in pregnancy, where others hold."""
    if found.is_pregnant:
        return ()
    return reference.ranges(found.metric, found.context)


def _is_shared(found: Trend) -> bool:
    entry = catalogue.metric(found.metric)
    sums = entry.additive or found.metric == daily.SLEEP
    return sums and len({name for one in found.days for name in one.shares}) > 1


def shares_of(found: Trend) -> list[SourceShare]:
    """Each source with its number of values, or for devices of days to which it gave something."""
    if found.days:
        counted = Counter(name for one in found.days for name in one.shares)
        order = daily.ranked(list(counted))
        return [
            SourceShare(
                source=name,
                n=counted[name],
                rank=place,
                rank_reason=Word(key=f"record.rank.{daily.rank_of(name).reason}"),
            )
            for place, name in enumerate(order, start=1)
        ]
    counted = Counter(one.source for one in found.readings)
    return [
        SourceShare(source=name, n=n, rank=place, rank_reason=None)
        for place, (name, n) in enumerate(counted.most_common(), start=1)
    ]


def gaps(dated: Sequence[tuple[date, float]], *, is_daily: bool) -> list[Gap]:
    """Stretches without a value: from 3 days for what devices count, else from one and a half the usual distance.

    The usual distance is the (lower) median of the distances between days with a value; a missed yearly
    check-up is a gap, and nothing below 30 days is one.
    """
    seen = sorted({day for day, _ in dated})
    steps = [(after - before).days for before, after in pairwise(seen)]
    if not steps:
        return []
    usual = sorted(steps)[(len(steps) - 1) // 2]
    least = 3 if is_daily else max(30, 1.5 * usual)
    return [
        Gap(since=before + timedelta(days=1), until=after - timedelta(days=1), days=(after - before).days - 1)
        for before, after in pairwise(seen)
        if (after - before).days > least
    ]


def sentence(found: Trend) -> Word:
    """What one can say in a sentence: newest, and how it differs from the first in the range."""
    dated = found.dated
    unit = found.unit
    if not dated:
        words = [one for one in found.readings if one.state is ItemState.MEASURED]
        key = "record.sentence.words" if words else "record.sentence.nothing"
        return Word(key=key, params={"n": len(words)} if words else {})
    last_day, last = dated[-1]
    params: dict[str, str | int | float] = {
        "value": _printed(unit.shown(last), unit.decimals),
        "unit": unit.label,
        "day": last_day.isoformat(),
        "n": len(dated),
    }
    if found.days:
        mean = sum(value for _, value in dated) / len(dated)
        return Word(key="record.sentence.daily", params=params | {"mean": _printed(unit.shown(mean), unit.decimals)})
    if len(dated) < FEWEST_FOR_TREND:
        return Word(key="record.sentence.one", params=params)
    first_day, first = _like_the_newest(found)[0]
    if first_day == last_day:
        return Word(key="record.sentence.one", params=params)
    change = reference.printed(unit.shown(last), unit.decimals) - reference.printed(unit.shown(first), unit.decimals)
    key = "same" if round(change, 6) == 0 else "up" if change > 0 else "down"
    return Word(
        key=f"record.sentence.{key}",
        params=params | {"change": _printed(abs(change), unit.decimals), "first_day": first_day.isoformat()},
    )


def _like_the_newest(found: Trend) -> list[tuple[date, float]]:
    """The values that may be compared with the newest: a home blood pressure is no measure for an office one."""
    numbers = [one for one in found.readings if isinstance(one.value, float)]
    place = _context(numbers[-1])
    return [
        (one.start.astimezone(base.TOKYO).date(), one.value)
        for one in numbers
        if isinstance(one.value, float) and _context(one) == place
    ]


def _printed(value: float, decimals: int) -> str:
    return f"{reference.printed(value, decimals):,.{decimals}f}"


def metrics(session: Reader, *, permit: Permit, clock: base.Clock = base.CLOCK) -> MetricsAnswer:
    """All metrics on the record with their number and newest value, in the order of the catalogue."""
    may = service.allowed(permit, clock=clock)
    current = points.points_of(permit.person).where(points.IS_CURRENT)
    # Who is newest is told without the sealed part; only those are fetched and opened.
    lean = current.with_only_columns(
        col(PointRow.id), col(PointRow.metric), col(PointRow.state), maintain_column_froms=True
    ).order_by(col(PointRow.start), col(PointRow.id))
    newest: dict[str, tuple[str, bool]] = {}
    counted: Counter[str] = Counter()
    for point, name, state in session.execute(lean):
        counted[name] += 1
        is_measured = state == ItemState.MEASURED.value
        # An item that was not done must not hide the value before it.
        if is_measured or name not in newest or not newest[name][1]:
            newest[name] = (point, is_measured)
    for name in [name for name in counted if not service.is_allowed(name, may)]:
        del counted[name], newest[name]
    rows = session.execute(current.where(col(PointRow.id).in_([point for point, _ in newest.values()])))
    latest = {one.metric: present.brief(one) for one in points.open_rows(permit.person, rows)}
    for name in store.series_metrics(session, person=permit.person):
        held_days = store.open_days(session, person=permit.person, metric=name)
        if service.is_allowed(name, may) and held_days is not None and len(held_days[1]):
            last = daily.EPOCH + timedelta(days=int(held_days[1].day[-1]))
            counted[name] += len(held_days[1])
            latest[name] = day_brief(name, daily.as_values(held_days[1], last)[-1])
    counts = Counter(Category(catalogue.metric(name).category) for name in latest)
    service.note(session, permit, dict(counts), clock=clock)
    order = {name: place for place, name in enumerate(catalogue.all_metrics())}
    return MetricsAnswer(
        metrics=[
            MetricLine(**present.info(name).model_dump(), n=counted[name], latest=latest.get(name))
            for name in sorted(counted, key=lambda name: order.get(name, len(order)))
        ]
    )
