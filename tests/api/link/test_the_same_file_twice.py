"""Importing again adds nothing and says so; undoing takes all of an import back and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from backend import base
from tests.api.link.conftest import VALUES, Linking, checkup_xml, checkup_zip, exam, fhir, observation


def _points(hanako: Linking, metric: str) -> list[Any]:
    page = hanako.phone.get(f"/metrics/{metric}?range=all")
    return [] if page.status_code == 404 else [point["value"] for point in page.json["points"]]


@pytest.mark.feature("B05")
def test_the_same_file_again_adds_zero(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    first = hanako.take(checkup_xml())
    assert _points(hanako, "hba1c_pct") == [5.4]
    seen = hanako.look(checkup_xml(), "また同じ.xml")
    assert seen["preview"]["already_imported_at"] == first["finished_at"]
    again = hanako.take(checkup_xml(), "また同じ.xml")
    assert (again["receipt"]["new"], again["receipt"]["already"]) == (0, len(VALUES))
    assert _points(hanako, "hba1c_pct") == [5.4]


def test_the_same_values_in_another_file_add_zero(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    hanako.take(checkup_xml())
    again = hanako.take(checkup_zip(exam(), exam(on=date(2024, 5, 21))), "健診.zip")
    assert (again["receipt"]["new"], again["receipt"]["already"]) == (len(VALUES), len(VALUES))


def test_undo_takes_the_whole_import_back(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    empty = hanako.record_hash()
    done = hanako.take(checkup_xml())
    assert hanako.record_hash() != empty
    undone = hanako.phone.post(f"/link/imports/{done['id']}/undo")
    assert undone.status_code == 200
    assert undone.json["state"] == "undone"
    assert hanako.record_hash() == empty
    assert hanako.sealed_files() == 0
    assert hanako.phone.get(f"/link/imports/{done['id']}/file").json["key"] == "link.original_not_kept"
    assert _points(hanako, "hba1c_pct") == []

    assert hanako.phone.post(f"/link/imports/{done['id']}/undo").json["state"] == "undone"
    assert hanako.look(checkup_xml())["preview"]["already_imported_at"] is None
    again = hanako.take(checkup_xml())
    assert again["receipt"]["new"] == len(VALUES)
    assert [one["state"] for one in hanako.phone.get("/link/imports").json["imports"]] == ["complete", "undone"]


def test_undo_leaves_what_another_file_brought_too(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    one = hanako.take(checkup_xml())
    hanako.take(checkup_zip(exam(), exam(on=date(2024, 5, 21))), "健診.zip")
    hanako.phone.post(f"/link/imports/{one['id']}/undo")
    assert sorted(_points(hanako, "hba1c_pct")) == [5.4, 5.4]


@pytest.mark.feature("B15")
def test_the_original_bytes_come_back(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    content = checkup_xml()
    done = hanako.take(content, "健診 2025.xml")
    kept = hanako.phone.get(f"/link/imports/{done['id']}/file")
    assert kept.data == content
    assert kept.headers["Content-Disposition"].endswith("%E5%81%A5%E8%A8%BA%202025.xml")
    import hashlib

    assert done["sha256"] == hashlib.sha256(content).hexdigest()
    assert done["receipt"]["original"] == "whole"
    reading = hanako.phone.get("/metrics/hba1c_pct?range=5y").json["points"][0]["id"]
    detail = hanako.phone.get(f"/readings/{reading}").json
    assert detail["imports"][0]["import_id"] == done["id"]
    assert detail["imports"][0]["sha256"] == done["sha256"]
    assert detail["imports"][0]["place"], "a value points to its place in the file"
    (path,) = [path for path in (base.runtime().settings.home / "files").rglob("*") if path.is_file()]
    assert b"ClinicalDocument" not in path.read_bytes(), "the bytes lie sealed on the disk"


def test_a_json_of_several_people_keeps_its_hash_only(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    other = {
        "resourceType": "Patient",
        "id": "p2",
        "name": [{"text": "ヨソノ ヒト"}],
        "gender": "male",
        "birthDate": "1950-01-01",
    }
    theirs = {**observation("4548-4", 9.9, "%"), "subject": {"reference": "Patient/p2"}}
    seen = hanako.look(fhir(observation("4548-4", 5.6, "%"), other, theirs), "二人.json")
    assert seen["preview"]["other_people"] == 1
    assert "ヨソノ" not in str(seen)
    done = hanako.take(fhir(observation("4548-4", 5.6, "%"), other, theirs), "二人.json")
    assert done["receipt"]["original"] == "not_kept"
    assert _points(hanako, "hba1c_pct") == [5.6]
    hanako.phone.http.delete(f"/api/link/uploads/{seen['id']}")
    assert hanako.sealed_files() == 0
