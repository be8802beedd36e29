"""From free slots of a clinic's own process to a booked visit, what is sent beforehand, and its end."""

from __future__ import annotations

import base64
import json
import threading
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend import base, record
from backend.advice.telemed import clinics, scheduling, visits
from backend.cli import standin, standin_clinic


@pytest.fixture
def clinic(runtime: base.Runtime) -> Iterator[base.Partner]:
    del runtime
    server = standin_clinic.serve(0)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    made = standin.partner("clinic", site="suita", address=f"http://localhost:{server.server_address[1]}")
    base.put_partner(made)
    clinics.read_clinic(made)
    yield made
    server.shutdown()
    server.server_close()


def first_slot(phone: Any) -> dict[str, Any]:
    found: dict[str, Any] = phone.get("/clinics/slots?department=内科").json["slots"][0]
    return found


def order(slot: dict[str, Any], client_id: str = "booking-1", **changed: Any) -> dict[str, Any]:
    return {
        "partner": slot["partner"], "slot": slot["id"], "is_first": True, "client_id": client_id,
        "checks": [*visits.CHECKS, "first_limits"],
    } | changed  # fmt: skip


@pytest.fixture
def phone(resident: Callable[..., Any], clinic: base.Partner) -> Any:
    del clinic
    return resident("suita")


def at_clinic(clinic: base.Partner, number: str = "a1") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base.ask_partner(clinic, f"Appointment/{number}"))
    return found


def test_a_slot_is_booked_once_reminded_of_and_cancelled(phone: Any, clinic: base.Partner) -> None:
    slots = phone.get("/clinics/slots").json
    assert slots["standins"] == [clinic.id]
    assert slots["departments"] == ["内科", "小児科", "産婦人科"]
    slot = first_slot(phone)
    assert phone.post("/visits", order(slot, checks=[])).json["key"] == "advice.telemed.checks_open"
    assert phone.post("/visits", order(slot, checks=list(visits.CHECKS))).json["key"] == "advice.telemed.checks_open"
    made = phone.post("/visits", order(slot))
    assert made.status_code == 200, made.json
    assert phone.post("/visits", order(slot)).json["id"] == made.json["id"]
    other = order(slot, is_first=False, checks=list(visits.CHECKS))
    assert phone.post("/visits", other).json["key"] == "base.key_reused"
    assert made.json["state"] == "booked"
    assert made.json["video"].startswith(clinic.base)
    there = at_clinic(clinic)
    assert there["participant"][0]["actor"]["display"] == "吹田 花子"
    assert set(there) == {
        "resourceType", "status", "identifier", "slot", "start", "end", "participant", "id", "extension",
    }  # fmt: skip
    assert slot["id"] not in {one["id"] for one in phone.get("/clinics/slots").json["slots"]}

    calendar = phone.get(f"/visits/{made.json['id']}/calendar")
    text = calendar.data.decode()
    assert calendar.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "クリニック" not in text
    assert "内科" not in text
    start = datetime.fromisoformat(slot["start"])
    assert f"DTSTART:{start:%Y%m%dT%H%M%SZ}\r\n" in text

    ended = phone.http.delete(f"/api/visits/{made.json['id']}").json
    assert (ended["state"], ended["video"]) == ("cancelled", None)
    assert at_clinic(clinic)["status"] == "cancelled"
    assert slot["id"] in {one["id"] for one in phone.get("/clinics/slots").json["slots"]}
    assert phone.http.delete(f"/api/visits/{made.json['id']}").json["state"] == "cancelled"


def test_who_comes_second_is_told_and_nobody_sees_the_other(
    phone: Any, resident: Callable[..., Any], clinic: base.Partner
) -> None:
    slot = first_slot(phone)
    # Somebody else books at the clinic itself; our copy still says it is free.
    body = {
        "resourceType": "Appointment",
        "identifier": [{"value": "x"}],
        "slot": [{"reference": f"Slot/{slot['id']}"}],
    }
    base.ask_partner(clinic, "Appointment", method="POST", body=body)
    assert phone.post("/visits", order(slot)).json["key"] == "advice.telemed.slot_gone"
    assert phone.get("/visits").json["visits"] == []
    made = phone.post("/visits", order(first_slot(phone), "booking-2")).json
    other = resident("suita", name="別人 花子")
    for method, path in (("DELETE", ""), ("GET", "/calendar"), ("POST", "/sheet")):
        answer = other.http.open(
            f"/api/visits/{made['id']}{path}", method=method, json={"sections": ["vitals"], "months": 3}
        )
        assert answer.status_code == 404
    elsewhere = resident("senboku", name="泉北 花子")
    assert elsewhere.get("/clinics/slots").json["slots"] == []
    assert elsewhere.post("/visits", order(slot, "booking-3")).status_code == 404


