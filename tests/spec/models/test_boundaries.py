"""Both sides of every boundary that a recognised model uses."""

from __future__ import annotations

from typing import Any

import pytest

from models import egfr_cr_jsn, hisayama_jas2022, registry
from models.base import Refused, Value

HISAYAMA: dict[str, Any] = {"sex": "female", "age": 65, "sbp": 110, "igt": 0, "ldl": 100, "hdl": 70, "smoking": 0}
GUIDANCE: dict[str, Any] = {
    "age": 50, "sex": "male", "waist": 80, "bmi": 22, "sbp": 120, "dbp": 80, "tg": 100, "hdl": 50, "fpg": 90,
    "hba1c": 5.4, "smoking": 0, "on_medication": 0,
}  # fmt: skip


def score(tool: str, base: dict[str, Any], **changed: Any) -> dict[str, Any]:
    answer = registry.scores()[tool].score({**base, **changed})
    assert isinstance(answer, Value), answer
    return dict(answer.result)


@pytest.mark.parametrize(
    ("name", "below", "at", "less", "more"),
    [
        ("sbp", 119, 120, 0, 1), ("sbp", 129, 130, 1, 2), ("sbp", 139, 140, 2, 3), ("sbp", 159, 160, 3, 4),
        ("sbp", 119.9, 120.0, 0, 1), ("ldl", 119, 120, 0, 1), ("ldl", 139, 140, 1, 2), ("ldl", 159, 160, 2, 3),
        ("hdl", 39, 40, 2, 1), ("hdl", 59, 60, 1, 0), ("hdl", 39.9, 40.0, 2, 1),
    ],
)  # fmt: skip
def test_hisayama_points(name: str, below: float, at: float, less: int, more: int) -> None:
    assert score("hisayama-jas2022", HISAYAMA, **{name: below})["points"] == less
    assert score("hisayama-jas2022", HISAYAMA, **{name: at})["points"] == more


@pytest.mark.parametrize(
    ("age", "percent"), [(40, "<1.0"), (49, "<1.0"), (59, 1.1), (60, 2.6), (69, 2.6), (70, 5.2), (79, 5.2)]
)
def test_hisayama_age_bands(age: int, percent: Any) -> None:
    found = score("hisayama-jas2022", HISAYAMA, age=age, ldl=140, sbp=120)
    assert (found["points"], found["risk_percent"]) == (3, percent)


def test_hisayama_age_50_starts_the_second_band() -> None:
    assert hisayama_jas2022.cell(8, 49).percent == 1.1
    assert hisayama_jas2022.cell(8, 50).percent == 2.2


@pytest.mark.parametrize(("percent_below", "percent_at"), [(1.9, 2.2), (9.1, 10.4)])
def test_hisayama_category_changes_at_2_and_10(percent_below: float, percent_at: float) -> None:
    by_percent = {
        c.percent: c.category for c in (hisayama_jas2022.cell(p, a) for p in range(20) for a in (45, 55, 65, 75))
    }
    assert by_percent[percent_below] != by_percent[percent_at]
    assert set(by_percent.values()) == {"low", "intermediate", "high"}


def test_hisayama_table_has_80_cells_and_the_largest_is_not_the_closed_form() -> None:
    assert len(hisayama_jas2022.TABLE) == 80
    assert hisayama_jas2022.cell(19, 75).percent == 41.1


@pytest.mark.parametrize(("fasting", "expected"), [(109.9, False), (110, True), (125.9, True), (126, None)])
def test_impaired_glucose(fasting: float, expected: bool | None) -> None:
    assert hisayama_jas2022.impaired_glucose(fasting) is expected


@pytest.mark.parametrize("age", [39, 39.9, 80])
def test_hisayama_refuses_the_age_next_to_its_range(age: float) -> None:
    answer = hisayama_jas2022.score({**HISAYAMA, "age": age})
    assert isinstance(answer, Refused)
    assert answer.result["route"] == "out_of_range_age"


