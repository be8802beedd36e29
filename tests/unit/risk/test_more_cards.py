"""Lipids, BMI, a pregnancy, answers, courses, what-if steps, the US model: what is said and what is not."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest

from backend import record
from backend.risk import cards, courses, growth, positions
from backend.risk.inputs import Gathered
from backend.risk.model import Detail
from models import hisayama_jas2022
from tests.samples.risk.residents import CHECKUP, TODAY, person, reading

EXAM = date(2026, 6, 10)


def card(name: str, known: Gathered) -> Detail:
    found = cards.BUILDERS[name](known)
    assert found is not None
    return found


def lines(found: Detail) -> set[str]:
    return {one.text.key.removeprefix("risk.lipids.line.") for one in found.findings}


@pytest.mark.parametrize(
    ("tg", "fasting", "said"),
    [(149, None, "tg.within_lines"), (150, None, "tg.unclear"), (174, None, "tg.unclear"), (175, None, "tg.above_line"),
     (150, True, "tg.above_line"), (149, True, "tg.within_lines")],
)  # fmt: skip
def test_triglycerides_without_a_word_on_the_meal(tg: float, fasting: bool | None, said: str) -> None:
    value = reading("tg_fasting_mgdl", tg, EXAM, is_fasting=fasting)
    found = card("lipid_class", person(checkup=CHECKUP | {"tg_fasting_mgdl": None}, more=[value]))
    assert said in lines(found)


def test_ldl_classes_wait_for_a_signature_and_180_does_not() -> None:
    quiet = card("lipid_class", person(checkup={"ldl_mgdl": 150}))
    assert (lines(quiet), quiet.awaiting_signoff) == ({"ldl.no_line"}, ["lipid/ldl-class"])
    signed = card("lipid_class", person(checkup={"ldl_mgdl": 150}, signed=frozenset({"lipid/ldl-class"})))
    assert lines(signed) == {"ldl.above_line"}
    assert card("lipid_class", person(checkup={"ldl_mgdl": 180})).klass.key == "see_doctor"  # type: ignore[union-attr]


def test_under_treatment_the_doctors_target_comes_first() -> None:
    found = card("lipid_class", person(answers={"dyslipidaemia_treated": "yes"}))
    assert found.next_step is not None
    assert found.next_step.key == "risk.lipids.next.treated"


def test_non_hdl_from_total_only_within_one_exam() -> None:
    same = {"tc_mgdl": 230, "hdl_mgdl": 50}
    assert "nonhdl.above_line" in lines(card("lipid_class", person(checkup=same)))
    old = reading("tc_mgdl", 230, EXAM - timedelta(days=300))
    assert "nonhdl.above_line" not in lines(card("lipid_class", person(checkup={"hdl_mgdl": 50}, more=[old])))


@pytest.mark.parametrize(("days", "step"), [(90, "check_again"), (91, "low_twice")])
def test_two_low_kidney_results_count_when_more_than_three_months_apart(days: int, step: str) -> None:
    earlier = reading("creatinine_mgdl", 1.3, EXAM - timedelta(days=days))
    found = card("egfr_cr_jsn", person(checkup={"creatinine_mgdl": 1.3}, more=[earlier]))
    assert found.next_step is not None
    assert found.next_step.key == f"risk.kidney.next.{step}"


def test_protein_per_creatinine_opens_the_map_only_when_signed() -> None:
    values = {"creatinine_mgdl": 0.8, "upcr_g_gcr": 0.3}
    assert card("egfr_cr_jsn", person(checkup=values)).awaiting_signoff
    signed = frozenset({"ckd/A1", "ckd/A2", "ckd/A3"})
    found = card("egfr_cr_jsn", person(checkup=values, signed=signed))
    assert found.findings[0].text.params["stage"] == "G2A2"


@pytest.mark.parametrize(("context", "code", "said"), [
    ("home", None, "home"), ("office", "8480-6", "office"), (None, "9A755000000000001", "office"),
    (None, "8480-6", ""), (None, None, ""),
])  # fmt: skip
def test_a_pressure_of_which_nobody_said_where_is_set_against_no_line(
    context: str | None, code: str | None, said: str
) -> None:
    upper = reading("sbp_mmhg", 150, EXAM, context=context, code=code)
    lower = reading("dbp_mmhg", 95, EXAM, context=context, code=None if code is None else code.replace("75", "76", 1))
    assert record.pressure_context(upper) == said
    if said == "":
        known = person(checkup={}, more=[upper, lower])
        assert known.office() is None
        assert known.last_home() is None


PREGNANT: dict[str, Any] = {"pregnancy": {"status": "yes", "due": (TODAY + timedelta(days=70)).isoformat()}}
BEGAN = TODAY - timedelta(days=210)


def pregnant(*more: Any, checkup: dict[str, Any] | None = None) -> Gathered:
    return person(
        sex="female", birth=date(1994, 5, 2), checkup=checkup or {}, answers=PREGNANT, more=list(more),
        day=TODAY - timedelta(days=5),
    )  # fmt: skip


def test_week_and_weight_gain_of_a_pregnancy() -> None:
    before = reading("weight_kg", 52.0, BEGAN - timedelta(days=20))
    now = reading("weight_kg", 59.0, TODAY)
    tall = reading("height_cm", 160.0, BEGAN - timedelta(days=400))
    known = pregnant(before, now, tall)
    week = card("edd", known)
    assert week.headline.params == {"week": 30, "day": 0}
    gained = card("pregnancy_weight_gain", known)
    assert gained.headline.params == {"low": 10, "high": 13}
    assert gained.findings[0].text.params == {"kg": "+7.0"}
    # A weight of long before is not the weight before the pregnancy: it is asked for.
    gap = card("pregnancy_weight_gain", pregnant(reading("weight_kg", 52.0, BEGAN - timedelta(days=184)), tall))
    assert [one.name for one in gap.missing] == ["weight_before"]


@pytest.mark.parametrize(
    ("values", "key"),
    [({"hba1c_pct": 6.4}, "none"), ({"hba1c_pct": 6.5}, "call_today"), ({"glucose_fasting_mgdl": 126}, "call_today"),
     ({"glucose_fasting_mgdl": 125}, "watch"), ({"glucose_fasting_mgdl": 92}, "watch"),
     ({"glucose_fasting_mgdl": 91}, "none"), ({"glucose_casual_mgdl": 200}, "call_today"),
     ({"hb_gdl": 10.9}, "watch"), ({"hb_gdl": 11.0}, "none")],
)  # fmt: skip
def test_blood_in_pregnancy_to_tell_the_clinic(values: dict[str, Any], key: str) -> None:
    found = card("gdm", pregnant(checkup=values))
    assert found.klass is not None
    assert found.klass.key == key


def test_blood_of_before_the_pregnancy_is_not_judged() -> None:
    old = reading("hba1c_pct", 7.0, BEGAN - timedelta(days=1))
    assert card("gdm", pregnant(old)).state == "missing"


def test_a_question_that_changed_is_not_compared() -> None:
    known = person(checkup={"q_alcohol_freq": "2", "q_smoking": "2"})
    found = {one.item: one for one in positions.build(known)}
    assert found["q_alcohol_freq"].state == "refused"
    assert found["q_alcohol_freq"].reasons[0].text.key == "risk.question_changed"
    assert (found["q_smoking"].state, found["q_smoking"].answer) == ("ok", "いいえ")
    share = next(one for one in found["q_smoking"].scopes[0].classes if one.is_mine)
    assert share.count == 13_360


def test_courses_end_with_the_tables_and_stay_away_from_a_pregnancy() -> None:
    found = {one.item: one for one in courses.build(person())}
    assert set(found) >= {"hba1c", "ldl", "waist", "bmi"}
    assert all(one.own[-1].age <= 74 and one.ends_early for one in found.values() if one.state == "ok")
    assert all(one.state != "ok" for one in courses.build(pregnant(checkup={"hba1c_pct": 5.9})))
    assert [one.state for one in courses.build(person(birth=date(1990, 1, 1)), metric="hba1c_pct")] == ["refused"]


def test_what_if_steps_are_the_published_ones() -> None:
    found = card("hisayama-jas2022", person())
    assert {factor.name for factor in found.factors} == {p.name for p in found.contributions if p.is_modifiable}
    for factor in found.factors:
        assert sum(level.is_mine for level in factor.levels) == 1
        assert len({level.points for level in factor.levels}) == len(factor.levels)
    for one in found.outcomes:
        assert one.frequency.percent == hisayama_jas2022.cell(one.total, 57).percent
    least = sum(min(level.points for level in factor.levels) for factor in found.factors)
    fixed = sum(part.amount for part in found.contributions if not part.is_modifiable)
    assert {one.total for one in found.outcomes} >= {least + fixed, found.total}


def test_the_us_model_is_in_no_list() -> None:
    assert "prevent" not in {one.model for one in cards.build(person())}
    found = cards.ASKED_FOR["prevent"](person(checkup=CHECKUP | {"tc_mgdl": 220}))
    assert found is not None
    assert (found.state, found.display_class) == ("ok", "research")
    ill = cards.ASKED_FOR["prevent"](person(answers={"stroke": "yes"}))
    assert ill is not None
    assert ill.state == "refused"


def test_the_order_in_which_values_came_changes_nothing() -> None:
    rows = [reading(name, value, EXAM - timedelta(days=30 * n)) for n in range(3) for name, value in CHECKUP.items()]
    first = [one.model_dump() for one in cards.build(person(checkup={}, more=rows))]
    random.Random(3).shuffle(rows)
    assert [one.model_dump() for one in cards.build(person(checkup={}, more=rows))] == first


@pytest.mark.parametrize(
    ("birth", "day", "whole"),
    [("2026-01-31", "2026-02-27", 0), ("2026-01-31", "2026-02-28", 1), ("2026-01-31", "2026-03-30", 1),
     ("2026-01-31", "2026-03-31", 2), ("2024-02-29", "2025-02-28", 12), ("2025-06-15", "2026-06-14", 11)],
)  # fmt: skip
def test_completed_months(birth: str, day: str, whole: int) -> None:
    assert growth.months(date.fromisoformat(birth), date.fromisoformat(day)) == whole


@pytest.mark.parametrize(
    ("days", "band"),
    [(-1, None), (0, "birth"), (1, None), (27, None), (28, "d30"), (30, "d30"), (31, "m01_02"), (364, "m11_12"),
     (365, "y1_00_06"), (6 * 365 + 2 + 183, "y6_06_12")],
)  # fmt: skip
def test_bands_of_the_national_table(days: int, band: str | None) -> None:
    birth = date(2021, 1, 1)
    expected = None if band == "y6_06_12" else band
    assert growth.band_of("weight", "female", birth, birth + timedelta(days=days)) == expected


def test_every_printed_point_of_the_growth_tables_is_exact() -> None:
    for measure in growth.MEASURES:
        for sex in ("male", "female"):
            for band in growth.bands(measure, sex):
                from models import growth_jp_2023

                for percentile, value in zip(growth_jp_2023.PERCENTILES, band.points, strict=True):
                    inputs = {"measure": measure, "sex": sex, "band": band.key, "value": value}
                    answer = growth_jp_2023.score(inputs)
                    # Where two percentiles print the same number the lower one is named.
                    assert answer.result["at_percentile"] == growth_jp_2023.PERCENTILES[band.points.index(value)]
                    assert percentile >= answer.result["at_percentile"]


def test_a_child_born_at_37_weeks_has_no_corrected_age() -> None:
    birth = date(2026, 1, 1)
    assert growth.corrected(birth, 37 * 7) is None
    assert growth.corrected(birth, 37 * 7 - 1) == birth + timedelta(days=22)
    assert growth.corrected(birth, None) is None
