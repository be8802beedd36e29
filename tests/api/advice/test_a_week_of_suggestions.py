"""A resident sees this week's suggestions, answers them, and unsafe ones vanish when the profile changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend import base, record


def give(person: str, values: dict[str, float | str], *, context: str | None = "office") -> None:
    at = datetime(2026, 10, 1, tzinfo=UTC)
    readings = []
    for metric, value in values.items():
        known = record.catalogue.metric(metric)
        is_bp = metric in {"sbp_mmhg", "dbp_mmhg"}
        readings.append(
            record.Reading(
                metric=metric,
                value=value,
                unit=known.unit,
                start=at,
                is_date_only=True,
                source="見本健診機関",
                context="office" if is_bp and context == "office" else None,
            )
        )
    with base.write_unit() as session:
        added = record.add(session, person=person, readings=readings, import_id=base.new_id())
    assert added.new == len(values), added


def week(phone: Any) -> dict[str, Any]:
    answer = phone.get("/advice")
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def ids(answer: dict[str, Any]) -> list[str]:
    return [one["id"] for one in answer["suggestions"]]


VALUES: dict[str, float | str] = {
    "sbp_mmhg": 134.0, "dbp_mmhg": 86.0, "hba1c_pct": 5.9, "q_walk_1h": "2", "q_eat_late": "1",
}  # fmt: skip


@pytest.fixture
def man(resident: Callable[..., Any]) -> Any:
    phone = resident("suita", birth="1969-05-05", sex="male")
    give(phone.get("/me").json["person"]["id"], VALUES)
    return phone


def test_an_empty_record_proposes_nothing_and_says_so(resident: Callable[..., Any]) -> None:
    answer = week(resident("suita", birth="1969-05-05", sex="male"))
    assert answer["is_empty_record"] is True
    assert answer["suggestions"] == []


@pytest.mark.feature("D01")
def test_one_of_each_kind_with_value_guideline_and_why_this_first(man: Any) -> None:
    answer = week(man)
    assert ids(answer) == ["clinic_glucose_talk", "meal_salt", "move_walk"]
    for one in answer["suggestions"]:
        assert one["trigger"]["reading"]
        assert one["guideline"]["source"]
        assert one["why"]["key"].startswith("advice.why.")
    salt = answer["suggestions"][1]
    assert salt["trigger"]["value"] == 134
    assert salt["detail"]["params"]["goal"] == 7.5
    assert salt["why"] == {"key": "advice.why.tier", "params": {"next": "@advice.meal_late.title"}}


@pytest.mark.feature("D10")
def test_a_declined_suggestion_stays_away_until_it_is_taken_back(man: Any) -> None:
    answered = man.post("/advice/meal_salt/answer", {"answer": "not_for_me", "reason": "taste"})
    assert answered.status_code == 200
    after = week(man)
    assert "meal_salt" not in ids(after)
    assert "meal_late" in ids(after)
    assert [one["id"] for one in after["hidden"]] == ["meal_salt"]
    assert man.http.delete("/api/advice/meal_salt/answer").status_code == 200
    assert "meal_salt" in ids(week(man))


def test_an_accepted_suggestion_stays_and_says_so(man: Any) -> None:
    man.post("/advice/move_walk/answer", {"answer": "accepted"})
    [walk] = [one for one in week(man)["suggestions"] if one["id"] == "move_walk"]
    assert walk["answer"] == "accepted"


@pytest.mark.feature("D02")
def test_when_a_doctor_limits_exercise_movement_disappears_at_once_with_the_reason(man: Any) -> None:
    assert "move_walk" in ids(week(man))
    answered = man.http.put("/api/profile/doctor_limits_exercise", json={"answer": "value", "value": "yes"})
    assert answered.status_code == 200, answered.json
    after = week(man)
    assert "move_walk" not in ids(after)
    assert {"exercise_limited"} == {one["reason"]["key"].split(".")[-1] for one in after["masked"]}


def test_an_unknown_suggestion_or_reason_is_refused_with_words(man: Any) -> None:
    assert man.post("/advice/nothing/answer", {"answer": "later"}).json["key"] == "advice.no_such_suggestion"
    assert man.post("/advice/meal_salt/answer", {"answer": "later", "reason": "x"}).status_code == 422


def test_answers_say_nothing_of_their_subject_at_rest(man: Any, runtime: base.Runtime) -> None:
    man.post("/advice/meal_salt/answer", {"answer": "not_for_me", "reason": "health"})
    runtime.write_engine.dispose()
    stored = b"".join(path.read_bytes() for path in runtime.settings.home.glob("meguri.db*"))
    assert b"meal_salt" not in stored


def test_a_very_high_home_value_is_told_at_once_and_not_averaged_away(resident: Callable[..., Any]) -> None:
    phone = resident("suita", birth="1995-05-05", sex="female")
    due = (base.CLOCK.now().date() + timedelta(days=70)).isoformat()
    said = phone.http.put("/api/profile/pregnancy", json={"answer": "value", "value": {"status": "yes", "due": due}})
    assert said.status_code == 200, said.json
    for days, sbp, dbp in ((3, 108, 70), (2, 110, 72), (1, 106, 68), (0, 172, 112)):
        at = (base.CLOCK.now() - timedelta(days=days, minutes=5)).isoformat()
        sent = {"client_id": base.new_id(), "kind": "blood_pressure", "sbp": sbp, "dbp": dbp, "at": at}
        assert phone.post("/entries", sent).status_code == 201
    told = week(phone)["alert"]
    assert (told["id"], told["tone"]) == ("pregnancy_severe", "now")
    assert told["words"]["params"] == {"sbp": 172, "dbp": 112}
    assert told["reading"]
    # What must not wait stands alone: nothing to try this week beside "call now".
    assert week(phone)["suggestions"] == []
