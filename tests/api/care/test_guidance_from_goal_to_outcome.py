"""Guidance from the level of a check-up over goal, task and check-ins to the outcome; nobody else sees the case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from backend import base, care, people, record
from backend.care.guidance import service

PLAN = {
    "goal": "体重を2 kg減らす",
    "targets": [{"kind": "meals", "text": "夕食のごはんを小盛りに"}],
    "task": "夕食のごはんを小盛りにする（週5日）",
}
VALUES: dict[str, float | str] = {
    "waist_cm": 92.0, "weight_kg": 68.0, "bmi": 26.4, "sbp_mmhg": 142.0, "dbp_mmhg": 90.0, "hba1c_pct": 6.1,
    "hdl_mgdl": 38.0, "ldl_mgdl": 130.0, "tg_fasting_mgdl": 180.0, "glucose_fasting_mgdl": 112.0,
}  # fmt: skip


def person_of(phone: Any) -> str:
    return str(phone.get("/me").json["person"]["id"])


@pytest.fixture
def woman(town: Any, resident: Callable[..., Any]) -> Any:
    del town
    with base.write_unit() as session:
        care.put_team(session, site="suita")
    phone = resident("suita", birth="1975-05-05", sex="female")
    day = base.CLOCK.now() - timedelta(days=20)
    readings = [
        record.Reading(
            metric=metric, value=value, unit=record.catalogue.metric(metric).unit, start=day, is_date_only=True,
            source="見本健診機関", context="office" if metric in {"sbp_mmhg", "dbp_mmhg"} else None,
        )
        for metric, value in VALUES.items()
    ]  # fmt: skip
    with base.write_unit() as session:
        record.add(session, person=person_of(phone), readings=readings, import_id=base.new_id())
    no = {"answer": "value", "value": "no"}
    for key in ("hypertension_treated", "diabetes_treated", "dyslipidaemia_treated"):
        assert phone.http.put(f"/api/profile/{key}", json=no).status_code == 200
    said = phone.http.put("/api/profile/smoking", json={"answer": "value", "value": "never"})
    assert said.status_code == 200, said.json
    said = phone.http.put("/api/profile/pregnancy", json={"answer": "value", "value": {"status": "no"}})
    assert said.status_code == 200, said.json
    return phone


def test_nobody_begins_without_a_level(town: Any, resident: Callable[..., Any]) -> None:
    del town
    phone = resident("suita")
    assert phone.get("/guidance").json["offer"] is None
    assert phone.post("/guidance", PLAN).json["key"] == "care.guidance.not_now"


@pytest.mark.feature("D03")
def test_from_the_goal_to_the_outcome(woman: Any, worker: Callable[..., Any]) -> None:
    offer = woman.get("/guidance").json["offer"]
    assert offer["level"] == "active"
    assert (offer["weight_kg"], offer["waist_cm"]) == (68.0, 92.0)
    begun = woman.post("/guidance", PLAN)
    assert begun.status_code == 200, begun.json
    assert woman.post("/guidance", PLAN).json["key"] == "care.guidance.runs_already"

    nurse = worker("suita", "counsellor", "保健師 見本")
    line = nurse.get("/care/guidance").json["cases"][0]
    assert line["needs"] == ["first_interview"]
    where = f"/care/guidance/{line['id']}"
    today = base.CLOCK.now().astimezone(base.TOKYO).date()
    assert nurse.post(f"{where}/contacts", {"kind": "first_interview", "day": str(today)}).status_code == 200
    before = str(today - timedelta(days=21))
    assert nurse.post(f"{where}/contacts", {"kind": "phone", "day": before}).json["key"] == "care.guidance.not_that_day"
    tomorrow = str(today + timedelta(days=1))
    assert nurse.post(f"{where}/contacts", {"kind": "phone", "day": tomorrow}).status_code == 422

    # The nurse sets the task, the resident answers by one tap, and what was written has its writer.
    task = "夕食のあと10分歩く"
    assert nurse.http.put(f"/api{where}/task", json={"task": task}).json["task"] == task
    message = {"text": "むりのない範囲で始めましょう。", "client_id": "message-1"}
    for _ in range(2):
        sent = nurse.post(f"{where}/messages", message).json
    assert [one["author"] for one in sent["notes"]] == ["counsellor"]
    drafted = {"text": "自動で作った文です。", "client_id": "message-2", "is_automated": True}
    assert nurse.post(f"{where}/messages", drafted).json["notes"][1]["author"] == "automated"
    for answer in ("not_done", "done"):
        mine = woman.post("/guidance/check-ins", {"answer": answer, "weight_kg": 67.5}).json["case"]
    assert (mine["task"], mine["this_week"], len(mine["check_ins"])) == (task, "done", 1)
    seen = nurse.get(where).json
    assert [(line["row"], line["points"]) for line in seen["points"] if line["row"] in {"message", "automated"}] == [
        ("message", 30), ("automated", 0),
    ]  # fmt: skip
    early = nurse.http.put(f"/api{where}/outcome", json={"month": 3, "weight_kg": 65.9, "waist_cm": 90.0})
    assert early.json["key"] == "care.guidance.too_early"

    # Two weeks of silence: the question is written and kept as automated, and the nurse is told.
    later = base.CLOCK.now() + timedelta(days=15)
    service.ask_all(clock=base.FixedClock(later))
    with base.read_session() as session:
        case = service.mine(session, actor=_actor(woman))
    assert case is not None
    assert (case.notes[-1].author, case.notes[-1].key) == ("automated", "care.guidance.ask_again")

    # Three months on.
    end = base.FixedClock(later + timedelta(days=80))
    with base.write_unit() as session:
        done = service.conclude(
            session, actor=_counsellor(nurse), case=line["id"], month=3, weight_kg=66.0, waist_cm=90.0,
            kept=["meals"], clock=end,
        )  # fmt: skip
    assert done.outcomes[0].weight_kg == 66.0
    shown = nurse.get(where).json
    assert shown["is_complete"]
    assert shown["total"] == sum(one["points"] for one in shown["points"]) >= shown["threshold"] == 180


def _actor(phone: Any) -> people.Actor:
    person = person_of(phone)
    with base.read_session() as session:
        account = people.account_of(session, person=person)
    assert account is not None
    return people.Actor(
        account=account.id, person=person, roles=frozenset({people.Role.RESIDENT}), site="suita", session="s"
    )


def _counsellor(phone: Any) -> people.Actor:
    account = str(phone.get("/me").json["account"])
    return people.Actor(
        account=account, person=None, roles=frozenset({people.Role.COUNSELLOR}), site="suita", session="s"
    )


def test_only_the_team_of_the_place_sees_the_case_and_only_while_it_is_open(
    woman: Any, worker: Callable[..., Any], resident: Callable[..., Any]
) -> None:
    woman.post("/guidance", PLAN)
    nurse, stranger = worker("suita", "counsellor"), worker("senboku", "counsellor")
    case = nurse.get("/care/guidance").json["cases"][0]["id"]
    assert stranger.get("/care/guidance").json["cases"] == []
    for method, path, body in (
        ("GET", "", None), ("POST", "/messages", {"text": "a", "client_id": "message-1"}),
        ("POST", "/contacts", {"kind": "phone", "day": "2026-01-01"}), ("PUT", "/task", {"task": "a"}),
        ("PUT", "/outcome", {"month": 3}),
    ):  # fmt: skip
        answer = stranger.http.open(f"/api/care/guidance/{case}{path}", method=method, json=body)
        assert answer.status_code == 404, path
    other = resident("suita", name="別人 花子")
    assert other.get("/guidance").json["case"] is None
    assert other.post("/guidance/messages", {"text": "a", "client_id": "message-1"}).status_code == 404
    assert woman.http.delete("/api/guidance").json["case"]["closed_at"]
    assert nurse.get("/care/guidance").json["cases"] == []
    assert nurse.get(f"/care/guidance/{case}").status_code == 404
    assert woman.get("/guidance").json["case"]["goal"] == PLAN["goal"]


def test_plans_that_make_no_sense_are_refused(woman: Any) -> None:
    meal = PLAN["targets"][0]
    for targets in ([], [meal, meal], [{"kind": "meals", "text": "  "}]):
        assert woman.post("/guidance", PLAN | {"targets": targets}).status_code == 422
    assert woman.post("/guidance", PLAN | {"goal": "  "}).status_code == 422
    assert woman.post("/guidance/check-ins", {"answer": "done"}).status_code == 404
    woman.post("/guidance", PLAN)
    for wrong in ({"weight_kg": 19.9}, {"weight_kg": 300.1}, {"waist_cm": 39.9}, {"waist_cm": 200.1}):
        assert woman.post("/guidance/check-ins", {"answer": "done", **wrong}).status_code == 422


def test_what_is_stored_tells_nothing_without_the_key(woman: Any, runtime: base.Runtime) -> None:
    woman.post("/guidance", PLAN)
    with runtime.read_engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM care_guidance").all()
    assert len(rows) == 1
    assert "小盛り".encode() not in b"".join(each for each in rows[0] if isinstance(each, bytes))
