"""The home dishes: codes exist, portions are portions, energy and salt are those of a kitchen."""

from __future__ import annotations

import re

import pytest

from backend.advice import food
from backend.advice.food import Dish, Kind, Slot
from backend.advice.food.table import foods

ALL = food.dishes()
BY_NAME = {one.name.ja: one for one in ALL}
HIRAGANA = re.compile(r"[ぁ-ゖー 　]+")

# Edible grams of one ingredient in one serving, by group of the table (raw or as the code names it).
GRAMS = {
    "01": 250,
    "02": 130,
    "03": 15,
    "04": 200,
    "05": 45,
    "06": 190,
    "07": 200,
    "08": 90,
    "09": 80,
    "10": 110,
    "11": 110,
    "12": 120,
    "13": 220,
    "14": 20,
    "16": 70,
    "17": 310,
}
SEASONING = {"17007": 16, "17008": 14, "17086": 13, "17012": 1.5, "17045": 14, "17046": 12, "17119": 10, "17042": 16}
# kcal, g protein and g salt of a serving: least and most.
SANE = {
    Kind.STAPLE: ((140, 350), (2, 15), (0, 1.5)),
    Kind.ONE_DISH: ((230, 850), (9, 36), (0.5, 3.6)),
    Kind.MAIN: ((65, 460), (5, 32), (0.3, 2.8)),
    Kind.SIDE: ((7, 145), (0.2, 10), (0, 1.5)),
    Kind.SOUP: ((10, 360), (1, 20), (0.4, 2.2)),
    Kind.FRUIT_DAIRY: ((30, 200), (0.1, 10), (0, 0.7)),
}


def test_there_are_more_than_three_hundred():
    assert len(ALL) >= 300
    counted = {kind: sum(one.kind is kind for one in ALL) for kind in Kind}
    assert counted[Kind.MAIN] >= 100
    assert counted[Kind.SIDE] >= 80
    assert min(counted.values()) >= 20


def test_no_two_are_the_same():
    assert len({one.id for one in ALL}) == len(ALL)
    assert len({(one.name.ja, one.kind) for one in ALL}) == len(ALL)
    assert len({(one.kind, one.parts) for one in ALL}) == len(ALL)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_a_dish_is_whole(one: Dish):
    assert one.name.ja
    assert HIRAGANA.fullmatch(one.name.reading), "readings are hiragana"
    assert one.name.en.isprintable()
    assert one.slots <= set(Slot)
    assert one.slots
    assert one.months <= set(range(1, 13))
    assert one.months
    assert 1 <= one.minutes <= 120
    assert 1 <= one.servings <= 6
    assert 1 <= len(one.steps) <= 4
    assert all(step.endswith("。") and 3 <= len(step) <= 40 for step in one.steps)
    assert 5 <= one.yen <= 1100
    codes = [part.code for part in one.parts]
    assert len(set(codes)) == len(codes)
    assert one.eaten_raw <= set(codes)
    assert set(codes) <= set(food.ingredients())
    assert set(codes) <= set(foods())


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_grams_are_those_of_one_serving(one: Dish):
    for part in one.parts:
        assert 0 < part.grams <= GRAMS[foods()[part.code].group], part
        assert part.grams <= SEASONING.get(part.code, 1000), part


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_energy_protein_and_salt_are_plausible(one: Dish):
    held = food.nutrients(one)
    for key, (least, most) in zip(("energy_kcal", "protein_g", "salt_g"), SANE[one.kind], strict=True):
        assert held[key].is_known
        assert least <= held[key].at_least <= most, (one.name.ja, key, held[key])


def test_portions_a_dietitian_knows():
    assert {part.code: part.grams for part in BY_NAME["ごはん"].parts} == {"01088": 150}
    miso = {part.code: part.grams for part in BY_NAME["豆腐とわかめのみそ汁"].parts}
    assert miso["17045"] == 9
    assert 1.2 <= food.nutrients(BY_NAME["豆腐とわかめのみそ汁"])["salt_g"].at_least <= 1.5
    assert {part.code: part.grams for part in BY_NAME["さばの塩焼き"].parts}["10154"] == 80


@pytest.mark.parametrize("name", [one.name.ja for one in ALL if one.name.ja.startswith("減塩")])
def test_what_is_named_low_in_salt_is(name):
    one = BY_NAME[name]
    assert food.nutrients(one)["salt_g"].at_least <= food.LOW_SALT[one.kind]
    assert "low_salt" in one.tags


def test_vegetarian_means_no_meat_fish_or_their_stock():
    for one in ALL:
        if "vegetarian" in one.tags:
            assert not {foods()[part.code].group for part in one.parts} & {"10", "11"}
            assert "17021" not in {part.code for part in one.parts}
    assert "vegetarian" in BY_NAME["けんちん汁"].tags
    assert "vegetarian" not in BY_NAME["ほうれん草のおひたし"].tags


def test_a_family_finds_its_food_in_every_month_and_meal():
    for month in range(1, 13):
        for slot in Slot:
            here = [one for one in ALL if month in one.months and slot in one.slots]
            for kind in (Kind.STAPLE, Kind.MAIN, Kind.SIDE, Kind.SOUP, Kind.FRUIT_DAIRY):
                assert sum(one.kind is kind for one in here) >= 5, (month, slot, kind)
    for tag, least in {"soft": 80, "low_salt": 150, "vegetarian": 80, "bento": 50, "kansai": 40}.items():
        assert sum(tag in one.tags for one in ALL) >= least


def test_raw_dishes_say_so():
    for one in ALL:
        is_sashimi = re.search("刺身|たたき|海鮮|まぐろ丼|生ハム|スモークサーモン", one.name.ja) is not None
        assert not is_sashimi or one.eaten_raw, one.name.ja


def test_an_unknown_dish_is_named():
    with pytest.raises(food.UnknownDishError, match="nothing"):
        food.dish("nothing")
    assert food.dish("main-001").name.ja == "鮭の塩焼き"
