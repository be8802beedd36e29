"""Off means off at the next read: one recipient, one purpose, one kind of data."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

LAB, RESEARCH = "sample-univ-obstetrics", "P-RESEARCH"


def _read(lab: Any, pseudonym: str) -> Any:
    return lab.get(f"/bank/provisions/{LAB}/people/{pseudonym}")


@pytest.mark.feature("E01")
def test_a_switch_opens_one_kind_of_data_and_closes_it_again(town, resident, lab):
    hanako = resident("suita")
    town.put(hanako, sbp_mmhg=118, dbp_mmhg=72, hba1c_pct=5.4)
    assert town.readable(lab, LAB) == []

    on = town.switch(hanako, LAB, RESEARCH, "C-VITAL", True)
    assert (on.status_code, on.json["is_on"]) == (200, True), on.json
    assert town.is_on(hanako, LAB, "C-VITAL")
    listed = town.readable(lab, LAB)
    assert [each["categories"] for each in listed] == [["C-VITAL"]]
    given = _read(lab, listed[0]["pseudonym"]).json
    assert {each["metric"] for each in given["values"]} == {"sbp_mmhg", "dbp_mmhg"}
    assert (given["identity"], given["demographics"], given["identifiability"]) == (None, None, "pseudonymous")

    town.switch(hanako, LAB, RESEARCH, "C-LAB", True)
    both = _read(lab, listed[0]["pseudonym"]).json
    assert {each["metric"] for each in both["values"]} == {"sbp_mmhg", "dbp_mmhg", "hba1c_pct"}

    assert town.switch(hanako, LAB, RESEARCH, "C-VITAL", False).status_code == 200
    left = _read(lab, listed[0]["pseudonym"]).json
    assert {each["metric"] for each in left["values"]} == {"hba1c_pct"}

    assert town.switch(hanako, LAB, RESEARCH, "C-LAB", False).status_code == 200
    refused = _read(lab, listed[0]["pseudonym"])
    assert (refused.status_code, refused.json["key"]) == (403, "consent.not_permitted")
    assert refused.json["params"] == {}
    assert town.readable(lab, LAB) == []


def test_switching_off_needs_no_passkey_and_no_reason_and_works_twice(town, resident, lab):
    hanako = resident("suita")
    town.switch(hanako, LAB, RESEARCH, "C-VITAL", True)
    _forget_step_up()
    assert town.switch(hanako, LAB, RESEARCH, "C-LAB", True).json["key"] == "base.step_up_needed"
    assert town.switch(hanako, LAB, RESEARCH, "C-VITAL", False).status_code == 200
    assert town.switch(hanako, LAB, RESEARCH, "C-VITAL", False).status_code == 200
    assert town.readable(lab, LAB) == []


def _forget_step_up() -> None:
    from backend import base

    with base.write_unit() as session:
        session.connection().exec_driver_sql("UPDATE people_session SET stepped_up_at = NULL")


@pytest.mark.feature("E01")
def test_twenty_readers_at_once_none_reads_after_the_withdrawal_was_acknowledged(town, resident, lab):
    hanako = resident("suita")
    town.put(hanako, sbp_mmhg=118)
    town.switch(hanako, LAB, RESEARCH, "C-VITAL", True)
    with_many_reads(LAB)
    pseudonym = town.readable(lab, LAB)[0]["pseudonym"]
    path = f"/api/bank/provisions/{LAB}/people/{pseudonym}"
    cookie = lab.http.get_cookie("__Host-meguri")
    acknowledged, start = threading.Event(), threading.Barrier(21)
    lock, before, late, after = threading.Lock(), [], [], []

    def read_on() -> None:
        http = lab.http.application.test_client()
        http.set_cookie("__Host-meguri", cookie.value, secure=True)
        start.wait()
        for _ in range(5):
            was_acknowledged = acknowledged.is_set()
            answer = http.get(path, base_url="https://localhost")
            with lock:
                (after if was_acknowledged else before).append(answer.status_code)
                if was_acknowledged and answer.status_code == 200:
                    late.append(answer.json)

    readers = [threading.Thread(target=read_on) for _ in range(20)]
    for each in readers:
        each.start()
    start.wait()
    while before.count(200) < 10:  # well under way, and far from done
        time.sleep(0.005)
    assert town.switch(hanako, LAB, RESEARCH, "C-VITAL", False).status_code == 200
    acknowledged.set()
    for each in readers:
        each.join()
    assert late == []
    assert set(after) == {403}
    assert set(before) <= {200, 403}
    assert before.count(200) >= 10
    reads = hanako.get("/consent/reads?limit=200").json["reads"]
    assert sum(not each["is_denied"] for each in reads) == before.count(200)
    assert sum(each["is_denied"] for each in reads) == before.count(403) + after.count(403)


def with_many_reads(recipient: str) -> None:
    """Lift the daily limit of a recipient, which is not what is tried here."""
    from backend import base

    with base.write_unit() as session:
        session.connection().exec_driver_sql("UPDATE consent_grant SET reads_per_day = NULL")
