"""For staff: what reminders brought (off-policy, with intervals), and arms compared by random assignment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Literal

import msgspec
import numpy as np
from sqlalchemy import select

from backend import base
from backend.advice.learning import off_policy
from backend.advice.week.kept import WeekPlan
from backend.advice.week.tables import AdviceTrialRow

LEAST = off_policy.LEAST
Metric = Literal["accepted_or_done_in_week"]


class TrialNotPlain(base.Invalid):
    """A comparison needs two different hours, a start in the future, an end after it and at least twenty people."""

    key: ClassVar[str] = "advice.week.trial_not_plain"


class TrialOverlaps(base.Conflict):
    """Another comparison of this place runs at that time."""

    key: ClassVar[str] = "advice.week.trial_overlaps"


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A comparison as it was written down before it began; it cannot be changed afterwards."""

    id: str
    site: str
    name: str
    arms: tuple[int, ...]
    metric: str
    planned_people: int
    starts_on: date
    ends_on: date


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure with its 95 % interval; all None where fewer than ten people stand behind it."""

    name: str
    method: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    people: int | None = None
    decisions: int | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a place's staff see; `people` is None where it is fewer than ten."""

    people: int | None
    figures: tuple[Figure, ...]
    trials: dict[str, tuple[Figure, ...]]


def trials(session: base.Session, *, site: str) -> list[Trial]:
    """All comparisons of a place, newest first."""
    table = AdviceTrialRow.__table__  # type: ignore[attr-defined]
    rows = session.execute(select(table).where(table.c.site == site).order_by(table.c.id.desc()))
    return [_trial(row) for row in rows]


def _trial(row: AdviceTrialRow | object) -> Trial:
    held = {name: getattr(row, name) for name in Trial.__struct_fields__}
    return Trial(**{**held, "arms": tuple(json.loads(held["arms"]))})


def begin(
    session: base.Session,
    *,
    site: str,
    by: str,
    name: str,
    arms: tuple[int, int],
    metric: Metric,
    planned_people: int,
    starts_on: date,
    ends_on: date,
    clock: base.Clock = base.CLOCK,
) -> Trial:
    """Write a comparison down; it starts on a later day, so that nobody saw anything of it before."""
    today = clock.now().astimezone(base.TOKYO).date()
    is_plain = len(set(arms)) == 2 and all(6 <= hour <= 22 for hour in arms) and planned_people >= 2 * LEAST
    if not is_plain or starts_on <= today or ends_on <= starts_on:
        raise TrialNotPlain
    if any(one.starts_on <= ends_on and starts_on <= one.ends_on for one in trials(session, site=site)):
        raise TrialOverlaps
    row = AdviceTrialRow(
        id=base.new_id(),
        site=site,
        name=name,
        arms=json.dumps(list(arms)),
        metric=metric,
        planned_people=planned_people,
        starts_on=starts_on,
        ends_on=ends_on,
        made_at=clock.now(),
        made_by=by,
    )
    session.add(row)
    session.flush()
    return _trial(row)


def arm_of(session: base.Session, *, site: str, person: str, monday: date) -> tuple[str, int] | None:
    """The comparison that runs in a week and the hour drawn for the person: the same all the time, by keyed chance."""
    for one in trials(session, site=site):
        if one.starts_on <= monday <= one.ends_on:
            drawn = base.keyed_hash(person, f"advice.trial:{one.id}".encode())[0] % len(one.arms)
            return one.id, one.arms[drawn]
    return None


def report(people: Sequence[Sequence[WeekPlan]], held: Sequence[Trial], today: date) -> Report:
    """The figures of a place's people; comparisons only after their end."""
    figures = []
    logged = logged_of(people)
    for name, share in (("as_it_was", None), ("never", 0.0), ("always", 1.0)):
        wanted = logged.probability if share is None else np.full(len(logged.person), share)
        model = off_policy.crossed(logged)
        figures.append(_figure(name, "ips", off_policy.ips(logged, wanted)))
        figures.append(_figure(name, "doubly_robust", off_policy.doubly_robust(logged, wanted, *model)))
    return Report(
        people=len(people) if len(people) >= LEAST else None,
        figures=tuple(figures),
        trials={one.id: _arms(people, one) for one in held if one.ends_on < today},
    )


def logged_of(people: Sequence[Sequence[WeekPlan]]) -> off_policy.Logged:
    """The decisions of people's weeks with what came of them."""
    rows = [
        (who, one.reminded, one.probability, plan.said.get(one.rule) in {"accepted", "done"})
        for who, weeks in enumerate(people)
        for plan in weeks
        for one in plan.decisions
        if 0 < one.probability < 1
    ]
    table = np.array(rows, dtype=float).reshape(-1, 4)
    return off_policy.Logged(
        table[:, 0].astype(np.int64), table[:, 1] > 0, table[:, 2], np.asarray(table[:, 3], dtype=float)
    )


def _figure(name: str, method: str, found: off_policy.Estimate | None) -> Figure:
    if found is None:
        return Figure(name=name, method=method)
    return Figure(
        name=name,
        method=method,
        value=round(found.value, 4),
        low=round(found.low, 4),
        high=round(found.high, 4),
        people=found.people,
        decisions=found.decisions,
    )


def _arms(people: Sequence[Sequence[WeekPlan]], trial: Trial) -> tuple[Figure, ...]:
    found = []
    for hour in trial.arms:
        rows = [
            (who, plan.said.get(name) in {"accepted", "done"})
            for who, weeks in enumerate(people)
            for plan in weeks
            if plan.trial == trial.id and plan.hour == hour
            for name in {one.rule for one in plan.decisions if one.reminded}
        ]
        table = np.array(rows, dtype=float).reshape(-1, 2)
        # Within an arm everybody was reminded: the mean is the estimate, people are the clusters.
        logged = off_policy.Logged(
            table[:, 0].astype(np.int64), np.ones(len(table), dtype=bool), np.ones(len(table)), table[:, 1]
        )
        found.append(_figure(str(hour), "mean", off_policy.ips(logged, np.ones(len(table))) if len(table) else None))
    return tuple(found)
