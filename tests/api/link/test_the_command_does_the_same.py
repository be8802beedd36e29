"""`meguri link import` goes the way of the app: preview, identity, job, receipt; refusals go to stderr."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.cli import main
from tests.api.link.apple_export import export
from tests.api.link.conftest import VALUES, Linking, checkup_xml, fhir, observation


def test_a_receipt_as_json(linking: Callable[..., Linking], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hanako = linking()
    file = tmp_path / "健診.xml"
    file.write_bytes(checkup_xml())
    assert main(["link", "import", str(file), "--person", hanako.person, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["receipt"]["new"] == len(VALUES)
    assert printed == hanako.phone.get(f"/link/imports/{printed['id']}").json
    assert main(["link", "import", str(file), "--person", hanako.person, "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["receipt"]["new"], again["receipt"]["already"]) == (0, len(VALUES))


def test_an_apple_export_has_exact_counts_and_sums(
    linking: Callable[..., Linking], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hanako = linking()
    content, count, total = export(30_000)
    file = tmp_path / "export.xml"
    file.write_bytes(content)
    assert main(["link", "import", str(file), "--person", hanako.person, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["receipt"]["new"], printed["receipt"]["already"]) == (count, 0)
    page = hanako.phone.get("/metrics/steps_count?range=all").json
    assert sum(day["n"] for day in page["days"]) == count
    assert sum(day["value"] for day in page["days"]) == total


def test_refusals_and_questions(
    linking: Callable[..., Linking],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MEGURI_LANG", "en")
    hanako = linking()
    before = hanako.record_hash()
    file = tmp_path / "f"
    file.write_bytes(checkup_xml(sex="male"))
    assert main(["link", "import", str(file), "--person", hanako.person]) == 1
    assert "does not seem to be your file" in capsys.readouterr().err
    assert main(["link", "import", str(file), "--person", "0" * 26]) == 1
    assert main(["link", "import", str(tmp_path / "none.xml"), "--person", hanako.person]) == 1

    file.write_bytes(fhir(observation("4548-4", 5.6, "%"), patient={"name": None, "birthDate": None, "gender": None}))
    assert main(["link", "import", str(file), "--person", hanako.person]) == 1
    assert "Is it yours?" in capsys.readouterr().err
    assert hanako.record_hash() == before
    assert hanako.sealed_files() == 0
    assert main(["link", "import", str(file), "--person", hanako.person, "--mine"]) == 0
    assert hanako.record_hash() != before