@pytest.mark.feature("D06")
def test_the_clinic_opens_exactly_what_was_picked_until_a_day_after_the_visit(phone: Any, clinic: base.Partner) -> None:
    person = phone.get("/me").json["person"]["id"]
    at = base.CLOCK.now() - timedelta(days=3)
    readings = [
        record.Reading(metric=metric, value=value, unit=unit, start=at, source="home")
        for metric, value, unit in (("sbp_mmhg", 141.0, "mm[Hg]"), ("hba1c_pct", 6.1, "%"))
    ]
    with base.write_unit() as session:
        record.add(session, person=person, readings=readings, import_id=base.new_id())
    made = phone.post("/visits", order(first_slot(phone))).json
    where = f"/visits/{made['id']}/sheet"
    assert phone.step_up().status_code == 200
    sent = phone.post(where, {"sections": ["vitals"], "months": 3})
    assert sent.status_code == 200, sent.json
    until = datetime.fromisoformat(sent.json["sent_until"])
    assert until == datetime.fromisoformat(made["slot"]["end"]) + timedelta(days=1)

    # The clinic, with nothing but what stands in its appointment.
    sheet = at_clinic(clinic)["contained"][0]["content"][0]["attachment"]["url"]
    payload = json.loads(base64.urlsafe_b64decode(sheet.removeprefix("shlink:/") + "==="))
    assert payload["exp"] == int(until.timestamp())
    path = payload["url"].removeprefix("http://localhost:8000")
    answer = phone.http.application.test_client().post(path, json={"recipient": "見本クリニック"})
    assert answer.status_code == 200
    text = opened(answer.json["files"][0]["embedded"], payload["key"])
    assert "141" in text
    assert "6.1" not in text.replace("6.1.", "")
    link = phone.get(f"/record/health-links/{sent.json['health_link']}").json
    assert link["seen"][0]["recipient"] == "見本クリニック"


def opened(token: str, key: str) -> str:
    """What a clinic's program does with the file: compact JWE, direct key, AES-256-GCM (RFC 7516)."""
    head, _, iv, text, tag = token.split(".")
    raw = [base64.urlsafe_b64decode(part + "===") for part in (key, iv, text, tag)]
    plain = AESGCM(raw[0]).decrypt(raw[1], raw[2] + raw[3], head.encode())
    said = json.loads(base64.urlsafe_b64decode(head + "==="))
    return (zlib.decompress(plain, -15) if said.get("zip") == "DEF" else plain).decode()


def test_without_the_passkey_nothing_is_sent(phone: Any, monkeypatch: pytest.MonkeyPatch, clinic: base.Partner) -> None:
    made = phone.post("/visits", order(first_slot(phone))).json
    later = base.CLOCK.now() + timedelta(minutes=30)
    del monkeypatch
    with base.read_session() as session:
        from backend import people

        account = people.account_of(session, person=phone.get("/me").json["person"]["id"])
    assert account is not None
    actor = people.Actor(
        account=account.id, person=account.person, roles=frozenset({people.Role.RESIDENT}), site="suita", session="s"
    )
    with pytest.raises(base.StepUpNeeded):
        visits.send_sheet(actor=actor, visit=made["id"], sections=["vitals"], months=3, clock=base.FixedClock(later))
    assert "contained" not in at_clinic(clinic)


def test_what_we_publish_is_what_we_read(phone: Any, clinic: base.Partner, client: Any) -> None:
    manifest = client.get("/api/scheduling/$bulk-publish").json
    kinds = [one["type"] for one in manifest["output"]]
    assert kinds == ["Location", "Schedule", "Slot"]
    held = {}
    for one in manifest["output"]:
        text = client.get(one["url"].removeprefix("http://localhost:8000")).data
        held[one["type"]], wrong = scheduling.lines_of(text, one["type"], one["type"])
        assert wrong == []
    slots, wrong = scheduling.slots_of("x", held["Location"], held["Schedule"], held["Slot"])
    assert wrong == []
    ours = phone.get("/clinics/slots").json["slots"]
    assert sorted((one.start, one.department) for one in slots) == sorted(
        (datetime.fromisoformat(one["start"]), one["department"]) for one in ours
    )
    assert client.get("/api/scheduling/Patient.ndjson").status_code == 422


def test_an_address_elsewhere_is_never_asked(clinic: base.Partner) -> None:
    for bad in ("http://169.254.169.254/latest", "//example.org/x", "https://localhost/x", "file:///etc/passwd",
                "http://localhost:1/x", "/a/%2e%2e/b"):  # fmt: skip
        with pytest.raises(base.PartnerAway):
            base.ask_partner(clinic, bad)
    under = base.Partner(id="u", kind="clinic", site="suita", base=f"{clinic.base}/fhir", names=clinic.names)
    for bad in ("../x", "/x", f"{clinic.base}/fhirx", f"{clinic.base}/fhir/../x"):
        with pytest.raises(base.PartnerAway):
            base.address_under(under, bad)
    assert base.address_under(under, "Slot") == f"{clinic.base}/fhir/Slot"
    inside = base.Partner(id="p", kind="clinic", site="suita", base="https://10.0.0.1/fhir", names=clinic.names)
    with pytest.raises(base.PartnerAway):
        base.ask_partner(inside, "$bulk-publish")
    with pytest.raises(base.PartnerAway):
        base.ask_partner(clinic, "slots.ndjson", most=100)


