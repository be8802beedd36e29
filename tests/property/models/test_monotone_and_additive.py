"""Published models rise with each risk factor, and their contributions add up exactly to their total."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from models import egfr_cr_jsn, epoch_japan, hisayama_jas2022, registry, tokutei_hoken_shido
from models.base import Value

LEVELS = ("information", "motivational", "active")
people = st.fixed_dictionaries(
    {
        "sex": st.sampled_from(["male", "female"]), "age": st.integers(40, 79), "sbp": st.floats(80, 220),
        "ldl": st.floats(40, 300), "hdl": st.floats(20, 120), "igt": st.booleans(), "smoking": st.booleans(),
    }
)  # fmt: skip


def value(answer: Any) -> Value:
    assert isinstance(answer, Value), answer
    return answer


@given(people, st.sampled_from(["sbp", "ldl", "hdl"]), st.floats(0, 60))
def test_hisayama_is_monotone_and_its_parts_add_up(person: dict[str, Any], name: str, more: float) -> None:
    first = value(hisayama_jas2022.score(person))
    assert sum(part.amount for part in first.contributions) == first.result["points"]
    assert all(part.lowest <= part.amount <= part.highest for part in first.contributions)
    second = value(hisayama_jas2022.score({**person, name: person[name] + more}))
    change = second.result["points"] - first.result["points"]
    assert change <= 0 if name == "hdl" else change >= 0
    one = hisayama_jas2022.cell(first.result["points"], person["age"]).percent or 0
    other = hisayama_jas2022.cell(second.result["points"], person["age"]).percent or 0
    assert (other - one) * change >= 0


@given(people)
def test_hisayama_table_rises_with_points_and_age(person: dict[str, Any]) -> None:
    points = value(hisayama_jas2022.score(person)).result["points"]
    now = hisayama_jas2022.cell(points, person["age"]).percent or 0
    if points < 19:
        assert (hisayama_jas2022.cell(points + 1, person["age"]).percent or 0) >= now
    if person["age"] < 70:
        assert (hisayama_jas2022.cell(points, person["age"] + 10).percent or 0) >= now


@given(st.floats(0.2, 12), st.floats(0.01, 3), st.integers(18, 110), st.booleans())
def test_egfr_falls_with_creatinine_and_age(cr: float, more: float, age: int, female: bool) -> None:
    first = value(egfr_cr_jsn.score({"cr": cr, "age": age, "female": female}))
    assert math.isclose(math.exp(sum(p.amount for p in first.contributions)), first.result["egfr"], abs_tol=1e-3)
    assert (
        value(egfr_cr_jsn.score({"cr": cr + more, "age": age, "female": female})).result["egfr"] <= first.result["egfr"]
    )
    assert value(egfr_cr_jsn.score({"cr": cr, "age": age + 1, "female": female})).result["egfr"] <= first.result["egfr"]


guided = st.fixed_dictionaries(
    {
        "age": st.integers(40, 74), "sex": st.sampled_from(["male", "female"]), "waist": st.floats(55, 130),
        "bmi": st.floats(15, 45), "sbp": st.floats(85, 220), "dbp": st.floats(45, 130), "tg": st.floats(30, 600),
        "hdl": st.floats(20, 110), "fpg": st.floats(60, 300), "hba1c": st.floats(4.5, 12), "smoking": st.booleans(),
        "on_medication": st.booleans(),
    }
)  # fmt: skip


@given(guided, st.sampled_from(["waist", "sbp", "dbp", "tg", "fpg", "hba1c"]), st.floats(0, 80))
def test_guidance_level_never_falls_with_a_worse_value(person: dict[str, Any], name: str, more: float) -> None:
    more = min(more, 5) if name == "hba1c" else more
    first = value(tokutei_hoken_shido.score(person)).result["level"]
    second = value(tokutei_hoken_shido.score({**person, name: person[name] + more})).result["level"]
    assert LEVELS.index(second) >= LEVELS.index(first)


@given(st.integers(40, 79), st.floats(90, 200), st.floats(120, 350), st.floats(25, 100), st.booleans(), st.booleans())
def test_epoch_parts_add_up_to_the_log_hazard(
    age: int, sbp: float, tc: float, hdl: float, male: bool, dm: bool
) -> None:
    inputs = {"age": age, "male": male, "sbp": sbp, "t2dm": dm, "urineprotein": 0, "smoking": 1, "tc": tc, "hdl": hdl}
    for model in epoch_japan.MODELS:
        found = value(model.score(inputs))
        survival = epoch_japan.COEFFICIENTS[epoch_japan.OUTCOMES[model.card.tool]]["S0"]
        risk = 1 - survival ** math.exp(sum(part.amount for part in found.contributions))
        assert math.isclose(risk, found.result["risk"], abs_tol=1e-7)


NAMES = (
    "age", "sex", "sbp", "dbp", "ldl", "hdl", "igt", "smoking", "cr", "context", "waist", "week", "ogtt", "lmp", "band",
)  # fmt: skip
anything = (
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=4)
)


@given(st.sampled_from(sorted(registry.scores())), st.dictionaries(st.sampled_from(NAMES), anything))
def test_no_input_breaks_a_model(tool: str, inputs: dict[str, Any]) -> None:
    from models.base import Answer, BadInputError, Refused

    try:
        answer: Answer = registry.scores()[tool].score(inputs)
    except BadInputError:
        return
    assert isinstance(answer, Value | Refused)
    if isinstance(answer, Refused):
        assert answer.reasons
