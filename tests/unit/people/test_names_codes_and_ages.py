"""Pure rules: typed codes, kana, ages, device families, session lives."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from backend.people import model
from backend.people.model import Role


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("bcd-fgh-jklm", "BCDFGHJKLM"),
        ("ＢＣＤ　ＦＧＨ－ＪＫＬＭ", "BCDFGHJKLM"),
        ("BCD‐FGH‑JKLM", "BCDFGHJKLM"),
        (" b c d f g h j k l m ", "BCDFGHJKLM"),
    ],
)
def test_a_code_is_understood_however_it_is_typed(typed, code):
    assert model.normal_code(typed) == code
    assert model.is_code(model.normal_code(typed))


@pytest.mark.parametrize("code", ["", "BCDFGHJKL", "BCDFGHJKLMN", "ACDFGHJKLM", "BCDFGHJKL1", "QCDFGHJKLM"])
def test_what_is_no_code_is_told_apart(code):
    assert not model.is_code(code)


def test_the_alphabet_has_no_lookalikes_and_spells_nothing():
    assert len(set(model.CODE_LETTERS)) == 20
    assert not set(model.CODE_LETTERS) & set("AEIOUQ0123456789")


@pytest.mark.parametrize(
    ("typed", "kana"),
    [
        ("すいた はなこ", "スイタ ハナコ"),
        ("スイタ　ハナコ", "スイタ ハナコ"),
        ("ｽｲﾀ ﾊﾅｺ", "スイタ ハナコ"),
        ("ﾀﾞｲﾄﾞｳ", "ダイドウ"),
        ("マリー・アン", "マリー・アン"),
        ("吹田", None),
        ("Hanako", None),
        ("", None),
        ("  ", None),
    ],
)
def test_kana_becomes_full_width_katakana(typed, kana):
    assert model.normal_kana(typed) == kana


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        (date(1980, 4, 2), date(2026, 4, 1), 45),
        (date(1980, 4, 2), date(2026, 4, 2), 46),
        (date(2000, 2, 29), date(2025, 2, 28), 24),
        (date(2000, 2, 29), date(2025, 3, 1), 25),
        (date(2000, 2, 29), date(2028, 2, 29), 28),
        (date(2026, 11, 22), date(2026, 11, 22), 0),
    ],
)
def test_age_is_completed_years(birth, on, years):
    assert model.age(birth, on=on) == years


@pytest.mark.parametrize(
    ("roles", "hours"),
    [({Role.RESIDENT}, 14 * 24), (set(), 14 * 24), ({Role.STAFF}, 2), ({Role.RESIDENT, Role.COUNSELLOR}, 2)],
)
def test_whoever_sees_others_records_is_signed_out_sooner(roles, hours):
    assert model.lifetime(frozenset(roles)).idle == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", ("iphone", "safari")),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36", ("android", "chrome")),
        ("Mozilla/5.0 (Linux; Android 14) SamsungBrowser/25.0 Chrome/121 Safari", ("android", "samsung")),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/126 Safari/537.36 Edg/126", ("windows", "edge")),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Firefox/127.0", ("mac", "firefox")),
        ("curl/8", ("other", "other")),
    ],
)
def test_a_device_is_known_by_its_family_only(agent, family):
    assert model.device_of(agent) == family
