"""Programs read the own record as FHIR with a token that the resident made, named, and can end."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fhir.resources.R4B import get_fhir_model_class
from flask import Flask

from backend import base, record
from tests.api.record.conftest import lab, steps, tokyo_today

PWA = Path(__file__).parents[3] / "pwa"
Put = Callable[..., record.Added]


def token(phone: Any, *, scope: str = "patient/*.rs", days: float = 30) -> dict[str, Any]:
    assert phone.step_up().status_code == 200
    until = (base.CLOCK.now() + timedelta(days=days)).isoformat()
    made = phone.post("/record/tokens", {"name": "研究ノート", "scope": scope, "until": until})
    assert made.status_code == 201, made.json
    answer: dict[str, Any] = made.json
    return answer


class Program:
    """A program with a token and nothing else: no cookie, no header of ours."""

    def __init__(self, app: Flask, secret: str | None) -> None:
        self._http = app.test_client()
        self._headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def get(self, path: str) -> Any:
        return self._http.get(f"/api/fhir/{path}", headers=self._headers)

    def all(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            answer = self.get(path)
            assert answer.status_code == 200, answer.text
            found += [one["resource"] for one in answer.json.get("entry", [])]
            following = [one["url"] for one in answer.json["link"] if one["relation"] == "next"]
            if not following:
                return found
            parts = urlsplit(following[0])
            path = f"{parts.path.rpartition('/')[2]}?{parts.query}"


@pytest.fixture
def her(resident: Callable[..., Any], put: Put) -> Any:
    phone = resident("suita")
    put(
        phone,
        "01a",
        [
            *(lab("hba1c_pct", 5.0 + number / 10, 30 + 100 * number) for number in range(7)),
            lab("ldl_mgdl", 142.0, 30),
            lab("weight_kg", 54.0, 30),
            lab("allergy", "ペニシリン", 900, source="FHIR"),
            lab("medication", "アムロジピン", 900, source="FHIR"),
            lab("immunization", "インフルエンザワクチン", 300, source="FHIR"),
            lab("condition", "高血圧症", 900, source="FHIR"),
            *(steps(day, 9, 4000.0, "iPhone", line=day) for day in range(3)),
        ],
    )
    return phone


@pytest.mark.feature("K01")
def test_a_program_reads_and_searches_and_two_judges_agree(her: Any, app: Flask) -> None:
    program = Program(app, token(her)["token"])
    me = program.all("Patient")[0]
    assert (me["gender"], me["birthDate"]) == ("female", "1980-04-02")
    found = {
        kind: program.all(kind)
        for kind in ("Observation", "Condition", "AllergyIntolerance", "MedicationStatement", "Immunization")
    }
    assert [len(one) for one in found.values()] == [9 + len({_month(day) for day in range(3)}), 1, 1, 1, 1]
    summary = program.get(f"Patient/{me['id']}/$summary").json
    assert summary["entry"][0]["resource"]["resourceType"] == "Composition"
    searchset = program.get("Observation?_count=2").json
    metadata = program.get("metadata").json
    everything = [me, summary, searchset, metadata, *(one for kind in found.values() for one in kind)]
    for one in everything:
        get_fhir_model_class(one["resourceType"]).model_validate(one)
    judged = subprocess.run(
        ["node", "judges/fhir.mjs"],
        cwd=PWA,
        input="\n".join(json.dumps(one) for one in everything),
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stdout[:2000] + judged.stderr[-2000:]
    one = found["Observation"][0]
    assert program.get(f"Observation/{one['id']}").json == one


def _month(days_ago: int) -> str:
    return f"{tokyo_today() - timedelta(days=days_ago):%Y-%m}"


def test_search_parameters(her: Any, app: Flask) -> None:
    program = Program(app, token(her)["token"])

    def values(query: str) -> list[float]:
        return [one["valueQuantity"]["value"] for one in program.all(f"Observation?{query}")]

    assert values("code=4548-4") == [5.0, 5.1, 5.2, 5.3, 5.4, 5.5, 5.6]
    assert values("code=http://loinc.org|4548-4&_count=2") == [5.0, 5.1, 5.2, 5.3, 5.4, 5.5, 5.6]
    assert values("code=http://elsewhere.example|4548-4") == []
    day = (tokyo_today() - timedelta(days=130)).date().isoformat()
    assert values(f"code=4548-4&date={day}") == [5.1]
    assert values(f"code=4548-4&date=ge{day}") == [5.0, 5.1]
    assert values(f"code=4548-4&date=gt{day}") == [5.0]
    assert values(f"code=4548-4&date=lt{day}&date=ge{day[:4]}") == [
        one for number, one in enumerate([5.2, 5.3, 5.4, 5.5, 5.6], 2) if _year(30 + 100 * number) == day[:4]
    ]
    assert values("category=vital-signs&code=29463-7") == [54.0]
    assert values("code=4548-4&_lastUpdated=gt2100-01-01") == []
    assert len(values("code=4548-4&_lastUpdated=gt2020-01-01")) == 7
    assert program.get("Observation?_count=0").json["total"] > 8
    assert values("code=4548-4&patient=Patient/somebody-else") == []
    assert program.get("Observation?_count=3").json["link"][1]["relation"] == "next"
    for wrong in ("date=yesterday", "date=2026-13-01", "_count=many", "colour=red", "code:in=x"):
        refused = program.get(f"Observation?{wrong}")
        assert (refused.status_code, refused.json["resourceType"]) == (400, "OperationOutcome"), wrong
        assert refused.content_type.startswith("application/fhir+json")


def _year(days_ago: int) -> str:
    return str((tokyo_today() - timedelta(days=days_ago)).year)


def test_every_read_is_shown_to_her(her: Any, app: Flask) -> None:
    program = Program(app, token(her)["token"])
    program.all("Observation?code=4548-4")
    read = her.get("/consent/reads").json["reads"][0]
    assert (read["role"], read["is_denied"]) == ("token", False)
    assert sum(one["count"] if isinstance(one, dict) else one for one in _counts(read)) == 7
    used = her.get("/record/tokens").json["tokens"][0]
    assert (used["name"], used["uses"], used["token"]) == ("研究ノート", 1, None)
    assert used["last_used_at"] is not None


def _counts(read: dict[str, Any]) -> list[Any]:
    what = read["what"]
    return list(what.values()) if isinstance(what, dict) else list(what)


def test_a_token_ends_at_once_and_covers_what_it_says(her: Any, app: Flask, resident: Callable[..., Any]) -> None:
    made = token(her, scope="patient/Observation.rs")
    program = Program(app, made["token"])
    assert program.get("Observation?_count=1").status_code == 200
    assert program.get("Condition").status_code == 403
    assert program.get("Patient/$summary").status_code == 403
    assert program.get("Encounter").status_code == 404
    other = resident("suita")
    assert other.http.delete(f"/api/record/tokens/{made['id']}").status_code == 404
    assert her.http.delete(f"/api/record/tokens/{made['id']}").status_code == 204
    refused = program.get("Observation")
    assert (refused.status_code, refused.json["issue"][0]["code"]) == (401, "login")
    assert "Bearer" in refused.headers["WWW-Authenticate"]
    assert Program(app, None).get("Observation").status_code == 401
    assert Program(app, None).get("metadata").json["fhirVersion"] == "4.0.1"
    until = (base.CLOCK.now() + timedelta(days=3)).isoformat()
    for scope in ("patient/*.cruds", "user/*.rs", "patient/Observation.rs extra", ""):
        body = {"name": "x", "scope": scope, "until": until}
        assert her.post("/record/tokens", body).status_code == 422, scope
    late = token(her)
    with base.write_unit() as session:
        session.connection().exec_driver_sql("UPDATE record_token SET expires_at = '2020-01-01T00:00:00.000000+00:00'")
    assert Program(app, late["token"]).get("Observation").status_code == 401


def test_the_token_of_an_erased_person_is_none(her: Any, app: Flask) -> None:
    program = Program(app, token(her)["token"])
    person = program.get("Patient").json["entry"][0]["resource"]["id"]
    base.erase_person_key(person)
    for path in ("Patient", "Observation", f"Patient/{person}", "Patient/$summary"):
        refused = program.get(path)
        assert (refused.status_code, refused.json["issue"][0]["code"]) == (401, "login"), path


def test_a_token_never_opens_another_record(her: Any, app: Flask, resident: Callable[..., Any]) -> None:
    mine = Program(app, token(her)["token"]).all("Observation")
    other = Program(app, token(resident("suita"))["token"])
    assert other.all("Observation") == []
    assert other.get(f"Observation/{mine[0]['id']}").status_code == 404
