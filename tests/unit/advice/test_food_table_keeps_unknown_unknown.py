"""The food table: what was not measured is never taken for zero, and salt is never taken for less than its sodium."""

from __future__ import annotations

import csv

import pytest

from backend.advice import food
from backend.advice.food import NUTRIENTS, State

RICE, CORNSTARCH_NOODLES, SHISO = "01088", "02040", "06095"


def test_every_food_has_every_nutrient_with_a_state():
    assert len(food.foods()) == 2478
    for one in food.foods().values():
        assert set(one.amounts) == set(NUTRIENTS)
        for amount in one.amounts.values():
            assert (amount.value is None) == (amount.state is State.MISSING)
            assert amount.value is None or amount.value >= 0
            assert amount.state is not State.TRACE or amount.value == 0


def test_the_numbers_are_those_of_the_shared_table(shared):
    wanted = {
        "energy_kcal": "energy_kcal",
        "iron_mg": "iron_mg",
        "niacin_mg": "niacin_eq_mg",
        "vite_mg": "vite_atoc_mg",
    }
    with shared("advisory/mext_food_composition_2020_trimmed.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == len(food.foods())
    for row in rows:
        for ours, theirs in wanted.items():
            text, amount = row[theirs], food.food(row["food_code"]).amount(ours)
            is_missing = text == "" or float(text) < 0
            assert amount.value == (None if is_missing else float(text))
            flags = dict(one.split(":") for one in row["flags"].split(";") if one)
            states = {"e": State.ESTIMATED, "t": State.TRACE}
            state = State.MISSING if is_missing else states.get(flags.get(theirs, ""), State.VALUE)
            assert amount.state is state


@pytest.mark.parametrize("code", ["15172", "15173", "15185"])
def test_a_printed_salt_of_zero_beside_sodium_is_not_believed(code):
    one = food.food(code)
    assert one.amount("sodium_mg").value >= 160
    assert one.amount("salt_g").value == pytest.approx(one.amount("sodium_mg").value * 2.54 / 1000)


def test_salt_is_the_larger_of_printed_and_counted_everywhere():
    for one in food.foods().values():
        salt, sodium = one.amount("salt_g").value, one.amount("sodium_mg").value
        if sodium is not None:
            assert salt is not None
            assert salt >= sodium * 2.54 / 1000 - 1e-9


def test_a_negative_number_is_no_measurement():
    assert food.food("15027").amount("fat_g").state is State.MISSING
    assert food.food("15156").amount("vitd_ug").value is None


def test_a_known_sum_is_exact():
    summed = food.sum_of([(RICE, 150)])
    assert summed["energy_kcal"].value == pytest.approx(234)
    assert summed["energy_kcal"].is_known


def test_a_missing_part_leaves_a_lower_bound_and_names_the_food():
    code = next(one.code for one in food.foods().values() if one.amount("iodine_ug").state is State.MISSING)
    summed = food.sum_of([("09017", 1), (code, 100)])["iodine_ug"]
    assert summed.at_least == pytest.approx(food.food("09017").amount("iodine_ug").value / 100)
    assert summed.at_most is None
    assert summed.value is None
    assert not summed.is_known
    assert summed.missing == (code,)


def test_unknown_fatty_acids_cannot_be_more_than_the_fat():
    for one in food.foods().values():
        fat = one.amount("fat_g").value
        if one.amount("sfa_g").state is State.MISSING and fat:
            total = food.sum_of([(one.code, 200)])["sfa_g"]
            assert (total.at_least, total.at_most) == (0, pytest.approx(2 * fat))
            assert total.value is None
            return
    pytest.fail("the table has such foods")


def test_what_is_estimated_stays_marked_in_a_sum():
    code = next(one.code for one in food.foods().values() if one.amount("iron_mg").state is State.ESTIMATED)
    assert food.sum_of([(RICE, 10), (code, 10)])["iron_mg"].is_estimated
    assert not food.sum_of([("06214", 10)])["potassium_mg"].is_estimated


def test_adding_up_in_any_order_gives_the_same():
    one, two = food.sum_of([(RICE, 100)]), food.sum_of([(SHISO, 3)])
    for key in NUTRIENTS:
        there, back = food.total([one, two])[key], food.total([two, one])[key]
        assert there.at_least == pytest.approx(back.at_least)
        assert set(there.missing) == set(back.missing)


def test_an_unknown_code_is_named():
    with pytest.raises(food.UnknownFoodError, match="99999"):
        food.food("99999")


def test_source_and_licence_are_said():
    assert "文部科学省" in food.CREDIT
    assert "CC BY 4.0" in food.LICENCE
