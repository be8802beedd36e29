"""One-time links, settings that follow the account, and what a site tells about itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest

from backend import base, people


def _link(life: timedelta = timedelta(hours=1), **account) -> str:
    with base.write_unit() as session:
        made = people.create_account(session, **{"site": "suita", "display_name": "保健 美香", **account})
        address = people.make_sign_in_link(session, account=made.id, life=life)
    return urlsplit(address).fragment.strip()


def test_a_link_lets_a_demo_role_in_once_and_offers_a_passkey(phone, passkey):
    token = _link(roles=frozenset({people.Role.COUNSELLOR}), is_demo=True)
    her = phone()
    entered = her.post("/signin/link", {"token": token})
    assert entered.status_code == 200
    assert entered.json["offer_passkey"] is True
    assert entered.json["stepped_up_until"] is None  # a link confirms nothing
    assert entered.json["is_demo"] is True
    again = phone().post("/signin/link", {"token": token})
    assert (again.status_code, again.json["key"]) == (410, "people.link_spent")

    assert her.add_passkey(her.passkey).status_code == 201  # the first passkey needs no earlier one
    me = her.get("/me").json
    assert (me["offer_passkey"], me["stepped_up_until"] is not None) == (False, True)
    her.post("/signout")
    assert her.sign_in().status_code == 200


@pytest.mark.parametrize(
    ("token", "key"),
    [("x", "people.link_spent"), ("y" * 43, "people.link_spent"), ("", "base.invalid"), ("\ud800", "base.invalid")],
)
def test_a_made_up_link_opens_nothing(phone, token, key):
    assert phone().post("/signin/link", {"token": token}).json["key"] == key


def test_of_two_uses_of_a_link_at_the_same_time_one_wins(phone):
    token = _link(roles=frozenset({people.Role.STAFF}))
    phones = [phone() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: one.post("/signin/link", {"token": token}).status_code, phones))
    assert sorted(answers) == [200, 410, 410, 410]


def test_trying_links_is_slowed_down(phone):
    guesser = phone()
    answers = [guesser.post("/signin/link", {"token": "y" * 43}).status_code for _ in range(21)]
    assert answers == [410] * 20 + [429]


def test_a_link_ends_with_its_time(phone):
    token = _link(timedelta(0), roles=frozenset({people.Role.STAFF}))
    assert phone().post("/signin/link", {"token": token}).status_code == 410


def test_settings_follow_the_account(resident, phone):
    her = resident()
    assert her.get("/me").json["settings"] == {"locale": "ja", "theme": "auto", "large_type": False}
    assert her.http.patch("/api/me/settings", json={"locale": "ja-easy", "large_type": True}).status_code == 200
    assert her.http.patch("/api/me/settings", json={"theme": "dark"}).json == {
        "locale": "ja-easy",
        "theme": "dark",
        "large_type": True,
    }
    elsewhere = phone()
    elsewhere.passkey = her.passkey
    assert elsewhere.sign_in().json["settings"]["locale"] == "ja-easy"
    assert her.http.patch("/api/me/settings", json={"locale": "fr"}).status_code == 422
    assert her.http.patch("/api/me/settings", json={"large_type": False}).json["large_type"] is False


def test_two_sites_tell_their_wording_and_contact(phone):
    listed = {one["id"]: one for one in phone().get("/sites").json["sites"]}
    assert {name: (one["area_code"], one["area_name"]) for name, one in listed.items()} == {
        "suita": ("2701", "豊能"),
        "senboku": ("2706", "堺市"),
    }
    for one in listed.values():
        assert set(one["names"]) == set(one["invitation"]) == set(one["short_names"]) == set(base.LOCALES)
        assert one["operator"]["phone"]
        assert one["operator"]["is_sample"] is True
        assert one["terms_version"]
        assert one["privacy_version"]


def test_an_operator_enters_the_real_contact_in_the_data_directory(phone, runtime):
    from backend.people import places

    text = (places.HERE / "sites.json").read_text("utf-8").replace("06-0000-0000", "06-1111-1111")
    (runtime.settings.home / "sites.json").write_text(text, "utf-8")
    assert phone().get("/sites").json["sites"][0]["operator"]["phone"] == "06-1111-1111"


def test_every_municipality_of_osaka_can_be_chosen(phone):
    towns = {one["ja"]: one for one in phone().get("/municipalities").json["municipalities"]}
    assert len(towns) == 43
    assert (towns["吹田市"]["code"], towns["吹田市"]["area_code"]) == ("27205", "2701")
    assert (towns["堺市"]["code"], towns["堺市"]["area_code"]) == ("27140", "2706")


def test_a_child_is_a_person_without_an_account(runtime):
    with base.write_unit() as session:
        child = people.create_person(
            session, site="suita", name="吹田 一", kana="スイタ ハジメ", birth=date(2026, 1, 5), sex="male"
        )
        assert people.account_of(session, person=child.id) is None
    with base.read_session() as session:
        assert people.person(session, person=child.id) == child
        assert people.persons(session, site="suita") == [child]
        assert people.persons(session, site="senboku") == []


def test_an_altered_identity_is_an_error_and_never_nobody(resident):
    her = resident()
    with base.write_unit() as session:
        row = session.connection().exec_driver_sql("SELECT id, identity FROM people_person").one()
        flipped = row[1][:-1] + bytes([row[1][-1] ^ 1])
        session.connection().exec_driver_sql("UPDATE people_person SET identity = ? WHERE id = ?", (flipped, row[0]))
    refused = her.get("/me")
    assert (refused.status_code, refused.json["key"]) == (500, "base.seal_broken")


def test_a_corrected_identity_replaces_the_old_one(resident):
    her = resident()
    person = her.get("/me").json["person"]["id"]
    with base.write_unit() as session:
        people.correct_person(
            session, person=person, name="泉北 花子", kana="センボク ハナコ", birth=date(1980, 4, 3), sex="female"
        )
    assert her.get("/me").json["person"]["name"] == "泉北 花子"
    with base.write_unit() as session:  # the older ciphertext does not open under the newer version
        session.connection().exec_driver_sql("UPDATE people_person SET version = 1")
    assert her.get("/me").status_code == 500


def test_what_nobody_can_use_any_more_is_forgotten(resident, runtime):
    her = resident()
    her.begin("/signin/begin")
    _link(roles=frozenset({people.Role.STAFF}))
    people.forget_old()
    assert _rows() == (1, 1, 1)
    people.forget_old(clock=base.FixedClock(base.CLOCK.now() + timedelta(days=91)))
    assert _rows() == (0, 0, 0)
    assert her.get("/me").status_code == 401


def _rows() -> tuple[int, ...]:
    with base.read_unit() as connection:
        tables = ("people_ceremony", "people_session", "people_sign_in_link")
        return tuple(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in tables)
