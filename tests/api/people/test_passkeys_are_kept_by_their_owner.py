"""Passkeys: a second one is added after a confirmation, named, removed; the last one stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from backend import base


def _forget_confirmation() -> None:
    with base.write_unit() as session:
        at = (base.CLOCK.now() - timedelta(minutes=5)).isoformat(timespec="microseconds")
        session.connection().exec_driver_sql("UPDATE people_session SET stepped_up_at = ?", (at,))


@pytest.mark.feature("G01")
def test_a_second_passkey_signs_in_too(resident, phone, passkey):
    her, second = resident(), passkey()
    added = her.add_passkey(second, label="家のタブレット")
    assert added.status_code == 201
    assert added.json["label"] == "家のタブレット"
    assert added.json["is_synced"] is True
    other = phone()
    other.passkey = second
    assert other.sign_in().json["account"] == her.get("/me").json["account"]
    assert her.get("/me").json["passkeys"] == 2


def test_the_first_passkey_is_named_after_the_phone(resident):
    assert [one["label"] for one in resident().get("/passkeys").json["passkeys"]] == ["Android"]


def test_the_phone_is_told_which_passkeys_it_has_already(resident):
    her = resident()
    begun = her.begin("/passkeys/begin")
    assert [one["transports"] for one in begun["options"]["excludeCredentials"]] == [["hybrid", "internal"]]
    body = {"flow": begun["flow"], "credential": None}
    # An authenticator that ignores the exclusion and answers with the credential it has:
    id_before, key_before = her.passkey.credential_id, her.passkey.private_key
    her.passkey.cred_init = lambda rp, handle: None  # keeps what it has
    body["credential"] = her.passkey.make(begun["options"])
    assert (her.passkey.credential_id, her.passkey.private_key) == (id_before, key_before)
    assert her.post("/passkeys/finish", body).json["key"] == "people.passkey_known"


def test_adding_and_removing_need_a_fresh_confirmation(resident, passkey):
    her = resident()
    assert her.add_passkey(passkey()).status_code == 201
    listed = her.get("/passkeys").json["passkeys"]
    _forget_confirmation()
    assert her.get("/me").json["stepped_up_until"] is None
    for refused in (her.post("/passkeys/begin"), her.http.delete(f"/api/passkeys/{listed[1]['id']}")):
        assert (refused.status_code, refused.json["key"]) == (403, "base.step_up_needed")
    confirmed = her.step_up()
    assert confirmed.status_code == 200
    assert her.get("/me").json["stepped_up_until"] == confirmed.json["stepped_up_until"]
    assert her.http.delete(f"/api/passkeys/{listed[1]['id']}").status_code == 200
    assert len(her.get("/passkeys").json["passkeys"]) == 1


def test_a_confirmation_is_ones_own_and_with_verification(resident):
    hers, his = resident(), resident()
    _forget_confirmation()
    begun = hers.begin("/step-up/begin")
    foreign = {"flow": begun["flow"], "credential": his.passkey.confirm(begun["options"])}
    assert hers.post("/step-up/finish", foreign).json["params"] == {"reason": "user_handle"}
    hers.passkey.uv = False
    assert hers.step_up().json["params"] == {"reason": "user_verification"}
    hers.passkey.uv = True
    begun = hers.begin("/step-up/begin")
    body = {"flow": begun["flow"], "credential": hers.passkey.confirm(begun["options"])}
    assert his.post("/step-up/finish", body).json["key"] == "people.ceremony_over"  # bound to her session
    assert his.get("/me").json["stepped_up_until"] is None
    hers.passkey.handle_override = b""  # where we named the credential, the handle may be left out
    assert hers.step_up().status_code == 200


def test_the_last_passkey_stays(resident):
    her = resident()
    only = her.get("/passkeys").json["passkeys"][0]["id"]
    refused = her.http.delete(f"/api/passkeys/{only}")
    assert (refused.status_code, refused.json["key"]) == (409, "people.last_passkey")
    assert her.sign_in().status_code == 200


def test_removing_a_passkey_ends_the_sessions_it_opened(resident, phone, passkey):
    her, lost = resident(), phone()
    lost.passkey = passkey()
    assert her.add_passkey(lost.passkey).status_code == 201
    assert lost.sign_in().status_code == 200
    second = her.get("/passkeys").json["passkeys"][1]["id"]
    assert her.http.delete(f"/api/passkeys/{second}").json == {"ended": 1}
    assert lost.get("/me").status_code == 401
    assert lost.sign_in().json["key"] == "people.passkey_unknown"


def test_a_passkey_is_named_by_its_owner_only(resident):
    her, his = resident(), resident()
    mine = her.get("/passkeys").json["passkeys"][0]["id"]
    assert her.http.patch(f"/api/passkeys/{mine}", json={"label": "青い電話"}).json["label"] == "青い電話"
    assert his.http.patch(f"/api/passkeys/{mine}", json={"label": "x"}).status_code == 404
    assert his.http.delete(f"/api/passkeys/{mine}").status_code == 404
    assert her.get("/passkeys").json["passkeys"][0]["label"] == "青い電話"


def test_two_phones_cannot_remove_the_last_two_passkeys_at_once(resident, phone, passkey):
    her, other = resident(), phone()
    other.passkey = passkey()
    assert her.add_passkey(other.passkey).status_code == 201
    assert other.sign_in().status_code == 200
    first, second = (one["id"] for one in her.get("/passkeys").json["passkeys"])
    with ThreadPoolExecutor(2) as pool:
        pairs = [(her, second), (other, first)]
        answers = list(pool.map(lambda pair: pair[0].http.delete(f"/api/passkeys/{pair[1]}").status_code, pairs))
    assert answers.count(200) == 1
    kept = her if answers[0] == 200 else other
    assert kept.sign_in().status_code == 200
    assert len(kept.get("/passkeys").json["passkeys"]) == 1
