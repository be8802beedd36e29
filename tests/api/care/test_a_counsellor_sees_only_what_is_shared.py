"""A counsellor sees who shares with her, of each only what is on, and each look is shown to the person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backend import base, record
from backend.record import Reading

TEAM = "counsellors-suita"


@pytest.fixture
def nurse(town, worker):
    """The phone of a public health nurse of Suita."""
    return worker("suita", "counsellor", name="保健師 見本")


def _metrics(phone, person):
    return {each["metric"] for each in phone.get(f"/care/people/{person}").json["metrics"]}


@pytest.mark.feature("E01", "E06")
def test_only_shared_categories_and_gone_at_the_next_look(town, resident, nurse):
    hanako = resident("suita")
    person = town.person(hanako)
    town.put(hanako, sbp_mmhg=118, dbp_mmhg=72, hba1c_pct=5.4)
    assert nurse.get("/care/people").json["people"] == []
    town.switch(hanako, TEAM, "P-CARE", "C-VITAL", True)
    (line,) = nurse.get("/care/people").json["people"]
    assert (line["name"], line["shared"], line["why"]["key"]) == ("吹田 花子", ["C-VITAL"], "care.why_shared")
    assert _metrics(nurse, person) == {"sbp_mmhg", "dbp_mmhg"}
    town.switch(hanako, TEAM, "P-CARE", "C-LAB", True)
    assert _metrics(nurse, person) == {"sbp_mmhg", "dbp_mmhg", "hba1c_pct"}
    town.switch(hanako, TEAM, "P-CARE", "C-VITAL", False)
    assert _metrics(nurse, person) == {"hba1c_pct"}
    town.switch(hanako, TEAM, "P-CARE", "C-LAB", False)
    refused = nurse.get(f"/care/people/{person}")
    assert (refused.status_code, refused.json["key"]) == (403, "consent.not_permitted")
    assert nurse.get("/care/people").json["people"] == []

    reads = hanako.get("/consent/reads").json["reads"]
    assert [(each["is_denied"], each["what"]) for each in reads] == [
        (True, {}),
        (False, {"C-LAB": 1}),
        (False, {"C-LAB": 1, "C-VITAL": 2}),
        (False, {"C-VITAL": 2}),
    ]
    assert reads[1]["names"]["ja"] == "吹田の保健師・助産師（相談チーム）"


def test_a_device_series_is_shown_by_day_and_logged_as_one_look(town, resident, nurse):
    hanako = resident("suita")
    start = base.CLOCK.now() - timedelta(days=2)
    unit = record.catalogue.metric("steps_count").unit
    readings = [
        Reading(
            metric="steps_count",
            value=1000.0,
            unit=unit,
            start=start + timedelta(minutes=20 * step),
            end=start + timedelta(minutes=20 * step + 10),
            source="見本の時計",
            place=f"line {step}",
        )
        for step in range(3)
    ]
    with base.write_unit() as session:
        record.add(session, person=town.person(hanako), readings=readings, import_id=base.new_id())
    town.put(hanako, sbp_mmhg=118)
    town.switch(hanako, TEAM, "P-CARE", "C-ACT", True)
    town.switch(hanako, TEAM, "P-CARE", "C-VITAL", True)
    page = nurse.get(f"/care/people/{town.person(hanako)}").json
    steps = next(each for each in page["metrics"] if each["metric"] == "steps_count")
    assert steps["is_daily"]
    assert sum(each["value"] for each in steps["course"]) == 3000
    (read,) = hanako.get("/consent/reads").json["reads"]
    assert set(read["what"]) == {"C-ACT", "C-VITAL"}
    assert town.card(hanako, TEAM)["reads"]["week"] == 1


def test_the_list_says_why_each_row_is_where_it_is(town, resident, nurse):
    quiet, waiting, answered = resident("suita"), resident("suita"), resident("suita")
    town.switch(quiet, TEAM, "P-CARE", "C-VITAL", True)
    thread = answered.post("/consultations", {"subject": "a", "text": "a", "client_id": "consult-1"}).json
    waiting.post("/consultations", {"subject": "b", "text": "b", "client_id": "consult-1"})
    nurse.get("/care/people")
    nurse.post(f"/consultations/{thread['id']}/read", {"up_to": thread["messages"][0]["id"]})
    nurse.post(f"/consultations/{thread['id']}/messages", {"text": "はい", "client_id": "answer-1"})
    rows = nurse.get("/care/people").json["people"]
    assert [(each["person"], each["why"]["key"]) for each in rows] == [
        (town.person(waiting), "care.why_waiting"),
        (town.person(answered), "care.why_answered"),
        (town.person(quiet), "care.why_shared"),
    ]
    assert rows[0]["waiting_since"] is not None
    assert datetime.fromisoformat(rows[0]["waiting_since"]).tzinfo in (UTC, rows and datetime.now(UTC).tzinfo)


def test_sharing_with_a_counsellor_needs_no_passkey(town, resident):
    hanako = resident("suita")
    with base.write_unit() as session:
        session.connection().exec_driver_sql("UPDATE people_session SET stepped_up_at = NULL")
    assert town.switch(hanako, TEAM, "P-CARE", "C-VITAL", True).status_code == 200


def test_a_counsellor_of_another_place_sees_nothing_and_the_try_is_shown(town, resident, worker):
    hanako = resident("suita")
    town.switch(hanako, TEAM, "P-CARE", "C-VITAL", True)
    elsewhere = worker("senboku", "counsellor", name="保健師 泉北")
    assert elsewhere.get("/care/people").json["people"] == []
    assert elsewhere.get(f"/care/people/{town.person(hanako)}").status_code == 403
    (tried,) = hanako.get("/consent/reads").json["reads"]
    assert (tried["is_denied"], tried["reason"]) == (True, "no_consent")


def test_genes_are_not_even_a_switch_for_counsellors(town, resident):
    hanako = resident("suita")
    offered = {each["category"] for each in town.card(hanako, TEAM)["categories"]}
    assert offered == {"C-VITAL", "C-CHECKUP", "C-LAB", "C-ACT", "C-MED", "C-MCH", "C-LIFE", "C-MENTAL"}
    assert town.switch(hanako, TEAM, "P-CARE", "C-GENE", True).json["key"] == "consent.not_offered"


def test_senboku_counsellors_get_no_mother_and_child_record(town, resident):
    mari = resident("senboku")
    offered = {each["category"] for each in town.card(mari, "counsellors-senboku")["categories"]}
    assert "C-MCH" not in offered
    refused = town.switch(mari, "counsellors-senboku", "P-CARE", "C-MCH", True)
    assert refused.json["key"] == "consent.not_offered"
