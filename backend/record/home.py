"""Home: today's few numbers with their line of 30 days. Written for speed: four statements, no ORM."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select, union_all
from sqlmodel import col

from backend import base, people
from backend.consent import Category, Permit
from backend.record import averages, points, present, reference, service
from backend.record.model import DayValue, ItemState
from backend.record.points import Lean
from backend.record.profile import service as profile
from backend.record.series import days, store
from backend.record.tables import DailyRow, PointRow

DAYS = 30
OLD_AFTER = {"sbp_mmhg": 14, "steps_count": 3, "weight_kg": 60, "sleep_stage": 3}
"""After how many days a tile says that its number is old; others after a year and a half (a missed check-up)."""
_OLD_DEFAULT = 550

TRENDS = ("sbp_mmhg", "dbp_mmhg", "weight_kg")
LABS = ("hba1c_pct", "glucose_fasting_mgdl", "ldl_mgdl", "egfr")
SERIES = ("steps_count", "sleep_stage")
MOST_TILES = 6

_STEPS_UNTIL_AGE = 64
"""The guide's adult figure; the one for older people has one source only and waits for sign-off."""


def _points_query() -> Any:
    """All of 30 days for the lines, and of every metric the newest exam, each found by the index alone."""
    person: Any = bindparam("person")

    def measured() -> Any:
        current = points.points_of(person).where(points.IS_CURRENT, col(PointRow.state) == ItemState.MEASURED.value)
        return current.with_only_columns(*points.LEAN, maintain_column_froms=True)

    parts = [measured().where(col(PointRow.metric).in_(TRENDS), col(PointRow.start) >= bindparam("since"))]
    for metric in (*TRENDS, *LABS):
        newest = (
            measured()
            .with_only_columns(col(PointRow.start), maintain_column_froms=True)
            .where(col(PointRow.metric) == metric)
            .order_by(col(PointRow.start).desc())
            .limit(1)
            .correlate(None)
            .scalar_subquery()
        )
        part = measured().where(col(PointRow.metric) == metric, col(PointRow.start) == newest)
        # What is newer than `since` is in the first part already.
        parts.append(part if metric in LABS else part.where(col(PointRow.start) < bindparam("since")))
    return union_all(*parts)


# Built once: building a statement costs more than running it.
POINTS = _points_query()
_SERIES = select(DailyRow.metric, DailyRow.version, DailyRow.sealed, DailyRow.stored_at).where(  # type: ignore[call-overload]
    col(DailyRow.person_id) == bindparam("person"), col(DailyRow.metric).in_(SERIES)
)
_LAST = select(PointRow.stored_at, PointRow.source).where(col(PointRow.person_id) == bindparam("person"))  # type: ignore[call-overload]
_LAST = _LAST.order_by(col(PointRow.stored_at).desc()).limit(1).subquery()
_COUNTS = select(
    func.count(),
    func.count(col(PointRow.source).distinct()),
    func.count(col(PointRow.metric).distinct()),
    select(_LAST.c.stored_at).scalar_subquery(),
    select(_LAST.c.source).scalar_subquery(),
).where(col(PointRow.person_id) == bindparam("person"))


class _Tile(msgspec.Struct, kw_only=True):
    id: str
    title: dict[str, Any]
    name: dict[str, str]
    metric: str
    values: list[dict[str, Any]]
    unit_label: Any
    at: datetime
    day: date
    is_old: bool
    source: str
    chip: dict[str, Any] | None = None
    trend: dict[str, Any] | None = None


class _Home(msgspec.Struct, kw_only=True):
    as_of: datetime
    day: date
    last_stored_at: datetime | None
    last_stored_source: str | None
    tiles: list[_Tile]
    missing: list[dict[str, Any]]
    counts: dict[str, int]


