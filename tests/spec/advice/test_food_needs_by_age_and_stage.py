"""Intake standards: both sides of every age group, the stages, and that no row gives no band."""

from __future__ import annotations

import csv

import pytest

from backend.advice import food
from backend.advice.food import Condition, Stage, intake

SALT = [(1, 3.0, 2.5), (3, 3.5, 3.5), (6, 4.5, 4.5), (8, 5.0, 5.0), (10, 6.0, 6.0), (12, 7.0, 6.5), (15, 7.5, 6.5)]
IRON_MEN = [(1, 4), (3, 5), (6, 6), (8, 7.5), (10, 9.5), (12, 9), (15, 9)]
IRON_MEN += [(18, 7), (30, 7.5), (50, 7), (65, 7), (75, 6.5)]
IRON_WOMEN = [(9, True, 8.0), (10, True, 12.5), (10, False, 9.0), (14, True, 12.5), (15, True, 11.0), (17, True, 11.0)]
IRON_WOMEN += [(18, True, 10.0), (29, True, 10.0), (30, True, 10.5), (49, True, 10.5), (50, True, 10.5)]
IRON_WOMEN += [(64, True, 10.5), (65, True, 6.0), (29, False, 6.0), (49, None, 10.5), (50, None, 6.0)]
IRON_WOMEN += [(74, None, 6.0), (75, None, 5.5)]


def one(nutrient, **who):
    found = [band for band in food.bands(**who) if band.nutrient == nutrient and band.is_binding]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(("age", "man", "woman"), SALT)
def test_salt_changes_with_the_birthday(age, man, woman):
    assert one("salt_g", age=age, sex="male").high == man
    assert one("salt_g", age=age, sex="female").high == woman
    assert one("salt_g", age=age, sex="male").is_high_strict
    if age > 1:
        before = [row for row in SALT if row[0] < age][-1]
        assert one("salt_g", age=age - 1, sex="male").high == before[1]
        assert one("salt_g", age=age - 1, sex="female").high == before[2]


@pytest.mark.parametrize(("age", "need"), IRON_MEN)
def test_iron_of_men_changes_with_the_birthday(age, need):
    assert one("iron_mg", age=age, sex="male").low == need
    if age > 1:
        assert one("iron_mg", age=age - 1, sex="male").low == [row for row in IRON_MEN if row[0] < age][-1][1]


@pytest.mark.parametrize(("age", "menstruates", "need"), IRON_WOMEN)
def test_iron_of_women_depends_on_bleeding(age, menstruates, need):
    assert one("iron_mg", age=age, sex="female", menstruates=menstruates).low == need


@pytest.mark.parametrize(
    ("stage", "iron", "energy"),
    [(Stage.PREGNANT_1, 8.5, 50), (Stage.PREGNANT_2, 14.5, 250), (Stage.PREGNANT_3, 14.5, 450)],
)
def test_pregnancy_adds_iron_and_energy_by_trimester(stage, iron, energy):
    assert one("iron_mg", age=31, sex="female", stage=stage).low == iron
    need = food.energy_need(age=31, sex="female", weight_kg=54, activity="moderate", stage=stage)
    base = food.energy_need(age=31, sex="female", weight_kg=54, activity="moderate")
    assert need.kcal - base.kcal == need.added == energy


def test_pregnancy_keeps_of_other_rows_the_upper_end_only():
    for stage in (Stage.PREGNANT_1, Stage.PREGNANT_2, Stage.PREGNANT_3, Stage.UNKNOWN):
        for band in food.bands(age=31, sex="female", stage=stage, energy_kcal=2000):
            if band.is_binding and band.nutrient != "iron_mg":
                assert band.low is None
                assert band.to_be_confirmed


def test_breast_feeding_has_rows_of_its_own():
    who = {"age": 31, "sex": "female", "stage": Stage.LACTATING, "energy_kcal": 2000.0}
    assert one("iron_mg", **who).low == 8.0
    assert one("salt_g", **who).high == 6.5
    assert one("fibre_g", **who).low == 18
    assert (one("protein_g", **who).low, one("protein_g", **who).high) == (75, 100)
    assert one("sfa_g", **who).high == pytest.approx(2000 * 0.07 / 9)


