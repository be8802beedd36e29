"""A plan as the screens need it: names, sums, reasons; and what may no longer be eaten is taken off at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

from backend.advice import food
from backend.advice.food import CatalogueDish, Dish
from backend.advice.meals import wire
from backend.advice.meals.compose import Plate, Tray
from backend.advice.meals.needs import Needs, Refused, Trigger
from backend.advice.meals.plates import Reason, Rejected, excluded_allergens, safety_reasons
from backend.advice.meals.relax import Step
from backend.advice.meals.service import Ready, digest, plate_or_dish
from backend.advice.meals.store import Kept, Meal, Task

_KANJI = re.compile(r"[\u3400-\u9fff々]")
_UNCHECKED_SHOWN = frozenset(
    ("protein_g", "carbohydrate_g", "fibre_g", "sfa_g", "potassium_mg", "calcium_mg", "magnesium_mg", "phosphorus_mg",
     "zinc_mg", "iodine_ug", "vita_rae_ug", "vitd_ug", "vite_mg", "vitk_ug", "b1_mg", "b2_mg", "niacin_mg", "b6_mg",
     "b12_ug", "folate_ug", "vitc_mg", "iron_mg", "fat_g", "salt_g")
)  # fmt: skip
"""Nutrients that people look for in a plan; water, single fatty acids and the like are on the dish page."""


def name_of(words: food.Words) -> wire.MealName:
    """A name with its reading over it where there is kanji."""
    easy = f"{{{words.ja}|{words.reading}}}" if _KANJI.search(words.ja) and "|" not in words.ja else words.ja
    return wire.MealName(ja=words.ja, ja_easy=easy, en=words.en)


def allergen_name(of: Ready, allergen: str) -> wire.MealName:
    """An allergen's name; what is not in the table is the group of fish."""
    for one in food.allergens(of.first):
        if one.id == allergen:
            return name_of(food.Words(one.ja, one.reading, one.en))
    return wire.MealName(ja="魚", ja_easy="{魚|さかな}", en="fish")


def reason_of(of: Ready, reason: Reason) -> wire.MealReason:
    """A reason in words: masks bring their own key, ours are advice.meals.reason.*."""
    is_ours = "." not in reason.rule
    key = f"advice.meals.reason.{reason.rule}" if is_ours else reason.rule
    params: dict[str, str | int | float] = {}
    if reason.rule == "minutes":
        params["minutes"] = reason.what[0]
    if reason.rule == "dislike_group":
        params["group"] = f"@advice.meals.group.{reason.what[0]}"
    if reason.rule == "unknown":
        params["nutrient"] = f"@advice.meals.nutrient.{reason.what[0]}"
    return wire.MealReason(
        words=wire.MealWords(key=key, params=params),
        allergens=[allergen_name(of, one) for one in reason.what] if reason.rule == "allergen" else [],
        source=reason.source,
        to_be_confirmed=reason.to_be_confirmed,
        is_safety=reason.is_safety,
    )


def plate(one: Plate) -> wire.MealPlate:
    """A plate of a meal."""
    return wire.MealPlate(
        id=one.id,
        dish=one.dish,
        name=name_of(one.name),
        kind=one.kind.value,
        times=one.times,
        yen=one.yen,
        minutes=one.minutes,
        provider=one.provider_name,
    )


def _sums(plates: Sequence[Plate]) -> tuple[float, float | None]:
    tray = Tray("B", tuple(plates))
    salt = tray.at_most("salt_g")
    return round(tray.at_least("energy_kcal")), None if salt is None else round(salt, 1)


