"""Sessions: seen in a list, ended from afar, and over by themselves after their time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend import base


def _age(column: str, by: timedelta) -> None:
    with base.write_unit() as session:
        at = (base.CLOCK.now() - by).isoformat(timespec="microseconds")
        session.connection().exec_driver_sql(f"UPDATE people_session SET {column} = ?", (at,))


def _second(resident, phone):
    first = resident()
    second = phone()
    second.http.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Safari"
    second.passkey = first.passkey
    assert second.sign_in().status_code == 200
    return first, second


def test_a_lost_phone_is_signed_out_from_another_one(resident, phone):
    kept, lost = _second(resident, phone)
    listed = kept.get("/sessions").json["sessions"]
    assert [(one["device"], one["browser"], one["how"], one["is_current"]) for one in listed] == [
        ("iphone", "safari", "passkey", False),
        ("android", "chrome", "passkey", True),
    ]
    assert lost.get("/me").status_code == 200
    assert kept.http.delete(f"/api/sessions/{listed[0]['id']}").status_code == 204
    gone = lost.get("/me")  # the very next request
    assert (gone.status_code, gone.json["key"]) == (401, "base.sign_in_needed")
    assert kept.get("/me").status_code == 200
    assert len(kept.get("/sessions").json["sessions"]) == 1


def test_all_other_devices_are_signed_out_together(resident, phone):
    kept, lost = _second(resident, phone)
    assert kept.http.delete("/api/sessions").json == {"ended": 1}
    assert lost.get("/me").status_code == 401
    assert kept.get("/me").status_code == 200


def test_nobody_ends_or_sees_anothers_session(resident):
    hers, his = resident(), resident()
    theirs = hers.get("/sessions").json["sessions"][0]["id"]
    assert his.http.delete(f"/api/sessions/{theirs}").status_code == 404
    assert theirs not in his.get("/sessions").text
    assert hers.get("/me").status_code == 200


@pytest.mark.feature("G01")
def test_signing_out_ends_the_session_and_clears_the_browser(resident):
    her = resident()
    stolen = her.http.get_cookie("__Host-meguri").value
    out = her.post("/signout")
    assert out.status_code == 204
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert her.http.get_cookie("__Host-meguri") is None
    her.http.set_cookie("__Host-meguri", stolen)
    assert her.get("/me").status_code == 401  # a copied cookie is worth nothing either
    assert her.post("/signout").status_code == 204
    assert her.sign_in().status_code == 200


def test_signing_in_again_replaces_the_browsers_session(resident):
    her = resident()
    old = her.http.get_cookie("__Host-meguri").value
    assert her.sign_in().status_code == 200
    assert her.http.get_cookie("__Host-meguri").value != old
    assert len(her.get("/sessions").json["sessions"]) == 1


@pytest.mark.parametrize(
    ("column", "by", "status"),
    [
        ("last_seen_at", timedelta(days=14) - timedelta(minutes=1), 200),
        ("last_seen_at", timedelta(days=14), 401),
        ("ends_at", timedelta(seconds=-60), 200),
        ("ends_at", timedelta(0), 401),
    ],
)
def test_a_residents_session_ends_when_idle_or_old(resident, column, by, status):
    her = resident()
    _age(column, by)
    assert her.get("/me").status_code == status


@pytest.mark.parametrize(
    ("by", "status"), [(timedelta(hours=2) - timedelta(minutes=1), 200), (timedelta(hours=2), 401)]
)
def test_a_counsellors_session_ends_after_two_idle_hours(worker, by, status):
    counsellor = worker("suita", "counsellor")
    _age("last_seen_at", by)
    assert counsellor.get("/me").status_code == status


def test_using_the_app_keeps_the_session_alive(resident):
    her = resident()
    _age("last_seen_at", timedelta(days=13))
    assert her.get("/me").status_code == 200
    seen = her.get("/sessions").json["sessions"][0]["last_seen_at"]
    assert base.CLOCK.now() - datetime.fromisoformat(seen) < timedelta(minutes=1)


@pytest.mark.parametrize("cookie", ["", "x", "y" * 43, "é" * 43, "a" * 3000])
def test_a_made_up_cookie_is_nobody(phone, cookie):
    stranger = phone()
    stranger.http.set_cookie("__Host-meguri", cookie)
    assert stranger.get("/me").status_code == 401


def test_other_cookies_of_login_libraries_open_nothing(phone):
    stranger = phone()
    header = {"Cookie": "remember_token=1|" + "0" * 128 + "; session=eyJfdXNlcl9pZCI6IjEifQ; ; =x"}
    assert stranger.http.get("/api/me", headers=header).status_code == 401
