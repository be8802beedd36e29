"""One chain: verdict, offer, part of it agreed to, provision, benefit, withdrawal, order and certificate."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from backend import bank, base, consent
from backend.base.ledger_verify import verify
from backend.cli import main

VITAL, LAB, DEMO = "C-VITAL", "C-LAB", "C-DEMO"


def sound():
    with base.read_session() as session:
        report = verify(session, checks=(consent.differences_from_ledger, bank.differences_from_ledger))
    return report.problems


@pytest.mark.feature("E03", "E04", "E05", "E09")
def test_the_whole_chain(town, resident, use, capsys):
    hanako = resident("suita")
    town.put(hanako, sbp_mmhg=118, hba1c_pct=5.6, weight_kg=52)
    use.open(amount=500)
    offer = use.offer(hanako)
    assert (offer["state"], offer["amount"], offer["unit"]) == ("open", 500, "points")
    assert offer["days_left"] in {13, 14}
    assert offer["reason"]["ja"] == "見本の研究"
    assert offer["categories"] == sorted([VITAL, LAB, DEMO])

    taken = use.answer(hanako, "accept", VITAL, DEMO)
    assert taken.status_code == 200, taken.json
    assert (taken.json["state"], taken.json["accepted"], len(taken.json["receipts"])) == ("accepted", [DEMO, VITAL], 2)
    held = hanako.get("/bank/benefits").json
    assert held["sums"] == [{"unit": "points", "promised": 500, "delivered": 0}]

    (package,) = use.deliver()
    given = package["provision"]
    assert {each["metric"] for each in given["values"]} == {"sbp_mmhg"}, "only what is on, and only named columns"
    assert given["demographics"] is not None
    assert given["identity"] is None
    assert package["obligations"]["no_onward_supply"] is True
    (read,) = hanako.get("/consent/reads").json["reads"]
    assert read["metrics"] == {"sbp_mmhg": 1}
    assert hanako.get("/bank/given").json["provisions"][0]["version"] == "2026-11"

    told = use.phone.post(use.path("/benefits"), {"pseudonym": given["pseudonym"]})
    assert told.status_code == 204, told.json
    again = use.phone.post(use.path("/benefits"), {"pseudonym": given["pseudonym"]})
    assert (again.status_code, again.json["key"]) == (404, "bank.nothing_promised")
    arrived = hanako.get("/bank/benefits").json
    assert arrived["sums"] == [{"unit": "points", "promised": 500, "delivered": 500}]
    assert arrived["benefits"][0]["delivered_at"] is not None

    assert use.answer(hanako, "decline").status_code == 200
    assert use.fetch() == []
    orders = hanako.get("/bank/erasures").json["erasures"]
    assert {(each["categories"][0], each["state"]) for each in orders} == {(VITAL, "waiting"), (DEMO, "waiting")}
    due = use.phone.get(f"/bank/orders?recipient={use.recipient}").json["erasures"]
    today = base.CLOCK.now().astimezone(base.TOKYO).date()
    body = {"erased_on": today.isoformat(), "method": "媒体ごと上書き消去", "signer": "研究 花子"}
    for order in due:
        assert use.phone.post(f"/bank/orders/{order['id']}/certificate", body).json["state"] == "certified"
    twice = use.phone.post(f"/bank/orders/{due[0]['id']}/certificate", body)
    assert (twice.status_code, twice.json["key"]) == (409, "bank.already_certified")
    assert {each["state"] for each in hanako.get("/bank/erasures").json["erasures"]} == {"certified"}
    assert sound() == ()

    capsys.readouterr()
    assert main(["bank", "provisions", "--person", town.person(hanako), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [each["version"] for each in printed["provisions"]] == ["2026-11"]
    assert len(printed["reads"]) == 1
    assert main(["bank", "books", "--json"]) == 0


def test_an_offer_reaches_only_those_it_can_concern(resident, use):
    woman = resident("suita", birth="1990-01-01")
    man = resident("suita", birth="1990-01-01", sex="male")
    child = resident("suita", birth="2015-01-01")
    elsewhere = resident("senboku", birth="1990-01-01")
    assert use.open()["asked"] == 1
    later = resident("suita", birth="1991-01-01")
    assert use.offer(woman)["state"] == use.offer(later)["state"] == "open"
    for other in (man, child, elsewhere):
        assert use.offer(other) is None
        assert use.answer(other, "accept", VITAL).json["key"] == "bank.offer_gone"
        assert not any(each["recipient"] == use.recipient for each in other.get("/consent").json["bank"])


def test_nothing_more_than_was_offered_and_nothing_without_a_choice(resident, use):
    hanako = resident("suita")
    use.open()
    for chosen in ((), ("C-MCH",), (VITAL, "C-GENE")):
        refused = use.answer(hanako, "accept", *chosen)
        assert (refused.status_code, refused.json["key"]) == (422, "bank.nothing_chosen")
    assert use.offer(hanako)["state"] == "open"


def test_later_decline_and_taking_back(town, resident, use):
    hanako = resident("suita")
    use.open()
    assert use.answer(hanako, "later").json["state"] == "later"
    assert use.answer(hanako, "accept", VITAL).json["state"] == "accepted"
    assert town.is_on(hanako, use.recipient, VITAL)
    assert use.answer(hanako, "reopen").json["state"] == "open"
    assert not town.is_on(hanako, use.recipient, VITAL)
    assert hanako.get("/bank/benefits").json["sums"] == [], "nothing was given, so the promise lapsed"
    assert use.answer(hanako, "decline").json["state"] == "declined"
    assert sound() == ()


def test_a_retry_is_one_answer_and_another_content_is_refused(resident, use):
    hanako = resident("suita")
    use.open()
    first = use.answer(hanako, "accept", VITAL, client_id="answer-0001")
    again = use.answer(hanako, "accept", VITAL, client_id="answer-0001")
    other = use.answer(hanako, "accept", LAB, client_id="answer-0001")
    assert (first.status_code, again.status_code) == (200, 200)
    assert (other.status_code, other.json["key"]) == (422, "base.key_reused")
    assert len(hanako.get("/consent/history").json["changes"]) == 1
    assert len(hanako.get("/bank/benefits").json["benefits"]) == 1


@pytest.mark.feature("E10")
def test_a_rule_answers_for_the_person_and_can_be_taken_back(town, resident, use):
    eager, wary = resident("suita"), resident("suita")
    rule = {"kind": "research", "purpose": "P-RESEARCH", "categories": [VITAL], "effect": "create"}
    made = eager.post("/consent/rules", {**rule, "client_id": "rule-0001"}).json["rule"]
    stop = {**rule, "categories": [VITAL, LAB, DEMO], "effect": "stop", "client_id": "rule-0002"}
    assert wary.post("/consent/rules", stop).status_code == 200
    use.open()
    offer = use.offer(eager)
    assert (offer["state"], offer["accepted"], offer["rule"]) == ("accepted", [VITAL], made)
    assert use.offer(wary)["state"] == "declined"
    assert use.offer(wary)["rule"] is not None
    assert use.answer(eager, "reopen").json["state"] == "open"
    assert use.answer(wary, "reopen").json["state"] == "open"
    assert not town.is_on(eager, use.recipient, VITAL)


def test_who_switched_on_before_the_request_is_not_asked_again(town, resident, use):
    hanako = resident("suita")
    assert town.switch(hanako, use.recipient, "P-RESEARCH", VITAL, True).status_code == 200
    use.open()
    offer = use.offer(hanako)
    assert (offer["state"], offer["accepted"], offer["rule"]) == ("accepted", [VITAL], None)
    assert hanako.get("/bank/benefits").json["sums"] == [{"unit": "points", "promised": 500, "delivered": 0}]


@pytest.mark.feature("E08")
def test_a_wider_verdict_asks_only_those_who_agreed(resident, use):
    agreed, declined = resident("suita"), resident("suita")
    use.open()
    use.answer(agreed, "accept", VITAL)
    use.answer(declined, "decline")
    wider = use.verdict("sbp_mmhg", "dbp_mmhg", "hba1c_pct", "age_band", "sex", "steps_count", serial=2)
    use.approve(wider, added=["C-ACT"])
    asked = use.offer(agreed)
    assert (asked["state"], asked["added"], asked["accepted"]) == ("open", ["C-ACT"], [VITAL])
    assert use.offer(declined)["state"] == "declined"
    assert use.answer(agreed, "decline").json["accepted"] == [VITAL], "no to more leaves what was agreed"
    use.approve(use.verdict(serial=3), added=[], is_renewal=True)
    assert use.offer(agreed)["state"] == "accepted"


def test_a_promise_never_becomes_less(use):
    use.open(amount=500)
    body = {"unit": "points", "amount": 300}
    lowered = use.phone.http.put("/api" + use.path("/programme"), json=body)
    assert (lowered.status_code, lowered.json["key"]) == (409, "bank.promise_lowered")
    assert use.open(amount=800)["amount"] == 800


def test_only_the_data_user_of_the_use_opens_delivers_and_certifies(town, resident, worker, use):
    hanako = resident("suita")
    use.open()
    use.answer(hanako, "accept", VITAL)
    stranger = worker("suita", "data_user", name="よその人")
    for refused in (
        stranger.http.put("/api" + use.path("/programme"), json={"unit": "yen", "amount": 1}),
        stranger.post("/bank/deliveries", {"recipient": use.recipient, "version": "1"}),
        stranger.get(f"/bank/deliveries?recipient={use.recipient}"),
        stranger.get(f"/bank/orders?recipient={use.recipient}"),
    ):
        assert (refused.status_code, refused.json["key"]) == (403, "consent.not_permitted")


def test_what_is_overdue_is_said_by_the_clock(town, resident, use):
    hanako = resident("suita")
    town.put(hanako, sbp_mmhg=118)
    use.open()
    use.answer(hanako, "accept", VITAL)
    use.deliver()
    use.answer(hanako, "decline")
    in_time = base.FixedClock(base.CLOCK.now() + timedelta(days=13))
    late = base.FixedClock(base.CLOCK.now() + timedelta(days=15))
    with base.read_session() as session:
        person = town.person(hanako)
        assert [each.state for each in bank.my_erasures(session, person=person, clock=in_time)] == ["waiting"]
        assert [each.state for each in bank.my_erasures(session, person=person, clock=late)] == ["overdue"]
