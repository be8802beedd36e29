"""Joining: a valid code and a passkey make person, account, passkey and session at once, or nothing."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest

from backend import base, people


@pytest.mark.feature("G01", "G03")
def test_a_resident_joins_with_a_typed_code(phone, invite):
    her = phone()
    code = invite("suita")
    typed = f"{code[:3].lower()}-{code[3:6]} {code[6:]}"
    checked = her.post("/invites/check", {"code": typed})
    assert checked.status_code == 200
    assert checked.json["site"]["id"] == "suita"
    assert checked.json["site"]["area_code"] == "2701"
    assert checked.json["code"] == code

    joined = her.join(typed)
    assert joined.status_code == 201
    me = her.get("/me").json
    assert me["person"]["name"] == "吹田 花子"
    assert me["person"]["kana"] == "スイタ ハナコ"
    assert (me["person"]["birth"], me["person"]["sex"]) == ("1980-04-02", "female")
    assert me["roles"] == ["resident"]
    assert me["site"]["id"] == "suita"
    assert me["passkeys"] == 1
    assert me["offer_passkey"] is False


def test_the_cookie_is_host_bound_and_hidden_from_scripts(phone, invite):
    joined = phone().join(invite())
    header = joined.headers["Set-Cookie"]
    morsel = SimpleCookie(header)["__Host-meguri"]
    assert morsel["secure"]
    assert morsel["httponly"]
    assert morsel["samesite"] == "Lax"
    assert morsel["path"] == "/"
    assert morsel["domain"] == ""
    assert 89 * 86400 < int(morsel["max-age"]) <= 90 * 86400


def test_the_token_and_the_identity_are_not_in_the_database(phone, invite, runtime):
    joined = phone().join(invite())
    token = SimpleCookie(joined.headers["Set-Cookie"])["__Host-meguri"].value
    dump = "\n".join(sqlite3.connect(runtime.settings.home / "meguri.db").iterdump())
    assert "people_session" in dump
    for secret in (
        token,
        "花子",
        "ハナコ",
        "1980-04-02",
        "吹田 花子".encode().hex().upper(),
        token.encode().hex().upper(),
    ):
        assert secret not in dump


@pytest.mark.feature("G03")
@pytest.mark.parametrize(
    ("spoil", "status", "key"),
    [
        ("used", 409, "people.invite_used"),
        ("expired", 410, "people.invite_expired"),
        ("revoked", 410, "people.invite_revoked"),
        ("other site", 409, "people.invite_wrong_site"),
        ("unknown", 404, "people.invite_unknown"),
        ("nine letters", 422, "people.invite_mistyped"),
        ("a vowel", 422, "people.invite_mistyped"),
    ],
)
def test_a_bad_code_is_refused_with_words(phone, invite, spoil, status, key):
    code, site = invite("suita"), "suita"
    if spoil == "used":
        assert phone().join(code).status_code == 201
    elif spoil == "expired":
        with base.write_unit() as session:
            past = (base.CLOCK.now() - timedelta(seconds=1)).isoformat(timespec="microseconds")
            session.connection().exec_driver_sql("UPDATE people_invite_batch SET expires_at = ?", (past,))
    elif spoil == "revoked":
        with base.write_unit() as session:
            for batch in people.batches(session, site="suita"):
                assert people.revoke_unused(session, batch=batch.id, site="suita") == 1
    elif spoil == "other site":
        site = "senboku"
    elif spoil == "unknown":
        code = ("B" if code[0] != "B" else "C") + code[1:]
    elif spoil == "nine letters":
        code = code[:9]
    else:
        code = "A" + code[1:]
    her = phone()
    for path, body in (("/invites/check", {}), ("/signup/begin", {"name": "花子"})):
        refused = her.post(path, {"code": code, "site": site, **body})
        assert (refused.status_code, refused.json["key"]) == (status, key)
        for locale in base.LOCALES:
            words = base.say(refused.json["key"], locale, **refused.json["params"])
            assert words != key
            assert "{" not in words
    assert her.get("/me").status_code == 401


def test_a_code_that_expires_between_begin_and_finish_is_refused(phone, invite):
    her = phone()
    body = her.join_body(invite())
    with base.write_unit() as session:
        past = (base.CLOCK.now() - timedelta(seconds=1)).isoformat(timespec="microseconds")
        session.connection().exec_driver_sql("UPDATE people_invite_batch SET expires_at = ?", (past,))
    refused = her.post("/signup/finish", body)
    assert (refused.status_code, refused.json["key"]) == (410, "people.invite_expired")
    assert _rows("people_person", "people_account", "people_passkey", "people_session") == (0, 0, 0, 0)


@pytest.mark.feature("G03")
def test_of_two_people_with_one_code_at_the_same_time_one_joins(phone, invite):
    code = invite()
    phones = [phone() for _ in range(4)]
    bodies = [one.join_body(code) for one in phones]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda pair: pair[0].post("/signup/finish", pair[1]), zip(phones, bodies, strict=True)))
    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]
    assert {one.json["key"] for one in answers if one.status_code == 409} == {"people.invite_used"}
    assert _rows("people_person", "people_account", "people_passkey", "people_session") == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("changed", "status", "key"),
    [
        ({"terms_version": "1999-01"}, 409, "people.terms_changed"),
        ({"privacy_version": "1999-01"}, 409, "people.terms_changed"),
        ({"person": None}, 422, "people.identity_needed"),
        ({"kana": "花子"}, 422, "people.kana_only"),
        ({"name": " "}, 422, "people.name_needed"),
        ({"birth": "2999-01-01"}, 422, "people.birth_implausible"),
        ({"birth": "1880-01-01"}, 422, "people.birth_implausible"),
        ({"sex": "x"}, 422, "base.invalid"),
    ],
)
def test_a_refused_form_leaves_nothing_and_the_code_still_works(phone, invite, changed, status, key):
    her, code = phone(), invite()
    person = {"name": "花子", "kana": "はなこ", "birth": "1980-04-02", "sex": "female"}
    inner = {name: value for name, value in changed.items() if name in person}
    outer = {name: value for name, value in changed.items() if name not in person}
    refused = her.join(code, **{"person": {**person, **inner}, **outer})
    assert (refused.status_code, refused.json["key"]) == (status, key)
    assert _rows("people_person", "people_account", "people_passkey", "people_session") == (0, 0, 0, 0)
    assert her.join(code).status_code == 201


def test_a_lost_answer_sends_her_to_sign_in(phone, invite):
    her = phone()
    body = her.join_body(invite())
    assert her.post("/signup/finish", body).status_code == 201
    again = phone()
    repeated = again.post("/signup/finish", body)
    assert (repeated.status_code, repeated.json["key"]) == (409, "people.already_joined")
    again.passkey = her.passkey
    assert again.sign_in().status_code == 200
    assert _rows("people_person") == (1,)


def test_staff_join_with_a_work_name_and_have_no_person(phone, invite):
    staff = phone()
    nameless = staff.join(invite(role="staff"), person=None)
    assert nameless.json["key"] == "people.display_name_needed"
    assert staff.join(invite(role="staff"), person=None, display_name="保健 美香").status_code == 201
    me = staff.get("/me").json
    assert (me["roles"], me["person"], me["display_name"]) == (["staff"], None, "保健 美香")


def test_guessing_codes_is_slowed_down(phone):
    guesser = phone()
    answers = [guesser.post("/invites/check", {"code": "BCDFGHJKLM"}) for _ in range(31)]
    assert [one.status_code for one in answers] == [404] * 30 + [429]
    assert answers[-1].json["params"]["seconds"] >= 1


def test_a_code_needs_our_own_page(app, invite):
    bare = app.test_client()
    assert bare.post("/api/invites/check", json={"code": invite()}).status_code == 403
    assert (
        bare.post(
            "/api/invites/check",
            json={"code": invite()},
            headers={"X-Meguri": "1", "Sec-Fetch-Site": "cross-site"},
        ).status_code
        == 403
    )


def _rows(*tables: str) -> tuple[int, ...]:
    with base.read_unit() as connection:
        return tuple(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in tables)
