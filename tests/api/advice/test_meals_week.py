"""A resident gets a proven week of meals, changes it, shops for it; what becomes unsafe goes at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend import base, record
from backend.advice import food
from backend.advice.meals import service

NOW = datetime.now(UTC)


def give(phone: Any, values: dict[str, float]) -> None:
    readings = [
        record.Reading(
            metric=metric,
            value=value,
            unit=record.catalogue.metric(metric).unit,
            start=NOW - timedelta(days=20),
            is_date_only=True,
            source="見本健診機関",
            context="office" if metric in {"sbp_mmhg", "dbp_mmhg"} else None,
        )
        for metric, value in values.items()
    ]
    with base.write_unit() as session:
        record.add(session, person=phone.get("/me").json["person"]["id"], readings=readings, import_id=base.new_id())


def say(phone: Any, **facts: Any) -> None:
    for key, value in facts.items():
        answer = phone.http.put(f"/api/profile/{key}", json={"answer": "value", "value": value})
        assert answer.status_code == 200, answer.json


def wish(phone: Any, **changed: Any) -> dict[str, Any]:
    wishes = phone.get("/meals/wishes").json["wishes"] | changed
    answer = phone.http.put("/api/meals/wishes", json=wishes)
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def plan(phone: Any) -> dict[str, Any]:
    answer = phone.post("/meals/plan")
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    if found["task"] is not None and found["task"]["state"] == "working":
        base.run_due_jobs(limit=5)
        found = phone.get("/meals").json
    return found


def dishes_of(found: dict[str, Any]) -> set[str]:
    return {plate["dish"] for day in found["days"] for meal in day["meals"] for plate in meal["plates"]}


def place(found: dict[str, Any], day: int, slot: str) -> dict[str, Any]:
    meal: dict[str, Any] = next(one for one in found["days"][day]["meals"] if one["slot"] == slot)
    return meal


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine must not turn a request into a job here; the job has its own test."""
    monkeypatch.setattr(service.solved, "__kwdefaults__", {"seconds": 120.0})


@pytest.fixture
def woman(resident: Callable[..., Any]) -> Any:
    phone = resident("suita", birth="1988-04-02", sex="female")
    give(phone, {"weight_kg": 55.0, "bmi": 21.5, "sbp_mmhg": 150.0, "dbp_mmhg": 84.0})
    say(phone, pregnancy={"status": "no"}, activity="low", allergies=["egg"])
    return phone


def test_without_allergies_and_weight_no_plan_is_made_and_both_are_asked_for(resident: Callable[..., Any]) -> None:
    phone = resident("suita", birth="1969-05-05", sex="male")
    found = phone.get("/meals").json
    assert found["state"] == "refused"
    assert {one["asks"] for one in found["refused"]} == {"allergies", "weight_kg"}
    refused = phone.post("/meals/plan")
    assert (refused.status_code, refused.json["key"]) == (409, "advice.meals.refused")


def test_the_week_keeps_salt_allergens_and_energy_and_names_what_called_for_them(woman: Any) -> None:
    found = plan(woman)
    assert found["state"] == "ready", found
    assert [len(day["meals"]) for day in found["days"]] == [3] * 7
    for name in dishes_of(found):
        assert "egg" not in food.dish(name).allergens.contains
    # Salt by an own sum over the food table: under 6 g a day on the week's mean, because of 150/84.
    salt = 0.0
    for day in found["days"]:
        for meal in day["meals"]:
            for plate in meal["plates"]:
                total = food.nutrients(food.dish(plate["dish"]))["salt_g"].at_most
                assert total is not None
                salt += total * plate["times"]
    assert salt < 42
    rules = {one["words"]["key"].rpartition(".")[2]: one for one in found["triggers"]}
    assert rules["salt_hypertension"]["words"]["params"]["value"] == 150
    assert rules["salt_hypertension"]["reading"]
    assert "calcium_mg" in found["not_checked"]
    assert found["maker"]["proof"]["key"].startswith("advice.meals.proof.")
    assert 0.95 * found["energy_kcal"] <= sum(day["energy_kcal"] for day in found["days"]) / 7
    assert sum(day["energy_kcal"] for day in found["days"]) / 7 <= 1.05 * found["energy_kcal"] + 3


def test_every_dish_that_is_kept_out_has_a_reason(woman: Any) -> None:
    found = woman.get("/meals/rejected").json
    assert found["allowed"] + len(found["rejected"]) == len(food.dishes())
    assert all(one["reasons"] for one in found["rejected"])
    by_id = {one["id"]: one for one in found["rejected"]}
    for dish in food.dishes():
        if "egg" in dish.allergens.contains:
            assert "advice.meals.reason.allergen" in {why["words"]["key"] for why in by_id[dish.id]["reasons"]}


def test_a_swapped_meal_stays_the_rest_is_planned_around_it_and_undo_brings_the_old_week_back(woman: Any) -> None:
    before = plan(woman)
    choices = woman.get("/meals/choices/2/D").json["choices"]
    wanted = choices[0]
    after = woman.post("/meals/swap", {"day": 2, "slot": "D", "meal": wanted["id"]})
    assert after.status_code == 200, after.json
    swapped = place(after.json, 2, "D")
    assert [one["id"] for one in swapped["plates"]] == [one["id"] for one in wanted["plates"]]
    assert swapped["is_locked"]
    again = plan(woman)
    assert place(again, 2, "D")["plates"] == swapped["plates"]
    woman.post("/meals/undo")
    back = woman.post("/meals/undo").json
    assert back["days"] == before["days"]