@pytest.mark.parametrize("name", ["cad", "stroke", "diabetes", "ckd", "pad", "fh", "type3", "pregnant"])
def test_hisayama_refuses_each_exclusion_and_asks_where_it_is_unknown(name: str) -> None:
    assert isinstance(hisayama_jas2022.score({**HISAYAMA, name: True}), Refused)
    unknown = hisayama_jas2022.score({**HISAYAMA, name: None})
    assert isinstance(unknown, Refused)
    assert [(r.key, r.fill) for r in unknown.reasons] == [("risk.unknown_exclusion", name)]


@pytest.mark.parametrize("name", ["sbp", "ldl", "hdl", "igt", "smoking", "age", "sex"])
def test_hisayama_names_the_missing_input(name: str) -> None:
    answer = hisayama_jas2022.score({k: v for k, v in HISAYAMA.items() if k != name})
    assert isinstance(answer, Refused)
    assert [r.fill for r in answer.reasons] == [name]


@pytest.mark.parametrize(
    ("egfr", "stage"),
    [(90, "G1"), (89.99, "G2"), (60, "G2"), (59.99, "G3a"), (45, "G3a"), (44.99, "G3b"), (30, "G3b"), (29.99, "G4"),
     (15, "G4"), (14.99, "G5")],
)  # fmt: skip
def test_g_stages(egfr: float, stage: str) -> None:
    assert egfr_cr_jsn.g_stage(egfr) == stage


def test_egfr_from_18_years_and_not_in_pregnancy() -> None:
    adult = {"cr": 0.8, "female": True}
    assert isinstance(egfr_cr_jsn.score({**adult, "age": 17}), Refused)
    assert isinstance(egfr_cr_jsn.score({**adult, "age": 18}), Value)
    assert isinstance(egfr_cr_jsn.score({**adult, "age": 30, "pregnant": True}), Refused)
    assert isinstance(egfr_cr_jsn.score({**adult, "age": 30, "pregnant": None}), Refused)


@pytest.mark.parametrize(
    ("changed", "stage"),
    [({"acr": 29.9}, "G2A1"), ({"acr": 30}, "G2A2"), ({"acr": 299.9}, "G2A2"), ({"acr": 300}, "G2A3"),
     ({"pcr": 0.149}, "G2A1"), ({"pcr": 0.15}, "G2A2"), ({"pcr": 0.499}, "G2A2"), ({"pcr": 0.5}, "G2A3")],
)  # fmt: skip
def test_a_stages_wait_for_sign_off(changed: dict[str, float], stage: str) -> None:
    answer = registry.scores()["ckd"].score({"egfr": 60, **changed})
    assert isinstance(answer, Value)
    assert answer.result["stage"] == stage
    assert answer.awaiting_signoff == ("ckd/A1", "ckd/A2", "ckd/A3")


RISK = {"waist": 85, "sbp": 130}


