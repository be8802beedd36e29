"""A resident takes the whole record along, brings it to a fresh server, and finds the same there."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from fhir.resources.R4B.bundle import Bundle
from flask import Flask

from backend import base, consent, people, record
from backend.app import create_app
from backend.record import Answer, take
from tests.api.conftest import ORIGIN, Phone
from tests.api.record.conftest import lab, steps

PWA = Path(__file__).parents[3] / "pwa"
SCHEMA = PWA / "node_modules" / "@asymmetrik" / "fhir-json-schema-validator" / "fhir.schema.json"
Put = Callable[..., record.Added]


def fill(phone: Any, put: Put) -> None:
    """A record with something of every kind."""
    put(
        phone,
        "01a",
        [
            lab("hba1c_pct", 5.9, 30, flag="H", original_value="5.9", original_unit="%", code="3D046000001906202"),
            lab("ldl_mgdl", 142.0, 30, flag="H"),
            lab("q_smoking", "3", 30),
            lab(
                "crp_mgdl", None, 30, state=record.ItemState.BELOW_LIMIT, original_value="<0.02", original_unit="mg/dL"
            ),
            lab("ast_ul", None, 30, state=record.ItemState.NOT_DONE),
            lab("medication", "アムロジピン錠5mg", 400, source="FHIR"),
            lab("allergy", "ペニシリン", 900, source="FHIR"),
            lab("condition", "高血圧症", 900, source="FHIR"),
            lab("immunization", "インフルエンザワクチン", 200, source="FHIR"),
            *(steps(day, hour, 100.0 + hour, "iPhone", line=day * 24 + hour) for day in range(40) for hour in range(9)),
        ],
    )
    person = phone.get("/me").json["person"]["id"]
    with base.write_unit() as session:
        for key, value in (
            ("allergies", ["egg", "shrimp"]),
            ("medicines", ["ロキソニン 頓服"]),
            ("hypertension", "yes"),
            ("smoking", "never"),
            ("pregnancy", {"status": "no", "due": None}),
        ):
            record.answer(session, person=person, key=key, answer=Answer.VALUE, value=value)


def hash_of(phone: Any) -> str:
    person = phone.get("/me").json["person"]["id"]
    actor = people.Actor(account="a", person=person, roles=frozenset({people.Role.RESIDENT}), site="s", session="x")
    with base.read_session() as session:
        permit = consent.permit(session, actor=actor, person=person, purpose=consent.Purpose.SELF)
        return take.record_hash(session, permit=permit)


def export(phone: Any, form: str) -> bytes:
    assert phone.step_up().status_code == 200
    begun = phone.post("/record/exports", {"form": form})
    assert begun.status_code == 202, begun.json
    base.run_due_jobs()
    seen = phone.get(f"/record/exports/{begun.json['id']}").json
    assert (seen["state"], seen["done"]) == ("ready", seen["total"])
    got = phone.get(f"/record/exports/{seen['id']}/file")
    assert len(got.data) == seen["size"]
    assert seen["file_name"] in got.headers["Content-Disposition"]
    return bytes(got.data)


def bring(phone: Any, file: bytes, name: str) -> dict[str, Any]:
    sent = phone.http.post("/api/link/uploads", data=file, headers={"X-Filename": name})
    assert sent.status_code == 201, sent.json
    base.run_due_jobs()
    seen = phone.get(f"/link/uploads/{sent.json['id']}").json
    assert seen["state"] == "ready", seen
    confirmed = phone.post(f"/link/uploads/{sent.json['id']}/confirm", {"answers": {}})
    assert confirmed.status_code == 202, confirmed.json
    base.run_due_jobs()
    done: dict[str, Any] = phone.get(f"/link/imports/{confirmed.json['id']}").json
    assert done["state"] == "complete", done
    return done


@pytest.fixture
def elsewhere(tmp_path: Path, runtime: base.Runtime, _template: Path) -> Callable[[], Flask]:
    """elsewhere(): a second installation, empty, which is then the process's own."""

    def start() -> Flask:
        home = tmp_path / "elsewhere"
        home.mkdir()
        for name in ("meguri.db", "keyring.json"):
            shutil.copy(_template / name, home / name)
        made = base.Runtime(base.Settings(home=home, origin=ORIGIN, lease_seconds=5))
        base.use(made)
        return create_app(made)

    return start


