"""Files as residents have them, and a worker that runs the jobs between two looks of the phone."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from backend import base
from backend.demo.checkup_file import Exam, archive, document

HANAKO = {"name": "吹田 花子", "kana": "すいた はなこ", "birth": "1980-04-02", "sex": "female"}
VALUES: Mapping[str, float | str] = {
    "height_cm": 158.2,
    "weight_kg": 51.4,
    "sbp_mmhg": 114,
    "dbp_mmhg": 70,
    "hba1c_pct": 5.4,
    "ldl_mgdl": 102,
    "q_smoking": "3",
}


def exam(**changed: Any) -> Exam:
    """A check-up of Hanako, with something changed."""
    taken = {
        "kana": "スイタ　ハナコ",
        "birth": date(1980, 4, 2),
        "sex": "female",
        "on": date(2025, 5, 20),
        "values": VALUES,
    }
    return Exam(**{**taken, **changed})


def checkup_xml(**changed: Any) -> bytes:
    return document(exam(**changed))


def checkup_zip(*exams: Exam) -> bytes:
    return archive(exams)


def fhir(*resources: dict[str, Any], patient: dict[str, Any] | None = None) -> bytes:
    """A bundle about Hanako."""
    who = {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"text": "スイタ ハナコ"}],
        "gender": "female",
        "birthDate": "1980-04-02",
    }
    entries = [{"resource": one} for one in ({**who, **(patient or {})}, *resources)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def observation(loinc: str, value: float, unit: str, on: str | None = "2025-05-20", **more: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": loinc}]},
        "subject": {"reference": "Patient/p1"},
        "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
        **more,
    }
    return said if on is None else {**said, "effectiveDateTime": on}


@dataclass
class Linking:
    """What a resident does with a file on the phone; the worker runs between two looks."""

    phone: Any
    person: str

    def send(self, content: bytes, name: str = "健診.xml", **headers: str) -> TestResponse:
        said: TestResponse = self.phone.http.post(
            "/api/link/uploads",
            data=content,
            headers={"X-Filename": quote(name), "Content-Type": "application/octet-stream", **headers},
        )
        return said

    def look(self, content: bytes, name: str = "健診.xml", **headers: str) -> dict[str, Any]:
        """Send a file and wait for its preview or refusal."""
        sent = self.send(content, name, **headers)
        assert sent.status_code == 201, sent.json
        base.run_due_jobs()
        seen: dict[str, Any] = self.phone.get(f"/link/uploads/{sent.json['id']}").json
        assert seen["state"] != "reading"
        return seen

    def confirm(self, upload: str, **answers: str) -> TestResponse:
        said: TestResponse = self.phone.post(f"/link/uploads/{upload}/confirm", {"answers": answers})
        return said

    def take(self, content: bytes, name: str = "健診.xml", **answers: str) -> dict[str, Any]:
        """Send, look, confirm and wait for the receipt."""
        seen = self.look(content, name)
        assert seen["state"] == "ready", seen
        said = self.confirm(seen["id"], **answers)
        assert said.status_code == 202, said.json
        base.run_due_jobs()
        done: dict[str, Any] = self.phone.get(f"/link/imports/{said.json['id']}").json
        assert done["state"] == "complete", done
        return done

    def record_hash(self) -> str:
        """A hash over every row of the record: equal hashes, equal records."""
        path = base.runtime().settings.home / "meguri.db"
        digest = hashlib.sha256()
        with sqlite3.connect(path) as connection:
            tables = [
                name
                for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")
                if name.startswith("record_")
            ]
            assert len(tables) >= 5
            for name in tables:
                for row in sorted(map(repr, connection.execute(f"SELECT * FROM {name}"))):
                    digest.update(f"{name} {row}".encode())
        connection.close()
        return digest.hexdigest()

    def sealed_files(self) -> int:
        """How many sealed files lie on the disk."""
        folder = base.runtime().settings.home / "files"
        return sum(1 for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def linking(resident: Callable[..., Any]) -> Callable[..., Linking]:
    """linking(): Hanako (or somebody else) with her phone, ready to link files."""

    def make(**person: Any) -> Linking:
        phone = resident("suita", **{**HANAKO, **person})
        return Linking(phone, phone.get("/me").json["person"]["id"])

    return make