def test_shares_of_energy_become_grams_only_with_an_energy():
    band = one("fat_g", age=40, sex="male", energy_kcal=2400)
    assert (band.low, band.high) == (pytest.approx(2400 * 0.2 / 9), pytest.approx(2400 * 0.3 / 9))
    assert not [band for band in food.bands(age=40, sex="male") if band.nutrient == "fat_g"]


def test_a_nutrient_without_a_row_is_named_as_not_checked():
    given = food.bands(age=78, sex="female", energy_kcal=1600)
    assert {band.nutrient for band in given if band.is_binding} == {"salt_g", "iron_mg", "fat_g"}
    assert {"calcium_mg", "vitd_ug", "potassium_mg", "folate_ug"} <= set(food.not_checked(given))


def test_rows_that_wait_for_a_clinician_bind_nobody():
    given = food.bands(age=40, sex="male")
    waiting = [band for band in given if band.nutrient == "calcium_mg"]
    assert [band.low for band in waiting] == [750]
    assert not waiting[0].is_binding
    assert "calcium_mg" in food.not_checked(given)


def test_a_signature_makes_a_row_bind(monkeypatch):
    monkeypatch.setattr(intake.risk, "signed_rows", lambda: frozenset({"dri2025/male/30-49/calcium_mg/RDA"}))
    assert one("calcium_mg", age=49, sex="male").low == 750
    assert "calcium_mg" in food.not_checked(food.bands(age=50, sex="male"))


def test_unconfirmed_lines_only_forbid():
    for condition in Condition:
        for band in food.bands(age=40, sex="female", conditions=[condition], energy_kcal=2000):
            if band.to_be_confirmed:
                assert band.low is None
                assert band.high is not None
    given = food.bands(age=57, sex="male", conditions=[Condition.HYPERTENSION])
    salt = min((band for band in given if band.nutrient == "salt_g"), key=lambda band: band.high)
    assert (salt.high, salt.is_high_strict, salt.to_be_confirmed) == (6, True, True)


@pytest.mark.parametrize(
    ("age", "sex", "activity", "per_kg"),
    [
        (17, "male", "moderate", 47.3),
        (18, "male", "low", 35.6),
        (18, "male", "moderate", 41.5),
        (5, "male", "moderate", 79.5),
        (6, "male", "moderate", 68.7),
    ],
)
def test_energy_is_weight_times_the_row(age, sex, activity, per_kg):
    need = food.energy_need(age=age, sex=sex, weight_kg=60, activity=activity)
    assert need.kcal == pytest.approx(60 * per_kg)
    assert need.status == "official_text"


def test_no_row_no_energy():
    assert food.energy_need(age=0, sex="male", weight_kg=9, activity="moderate") is None
    assert food.energy_need(age=5, sex="male", weight_kg=18, activity="low") is None
    assert food.energy_need(age=75, sex="female", weight_kg=50, activity="high") is None
    assert food.energy_need(age=74, sex="female", weight_kg=50, activity="high") is not None


def test_every_number_is_the_shared_one(shared):
    theirs = {}
    with shared("advisory/dri_2025_long.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            theirs.setdefault((row["group"], row["age_or_stage"], row["indicator"], row["provenance"]), []).append(row)
    for row in intake.rows():
        also = {"DG_upper_lt", "DG_range", "DG_lower"} if row.indicator == "DG" else set()
        indicators = {row.indicator} | also
        texts = [
            found["value"]
            for indicator in indicators
            for found in theirs.get((row.group, row.stage, indicator, row.status), [])
            if found["source"] == row.source and found["unit"] == row.unit
        ]
        numbers = [part for text in texts for part in text.lstrip("<>=").split("-")]
        for value in (row.low, row.high):
            assert value is None or value in [float(number) for number in numbers if number[:1].isdigit()], row
