"""Allergens follow from ingredients, lists change on a day, and masks name why a dish is left out."""

from __future__ import annotations

import csv
from datetime import date
from importlib import resources

import pytest

from backend.advice import food
from backend.advice.food import CatalogueDish, Condition, Kind, Slot, Stage, Total, Words, stated

BY_NAME = {one.name.ja: one for one in food.dishes()}
BEFORE, AFTER = date(2026, 3, 31), date(2026, 4, 1)

# (dish, must contain, must not contain)
CONTAINS = [
    ("きつねうどん", {"wheat", "soy", "egg"}, {"milk", "shrimp"}),
    ("お好み焼き（豚玉）", {"wheat", "egg", "pork", "yam", "soy", "apple", "peach"}, {"milk", "shrimp"}),
    ("ざるそば", {"buckwheat", "wheat", "soy", "mackerel"}, {"egg", "milk"}),
    ("さばのみそ煮", {"mackerel", "soy"}, {"wheat", "egg"}),
    ("鮭の塩焼き", {"salmon"}, {"soy", "wheat", "egg"}),
    ("牛丼", {"beef", "soy", "wheat"}, {"egg", "milk"}),
    ("食パントースト", {"wheat", "milk"}, {"egg"}),
    ("ポテトサラダ", {"egg", "soy", "apple", "pork", "milk"}, {"wheat"}),
    ("海鮮ちらし", {"salmon", "salmon_roe", "squid", "egg"}, {"shrimp"}),
    ("しらすごはん", {"shrimp", "crab"}, {"egg"}),
    ("棒棒鶏", {"chicken", "sesame", "soy", "wheat"}, {"egg"}),
    ("かに玉風オムレツ", {"crab", "egg"}, {"milk"}),
    ("八宝菜", {"shrimp", "squid", "pork", "egg"}, set()),
    ("とろろ", {"yam", "soy"}, {"egg"}),
    ("オレンジ", {"orange"}, {"apple"}),
    ("キウイヨーグルト", {"kiwi", "milk"}, {"egg"}),
    ("ごはん", set(), {"wheat", "soy"}),
]


@pytest.mark.parametrize(("name", "present", "absent"), CONTAINS, ids=[row[0] for row in CONTAINS])
def test_allergens_follow_from_the_ingredients(name, present, absent):
    found = BY_NAME[name].allergens
    assert present <= found.contains
    assert not absent & found.contains
    assert not found.unknown
    assert found.hits(present) == present


def test_every_ingredient_of_every_dish_states_its_allergens():
    every = food.every_allergen()
    with resources.files(food).joinpath("ingredients.csv").open(encoding="utf-8") as lines:
        rows = {row["code"]: row["allergens"] for row in csv.DictReader(lines)}
    for dish in food.dishes():
        for part in dish.parts:
            assert rows[part.code], part
            assert food.ingredients()[part.code].allergens <= every
    assert "none" in rows.values()


@pytest.mark.parametrize(
    ("word", "allergen"),
    [
        ("しょうゆ", "wheat"),
        ("しょうゆ", "soy"),
        ("マヨネーズ", "egg"),
        ("バター", "milk"),
        ("チーズ", "milk"),
        ("みそ", "soy"),
        ("豆腐", "soy"),
        ("うどん", "wheat"),
        ("そば", "buckwheat"),
        ("ごま", "sesame"),
        ("さば", "mackerel"),
        ("えび", "shrimp"),
        ("牛", "beef"),
        ("豚", "pork"),
        ("鶏", "chicken"),
        ("卵", "egg"),
    ],
)
def test_a_word_in_the_name_means_its_allergen(word, allergen):
    but = ("牛乳", "そば豆", "卵豆腐", "うずら", "えのき", "豆乳")
    found = [one for one in food.ingredients().values() if word in one.name.ja and not one.name.ja.startswith(but)]
    assert found
    for one in found:
        assert allergen in one.allergens, one.name.ja


def test_the_list_has_eight_and_twenty_and_then_cashew_moves():
    def duties(on):
        return {one.id: one.duty for one in food.allergens(on)}

    before, after = duties(BEFORE), duties(AFTER)
    assert sorted(before.values()).count("mandatory") == 8
    assert sorted(before.values()).count("recommended") == 20
    assert (before["cashew"], after["cashew"]) == ("recommended", "mandatory")
    assert "pistachio" not in before
    assert after["pistachio"] == "recommended"
    assert len(after) == 29
    waiting = {one.id for one in food.allergens(AFTER) if one.to_be_confirmed}
    assert waiting == {"cashew", "pistachio"}


def test_the_list_is_the_shared_one(shared):
    with shared("advisory/allergens_jp.csv").open(encoding="utf-8") as lines:
        theirs = {row["item_ja"]: row["status"] for row in csv.DictReader(lines)}
    assert {one.ja for one in food.allergens(AFTER)} == set(theirs)
    for one in food.allergens(BEFORE):
        assert theirs[one.ja].startswith(one.duty)


@pytest.mark.parametrize(
    ("scope", "on", "excluded", "hits"),
    [
        ("all", BEFORE, {"egg"}, set()),
        ("all", BEFORE, {"wheat"}, {"wheat"}),
        ("all", BEFORE, {"pistachio"}, {"pistachio"}),
        ("all", AFTER, {"pistachio"}, set()),
        ("mandatory", BEFORE, {"cashew"}, {"cashew"}),
        ("mandatory", AFTER, {"cashew"}, set()),
        ("mandatory", AFTER, {"soy", "egg"}, {"soy"}),
        ("unknown", AFTER, {"egg"}, {"egg"}),
    ],
)
def test_what_nobody_stated_counts_as_contained(scope, on, excluded, hits):
    assert stated({"wheat"}, scope=scope, on=on).hits(excluded) == hits


