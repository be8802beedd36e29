"""Plates put together to meals: a staple, a main dish, something beside it; or a one-dish meal. Pure."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

import msgspec

from backend.advice.food import Kind, Nutrients, Slot, Words

SLOT_OF: Mapping[str, Slot] = {"B": Slot.BREAKFAST, "L": Slot.LUNCH, "D": Slot.DINNER}
SHARE: Mapping[str, float] = {"B": 0.25, "L": 0.35, "D": 0.40}
"""How much of a day's energy a meal is built for; a rule of this product, the limits of the day decide."""
_NEAR = (0.6, 1.5)
_BASES = 2
_LARGE_FROM = 1900
"""From this energy (kcal a day) on, rice also comes as one and a half portions."""
_LARGER_FROM = 2600
_BOWL = 300
"""A bowl of this energy is a large one already; only a need of `_LARGER_FROM` makes it larger still."""


class Plate(msgspec.Struct, frozen=True, kw_only=True):
    """One thing on the table: a dish cooked at home or one that a provider brings."""

    id: str
    name: Words
    kind: Kind
    slots: frozenset[Slot]
    group: str
    minutes: int
    yen: int
    nutrients: Nutrients
    is_seasonal: bool = False
    provider: str | None = None
    provider_name: str | None = None
    min_order: int = 0
    days: frozenset[int] | None = None
    mercury: float = 0.0
    times: float = 1.0

    @property
    def dish(self) -> str:
        """The dish that it is a portion of."""
        return self.id.partition("*")[0]

    @property
    def is_delivered(self) -> bool:
        """Whether a provider brings it."""
        return self.provider is not None


class Tray(msgspec.Struct, frozen=True):
    """A meal: the plates that stand together in one slot; the first of them names it."""

    slot: str
    plates: tuple[Plate, ...]

    @property
    def id(self) -> str:
        """The same plates in the same slot have the same id."""
        return f"{self.slot}:{'+'.join(plate.id for plate in self.plates)}"

    @property
    def head(self) -> Plate:
        """The plate that the meal is named after."""
        return self.plates[0]

    @property
    def yen(self) -> int:
        """What one serving costs: prices of delivered dishes, estimates of home ones."""
        return sum(plate.yen for plate in self.plates)

    @property
    def minutes(self) -> int:
        """The longest of its plates: dishes are cooked side by side; a cooker that is on needs nobody."""
        return max((plate.minutes for plate in self.plates if plate.kind is not Kind.STAPLE), default=0)

    @property
    def days(self) -> frozenset[int] | None:
        """The days all of its plates can be had; None = every day."""
        limited = [plate.days for plate in self.plates if plate.days is not None]
        return frozenset.intersection(*limited) if limited else None

    def at_least(self, nutrient: str) -> float:
        """What is known to be in it."""
        return sum(plate.nutrients[nutrient].at_least for plate in self.plates)

    def at_most(self, nutrient: str) -> float | None:
        """What can be in it at most; None where nobody knows."""
        total = 0.0
        for plate in self.plates:
            most = plate.nutrients[nutrient].at_most
            if most is None:
                return None
            total += most
        return total


def portion(plate: Plate, times: float) -> Plate:
    """A larger portion of the same dish: everything in it grows alike."""
    nutrients = {
        name: msgspec.structs.replace(
            total, at_least=total.at_least * times, at_most=None if total.at_most is None else total.at_most * times
        )
        for name, total in plate.nutrients.items()
    }
    return msgspec.structs.replace(
        plate,
        id=f"{plate.id}*{times:g}",
        nutrients=nutrients,
        yen=round(plate.yen * times),
        mercury=plate.mercury * times,
        times=times,
    )


def mixed(*texts: str) -> int:
    """A number that depends on nothing but the texts: the same week gives the same order."""
    return int.from_bytes(hashlib.sha256("|".join(texts).encode()).digest()[:6], "big")