@pytest.mark.parametrize(
    ("changed", "level"),
    [
        # one risk with a wide waist is motivational: each line from both sides
        ({"waist": 85, "sbp": 129}, "information"), ({"waist": 85, "sbp": 130}, "motivational"),
        ({"waist": 85, "dbp": 84}, "information"), ({"waist": 85, "dbp": 85}, "motivational"),
        ({"waist": 85, "tg": 149}, "information"), ({"waist": 85, "tg": 150}, "motivational"),
        ({"waist": 85, "tg": None, "tg_casual": 174}, "information"),
        ({"waist": 85, "tg": None, "tg_casual": 175}, "motivational"),
        ({"waist": 85, "hdl": 40}, "information"), ({"waist": 85, "hdl": 39}, "motivational"),
        ({"waist": 85, "fpg": 99}, "information"), ({"waist": 85, "fpg": 100}, "motivational"),
        ({"waist": 85, "hba1c": 5.5}, "information"), ({"waist": 85, "hba1c": 5.6}, "motivational"),
        ({"waist": 85, "fpg": None, "hba1c": None, "casual_glucose": 99}, "information"),
        ({"waist": 85, "fpg": None, "hba1c": None, "casual_glucose": 100}, "motivational"),
        # body class
        ({"waist": 84.9, "sbp": 130}, "information"), ({"sex": "female", "waist": 89.9, "sbp": 130}, "information"),
        ({"sex": "female", "waist": 90, "sbp": 130}, "motivational"),
        ({"visceral_fat": 99.9, "sbp": 130}, "information"), ({"visceral_fat": 100, "sbp": 130}, "motivational"),
        ({"bmi": 24.9, "sbp": 130}, "information"), ({"bmi": 25, "sbp": 130}, "motivational"),
        # active from two risks in class 1, from three in class 2
        ({"waist": 85, "sbp": 130, "tg": 150}, "active"), ({"bmi": 25, "sbp": 130, "tg": 150}, "motivational"),
        ({"bmi": 25, "sbp": 130, "tg": 150, "hba1c": 5.6}, "active"),
        # smoking counts only beside another risk
        ({"waist": 85, "smoking": 1}, "information"), ({"waist": 85, "smoking": 1, "sbp": 130}, "active"),
        # 65-74: active becomes motivational
        ({"waist": 85, "sbp": 130, "tg": 150, "age": 64}, "active"),
        ({"waist": 85, "sbp": 130, "tg": 150, "age": 65}, "motivational"),
        ({"waist": 85, "sbp": 130, "tg": 150, "on_medication": 1}, "information"),
    ],
)  # fmt: skip
def test_guidance_levels(changed: dict[str, Any], level: str) -> None:
    assert score("tokutei-hoken-shido", GUIDANCE, **changed)["level"] == level


def test_guidance_ages() -> None:
    model = registry.scores()["tokutei-hoken-shido"]
    assert [isinstance(model.score({**GUIDANCE, "age": age}), Refused) for age in (39, 40, 74, 75)] == [
        True, False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tool", "inputs", "key", "value"),
    [
        ("fib4", {"age": 64, "ast": 13, "alt": 1, "plt": 640.5}, "fib4_class", "low"),
        ("fib4", {"age": 64, "ast": 13, "alt": 1, "plt": 640}, "fib4_class", "intermediate"),
        ("fib4", {"age": 65, "ast": 20, "alt": 1, "plt": 651}, "fib4_class", "low"),
        ("fib4", {"age": 65, "ast": 20, "alt": 1, "plt": 650}, "fib4_class", "intermediate"),
        ("fib4", {"age": 50, "ast": 267, "alt": 1, "plt": 5000 / 1.0}, "fib4_class", None),
        ("hdp", {"week": 20, "sbp": 139, "dbp": 89}, "result", "none"),
        ("hdp", {"week": 20, "sbp": 139, "dbp": 90}, "result", "hypertension"),
        ("hdp", {"week": 19, "day": 6, "sbp": 140, "dbp": 80}, "result", "chronic hypertension"),
        ("hdp", {"week": 30, "sbp": 159, "dbp": 109}, "result", "hypertension"),
        ("hdp", {"week": 30, "sbp": 160, "dbp": 80}, "result", "severe: immediate contact"),
        ("hdp", {"week": 30, "sbp": 130, "dbp": 110}, "result", "severe: immediate contact"),
        ("gdm", {"ogtt": [91, 180, 152]}, "result", "GDM"), ("gdm", {"ogtt": [91, 179, 153]}, "result", "GDM"),
        ("gdm", {"ogtt": [125, 179, 152]}, "result", "GDM"),
        ("gdm", {"ogtt": [126, 100, 100]}, "result", "overt diabetes in pregnancy"),
        ("gdm", {"ogtt": [91, 100, 199], "hba1c": 6.4}, "result", "GDM"),
        ("gdm", {"ogtt": [91, 100, 200], "hba1c": 6.4}, "result", "High risk GDM, not overt"),
        ("gdm", {"ogtt": [91, 100, 200], "hba1c": 6.5}, "result", "overt diabetes in pregnancy"),
        ("anaemia_pregnancy", {"week": 12, "hb": 10.9}, "anaemia", True),
        ("anaemia_pregnancy", {"week": 12, "hb": 11.0}, "anaemia", False),
        ("anaemia_pregnancy", {"week": 13, "hb": 10.5}, "anaemia", False),
        ("anaemia_pregnancy", {"week": 13, "hb": 10.4}, "anaemia", True),
        ("anaemia_pregnancy", {"week": 27, "hb": 10.9}, "anaemia", False),
        ("anaemia_pregnancy", {"week": 28, "hb": 10.9}, "anaemia", True),
        ("pregnancy_weight_gain", {"height_cm": 160, "pre_kg": 47.36}, "bmi_class", "normal"),
        ("pregnancy_weight_gain", {"height_cm": 160, "pre_kg": 47.35}, "bmi_class", "underweight"),
        ("pregnancy_weight_gain", {"height_cm": 160, "pre_kg": 63.99}, "bmi_class", "normal"),
        ("pregnancy_weight_gain", {"height_cm": 160, "pre_kg": 76.79}, "bmi_class", "obese1"),
        ("edd", {"lmp": "2026-01-01", "on": "2026-04-08"}, "trimester", 1),
        ("edd", {"lmp": "2026-01-01", "on": "2026-04-09"}, "trimester", 2),
        ("edd", {"lmp": "2026-01-01", "on": "2026-07-15"}, "trimester", 2),
        ("edd", {"lmp": "2026-01-01", "on": "2026-07-16"}, "trimester", 3),
    ],
)  # fmt: skip
def test_other_lines(tool: str, inputs: dict[str, Any], key: str, value: Any) -> None:
    answer = registry.scores()[tool].score(inputs)
    if value is None:
        assert isinstance(answer, Refused)
    else:
        assert answer.result[key] == value