def join(app: Flask) -> Phone:
    http = app.test_client()
    http.environ_base["HTTP_X_MEGURI"] = "1"
    phone = Phone(http)
    with base.write_unit() as session:
        ends = base.CLOCK.now() + timedelta(days=9)
        batch = people.make_batch(
            session, site="suita", label="窓口", count=1, expires_at=ends, role=people.Role.RESIDENT
        )
    assert phone.join(batch.invites[0].code).status_code == 201
    return phone


@pytest.mark.feature("C12")
@pytest.mark.parametrize(("form", "name"), [("fhir", "meguri.json"), ("csv", "meguri.zip")])
def test_a_fresh_server_then_holds_the_same_record(
    resident: Callable[..., Any], put: Put, elsewhere: Callable[[], Flask], form: str, name: str
) -> None:
    phone = resident("suita")
    fill(phone, put)
    before = hash_of(phone)
    pdf = export(phone, "pdf")
    assert pdf.startswith(b"%PDF-")
    assert b"HeiseiKakuGo-W5" in pdf
    file = export(phone, form)
    there = join(elsewhere())
    assert hash_of(there) != before
    done = bring(there, file, name)
    assert done["left_out"] == 0
    assert hash_of(there) == before
    again = export(there, form)
    if form == "csv":
        first, second = (zipfile.ZipFile(io.BytesIO(one)) for one in (file, again))
        assert first.read("samples/steps_count.csv") == second.read("samples/steps_count.csv")
        assert sorted(first.read("record.csv").splitlines()) == sorted(second.read("record.csv").splitlines())
    assert there.post(f"/link/imports/{done['id']}/undo").status_code in (200, 202)
    base.run_due_jobs()
    left = {one["current"]["answer"] for one in there.get("/profile").json["questions"]}
    assert left == {"unanswered"}


@pytest.mark.parametrize(("form", "name"), [("fhir", "meguri.json"), ("csv", "meguri.zip")])
def test_a_record_that_was_put_right_comes_back_as_it_stands(
    resident: Callable[..., Any], put: Put, elsewhere: Callable[[], Flask], form: str, name: str
) -> None:
    phone = resident("suita")
    fill(phone, put)
    held = {metric: phone.get(f"/metrics/{metric}").json["points"][0]["id"] for metric in ("hba1c_pct", "ldl_mgdl")}
    wrong = {"client_id": "wrong-0001", "why": "wrong_value", "value": 5.5}
    assert phone.post(f"/readings/{held['hba1c_pct']}/wrong", wrong).status_code == 200
    assert phone.http.delete(f"/api/readings/{held['ldl_mgdl']}").status_code == 200
    for key, body in (
        ("medicines", {"answer": "value", "value": ["𠮷野 <b>&amp;</b> 😀 \u202eabc", "＝1+1"]}),
        ("hypertension", {"answer": "unknown"}),
        ("allergies", {"answer": "unanswered"}),
    ):
        assert phone.http.put(f"/api/profile/{key}", json=body).status_code == 200
    before = hash_of(phone)
    assert export(phone, "pdf").startswith(b"%PDF-")
    file = export(phone, form)
    there = join(elsewhere())
    assert bring(there, file, name)["left_out"] == 0
    assert hash_of(there) == before
    assert [one["value"] for one in there.get("/metrics/hba1c_pct").json["points"]] == [5.5]
    assert there.get("/metrics/ldl_mgdl").json["points"] == []


def test_an_export_needs_the_passkey_again(resident: Callable[..., Any], put: Put, phone: Callable[[], Phone]) -> None:
    held = resident("suita")
    fill(held, put)
    seen = held.get("/record/exports").json
    assert (seen["values"], seen["samples"], seen["answers"]) == (9, 360, 5)
    made = export(held, "fhir")
    assert made.startswith(b'{"resourceType":"Bundle"')
    mine = held.get("/record/exports").json["takes"][0]
    assert mine["downloads"] == 1
    assert held.http.delete(f"/api/record/exports/{mine['id']}").status_code == 204
    assert held.get(f"/record/exports/{mine['id']}").status_code == 404
    with base.write_unit() as session:
        at = (base.CLOCK.now() - timedelta(minutes=6)).isoformat(timespec="microseconds")
        session.connection().exec_driver_sql("UPDATE people_session SET stepped_up_at = ?", (at,))
    again = held.post("/record/exports", {"form": "csv"})
    assert (again.status_code, again.json["key"]) == (403, "base.step_up_needed")
    other = resident("suita")
    assert other.get(f"/record/exports/{mine['id']}").status_code == 404


