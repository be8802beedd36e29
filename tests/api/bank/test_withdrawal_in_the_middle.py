"""Attacks on provision: each is refused with its exact words, and what was stopped never leaves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from backend import bank, base, consent, governance, people
from backend.base.ledger_verify import verify

VITAL, LAB, DEMO = "C-VITAL", "C-LAB", "C-DEMO"
PURPOSE = consent.Purpose.RESEARCH


@pytest.fixture
def agreed(town, resident, use):
    """Three residents who agreed, with a value each."""
    phones = []
    use.open()
    for _ in range(3):
        phone = resident("suita")
        town.put(phone, sbp_mmhg=118, hba1c_pct=5.6)
        use.open()
        assert use.answer(phone, "accept", VITAL, LAB).status_code == 200
        phones.append(phone)
    return phones


def actor_of(town, use):
    return people.Actor(
        account=town.account(use.phone),
        person=None,
        roles=frozenset({people.Role.DATA_USER}),
        site="suita",
        session="job",
    )


def test_who_withdraws_between_two_packages_of_a_batch_is_not_in_it(town, use, agreed):
    first, second, third = agreed
    actor = actor_of(town, use)

    def make(phone):
        return bank.deliver_one(
            actor=actor, recipient=use.recipient, purpose=PURPOSE, person=town.person(phone), version="v1"
        )

    assert make(first)
    assert use.answer(second, "decline").status_code == 200
    town.pause(third, True)
    assert not make(second)
    assert not make(third)
    assert len(use.fetch("v1")) == 1
    assert second.get("/bank/given").json["provisions"] == []


def test_who_withdraws_between_making_and_taking_is_not_handed_over(town, use, agreed):
    assert len(use.deliver("v1")) == 3
    town.switch(agreed[0], use.recipient, "P-RESEARCH", VITAL, False)
    town.pause(agreed[1], True)
    assert len(use.fetch("v1")) == 1
    town.pause(agreed[1], False)
    assert len(use.fetch("v1")) == 2, "a pause keeps the package, a withdrawal throws it away"


def test_a_package_that_nobody_fetched_leaves_nothing_to_erase(town, use, agreed):
    assert len(use.deliver("v1")) == 3
    use.phone.post("/bank/deliveries", {"recipient": use.recipient, "version": "v2"})
    base.run_due_jobs(limit=100)
    late = agreed[0]
    use.answer(late, "decline")
    assert len(late.get("/bank/erasures").json["erasures"]) == 2, "what was fetched before has to be erased"


def test_who_stops_before_the_first_fetch_has_nothing_to_be_erased(town, use, agreed):
    use.phone.post("/bank/deliveries", {"recipient": use.recipient, "version": "v1"})
    base.run_due_jobs(limit=100)
    assert agreed[0].get("/bank/given").json["provisions"][0]["fetched_at"] is None
    use.answer(agreed[0], "decline")
    assert agreed[0].get("/bank/erasures").json["erasures"] == []
    assert use.phone.get(f"/bank/orders?recipient={use.recipient}").json["erasures"] == []
    (promised,) = agreed[0].get("/bank/benefits").json["benefits"]
    assert promised["lapsed_at"] is not None, "a promise for nothing lapses"
    assert len(use.fetch("v1")) == 2


def test_the_same_batch_twice_gives_each_person_once(town, use, agreed):
    use.deliver("v1")
    use.deliver("v1")
    for phone in agreed:
        assert len(phone.get("/bank/given").json["provisions"]) == 1
        assert len(phone.get("/consent/reads").json["reads"]) == 1


def test_two_workers_on_one_person_make_one_package(town, use, agreed, app):
    actor = actor_of(town, use)
    person = town.person(agreed[0])

    def make(_):
        with app.app_context():
            return bank.deliver_one(actor=actor, recipient=use.recipient, purpose=PURPOSE, person=person, version="v1")

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(make, range(4)))
    assert sorted(made) == [False, False, False, True]


def test_a_day_after_the_end_nothing_leaves_though_consent_stands(town, use, agreed):
    actor = actor_of(town, use)
    for days in (90, 91):
        late = base.FixedClock(base.CLOCK.now() + timedelta(days=days))
        assert not bank.deliver_one(
            actor=actor,
            recipient=use.recipient,
            purpose=PURPOSE,
            person=town.person(agreed[0]),
            version="late",
            clock=late,
        )
        with pytest.raises((consent.NotPermitted, governance.BeyondVerdict)), base.write_unit() as session:
            bank.gather(
                session,
                actor=actor,
                person=town.person(agreed[0]),
                recipient=consent.recipient_of(session, recipient=use.recipient),
                purpose=PURPOSE,
                pseudonym="x",
                clock=late,
            )


def test_at_the_end_switches_go_off_and_erasure_is_due(town, use, agreed):
    use.deliver("v1")
    consent.end_over(clock=base.FixedClock(base.CLOCK.now() + timedelta(days=90)))
    orders = agreed[0].get("/bank/erasures").json["erasures"]
    assert {each["categories"][0] for each in orders} == {VITAL, LAB}
    assert not town.is_on(agreed[0], use.recipient, VITAL)


def test_a_suspended_use_hands_nothing_over(use, agreed):
    use.deliver("v1")
    verdict = use.verdict(serial=2)
    with base.write_unit() as session:
        consent.put_verdict(session, verdict=verdict, state=consent.UseState.SUSPENDED, why="audit")
        base.publish(session, governance.UseSuspended(use=use.name, recipient=use.recipient))
    assert use.fetch("v1") == []
    assert use.deliver("v2") == []


def test_an_ended_use_asks_everybody_to_be_erased(use, agreed):
    use.deliver("v1")
    with base.write_unit() as session:
        consent.put_verdict(session, verdict=use.verdict(serial=2), state=consent.UseState.ENDED, why="revoked")
        base.publish(session, governance.UseEnded(use=use.name, recipient=use.recipient, why="revoked"))
    for phone in agreed:
        assert len(phone.get("/bank/erasures").json["erasures"]) == 2
    assert use.fetch("v1") == []


def test_derived_values_and_unnamed_columns_do_not_leave(town, use, agreed):
    town.put(agreed[0], weight_kg=52, dbp_mmhg=76)
    packages = use.deliver("v1")
    names = {each["metric"] for package in packages for each in package["provision"]["values"]}
    assert names == {"sbp_mmhg", "dbp_mmhg", "hba1c_pct"}, "weight is not named by the verdict"


def test_a_certificate_is_only_for_own_orders_and_true_days(town, use, agreed, worker):
    use.deliver("v1")
    use.answer(agreed[0], "decline")
    order = use.phone.get(f"/bank/orders?recipient={use.recipient}").json["erasures"][0]["id"]
    today = base.CLOCK.now().astimezone(base.TOKYO).date()
    body = {"erased_on": today.isoformat(), "method": "上書き", "signer": "研究"}
    stranger = worker("suita", "data_user", name="よその人")
    refused = stranger.post(f"/bank/orders/{order}/certificate", body)
    assert (refused.status_code, refused.json["key"]) == (404, "base.not_found")
    for day in (today + timedelta(days=1), today - timedelta(days=1)):
        early = use.phone.post(f"/bank/orders/{order}/certificate", {**body, "erased_on": day.isoformat()})
        assert (early.status_code, early.json["key"]) == (422, "bank.not_erased_yet")
    assert agreed[0].post(f"/bank/orders/{order}/certificate", body).status_code == 403


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE bank_entry SET amount = amount + 1 WHERE amount > 0", "bank_entry"),
        ("DELETE FROM bank_entry WHERE amount > 0", "bank_entry"),
        ("DELETE FROM bank_entry", "bank_entry"),
        ("UPDATE bank_entry SET amount = amount * 2", "bank_entry"),
        ("UPDATE bank_provision SET n_values = 0", "bank_provision"),
        ("DELETE FROM bank_provision", "bank_provision"),
        ("UPDATE bank_erasure SET certified_at = ordered_at", "bank_erasure"),
        ("DELETE FROM bank_erasure", "bank_erasure"),
        ("""UPDATE bank_erasure SET categories = '["C-GENE"]'""", "bank_erasure"),
    ],
)
def test_an_edited_row_of_the_bank_is_named(use, agreed, statement, table):
    use.deliver("v1")
    use.answer(agreed[0], "decline")
    with base.read_session() as session:
        assert verify(session, checks=(bank.differences_from_ledger,)).problems == ()
    with base.write_unit() as session:
        session.connection().exec_driver_sql(statement)
    with base.read_session() as session:
        report = verify(session, checks=(bank.differences_from_ledger,))
    assert table in {each.table for each in report.problems}


def test_pseudonyms_of_two_uses_of_one_person_cannot_be_joined(town, use, agreed):
    packages = use.deliver("v1")
    seen = {each["provision"]["pseudonym"] for each in packages}
    assert len(seen) == 3
    with base.write_unit() as session:
        other = bank.pseudonym_of(
            session,
            person=town.person(agreed[0]),
            recipient="sample-univ-obstetrics",
            purpose=PURPOSE,
            lane=consent.Identifiability.PSEUDONYMOUS,
        )
        named = bank.pseudonym_of(
            session,
            person=town.person(agreed[0]),
            recipient="sample-kitchen-suita",
            purpose=consent.Purpose.ADVICE,
            lane=consent.Identifiability.NAMED,
        )
    assert len({other, named, *seen}) == 5


def test_a_look_at_nobody_is_refused_and_logged_like_a_look_at_somebody(town, use, agreed):
    use.deliver("v1")
    use.answer(agreed[0], "decline")
    stopped = next(
        each["pseudonym"] for each in use.phone.get(f"/bank/orders?recipient={use.recipient}").json["erasures"]
    )
    with base.read_session() as session:
        before = verify(session).size
    somebody = use.phone.get(f"/bank/provisions/{use.recipient}/people/{stopped}")
    nobody = use.phone.get(f"/bank/provisions/{use.recipient}/people/aaaaaaaaaaaaaaaaaaaaaaaa")
    assert somebody.json == nobody.json
    assert (nobody.status_code, nobody.json["key"]) == (403, "consent.not_permitted")
    with base.read_session() as session:
        report = verify(session, checks=(consent.differences_from_ledger, bank.differences_from_ledger))
    assert report.size == before + 2, "both tries are leaves"
    assert report.problems == ()