def test_a_clinic_that_is_away_keeps_its_slots(phone: Any, clinic: base.Partner) -> None:
    before = len(phone.get("/clinics/slots").json["slots"])
    gone = base.Partner(id=clinic.id, kind="clinic", site="suita", base="http://localhost:1", names=clinic.names)
    base.put_partner(gone)
    clinics.read_all()
    assert len(phone.get("/clinics/slots").json["slots"]) == before
    assert phone.post("/visits", order(first_slot(phone))).json["key"] == "base.partner_away"
    # The clinic is back: the same press books it, once.
    base.put_partner(clinic)
    assert phone.post("/visits", order(first_slot(phone))).json["state"] == "booked"
    assert len(phone.get("/visits").json["visits"]) == 1


def test_bad_lines_are_named_and_the_rest_is_kept() -> None:
    place = b'{"resourceType":"Location","id":"l","name":"c","address":{"state":"o","city":"s"}}\nnot json\n'
    plan = (b'{"resourceType":"Schedule","id":"s","actor":[{"reference":"Location/l"}],"serviceType":[{"text":"d"}]}\n'
            b'{"resourceType":"Slot","id":"x"}\n[]\n')  # fmt: skip
    slot = (
        '{"resourceType":"Slot","id":"%s","schedule":{"reference":"Schedule/%s"},'
        '"status":"free","start":"%s","end":"%s"}'
    )
    at, to, naive = "2026-12-01T09:00:00+09:00", "2026-12-01T09:15:00+09:00", "2026-12-01T09:15:00"
    text = "\n".join(
        slot % one for one in (("a", "s", at, to), ("b", "?", at, to), ("c", "s", to, at), ("d", "s", at, naive))
    )
    locations, wrong_places = scheduling.lines_of(place, "Location", "Location")
    schedules, wrong_plans = scheduling.lines_of(plan, "Schedule", "Schedule")
    slots, none = scheduling.lines_of(text.encode(), "Slot", "Slot")
    found, wrong = scheduling.slots_of("p", locations, schedules, slots)
    assert [(one.line, one.why) for one in wrong_places] == [(2, "not_json")]
    assert [one.why for one in wrong_plans] == ["wrong_type", "wrong_type"]
    assert none == []
    assert [one.id for one in found] == ["a"]
    assert [(one.line, one.why) for one in wrong] == [(2, "no_schedule"), (3, "no_time"), (4, "no_time")]
    assert (found[0].clinic, found[0].area, found[0].department) == ("c", "os", "d")


FACILITIES = """ID,正式名称,正式名称（フリガナ）,略称,英語略称,英語表記（ローマ字）,機関区分,都道府県コード,\
市区町村コード,所在地,緯度,経度,案内用ホームページアドレス
1270000000001,見本医院,ミホン,,,,2,27,205,大阪府吹田市見本町1,34.7,135.5,https://example.org/
1270000000002,,ミホン,,,,2,27,205,大阪府吹田市見本町2,,,
1270000000003,見本小児科,ミホン,,,,2,27,141,大阪府堺市南区見本台3,,,javascript:alert(1)
1270000000003,二つ目,ミホン,,,,2,27,141,大阪府堺市,,,
1270000000004,コード違い,ミホン,,,,2,27,20x,大阪府,,,
"""
SPECIALITIES = """ID,診療科目コード,診療科目名,診療時間帯
1270000000001,01001,内科,1
1270000000001,01001,内科,2
1270000000003,03001,小児科,1
1270000000003,03001,,1
"""


def test_open_data_is_read_with_row_errors_and_searched(phone: Any) -> None:
    found, wrong = clinics.read_open_data(FACILITIES.encode("utf-8-sig"), SPECIALITIES.encode())
    assert [(one.file, one.row, one.column) for one in wrong] == [
        ("speciality", 5, "診療科目名"),
        ("facility", 3, "正式名称"),
        ("facility", 5, "ID"),
        ("facility", 6, "市区町村コード"),
    ]  # fmt: skip
    with base.write_unit() as session:
        clinics.put_institutions(session, found=found, at=base.CLOCK.now())
    assert [one["name"] for one in phone.get("/clinics?area=27205").json["found"]] == ["見本医院"]
    assert [one["name"] for one in phone.get("/clinics?department=小児科").json["found"]] == ["見本小児科"]
    assert phone.get("/clinics?department=小児科").json["found"][0]["homepage"] == ""
    assert phone.get("/clinics?name=%25").json["found"] == []
    assert phone.get("/clinics?area=x").status_code == 422
    with pytest.raises(clinics.NotOpenData):
        clinics.read_open_data(b"a,b\n", SPECIALITIES.encode())
