"""One pause stops all provision through the information bank and deletes nothing; counsellors go on."""

from __future__ import annotations

import pytest

from backend import base

LAB, RESEARCH, TEAM = "sample-univ-obstetrics", "P-RESEARCH", "counsellors-suita"


@pytest.mark.feature("E11")
def test_pause_stops_every_recipient_and_keeps_the_switches(town, resident, worker, lab):
    hanako = resident("suita")
    town.put(hanako, sbp_mmhg=118)
    town.switch(hanako, LAB, RESEARCH, "C-VITAL", True)
    town.switch(hanako, TEAM, "P-CARE", "C-VITAL", True)
    pseudonym = town.readable(lab, LAB)[0]["pseudonym"]
    path = f"/bank/provisions/{LAB}/people/{pseudonym}"
    assert lab.get(path).status_code == 200

    assert town.pause(hanako, True).status_code == 200
    assert lab.get(path).status_code == 403
    assert town.readable(lab, LAB) == []
    assert hanako.get("/consent").json["is_paused"] is True
    assert (town.card(hanako, LAB)["status"], town.is_on(hanako, LAB, "C-VITAL")) == ("paused", True)
    assert hanako.get("/consent/reads?limit=1").json["reads"][0]["reason"] == "paused"
    assert town.card(hanako, TEAM)["status"] == "on"
    nurse = worker("suita", "counsellor", name="保健師 見本")
    assert [each["metric"] for each in nurse.get(f"/care/people/{town.person(hanako)}").json["metrics"]] == ["sbp_mmhg"]

    assert town.pause(hanako, False).status_code == 200
    assert lab.get(path).status_code == 200
    assert hanako.get("/consent").json["is_paused"] is False


def test_pausing_needs_no_passkey_but_taking_up_again_does(town, resident):
    hanako = resident("suita")
    with base.write_unit() as session:
        session.connection().exec_driver_sql("UPDATE people_session SET stepped_up_at = NULL")
    assert town.pause(hanako, True).status_code == 200
    assert town.pause(hanako, False).json["key"] == "base.step_up_needed"
    assert hanako.step_up().status_code == 200
    assert town.pause(hanako, False).status_code == 200