def test_a_two_hour_value_of_200_is_not_judged_before_it_is_confirmed() -> None:
    answer = registry.scores()["gdm"].score({"ogtt": [91, 100, 200]})
    assert isinstance(answer, Refused)
    assert answer.reasons[0].key == "risk.confirm_200"


def test_a_half_filled_epds_still_calls_a_person() -> None:
    answer = registry.scores()["epds"].score({"item_scores": [0] * 8 + [None, 1]})
    assert isinstance(answer, Refused)
    assert answer.result["escalate"] is True


@pytest.mark.parametrize(
    ("himando", "klass"),
    [(50, "severe"), (49.99, "moderate"), (30, "moderate"), (29.99, "mild"), (20, "mild"), (19.99, "normal"),
     (-19.99, "normal"), (-20, "thin"), (-29.99, "thin"), (-30, "very thin")],
)  # fmt: skip
def test_school_classes(himando: float, klass: str) -> None:
    from models import himando_school

    assert himando_school.klass(himando, himando_school.CLASSES) == klass


@pytest.mark.parametrize(
    ("himando", "klass"),
    [(30, "very heavy"), (29.99, "heavy"), (20, "heavy"), (19.99, "slightly heavy"), (15, "slightly heavy"),
     (14.99, "normal"), (-14.99, "normal"), (-15, "thin"), (-19.99, "thin"), (-20, "very thin")],
)  # fmt: skip
def test_infant_classes(himando: float, klass: str) -> None:
    from models import himando_infant_2023, himando_school

    assert himando_school.klass(himando, himando_infant_2023.FORMULA) == klass


def test_suita_139_89_is_the_middle_class() -> None:
    base = {"age": 45, "male": 0, "ht_medication": 0, "t2dm": 0, "tc": 205, "hdl": 38, "ldl": 111, "urineprotein": 0,
            "smoking": 0}  # fmt: skip
    points = [score("suita-cvd-2020-woECG", base, sbp=s, dbp=d)["points"] for s, d in ((119, 79), (139, 89), (140, 89))]
    assert points == [4, 8, 11]
