"""Quotes: nothing leaves before a switch, exactly what was seen leaves, and what was given can be erased."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from backend import base, record
from backend.advice.insurance import service
from backend.cli import standin, standin_insurer
from backend.consent import Category

LIFE = "sample-life-suita"


@pytest.fixture
def insurer(town: Any) -> Iterator[Any]:
    del town
    server = standin_insurer.serve(0)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    base.put_partner(standin.partner("insurer", site="suita", address=f"http://localhost:{server.server_address[1]}"))
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def phone(resident: Callable[..., Any], insurer: Any) -> Any:
    del insurer
    made = resident("suita", birth="1975-05-05")
    person = made.get("/me").json["person"]["id"]
    at = base.CLOCK.now() - timedelta(days=3)
    units = {"sbp_mmhg": "mm[Hg]", "dbp_mmhg": "mm[Hg]", "bmi": "kg/m2", "hba1c_pct": "%"}
    values = {"sbp_mmhg": 141.0, "dbp_mmhg": 88.0, "bmi": 24.2, "hba1c_pct": 6.1}
    readings = [
        record.Reading(metric=metric, value=values[metric], unit=record.catalogue.metric(metric).unit or units[metric],
                       start=at, source="home")
        for metric in values
    ]  # fmt: skip
    with base.write_unit() as session:
        record.add(session, person=person, readings=readings, import_id=base.new_id())
    return made


def switch(phone: Any, category: str, on: bool) -> None:
    assert phone.step_up().status_code == 200
    body = {"recipient": LIFE, "purpose": "P-INSURE", "category": category, "on": on, "client_id": base.new_id()}
    answer = phone.http.put("/api/consent/switch", json=body)
    assert answer.status_code == 200, answer.json


def lane(phone: Any) -> Any:
    return phone.get("/insurance").json["insurers"][0]


def ask(phone: Any, seen: str, client_id: str = "quote-001") -> Any:
    return phone.post("/insurance/quotes", {"partner": lane(phone)["partner"], "seen": seen, "client_id": client_id})


@pytest.mark.feature("D07")
def test_nothing_leaves_before_consent_then_exactly_what_was_seen(phone: Any, insurer: Any) -> None:
    before = phone.get("/advice").json
    shown = lane(phone)
    assert (shown["is_standin"], shown["fields"], shown["open_categories"]) == (True, [], [])
    assert ask(phone, shown["seen"]).json["key"] == "advice.insurance.nothing_on"
    assert insurer.held == {}

    switch(phone, "C-DEMO", True)
    switch(phone, "C-VITAL", True)
    shown = lane(phone)
    assert {one["id"]: one["value"] for one in shown["fields"]} == {
        "age_band": "50-54", "sex": "female", "bmi": 24.2, "sbp": 141.0, "dbp": 88.0,
    }  # fmt: skip
    assert insurer.held == {}

    # Changed between the screen and the press: nothing leaves.
    switch(phone, "C-VITAL", False)
    assert ask(phone, shown["seen"]).json["key"] == "advice.insurance.changed"
    assert insurer.held == {}

    shown = lane(phone)
    answer = ask(phone, shown["seen"])
    assert answer.status_code == 200, answer.json
    assert answer.json["state"] == "answered"
    assert all("見本" in one["product"] for one in answer.json["quotes"])
    assert list(insurer.held.values()) == [
        {"request": answer.json["id"], "fields": {"age_band": "50-54", "sex": "female"}}
    ]
    assert ask(phone, shown["seen"]).json["id"] == answer.json["id"]
    assert len(insurer.held) == 1
    # The person finds it among the looks, and the suggestions do not know of it.
    looks = phone.get("/consent/reads").json
    assert "quote" in str(looks)
    after = phone.get("/advice").json
    assert [one["id"] for one in after["suggestions"]] == [one["id"] for one in before["suggestions"]]


def test_erasing_and_withdrawing_reach_the_insurer(phone: Any, insurer: Any) -> None:
    switch(phone, "C-DEMO", True)
    first, second = (ask(phone, lane(phone)["seen"], f"quote-00{n}").json for n in (1, 2))
    assert len(insurer.held) == 2
    assert phone.http.delete(f"/api/insurance/quotes/{first['id']}").status_code == 204
    base.run_due_jobs(limit=20)
    assert list(insurer.held) == [second["id"]]
    switch(phone, "C-DEMO", False)
    base.run_due_jobs(limit=20)
    assert insurer.held == {}
    # What she was quoted stays with her, as the text of the consent says.
    assert [one["id"] for one in phone.get("/insurance").json["asked"]] == [second["id"]]


def test_four_a_day_and_nobody_elses(phone: Any, resident: Callable[..., Any]) -> None:
    switch(phone, "C-DEMO", True)
    made = [ask(phone, lane(phone)["seen"], f"quote-00{n}") for n in range(5)]
    assert [one.status_code for one in made] == [200, 200, 200, 200, 429]
    other = resident("suita", name="別人 花子")
    assert other.get("/insurance").json["asked"] == []
    assert other.http.delete(f"/api/insurance/quotes/{made[0].json['id']}").status_code == 404
    elsewhere = resident("senboku", name="泉北 花子")
    assert elsewhere.get("/insurance").json["insurers"] == []


def test_an_insurer_that_is_away_or_talks_nonsense_leaves_no_quote(phone: Any) -> None:
    switch(phone, "C-DEMO", True)
    seen = lane(phone)["seen"]
    base.put_partner(standin.partner("insurer", site="suita", address="http://localhost:1"))
    answer = ask(phone, seen)
    assert (answer.json["state"], answer.json["quotes"]) == ("failed", [])
    for bad in (b"[]", b"{}", b'{"quotes":[{"product":"a","yen_a_month":0,"valid_until":"2027-01-01"}]}',
                b'{"quotes":[{"product":"a","yen_a_month":5,"valid_until":"soon"}]}', b'{"quotes":[{}]}'):  # fmt: skip
        with pytest.raises(base.PartnerAway):
            service._quotes(bad)


def test_no_field_is_of_a_kind_that_is_never_sent() -> None:
    assert {one.category for one in service.fields()}.isdisjoint(service.NEVER)
    assert {Category.GENE, Category.MENTAL, Category.DX, Category.ID} <= service.NEVER
