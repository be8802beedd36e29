"""The funnel: how many were invited, opened, signed up, linked and consented; never who, never what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend import base, people


def _make(staff, count):
    last_day = (base.CLOCK.now().astimezone(base.TOKYO) + timedelta(days=30)).date()
    body = {"client_id": "funnel-0001", "label": "窓口", "count": count, "last_day": last_day.isoformat()}
    return [one["code"] for one in staff.post("/pilot/invites", body).json["invites"]]


def test_each_step_counts_a_person_once(worker, phone):
    staff = worker("suita", "staff")
    codes = _make(staff, 5)
    her, him = phone(), phone()
    assert her.join(codes[0]).status_code == 201
    assert him.join(codes[1]).status_code == 201
    for _ in range(2):
        assert phone().post("/invites/check", {"code": codes[2]}).status_code == 200
    ids = [one.get("/me").json["person"]["id"] for one in (her, him)]
    with base.write_unit() as session:
        for person in (*ids, ids[0]):
            people.mark_step(session, person=person, step="linked")
        people.mark_step(session, person=ids[0], step="consented")
    funnel = staff.get("/pilot/funnel")
    assert funnel.json["site"] == "suita"
    assert funnel.json["total"] == {"invited": 5, "opened": 3, "signed_up": 2, "linked": 2, "consented": 1}
    assert [week["counts"] for week in funnel.json["weeks"]] == [funnel.json["total"]]
    for secret in (*ids, "花子", "ハナコ", "1980", *codes):
        assert secret not in funnel.text


def test_each_site_sees_its_own_funnel(worker, phone):
    suita, senboku = worker("suita", "staff"), worker("senboku", "staff")
    assert phone().join(_make(suita, 2)[0]).status_code == 201
    empty = {"invited": 0, "opened": 0, "signed_up": 0, "linked": 0, "consented": 0}
    assert senboku.get("/pilot/funnel").json == {"site": "senboku", "total": empty, "weeks": []}
    assert suita.get("/pilot/funnel").json["total"]["signed_up"] == 1


def test_codes_taken_back_unopened_were_no_invitation(worker):
    staff = worker("suita", "staff")
    _make(staff, 3)
    batch = staff.get("/pilot/invites").json["batches"][0]["id"]
    staff.post(f"/pilot/invites/{batch}/revoke")
    assert staff.get("/pilot/funnel").json["total"]["invited"] == 0


def test_an_unknown_step_or_person_is_a_fault(resident):
    person = resident().get("/me").json["person"]["id"]
    with base.write_unit() as session:
        with pytest.raises(ValueError, match="unknown step"):
            people.mark_step(session, person=person, step="dreamed")
        with pytest.raises(people.NoSuchPerson):
            people.mark_step(session, person="nobody", step="linked")