def compose(plates: Sequence[Plate], *, energy_kcal: float, seed: str) -> list[Tray]:
    """The meals to choose from, a few for a main dish and slot; the same plates and seed give the same meals."""
    heads = sum(plate.kind in (Kind.MAIN, Kind.ONE_DISH) for plate in plates)
    # Few main dishes: more is tried beside each of them.
    each = 3 if heads >= 100 else 6 if heads >= 50 else 12
    found: dict[str, Tray] = {}
    if energy_kcal > _LARGE_FROM:
        rice = [plate for plate in plates if plate.kind is Kind.STAPLE and plate.group == "rice"]
        most = _BOWL if energy_kcal < _LARGER_FROM else math.inf
        more = [plate for plate in rice if plate.nutrients["energy_kcal"].at_least < most]
        plates = [*plates, *(portion(plate, 1.5) for plate in more)]
    for slot in SLOT_OF:
        here = [plate for plate in plates if SLOT_OF[slot] in plate.slots]
        for tray in _of_slot(slot, here, energy_kcal * SHARE[slot], seed, each):
            found.setdefault(tray.id, tray)
    return list(found.values())


def _of_slot(slot: str, here: Sequence[Plate], target: float, seed: str, each: int) -> Iterator[Tray]:
    by_kind = {kind: [plate for plate in here if plate.kind is kind and not plate.is_delivered] for kind in Kind}
    staples = by_kind[Kind.STAPLE]
    for head in here:
        # A light breakfast of bread or rice with something beside it is a meal too.
        is_light = slot == "B" and head.kind is Kind.STAPLE
        if head.kind not in (Kind.MAIN, Kind.ONE_DISH) and not is_light:
            continue
        beside = _beside(slot, head, by_kind, seed)
        for turn in range(each):
            rest = next(beside)
            if head.kind is not Kind.MAIN:
                yield from _near([Tray(slot, (head, *rest))], target)
                continue
            bases = _bases(head, rest, staples, target, seed, turn)
            yield from _near([Tray(slot, (head, staple, *rest)) for staple in bases], target)


def _bases(
    head: Plate, rest: Sequence[Plate], staples: Sequence[Plate], target: float, seed: str, turn: int
) -> list[Plate]:
    """The staples that bring the meal nearest to its share of energy, and one for a change."""
    others = sum(plate.nutrients["energy_kcal"].at_least for plate in (head, *rest))

    def distance(staple: Plate) -> float:
        return abs(others + staple.nutrients["energy_kcal"].at_least - target)

    near = sorted(staples, key=lambda one: (round(distance(one) / 60), mixed(seed, head.id, one.id, str(turn))))
    return near[:_BASES]


def _near(trays: Sequence[Tray], target: float) -> Iterator[Tray]:
    for tray in trays:
        if _NEAR[0] * target <= tray.at_least("energy_kcal") <= _NEAR[1] * target:
            yield tray


def _beside(slot: str, head: Plate, by_kind: Mapping[Kind, Sequence[Plate]], seed: str) -> Iterator[tuple[Plate, ...]]:
    """What stands beside a main dish, turn by turn: side and soup, two sides, side and fruit or dairy, ..."""

    def shuffled(kind: Kind) -> list[Plate]:
        return sorted(by_kind[kind], key=lambda plate: mixed(seed, slot, head.id, plate.id))

    def light(of: Sequence[Plate]) -> list[Plate]:
        # The less salty half, still in its shuffled order: each dish beside it may come only a few times a week.
        amounts = sorted(plate.nutrients["salt_g"].at_least for plate in of)
        return [plate for plate in of if plate.nutrients["salt_g"].at_least <= amounts[(len(amounts) - 1) // 2]]

    sides, soups, sweets = shuffled(Kind.SIDE), shuffled(Kind.SOUP), shuffled(Kind.FRUIT_DAIRY)
    low_sides, low_soups = light(sides), light(soups)
    if head.is_delivered and head.kind is Kind.ONE_DISH:
        patterns: list[Sequence[Sequence[Plate]]] = [(), (sweets,), (low_sides,)]
    elif slot == "B":
        patterns = [(low_sides, sweets), (soups, sweets), (low_soups, low_sides[1:]), (sweets,)]
    else:
        patterns = [(low_sides, low_soups), (low_sides, low_sides[1:]), (low_sides[2:], sweets), (sides, soups), ()]
    for turn in count():
        for pattern in patterns:
            plates = [of[turn % len(of)] for of in pattern if of]
            yield tuple({plate.id: plate for plate in plates}.values())