def home(session: Connection, *, permit: Permit, clock: base.Clock = base.CLOCK) -> _Home:
    """Today's numbers, what they mean in a word, and what is missing; shaped as `HomeAnswer`."""
    now = clock.now()
    today = now.astimezone(base.TOKYO).date()
    may = service.allowed(permit, clock=clock)
    person = permit.person
    since = datetime.combine(today - timedelta(days=DAYS - 1), time(), base.TOKYO)
    may_see = {metric for metric in (*TRENDS, *LABS) if service.is_allowed(metric, may)}
    by_metric: dict[str, list[Lean]] = {}
    rows = session.execute(POINTS, {"person": person, "since": since}).all()
    for seen in points.open_lean(person, (row for row in rows if row[1] in may_see)):
        by_metric.setdefault(seen.metric, []).append(seen)
    series: dict[str, list[DayValue]] = {}
    last_stored, last_source = None, None
    n_days = 0
    for metric, version, sealed, stored_at in session.execute(_SERIES, {"person": person}):
        if service.is_allowed(metric, may):
            opened = store.unseal_days(person, metric, version, sealed)
            n_days += len(opened)
            series[metric] = (
                days.as_values(opened, today - timedelta(days=DAYS - 1), today) or days.as_values(opened)[-1:]
            )
            if last_stored is None or stored_at > last_stored:
                last_stored, last_source = stored_at, _main_source(series[metric])
    n, n_sources, n_metrics, at, source = session.execute(_COUNTS, {"person": person}).one()
    if at is not None and (last_stored is None or at > last_stored):
        last_stored, last_source = at, source
    own = profile.own_facts(session, person)
    is_pregnant = profile.says_pregnant(own)
    tiles = [
        _pressure_tile(by_metric, today, is_pregnant),
        _steps_tile(session, person, series.get("steps_count", []), today, is_pregnant),
        _weight_tile(by_metric.get("weight_kg", []), today),
        *(_lab_tile(by_metric.get(metric, []), today, is_pregnant) for metric in LABS),
        _sleep_tile(series.get("sleep_stage", []), today),
    ]
    shown = [tile for tile in tiles if tile is not None][:MOST_TILES]
    return _Home(
        as_of=now,
        day=today,
        last_stored_at=last_stored,
        last_stored_source=last_source,
        tiles=shown,
        missing=_missing(shown, own, n_metrics + len(series), may),
        counts={"readings": n, "series_days": n_days, "sources": n_sources, "metrics": n_metrics + len(series)},
    )


def _main_source(found: Sequence[DayValue]) -> str | None:
    shares = found[-1].shares if found else {}
    return max(shares, key=lambda name: shares[name], default=None)


def _word(key: str, **params: str | float) -> dict[str, Any]:
    return {"key": key, "params": params}


def _chip(found: reference.Range, **params: str | float) -> dict[str, Any]:
    return {"key": found.label.replace(".ref.", ".chip."), "params": params, "tone": found.tone}


def _is_old(metric: str, day: date, today: date) -> bool:
    return (today - day).days > OLD_AFTER.get(metric, _OLD_DEFAULT)


def _line(values: Sequence[dict[date, float]], today: date) -> dict[str, Any] | None:
    shown = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    if sum(1 for day in shown if any(day in one for one in values)) < 2:
        return None
    return {"days": shown, "values": [[one.get(day) for day in shown] for one in values]}


def _pressure_tile(by_metric: dict[str, list[Lean]], today: date, is_pregnant: bool) -> _Tile | None:
    pairs = averages.pairs([*by_metric.get("sbp_mmhg", []), *by_metric.get("dbp_mmhg", [])])
    if not pairs:
        return None
    mornings = averages.morning_days(pairs)
    week = averages.week(mornings, today)
    last = pairs[-1]
    if week is not None:
        sbp, dbp, title = week.sbp, week.dbp, _word("record.tile.morning_bp", days=week.days)
        day, context = mornings[-1].day, "home"
        in_week = [pair for pair in pairs if pair.context == "home" and pair.at.astimezone(base.TOKYO).date() <= day]
        last = in_week[-1]
        if is_pregnant:
            chip = None
        elif week.days >= averages.ENOUGH_DAYS:
            chip = _chip(reference.blood_pressure(sbp, dbp, "home"), days=week.days)
        else:
            left = averages.ENOUGH_DAYS - week.days
            chip = {"key": "record.chip.bp_more_days", "params": {"days": left}, "tone": "info"}
    else:
        sbp, dbp, context = last.sbp, last.dbp, last.context
        day = last.at.astimezone(base.TOKYO).date()
        title = _word(f"record.tile.{context or 'some'}_bp")
        # One value at home says little; one at a check-up is judged by the check-up's own rule.
        is_judged = context == "office" and not is_pregnant
        chip = _chip(reference.blood_pressure(sbp, dbp, "office"), days=1) if is_judged else None
    line = _line([{d.day: d.sbp for d in mornings}, {d.day: d.dbp for d in mornings}], today)
    return _Tile(
        id="blood_pressure",
        title=title,
        name=_names("sbp_mmhg"),
        metric="sbp_mmhg",
        values=[
            {"metric": "sbp_mmhg", "value": sbp, "decimals": 0, "reading": last.reading},
            {"metric": "dbp_mmhg", "value": dbp, "decimals": 0, "reading": None},
        ],
        unit_label=_label("sbp_mmhg"),
        at=last.at,
        day=day,
        is_old=_is_old("sbp_mmhg", day, today),
        source=last.source,
        chip=chip,
        trend=line,
    )


def _names(metric: str) -> dict[str, str]:
    return dict(present.name(metric))