class Taken:
    """Which meals of a kept plan may no longer be eaten, by what is known today."""

    def __init__(self, of: Ready, plan: Kept) -> None:
        self.of = of
        self.reasons: dict[tuple[int, str], list[Reason]] = {}
        self.plates: dict[tuple[int, str], list[Plate]] = {}
        excluded = excluded_allergens(of.needs, of.wishes) if of.needs is not None else frozenset()
        mercury = 0.0
        for meal in plan.meals:
            place = (meal.day, meal.slot)
            self.plates[place], found = [], []
            for name in meal.plates:
                dish = of.dishes.get(name.partition("*")[0])
                if dish is None:
                    found.append(Reason(rule="gone", is_safety=True))
                    continue
                self.plates[place].append(plate_or_dish(of, name))
                if of.needs is not None:
                    found += safety_reasons(dish, of.needs, excluded)
            share = sum(one.mercury for one in self.plates[place])
            if of.needs is not None and of.needs.counts_mercury and not found and share > 0:
                if mercury + share > 1 + 1e-9:
                    found.append(Reason(rule="mercury_week", is_safety=True))
                else:
                    mercury += share
            if of.needs is None:
                found.append(Reason(rule="refused", is_safety=True))
            self.reasons[place] = found

    def meal(self, meal: Meal) -> wire.MealOut:
        """One meal; one that was taken off shows what it was and why, no more."""
        plates = self.plates[meal.day, meal.slot]
        energy, salt = _sums(plates)
        unique = {(one.rule, one.what): one for one in self.reasons[meal.day, meal.slot]}
        return wire.MealOut(
            day=meal.day,
            slot=meal.slot,
            plates=[plate(one) for one in plates],
            yen=sum(one.yen for one in plates),
            minutes=Tray(meal.slot, tuple(plates)).minutes,
            energy_kcal=energy,
            salt_g=salt,
            is_locked=meal.is_locked,
            removed=[reason_of(self.of, one) for one in unique.values()],
        )

    def eaten(self, plan: Kept) -> list[Plate]:
        """The plates of all meals that stand."""
        return [
            one
            for meal in plan.meals
            if not self.reasons[meal.day, meal.slot]
            for one in self.plates[meal.day, meal.slot]
        ]


def meals(of: Ready, *, can_undo: bool) -> wire.MealsOut:
    """The whole page."""
    plan, found = of.kept, of.needs
    taken = None if plan is None else Taken(of, plan)
    days = [] if plan is None or taken is None else _days(of, plan, taken)
    working = of.task is not None and of.task.state == "working"
    return wire.MealsOut(
        state="refused" if of.refused else "ready" if plan is not None else "empty",
        refused=[refused(one) for one in of.refused],
        task=None if of.task is None or (of.refused and not working) else task(of.task),
        first=of.first,
        days=days,
        yen=sum(day.yen for day in days),
        budget_yen=of.wishes.budget_yen,
        maker=None if plan is None else _maker(plan),
        is_outdated=plan is not None and found is not None and plan.digest != digest(found),
        can_undo=can_undo,
        energy_kcal=None if found is None else round(found.energy_kcal),
        energy_source=None if found is None else found.energy_source,
        goal=of.wishes.goal if found is None else found.goal,
        bands=[] if found is None else _bands(found, plan, taken),
        not_checked=[] if found is None else [name for name in found.not_checked if name in _UNCHECKED_SHOWN],
        triggers=[] if found is None else [trigger(one) for one in found.triggers],
        notes=[] if found is None else [wire.MealWords(key=one.key) for one in found.notes],
        credit=food.CREDIT,
    )


def _days(of: Ready, plan: Kept, taken: Taken) -> list[wire.MealDay]:
    days = []
    for day in range(7):
        here = [taken.meal(meal) for slot in "BLD" for meal in plan.meals if (meal.day, meal.slot) == (day, slot)]
        stands = [meal for meal in here if not meal.removed]
        salts = [meal.salt_g for meal in stands]
        days.append(
            wire.MealDay(
                day=day,
                on=plan.first + timedelta(days=day),
                meals=here,
                energy_kcal=sum(meal.energy_kcal for meal in stands),
                salt_g=None if None in salts else round(sum(salt for salt in salts if salt is not None), 1),
                yen=sum(meal.yen for meal in stands),
            )
        )
    return days


def _maker(plan: Kept) -> wire.MealMaker:
    return wire.MealMaker(
        made_at=plan.made_at,
        proof=wire.MealWords(key=f"advice.meals.proof.{plan.proof}"),
        objective=plan.objective,
        seconds=plan.seconds,
        choices=plan.choices,
        rejected=plan.rejected,
    )


def _bands(found: Needs, plan: Kept | None, taken: Taken | None) -> list[wire.MealBand]:
    eaten = [] if plan is None or taken is None else taken.eaten(plan)
    tray = Tray("B", tuple(eaten))
    shown = []
    for band in found.bands:
        most = tray.at_most(band.nutrient)
        shown.append(
            wire.MealBand(
                nutrient=band.nutrient,
                low=None if band.low is None else round(band.low, 1),
                high=None if band.high is None else round(band.high, 1),
                unit=band.unit,
                least=round(tray.at_least(band.nutrient) / 7, 1),
                most=None if most is None else round(most / 7, 1),
                indicator=band.indicator,
                source=band.source,
                to_be_confirmed=band.to_be_confirmed,
            )
        )
    return shown


