"""HTTP of meals: this week's, wishes, swapping, the page of a dish, shopping."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from backend import base, consent, people
from backend.advice import food
from backend.advice.blueprint import api
from backend.advice.food import Dish
from backend.advice.meals import job, service, store, view, wire
from backend.advice.meals.compose import Tray
from backend.advice.meals.plates import Wishes, excluded_allergens, safety_reasons, wish_reasons
from backend.advice.meals.relax import Step, TakesLongError
from backend.advice.meals.service import Ready
from backend.advice.meals.store import Task, Ticks

GROUPS = ("fish", "chicken", "pork", "beef", "egg", "soy", "dairy", "noodle", "rice", "bread", "vegetable")


def _own(session: base.Session) -> consent.Permit:
    actor = people.current_actor()
    if actor.person is None:
        raise base.NotAllowed
    return consent.permit(session, actor=actor, person=actor.person, purpose=consent.Purpose.SELF)


def _shown(session: base.Session, permit: consent.Permit) -> dict[str, Any]:
    of = service.ready(session, permit=permit)
    plans = store.plans(session, permit.person)
    return view.meals(of, can_undo=len(plans) > 1 and plans[1].first == plans[0].first).model_dump(mode="json")


@api.get("/meals", responses={200: wire.MealsOut})
def meals() -> Any:
    """This week's meals with their reasons, or why there are none."""
    with base.read_session() as session:
        return _shown(session, _own(session))


@api.post("/meals/plan", responses={200: wire.MealsOut})
def plan_meals() -> Any:
    """Plan the week anew; meals that are locked stay. What takes long goes on as a job."""
    return _planned(())


@api.post("/meals/swap", responses={200: wire.MealsOut})
def swap_meal(body: wire.MealSwapIn) -> Any:
    """Put another meal there; it stays, and the rest is planned around it."""
    return _planned(((body.day, body.slot, body.meal),))


def _planned(swaps: tuple[tuple[int, str, str], ...]) -> Any:
    with base.read_session() as session:
        permit = _own(session)
        of = service.ready(session, permit=permit)
    if of.refused:
        raise service.PlanRefused
    locked = {(day, tray.slot): tray for day, tray in service.locked_of(of)}
    if swaps:
        service.standing(of)
        trays = {tray.id: tray for tray in service.ask_of(of).trays}
        for day, slot, name in swaps:
            tray = trays.get(name)
            if tray is None or tray.slot != slot or (tray.days is not None and day not in tray.days):
                raise service.NoSuchMeal
            locked[day, slot] = tray
    fixed: tuple[tuple[int, Tray], ...] = tuple((day, tray) for (day, _), tray in locked.items())
    ask = service.ask_of(of, locked=fixed, kept=of.kept if swaps else None)
    work = service.work_of(of, ask)
    # Nothing of the database is held while the solver works.
    answer, seconds = service.solved(work)
    if answer.status == "infeasible" and swaps:
        raise service.NoWeekWithThat
    relaxations: tuple[tuple[Step, ...], ...] = ()
    is_settled = answer.status != "unfinished"
    if answer.status == "infeasible":
        try:
            relaxations = service.why_not(of, locked=fixed, within=service.QUICK_SECONDS)
        except TakesLongError:
            is_settled = False
    with base.write_unit() as session:
        permit = _own(session)
        now = base.CLOCK.now()
        if answer.status == "optimal":
            store.keep(session, permit.person, service.kept_of(work, answer, seconds))
            store.drop(session, permit.person, "task")
        elif is_settled:
            none = Task(id=base.new_id(), state="impossible", first=of.first, at=now, relaxations=relaxations)
            store.put(session, permit.person, "task", none, now)
        else:
            job.begin(session, permit.person, work)
    with base.read_session() as session:
        return _shown(session, _own(session))


