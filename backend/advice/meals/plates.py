"""Which dishes may stand in a person's plan, and the reason for each one that may not. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from backend.advice import food
from backend.advice.food import CatalogueDish, Dish, Kind
from backend.advice.meals.compose import Plate
from backend.advice.meals.model import DAYS
from backend.advice.meals.needs import DAY_SALT, Needs

FISH = "fish"
"""The answer "fish" of わたしのこと: every food of the fish and shellfish group."""
_FISH_GROUP = "10"
_FISH_ALLERGENS = frozenset(("salmon", "mackerel", "salmon_roe", "abalone", "squid", "shrimp", "crab"))


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """What the person wishes; safety is not among it."""

    goal: str = "keep"
    allergens: frozenset[str] = frozenset()
    disliked_groups: frozenset[str] = frozenset()
    disliked_dishes: frozenset[str] = frozenset()
    liked_groups: frozenset[str] = frozenset()
    budget_yen: int | None = None
    most_minutes: int | None = None
    receive_days: frozenset[int] = frozenset(range(7))
    wants_delivery: bool = True
    deliveries: int = 3
    """How many meals of a week a provider may bring; as far as they fit, so many are planned."""
    is_saved: bool = False


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a dish is not in the plan."""

    rule: str
    what: tuple[str, ...] = ()
    source: str = ""
    to_be_confirmed: bool = False
    is_safety: bool = False


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A dish with every reason that keeps it out."""

    id: str
    name: food.Words
    reasons: tuple[Reason, ...]


class Sorted(msgspec.Struct, frozen=True):
    """The dishes that may be planned and those that may not."""

    plates: tuple[Plate, ...]
    rejected: tuple[Rejected, ...]


def excluded_allergens(needs: Needs, wishes: Wishes) -> frozenset[str]:
    """Every allergen that has to stay out: of わたしのこと and of the wishes together."""
    return (needs.allergies | wishes.allergens) - {"medicine", "other"}


def allergen_reason(dish: Dish | CatalogueDish, excluded: frozenset[str]) -> Reason | None:
    """The allergens in a dish that the person must not have; what nobody stated counts as contained."""
    hits = set(dish.allergens.hits(excluded - {FISH}))
    if FISH in excluded:
        hits |= dish.allergens.hits(_FISH_ALLERGENS)
        codes = [part.code for part in dish.parts] if isinstance(dish, Dish) else []
        # Of a delivered dish only groups are known: fish in it, or a dish that does not say, stays out.
        if any(food.food(code).group == _FISH_GROUP for code in codes) or dish.main_group == FISH:
            hits.add(FISH)
        if isinstance(dish, CatalogueDish) and dish.allergens.unknown:
            hits.add(FISH)
    return Reason(rule="allergen", what=tuple(sorted(hits)), is_safety=True) if hits else None


def safety_reasons(dish: Dish | CatalogueDish, needs: Needs, excluded: frozenset[str]) -> list[Reason]:
    """What forbids a dish to this person, whatever they wish."""
    found = [one for one in (allergen_reason(dish, excluded),) if one is not None]
    for forbid in food.forbidden(dish, needs.conditions):
        found.append(
            Reason(
                rule=forbid.key,
                what=forbid.what,
                source=forbid.source,
                to_be_confirmed=forbid.to_be_confirmed,
                is_safety=True,
            )
        )
    amounts = food.nutrients(dish)
    unknown = [
        band.nutrient for band in needs.bands if band.high is not None and amounts[band.nutrient].at_most is None
    ]
    if amounts["energy_kcal"].at_most is None:
        unknown.append("energy_kcal")
    if unknown:
        # An upper line cannot be kept with a dish of which nobody says how much is in it.
        found.append(Reason(rule="unknown", what=tuple(sorted(set(unknown))), is_safety=True))
    salt = min((band.high for band in needs.bands if band.nutrient == "salt_g" and band.high is not None), default=None)
    most = amounts["salt_g"].at_most
    if salt is not None and most is not None and most > DAY_SALT * salt:
        found.append(Reason(rule="too_salty", is_safety=True))
    if needs.counts_mercury and food.mercury_share(dish) > 1:
        found.append(Reason(rule="mercury", source="厚生労働省 妊婦への魚介類の摂食と水銀の注意事項", is_safety=True))
    return found


def wish_reasons(dish: Dish | CatalogueDish, wishes: Wishes, first: date) -> list[Reason]:
    """What the person's wishes and the calendar say against a dish."""
    found: list[Reason] = []
    if dish.main_group in wishes.disliked_groups:
        found.append(Reason(rule="dislike_group", what=(dish.main_group,)))
    if dish.id in wishes.disliked_dishes:
        found.append(Reason(rule="dislike"))
    if isinstance(dish, Dish):
        if wishes.most_minutes is not None and dish.kind is not Kind.STAPLE and dish.minutes > wishes.most_minutes:
            found.append(Reason(rule="minutes", what=(str(dish.minutes),)))
        if first.month not in dish.months:
            found.append(Reason(rule="season"))
        if wishes.budget_yen is not None and dish.yen > wishes.budget_yen:
            found.append(Reason(rule="budget"))
    else:
        if not wishes.wants_delivery:
            found.append(Reason(rule="no_delivery"))
        if wishes.budget_yen is not None and dish.price_yen > wishes.budget_yen:
            found.append(Reason(rule="budget"))
        if not delivery_days(dish, wishes, first):
            found.append(Reason(rule="day"))
    return found