def masks(name, *conditions):
    return {one.mask for one in food.forbidden(BY_NAME[name], conditions)}


@pytest.mark.parametrize(
    ("name", "mask"),
    [
        ("生ハムとチーズのサラダ", "listeria"),
        ("スモークサーモンのマリネ", "listeria"),
        ("カッテージチーズと果物", "listeria"),
        ("まぐろの刺身", "raw"),
        ("鶏レバーのしょうが煮", "liver"),
        ("レバにらいため", "liver"),
        ("うな丼", "liver"),
        ("かす汁", "sake_lees"),
    ],
)
def test_pregnancy_leaves_out(name, mask):
    assert mask in masks(name, Condition.PREGNANT)
    assert mask in masks(name, Condition.PREGNANCY_UNKNOWN)
    assert not masks(name)
    assert not masks(name, Condition.HYPERTENSION, Condition.DIABETES)


@pytest.mark.parametrize("name", ["ピザトースト", "さばの塩焼き", "ほうれん草のおひたし", "親子丼", "プロセスチーズ"])
def test_pregnancy_leaves_in_what_is_heated(name):
    assert not masks(name, Condition.PREGNANT)


def test_no_single_dish_left_for_pregnancy_passes_the_vitamin_a_line():
    for one in food.dishes():
        if not food.forbidden(one, [Condition.PREGNANT]):
            assert food.nutrients(one)["retinol_ug"].at_least <= 2700, one.name.ja


def test_other_masks():
    assert masks("納豆", Condition.WARFARIN) == {"warfarin"}
    assert masks("関西風お雑煮", Condition.OLDER) == {"mochi"}
    assert masks("まぐろの刺身", Condition.CHILD_UNDER_6) == {"raw_weak"}
    assert masks("カッテージチーズと果物", Condition.CHILD_UNDER_6) == {"honey"}


def test_unconfirmed_masks_are_marked():
    for mask in food.food_masks():
        assert mask.source
        found = [hit for one in food.dishes() for hit in food.forbidden(one, [Condition(mask.conditions[0])])]
        for one in found:
            assert one.to_be_confirmed == (one.status != "official_text")


@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("金目鯛の煮付け", 1.0),
        ("めかじきの照り焼き", 1.0),
        ("れんこ鯛の塩焼き", 0.5),
        ("むつの煮付け", 0.5),
        ("まぐろの刺身", 70 / 80),
        ("きはだまぐろの刺身", 0),
        ("さばの塩焼き", 0),
        ("ツナサンド", 0),
    ],
)
def test_fish_use_up_their_part_of_the_week(name, share):
    assert food.mercury_share(BY_NAME[name]) == pytest.approx(share)


def test_two_fish_of_half_a_week_fill_it_and_a_third_is_too_much():
    half = food.mercury_share(BY_NAME["れんこ鯛の塩焼き"])
    assert 2 * half <= food.MERCURY_OF_A_WEEK
    assert 2 * half + food.mercury_share(BY_NAME["むつの煮付け"]) > food.MERCURY_OF_A_WEEK


def test_allowances_are_the_shared_ones(shared):
    with shared("advisory/pregnancy_fish_mercury.csv").open(encoding="utf-8") as lines:
        theirs = {row["fish_ja"]: row["approx_g_per_week"] for row in csv.DictReader(lines)}
    for row in food.masks.mercury_rows().values():
        if row.status == "official_text":
            assert row.grams_per_week == float(theirs[row.fish])


def test_folic_acid_is_said_before_and_early_in_pregnancy():
    keys = {one.key for one in food.notes([Condition.PREGNANT], Stage.PREGNANT_1)}
    assert "advice.food.note.folic_acid" in keys
    assert "advice.food.note.folic_acid" in {one.key for one in food.notes([Condition.PLANNING])}
    assert "advice.food.note.folic_acid" not in {one.key for one in food.notes([Condition.PREGNANT], Stage.PREGNANT_3)}
    assert food.notes([]) == ()


def delivered(*tags):
    return CatalogueDish(
        id="x.1",
        provider="x",
        provider_name="見本",
        name=Words("弁当", "べんとう", "Box"),
        kind=Kind.ONE_DISH,
        slots=frozenset({Slot.DINNER}),
        main_group="fish",
        price_yen=700,
        areas=frozenset({"27205"}),
        weekdays=frozenset({0}),
        nutrients=dict.fromkeys(food.NUTRIENTS, Total(0, None, False, ("stated",))),
        allergens=stated((), scope="unknown", on=AFTER),
        tags=frozenset(tags),
        min_order=1,
        lead_days=1,
    )


@pytest.mark.parametrize(
    ("tags", "masks"),
    [
        ((), {"not_stated"}),
        (("pregnancy_checked",), set()),
        (("pregnancy_checked", "liver"), {"liver"}),
        (("pregnancy_checked", "mercury_100"), set()),
        (("pregnancy_checked", "mercury_150"), {"mercury"}),
    ],
)
def test_a_delivered_dish_needs_the_providers_word(tags, masks):
    assert {one.mask for one in food.forbidden(delivered(*tags), [Condition.PREGNANT])} == masks
    assert food.forbidden(delivered(), [Condition.HYPERTENSION]) == ()


def test_shopping_merges_and_counts_in_pieces():
    lines = {one.code: one for one in food.shopping([("06153", 50), ("06153", 60), ("01088", 150), ("17021", 300)])}
    assert set(lines) == {"06153", "01083"}
    assert (lines["06153"].grams, lines["06153"].count, lines["06153"].unit) == (110, 1.0, "ko")
    assert lines["01083"].grams == pytest.approx(71.4)
    assert [one.shelf for one in food.shopping([("17007", 5), ("06153", 50)])] == ["vegetable", "seasoning"]
