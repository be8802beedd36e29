"""Suggestions as data: what triggers one, what forbids it, and which comes first. Pure."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

Kind = Literal["telemedicine", "guidance", "meal", "movement"]
KINDS: tuple[Kind, ...] = ("telemedicine", "guidance", "meal", "movement")
AnswerKind = Literal["accepted", "later", "not_for_me", "done"]
REASONS = ("cost", "time", "health", "taste", "already", "other")
HIDDEN_FOR: Mapping[AnswerKind, timedelta] = {
    "later": timedelta(days=7),
    "not_for_me": timedelta(days=90),
    "done": timedelta(days=28),
}
SHOWABLE = frozenset({"verified", "official_text"})
"""Rows of another status may forbid, but never make a suggestion appear (PRODUCT, rules that protect residents)."""


class Trigger(msgspec.Struct, frozen=True, rename={"is_": "is"}):
    """One value that calls for a suggestion; `row` names the line of the table it comes from."""

    value: str
    row: str
    at_least: float | None = None
    below: float | None = None
    is_: str | None = None


class Guideline(msgspec.Struct, frozen=True):
    """Where a suggestion comes from."""

    id: str
    version: str
    row: str
    status: str
    source: str


class Rule(msgspec.Struct, frozen=True):
    """A suggestion: one of `any` has to hold; a smaller tier is more pressing.

    `yen` is what it costs extra (None: depends on who provides it); `acts_on` names the parts of the risk score that
    it can change.
    """

    id: str
    kind: Kind
    tier: int
    minutes: int
    any: tuple[Trigger, ...]
    guideline: Guideline
    ages: tuple[int, int] = (18, 120)
    goal: str | None = None
    yen: int | None = None
    acts_on: tuple[str, ...] = ()


class When(msgspec.Struct, frozen=True, rename={"is_": "is"}):
    """When a mask holds; all that is given must be true."""

    fact: str | None = None
    is_: str | None = None
    sex: str | None = None
    any_value: tuple[str, ...] = ()
    at_least: float | None = None
    below: float | None = None
    age_from: int | None = None
    age_below: int | None = None


class Mask(msgspec.Struct, frozen=True):
    """What must not be proposed to whom; `blocks` names kinds or rules."""

    id: str
    blocks: tuple[str, ...]
    when: When
    source: str
    to_be_confirmed: bool
    asks: str | None = None


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One value of the record as a rule sees it, and where it stands there."""

    value: float | str
    metric: str
    day: date
    reading: str | None = None
    n: int = 1


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a person; a fact that nobody answered is "unknown"."""

    age: int
    sex: str
    values: Mapping[str, Held]
    facts: Mapping[str, str]


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What the person answered to a suggestion, and until when it stays away."""

    answer: AnswerKind
    at: datetime
    until: datetime | None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A suggestion that fits, with the value that triggered it and how far that is over the line.

    `benefit` is the share of the person's own modifiable risk points that it acts on (0 to 1).
    """

    rule: Rule
    trigger: Trigger
    held: Held
    distance: float
    benefit: float = 0.0


class Masked(msgspec.Struct, frozen=True, kw_only=True):
    """A suggestion that would have come but must not."""

    rule: Rule
    mask: Mask


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """The week: what is proposed (one a kind), what comes next in line, what is masked and what is hidden."""

    proposed: tuple[Found, ...]
    waiting: tuple[Found, ...]
    masked: tuple[Masked, ...]
    hidden: tuple[Found, ...]


@cache
def rules() -> tuple[Rule, ...]:
    """All suggestions whose line may be shown."""
    text = resources.files(__package__).joinpath("rules.json").read_bytes()
    return tuple(rule for rule in msgspec.json.decode(text, type=list[Rule]) if rule.guideline.status in SHOWABLE)


@cache
def masks() -> tuple[Mask, ...]:
    """All masks, those of unconfirmed rows included: forbidding needs less than allowing."""
    text = resources.files(__package__).joinpath("masks.json").read_bytes()
    return tuple(msgspec.json.decode(text, type=list[Mask]))


@cache
def lines() -> dict[str, str]:
    """Where each triggering line comes from, by its row."""
    text = resources.files(__package__).joinpath("lines.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, str])


@cache
def _goals() -> tuple[dict[str, str], ...]:
    with resources.files(__package__).joinpath("goals.csv").open(encoding="utf-8") as file:
        return tuple(row for row in csv.DictReader(file) if row["status"] in SHOWABLE)


def goal(nutrient: str, *, sex: str, age: int) -> float | None:
    """The daily goal of a nutrient (g/d) for a person outside pregnancy; None where no allowed row says one."""
    for row in _goals():
        if row["nutrient"] == nutrient and row["sex"] == sex and age >= int(row["age_from"]):
            return float(row["value"])
    return None


def _distance(trigger: Trigger, held: Held) -> float | None:
    """How far over the line, relative to it; None if the trigger does not hold."""
    if trigger.is_ is not None:
        return 0.0 if held.value == trigger.is_ else None
    if isinstance(held.value, str):
        return None
    if trigger.at_least is not None and held.value >= trigger.at_least:
        return held.value / trigger.at_least - 1
    if trigger.below is not None and held.value < trigger.below:
        return 1 - held.value / trigger.below
    return None


def found(rule: Rule, about: About) -> Found | None:
    """The suggestion with its strongest trigger, or None if nothing calls for it."""
    if not rule.ages[0] <= about.age <= rule.ages[1]:
        return None
    best: Found | None = None
    for trigger in rule.any:
        held = about.values.get(trigger.value)
        distance = None if held is None else _distance(trigger, held)
        if held is not None and distance is not None and (best is None or distance > best.distance):
            best = Found(rule=rule, trigger=trigger, held=held, distance=distance)
    return best


def holds(when: When, about: About) -> bool:
    """Whether a mask's condition is true of a person."""
    if when.fact is not None and about.facts.get(when.fact, "unknown") != when.is_:
        return False
    if when.sex is not None and about.sex != when.sex:
        return False
    if when.age_from is not None and about.age < when.age_from:
        return False
    if when.age_below is not None and about.age >= when.age_below:
        return False
    if when.any_value:
        numbers = [held.value for name in when.any_value if (held := about.values.get(name)) is not None]
        return any(
            not isinstance(number, str)
            and (when.at_least is None or number >= when.at_least)
            and (when.below is None or number < when.below)
            for number in numbers
        )
    return True