def delivery_days(dish: CatalogueDish, wishes: Wishes, first: date) -> frozenset[int]:
    """The days of the plan on which a dish can come and somebody is there to take it."""
    return frozenset(
        day
        for day in range(dish.lead_days, DAYS)
        if (weekday := (first + timedelta(days=day)).weekday()) in dish.weekdays and weekday in wishes.receive_days
    )


def sort_out(
    dishes: Iterable[Dish | CatalogueDish], *, needs: Needs, wishes: Wishes, first: date, area: str | None
) -> Sorted:
    """The plates a plan may use, and every other dish with its reasons."""
    excluded = excluded_allergens(needs, wishes)
    plates: list[Plate] = []
    rejected: list[Rejected] = []
    for dish in dishes:
        reasons = safety_reasons(dish, needs, excluded) + wish_reasons(dish, wishes, first)
        if isinstance(dish, CatalogueDish) and (area is None or area not in dish.areas):
            reasons.append(Reason(rule="area"))
        if reasons:
            rejected.append(Rejected(id=dish.id, name=dish.name, reasons=tuple(reasons)))
        else:
            plates.append(plate_of(dish, wishes, first))
    return Sorted(tuple(plates), tuple(rejected))


def plate_of(dish: Dish | CatalogueDish, wishes: Wishes, first: date) -> Plate:
    """A dish as a plate of this week."""
    return Plate(
        id=dish.id,
        name=dish.name,
        kind=dish.kind,
        slots=dish.slots,
        group=dish.main_group,
        minutes=dish.minutes if isinstance(dish, Dish) else 0,
        yen=dish.yen if isinstance(dish, Dish) else dish.price_yen,
        nutrients=food.nutrients(dish),
        is_seasonal=isinstance(dish, Dish) and len(dish.months) < 12,
        provider=None if isinstance(dish, Dish) else dish.provider,
        provider_name=None if isinstance(dish, Dish) else dish.provider_name,
        min_order=0 if isinstance(dish, Dish) else dish.min_order,
        days=None if isinstance(dish, Dish) else delivery_days(dish, wishes, first),
        mercury=food.mercury_share(dish),
    )


def mercury_total(plates: Sequence[Plate]) -> float:
    """How much of one week's allowance these plates use together."""
    return sum(plate.mercury for plate in plates)
