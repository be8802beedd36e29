"""25 years on and the US model over HTTP: own values only, and nothing foreign without being asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Put = Callable[..., Any]


def test_25_years_on_for_every_measured_item(checked: Put) -> None:
    phone = checked()
    answer = phone.get("/risk/years")
    assert answer.status_code == 200, answer.json
    found = {one["metric"]: one for one in answer.json["courses"]}
    assert found["hba1c_pct"]["state"] == "ok"
    assert found["hba1c_pct"]["display_class"] == "statistical"
    assert found["hba1c_pct"]["own"][0]["point"] == 5.9
    assert found["hba1c_pct"]["better_from"] == 5.6
    assert max(step["age"] for one in found.values() for step in one["own"]) <= 74
    one = phone.get("/risk/years?metric=sbp_mmhg").json["courses"]
    assert [course["metric"] for course in one] == ["sbp_mmhg"]
    assert phone.get("/risk/years?metric=steps_count").status_code == 404


def test_the_us_model_only_for_somebody_who_asks(checked: Put) -> None:
    phone = checked(checkup={"tc_mgdl": 220})
    assert phone.get("/risk/prevent").status_code == 404
    assert "prevent" not in {card["model"] for card in phone.get("/risk").json["cards"]}
    shown = phone.get("/risk/prevent?asked=true").json
    assert (shown["state"], shown["display_class"]) == ("ok", "research")
    assert "risk.prevent.note.us" in {note["key"] for note in shown["notes"]}


def test_the_stage_of_life_stands_with_the_cards(checked: Put) -> None:
    assert checked().get("/risk").json["stage"] == "adult"
    assert checked(birth="1945-05-02").get("/risk").json["stage"] == "elder"


def test_what_if_steps_come_with_the_printed_table(checked: Put) -> None:
    detail = checked().get("/risk/hisayama-jas2022").json
    own = next(one for one in detail["outcomes"] if one["total"] == detail["total"])
    assert own["frequency"] == detail["frequency"]
    smoking = next(one for one in detail["factors"] if one["name"] == "smoking")
    assert [(level["points"], level["is_mine"]) for level in smoking["levels"]] == [(0, False), (2, True)]