def _order(one: Found) -> tuple[int, float, float, int, str]:
    return one.rule.tier, -one.benefit, -one.distance, one.rule.minutes, one.rule.id


Why = Literal["only", "tier", "benefit", "distance", "effort"]


def why_before(one: Found, other: Found | None) -> Why:
    """Why one comes before another: more pressing, more of the person's risk, further over its line, less effort."""
    if other is None:
        return "only"
    if one.rule.tier != other.rule.tier:
        return "tier"
    if one.benefit != other.benefit:
        return "benefit"
    return "distance" if one.distance != other.distance else "effort"


def benefit(rule: Rule, parts: Mapping[str, float]) -> float:
    """The share of a person's modifiable risk points that a suggestion acts on; 0 where there is no score."""
    whole = sum(parts.values())
    return sum(parts.get(name, 0.0) for name in rule.acts_on) / whole if whole > 0 else 0.0


def choose(
    about: About,
    answers: Mapping[str, Given],
    at: datetime,
    *,
    most: int = 5,
    parts: Mapping[str, float] | None = None,
) -> Choice:
    """The suggestions of this week: masks first, then what the person sent away, then one a kind by rank.

    The rank knows the record, the guideline's tier, the modifiable `parts` of the risk score (points by name) and
    the effort; it knows nothing of who pays.
    """
    masked: list[Masked] = []
    hidden: list[Found] = []
    open_: list[Found] = []
    for rule in rules():
        one = found(rule, about)
        if one is None:
            continue
        one = msgspec.structs.replace(one, benefit=benefit(rule, parts or {}))
        mask = next((m for m in masks() if {rule.id, rule.kind} & set(m.blocks) and holds(m.when, about)), None)
        given = answers.get(rule.id)
        if mask is not None:
            masked.append(Masked(rule=rule, mask=mask))
        elif given is not None and given.until is not None and at < given.until:
            hidden.append(one)
        else:
            open_.append(one)
    open_.sort(key=_order)
    proposed: list[Found] = []
    waiting: list[Found] = []
    for one in open_:
        is_first = all(other.rule.kind != one.rule.kind for other in proposed)
        (proposed if is_first and len(proposed) < most else waiting).append(one)
    return Choice(proposed=tuple(proposed), waiting=tuple(waiting), masked=tuple(masked), hidden=tuple(hidden))


def next_of(one: Found, waiting: Sequence[Found]) -> Found | None:
    """The suggestion of the same kind that would come if this one went."""
    return next((other for other in waiting if other.rule.kind == one.rule.kind), None)
