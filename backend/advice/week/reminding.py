"""Which suggestions of a week are brought to mind, and when: drawn by what was learned, within the person's budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache

import msgspec
import numpy as np

from backend import base
from backend.advice.learning import policy
from backend.advice.model import KINDS, About, Found, Given, rules
from backend.advice.week.kept import Decision, Reminder, WeekPlan
from backend.advice.week.settings import Wishes, next_loud

PRESSING = 2
"""Up to this tier a suggestion is not for learning: it is reminded of first, whatever anybody answered."""
DEFAULT_HOUR = 18
_DAYS = (1, 3, 5)  # Tuesday, Thursday, Saturday
SETTINGS = policy.Settings()


class Pooled(msgspec.Struct, frozen=True):
    """What was learned from all who allowed it, as it is kept between two nights."""

    actions: tuple[str, ...]
    mean: tuple[tuple[float, ...], ...]
    chol: tuple[tuple[tuple[float, ...], ...], ...]


@cache
def actions() -> tuple[str, ...]:
    """Every suggestion that is open to learning, in the order of the sums."""
    return tuple(rule.id for rule in rules() if rule.tier > PRESSING)


@cache
def kind_of() -> tuple[int, ...]:
    """The kind of each of them."""
    kinds = {rule.id: KINDS.index(rule.kind) for rule in rules()}
    return tuple(kinds[name] for name in actions())


def known_of(about: About, answers: Mapping[str, Given], at: datetime) -> tuple[float, ...]:
    """What of a person shifts the effect of a reminder: five features, none of them a diagnosis."""
    steps = about.values.get("steps_7d")
    recent = [one for one in answers.values() if at - one.at < timedelta(days=14)]
    is_busy = any(one.answer == "later" and at - one.at < timedelta(days=7) for one in recent)
    is_active = steps is not None and not isinstance(steps.value, str) and steps.value >= 8000
    return (1.0, float(about.age >= 65), float(is_busy), float(is_active), float(bool(recent)))


def believed(pooled: Pooled | None, own: Sequence[WeekPlan]) -> policy.Belief:
    """The belief for one person: pooled (or as before anything was seen), and her own weeks where she allows it."""
    sums = sums_of([own])
    if pooled is None or pooled.actions != actions():
        shared = policy.believe(policy.Sums(1, actions=len(actions())), SETTINGS, np.array(kind_of()))
    else:
        empty = np.zeros((0, 0))
        shared = policy.Belief(np.array(pooled.mean), np.array(pooled.chol), empty, empty)
    return policy.for_person(shared, sums, SETTINGS, np.array(kind_of()))


def sums_of(people: Sequence[Sequence[WeekPlan]]) -> policy.Sums:
    """The sums of people's decided weeks; done means accepted or done."""
    names = {name: place for place, name in enumerate(actions())}
    sums = policy.Sums(len(people), actions=len(names))
    longest = max((len(weeks) for weeks in people), default=0)
    for number in range(longest):
        shape = (len(people), len(names))
        known, strength = np.zeros((len(people), policy.KNOWN)), np.ones(len(people))
        eligible, sent, done = (np.zeros(shape, dtype=bool) for _ in range(3))
        for row, weeks in enumerate(people):
            plan = weeks[number] if number < len(weeks) else None
            for one in () if plan is None else plan.decisions:
                place = names.get(one.rule)
                if place is None or plan is None:
                    continue
                known[row], strength[row] = one.known, one.strength
                eligible[row, place], sent[row, place] = True, one.reminded
                done[row, place] = plan.said.get(one.rule) in {"accepted", "done"}
        sums.add(known, strength, eligible, sent, done)
    return sums


def plan_week(
    *,
    monday: date,
    at: datetime,
    about: About,
    proposed: Sequence[Found],
    answers: Mapping[str, Given],
    wishes: Wishes,
    pooled: Pooled | None,
    before: Sequence[WeekPlan],
    trial: tuple[str, int] | None,
    draw: np.random.Generator,
) -> WeekPlan:
    """The reminders of a week: pressing ones first, then drawn ones, never more than the person set."""
    hour = DEFAULT_HOUR if trial is None else trial[1]
    open_ = [one for one in proposed if one.rule.kind in wishes.topics and not _is_said(answers, one.rule.id)]
    pressing = [one for one in open_ if one.rule.tier <= PRESSING][: wishes.reminders_a_week]
    left = wishes.reminders_a_week - len(pressing)
    rest = [one for one in open_ if one.rule.id in actions()]
    chosen: list[Found] = list(pressing)
    decisions: list[Decision] = []
    if wishes.reminders_a_week and rest:
        sent, probabilities, known, strength = _draw(about, answers, rest, pooled, before, at, left, wishes, draw)
        chosen += [one for one, is_sent in zip(rest, sent, strict=True) if is_sent]
        if wishes.learns:
            decisions = [
                Decision(
                    rule=one.rule.id, known=known, strength=strength, benefit=worth(one), reminded=bool(is_sent),
                    probability=float(probability),
                )
                for one, is_sent, probability in zip(rest, sent, probabilities, strict=True)
            ]  # fmt: skip
    reminders = [
        Reminder(rule=one.rule.id, kind=one.rule.kind, at=_moment(monday, place, hour, wishes))
        for place, one in enumerate(chosen)
    ]
    return WeekPlan(
        monday=monday,
        made_at=at,
        proposed=tuple(one.rule.id for one in proposed),
        # A week that is planned late does not catch up on days that are over.
        reminders=tuple(one for one in reminders if one.at > at),
        decisions=tuple(decisions),
        hour=hour,
        trial=None if trial is None or not wishes.learns else trial[0],
    )


def worth(one: Found) -> float:
    """What doing a suggestion is worth (0 to 1): half for fitting at all, half by the risk it acts on."""
    return 0.5 + 0.5 * one.benefit


def _draw(
    about: About,
    answers: Mapping[str, Given],
    rest: Sequence[Found],
    pooled: Pooled | None,
    before: Sequence[WeekPlan],
    at: datetime,
    left: int,
    wishes: Wishes,
    draw: np.random.Generator,
) -> tuple[list[bool], list[float], tuple[float, ...], float]:
    names = {name: place for place, name in enumerate(actions())}
    known = known_of(about, answers, at)
    last = len(before[-1].reminders) if before else 0
    newness = float(np.exp(-len(before) / 20))
    features = np.array([[*known, min(last, 3) / 3, newness]])
    eligible, gain = np.zeros((1, len(names)), dtype=bool), np.zeros((1, len(names)))
    for one in rest:
        eligible[0, names[one.rule.id]], gain[0, names[one.rule.id]] = left > 0, worth(one)
    belief = believed(pooled, [plan for plan in before if plan.decisions] if wishes.learns else [])
    slopes, own = belief.draw(draw, SETTINGS.draws)
    counts = np.array([min(last, 3)])
    sent, probabilities = policy.decide(
        slopes, own, features, gain, eligible, counts, SETTINGS, draw, np.array(kind_of()), most=min(left, 3)
    )
    strength = float(policy.strength_of(features, SETTINGS, counts)[0])
    places = [names[one.rule.id] for one in rest]
    return [bool(sent[0, n]) for n in places], [float(probabilities[0, n]) for n in places], known, strength


def _is_said(answers: Mapping[str, Given], rule: str) -> bool:
    given = answers.get(rule)
    return given is not None and given.answer != "accepted"


def _moment(monday: date, place: int, hour: int, wishes: Wishes) -> datetime:
    day = monday + timedelta(days=_DAYS[place % len(_DAYS)])
    return next_loud(wishes, datetime.combine(day, time(hour), base.TOKYO))
