"""A standing rule answers for a class of recipients, now and for those who come later, and can be ended."""

from __future__ import annotations

from backend import base, consent
from backend.consent import Category, Identifiability, Mode, Purpose, Recipient, RecipientKind, Terms, Words

SHOP, GYM = "sample-kitchen-senboku", "sample-gym-senboku"


def _rule(phone, effect, categories, kind="service", purpose="P-ADVICE", client_id="rule-0001"):
    body = {"kind": kind, "purpose": purpose, "categories": categories, "effect": effect, "client_id": client_id}
    return phone.post("/consent/rules", body)


def _newcomer() -> None:
    terms = Terms(
        recipient="new-gym",
        purpose=Purpose.ADVICE,
        identifiability=Identifiability.PSEUDONYMOUS,
        mode=Mode.VIEW,
        categories=(Category.ACT, Category.VITAL),
        text_id="fitness",
    )
    names = Words(ja="新しいジム", ja_easy="あたらしいジム", en="New gym")
    gym = Recipient(id="new-gym", site="senboku", kind=RecipientKind.SERVICE, names=names, terms=(terms,))
    with base.write_unit() as session:
        consent.register_recipient(session, recipient=gym)


def test_a_creating_rule_switches_on_what_is_offered_and_ends_with_it(town, resident):
    mari = resident("senboku")
    town.switch(mari, GYM, "P-ADVICE", "C-ACT", True)
    done = _rule(mari, "create", ["C-ACT", "C-VITAL"])
    assert done.status_code == 200, done.json
    assert len(done.json["switches"]) == 2
    assert town.is_on(mari, SHOP, "C-VITAL")
    assert town.is_on(mari, GYM, "C-VITAL")
    _newcomer()
    assert town.is_on(mari, "new-gym", "C-ACT")
    assert town.is_on(mari, "new-gym", "C-VITAL")
    by_rule = {each["category"]: each["by_rule"] for each in town.card(mari, GYM)["categories"]}
    assert (by_rule["C-ACT"], by_rule["C-VITAL"]) == (False, True)

    again = _rule(mari, "create", ["C-ACT", "C-VITAL"])
    assert again.json["rule"] == done.json["rule"]
    ended = mari.http.put(f"/api/consent/rules/{done.json['rule']}/end", json={"client_id": "rule-end-1"})
    assert ended.status_code == 200, ended.json
    assert not town.is_on(mari, SHOP, "C-VITAL")
    assert not town.is_on(mari, "new-gym", "C-ACT")
    assert town.is_on(mari, GYM, "C-ACT"), "switched on by hand before the rule: stays"
    assert mari.get("/consent").json["rules"] == []


def test_a_stopping_rule_needs_no_passkey_and_leaves_other_classes_alone(town, resident):
    mari = resident("senboku")
    town.switch(mari, GYM, "P-ADVICE", "C-ACT", True)
    town.switch(mari, SHOP, "P-ADVICE", "C-VITAL", True)
    town.switch(mari, "sample-univ-urban", "P-RESEARCH", "C-ACT", True)
    with base.write_unit() as session:
        session.connection().exec_driver_sql("UPDATE people_session SET stepped_up_at = NULL")
    assert _rule(mari, "create", ["C-ACT"], client_id="rule-0002").json["key"] == "base.step_up_needed"
    assert _rule(mari, "stop", ["C-ACT", "C-VITAL"]).status_code == 200
    assert not town.is_on(mari, GYM, "C-ACT")
    assert not town.is_on(mari, SHOP, "C-VITAL")
    assert town.is_on(mari, "sample-univ-urban", "C-ACT")


def test_a_later_switch_by_hand_goes_before_the_rule(town, resident):
    mari = resident("senboku")
    assert _rule(mari, "create", ["C-ACT"]).status_code == 200
    assert town.switch(mari, GYM, "P-ADVICE", "C-ACT", False).status_code == 200
    with base.write_unit() as session:  # the recipient changes its name: not a newcomer for what was answered
        gym = consent.recipient_of(session, recipient=GYM)
        named = Recipient(
            id=gym.id,
            site=gym.site,
            kind=gym.kind,
            names=Words(ja="見本ジム２", ja_easy="ジム", en="Gym 2"),
            terms=gym.terms,
        )
        consent.register_recipient(session, recipient=named)
    assert not town.is_on(mari, GYM, "C-ACT")


def test_a_rule_that_fits_nobody_is_refused_and_leaves_nothing(town, resident):
    mari = resident("senboku")
    refused = _rule(mari, "create", ["C-GENE"], kind="insurer", purpose="P-INSURE")
    assert (refused.status_code, refused.json["key"]) == (422, "consent.rule_matches_nothing")
    assert mari.get("/consent").json["rules"] == []
    assert mari.get("/consent/history").json["changes"] == []


def test_ending_a_rule_of_somebody_else_is_refused(town, resident):
    mari, ken = resident("senboku"), resident("senboku")
    rule = _rule(mari, "create", ["C-ACT"]).json["rule"]
    refused = ken.http.put(f"/api/consent/rules/{rule}/end", json={"client_id": "rule-end-1"})
    assert (refused.status_code, refused.json["key"]) == (404, "consent.no_such_rule")
    assert len(mari.get("/consent").json["rules"]) == 1
