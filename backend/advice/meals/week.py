"""The exact question of a person's week, and its answer with the smallest orders of providers kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from backend.advice.food import Band, Kind
from backend.advice.meals.compose import Tray, mixed
from backend.advice.meals.instance import exact_limit
from backend.advice.meals.model import DAYS, Answer, Cap, Limit, Meal, Problem
from backend.advice.meals.needs import DAY_ENERGY, DAY_SALT, WEEK_ENERGY, Needs
from backend.advice.meals.plates import Wishes
from backend.advice.meals.solve import Watch, solve

SLOTS = ("B", "L", "D")
GROUP_PER_WEEK = 5
MOST: Mapping[Kind, int] = {Kind.MAIN: 1, Kind.ONE_DISH: 1, Kind.SIDE: 2, Kind.SOUP: 3, Kind.FRUIT_DAIRY: 4}
"""How often a dish may come in a week; staples as often as one likes."""
SCALE = 1000
_KEPT = 3 * SCALE


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One question: the meals to choose from, what must hold, what stands fixed and what would be nice."""

    trays: tuple[Tray, ...]
    needs: Needs
    wishes: Wishes
    seed: str
    locked: tuple[tuple[int, str], ...] = ()
    """(day, tray id) pairs that stay."""
    kept: tuple[tuple[int, str], ...] = ()
    """Where a plan stands already: staying close to it is worth something."""
    eaten: frozenset[str] = frozenset()
    """Plates of the week before."""
    repeats: int = 0
    """How much oftener than usual a dish may come."""


def problem_of(ask: Ask) -> Problem:
    """The question in whole numbers."""
    trays = ask.trays
    index = {tray.id: number for number, tray in enumerate(trays)}
    weekly: list[Limit] = []
    daily: list[Limit] = []
    for band in ask.needs.bands:
        if band.nutrient != "energy_kcal":
            weekly += _band(trays, band)
    low, high = (_decimal(ask.needs.energy_kcal * share * DAYS) for share in WEEK_ENERGY)
    weekly += _limits(trays, "energy_kcal", low, high)
    low, high = (_decimal(ask.needs.energy_kcal * share) for share in DAY_ENERGY)
    daily += _limits(trays, "energy_kcal", low, high)
    for band in ask.needs.bands:
        if band.nutrient == "salt_g" and band.high is not None:
            daily += _limits(trays, "salt_g", None, _decimal(band.high * DAY_SALT))
    if ask.needs.counts_mercury:
        shares = [_decimal(sum(plate.mercury for plate in tray.plates)) for tray in trays]
        weekly.append(exact_limit("mercury", shares, None, Decimal(1)))
    if ask.wishes.budget_yen is not None:
        prices = [Decimal(tray.yen) for tray in trays]
        weekly.append(exact_limit("yen", prices, None, Decimal(ask.wishes.budget_yen)))
    return Problem(
        slots=SLOTS,
        meals=tuple(Meal(tray.id, tray.slot, tray.head.group, tray.days) for tray in trays),
        preference=tuple(worth(tray, ask) for tray in trays),
        preference_scale=SCALE,
        weekly=tuple(weekly),
        daily=tuple(daily),
        caps=tuple(_caps(trays, ask.repeats, ask.wishes.deliveries)),
        group_per_day=1 + (ask.repeats > 0),
        locked=tuple((day, index[tray]) for day, tray in ask.locked),
    )


def worth(tray: Tray, ask: Ask) -> int:
    """How much a meal suits the person's wishes and the season; who pays whom is not in it."""
    total = SCALE
    total += 400 * (tray.head.group in ask.wishes.liked_groups)
    total += 100 * any(plate.is_seasonal for plate in tray.plates)
    total -= 600 * (tray.head.id in ask.eaten)
    total -= 5 * max(0, tray.minutes - 20)
    total -= tray.yen // 5
    total += 100 * min(3, len(tray.plates) - 1)
    # Who wishes deliveries gets as many as were wished (the cap below), although cooking costs less.
    total += 600 * _is_delivered(tray)
    total += mixed(ask.seed, tray.id) % 100
    if any(name == tray.id for _, name in ask.kept):
        total += _KEPT
    return total


def _is_delivered(tray: Tray) -> bool:
    return any(plate.is_delivered for plate in tray.plates)


