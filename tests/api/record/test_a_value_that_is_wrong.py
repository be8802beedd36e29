"""This value is wrong: both versions stay, the better one counts, a receipt is given, and it can be taken back."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.record.conftest import lab, tokyo_today


def imported(phone: Any, put: Callable[..., Any], value: float = 9.5) -> str:
    put(phone, "i1", [lab("hba1c_pct", value, 30)])
    found: str = phone.get("/metrics/hba1c_pct").json["points"][0]["id"]
    return found


def values(phone: Any) -> list[float]:
    return [one["value"] for one in phone.get("/metrics/hba1c_pct").json["points"]]


def test_a_wrong_import_is_corrected_with_a_receipt_and_taken_back(
    resident: Callable[..., Any], put: Callable[..., Any]
) -> None:
    phone = resident()
    reading = imported(phone, put)
    body = {"client_id": "wrong-0001", "why": "wrong_value", "value": 5.9, "note": "紙の結果は 5.9"}
    old = phone.post(f"/readings/{reading}/wrong", body).json
    assert (old["value"], old["is_corrected"], old["original_value"]) == (9.5, True, "9.5")
    assert values(phone) == [5.9]
    said = old["corrections"][0]
    new = phone.get(f"/readings/{said['replaced_by']}").json
    assert (new["value"], new["is_own"], [one["id"] for one in new["versions"]]) == (5.9, True, [reading])
    # Both versions tell the same story.
    assert [one["id"] for one in new["corrections"]] == ["wrong-0001"]
    line = phone.get("/corrections").json["corrections"][0]
    assert (line["before"]["value"], line["after"]["value"], line["note"]) == (9.5, 5.9, "紙の結果は 5.9")
    receipt = phone.get("/corrections/wrong-0001/receipt").json["receipt"]
    payload = json.loads(base64.urlsafe_b64decode(receipt.split(".")[1] + "=="))
    assert payload["leaf"]["kind"] == "record.correction"
    assert json.loads(payload["body"]) == {"id": "wrong-0001", "reading": reading, "why": "wrong_value"}
    assert phone.post("/corrections/wrong-0001/take-back").json["is_corrected"] is False
    assert values(phone) == [9.5]
    line = phone.get("/corrections").json["corrections"][0]
    assert line["withdrawn_at"] is not None
    assert phone.post("/corrections/wrong-0001/take-back").status_code == 200


def test_the_same_correction_sent_twice_is_one(resident: Callable[..., Any], put: Callable[..., Any]) -> None:
    phone = resident()
    reading = imported(phone, put)
    body = {"client_id": "wrong-0001", "why": "wrong_value", "value": 5.9}
    first = phone.post(f"/readings/{reading}/wrong", body)
    again = phone.post(f"/readings/{reading}/wrong", body)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json["corrections"] == again.json["corrections"]
    assert phone.post(f"/readings/{reading}/wrong", {**body, "value": 6.0}).status_code == 422


def test_a_value_that_is_not_mine_does_not_count_but_stays_visible(
    resident: Callable[..., Any], put: Callable[..., Any]
) -> None:
    phone = resident()
    reading = imported(phone, put)
    old = phone.post(f"/readings/{reading}/wrong", {"client_id": "wrong-0002", "why": "not_mine"}).json
    assert (old["is_deleted"], old["value"]) == (True, 9.5)
    assert values(phone) == []
    # Restoring by the value's own button takes the correction back as well.
    assert phone.post(f"/readings/{reading}/restore").json["corrections"][0]["withdrawn_at"] is not None
    assert values(phone) == [9.5]


def test_a_wrong_day_keeps_the_value(resident: Callable[..., Any], put: Callable[..., Any]) -> None:
    phone = resident()
    reading = imported(phone, put)
    day = tokyo_today().replace(year=tokyo_today().year - 1, day=1)
    body = {"client_id": "wrong-0003", "why": "wrong_date", "at": day.isoformat()}
    said = phone.post(f"/readings/{reading}/wrong", body).json["corrections"][0]
    new = phone.get(f"/readings/{said['replaced_by']}").json
    assert (new["value"], new["is_date_only"], new["at"][:10]) == (9.5, True, day.date().isoformat())


@pytest.mark.parametrize(
    ("body", "status", "key"),
    [
        ({"why": "wrong_value"}, 422, "record.value_missing"),
        ({"why": "wrong_date"}, 422, "record.value_missing"),
        ({"why": "other", "note": "  "}, 422, "record.value_missing"),
        ({"why": "wrong_value", "value": 55}, 409, "record.implausible"),
        ({"why": "silly"}, 422, "base.invalid"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_is_stored(
    resident: Callable[..., Any], put: Callable[..., Any], body: dict[str, Any], status: int, key: str
) -> None:
    phone = resident()
    reading = imported(phone, put)
    answer = phone.post(f"/readings/{reading}/wrong", {"client_id": "wrong-0004", **body})
    assert (answer.status_code, answer.json["key"]) == (status, key)
    assert phone.get("/corrections").json["corrections"] == []
    assert values(phone) == [9.5]


def test_words_alone_change_nothing_that_counts(resident: Callable[..., Any], put: Callable[..., Any]) -> None:
    phone = resident()
    reading = imported(phone, put)
    body = {"client_id": "wrong-0005", "why": "other", "note": "食後に採血した"}
    assert phone.post(f"/readings/{reading}/wrong", body).json["is_corrected"] is False
    assert values(phone) == [9.5]


def test_a_later_correction_is_taken_back_first(resident: Callable[..., Any], put: Callable[..., Any]) -> None:
    phone = resident()
    reading = imported(phone, put)
    first = phone.post(f"/readings/{reading}/wrong", {"client_id": "wrong-0006", "why": "wrong_value", "value": 5.9})
    second = first.json["corrections"][0]["replaced_by"]
    phone.post(f"/readings/{second}/wrong", {"client_id": "wrong-0007", "why": "wrong_value", "value": 6.1})
    early = phone.post("/corrections/wrong-0006/take-back")
    assert (early.status_code, early.json["key"]) == (409, "record.later_correction")
    phone.post("/corrections/wrong-0007/take-back")
    phone.post("/corrections/wrong-0006/take-back")
    assert values(phone) == [9.5]


def test_nobody_reaches_another_persons_correction(resident: Callable[..., Any], put: Callable[..., Any]) -> None:
    mine, other = resident(), resident()
    reading = imported(mine, put)
    body = {"client_id": "wrong-0008", "why": "not_mine"}
    assert other.post(f"/readings/{reading}/wrong", body).status_code == 404
    mine.post(f"/readings/{reading}/wrong", body)
    for answer in (other.get("/corrections/wrong-0008/receipt"), other.post("/corrections/wrong-0008/take-back")):
        assert (answer.status_code, answer.json["key"]) == (404, "record.unknown_correction")
    assert other.get("/corrections").json["corrections"] == []
