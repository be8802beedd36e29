"""By hand: entered once however often it is sent, asked about when unlikely, corrected and deleted with a way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from backend import base
from tests.api.record.conftest import lab, tokyo_today


def pressure(phone: Any, **changed: Any) -> TestResponse:
    body = {
        "client_id": "phone-0001",
        "kind": "blood_pressure",
        "sbp": 134,
        "dbp": 86,
        "pulse": 68,
        "at": (base.CLOCK.now() - timedelta(hours=1)).isoformat(),
        **changed,
    }
    return phone.post("/entries", body)


def test_the_outbox_may_send_an_entry_twice(resident: Callable[..., Any]) -> None:
    phone = resident()
    at = (base.CLOCK.now() - timedelta(hours=1)).isoformat()
    first, second = pressure(phone, at=at), pressure(phone, at=at)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json["already"] is False
    assert second.json["already"] is True
    assert [r["id"] for r in first.json["readings"]] == [r["id"] for r in second.json["readings"]]
    assert {r["metric"]: r["value"] for r in first.json["readings"]} == {
        "sbp_mmhg": 134,
        "dbp_mmhg": 86,
        "pulse_bpm": 68,
    }
    assert phone.get("/timeline").json["entries"][0]["n_items"] == 3


def test_the_same_id_with_other_content_is_refused(resident: Callable[..., Any]) -> None:
    phone = resident()
    at = (base.CLOCK.now() - timedelta(hours=1)).isoformat()
    assert pressure(phone, at=at).status_code == 201
    other = pressure(phone, at=at, sbp=135)
    assert (other.status_code, other.json["key"]) == (422, "base.key_reused")
    assert {r["value"] for r in phone.get("/metrics/sbp_mmhg").json["points"]} == {134}


def test_an_unlikely_value_is_asked_about_stored_when_confirmed_and_taken_back(resident: Callable[..., Any]) -> None:
    phone = resident()
    asked = pressure(phone, sbp=340, client_id="phone-0002")
    assert (asked.status_code, asked.json["key"]) == (409, "record.implausible")
    assert asked.json["params"] == {"metric": "sbp_mmhg", "value": 340, "low": 40, "high": 320, "unit": "mmHg"}
    assert phone.get("/timeline").json["total"] == 0
    stored = pressure(phone, sbp=340, client_id="phone-0002", confirm_implausible=True)
    assert stored.status_code == 201
    reading = stored.json["readings"][0]["id"]
    assert phone.http.delete(f"/api/readings/{reading}").json["is_deleted"] is True
    assert phone.get("/metrics/sbp_mmhg").json["points"] == []
    assert phone.post(f"/readings/{reading}/restore").json["is_deleted"] is False
    assert len(phone.get("/metrics/sbp_mmhg").json["points"]) == 1


@pytest.mark.parametrize(
    ("changed", "status", "key"),
    [
        ({"sbp": 80, "dbp": 90}, 409, "record.upper_not_above_lower"),
        ({"sbp": 90, "dbp": 90}, 409, "record.upper_not_above_lower"),
        ({"dbp": None}, 422, "record.value_missing"),
        ({"sbp": -5, "confirm_implausible": True}, 422, "record.impossible"),
        ({"at": "2999-01-01T00:00:00Z"}, 422, "record.in_the_future"),
        ({"kind": "weight"}, 422, "record.value_missing"),
        ({"kind": "temperature"}, 422, "base.invalid"),
    ],
)
def test_what_cannot_be_stored_is_said_by_name(
    resident: Callable[..., Any], changed: dict[str, Any], status: int, key: str
) -> None:
    phone = resident()
    answer = pressure(phone, **changed)
    assert (answer.status_code, answer.json["key"]) == (status, key)
    assert phone.get("/timeline").json["total"] == 0


def test_an_imported_value_is_corrected_beside_the_original(
    resident: Callable[..., Any], put: Callable[..., Any]
) -> None:
    phone = resident()
    put(phone, "i1", [lab("hba1c_pct", 9.5, 30)])
    old = phone.get("/metrics/hba1c_pct").json["points"][0]
    body = {"client_id": "phone-0003", "value": 5.9}
    new = phone.http.patch(f"/api/readings/{old['id']}", json=body).json
    again = phone.http.patch(f"/api/readings/{old['id']}", json=body).json
    assert new["id"] == again["id"]
    assert (new["value"], new["is_own"], [v["id"] for v in new["versions"]]) == (5.9, True, [old["id"]])
    before = phone.get(f"/readings/{old['id']}").json
    assert (before["value"], before["is_corrected"], before["can_correct"]) == (9.5, True, False)
    assert [p["value"] for p in phone.get("/metrics/hba1c_pct").json["points"]] == [5.9]
    stale = phone.http.patch(f"/api/readings/{old['id']}", json={"client_id": "phone-0004", "value": 6.0})
    assert (stale.status_code, stale.json["key"]) == (409, "record.not_the_current_version")
    phone.post(f"/readings/{old['id']}/restore")
    assert [p["value"] for p in phone.get("/metrics/hba1c_pct").json["points"]] == [9.5]


def test_a_correction_may_come_in_another_unit(resident: Callable[..., Any], put: Callable[..., Any]) -> None:
    phone = resident()
    put(phone, "i1", [lab("hba1c_pct", 9.5, 30)])
    old = phone.get("/metrics/hba1c_pct").json["points"][0]["id"]
    body = {"client_id": "phone-0003", "value": 48, "unit": "mmol/mol"}
    new = phone.http.patch(f"/api/readings/{old}", json=body).json
    assert new["value"] == pytest.approx((48 + 23.5) / 10.93)
    assert (new["original_value"], new["original_unit"]) == ("48.0", "mmol/mol")
    wrong = phone.http.patch(f"/api/readings/{new['id']}", json={**body, "client_id": "phone-0005", "unit": "kg"})
    assert (wrong.status_code, wrong.json["key"]) == (422, "record.unknown_unit")


def test_a_deleted_value_does_not_come_back_with_the_next_export(
    resident: Callable[..., Any], put: Callable[..., Any]
) -> None:
    phone = resident()
    put(phone, "i1", [lab("hba1c_pct", 5.9, 30)])
    reading = phone.get("/metrics/hba1c_pct").json["points"][0]["id"]
    phone.http.delete(f"/api/readings/{reading}")
    assert put(phone, "i2", [lab("hba1c_pct", 5.9, 30)]).new == 0
    assert phone.get("/metrics/hba1c_pct").json["points"] == []


def test_nobody_reaches_another_persons_value(resident: Callable[..., Any]) -> None:
    mine, other = resident(), resident()
    reading = pressure(mine).json["readings"][0]["id"]
    for answer in (
        other.get(f"/readings/{reading}"),
        other.http.delete(f"/api/readings/{reading}"),
        other.http.patch(f"/api/readings/{reading}", json={"client_id": "phone-0009", "value": 120}),
        other.post(f"/readings/{reading}/restore"),
    ):
        assert (answer.status_code, answer.json["key"]) == (404, "record.unknown_reading")
    assert tokyo_today()