def test_pregnancy_takes_unsafe_meals_off_at_once_with_the_reason_and_off_the_shopping_list(woman: Any) -> None:
    plan(woman)
    unsafe = None
    for slot in ("B", "L", "D"):
        for choice in woman.get(f"/meals/choices/0/{slot}").json["choices"]:
            dishes = [food.dish(one["dish"]) for one in choice["plates"]]
            if any(food.forbidden(dish, [food.Condition.PREGNANT]) for dish in dishes):
                unsafe = (slot, choice)
    if unsafe is None:
        listed = {dish.id for dish in food.dishes() if food.forbidden(dish, [food.Condition.PREGNANT])}
        wish(woman, liked_groups=["fish"])
        unsafe = next(
            (slot, choice)
            for slot in ("L", "D")
            for choice in woman.get(f"/meals/choices/0/{slot}").json["choices"]
            if listed & {one["dish"] for one in choice["plates"]}
        )
    slot, choice = unsafe
    swapped = woman.post("/meals/swap", {"day": 0, "slot": slot, "meal": choice["id"]})
    assert swapped.status_code == 200, swapped.json
    assert place(swapped.json, 0, slot)["removed"] == []
    listed_before = {one["code"] for one in woman.get("/meals/shopping").json["buys"]}
    due = (NOW.astimezone(base.TOKYO).date() + timedelta(days=140)).isoformat()
    say(woman, pregnancy={"status": "yes", "due": due})
    now = woman.get("/meals").json
    removed = place(now, 0, slot)["removed"]
    assert any(one["words"]["key"].startswith("advice.food.mask.") and one["source"] for one in removed)
    assert now["is_outdated"]
    assert "advice.food.note.mercury" in {one["key"] for one in now["notes"]}
    assert listed_before - {one["code"] for one in woman.get("/meals/shopping").json["buys"]}
    anew = plan(woman)
    assert all(meal["removed"] == [] for day in anew["days"] for meal in day["meals"])
    share = sum(food.mercury_share(food.dish(name)) for name in dishes_of(anew))
    assert share <= 1 + 1e-9


def test_kidney_disease_gets_no_plan_and_an_existing_one_is_taken_off(woman: Any) -> None:
    plan(woman)
    give(woman, {"egfr": 44.0})
    found = woman.get("/meals").json
    assert found["state"] == "refused"
    assert [one["words"]["key"] for one in found["refused"]] == ["advice.meals.refused.kidney"]
    assert all(meal["removed"] for day in found["days"] for meal in day["meals"])


@pytest.mark.parametrize(("egfr", "state"), [(60.0, "empty"), (59.9, "refused")])
def test_the_kidney_line_on_both_sides(woman: Any, egfr: float, state: str) -> None:
    give(woman, {"egfr": egfr})
    assert woman.get("/meals").json["state"] == state


def test_a_budget_that_is_too_small_is_proven_and_the_missing_yen_are_named(woman: Any) -> None:
    wish(woman, budget_yen=2000)
    found = plan(woman)
    assert found["task"]["state"] == "impossible"
    steps = [one for option in found["task"]["relaxations"] for one in option if one["wish"] == "budget"]
    least = steps[0]["amount"]
    wish(woman, budget_yen=least)
    assert plan(woman)["state"] == "ready"
    wish(woman, budget_yen=least - 1)
    assert plan(woman)["task"]["state"] == "impossible"


def test_a_hard_week_goes_on_as_a_job_and_ends_in_a_plan(woman: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service.solved, "__kwdefaults__", {"seconds": 0.0})
    answer = woman.post("/meals/plan").json
    assert answer["task"]["state"] == "working"
    assert answer["state"] == "empty"
    assert base.run_due_jobs(limit=5) == 1
    found = woman.get("/meals").json
    assert (found["state"], found["task"]) == ("ready", None)


def test_the_shopping_list_is_merged_and_remembers_ticks(woman: Any) -> None:
    found = plan(woman)
    shopping = woman.get("/meals/shopping").json
    codes = [one["code"] for one in shopping["buys"]]
    assert len(codes) == len(set(codes))
    ticked = woman.http.put("/api/meals/shopping", json={"plan": shopping["plan"], "codes": codes[:2]})
    assert [one["code"] for one in ticked.json["buys"] if one["is_ticked"]] == codes[:2]
    assert [one["is_ticked"] for one in woman.get("/meals/shopping").json["buys"][:2]] == [True, True]
    assert found["days"]


def test_a_dish_page_shows_what_is_unknown_as_unknown(woman: Any) -> None:
    name = next(dish.id for dish in food.dishes() if not all(total.is_known for total in food.nutrients(dish).values()))
    page = woman.get(f"/meals/dishes/{name}").json
    assert page["ingredients"]
    assert page["steps"]
    unknown = [one for one in page["nutrients"] if not one["is_known"]]
    assert unknown
    assert woman.get("/meals/dishes/nothing").status_code == 404


def test_a_disliked_dish_goes_and_an_unknown_allergen_is_refused(woman: Any) -> None:
    before = plan(woman)
    gone = place(before, 0, "D")["plates"][0]["dish"]
    wish(woman, disliked_dishes=[gone], allergens=["milk"])
    after = plan(woman)
    assert gone not in dishes_of(after)
    assert all("milk" not in food.dish(name).allergens.contains for name in dishes_of(after))
    answer = woman.http.put("/api/meals/wishes", json={"allergens": ["moonstone"]})
    assert answer.status_code == 422


def test_nobody_sees_another_persons_meals(woman: Any, resident: Callable[..., Any]) -> None:
    plan(woman)
    other = resident("suita", birth="1990-01-01", sex="male")
    assert other.get("/meals").json["days"] == []
