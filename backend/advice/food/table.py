"""The food table: MEXT Standard Tables of Food Composition 2020 (8th revised edition), and sums over it."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

from backend.advice.food.model import NUTRIENTS, Amount, Food, Nutrients, State, Total

CREDIT = "日本食品標準成分表2020年版（八訂）（文部科学省）を加工"
LICENCE = (
    "文部科学省ウェブサイト利用規約（出典を示した利用）；"
    "表への変換 jSm449g4d/standards-tables-of-food-composition-in-japan CC BY 4.0"
)

_COLUMNS = {
    "vite_mg": "vite_atoc_mg",
    "niacin_mg": "niacin_eq_mg",
    "salt_g": "salt_eq_g",
}
_SALT_PER_SODIUM = 2.54 / 1000
"""Grams of salt per mg of sodium (the table's own factor)."""
_PARTS_OF_FAT = frozenset({"sfa_g", "mufa_g", "pufa_g", "n3_g", "n6_g"})
_STATES = {"e": State.ESTIMATED, "t": State.TRACE}


class UnknownFoodError(LookupError):
    """There is no food with this code."""


@cache
def foods() -> Mapping[str, Food]:
    """All foods by code."""
    packed = resources.files(__package__).joinpath("foods.csv.gz").read_bytes()
    rows = csv.DictReader(io.StringIO(gzip.decompress(packed).decode()))
    return {row["food_code"]: _food(row) for row in rows}


def food(code: str) -> Food:
    """One food; raises UnknownFoodError."""
    try:
        return foods()[code]
    except KeyError:
        raise UnknownFoodError(code) from None


def _food(row: dict[str, str]) -> Food:
    flags = dict(one.split(":") for one in row["flags"].split(";") if one)
    amounts = {key: _amount(row[_COLUMNS.get(key, key)], flags.get(_COLUMNS.get(key, key))) for key in NUTRIENTS}
    amounts["salt_g"] = _salt(amounts["salt_g"], amounts["sodium_mg"])
    return Food(code=row["food_code"], group=row["food_group"], name=row["name_ja"], amounts=amounts)


def _amount(text: str, flag: str | None) -> Amount:
    # 15024, 15027 and 15156 carry negative numbers: brackets of an estimate that a spreadsheet took for a minus.
    # Nobody measured less than nothing, and nobody confirmed the estimate: it is unknown.
    if text == "" or float(text) < 0:
        return Amount(State.MISSING, None)
    return Amount(_STATES.get(flag or "", State.VALUE), float(text))


def _salt(printed: Amount, sodium: Amount) -> Amount:
    # Some printed lines have salt 0 beside 160 to 200 mg of sodium (15172, 15173, 15185): the larger one counts.
    counted = None if sodium.value is None else sodium.value * _SALT_PER_SODIUM
    if counted is None or (printed.value is not None and printed.value >= counted):
        return printed
    return Amount(sodium.state, counted)


def sum_of(parts: Iterable[tuple[str, float]]) -> Nutrients:
    """What is in so many grams of these foods (edible part); missing values give a lower bound, never a zero."""
    return total(_scaled(food(code), grams / 100) for code, grams in parts)


def total(several: Iterable[Nutrients]) -> Nutrients:
    """The sum of several; unknown parts stay unknown."""
    summed = list(several)
    return {key: _added([one[key] for one in summed]) for key in NUTRIENTS}


def _added(totals: list[Total]) -> Total:
    tops = [one.at_most for one in totals]
    return Total(
        at_least=sum(one.at_least for one in totals),
        at_most=None if None in tops else sum(top for top in tops if top is not None),
        is_estimated=any(one.is_estimated for one in totals),
        missing=tuple(dict.fromkeys(code for one in totals for code in one.missing)),
    )


def _scaled(one: Food, factor: float) -> Nutrients:
    found = {}
    for key, amount in one.amounts.items():
        if amount.value is not None:
            number = amount.value * factor
            found[key] = Total(number, number, amount.state is State.ESTIMATED)
        else:
            # Fatty acids are part of the fat: no more of them than that can be there.
            fat = one.amounts["fat_g"].value if key in _PARTS_OF_FAT else None
            top = None if fat is None else fat * factor
            found[key] = Total(0.0, top, False, () if top == 0 else (one.code,))
    return found
