"""The dishes cooked at home: per serving, out of foods of the table. Tags that follow from the numbers are derived."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources

from backend.advice.food.ingredients import allergens_of, ingredients
from backend.advice.food.model import CatalogueDish, Dish, Kind, Nutrients, Part, Slot, Words
from backend.advice.food.table import food, sum_of

LOW_SALT: dict[Kind, float] = {
    Kind.STAPLE: 0.5,
    Kind.ONE_DISH: 2.0,
    Kind.MAIN: 1.0,
    Kind.SIDE: 0.5,
    Kind.SOUP: 1.0,
    Kind.FRUIT_DAIRY: 0.3,
}
"""Grams of salt a serving up to which a dish is called low in salt (our own scale)."""
QUICK_MINUTES = 15
_ANIMAL_GROUPS = frozenset({"10", "11"})
_ANIMAL_STOCKS = frozenset(
    {"17019", "17021", "17023", "17024", "17027", "17029", "17093", "17051", "17052", "17105", "06236"}
)
_ALL_MONTHS = frozenset(range(1, 13))


class UnknownDishError(LookupError):
    """There is no dish with this id."""


@cache
def dishes() -> tuple[Dish, ...]:
    """All dishes cooked at home."""
    return tuple(dish for kind in Kind for dish in _of_kind(kind))


@cache
def _by_id() -> dict[str, Dish]:
    return {one.id: one for one in dishes()}


def dish(dish_id: str) -> Dish:
    """One dish; raises UnknownDishError."""
    try:
        return _by_id()[dish_id]
    except KeyError:
        raise UnknownDishError(dish_id) from None


def nutrients(of: Dish | CatalogueDish) -> Nutrients:
    """What one serving holds; a delivered dish as its provider states it, the rest unknown."""
    return of.nutrients if isinstance(of, CatalogueDish) else _counted(of.id)


@cache
def _counted(dish_id: str) -> Nutrients:
    return sum_of((part.code, part.grams) for part in dish(dish_id).parts)


def _of_kind(kind: Kind) -> Iterator[Dish]:
    with resources.files(__package__).joinpath(f"dishes_{kind.value}.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            yield _dish(kind, row)


def _split(text: str) -> list[str]:
    return [one for one in text.split(";") if one]


def _dish(kind: Kind, row: dict[str, str]) -> Dish:
    parts = tuple(Part(code, float(grams)) for code, grams in (one.split(":") for one in _split(row["parts"])))
    minutes = int(row["minutes"])
    return Dish(
        id=row["id"],
        name=Words(row["ja"], row["reading"], row["en"]),
        kind=kind,
        slots=frozenset(map(Slot, _split(row["slots"]))),
        months=_ALL_MONTHS if row["months"] == "all" else frozenset(map(int, _split(row["months"]))),
        minutes=minutes,
        servings=int(row["servings"]),
        main_group=row["main_group"],
        tags=frozenset(_split(row["tags"])) | frozenset(_derived(kind, parts, minutes)),
        parts=parts,
        eaten_raw=frozenset(_split(row["eaten_raw"])),
        steps=tuple(row["steps"].split("／")),
        yen=_yen(parts),
        allergens=allergens_of(part.code for part in parts),
    )


def _derived(kind: Kind, parts: tuple[Part, ...], minutes: int) -> Iterator[str]:
    if minutes <= QUICK_MINUTES:
        yield "quick"
    salt = sum_of((part.code, part.grams) for part in parts)["salt_g"].value
    if salt is not None and salt <= LOW_SALT[kind]:
        yield "low_salt"
    if is_vegetarian(part.code for part in parts):
        yield "vegetarian"


def is_vegetarian(codes: Iterable[str]) -> bool:
    """Whether no meat, fish, or stock of them is in it (eggs and milk may be)."""
    return not any(food(code).group in _ANIMAL_GROUPS or code in _ANIMAL_STOCKS for code in codes)


def _yen(parts: tuple[Part, ...]) -> int:
    # An estimate of ingredients only; to the nearest 5 yen it does not pretend to more.
    exact = sum(part.grams * ingredients()[part.code].yen_per_100g / 100 for part in parts)
    return max(5, round(exact / 5) * 5)
