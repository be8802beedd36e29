"""Files of the shared format that cannot be read are refused by row and column; unknown is never zero."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.advice import food
from backend.advice.food import AllergenSet, CatalogueDish, Kind, Slot, Total, Words
from backend.advice.meals import BadInstance, BadRules, Cap, Limit, Meal, Problem, read_catalogue, read_rules, solve
from backend.advice.meals.needs import Known, Needs, Person, Refused, needs, refusals
from backend.advice.meals.plates import Wishes, safety_reasons, sort_out, wish_reasons
from backend.advice.meals.week import Order, Question, answer_of
from backend.cli import main
from tests.meals_checker import small_instance

GOOD = {"bands_daily": {"kcal": [1700, 1900], "salt": [0, 7]}, "excluded": [0], "salt_hi": 6.0, "budget_yen": 9000}


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"bands_daily": {}}, "bands_daily"),
        ({"bands_daily": {"kcal": [1700]}}, "bands_daily.kcal"),
        ({"bands_daily": {"kcal": [1900, 1700]}}, "bands_daily.kcal"),
        ({"excluded": None}, "excluded"),
        ({"excluded": ["egg"]}, "excluded"),
        ({"excluded": [-1]}, "excluded"),
        ({"salt_hi": "6"}, "salt_hi"),
        ({"salt_hi": -1}, "salt_hi"),
        ({"budget_yen": True}, "budget_yen"),
        ({"bands_daily": {"kcal": [1700, 1900]}}, "salt_hi"),
        ({"exluded": [1]}, "exluded (excluded?)"),
    ],
)
def test_rules_are_refused_by_the_place_that_is_wrong(changed: dict[str, Any], where: str) -> None:
    with pytest.raises(BadRules) as refused:
        read_rules(json.dumps(GOOD | changed).encode())
    assert refused.value.params["where"] == where


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b'{"bands_daily": NaN}', b"\xff\xfe"])
def test_what_is_no_json_object_is_refused(text: bytes) -> None:
    with pytest.raises(BadRules):
        read_rules(text)


def changed(old: str, new: str) -> bytes:
    return small_instance(3)[0].replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [
        (b"", 1, "-"),
        (changed("fib", "fibre"), 1, "fib"),
        (changed("al1", "al0"), 1, "al0"),
        (changed("\n3,B,", "\n0,B,"), 5, "id"),
        (changed("\n3,B,", "\n3,X,"), 5, "slot"),
        (changed("\n3,B,", "\n3,B,x"), 5, "kcal"),
        (changed("\n3,B,", "\n3,B,nan"), 5, "kcal"),
        (changed("\n3,B,", "\n3,B,-"), 5, "kcal"),
        (changed("\n3,B,", "\n3,B,,"), 5, "-"),
        (b"\xff", 0, "-"),
        (small_instance(3)[0].splitlines()[0].encode(), 2, "-"),
    ],
)
def test_catalogues_are_refused_by_row_and_column(text: bytes, row: int, column: str) -> None:
    with pytest.raises(BadInstance) as refused:
        read_catalogue(text, ("kcal", "fib", "salt"), frozenset((0, 1)))
    assert (refused.value.params["row"], refused.value.params["column"]) == (row, column)


def test_a_blank_allergen_flag_is_not_a_no() -> None:
    lines = small_instance(3)[0].splitlines()
    lines[4] = lines[4].rpartition(",")[0] + ","
    with pytest.raises(BadInstance) as refused:
        read_catalogue("\n".join(lines).encode(), ("kcal",), frozenset((0,)))
    assert (refused.value.params["row"], refused.value.params["column"]) == (5, "al2")


def test_the_command_says_what_is_wrong_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rules.json").write_text(json.dumps(GOOD))
    (tmp_path / "meals.csv").write_bytes(changed("\n3,B,", "\n3,B,x"))
    assert main(["advice", "plan-meals", str(tmp_path / "meals.csv"), "--rules", str(tmp_path / "rules.json")]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "5 行目" in printed.err
    assert "kcal" in printed.err
    assert main(["advice", "plan-meals", "nowhere.csv", "--rules", str(tmp_path / "rules.json")]) == 1


def person(**changed: Any) -> Person:
    facts = {name: Known(name=name, value=value) for name, value in changed.pop("facts", {}).items()}
    values = {name: Known(name=name, value=value) for name, value in changed.pop("values", {}).items()}
    given: dict[str, Any] = {
        "age": 40, "sex": "female", "weight": Known(name="weight_kg", value=55.0), "is_pregnant": False,
        "pregnancy_week": None, "allergies": frozenset(), "area": None,
    }  # fmt: skip
    return Person(values=values, facts=facts, **(given | changed))


@pytest.mark.parametrize(
    ("given", "rules"),
    [
        ({}, []),
        ({"age": 17}, ["child"]),
        ({"age": 18}, []),
        ({"facts": {"ckd": "yes"}}, ["kidney"]),
        ({"values": {"egfr": 59.9}}, ["kidney"]),
        ({"values": {"egfr": 60.0}}, []),
        ({"facts": {"dialysis": "yes"}}, ["dialysis"]),
        ({"facts": {"doctor_limits_diet": "yes"}}, ["doctor_limits_diet"]),
        ({"allergies": None}, ["allergies_unknown"]),
        ({"allergies": frozenset(("other",))}, ["allergy_other"]),
        ({"weight": None}, ["weight_unknown"]),
        ({"is_pregnant": True}, ["due_unknown"]),
    ],
)
def test_who_gets_no_plan(given: dict[str, Any], rules: list[str]) -> None:
    assert [one.rule for one in refusals(person(**given))] == rules


def limit(found: Needs | Refused) -> list[float]:
    assert isinstance(found, Needs)
    return sorted(band.high for band in found.bands if band.nutrient == "salt_g" and band.high is not None)


@pytest.mark.parametrize(
    ("values", "has_line"),
    [
        ({"office_sbp": 140.0}, True),
        ({"office_sbp": 139.9}, False),
        ({"office_dbp": 90.0}, True),
        ({"office_dbp": 89.9}, False),
        ({"home_sbp_7d": 135.0}, True),
        ({"home_sbp_7d": 134.9}, False),
        ({"home_dbp_7d": 85.0}, True),
        ({"home_dbp_7d": 84.9}, False),
    ],
)
def test_salt_under_six_grams_from_the_line_of_blood_pressure_on(values: dict[str, float], has_line: bool) -> None:
    assert (6.0 in limit(needs(person(values=values)))) is has_line


@pytest.mark.parametrize(
    ("goal", "bmi", "given", "share"),
    [
        ("lose", 25.0, {}, 0.9),
        ("lose", 24.9, {}, 1.0),
        ("lose", 27.0, {"facts": {"insulin_or_su": "yes"}}, 1.0),
        ("lose", 27.0, {"is_pregnant": None}, 1.0),
        ("gain", 18.4, {}, 1.1),
        ("gain", 18.5, {}, 1.0),
    ],
)
def test_energy_goes_down_or_up_only_where_it_may(goal: str, bmi: float, given: dict[str, Any], share: float) -> None:
    found = needs(person(values={"bmi": bmi}, **given), goal=goal)
    assert isinstance(found, Needs)
    assert found.energy_kcal == pytest.approx(found.requirement_kcal * share)


def delivered(**changed: Any) -> CatalogueDish:
    known = {name: Total(1.0, 1.0) for name in food.NUTRIENTS}
    given: dict[str, Any] = {
        "id": "p.1", "provider": "p", "provider_name": "見本食堂", "name": Words("弁当", "べんとう", "box"),
        "kind": Kind.ONE_DISH, "slots": frozenset((Slot.DINNER,)), "main_group": "pork", "price_yen": 700,
        "areas": frozenset(("27205",)), "weekdays": frozenset((0,)), "nutrients": known,
        "allergens": AllergenSet(frozenset()), "tags": frozenset(), "min_order": 1, "lead_days": 0,
    }  # fmt: skip
    return CatalogueDish(**(given | changed))


def test_a_delivered_dish_of_unknown_salt_is_kept_out_not_taken_as_salt_free() -> None:
    found = needs(person())
    assert isinstance(found, Needs)
    unknown = delivered()
    nobody_says = Total(0.0, None, False, ("stated",))
    unknown = msgspec.structs.replace(unknown, nutrients=dict(unknown.nutrients) | {"salt_g": nobody_says})
    assert [one.rule for one in safety_reasons(delivered(), found, frozenset())] == []
    reasons = safety_reasons(unknown, found, frozenset())
    assert [(one.rule, one.what) for one in reasons] == [("unknown", ("salt_g",))]


def test_an_allergen_that_nobody_states_counts_as_contained() -> None:
    found = needs(person())
    assert isinstance(found, Needs)
    silent = delivered(allergens=AllergenSet(frozenset(), frozenset(("egg",))))
    assert [one.rule for one in safety_reasons(silent, found, frozenset(("egg",)))] == ["allergen"]
    assert safety_reasons(silent, found, frozenset(("milk",))) == []


def test_area_day_and_delivery_have_their_reasons() -> None:
    found = needs(person())
    assert isinstance(found, Needs)
    monday = date(2026, 11, 23)
    tuesdays = Wishes(receive_days=frozenset((1,)))
    assert [one.rule for one in wish_reasons(delivered(), tuesdays, monday)] == ["day"]
    assert [one.rule for one in wish_reasons(delivered(lead_days=1), Wishes(), monday)] == ["day"]
    assert [one.rule for one in wish_reasons(delivered(), Wishes(wants_delivery=False), monday)] == ["no_delivery"]
    far = sort_out([delivered()], needs=found, wishes=Wishes(), first=monday, area="27140")
    assert [why.rule for one in far.rejected for why in one.reasons] == ["area"]


def toy(worths: list[int], slots: str = "BLD") -> Problem:
    meals = tuple(Meal(f"{slot}{n}", slot, f"{slot}{n}") for slot in slots for n in range(len(worths)))
    return Problem(
        slots=tuple(slots), meals=meals, preference=tuple(worths * len(slots)), preference_scale=1, weekly=(), daily=()
    )


@pytest.mark.parametrize(("extra", "objective"), [(9, 19 + 9 - 1), (2, 21)])
def test_a_smallest_order_is_filled_or_left_out_whichever_is_better(extra: int, objective: int) -> None:
    # One meal of a provider is very good, its second is bad; the provider wants an order of two or none.
    problem = toy([1] * 7 + [0, 0])
    worths = list(problem.preference)
    worths[7], worths[8] = extra, -1
    problem = msgspec.structs.replace(problem, preference=tuple(worths))
    counts = tuple(int(n in (7, 8)) for n in range(len(problem.meals)))
    answer = answer_of(Question(problem=problem, orders=(Order("p", 2, counts),)))
    assert answer.status == "optimal"
    # Filled: two of the seven breakfasts worth 1 give way to `extra` and -1.
    assert answer.objective == objective


def test_a_meal_stays_on_the_day_it_is_locked_to_and_off_the_days_it_cannot_come() -> None:
    problem = toy([1] * 8)
    meals = list(problem.meals)
    meals[0] = msgspec.structs.replace(meals[0], days=frozenset((4,)))
    problem = msgspec.structs.replace(
        problem, meals=tuple(meals), preference=(50, *problem.preference[1:]), locked=((2, 9),)
    )
    answer = solve(problem)
    assert (4, 0) in {(place.day, place.meal) for place in answer.plan}
    assert (2, 9) in {(place.day, place.meal) for place in answer.plan}
    none = msgspec.structs.replace(problem, locked=((3, 0),))
    assert solve(none).status == "infeasible"


def test_a_week_with_six_breakfasts_or_too_tight_a_cap_is_proven_impossible() -> None:
    six = toy([1] * 7)
    six = msgspec.structs.replace(six, meals=six.meals[1:], preference=six.preference[1:])
    assert solve(six).status == "infeasible"
    capped = msgspec.structs.replace(toy([1] * 7), caps=(Cap("x", frozenset((0, 1)), 1),))
    assert solve(capped).status == "infeasible"
    weighed = msgspec.structs.replace(toy([1] * 7), weekly=(Limit("w", (1,) * 21, 1, None, 20),))
    assert solve(weighed).status == "infeasible"
