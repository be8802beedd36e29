"""`meguri demo`: 50 marked residents at two places, ways in for each role, and nothing the second time."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from backend import base, demo, link, people
from backend.cli import main
from backend.demo import checkup_file
from backend.demo.body import checkup
from backend.people import Role


@pytest.fixture
def loaded(runtime: base.Runtime, capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    """What `meguri demo --json` prints on a fresh installation."""
    from msgspec.structs import replace

    object.__setattr__(runtime, "settings", replace(runtime.settings, demo=True))
    assert demo.load(tell=lambda done, total: None)
    assert not demo.load(tell=lambda done, total: None), "the second run finds everything there"
    from backend.cli.demo import print_ways

    print_ways(as_json=True)
    ways: list[dict[str, str]] = json.loads(capsys.readouterr().out)
    return ways


def _signed_in(phone: Callable[[], Any], ways: list[dict[str, str]], key: str, site: str) -> Any:
    found = phone()
    address = next(way["address"] for way in ways if (way["key"], way["site"]) == (key, site))
    said = found.post("/signin/link", {"token": address.split("#")[1]})
    assert said.status_code == 200, said.json
    return found


def test_the_demo_site(loaded: list[dict[str, str]], phone: Callable[[], Any]) -> None:
    with base.read_session() as session:
        everybody = [one for site in demo.SITES for one in people.persons(session, site=site)]
        roles = {
            (site, role): len(people.accounts_with_role(session, site=site, role=role))
            for site in demo.SITES
            for role in (Role.COUNSELLOR, Role.STAFF)
        }
    assert len(everybody) == 50
    assert all(one.is_demo and one.name.startswith("見本 ") for one in everybody)
    today = base.CLOCK.now().astimezone(base.TOKYO).date()
    ages = [people.age(one.birth, on=today) for one in everybody]
    assert min(ages) >= 25
    assert max(ages) <= 79
    assert all(roles.values())
    imports = {one.id: link.imports(person=one.id) for one in everybody}
    assert sum(1 for found in imports.values() if not found) == 4, "some have linked nothing yet"
    everything = [one for found in imports.values() for one in found]
    assert all(one.state is link.ImportState.COMPLETE for one in everything)
    assert sum(one.left_out for one in everything) == 0
    assert all("見本" in one.file_name for one in everything)

    keys = [(way["key"], way["site"]) for way in loaded]
    assert keys == [
        ("resident_rich", "suita"),
        ("resident_pregnant", "suita"),
        ("counsellor", "suita"),
        ("counsellor", "senboku"),
        ("staff", "suita"),
        ("staff", "senboku"),
        ("provider", "suita"),
        ("provider", "senboku"),
        ("data_user", "suita"),
        ("data_user", "senboku"),
        ("auditor", "suita"),
        ("auditor", "senboku"),
        *[("reviewer", "suita")] * 3,
        *[("reviewer", "senboku")] * 3,
        ("invite", "suita"),
        ("invite", "senboku"),
    ]
    rich = _signed_in(phone, loaded, "resident_rich", "suita")
    me = rich.get("/me").json
    assert me["is_demo"]
    assert people.age(date.fromisoformat(me["person"]["birth"]), on=today) == 57
    assert rich.get("/metrics/hba1c_pct?range=5y").json["points"][-1]["value"] == 5.9
    assert len(rich.get("/home").json["tiles"]) >= 3
    assert len(rich.get("/link/imports").json["imports"]) == 3
    assert rich.get("/consultations").status_code == 200

    nurse = _signed_in(phone, loaded, "counsellor", "suita")
    listed = nurse.get("/care/people").json
    assert any(one["name"] == "見本 大樹" for one in listed["people"])

    kitchen = _signed_in(phone, loaded, "provider", "suita")
    assert [(one["state"], one["dishes"]) for one in kitchen.get("/provider/versions").json["versions"]] == [
        ("published", 40)
    ]


def test_a_demo_resident_by_reference(runtime: base.Runtime, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    today = base.CLOCK.now().astimezone(base.TOKYO).date()
    resident = demo.residents(today)[4]
    with base.write_unit() as session:
        for one in demo.residents(today)[4:6]:
            people.create_person(
                session,
                site=one.site,
                name=one.name,
                kana=one.kana,
                birth=one.birth,
                sex=one.sex,
                is_demo=True,
                person=one.person,
            )
    on = today.replace(year=today.year - 6, day=1)
    file = tmp_path / "健診.zip"
    file.write_bytes(checkup_file.archive([checkup_file.exam(resident, on, checkup(resident, on))]))
    assert main(["link", "import", str(file), "--person", "demo-05", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["receipt"]["new"] == 36
    assert main(["link", "import", str(file), "--person", "demo-06", "--json"]) == 1
