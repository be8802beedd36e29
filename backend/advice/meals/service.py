"""What a resident does with meals: plan a week, swap a meal, lock it, undo, wish, and shop for it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar

import msgspec

from backend import base
from backend.advice import food, provider
from backend.advice.food import CatalogueDish, Dish
from backend.advice.meals import store
from backend.advice.meals.about import person_of
from backend.advice.meals.compose import Plate, Tray, compose, portion
from backend.advice.meals.model import Answer
from backend.advice.meals.needs import Needs, Person, Refused, needs, refusals
from backend.advice.meals.plates import Rejected, Sorted, Wishes, plate_of, sort_out
from backend.advice.meals.relax import Change, Step, relaxations
from backend.advice.meals.store import Kept, Meal, Task
from backend.advice.meals.week import Ask, Question, answer_of, question_of, worth
from backend.consent import Permit

QUICK_SECONDS = 4.0
"""How long a request may work on a plan; what takes longer becomes a job."""
JOB_SECONDS = 300.0


class NoPlanHere(base.NotFound):
    """There is no plan to change."""

    key: ClassVar[str] = "advice.meals.no_plan"


class NoSuchMeal(base.NotFound):
    """The plan has no such meal, or the dish cannot stand there."""

    key: ClassVar[str] = "advice.meals.no_such_meal"


class NoWeekWithThat(base.Conflict):
    """With this meal fixed, no week keeps everything; the plan stays as it was."""

    key: ClassVar[str] = "advice.meals.no_week_with_that"


class PlanRefused(base.Conflict):
    """No plan may be made for this person as things stand."""

    key: ClassVar[str] = "advice.meals.refused"


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a plan of this person is made from, today."""

    person: Person
    refused: tuple[Refused, ...]
    needs: Needs | None
    wishes: Wishes
    first: date
    dishes: Mapping[str, Dish | CatalogueDish]
    sorted: Sorted
    kept: Kept | None
    earlier: Kept | None
    task: Task | None


def ready(
    session: base.Session, *, permit: Permit, wishes: Wishes | None = None, clock: base.Clock = base.CLOCK
) -> Ready:
    """Read what a plan rests on; `wishes` in place of the kept ones."""
    person = person_of(session, permit=permit, clock=clock)
    wishes = wishes or store.state(session, permit.person, "wishes", Wishes) or Wishes()
    plans = store.plans(session, permit.person)
    kept = plans[0] if plans else None
    today = clock.now().astimezone(base.TOKYO).date()
    is_running = kept is not None and kept.first <= today < kept.first + timedelta(days=7)
    first = kept.first if kept is not None and is_running else today
    if wishes.is_saved and person.allergies is None:
        # Whoever saved the wishes has been asked for allergens there.
        person = msgspec.structs.replace(person, allergies=frozenset())
    refused = tuple(refusals(person))
    found: Needs | None = None
    if not refused:
        made = needs(person, goal=wishes.goal)
        if isinstance(made, Refused):
            refused = (made,)
        else:
            found = made
    dishes: dict[str, Dish | CatalogueDish] = {dish.id: dish for dish in food.dishes()}
    if person.area is not None:
        for one in _delivered(session, person.area):
            dishes[one.id] = one
    sorted_ = Sorted((), ())
    if found is not None:
        sorted_ = sort_out(dishes.values(), needs=found, wishes=wishes, first=first, area=person.area)
    return Ready(
        person=person,
        refused=refused,
        needs=found,
        wishes=wishes,
        first=first,
        dishes=dishes,
        sorted=sorted_,
        kept=kept if is_running else None,
        earlier=next((plan for plan in plans if plan.first < first), None),
        task=store.state(session, permit.person, "task", Task),
    )


def _delivered(session: base.Session, area: str) -> tuple[CatalogueDish, ...]:
    return tuple(provider.catalogue(session, municipality=area))


def digest(found: Needs) -> str:
    """What the limits of a plan are, in short: another digest means that the plan was made for other limits."""
    lines = sorted(f"{band.nutrient}:{band.low}:{band.high}" for band in found.bands)
    rest = [f"{found.energy_kcal:.0f}", found.goal, *sorted(found.conditions), *sorted(found.allergies)]
    return hashlib.sha256("|".join([*lines, *rest]).encode()).hexdigest()[:16]


def tray_of(of: Ready, slot: str, ids: tuple[str, ...]) -> Tray | None:
    """The meal of these plates, or None if one of them may no longer be planned."""
    allowed = {plate.id: plate for plate in of.sorted.plates}
    plates: list[Plate] = []
    for name in ids:
        dish, _, times = name.partition("*")
        if dish not in allowed:
            return None
        plates.append(portion(allowed[dish], float(times)) if times else allowed[dish])
    return Tray(slot, tuple(plates))


def ask_of(of: Ready, *, locked: tuple[tuple[int, Tray], ...] = (), kept: Kept | None = None) -> Ask:
    """The question of this week, with the meals that stay and those that would better stay."""
    assert of.needs is not None
    seed = of.first.isoformat()
    trays = {tray.id: tray for tray in compose(of.sorted.plates, energy_kcal=of.needs.energy_kcal, seed=seed)}
    standing: list[tuple[int, Tray]] = []
    for meal in kept.meals if kept is not None else ():
        tray = tray_of(of, meal.slot, meal.plates)
        if tray is not None:
            standing.append((meal.day, tray))
    for _, tray in (*standing, *locked):
        trays.setdefault(tray.id, tray)
    eaten = frozenset(meal.plates[0] for meal in of.earlier.meals) if of.earlier is not None else frozenset()
    return Ask(
        trays=tuple(trays.values()),
        needs=of.needs,
        wishes=of.wishes,
        seed=seed,
        locked=tuple((day, tray.id) for day, tray in locked),
        kept=tuple((day, tray.id) for day, tray in standing),
        eaten=eaten,
    )


