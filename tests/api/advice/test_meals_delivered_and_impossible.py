"""A Suita resident's week holds what a provider brings there, on its days; and what to relax when there is no week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from importlib import resources
from typing import Any

import pytest

from backend import base, record
from backend.advice.meals import service

NAMES = resources.files("backend.demo")


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine must not turn a request into a job here, unless a test asks for one."""
    monkeypatch.setattr(service.solved, "__kwdefaults__", {"seconds": 120.0})
    monkeypatch.setattr(service, "QUICK_SECONDS", 120.0)


def publish(worker: Callable[..., Any], site: str, name: str) -> None:
    """A provider of that site puts its file on offer."""
    phone = worker(site, "provider", name)
    text = NAMES.joinpath(f"dishes_{site}.csv").read_text("utf-8")
    body = {"client_id": f"catalogue-{site}-01", "file_name": "dishes.csv", "text": text}
    loaded = phone.post("/provider/versions", body)
    assert loaded.status_code in (200, 201), loaded.json
    assert phone.post(f"/provider/versions/{loaded.json['id']}/publish").status_code == 200


@pytest.fixture
def man(resident: Callable[..., Any], worker: Callable[..., Any]) -> Any:
    """A man of Suita with a blood pressure of 148/92, and providers in Suita and Sakai."""
    publish(worker, "suita", "見本 吹田の店")
    publish(worker, "senboku", "見本 堺の店")
    phone = resident("suita", birth="1968-04-02", sex="male")
    values = {"weight_kg": 68.0, "bmi": 23.5, "sbp_mmhg": 148.0, "dbp_mmhg": 92.0, "hba1c_pct": 6.1}
    readings = [
        record.Reading(
            metric=metric,
            value=value,
            unit=record.catalogue.metric(metric).unit,
            start=base.CLOCK.now() - timedelta(days=20),
            is_date_only=True,
            source="見本健診機関",
            context="office" if metric in {"sbp_mmhg", "dbp_mmhg"} else None,
        )
        for metric, value in values.items()
    ]
    with base.write_unit() as session:
        record.add(session, person=phone.get("/me").json["person"]["id"], readings=readings, import_id=base.new_id())
    for key, value in {"area": "27205", "activity": "low", "allergies": []}.items():
        answer = phone.http.put(f"/api/profile/{key}", json={"answer": "value", "value": value})
        assert answer.status_code == 200, answer.json
    return phone


def wish(phone: Any, **changed: Any) -> None:
    wishes = phone.get("/meals/wishes").json["wishes"] | changed
    answer = phone.http.put("/api/meals/wishes", json=wishes)
    assert answer.status_code == 200, answer.json


def plan(phone: Any) -> Any:
    answer = phone.post("/meals/plan")
    assert answer.status_code == 200, answer.json
    if answer.json["task"] is not None and answer.json["task"]["state"] == "working":
        base.run_due_jobs(limit=5)
        return phone.get("/meals").json
    return answer.json


def delivered(found: Any) -> list[tuple[date, dict[str, Any]]]:
    return [
        (date.fromisoformat(day["on"]), plate)
        for day in found["days"]
        for meal in day["meals"]
        for plate in meal["plates"]
        if plate["provider"]
    ]


@pytest.mark.feature("D04")
def test_delivered_dishes_of_the_area_stand_in_the_week_on_days_somebody_is_there(man: Any) -> None:
    wish(man, receive_days=[0, 2, 4])
    found = plan(man)
    assert found["state"] == "ready", found["task"]
    brought = delivered(found)
    assert brought, "no provider of Suita is in the week"
    assert {plate["provider"] for _, plate in brought} == {"見本 吹田の店"}
    first = date.fromisoformat(found["first"])
    for on, plate in brought:
        page = man.get(f"/meals/dishes/{plate['dish']}").json
        assert page["provider"] == "見本 吹田の店"
        assert on.weekday() in (0, 2, 4)
        # The earliest that any of its dishes can come is the day after tomorrow.
        assert on >= first + timedelta(days=2)
    orders = man.get("/meals/shopping").json["orders"]
    assert len(orders) == len(brought)
    kept_out = {one["id"] for one in man.get("/meals/rejected").json["rejected"]}
    assert not kept_out & {plate["dish"] for _, plate in brought}


def test_whoever_wants_no_delivery_gets_none_and_in_sakai_another_provider_comes(man: Any) -> None:
    wish(man, wants_delivery=False)
    assert delivered(plan(man)) == []
    wish(man, wants_delivery=True)
    assert man.http.put("/api/profile/area", json={"answer": "value", "value": "27140"}).status_code == 200
    brought = delivered(plan(man))
    assert {plate["provider"] for _, plate in brought} == {"見本 堺の店"}


def test_a_job_that_proves_that_there_is_no_week_says_what_would_have_to_give_way(
    man: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "QUICK_SECONDS", -1.0)
    wish(man, budget_yen=2000)
    assert man.post("/meals/plan").json["task"]["state"] == "working"
    assert base.run_due_jobs(limit=5) == 1
    task = man.get("/meals").json["task"]
    assert (task["state"], task["is_searched"]) == ("impossible", True)
    least = [step["amount"] for option in task["relaxations"] for step in option if step["wish"] == "budget"]
    assert least
    assert least[0] > 2000


def test_what_could_not_be_found_out_in_time_is_not_called_impossible(
    man: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "QUICK_SECONDS", -1.0)
    monkeypatch.setattr(service.why_not, "__kwdefaults__", {"within": -1.0})
    wish(man, budget_yen=2000)
    man.post("/meals/plan")
    base.run_due_jobs(limit=5)
    task = man.get("/meals").json["task"]
    assert (task["state"], task["relaxations"], task["is_searched"]) == ("impossible", [], False)


def test_what_somebody_pays_for_stands_in_its_own_lane_and_changes_no_order(
    man: Any, worker: Callable[..., Any]
) -> None:
    assert man.get("/meals/offers").json["offers"] == []
    kept_out = man.get("/meals/rejected").json
    text = NAMES.joinpath("dishes_suita.csv").read_text("utf-8")
    head, *rows = text.strip().splitlines()
    paid = [
        f"{head},広告主,運営への支払い（円）",
        *(f"{row}," + (",", "見本製粉,5000")[row.startswith("S001,")] for row in rows),
    ]
    phone = worker("suita", "provider", "見本 広告の店")
    body = {"client_id": "catalogue-paid-01", "file_name": "dishes.csv", "text": "\n".join(paid)}
    loaded = phone.post("/provider/versions", body)
    assert loaded.status_code == 201, loaded.json
    assert phone.post(f"/provider/versions/{loaded.json['id']}/publish").status_code == 200
    (offer,) = man.get("/meals/offers").json["offers"]
    assert (offer["sponsor"], offer["provider"], offer["yen"]) == ("見本製粉", "見本 広告の店", 720)
    now = man.get("/meals/rejected").json
    assert now["allowed"] - kept_out["allowed"] + len(now["rejected"]) - len(kept_out["rejected"]) == len(rows)
    # Whoever may not eat it does not see it advertised either.
    wish(man, allergens=["mackerel"])
    assert man.get("/meals/offers").json["offers"] == []
