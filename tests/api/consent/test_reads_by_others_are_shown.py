"""The person sees who read what, when and under which consent, and who tried and was refused."""

from __future__ import annotations

import pytest

LAB, RESEARCH = "sample-univ-obstetrics", "P-RESEARCH"


@pytest.mark.feature("E06")
def test_a_read_is_shown_with_its_counts_and_the_consent_it_rests_on(town, resident, lab):
    hanako = resident("suita")
    town.put(hanako, sbp_mmhg=118, dbp_mmhg=72, hba1c_pct=5.4)
    town.switch(hanako, LAB, RESEARCH, "C-VITAL", True)
    town.switch(hanako, LAB, RESEARCH, "C-DEMO", True)
    pseudonym = town.readable(lab, LAB)[0]["pseudonym"]
    assert hanako.get("/consent/reads").json["reads"] == []
    given = lab.get(f"/bank/provisions/{LAB}/people/{pseudonym}").json
    assert given["demographics"]["age_to"] - given["demographics"]["age_from"] == 4

    (read,) = hanako.get("/consent/reads").json["reads"]
    assert read["what"] == {"C-VITAL": 2, "C-DEMO": 2}
    assert read["metrics"] == {"sbp_mmhg": 1, "dbp_mmhg": 1}
    assert read["names"]["ja"] == "見本大学 産科学教室"
    assert (read["purpose"], read["is_denied"], read["reason"]) == (RESEARCH, False, None)
    assert len(read["grants"]) == 1
    card = town.card(hanako, LAB)
    assert (card["reads"]["week"], card["reads"]["ever"]) == (1, 1)
    by_category = {each["category"]: each["reads"]["ever"] for each in card["categories"]}
    assert by_category["C-VITAL"] == 1
    assert by_category["C-CHECKUP"] == 0


@pytest.mark.feature("E06")
def test_a_refused_try_is_shown_with_its_reason(town, resident, worker, lab):
    hanako = resident("suita")
    town.switch(hanako, LAB, RESEARCH, "C-VITAL", True)
    pseudonym = town.readable(lab, LAB)[0]["pseudonym"]
    town.switch(hanako, LAB, RESEARCH, "C-VITAL", False)
    assert lab.get(f"/bank/provisions/{LAB}/people/{pseudonym}").status_code == 403
    nurse = worker("suita", "counsellor", name="保健師 見本")
    assert nurse.get(f"/care/people/{town.person(hanako)}").status_code == 403

    tries = hanako.get("/consent/reads").json["reads"]
    assert [(each["is_denied"], each["reason"]) for each in tries] == [(True, "no_consent")] * 2
    assert [each["role"] for each in tries] == ["counsellor", "data_user"]
    assert tries[1]["names"]["ja"] == "見本大学 産科学教室"


def test_tries_at_nobody_leave_no_trace_and_say_the_same(town, lab, worker):
    unknown = lab.get(f"/bank/provisions/{LAB}/people/nosuchpseudonym")
    elsewhere = lab.get("/bank/provisions/sample-city-suita/people")
    assert (unknown.status_code, unknown.json["key"]) == (403, "consent.not_permitted")
    assert (elsewhere.status_code, elsewhere.json["key"]) == (403, "consent.not_permitted")
    nurse = worker("suita", "counsellor", name="保健師 見本")
    assert nurse.get("/care/people/01hzzzzzzzzzzzzzzzzzzzzzzz").status_code == 403


def test_a_page_of_reads_is_followed_by_the_next(town, resident, lab):
    hanako = resident("suita")
    town.put(hanako, sbp_mmhg=118)
    town.switch(hanako, LAB, RESEARCH, "C-VITAL", True)
    pseudonym = town.readable(lab, LAB)[0]["pseudonym"]
    for _ in range(5):
        assert lab.get(f"/bank/provisions/{LAB}/people/{pseudonym}").status_code == 200
    first = hanako.get("/consent/reads?limit=3").json
    second = hanako.get(f"/consent/reads?limit=3&before={first['next']}").json
    found = [each["id"] for each in first["reads"] + second["reads"]]
    assert len(found) == len(set(found)) == 5
    assert second["next"] is None


def test_the_agreed_number_of_reads_a_day_is_kept(town, resident, lab):
    hanako = resident("suita")
    town.put(hanako, sbp_mmhg=118)
    town.switch(hanako, LAB, RESEARCH, "C-VITAL", True)
    pseudonym = town.readable(lab, LAB)[0]["pseudonym"]
    path = f"/bank/provisions/{LAB}/people/{pseudonym}"
    assert town.card(hanako, LAB)["reads_per_day"] == 24
    assert [lab.get(path).status_code for _ in range(25)] == [200] * 24 + [403]
    assert hanako.get("/consent/reads?limit=1").json["reads"][0]["reason"] == "too_often"
