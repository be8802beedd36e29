"""Allergens as the labelling rules list them on a day, and what a statement made under an older list leaves open."""

from __future__ import annotations

import csv
from collections.abc import Collection
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal

from backend.advice.food.model import Allergen, AllergenSet

Scope = Literal["mandatory", "all", "unknown"]


def allergens(on: date) -> tuple[Allergen, ...]:
    """The list as it stands on a day: mandatory ones first."""
    found = [
        Allergen(
            id=row["id"],
            ja=row["ja"],
            reading=row["reading"],
            en=row["en"],
            duty=row["duty"],
            since=_day(row["since"]),
            source=row["source"],
            to_be_confirmed=row["status"] == "UNVERIFIED",
        )
        for row in _rows()
        if (_day(row["since"]) or on) <= on <= (_day(row["until"]) or on)
    ]
    return tuple(sorted(found, key=lambda one: one.duty))


def every_allergen() -> frozenset[str]:
    """All ids that stand on the list at any time; a dish nobody spoke of may contain each of them."""
    return frozenset(row["id"] for row in _rows())


def stated(contains: Collection[str], *, scope: Scope, on: date) -> AllergenSet:
    """What a provider's statement of a day says; allergens outside its scope, or not yet listed then, stay unknown."""
    if scope == "unknown":
        spoken: frozenset[str] = frozenset()
    else:
        spoken = frozenset(one.id for one in allergens(on) if scope == "all" or one.duty == "mandatory")
    present = frozenset(contains)
    return AllergenSet(contains=present, unknown=every_allergen() - spoken - present)


def allergen_id(name: str) -> str | None:
    """The id of an allergen written as on a label (小麦) or as its id; None for any other word."""
    return _names().get(name.strip().lower())


@cache
def _names() -> dict[str, str]:
    names = {word.lower(): row["id"] for row in _rows() for word in (row["id"], row["ja"], row["reading"], row["en"])}
    return names | _OTHER_SPELLINGS


_OTHER_SPELLINGS = {
    "たまご": "egg",
    "玉子": "egg",
    "鶏卵": "egg",
    "乳成分": "milk",
    "牛乳": "milk",
    "海老": "shrimp",
    "エビ": "shrimp",
    "蟹": "crab",
    "カニ": "crab",
    "ピーナッツ": "peanut",
    "クルミ": "walnut",
    "蕎麦": "buckwheat",
    "胡麻": "sesame",
    "ゴマ": "sesame",
    "鮭": "salmon",
    "サケ": "salmon",
    "鯖": "mackerel",
    "サバ": "mackerel",
    "イカ": "squid",
    "キウイ": "kiwi",
    "桃": "peach",
    "山芋": "yam",
    "リンゴ": "apple",
    "とり肉": "chicken",
    "ぶた肉": "pork",
}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with resources.files(__package__).joinpath("allergens.csv").open(encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines))
