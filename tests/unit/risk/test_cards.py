"""Cards of one invented resident: number, reasons, what is missing, and what was refused."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.risk import cards, signoff
from backend.risk.cards import guidance
from backend.risk.model import Detail
from backend.risk.shape import frequency
from tests.samples.risk.residents import CHECKUP, TODAY, home_days, person, reading


def card(name: str, **who: Any) -> Detail:
    found = cards.BUILDERS[name](person(**who))
    assert found is not None
    return found


def reasons(found: Detail) -> list[str]:
    return [r.text.key for r in found.reasons]


def test_hisayama_card_carries_number_class_parts_baseline_and_dates() -> None:
    found = card("hisayama-jas2022")
    assert (found.state, found.total, found.value) == ("ok", 14, 5.2)
    assert {c.name: c.amount for c in found.contributions} == {
        "sex": 7, "sbp": 2, "igt": 0, "ldl": 2, "hdl": 1, "smoking": 2,
    }  # fmt: skip
    assert found.frequency is not None
    assert (found.frequency.happens, found.frequency.happens_not) == (5, 95)
    assert found.klass is not None
    assert (found.klass.key, found.klass.lower, found.klass.upper) == ("intermediate", 2, 10)
    assert found.icon_array is not None
    assert (found.icon_array.filled, found.icon_array.baseline_filled) == (5, 2)
    by_name = {i.name: i for i in found.inputs}
    assert by_name["ldl"].day == date(2026, 6, 10)
    assert by_name["ldl"].reading == "ldl_mgdl-2026-06-10-0"
    assert by_name["smoking"].profile_key == "smoking"
    assert found.horizon_years == 10
    assert found.not_a_diagnosis.key == "risk.not_a_diagnosis"


def test_what_if_uses_published_points_only_and_names_the_largest() -> None:
    found = {w.name: w for w in card("hisayama-jas2022").what_if}
    assert set(found) == {"smoking", "sbp", "ldl", "hdl"}
    assert (found["smoking"].points_less, found["smoking"].total) == (2, 12)
    assert found["smoking"].frequency is not None
    assert found["smoking"].frequency.happens == 4
    assert {name for name, w in found.items() if w.is_largest} == {"smoking", "sbp", "ldl"}


@pytest.mark.parametrize(
    ("percent", "happens", "is_under"),
    [(None, None, True), (0.99, None, True), (1.0, 1, False), (1.4, 1, False), (1.5, 2, False), (41.1, 41, False)],
)
def test_below_one_percent_is_never_a_number(percent: float | None, happens: int | None, is_under: bool) -> None:
    found = frequency(percent)
    assert (found.happens, found.is_under_one) == (happens, is_under)
    assert found.happens is None or found.happens_not == 100 - found.happens


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        ({"birth": date(1986, 11, 23)}, "risk.age_outside"),  # 39, turns 40 tomorrow
        ({"birth": date(1946, 11, 22)}, "risk.age_outside"),  # 80 today
        ({"answers": {"diabetes": "yes"}}, "risk.excluded_diabetes"),
        ({"answers": {"diabetes_treated": "yes"}}, "risk.excluded_diabetes"),
        ({"answers": {"dialysis": "yes"}}, "risk.excluded_ckd"),
        ({"answers": {"stroke": "yes"}}, "risk.excluded_stroke"),
        ({"answers": {"pad": None}}, "risk.unknown_exclusion"),
        ({"answers": {"smoking": None}}, "risk.missing_input"),
        ({"checkup": CHECKUP | {"hba1c_pct": 6.5}}, "risk.glucose_speaks_against"),
        ({"checkup": CHECKUP | {"glucose_fasting_mgdl": 126}}, "risk.glucose_speaks_against"),
        ({"checkup": CHECKUP | {"egfr": 59.9}}, "risk.kidney_speaks_against"),
        ({"checkup": CHECKUP | {"glucose_fasting_mgdl": None}}, "risk.missing_input"),
        ({"checkup": CHECKUP | {"glucose_fasting_mgdl": None, "glucose_casual_mgdl": 100}}, "risk.missing_input"),
        ({"day": TODAY - timedelta(days=1_099)}, "risk.missing_input"),
    ],
)  # fmt: skip
def test_hisayama_refuses_and_says_why(who: dict[str, Any], reason: str) -> None:
    found = card("hisayama-jas2022", **who)
    assert found.state in ("refused", "missing")
    assert found.value is None
    assert found.frequency is None
    assert reason in reasons(found)


def test_the_day_of_the_40th_birthday_is_inside() -> None:
    assert card("hisayama-jas2022", birth=date(1986, 11, 22)).state == "ok"
    assert card("hisayama-jas2022", birth=date(1946, 11, 23)).state == "ok"


def test_unknown_exclusion_names_the_question_to_answer() -> None:
    found = card("hisayama-jas2022", answers={"pad": None, "coronary_disease": None})
    assert found.state == "missing"
    assert {m.profile_key for m in found.missing} == {"pad", "coronary_disease"}
    assert {m.fill for m in found.missing} == {"profile"}


def woman(**answers: Any) -> dict[str, Any]:
    return {"sex": "female", "birth": date(1986, 1, 5), "answers": answers}


def test_pregnancy_known_unknown_and_long_ago() -> None:
    no, yes = {"status": "no", "due": None}, {"status": "yes", "due": "2027-03-01"}
    assert card("egfr_cr_jsn", **woman(pregnancy=no)).state == "ok"
    assert reasons(card("egfr_cr_jsn", **woman(pregnancy=yes))) == ["risk.excluded_pregnant"]
    asked = card("egfr_cr_jsn", **woman())
    assert (asked.state, [m.profile_key for m in asked.missing]) == ("missing", ["pregnancy"])
    over = card("egfr_cr_jsn", **woman(pregnancy={"status": "yes", "due": "2026-10-01"}))
    assert over.state == "missing"


def test_office_and_home_stay_apart() -> None:
    low_home = home_days(112, 70, 6)
    assert card("bp_office", more=low_home).headline.params == {"sbp": 134, "dbp": 86, "days": 1}
    home = card("bp_home", more=low_home)
    assert home.klass is not None
    assert (home.klass.key, home.headline.params["days"]) == ("normal", 6)
    assert (
        card("hisayama-jas2022", checkup={k: v for k, v in CHECKUP.items() if k != "sbp_mmhg"}, more=low_home).state
        == "missing"
    )


@pytest.mark.parametrize(("days", "state"), [(4, "missing"), (5, "ok")])
def test_home_mean_needs_five_days(days: int, state: str) -> None:
    assert card("bp_home", more=home_days(130, 80, days)).state == state


def test_one_very_high_home_value_does_not_wait_for_a_mean() -> None:
    found = card("bp_home", more=home_days(182, 100, 1))
    assert found.state == "missing"
    assert [f.tone for f in found.findings] == ["act"]


def test_kidney_one_low_result_means_check_again_two_mean_see_a_doctor() -> None:
    once = card("egfr_cr_jsn", checkup=CHECKUP | {"creatinine_mgdl": 1.2})
    assert once.klass is not None
    assert (once.klass.key, once.next_step and once.next_step.key) == ("G3a", "risk.kidney.next.check_again")
    earlier = reading("creatinine_mgdl", 1.25, date(2026, 1, 20))
    twice = card("egfr_cr_jsn", checkup=CHECKUP | {"creatinine_mgdl": 1.2}, more=[earlier])
    assert twice.next_step is not None
    assert twice.next_step.key == "risk.kidney.next.low_twice"


def test_heat_map_waits_for_the_sign_off() -> None:
    checkup = CHECKUP | {"uacr_mg_gcr": 40}
    waiting = card("egfr_cr_jsn", checkup=checkup)
    assert waiting.awaiting_signoff == ["ckd/A1", "ckd/A2", "ckd/A3"]
    assert [f.text.key for f in waiting.findings] == ["risk.kidney.heat_waits"]
    assert waiting.figures == []
    signed = card("egfr_cr_jsn", checkup=checkup, signed=frozenset({"ckd/A1", "ckd/A2", "ckd/A3"}))
    assert [f.text.params for f in signed.findings] == [{"stage": "G2A2"}]


@pytest.mark.parametrize(
    ("birth", "exam", "age"),
    [
        (date(1986, 3, 31), date(2025, 4, 1), 40), (date(1986, 4, 1), date(2025, 4, 1), 40),
        (date(1986, 4, 2), date(2025, 4, 1), 39), (date(1986, 4, 2), date(2026, 4, 1), 40),
        (date(1986, 6, 1), date(2026, 3, 31), 39),
    ],
)  # fmt: skip
def test_guidance_age_is_the_age_reached_by_31_march(birth: date, exam: date, age: int) -> None:
    assert guidance.age_for_guidance(birth, exam) == age


def test_guidance_level_and_what_the_file_prints() -> None:
    found = card("tokutei-hoken-shido")
    assert found.klass is not None
    # wide waist, pressure, triglycerides, HbA1c 5.9 and smoking: active; the file prints motivational
    assert (found.klass.key, found.total) == ("active", 4)
    assert [f.text.key for f in found.findings] == ["risk.guidance.printed_differs.motivational"]


def test_casual_values_right_after_a_meal_are_not_used() -> None:
    checkup = CHECKUP | {
        "tg_fasting_mgdl": None, "glucose_fasting_mgdl": None, "hba1c_pct": None, "tg_casual_mgdl": 180,
        "glucose_casual_mgdl": 120,
    }  # fmt: skip
    between = card("tokutei-hoken-shido", checkup=checkup | {"draw_time_class": "3"})
    assert between.state == "ok"
    after = card("tokutei-hoken-shido", checkup=checkup | {"draw_time_class": "4"})
    assert {m.name for m in after.missing} == {"tg", "hba1c"}


def test_guidance_asks_exactly_for_the_open_medicine_questions() -> None:
    found = card("tokutei-hoken-shido", answers={"dyslipidaemia_treated": None})
    assert [m.profile_key for m in found.missing] == ["dyslipidaemia_treated"]


def test_glucose_refuses_under_treatment_and_never_mixes_casual() -> None:
    assert reasons(card("glucose_class", answers={"diabetes_treated": "yes"})) == ["risk.excluded_treated_diabetes"]
    casual = card("glucose_class", checkup={"glucose_casual_mgdl": 130})
    assert casual.klass is not None
    assert casual.klass.key == "no_line"


def test_metabolic_syndrome_is_only_what_the_file_prints() -> None:
    assert card("metsyn_printed").headline.key == "risk.metsyn.reserve"
    assert card("metsyn_printed", checkup=CHECKUP | {"metsyn_class": None}).state == "missing"


@pytest.mark.parametrize(
    ("sbp", "dbp", "key"),
    [
        (139, 89, "none"),
        (140, 89, "call_today"),
        (139, 90, "call_today"),
        (160, 80, "call_now"),
        (150, 110, "call_now"),
    ],
)
def test_pregnancy_pressure_says_whom_to_call(sbp: int, dbp: int, key: str) -> None:
    who = woman(pregnancy={"status": "yes", "due": "2027-03-01"})
    found = card("hdp", checkup={"sbp_mmhg": sbp, "dbp_mmhg": dbp}, day=TODAY - timedelta(days=3), **who)
    assert found.klass is not None
    assert found.klass.key == key


def test_pregnancy_card_is_for_pregnant_people_only() -> None:
    assert cards.BUILDERS["hdp"](person()) is None
    assert cards.BUILDERS["hdp"](person(sex="female", birth=date(1990, 1, 1))) is None
    who = woman(pregnancy={"status": "yes", "due": "2027-03-01"})
    alarm = cards.BUILDERS["hdp"](person(checkup={}, more=home_days(165, 95, 1), **who))
    assert alarm is not None
    assert alarm.next_step is not None
    assert alarm.next_step.key == "risk.hdp.next.call_now"


@pytest.mark.parametrize(
    ("home", "office", "key"),
    [
        ((139, 89), None, None),
        ((140, 80), None, "call_today"),
        ((130, 90), None, "call_today"),
        ((160, 80), None, "call_now"),
        ((150, 95), (120, 70), "call_today"),
        ((165, 95), (145, 95), "call_now"),
        ((150, 95), (165, 95), "call_now"),
        ((139, 89), (120, 70), "none"),
    ],
)
def test_a_home_value_on_the_office_line_is_told_too(
    home: tuple[int, int], office: tuple[int, int] | None, key: str | None
) -> None:
    # The home line of pregnancy is unverified and not used: only a home value on the office line is told.
    who = woman(pregnancy={"status": "yes", "due": "2027-03-01"})
    values = {} if office is None else dict(zip(("sbp_mmhg", "dbp_mmhg"), office, strict=True))
    found = card("hdp", checkup=values, day=TODAY - timedelta(days=3), more=home_days(*home, 1), **who)
    said = None if found.next_step is None else found.next_step.key.rpartition(".")[2]
    assert said == key
    if office is not None:
        assert (found.klass.key, found.klass.tone) == (key, "good" if key == "none" else "act")
    else:
        assert bool(found.findings) is (key is not None)


def test_mornings_come_first_as_on_the_home_screen() -> None:
    evenings, mornings = home_days(140, 80, 6), home_days(120, 70, 5, hour=7)
    found = card("bp_home", more=evenings + mornings)
    assert found.headline.key == "risk.bp_home.headline_morning"
    assert found.headline.params == {"sbp": 120, "dbp": 70, "days": 5}
    few = card("bp_home", more=evenings + mornings[:8])
    assert (few.headline.key, few.headline.params["days"]) == ("risk.bp_home.headline", 6)


@pytest.mark.parametrize(("hour", "is_morning"), [(3, False), (4, True), (11, True), (12, False)])
def test_morning_is_from_4_to_12(hour: int, is_morning: bool) -> None:
    found = card("bp_home", more=home_days(120, 70, 6, hour=hour))
    assert found.headline.key.endswith("_morning") is is_morning


def test_sign_off_file_counts_only_signed_lines(tmp_path: Path) -> None:
    assert signoff.signed_rows() == frozenset()
    file = tmp_path / "signoff.csv"
    head = "row,signed_by,role,signed_on,source_seen,note\n"
    file.write_text(head + "ckd/A1,Dr. X,nephrologist,2026-12-01,guideline,\nckd/A2,,,,,\n")
    assert signoff.signed_rows(file) == frozenset({"ckd/A1"})
    assert signoff.signed_rows(tmp_path / "none.csv") == frozenset()
