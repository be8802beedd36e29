"""What a person sees of her risk over HTTP: cards with reasons, refusals that ask, and where she stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import pytest

Put = Callable[..., Any]


def cards(phone: Any) -> dict[str, Any]:
    answer = phone.get("/risk")
    assert answer.status_code == 200, answer.json
    return {card["model"]: card for card in answer.json["cards"]}


@pytest.mark.feature("C03")
def test_cards_with_number_class_horizon_inputs_and_source(checked: Put) -> None:
    phone = checked()
    found = cards(phone)
    risk = found["hisayama-jas2022"]
    assert (risk["state"], risk["value"], risk["horizon_years"]) == ("ok", 5.2, 10)
    assert risk["klass"]["key"] == "intermediate"
    assert (risk["frequency"]["happens"], risk["frequency"]["happens_not"]) == (5, 95)
    assert {i["name"] for i in risk["inputs"] if i["reading"]} >= {"sbp", "ldl", "hdl", "igt"}
    assert found["bp_office"]["klass"]["key"] == "above_target"
    assert found["glucose_class"]["klass"]["key"] == "above_guidance_line"
    assert found["egfr_cr_jsn"]["klass"]["key"] == "G2"
    assert found["tokutei-hoken-shido"]["klass"]["key"] == "active"
    for card in found.values():
        assert card["not_a_diagnosis"]["key"] == "risk.not_a_diagnosis"
        assert card["display_class"] == "recognised"
        assert card["version"]
        assert card["source"]
    detail = phone.get("/risk/hisayama-jas2022").json
    assert "Hisayama" in detail["population"]
    assert len(detail["sha256"]) == 64
    assert sum(part["amount"] for part in detail["contributions"]) == detail["total"] == 14


@pytest.mark.feature("C03")
def test_pregnancy_pressure_is_a_card_of_its_own(checked: Put) -> None:
    phone = checked(
        sex="female", birth="1994-05-02", checkup={"sbp_mmhg": 118, "dbp_mmhg": 70},
        answers={"pregnancy": {"status": "yes", "due": "2027-03-01"}},
    )  # fmt: skip
    assert cards(phone)["hdp"]["state"] == "missing"  # the check-up is older than 14 days: a new value is asked for


@pytest.mark.feature("C04")
def test_a_card_says_what_is_missing_and_which_input_weighs_most(checked: Put) -> None:
    phone = checked(checkup={"ldl_mgdl": None}, answers={"pad": None})
    gap = cards(phone)["hisayama-jas2022"]
    assert gap["state"] == "missing"
    assert {(m["name"], m["fill"], m["metric"], m["profile_key"]) for m in gap["missing"]} == {
        ("ldl", "link_checkup", "ldl_mgdl", None),
        ("pad", "profile", None, "pad"),
    }


@pytest.mark.feature("C04")
def test_what_if_by_published_points(checked: Put) -> None:
    detail = checked().get("/risk/hisayama-jas2022").json
    smoking = next(one for one in detail["what_if"] if one["name"] == "smoking")
    assert (smoking["points_less"], smoking["total"], smoking["frequency"]["happens"]) == (2, 12, 4)
    assert any(one["is_largest"] for one in detail["what_if"])
    assert detail["baseline"]["happens"] == 2


@pytest.mark.feature("C05")
@pytest.mark.parametrize(
    ("who", "reason"),
    [
        ({"birth": "1990-05-02"}, "risk.age_outside"),
        ({"birth": "1945-05-02"}, "risk.age_outside"),
        ({"answers": {"diabetes_treated": "yes"}}, "risk.excluded_diabetes"),
        (
            {"sex": "female", "birth": "1982-05-02", "answers": {"pregnancy": {"status": "yes", "due": "2027-03-01"}}},
            "risk.excluded_pregnant",
        ),
        ({"checkup": {"hdl_mgdl": None}}, "risk.missing_input"),
        ({"answers": {"stroke": None}}, "risk.unknown_exclusion"),
    ],
)
def test_outside_its_range_the_model_refuses_with_the_reason(checked: Put, who: dict[str, Any], reason: str) -> None:
    found = cards(checked(**who))["hisayama-jas2022"]
    assert found["state"] in ("refused", "missing")
    assert found["value"] is None
    assert found["frequency"] is None
    assert reason in {one["text"]["key"] for one in found["reasons"]}


@pytest.mark.feature("C06")
def test_position_in_area_prefecture_and_japan(checked: Put) -> None:
    phone = checked()
    answer = phone.get("/risk/position?metric=hba1c_pct").json["positions"]
    assert len(answer) == 1
    area, prefecture, japan = answer[0]["scopes"]
    assert (area["name"], area["people"]) == ("豊能", 15_436)
    assert area["above_percent_range"] == [20.0, 50.7]
    assert (prefecture["name"], japan["scope"]) == ("大阪府", "japan")
    assert area["next_better"]["label"] == "5.6未満"
    assert area["next_better"]["share_percent"] == 49.3
    assert answer[0]["display_class"] == "statistical"
    everything = phone.get("/risk/position").json["positions"]
    assert {"hba1c_pct", "sbp_mmhg", "ldl_mgdl", "waist_cm", "bmi"} <= {p["metric"] for p in everything}


def test_without_an_area_japan_is_shown_and_the_area_is_asked_for(checked: Put) -> None:
    found = checked(answers={"area": None}).get("/risk/position?metric=hba1c_pct").json["positions"][0]
    assert [scope["scope"] for scope in found["scopes"]] == ["japan"]
    assert [m["profile_key"] for m in found["missing"]] == ["area"]


@pytest.mark.parametrize(
    ("path", "traces"),
    [
        ("/risk/hisayama-jas2022/figure", 2),
        ("/risk/hisayama-jas2022/figure?kind=contributions&locale=en&theme=dark", 2),
        ("/risk/ndb-position/figure?metric=hba1c_pct&scope=japan", 2),
        ("/risk/ndb-position/figure?kind=small_multiples&locale=ja-easy", 8),
        ("/risk/tokutei-hoken-shido/figure", 2),
    ],
)
def test_pictures_are_plotly_with_a_sentence_and_a_table(checked: Put, path: str, traces: int) -> None:
    found = checked().get(path)
    assert found.status_code == 200, found.json
    go.Figure(found.json["figure"])
    assert len(found.json["figure"]["data"]) == traces
    assert found.json["takeaway"]["key"].startswith("risk.")
    assert all(len(row) == len(found.json["table_head"]) for row in found.json["table"])


@pytest.mark.parametrize(
    "path",
    ["/risk/nope", "/risk/prevent", "/risk/nope/figure", "/risk/bp_office/figure", "/risk/position?metric=weight_kg",
     "/risk/hisayama-jas2022/figure?kind=heat_map"],
)  # fmt: skip
def test_what_is_not_there_is_a_problem_with_words(checked: Put, path: str) -> None:
    found = checked().get(path)
    assert (found.status_code, found.json["key"]) == (404, "risk.no_such_card")


def test_an_empty_record_teaches(resident: Put) -> None:
    found = cards(resident("suita", birth="1969-05-02", sex="male"))
    assert {card["state"] for card in found.values()} == {"missing"}
    assert all(card["missing"] for card in found.values())


def test_nobody_else_gets_in(phone: Put, worker: Put) -> None:
    for path in ("/risk", "/risk/position", "/risk/hisayama-jas2022", "/risk/hisayama-jas2022/figure"):
        assert phone().get(path).status_code == 401
        assert worker("suita", "staff").get(path).status_code == 403
