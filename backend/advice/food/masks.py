"""What a dish must not be proposed to whom, and how much mercury fish of a week may add up to."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable
from functools import cache
from importlib import resources

import msgspec

from backend.advice.food.intake import ALLOWED
from backend.advice.food.model import CatalogueDish, Condition, Dish, Forbid, Note, Stage
from backend.advice.food.table import food

MERCURY_OF_A_WEEK = 1.0
"""Shares of several fish add up: half the allowance of one leaves half that of another (the notice's own rule)."""
_MERCURY_TAG = "mercury_"


class FoodMask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule: foods, whole groups or tags that a condition forbids; `raw_only` where heating settles it."""

    id: str
    conditions: tuple[str, ...]
    source: str
    status: str
    raw_only: bool
    codes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def hits(self, dish: Dish | CatalogueDish) -> tuple[str, ...]:
        """The codes or tags of a dish that this mask names."""
        if isinstance(dish, CatalogueDish):
            return tuple(sorted(set(self.tags) & dish.tags))
        codes = dish.eaten_raw if self.raw_only else frozenset(part.code for part in dish.parts)
        return tuple(sorted(code for code in codes if code in self.codes or food(code).group in self.groups))


class MercuryRow(msgspec.Struct, frozen=True):
    """How much of a fish one week allows in pregnancy."""

    code: str
    fish: str
    grams_per_week: float
    source: str
    status: str


@cache
def food_masks() -> tuple[FoodMask, ...]:
    """All masks."""
    text = resources.files(__package__).joinpath("masks.json").read_bytes()
    return tuple(msgspec.json.decode(text, type=list[FoodMask]))


@cache
def mercury_rows() -> dict[str, MercuryRow]:
    """The weekly allowances by food code."""
    with resources.files(__package__).joinpath("mercury.csv").open(encoding="utf-8") as lines:
        return {
            row["code"]: MercuryRow(
                row["code"], row["fish"], float(row["grams_per_week"]), row["source"], row["status"]
            )
            for row in csv.DictReader(lines)
            if row["code"]
        }


def forbidden(dish: Dish | CatalogueDish, conditions: Collection[Condition]) -> tuple[Forbid, ...]:
    """Every reason why a dish must not be proposed under these conditions; none means it may."""
    wanted = {one.value for one in conditions}
    found = []
    for mask in food_masks():
        hits = mask.hits(dish) if wanted & set(mask.conditions) else ()
        if hits:
            found.append(_forbid(mask.id, hits, mask.source, mask.status))
    if wanted & {"pregnant", "pregnancy_unknown"}:
        found += _unknown_delivery(dish)
        if mercury_share(dish) > MERCURY_OF_A_WEEK:
            found.append(_forbid("mercury", ("mercury",), _MERCURY_SOURCE, "official_text"))
    return tuple(found)


_MERCURY_SOURCE = "厚生労働省 魚介類と水銀（2005、2010改訂）"


def _forbid(mask: str, what: Iterable[str], source: str, status: str) -> Forbid:
    return Forbid(
        mask=mask,
        key=f"advice.food.mask.{mask}",
        what=tuple(what),
        source=source,
        status=status,
        to_be_confirmed=status not in ALLOWED,
    )


def _unknown_delivery(dish: Dish | CatalogueDish) -> list[Forbid]:
    # A delivered dish is known only by what its provider says; one that says nothing of pregnancy is not proposed.
    if isinstance(dish, CatalogueDish) and "pregnancy_checked" not in dish.tags:
        return [_forbid("not_stated", ("pregnancy_checked",), "提供者が妊娠中の注意を記していない", "official_text")]
    return []


def mercury_share(dish: Dish | CatalogueDish) -> float:
    """The part of one week's mercury allowance in pregnancy that one serving uses (1.0 = all of it)."""
    if isinstance(dish, CatalogueDish):
        return sum(float(tag.removeprefix(_MERCURY_TAG)) / 100 for tag in dish.tags if tag.startswith(_MERCURY_TAG))
    rows = mercury_rows()
    return sum(part.grams / rows[part.code].grams_per_week for part in dish.parts if part.code in rows)


def notes(conditions: Collection[Condition], stage: Stage = Stage.NONE) -> tuple[Note, ...]:
    """What to say beside a plan under these conditions."""
    wanted = {one.value for one in conditions} | {stage.value}
    text = resources.files(__package__).joinpath("notes.json").read_bytes()
    return tuple(
        Note(key=one["key"], source=one["source"], status=one["status"])
        for one in msgspec.json.decode(text)
        if wanted & set(one["conditions"])
    )
