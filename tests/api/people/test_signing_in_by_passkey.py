"""Signing in: a good assertion opens a session; every way in which it can be wrong is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from backend import base


@pytest.mark.feature("G01")
def test_a_resident_signs_in_again_on_a_fresh_browser(phone, resident):
    first = resident()
    second = phone()
    second.passkey = first.passkey
    begun = second.begin("/signin/begin")
    assert begun["options"]["allowCredentials"] == []  # discoverable: the phone's autofill offers its passkeys
    assert begun["options"]["userVerification"] == "required"
    assert begun["options"]["rpId"] == "localhost"
    body = {"flow": begun["flow"], "credential": second.passkey.confirm(begun["options"])}
    answer = second.post("/signin/finish", body)
    assert answer.status_code == 200
    assert answer.json["person"]["id"] == first.get("/me").json["person"]["id"]
    assert answer.json["stepped_up_until"] is not None


def test_making_a_passkey_asks_for_a_discoverable_verified_one(phone, invite):
    options = phone().begin("/signup/begin", {"code": invite(), "name": "花子"})["options"]
    assert options["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert options["attestation"] == "none"
    assert len(base_decoded(options["user"]["id"])) == 64


def base_decoded(text: str) -> bytes:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(text + "===")


REFUSED = {
    "wrong origin": ({"origin": "https://meguri.example"}, "origin"),
    "a sub-path is no origin": ({"origin": "http://localhost:8000/"}, "origin"),
    "another rp id": ({"rp_override": "evil.example"}, "rp_id"),
    "no user verification": ({"uv": False}, "user_verification"),
    "in a frame of another site": ({"client": {"crossOrigin": True}}, "cross_origin"),
    "crossOrigin as a word": ({"client": {"crossOrigin": "true"}}, "cross_origin"),
    "a top origin": ({"client": {"crossOrigin": False, "topOrigin": "https://evil.example"}}, "cross_origin"),
    "another ceremony": ({"client": {"type": "payment.get"}}, "type"),
    "another challenge": ({"client": {"challenge": "AAAA"}}, "challenge"),
}


@pytest.mark.feature("G01")
@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_assertion_is_refused(resident, phone, case):
    knobs, reason = REFUSED[case]
    thief = phone()
    thief.passkey = resident().passkey
    for name, value in knobs.items():
        setattr(thief.passkey, name, value)
    refused = thief.sign_in()
    assert (refused.status_code, refused.json["key"]) == (401, "people.passkey_refused")
    assert refused.json["params"] == {"reason": reason}
    assert "Set-Cookie" not in refused.headers
    assert thief.get("/me").status_code == 401


@pytest.mark.feature("G01")
@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_registration_is_refused(phone, invite, case):
    knobs, reason = REFUSED[case]
    thief = phone()
    for name, value in knobs.items():
        setattr(thief.passkey, name, value)
    refused = thief.join(invite())
    assert (refused.status_code, refused.json["key"]) == (401, "people.passkey_refused")
    assert refused.json["params"] == {"reason": reason}
    assert thief.get("/me").status_code == 401


@pytest.mark.feature("G01")
def test_another_persons_user_handle_is_refused(resident):
    hers, his = resident(), resident()
    hers.passkey.handle_override = his.passkey.user_handle
    assert hers.sign_in().json["params"] == {"reason": "user_handle"}
    hers.passkey.handle_override = b""  # a discoverable credential always says whose it is
    assert hers.sign_in().json["params"] == {"reason": "user_handle"}
    hers.passkey.handle_override = None
    assert hers.sign_in().status_code == 200


def test_another_persons_key_behind_her_credential_id_is_refused(resident):
    hers, his = resident(), resident()
    hers.passkey.private_key = his.passkey.private_key
    assert hers.sign_in().json["params"] == {"reason": "signature"}


@pytest.mark.feature("G01")
def test_a_replayed_assertion_is_refused(resident, phone):
    her = resident()
    begun = her.begin("/signin/begin")
    body = {"flow": begun["flow"], "credential": her.passkey.confirm(begun["options"])}
    assert her.post("/signin/finish", body).status_code == 200
    thief = phone()
    assert thief.post("/signin/finish", body).json["key"] == "people.ceremony_over"
    fresh = thief.begin("/signin/begin")["flow"]
    replayed = thief.post("/signin/finish", {"flow": fresh, "credential": body["credential"]})
    assert replayed.json["params"] == {"reason": "challenge"}
    assert thief.get("/me").status_code == 401


@pytest.mark.feature("G01")
def test_one_assertion_sent_twice_at_the_same_time_opens_one_session(resident, phone):
    her = resident()
    begun = her.begin("/signin/begin")
    body = {"flow": begun["flow"], "credential": her.passkey.confirm(begun["options"])}
    phones = [phone() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: one.post("/signin/finish", body).status_code, phones))
    assert sorted(answers) == [200, 409, 409, 409]


def test_a_refused_answer_uses_its_challenge_up(resident):
    her = resident()
    begun = her.begin("/signin/begin")
    her.passkey.origin = "https://evil.example"
    body = {"flow": begun["flow"], "credential": her.passkey.confirm(begun["options"])}
    assert her.post("/signin/finish", body).status_code == 401
    her.passkey.origin = "http://localhost:8000"
    body["credential"] = her.passkey.confirm(begun["options"])
    assert her.post("/signin/finish", body).json["key"] == "people.ceremony_over"


def test_a_challenge_lives_five_minutes(resident):
    her = resident()
    begun = her.begin("/signin/begin")
    _set("people_ceremony", "expires_at", base.CLOCK.now())
    body = {"flow": begun["flow"], "credential": her.passkey.confirm(begun["options"])}
    assert her.post("/signin/finish", body).json["key"] == "people.ceremony_over"


def test_a_challenge_of_one_ceremony_serves_no_other(resident):
    her = resident()
    stepping = her.begin("/step-up/begin")
    body = {"flow": stepping["flow"], "credential": her.passkey.confirm(stepping["options"])}
    assert her.post("/signin/finish", body).json["key"] == "people.ceremony_over"
    signing = her.begin("/signin/begin")
    body = {"flow": signing["flow"], "credential": her.passkey.confirm(signing["options"])}
    assert her.post("/step-up/finish", body).json["key"] == "people.ceremony_over"


@pytest.mark.feature("G01")
def test_a_counter_that_does_not_move_on_is_refused(resident):
    her = resident()
    her.passkey.sign_count = 10
    assert her.sign_in().status_code == 200  # 11
    for copied_at in (10, 3):  # answers 11 again, then 4
        her.passkey.sign_count = copied_at
        refused = her.sign_in()
        assert (refused.status_code, refused.json["key"]) == (401, "people.passkey_copied")
    her.passkey.sign_count = 11
    assert her.sign_in().status_code == 200


def test_a_passkey_without_counter_stays_usable(resident):
    her = resident()
    for _ in range(2):
        her.passkey.sign_count = -1  # synced passkeys always say 0
        assert her.sign_in().status_code == 200


def test_a_forged_low_counter_does_not_brand_a_passkey_as_copied(resident):
    her, his = resident(), resident()
    her.passkey.sign_count = 10
    assert her.sign_in().status_code == 200
    her.passkey.sign_count = 0
    her.passkey.private_key = his.passkey.private_key
    assert her.sign_in().json["params"] == {"reason": "signature"}


@pytest.mark.feature("G01")
@pytest.mark.parametrize("is_eligible", [True, False])
def test_a_changed_backup_eligibility_is_refused(phone, invite, is_eligible):
    her = phone()
    her.passkey.be = her.passkey.bs = is_eligible
    assert her.join(invite()).status_code == 201
    her.passkey.be = her.passkey.bs = not is_eligible
    assert her.sign_in().json["params"] == {"reason": "backup_eligible"}


def test_backed_up_without_being_eligible_is_refused(resident):
    her = resident()
    her.passkey.be, her.passkey.bs = False, True
    assert her.sign_in().json["params"] == {"reason": "backup_eligible"}


def test_an_unknown_passkey_is_refused(phone, resident):
    resident()
    stranger = phone()
    stranger.passkey.cred_init("localhost", b"x" * 64)
    assert stranger.sign_in().json["key"] == "people.passkey_unknown"


@pytest.mark.parametrize(
    "mangle",
    [
        lambda c: {},
        lambda c: {**c, "rawId": 5},
        lambda c: {**c, "id": "other"},
        lambda c: {**c, "type": "password"},
        lambda c: {**c, "response": None},
        lambda c: {**c, "response": {**c["response"], "clientDataJSON": "!!"}},
        lambda c: {**c, "response": {**c["response"], "clientDataJSON": "W10"}},
        lambda c: {**c, "response": {**c["response"], "authenticatorData": "AAAA"}},
        lambda c: {**c, "response": {**c["response"], "authenticatorData": None}},
        lambda c: {**c, "response": {**c["response"], "signature": ""}},
        lambda c: {**c, "response": {**c["response"], "userHandle": 7}},
        lambda c: {**c, "authenticatorAttachment": "moon"},
    ],
)
def test_a_mangled_answer_is_refused_and_never_an_error(resident, phone, mangle):
    thief = phone()
    thief.passkey = resident().passkey
    begun = thief.begin("/signin/begin")
    credential = mangle(thief.passkey.confirm(begun["options"]))
    refused = thief.post("/signin/finish", {"flow": begun["flow"], "credential": credential})
    assert (refused.status_code, refused.json["key"]) == (401, "people.passkey_refused")


def _set(table: str, column: str, value) -> None:
    with base.write_unit() as session:
        text = (value - timedelta(seconds=1)).isoformat(timespec="microseconds")
        session.connection().exec_driver_sql(f"UPDATE {table} SET {column} = ?", (text,))