@api.put("/meals/lock", responses={200: wire.MealsOut})
def lock_meal(body: wire.MealLockIn) -> Any:
    """Let a meal stay when the week is planned anew, or let it go."""
    with base.write_unit() as session:
        permit = _own(session)
        plan = service.standing(service.ready(session, permit=permit))
        if not any((meal.day, meal.slot) == (body.day, body.slot) for meal in plan.meals):
            raise service.NoSuchMeal
        kept = tuple(
            msgspec.structs.replace(meal, is_locked=body.is_locked)
            if (meal.day, meal.slot) == (body.day, body.slot)
            else meal
            for meal in plan.meals
        )
        store.change(session, permit.person, msgspec.structs.replace(plan, meals=kept))
    with base.read_session() as session:
        return _shown(session, _own(session))


@api.post("/meals/undo", responses={200: wire.MealsOut})
def undo_plan() -> Any:
    """Go back to the plan before."""
    with base.write_unit() as session:
        permit = _own(session)
        plans = store.plans(session, permit.person)
        if len(plans) < 2 or plans[1].first != plans[0].first:
            raise service.NoPlanHere
        store.forget(session, permit.person, plans[0].id)
    with base.read_session() as session:
        return _shown(session, _own(session))


@api.get("/meals/choices/<day>/<slot>", responses={200: wire.MealChoicesOut})
def meal_choices(path: wire.MealPlace) -> Any:
    """What could stand there instead."""
    with base.read_session() as session:
        of = service.ready(session, permit=_own(session))
    plan = service.standing(of)
    if of.refused:
        raise service.PlanRefused
    meal = next((one for one in plan.meals if (one.day, one.slot) == (path.day, path.slot)), None)
    if meal is None:
        raise service.NoSuchMeal
    choices = service.swap_choices(of, day=path.day, slot=path.slot)
    out = wire.MealChoicesOut(now=view.Taken(of, plan).meal(meal), choices=[view.choice(one) for one in choices])
    return out.model_dump(mode="json")


@api.get("/meals/rejected", responses={200: wire.MealRejectedOut})
def rejected_dishes() -> Any:
    """Every dish that is kept out, with its reasons."""
    with base.read_session() as session:
        of = service.ready(session, permit=_own(session))
    out = wire.MealRejectedOut(allowed=len(of.sorted.plates), rejected=view.rejected(of, of.sorted.rejected))
    return out.model_dump(mode="json")


@api.get("/meals/offers", responses={200: wire.MealOffersOut})
def meal_offers() -> Any:
    """Advertised dishes, in their own lane."""
    with base.read_session() as session:
        of = service.ready(session, permit=_own(session))
    return wire.MealOffersOut(offers=view.offers(of)).model_dump(mode="json")


@api.get("/meals/dishes/<dish>", responses={200: wire.MealDishOut})
def meal_dish(path: wire.MealDishPath) -> Any:
    """One dish: what is in it, how it is made, and whether it may be eaten."""
    with base.read_session() as session:
        of = service.ready(session, permit=_own(session))
    one = of.dishes.get(path.dish)
    if one is None:
        raise service.NoSuchMeal
    reasons = wish_reasons(one, of.wishes, of.first)
    if of.needs is not None:
        reasons = safety_reasons(one, of.needs, excluded_allergens(of.needs, of.wishes)) + reasons
    return view.dish(of, one, reasons).model_dump(mode="json")


@api.get("/meals/wishes", responses={200: wire.MealWishesOut})
def meal_wishes() -> Any:
    """The wishes, and everything that can be wished."""
    with base.read_session() as session:
        of = service.ready(session, permit=_own(session))
    return _wishes(of).model_dump(mode="json")


def _wishes(of: Ready) -> wire.MealWishesOut:
    kept = of.wishes
    return wire.MealWishesOut(
        wishes=wire.MealWishes.model_validate(
            {name: _plain(getattr(kept, name)) for name in wire.MealWishes.model_fields}
        ),
        is_saved=kept.is_saved,
        from_profile=sorted(of.person.allergies or ()),
        allergens=[
            wire.MealAllergen(
                id=one.id,
                name=view.name_of(food.Words(one.ja, one.reading, one.en)),
                duty=one.duty,
                to_be_confirmed=one.to_be_confirmed,
            )
            for one in food.allergens(of.first)
        ],
        groups=[name for name in GROUPS if any(dish.main_group == name for dish in of.dishes.values())],
        dishes={name: view.name_of(of.dishes[name].name) for name in sorted(kept.disliked_dishes) if name in of.dishes},
    )


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value