def refused(one: Refused) -> wire.MealRefused:
    """Why no plan may be made, in words."""
    words = wire.MealWords(key=f"advice.meals.refused.{one.rule}")
    return wire.MealRefused(words=words, source=one.source, asks=one.asks)


def trigger(one: Trigger) -> wire.MealTrigger:
    """A rule with the value that called for it."""
    known = one.known
    value = round(known.value, 1) if isinstance(known.value, float) else known.value
    value = int(value) if isinstance(value, float) and value.is_integer() else value
    params: dict[str, str | int | float] = {"value": value, "name": f"@advice.meals.value.{known.name}"}
    return wire.MealTrigger(
        words=wire.MealWords(key=f"advice.meals.rule.{one.rule}", params=params),
        reading=known.reading,
        on=known.on,
        source=one.source,
        to_be_confirmed=one.to_be_confirmed,
    )


def task(one: Task) -> wire.MealTask:
    """Work that is going on."""
    return wire.MealTask(
        state=one.state,
        part=one.part,
        best=one.best,
        bound=one.bound,
        began_at=one.at,
        relaxations=[[step(part) for part in parts] for parts in one.relaxations or ()],
        is_searched=one.relaxations is not None,
    )


def step(one: Step) -> wire.MealStep:
    """A wish that would have to give way, in words."""
    params: dict[str, str | int | float] = {}
    if one.amount is not None:
        params["amount"] = one.amount + 1 if one.wish == "repeats" else one.amount
    if one.wish == "dislike_group":
        params["group"] = f"@advice.meals.group.{one.what}"
    end = "_any" if one.wish == "minutes" and one.amount is None else ""
    return wire.MealStep(
        wish=one.wish,
        words=wire.MealWords(key=f"advice.meals.relax.{one.wish}{end}", params=params),
        what=one.what,
        amount=one.amount,
    )


def offers(of: Ready) -> list[wire.MealOffer]:
    """Advertisements among the delivered dishes that this person may eat; ordered by nothing but the name."""
    allowed = {plate.id for plate in of.sorted.plates}
    paid = [one for one in of.dishes.values() if isinstance(one, CatalogueDish) and one.sponsor and one.id in allowed]
    return [
        wire.MealOffer(
            dish=one.id,
            name=name_of(one.name),
            provider=one.provider_name,
            sponsor=one.sponsor or "",
            yen=one.price_yen,
        )
        for one in sorted(paid, key=lambda one: (one.name.reading, one.id))
    ]


def choice(tray: Tray) -> wire.MealChoice:
    """A meal to choose."""
    energy, salt = _sums(tray.plates)
    return wire.MealChoice(
        id=tray.id,
        plates=[plate(one) for one in tray.plates],
        yen=tray.yen,
        minutes=tray.minutes,
        energy_kcal=energy,
        salt_g=salt,
    )


def rejected(of: Ready, several: Iterable[Rejected]) -> list[wire.MealRejected]:
    """Dishes that are kept out."""
    return [
        wire.MealRejected(id=one.id, name=name_of(one.name), reasons=[reason_of(of, why) for why in one.reasons])
        for one in several
    ]


def dish(of: Ready, one: Dish | CatalogueDish, reasons: Sequence[Reason]) -> wire.MealDishOut:
    """The page of a dish."""
    known = food.ingredients()
    amounts = food.nutrients(one)
    return wire.MealDishOut(
        id=one.id,
        name=name_of(one.name),
        kind=one.kind.value,
        group=one.main_group,
        minutes=one.minutes if isinstance(one, Dish) else 0,
        yen=one.yen if isinstance(one, Dish) else one.price_yen,
        provider=None if isinstance(one, Dish) else one.provider_name,
        ingredients=[
            wire.MealIngredient(code=part.code, name=name_of(known[part.code].name), grams=part.grams)
            for part in (one.parts if isinstance(one, Dish) else ())
        ],
        steps=list(one.steps) if isinstance(one, Dish) else [],
        nutrients=[
            wire.MealNutrient(
                nutrient=name,
                least=round(total.at_least, 2),
                most=None if total.at_most is None else round(total.at_most, 2),
                is_known=total.is_known,
                is_estimated=total.is_estimated,
            )
            for name, total in amounts.items()
        ],
        allergens=[allergen_name(of, name) for name in sorted(one.allergens.contains)],
        unknown_allergens=[allergen_name(of, name) for name in sorted(one.allergens.unknown)],
        reasons=[reason_of(of, why) for why in reasons],
        is_disliked=one.id in of.wishes.disliked_dishes,
        credit=food.CREDIT,
    )
