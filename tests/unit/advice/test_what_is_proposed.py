"""Suggestions follow from values, masks come first, and one kind is proposed once."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from backend import advice
from backend.advice import About, Given, Held
from backend.advice.model import KINDS, SHOWABLE, holds, lines
from backend.base import all_words

AT = datetime(2026, 11, 22, tzinfo=UTC)
CLEAR = {
    "pregnancy": "no", "doctor_limits_exercise": "no", "doctor_limits_diet": "no", "coronary_disease": "no",
    "heart_failure": "no", "stroke": "no", "dialysis": "no", "retinopathy": "no", "osteoporosis": "no",
    "joint_pain": "no", "insulin_or_su": "no", "diabetes_treated": "no", "hypertension_treated": "no",
    "dyslipidaemia_treated": "no",
}  # fmt: skip


def about(values: dict[str, float | str], *, age: int = 57, sex: str = "male", **facts: str) -> About:
    held = {name: Held(value=value, metric=name, day=date(2026, 6, 1)) for name, value in values.items()}
    return About(age=age, sex=sex, values=held, facts=CLEAR | facts)


def proposed(known: About, answers: dict[str, Given] | None = None, at: datetime = AT) -> set[str]:
    return {one.rule.id for one in advice.choose(known, answers or {}, at).proposed}


# value just under the line, on it, and what comes
BOUNDARIES = [
    ("office_sbp", 159, 160, "clinic_bp_prompt"),
    ("office_dbp", 99, 100, "clinic_bp_prompt"),
    ("glucose_fasting_mgdl", 125, 126, "clinic_glucose_prompt"),
    ("hba1c_pct", 6.4, 6.5, "clinic_glucose_prompt"),
    ("ldl_mgdl", 179, 180, "clinic_ldl_prompt"),
    ("egfr", 60, 59.9, "clinic_kidney"),
    ("office_sbp", 139, 140, "clinic_bp"),
    ("office_dbp", 89, 90, "clinic_bp"),
    ("glucose_fasting_mgdl", 99, 100, "clinic_glucose_talk"),
    ("hba1c_pct", 5.5, 5.6, "clinic_glucose_talk"),
    ("office_sbp", 129, 130, "meal_salt"),
    ("office_dbp", 84, 85, "meal_salt"),
    ("office_sbp", 129, 130, "clinic_bp_talk"),
    ("office_dbp", 84, 85, "clinic_bp_talk"),
    ("home_sbp_7d", 114.9, 115, "meal_salt"),
    ("home_dbp_7d", 74.9, 75, "meal_salt"),
    ("steps_7d", 8000, 7999, "move_steps"),
    ("pregnancy_week", 14, 13, "meal_folate"),
]


@pytest.mark.parametrize(("value", "short", "reached", "rule"), BOUNDARIES)
def test_both_sides_of_every_line(value: str, short: float, reached: float, rule: str) -> None:
    facts = {"pregnancy": "yes"} if rule == "meal_folate" else {}
    sex = "female" if rule == "meal_folate" else "male"
    assert rule not in proposed(about({value: short}, sex=sex, **facts))
    assert rule in proposed(about({value: reached}, sex=sex, **facts))


def test_every_numeric_line_stands_in_the_table_above() -> None:
    lines = {(t.value, rule.id) for rule in advice.rules() for t in rule.any if t.is_ is None}
    assert lines == {(value, rule) for value, _, _, rule in BOUNDARIES}


@pytest.mark.parametrize(
    ("facts", "gone"),
    [
        ({"pregnancy": "yes"}, {"movement"}),
        ({"doctor_limits_exercise": "yes"}, {"movement"}),
        ({"coronary_disease": "yes"}, {"movement"}),
        ({"heart_failure": "yes"}, {"movement"}),
        ({"stroke": "yes"}, {"movement"}),
        ({"retinopathy": "yes"}, {"movement"}),
        ({"insulin_or_su": "yes"}, {"movement"}),
        ({"dialysis": "yes"}, {"movement", "meal"}),
        ({"doctor_limits_diet": "yes"}, {"meal"}),
    ],
)
def test_a_contraindication_takes_the_kind_away_and_says_why(facts: dict[str, str], gone: set[str]) -> None:
    values: dict[str, float | str] = {"office_sbp": 134, "office_dbp": 86, "steps_7d": 4000, "q_walk_1h": "2"}
    sex = "female" if "pregnancy" in facts else "male"
    before = advice.choose(about(values, sex=sex), {}, AT)
    after = advice.choose(about(values, sex=sex, **facts), {}, AT)
    assert gone <= {one.rule.kind for one in before.proposed}
    assert not gone & {one.rule.kind for one in after.proposed}
    assert gone <= {one.rule.kind for one in after.masked}


@pytest.mark.parametrize(
    ("value", "safe", "unsafe"),
    [("office_sbp", 179, 180), ("office_dbp", 99, 100), ("home_sbp_7d", 179, 180), ("home_dbp_7d", 99, 100),
     ("glucose_fasting_mgdl", 249, 250)],
)  # fmt: skip
def test_movement_stops_at_both_sides_of_the_stricter_line(value: str, safe: float, unsafe: float) -> None:
    assert "move_steps" in proposed(about({"steps_7d": 4000, value: safe}))
    assert "move_steps" not in proposed(about({"steps_7d": 4000, value: unsafe}))


@pytest.mark.parametrize(("bmi", "egfr", "rule", "comes"), [
    (18.5, 90, "meal_late", True), (18.4, 90, "meal_late", False),
    (22, 30, "meal_salt", True), (22, 29.9, "meal_salt", False),
])  # fmt: skip
def test_underweight_and_low_kidney_values_mask_meals(bmi: float, egfr: float, rule: str, comes: bool) -> None:
    trigger: dict[str, float | str] = {"q_eat_late": "1"} if rule == "meal_late" else {"home_sbp_7d": 134}
    assert (rule in proposed(about({**trigger, "bmi": bmi, "egfr": egfr}))) is comes


@pytest.mark.parametrize(("age", "sex", "asked"), [
    (14, "female", False), (20, "female", True), (55, "female", True), (56, "female", False), (30, "male", False),
])  # fmt: skip
def test_an_unknown_pregnancy_is_asked_before_anything_unsafe(age: int, sex: str, asked: bool) -> None:
    choice = advice.choose(about({"steps_7d": 3000}, age=age, sex=sex, pregnancy="unknown"), {}, AT)
    assert any(masked.mask.asks == "pregnancy" for masked in choice.masked) is asked


@pytest.mark.parametrize(("age", "rule"), [(64, "move_walk"), (65, "move_ask"), (18, "move_walk")])
def test_the_adult_figures_end_at_64(age: int, rule: str) -> None:
    assert proposed(about({"q_walk_1h": "2"}, age=age)) == {rule}


def test_nobody_under_18_is_proposed_anything() -> None:
    assert proposed(about({"office_sbp": 170, "steps_7d": 100, "q_snack": "1"}, age=17)) == set()


def test_what_is_sent_away_stays_away_its_time_and_the_next_comes() -> None:
    known = about({"office_sbp": 134, "q_eat_late": "1"})
    assert "meal_salt" in proposed(known)
    away = {"meal_salt": Given(answer="not_for_me", at=AT, until=AT + timedelta(days=90))}
    assert "meal_late" in proposed(known, away)
    assert "meal_salt" not in proposed(known, away, AT + timedelta(days=89))
    assert "meal_salt" in proposed(known, away, AT + timedelta(days=90))


def test_the_more_pressing_comes_first() -> None:
    choice = advice.choose(about({"office_sbp": 165, "hba1c_pct": 5.7}), {}, AT)
    assert [one.rule.id for one in choice.proposed if one.rule.kind == "telemedicine"] == ["clinic_bp_prompt"]
    assert "clinic_glucose_talk" in [one.rule.id for one in choice.waiting]


def test_only_confirmed_rows_propose_and_every_rule_names_its_line() -> None:
    for rule in advice.rules():
        assert rule.guideline.status in SHOWABLE
        assert rule.guideline.source
        assert rule.guideline.version
        assert all(trigger.row for trigger in rule.any)


def test_rules_masks_and_values_have_words() -> None:
    words = all_words()
    needed = [f"advice.{rule.id}.{part}" for rule in advice.rules() for part in ("title", "detail")]
    needed += [f"advice.mask.{mask.id}" for mask in advice.masks()]
    needed += [f"advice.value.{trigger.value}" for rule in advice.rules() for trigger in rule.any]
    assert [key for key in needed if key not in words] == []


def test_every_triggering_line_says_where_it_comes_from() -> None:
    assert {trigger.row for rule in advice.rules() for trigger in rule.any} <= set(lines())


def test_masks_name_rules_and_kinds_that_exist() -> None:
    known = {rule.id for rule in advice.rules()} | set(KINDS)
    assert [one for mask in advice.masks() for one in mask.blocks if one not in known] == []


def test_ten_thousand_residents_get_nothing_that_a_mask_forbids() -> None:
    random_ = random.Random(20261122)
    seen = 0
    for _ in range(10_000):
        values: dict[str, float | str] = {
            "office_sbp": random_.uniform(90, 200), "office_dbp": random_.uniform(50, 120),
            "home_sbp_7d": random_.uniform(90, 200), "home_dbp_7d": random_.uniform(50, 120),
            "glucose_fasting_mgdl": random_.uniform(70, 320), "hba1c_pct": random_.uniform(4.8, 11),
            "egfr": random_.uniform(8, 110), "bmi": random_.uniform(15, 36), "ldl_mgdl": random_.uniform(60, 220),
            "steps_7d": random_.uniform(0, 14000), "q_eat_late": random_.choice("12"), "q_snack": random_.choice("123"),
            "q_walk_1h": random_.choice("12"), "q_exercise_30min": random_.choice("12"),
        }  # fmt: skip
        values = {name: value for name, value in values.items() if random_.random() < 0.6}
        facts = {key: random_.choice(("yes", "no", "unknown")) for key in CLEAR}
        known = about(values, age=random_.randint(10, 95), sex=random_.choice(("male", "female")), **facts)
        choice = advice.choose(known, {}, AT)
        for one in choice.proposed:
            seen += 1
            assert one.trigger.value in values
            for mask in advice.masks():
                assert not ({one.rule.id, one.rule.kind} & set(mask.blocks) and holds(mask.when, known))
        kinds = [one.rule.kind for one in choice.proposed]
        assert len(kinds) == len(set(kinds))
    assert seen > 3000


@pytest.mark.parametrize(("sex", "grams"), [("male", 7.5), ("female", 6.5)])
def test_the_salt_goal_is_that_of_the_intake_standards(sex: str, grams: float) -> None:
    assert advice.goal("salt", sex=sex, age=57) == grams
    assert advice.goal("salt", sex=sex, age=14) is None