def locked_of(of: Ready) -> tuple[tuple[int, Tray], ...]:
    """The meals that the person locked, as far as they may still be eaten."""
    found = []
    for meal in of.kept.meals if of.kept is not None else ():
        tray = tray_of(of, meal.slot, meal.plates) if meal.is_locked else None
        if tray is not None:
            found.append((meal.day, tray))
    return tuple(found)


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A question on its way: what a job needs to finish it and to keep the plan."""

    question: Question
    trays: tuple[tuple[str, tuple[str, ...]], ...]
    locked: tuple[tuple[int, str], ...]
    first: date
    energy_kcal: float
    digest: str
    rejected: int


def work_of(of: Ready, ask: Ask) -> Work:
    """What is left of an ask when all that is about the person is taken out."""
    assert of.needs is not None
    return Work(
        question=question_of(ask),
        trays=tuple((tray.slot, tuple(plate.id for plate in tray.plates)) for tray in ask.trays),
        locked=tuple((day, tray) for day, tray in ask.locked),
        first=of.first,
        energy_kcal=of.needs.energy_kcal,
        digest=digest(of.needs),
        rejected=len(of.sorted.rejected),
    )


def solved(work: Work, *, seconds: float = QUICK_SECONDS) -> tuple[Answer, float]:
    """The answer and how long it took."""
    began = time.monotonic()
    answer = answer_of(work.question, seconds=seconds)
    return answer, time.monotonic() - began


def kept_of(work: Work, answer: Answer, seconds: float, *, clock: base.Clock = base.CLOCK) -> Kept:
    """The plan that an answer says, ready to be kept."""
    locked = {(day, tray.partition(":")[0]) for day, tray in work.locked}
    return Kept(
        id=base.new_id(),
        first=work.first,
        made_at=clock.now(),
        meals=tuple(
            Meal(place.day, place.slot, work.trays[place.meal][1], (place.day, place.slot) in locked)
            for place in answer.plan
        ),
        energy_kcal=work.energy_kcal,
        digest=work.digest,
        objective=float(answer.objective or 0),
        proof=answer.proof,
        seconds=round(seconds, 2),
        choices=len(work.trays),
        rejected=work.rejected,
    )


def fixed_of(of: Ready, work: Work) -> tuple[tuple[int, Tray], ...]:
    """The meals that a question held fixed, as far as they may still be eaten."""
    plates = {f"{slot}:{'+'.join(ids)}": (slot, ids) for slot, ids in work.trays}
    found = ((day, tray_of(of, *plates[name])) for day, name in work.locked)
    return tuple((day, tray) for day, tray in found if tray is not None)


def why_not(
    of: Ready, *, locked: tuple[tuple[int, Tray], ...], within: float = JOB_SECONDS
) -> tuple[tuple[Step, ...], ...]:
    """Which wishes would have to give way for there to be a plan; empty if none of them would help.

    relax.TakesLongError when that was not found out `within` so many seconds.
    """
    assert of.needs is not None
    person = of.person

    def make(change: Change) -> Question:
        wishes = change.wishes
        made = needs(person, goal=wishes.goal)
        assert isinstance(made, Needs)
        sorted_ = sort_out(of.dishes.values(), needs=made, wishes=wishes, first=of.first, area=person.area)
        changed = msgspec.structs.replace(of, wishes=wishes, needs=made, sorted=sorted_)
        ask = ask_of(changed, locked=locked if change.keeps_locks else ())
        return question_of(msgspec.structs.replace(ask, repeats=change.repeats))

    return tuple(relaxations(make, of.wishes, has_locks=bool(locked), within=within))


def standing(of: Ready) -> Kept:
    """The plan of this week."""
    if of.kept is None:
        raise NoPlanHere
    return of.kept


def swap_choices(of: Ready, *, day: int, slot: str, most: int = 12) -> list[Tray]:
    """Other meals that could stand there, best first, one for each main dish."""
    assert of.needs is not None
    kept = standing(of)
    heads = {meal.plates[0] for meal in kept.meals}
    ask = ask_of(of)
    seen: set[str] = set()
    found: list[Tray] = []
    for tray in sorted(ask.trays, key=lambda one: -worth(one, ask)):
        free = tray.slot == slot and tray.head.id not in heads and tray.head.id not in seen
        if free and (tray.days is None or day in tray.days):
            seen.add(tray.head.id)
            found.append(tray)
    return found[:most]


def plate_or_dish(of: Ready, name: str) -> Plate:
    """A plate as the screen shows it, allowed or not."""
    dish_id, _, times = name.partition("*")
    dish = of.dishes.get(dish_id)
    if dish is None:
        raise NoSuchMeal
    plate = plate_of(dish, of.wishes, of.first)
    return portion(plate, float(times)) if times else plate


def rejected_of(of: Ready) -> dict[str, Rejected]:
    """The dishes that are kept out, by id."""
    return {one.id: one for one in of.sorted.rejected}
