"""Remote logout and step-up: a phone left behind gives nothing away, a session alone cannot give data to others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend import base, consent
from backend.consent import Category, Identifiability, Mode, Offer, Purpose, Recipient, RecipientKind, RuleSet, Terms

SERVICE, CODED = RecipientKind.SERVICE, Identifiability.PSEUDONYMOUS
SWITCH = {"recipient": "gym", "purpose": Purpose.ADVICE.value, "category": Category.VITAL.value, "on": True}


@pytest.fixture
def _gym(runtime):
    asked = {"purpose": Purpose.ADVICE, "identifiability": CODED, "categories": (Category.VITAL,)}
    terms = Terms(recipient="gym", mode=Mode.VIEW, text_id="fitness", **asked)
    offers = {RuleSet.key(Purpose.ADVICE, Category.VITAL, SERVICE, CODED): Offer.ASK}
    names = consent.Words(ja="見本ジム", ja_easy="{見本|みほん}ジム", en="Sample Gym")
    with base.write_unit() as session:
        rules = RuleSet(site="suita", version="test", is_draft=True, offers=offers)
        consent.adopt_rule_set(session, rule_set=rules, source="test")
        gym = Recipient(id="gym", site="suita", kind=SERVICE, names=names, terms=(terms,))
        consent.register_recipient(session, recipient=gym)


@pytest.mark.feature("G13")
@pytest.mark.usefixtures("_gym")
def test_a_phone_left_behind_can_neither_consent_nor_stay(resident, phone):
    left = resident("suita")
    hers = phone()
    hers.passkey = left.passkey
    assert hers.sign_in().status_code == 200
    with base.write_unit() as session:
        at = (base.CLOCK.now() - timedelta(minutes=5)).isoformat(timespec="microseconds")
        session.connection().exec_driver_sql("UPDATE people_session SET stepped_up_at = ?", (at,))

    refused = left.http.put("/api/consent/switch", json={**SWITCH, "client_id": "left-behind-1"})
    assert (refused.status_code, refused.json["key"]) == (403, "base.step_up_needed")
    assert hers.get("/consent/history").json["changes"] == []

    assert hers.step_up().status_code == 200
    given = hers.http.put("/api/consent/switch", json={**SWITCH, "client_id": "her-own-0001"})
    assert given.status_code == 200, given.json
    assert given.json["is_on"] is True

    other = next(one for one in hers.get("/sessions").json["sessions"] if not one["is_current"])
    assert hers.http.delete(f"/api/sessions/{other['id']}").status_code == 204
    assert left.get("/consent").status_code == 401
    assert hers.get("/consent").status_code == 200
