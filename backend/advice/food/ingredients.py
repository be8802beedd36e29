"""What the kitchen knows of a food beside its nutrients: its everyday name, allergens, price and how it is bought."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

import msgspec

from backend.advice.food.model import AllergenSet, Buy, Words

PRICE_BASIS = "2025年ごろの関西のスーパーの店頭価格から丸めた当方の推定（調査値ではない）"


class Ingredient(msgspec.Struct, frozen=True, kw_only=True):
    """A food as it is bought and cooked with; `unit` is how it is counted, if at all."""

    code: str
    name: Words
    allergens: frozenset[str]
    unit: str | None
    grams_per_unit: float | None
    yen_per_100g: float
    shelf: str
    tags: frozenset[str]


@cache
def ingredients() -> Mapping[str, Ingredient]:
    """Every food whose allergens are stated, by code."""
    with resources.files(__package__).joinpath("ingredients.csv").open(encoding="utf-8") as lines:
        return {row["code"]: _ingredient(row) for row in csv.DictReader(lines)}


def _ingredient(row: dict[str, str]) -> Ingredient:
    if not row["allergens"]:
        raise ValueError(f"{row['code']} states no allergens; say none where there are none")
    return Ingredient(
        code=row["code"],
        name=Words(row["ja"], row["reading"], row["en"]),
        allergens=frozenset() if row["allergens"] == "none" else frozenset(row["allergens"].split(";")),
        unit=row["unit"] or None,
        grams_per_unit=float(row["grams_per_unit"]) if row["grams_per_unit"] else None,
        yen_per_100g=float(row["yen_per_100g"]),
        shelf=row["shelf"],
        tags=frozenset(filter(None, row["tags"].split(";"))),
    )


def allergens_of(codes: Iterable[str]) -> AllergenSet:
    """The allergens of these foods together; raises KeyError for a food whose allergens nobody stated."""
    return AllergenSet(contains=frozenset().union(*(ingredients()[code].allergens for code in codes)))


_NOT_BOUGHT = frozenset({"17019", "17020", "17021", "17022", "17023", "17024"})
"""Stocks are made from what is at hand; a list that asks for 600 g of stock helps nobody."""
_FROM_STORE = {
    "01088": ("01083", 1 / 2.1),
    "01185": ("01083", 1 / 2.6),
    "01093": ("01083", 1 / 5),
    "01044": ("01043", 1 / 2.7),
}
"""Cooked rice is bought as rice and boiled noodles dry: weight after cooking per weight before, rounded."""


def shopping(parts: Iterable[tuple[str, float]]) -> tuple[Buy, ...]:
    """One line a food, merged and counted in pieces where it is bought so; shelf by shelf."""
    grams: dict[str, float] = {}
    for code, amount in parts:
        bought, factor = _FROM_STORE.get(code, (code, 1.0))
        if bought not in _NOT_BOUGHT:
            grams[bought] = grams.get(bought, 0.0) + amount * factor
    lines = [_buy(ingredients()[code], amount) for code, amount in grams.items()]
    return tuple(sorted(lines, key=lambda line: (_SHELVES.index(line.shelf), line.code)))


_SHELVES = (
    "vegetable",
    "mushroom",
    "fruit",
    "fish",
    "meat",
    "egg_dairy",
    "soy",
    "grain",
    "frozen",
    "dry",
    "seasoning",
)


def _buy(one: Ingredient, grams: float) -> Buy:
    count = None
    if one.unit and one.grams_per_unit:
        # Half an onion can be bought no more than a tenth of a daikon: halves, at least one half.
        count = max(0.5, -(-grams * 2 // one.grams_per_unit) / 2)
    return Buy(
        code=one.code,
        name=one.name,
        grams=round(grams, 1),
        count=count,
        unit=one.unit,
        shelf=one.shelf,
        yen=round(grams * one.yen_per_100g / 100),
    )