def _caps(trays: Sequence[Tray], repeats: int, deliveries: int) -> list[Cap]:
    members: dict[str, set[int]] = {}
    most: dict[str, int] = {}
    groups: dict[str, set[int]] = {}
    for number, tray in enumerate(trays):
        groups.setdefault(tray.head.group, set()).add(number)
        if tray.head.kind is Kind.STAPLE:
            members.setdefault(f"light {tray.head.id}", set()).add(number)
            most[f"light {tray.head.id}"] = 2 + repeats
        for plate in tray.plates:
            if plate.kind in MOST:
                members.setdefault(plate.id, set()).add(number)
                most[plate.id] = MOST[plate.kind] + repeats
    found = [Cap(name, frozenset(inside), most[name]) for name, inside in members.items() if len(inside) > most[name]]
    brought = frozenset(number for number, tray in enumerate(trays) if _is_delivered(tray))
    if len(brought) > deliveries:
        found.append(Cap("deliveries", brought, deliveries))
    if repeats == 0:
        found += [Cap(f"group {name}", frozenset(inside), GROUP_PER_WEEK) for name, inside in groups.items()]
    return found


def _decimal(number: float) -> Decimal:
    # Six decimals: a microgram of the largest unit in use; the numbers of the food table have three at most.
    return Decimal(f"{number:.6f}")


def _band(trays: Sequence[Tray], band: Band) -> list[Limit]:
    low = None if band.low is None else _decimal(band.low * DAYS)
    high = None if band.high is None else _decimal(band.high * DAYS)
    if high is not None and band.is_high_strict:
        high -= Decimal("0.000001")
    return _limits(trays, band.nutrient, low, high)


def _limits(trays: Sequence[Tray], nutrient: str, low: Decimal | None, high: Decimal | None) -> list[Limit]:
    """A lower line over what is known to be there, an upper line over what can be there at most."""
    least = [_decimal(tray.at_least(nutrient)) for tray in trays]
    if high is None:
        return [exact_limit(nutrient, least, low, None)] if low is not None else []
    most = [_decimal(_known(tray.at_most(nutrient))) for tray in trays]
    if most == least:
        return [exact_limit(nutrient, least, low, high)]
    upper = [exact_limit(nutrient, most, None, high)]
    return upper if low is None else [exact_limit(nutrient, least, low, None), *upper]


def _known(number: float | None) -> float:
    if number is None:
        # plates.safety_reasons leaves such dishes out; a plan with one would be a fault of ours.
        raise ValueError("a dish of unknown content under an upper line")
    return number


class Order(msgspec.Struct, frozen=True):
    """A provider's smallest order and how many of its dishes each meal holds."""

    provider: str
    least: int
    counts: tuple[int, ...]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """The problem with its smallest orders and prices: all that solving needs, and nothing about the person."""

    problem: Problem
    orders: tuple[Order, ...] = ()
    yen: tuple[int, ...] = ()


def question_of(ask: Ask) -> Question:
    """The question that a background job can take away and answer."""
    names = sorted({plate.provider for tray in ask.trays for plate in tray.plates if plate.provider is not None})
    orders = []
    for name in names:
        counts = tuple(sum(plate.provider == name for plate in tray.plates) for tray in ask.trays)
        least = max(plate.min_order for tray in ask.trays for plate in tray.plates if plate.provider == name)
        orders.append(Order(name, least, counts))
    return Question(problem=problem_of(ask), orders=tuple(orders), yen=tuple(tray.yen for tray in ask.trays))


def answer_of(question: Question, *, seconds: float = 60.0, watch: Watch | None = None) -> Answer:
    """The proven best week in which every provider gets its smallest order or none.

    Branch and bound over providers: whichever order is too small is either left out or filled up, both are tried.
    """
    answer = solve(question.problem, seconds=seconds, watch=watch)
    for order in question.orders:
        count = sum(order.counts[place.meal] for place in answer.plan)
        if not 0 < count < order.least:
            continue
        none = Limit(f"orders of {order.provider}", order.counts, 1, None, 0)
        enough = Limit(f"orders of {order.provider}", order.counts, 1, order.least, None)
        return _better(*(answer_of(_with(question, limit), seconds=seconds, watch=watch) for limit in (none, enough)))
    return answer


def _with(question: Question, limit: Limit) -> Question:
    problem = msgspec.structs.replace(question.problem, weekly=(*question.problem.weekly, limit))
    return msgspec.structs.replace(question, problem=problem)


def _better(one: Answer, other: Answer) -> Answer:
    if "unfinished" in (one.status, other.status):
        best = max((one, other), key=lambda answer: (answer.objective is not None, answer.objective or 0))
        return msgspec.structs.replace(best, status="unfinished")
    if other.status == "infeasible":
        return one
    if one.status == "infeasible":
        return other
    assert one.objective is not None
    assert other.objective is not None
    return one if one.objective >= other.objective else other