@api.put("/meals/wishes", responses={200: wire.MealWishesOut})
def save_meal_wishes(body: wire.MealWishes) -> Any:
    """Keep the wishes; the plan that stands is not touched, but what it must not hold any more is taken off."""
    known = {one.id for one in food.allergens(base.CLOCK.now().astimezone(base.TOKYO).date())}
    if not set(body.allergens) <= known | {"fish"} or not set(body.receive_days) <= set(range(7)):
        raise base.Invalid
    wishes = Wishes(
        goal=body.goal,
        allergens=frozenset(body.allergens),
        disliked_groups=frozenset(body.disliked_groups),
        disliked_dishes=frozenset(body.disliked_dishes),
        liked_groups=frozenset(body.liked_groups),
        budget_yen=body.budget_yen,
        most_minutes=body.most_minutes,
        receive_days=frozenset(body.receive_days),
        wants_delivery=body.wants_delivery,
        deliveries=body.deliveries,
        is_saved=True,
    )
    with base.write_unit() as session:
        permit = _own(session)
        store.put(session, permit.person, "wishes", wishes, base.CLOCK.now())
        task = store.state(session, permit.person, "task", Task)
        if task is not None and task.state != "working":
            store.drop(session, permit.person, "task")
    with base.read_session() as session:
        return _wishes(service.ready(session, permit=_own(session))).model_dump(mode="json")


@api.get("/meals/shopping", responses={200: wire.MealShoppingOut})
def meal_shopping() -> Any:
    """What to buy for the home dishes that stand, merged, and what is ordered for which day."""
    with base.read_session() as session:
        permit = _own(session)
        of = service.ready(session, permit=permit)
        ticks = store.state(session, permit.person, "ticks", Ticks)
    return _shopping(of, ticks).model_dump(mode="json")


def _shopping(of: Ready, ticks: Ticks | None) -> wire.MealShoppingOut:
    plan = of.kept
    parts: list[tuple[str, float]] = []
    orders: list[wire.MealPlateOrder] = []
    if plan is not None:
        taken = view.Taken(of, plan)
        for meal in plan.meals:
            place = (meal.day, meal.slot)
            for plate in () if taken.reasons[place] else taken.plates[place]:
                dish = of.dishes[plate.dish]
                if isinstance(dish, Dish):
                    parts += [(part.code, part.grams * plate.times) for part in dish.parts]
                else:
                    on = plan.first + timedelta(days=meal.day)
                    orders.append(wire.MealPlateOrder(on=on, slot=meal.slot, plate=view.plate(plate)))
    is_of_plan = plan is not None and ticks is not None and ticks.plan == plan.id
    ticked = ticks.codes if is_of_plan and ticks is not None else frozenset()
    buys = [
        wire.MealBuy(
            code=one.code,
            name=view.name_of(one.name),
            grams=one.grams,
            count=one.count,
            unit=one.unit,
            shelf=one.shelf,
            yen=one.yen,
            is_ticked=one.code in ticked,
        )
        for one in food.shopping(parts)
    ]
    return wire.MealShoppingOut(
        plan=None if plan is None else plan.id,
        buys=buys,
        orders=orders,
        yen=sum(one.yen for one in buys),
        price_basis=food.PRICE_BASIS,
    )


@api.put("/meals/shopping", responses={200: wire.MealShoppingOut})
def tick_shopping(body: wire.MealTickIn) -> Any:
    """Keep what is in the basket."""
    with base.write_unit() as session:
        permit = _own(session)
        ticks = Ticks(body.plan, frozenset(body.codes))
        store.put(session, permit.person, "ticks", ticks, base.CLOCK.now())
    with base.read_session() as session:
        return _shopping(service.ready(session, permit=_own(session)), ticks).model_dump(mode="json")
