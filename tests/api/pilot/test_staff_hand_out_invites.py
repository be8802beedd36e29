"""Pilot staff make codes for their own site, print them, take them back; nobody else can."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import numpy as np
import pytest

from backend import base


def _make(staff, *, client_id="batch-0001", count=3, days=30, label="母子手帳の窓口"):
    last_day = (base.CLOCK.now().astimezone(base.TOKYO) + timedelta(days=days)).date()
    body = {"client_id": client_id, "label": label, "count": count, "last_day": last_day.isoformat()}
    return staff.post("/pilot/invites", body)


@pytest.mark.feature("G03")
def test_a_resident_joins_with_a_code_that_staff_made(worker, phone):
    staff = worker("suita", "staff")
    made = _make(staff)
    assert made.status_code == 201
    assert (made.json["count"], made.json["open"]) == (3, 3)
    code = made.json["invites"][0]["grouped"]
    assert re.fullmatch(r"[A-Z]{3}-[A-Z]{3}-[A-Z]{4}", code)
    her = phone()
    assert her.join(code).status_code == 201
    assert her.get("/me").json["site"]["id"] == "suita"
    shown = staff.get(f"/pilot/invites/{made.json['id']}").json
    assert (shown["used"], shown["opened"], shown["open"]) == (1, 1, 2)
    assert "花子" not in str(shown)


def test_a_retry_makes_no_second_batch(worker):
    staff = worker("suita", "staff")
    first, second = _make(staff), _make(staff)
    assert second.status_code == 201
    assert first.json == second.json
    other = _make(staff, count=4)
    assert (other.status_code, other.json["key"]) == (422, "base.key_reused")
    assert len(staff.get("/pilot/invites").json["batches"]) == 1


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"days": -1}, "people.batch_implausible"),
        ({"days": 401}, "people.batch_implausible"),
        ({"count": 0}, "base.invalid"),
        ({"count": 501}, "base.invalid"),
        ({"label": ""}, "base.invalid"),
    ],
)
def test_an_implausible_batch_is_refused(worker, changed, key):
    refused = _make(worker("suita", "staff"), **changed)
    assert (refused.status_code, refused.json["key"]) == (422, key)


def test_codes_hold_until_the_end_of_their_last_day_in_tokyo(worker):
    made = _make(worker("suita", "staff"), days=0).json
    today = base.CLOCK.now().astimezone(base.TOKYO).date()
    assert made["last_day"] == today.isoformat()
    assert made["open"] == 3
    assert made["expires_at"].endswith("T15:00:00Z")


@pytest.mark.feature("G03")
def test_revoked_codes_stop_working_and_used_ones_stay_used(worker, phone):
    staff = worker("suita", "staff")
    made = _make(staff).json
    codes = [one["code"] for one in made["invites"]]
    assert phone().join(codes[0]).status_code == 201
    path = f"/pilot/invites/{made['id']}/revoke"
    assert staff.post(path, {"code": codes[1]}).json == {"revoked": 1}
    assert phone().post("/invites/check", {"code": codes[1]}).json["key"] == "people.invite_revoked"
    assert phone().post("/invites/check", {"code": codes[2]}).status_code == 200
    assert staff.post(path).json == {"revoked": 1}
    assert staff.post(path).json == {"revoked": 0}
    states = [one["state"] for one in staff.get(f"/pilot/invites/{made['id']}").json["invites"]]
    assert sorted(states) == ["revoked", "revoked", "used"]
    assert staff.post(path, {"code": "BCDFGHJKLM"}).status_code == 404


def test_staff_of_one_site_cannot_see_anothers(worker):
    suita, senboku = worker("suita", "staff"), worker("senboku", "staff")
    made = _make(suita, client_id="suita-0001").json
    assert senboku.get("/pilot/invites").json["batches"] == []
    assert senboku.get(f"/pilot/invites/{made['id']}").status_code == 404
    assert senboku.get(f"/pilot/invites/{made['id']}/sheet").status_code == 404
    assert senboku.post(f"/pilot/invites/{made['id']}/revoke").status_code == 404
    # not even by sending the other site's client_id:
    stolen = _make(senboku, client_id=made["id"])
    assert stolen.status_code == 422
    assert not any(one["code"] in stolen.text for one in made["invites"])
    assert senboku.get("/pilot/funnel").json["total"]["invited"] == 0
    assert suita.get(f"/pilot/invites/{made['id']}").json["open"] == 3


@pytest.mark.parametrize("role", ["counsellor", "reviewer", "data_user", "provider", "auditor"])
def test_other_roles_have_no_door_here(worker, role):
    somebody = worker("suita", role)
    assert _make(somebody).status_code == 403
    for path in ("/pilot/invites", "/pilot/funnel", "/pilot/invites/x/sheet"):
        assert somebody.get(path).status_code == 403


def test_residents_and_strangers_have_no_door_here(resident, phone):
    assert resident().get("/pilot/funnel").status_code == 403
    assert phone().get("/pilot/funnel").status_code == 401


def test_staff_see_no_codes_that_make_staff(worker, invite):
    staff_code = invite("suita", role="staff")
    staff = worker("suita", "staff")
    assert staff.get("/pilot/invites").json["batches"] == []
    assert staff_code not in staff.get("/pilot/invites").text


# --- the sheet --------------------------------------------------------------------------------
def _scan(svg: str) -> str:
    """What a camera reads from a QR picture of the sheet."""
    import zxingcpp

    side = int(re.search(r'viewBox="0 0 (\d+) \d+"', svg).group(1))
    modules = np.full((side, side), 255, dtype=np.uint8)
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", re.search(r' d="([^"]+)"', svg).group(1)):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if command == "h":  # a stroke one module high, from x on
            modules[int(y), int(x) : int(x + values[0])] = 0
            x += values[0]
        elif command == "M":
            x, y = values
        else:
            x, y = x + values[0], y + values[1]
    read = zxingcpp.read_barcodes(np.kron(modules, np.ones((6, 6), dtype=np.uint8)))
    assert len(read) == 1
    return read[0].text


@pytest.mark.feature("G03")
def test_the_sheets_qr_codes_lead_to_joining(worker, phone):
    staff = worker("suita", "staff")
    made = _make(staff, count=3).json
    page = staff.get(f"/pilot/invites/{made['id']}/sheet")
    assert page.status_code == 200
    assert page.content_type == "text/html; charset=utf-8"
    scanned = [_scan(svg) for svg in re.findall(r"<svg.*?</svg>", page.text, re.DOTALL)]
    assert scanned == [f"http://localhost:8000/join?code={one['code']}" for one in made["invites"]]
    code = scanned[0].rpartition("=")[2]
    assert phone().join(code).status_code == 201


def test_the_sheet_runs_nothing_and_names_the_site(worker):
    staff = worker("senboku", "staff")
    made = _make(staff, label='<script>alert("1")</script>').json
    page = staff.get(f"/pilot/invites/{made['id']}/sheet")
    assert "<script" not in page.text
    assert " style=" not in page.text
    assert " on" not in re.sub(r">[^<]*<", "><", page.text)
    assert page.text.count("堺・泉北") == 3
    assert all(one["grouped"] in page.text for one in made["invites"])
    policy = page.headers["Content-Security-Policy"]
    assert "script-src" not in policy
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("locale", "words"), [("ja-easy", "<rt>しょうたい</rt>"), ("en", "Invite code")])
def test_the_sheet_speaks_the_residents_language(worker, locale, words):
    staff = worker("suita", "staff")
    made = _make(staff).json
    page = staff.get(f"/pilot/invites/{made['id']}/sheet?locale={locale}").text
    assert words in page
    assert "{" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


def test_only_open_codes_are_printed(worker, phone):
    staff = worker("suita", "staff")
    made = _make(staff, count=2).json
    used, still_open = (one["grouped"] for one in made["invites"])
    assert phone().join(used).status_code == 201
    page = staff.get(made["sheet"].removeprefix("/api")).text
    assert used not in page
    assert still_open in page
    staff.post(f"/pilot/invites/{made['id']}/revoke")
    emptied = staff.get(made["sheet"].removeprefix("/api")).text
    assert "<svg" not in emptied
    assert "使えるコードが残っていません" in emptied


def test_the_sheet_is_well_formed(worker):
    from lxml import etree

    staff = worker("suita", "staff")
    made = _make(staff, count=20).json
    page = staff.get(f"/pilot/invites/{made['id']}/sheet").text
    parsed = etree.parse(io.BytesIO(page.encode()), etree.HTMLParser(recover=False, huge_tree=True))
    assert len(parsed.findall(".//li")) == 20