def _label(metric: str) -> dict[str, str]:
    return dict(present.unit_label(metric))


def _steps_tile(
    session: Connection, person: str, found: Sequence[DayValue], today: date, is_pregnant: bool
) -> _Tile | None:
    whole = [one for one in found if one.day < today] or list(found)
    if not whole:
        return None
    last = whole[-1]
    is_yesterday = last.day == today - timedelta(days=1)
    title = _word("record.tile.steps_yesterday") if is_yesterday else _word("record.tile.steps")
    chip = None
    goal = reference.ranges("steps_count", "adult")[0]
    if is_yesterday and not is_pregnant and goal.low is not None:
        facts = people.person(session, person=person)
        age = people.age(facts.birth, on=today)
        if 18 <= age <= _STEPS_UNTIL_AGE:
            left = goal.low - reference.printed(last.value, 0)
            chip = (
                {"key": "record.chip.steps_left", "params": {"steps": int(left)}, "tone": "info"}
                if left > 0
                else {"key": "record.chip.steps_done", "params": {"goal": int(goal.low)}, "tone": "ok"}
            )
    return _series_tile("steps", title, "steps_count", last, whole, today, chip)


def _sleep_tile(found: Sequence[DayValue], today: date) -> _Tile | None:
    if not found:
        return None
    last = found[-1]
    is_last_night = last.day == today
    title = _word("record.tile.sleep_last_night") if is_last_night else _word("record.tile.sleep")
    return _series_tile("sleep", title, "sleep_stage", last, found, today, None)


def _series_tile(
    name: str,
    title: dict[str, Any],
    metric: str,
    last: DayValue,
    found: Sequence[DayValue],
    today: date,
    chip: dict[str, Any] | None,
) -> _Tile:
    return _Tile(
        id=name,
        title=title,
        name=_names(metric),
        metric=metric,
        values=[{"metric": metric, "value": last.value, "decimals": 0, "reading": f"day.{metric}.{last.day}"}],
        unit_label=_label(metric),
        at=datetime.combine(last.day, time(), base.TOKYO),
        day=last.day,
        is_old=_is_old(metric, last.day, today),
        source=_main_source([last]) or "",
        chip=chip,
        trend=_line([{one.day: one.value for one in found}], today),
    )


def _weight_tile(found: Sequence[Lean], today: date) -> _Tile | None:
    tile = _lab_tile(found, today, is_pregnant=True)
    if tile is not None:
        by_day = {one.start.astimezone(base.TOKYO).date(): one.value for one in found if isinstance(one.value, float)}
        tile.trend = _line([by_day], today)
    return tile


def _lab_tile(found: Sequence[Lean], today: date, is_pregnant: bool) -> _Tile | None:
    numbers = [one for one in found if isinstance(one.value, float)]
    if not numbers:
        return None
    last = max(numbers, key=service.order)
    assert isinstance(last.value, float)
    info = present.info(last.metric)
    day = last.start.astimezone(base.TOKYO).date()
    chip = None
    ranged = None
    if not is_pregnant:  # other cut-offs hold in pregnancy; the risk room knows them
        ranged = reference.range_of(last.metric, reference.printed(last.value, info.decimals))
    if ranged is not None:
        chip = _chip(ranged)
    elif last.flag is not None:
        tone = "ok" if last.flag == "N" else "attention"
        chip = {"key": f"record.chip.flag_{last.flag.lower()}", "params": {}, "tone": tone}
    return _Tile(
        id=last.metric,
        title={"key": "record.tile.metric", "params": {"metric": last.metric}},
        name=_names(last.metric),
        metric=last.metric,
        values=[{"metric": last.metric, "value": last.value, "decimals": info.decimals, "reading": last.id}],
        unit_label=_label(last.metric),
        at=last.start,
        day=day,
        is_old=_is_old(last.metric, day, today),
        source=last.source,
        chip=chip,
    )


def _missing(
    tiles: Sequence[_Tile], own: dict[str, Any], n_metrics: int, may: frozenset[Category]
) -> list[dict[str, Any]]:
    there = {tile.id for tile in tiles}
    found = []
    if not n_metrics:
        found.append(("nothing", "link"))
    elif not there & set(LABS):
        found.append(("checkup", "link"))
    if "blood_pressure" not in there:
        found.append(("blood_pressure", "enter_bp"))
    if n_metrics and "steps" not in there:
        found.append(("steps", "link"))
    if "weight_kg" not in there:
        found.append(("weight", "enter_weight"))
    if "area" not in own and Category.DEMO in may:
        found.append(("area", "profile"))
    return [{"id": name, "text": _word(f"record.missing.{name}"), "action": action} for name, action in found]
