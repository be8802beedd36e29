"""A parent writes down a child and follows the growth: national percentiles, corrected age, 肥満度, curves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go
import pytest

from backend import base

Resident = Callable[..., Any]


def today() -> date:
    return base.CLOCK.now().astimezone(base.TOKYO).date()


def add(phone: Any, **changed: Any) -> Any:
    told = {"client_id": "c1", "name": "みほ", "birth": "2024-05-10", "sex": "female"} | changed
    return phone.post("/children", told)


def test_a_printed_point_of_the_table_is_exact(resident: Resident) -> None:
    phone = resident("suita")
    birth = today() - timedelta(days=1)
    child = add(phone, birth=birth.isoformat(), sex="male").json
    path = f"/children/{child['id']}/measures"
    answer = phone.post(path, {"client_id": "m1", "day": birth.isoformat(), "weight": 2.32})
    assert answer.status_code == 200, answer.json
    standing = answer.json["days"][0]["standings"][0]
    assert standing["text"] == {"key": "risk.child.at", "params": {"p": 3}}
    # The day after birth the national table has no row, and no number is made up.
    later = phone.post(path, {"client_id": "m2", "day": today().isoformat(), "weight": 2.32}).json
    assert later["days"][0]["standings"][0]["text"]["key"] == "risk.child.no_row"


@pytest.mark.feature("C07")
def test_growth_curves_with_percentiles_and_corrected_age_for_a_preterm_child(resident: Resident) -> None:
    phone = resident("suita")
    birth = date(today().year - 1, today().month, 1)
    child = add(phone, birth=birth.isoformat(), gestation_weeks=32, gestation_days=0).json
    assert child["is_preterm"] is True
    found = phone.post(
        f"/children/{child['id']}/measures",
        {"client_id": "m1", "day": today().isoformat(), "weight": 8.0, "height": 72.0, "head": 44.5},
    ).json
    one = found["days"][0]
    assert [s["measure"] for s in one["standings"]] == ["weight", "height", "head"]
    for standing in one["standings"]:
        assert standing["age_months"] - standing["corrected_months"] == pytest.approx(56 / 30.4375, abs=0.02)
        assert standing["text"]["key"].startswith("risk.child.")
    # Younger by the corrected age, so the same weight stands higher.
    curve = next(c for c in found["curves"] if c["measure"] == "weight")
    assert curve["percentiles"] == [3, 10, 25, 50, 75, 90, 97]
    assert all(point["values"] == sorted(point["values"]) for point in curve["points"])
    for corrected in ("false", "true"):
        picture = phone.get(f"/children/{child['id']}/figure?measure=weight&corrected={corrected}").json
        assert go.Figure(picture["figure"]).data
        assert picture["table"][0][1] == 8.0


def test_himando_of_an_infant_as_printed(resident: Resident) -> None:
    phone = resident("suita")
    birth = date(today().year - 3, today().month, 1)
    child = add(phone, birth=birth.isoformat()).json
    found = phone.post(
        f"/children/{child['id']}/measures",
        {"client_id": "m", "day": today().isoformat(), "weight": 13, "height": 92},
    ).json["days"][0]
    assert found["himando"] == {"key": "risk.child.himando_infant", "params": {"value": "+0"}}
    assert found["himando_class"]["key"] == "risk.himando.class.normal"


def test_same_again_is_stored_once_and_other_content_is_refused(resident: Resident) -> None:
    phone = resident("suita")
    first, again = add(phone).json, add(phone).json
    assert first["id"] == again["id"]
    assert add(phone, name="べつ").status_code == 422
    path = f"/children/{first['id']}/measures"
    body = {"client_id": "m", "day": today().isoformat(), "weight": 10.0}
    for _ in range(2):
        assert len(phone.post(path, body).json["days"]) == 1
    assert phone.post(path, body | {"weight": 11.0}).status_code == 422
    assert len(phone.get("/children").json["children"]) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"birth": "2199-01-01"}, {"birth": "1990-01-01"}, {"gestation_weeks": 21}, {"gestation_weeks": 45},
        {"sex": "x"}, {"name": " "},
    ],
)  # fmt: skip
def test_no_child_that_cannot_be(resident: Resident, changed: dict[str, Any]) -> None:
    assert add(resident("suita"), **changed).status_code == 422


@pytest.mark.parametrize(
    "changed", [{"weight": 0.1}, {"weight": 151}, {"weight": None}, {"day": "2020-01-01"}, {"day": "2199-01-01"}]
)
def test_no_measurement_that_cannot_be(resident: Resident, changed: dict[str, Any]) -> None:
    phone = resident("suita")
    child = add(phone).json
    body = {"client_id": "m", "day": today().isoformat(), "weight": 10.0} | changed
    answer = phone.post(f"/children/{child['id']}/measures", body)
    assert (answer.status_code, answer.json["key"]) == (422, "risk.bad_measure")


def test_a_child_belongs_to_one_record(resident: Resident) -> None:
    mother, stranger = resident("suita"), resident("suita")
    child = add(mother).json
    assert stranger.get(f"/children/{child['id']}").status_code == 404
    assert stranger.get("/children").json["children"] == []
    assert stranger.http.delete(f"/api/children/{child['id']}").status_code == 204
    assert mother.get(f"/children/{child['id']}").json["name"] == "みほ"


def test_a_measurement_and_a_child_can_be_taken_back_and_changed(resident: Resident) -> None:
    phone = resident("suita")
    child = add(phone).json
    path = f"/children/{child['id']}"
    phone.post(f"{path}/measures", {"client_id": "m", "day": today().isoformat(), "weight": 10.0})
    told = {"client_id": "c1", "name": "みほ2", "birth": "2024-05-11", "sex": "female", "gestation_weeks": 36}
    changed = phone.http.put(f"/api{path}", json=told).json
    assert (changed["name"], changed["is_preterm"], len(changed["days"])) == ("みほ2", True, 1)
    assert phone.http.put(f"/api{path}", json=told | {"birth": today().isoformat()}).status_code == 200
    assert phone.http.delete(f"/api{path}/measures/m").json["days"] == []
    assert phone.http.delete(f"/api{path}").status_code == 204
    assert phone.get(path).status_code == 404


def test_nothing_of_a_child_is_readable_in_the_file(resident: Resident, runtime: base.Runtime) -> None:
    add(resident("suita"), name="ひみつのなまえ")
    for file in runtime.settings.home.rglob("*"):
        if file.is_file():
            assert "ひみつのなまえ".encode() not in file.read_bytes()