# --- the judges ----------------------------------------------------------------------------------


def judged_by_medplum(lines: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["node", "judges/fhir.mjs"], cwd=PWA, input="\n".join(lines), capture_output=True, text=True, check=False
    )


def schema() -> Any:
    found = json.loads(SCHEMA.read_text("utf-8"))
    bundle = {name: found[name] for name in ("$schema", "definitions")} | {"$ref": "#/definitions/Bundle"}
    return jsonschema_rs.validator_for(bundle)


def test_three_judges_find_nothing_in_what_goes_out(resident: Callable[..., Any], put: Put) -> None:
    empty, full = resident("suita"), resident("suita")
    fill(full, put)
    files = [export(empty, "fhir"), export(full, "fhir")]
    validator = schema()
    for file in files:
        assert validator.is_valid(json.loads(file))
        Bundle.model_validate_json(file)
    verdict = judged_by_medplum([json.dumps(json.loads(file)) for file in files])
    assert verdict.returncode == 0, verdict.stdout[:2000] + verdict.stderr[-2000:]


def test_the_judges_do_see_faults(resident: Callable[..., Any], put: Put) -> None:
    full = resident("suita")
    fill(full, put)
    sound = json.loads(export(full, "fhir"))

    def with_fault(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        made: dict[str, Any] = json.loads(json.dumps(sound))
        change(made)
        return made

    def observation(bundle: dict[str, Any]) -> dict[str, Any]:
        return next(e["resource"] for e in bundle["entry"] if "valueQuantity" in e["resource"])  # type: ignore[no-any-return]

    no_status = with_fault(lambda bundle: observation(bundle).pop("status"))
    both = with_fault(
        lambda bundle: observation(bundle).update(dataAbsentReason={"coding": [{"code": "unknown"}]})
    )  # obs-6: a value and a reason for none
    wrong_type = with_fault(lambda bundle: observation(bundle)["valueQuantity"].update(value="5.9 or so"))
    assert judged_by_medplum([json.dumps(both)]).returncode == 1
    assert judged_by_medplum([json.dumps(no_status)]).returncode == 1
    assert not schema().is_valid(wrong_type)
    with pytest.raises(ValueError, match="status"):
        Bundle.model_validate(no_status)


def test_the_summary_says_what_is_not_known(resident: Callable[..., Any]) -> None:
    bundle = json.loads(export(resident("suita"), "fhir"))
    composition = bundle["entry"][0]["resource"]
    assert composition["type"]["coding"][0]["code"] == "60591-5"
    codes = {section["code"]["coding"][0]["code"] for section in composition["section"]}
    assert codes >= {"10160-0", "48765-2", "11450-4"}
    said = {
        coding["code"]
        for entry in bundle["entry"]
        for name in ("code", "medicationCodeableConcept")
        for coding in entry["resource"].get(name, {}).get("coding", [])
    }
    assert said >= {"no-allergy-info", "no-medication-info", "no-problem-info"}


def test_a_bundle_that_somebody_edited_is_read_for_what_it_says_now(
    resident: Callable[..., Any], put: Put, elsewhere: Callable[[], Flask]
) -> None:
    phone = resident("suita")
    put(phone, "01a", [lab("hba1c_pct", 5.9, 30, code="4548-4", code_system="http://loinc.org")])
    bundle = json.loads(export(phone, "fhir"))
    found = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Observation")
    found["valueQuantity"]["value"] = 6.4
    there = join(elsewhere())
    bring(there, json.dumps(bundle).encode(), "edited.json")
    shown = there.get("/metrics/hba1c_pct?range=all").json
    assert "6.4" in json.dumps(shown)
    assert "5.9" not in json.dumps(shown)
