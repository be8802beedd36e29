"""A resident shows a chosen part of the record by a link; an independent viewer opens it, wrong tries burn it."""

from __future__ import annotations

import base64
import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from fhir.resources.R4B.bundle import Bundle
from flask import Flask
from PIL import Image
from werkzeug.serving import make_server

from backend import base, people, record
from backend.record.healthlink import service
from tests.api.conftest import ORIGIN
from tests.api.record.conftest import lab, steps

PWA = Path(__file__).parents[3] / "pwa"
Put = Callable[..., record.Added]
SECTIONS = ["allergies", "medicines", "problems", "results"]


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The app on a real socket, as a viewer elsewhere meets it."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def view(served: str, uri: str, passcode: str | None, recipient: str = "千里クリニック") -> dict[str, Any]:
    """What kill-the-clipboard makes of a link."""
    asked = {"uri": uri, "passcode": passcode, "recipient": recipient, "map": {"from": ORIGIN, "to": served}}
    ran = subprocess.run(
        ["node", "judges/health-link.mjs"], cwd=PWA, input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def soon(days: int = 7) -> str:
    return (base.CLOCK.now() + timedelta(days=days)).isoformat()


def make(phone: Any, **more: Any) -> dict[str, Any]:
    assert phone.step_up().status_code == 200
    body = {"label": "受診前の記録", "until": soon(), "passcode": "482913", "sections": SECTIONS, **more}
    made = phone.post("/record/health-links", body)
    assert made.status_code == 201, made.json
    answer: dict[str, Any] = made.json
    return answer


def payload(uri: str) -> dict[str, Any]:
    text = uri.removeprefix("shlink:/")
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


@pytest.fixture
def her(resident: Callable[..., Any], put: Put) -> Any:
    phone = resident("suita")
    put(
        phone,
        "01a",
        [
            lab("hba1c_pct", 5.9, 30, flag="H"),
            lab("hba1c_pct", 6.1, 400),
            lab("weight_kg", 54.0, 30),
            lab("allergy", "ペニシリン", 900, source="FHIR"),
            *(steps(day, 9, 4000.0, "iPhone", line=day) for day in range(20)),
        ],
    )
    return phone


@pytest.mark.feature("E12")
def test_an_independent_viewer_reads_what_she_chose(her: Any, served: str) -> None:
    link = make(her, months=3)
    said = payload(link["uri"])
    assert (said["flag"], said["v"], said["label"]) == ("P", 1, "受診前の記録")
    assert len(said["key"]) == 43
    assert len(said["url"]) <= 128
    assert len(said["url"].rpartition("/")[2]) == 43
    seen = view(served, link["uri"], "482913")
    assert seen["ok"], seen
    assert all(one["cors"] == "*" for one in seen["seen"])
    (bundle,) = seen["resources"]
    Bundle.model_validate(bundle)
    text = json.dumps(bundle, ensure_ascii=False)
    assert ("5.9" in text, "6.1" in text, "ペニシリン" in text) == (True, False, True)
    assert ("weight_kg" in text, "steps_count" in text) == (False, False)  # vitals were not chosen
    shown = her.get(f"/record/health-links/{link['id']}").json
    assert (shown["views"], shown["tries_left"], shown["seen"][0]["recipient"]) == (1, 5, "千里クリニック")
    reads = her.get("/consent/reads").json["reads"]
    assert reads[0]["role"] == "link"


def test_what_is_not_shown_is_not_called_absent(her: Any, served: str) -> None:
    link = make(her, sections=["results"])
    text = json.dumps(view(served, link["uri"], "482913")["resources"], ensure_ascii=False)
    assert "ペニシリン" not in text
    assert "アレルギーは、このまとめに含めていません" in text
    assert "no-allergy-info" in text


def test_the_qr_says_the_link(her: Any, tmp_path: Path) -> None:
    link = make(her)
    assert link["qr"].startswith("<svg")
    import segno

    picture = tmp_path / "qr.png"
    segno.make(link["uri"], error="m", boost_error=False, micro=False).save(str(picture), scale=4, border=4)
    (read,) = zxingcpp.read_barcodes(Image.open(picture))
    assert read.text == link["uri"]


def test_wrong_passcodes_burn_the_link(her: Any, served: str) -> None:
    link = make(her)
    wrong = view(served, link["uri"], "000000", "だれか")
    assert (wrong["ok"], wrong["error"], wrong["seen"][0]["status"]) == (False, "SHLInvalidPasscodeError", 401)
    url = payload(link["uri"])["url"].replace(ORIGIN, "")
    left = []
    for number in range(6):
        tried = her.http.post(url, json={"recipient": "x", "passcode": f"{number}"})
        left.append((tried.status_code, tried.json.get("remainingAttempts")))
    assert left == [(401, 3), (401, 2), (401, 1), (401, 0), (404, None), (404, None)]
    right = her.http.post(url, json={"recipient": "x", "passcode": "482913"})
    assert right.status_code == 404
    shown = her.get(f"/record/health-links/{link['id']}").json
    assert (shown["state"], shown["tries_left"], shown["views"]) == ("used_up", 0, 0)
    assert [one["is_wrong"] for one in shown["seen"]] == [True] * 5
    assert shown["uri"] is None


@pytest.mark.parametrize("said", ['"\\ud800abc"', '"\\u0000"', "[482913]", "482913", "{}", '""', f'"{"4" * 5000}"'])
def test_a_strange_passcode_is_a_counted_wrong_one(her: Any, said: str) -> None:
    url = payload(make(her)["uri"])["url"].replace(ORIGIN, "")
    body = f'{{"recipient": "x", "passcode": {said}}}'
    tried = her.http.post(url, data=body, content_type="application/json")
    assert (tried.status_code, tried.json) == (401, {"remainingAttempts": 4})


def test_a_viewer_that_sends_no_passcode_burns_no_try(her: Any) -> None:
    link = make(her)
    url = payload(link["uri"])["url"].replace(ORIGIN, "")
    for body in ({"recipient": "x"}, {"recipient": "x", "passcode": None}) * 4:
        tried = her.http.post(url, json=body)
        assert (tried.status_code, tried.json) == (401, {"remainingAttempts": 5})
    shown = her.get(f"/record/health-links/{link['id']}").json
    assert (shown["state"], shown["tries_left"], shown["views"], shown["seen"]) == ("active", 5, 0, [])


def test_parallel_guesses_are_counted_one_by_one(her: Any, app: Flask) -> None:
    link = make(her)
    url = payload(link["uri"])["url"].replace(ORIGIN, "")
    statuses: list[int] = []

    def guess(number: int) -> None:
        statuses.append(app.test_client().post(url, json={"recipient": "x", "passcode": f"{number:06}"}).status_code)

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [401] * 5 + [404] * 3


def test_the_manifest_as_the_specification_has_it(her: Any, client: Any) -> None:
    link = make(her)
    url = payload(link["uri"])["url"].replace(ORIGIN, "")
    bare = client.application.test_client()  # neither our header nor our origin
    elsewhere = {"Origin": "https://viewer.example"}
    asked = bare.options(url, headers={**elsewhere, "Access-Control-Request-Method": "POST"})
    assert (asked.status_code, asked.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert "Content-Type" in asked.headers["Access-Control-Allow-Headers"]
    assert bare.post(url, json={"passcode": "482913"}, headers=elsewhere).status_code == 400
    assert bare.post(url, data="[]", headers=elsewhere).status_code == 400
    body = {"recipient": "Viewer", "passcode": "482913"}
    whole = bare.post(url, json=body, headers=elsewhere)
    assert (whole.status_code, whole.content_type) == (200, "application/json")
    (file,) = whole.json["files"]
    assert (file["contentType"], file["status"], "location" in file) == ("application/fhir+json", "finalized", False)
    (short,) = bare.post(url, json={**body, "embeddedLengthMax": 10}, headers=elsewhere).json["files"]
    assert "embedded" not in short
    got = bare.get(short["location"].replace(ORIGIN, ""), headers=elsewhere)
    assert (got.status_code, got.content_type, got.text) == (200, "application/jose", file["embedded"])
    head = json.loads(base64.urlsafe_b64decode(file["embedded"].partition(".")[0] + "=="))
    assert head == {"alg": "dir", "enc": "A256GCM", "cty": "application/fhir+json", "zip": "DEF"}
    forged = short["location"].replace(ORIGIN, "")[:-2] + "xx"
    assert bare.get(forged).status_code == 404
    assert bare.get(url + "?recipient=x").status_code == 404  # not a direct file
    assert bare.post(url[:-1] + "!", json=body).status_code == 404


def test_a_stopped_link_and_an_ended_one_are_gone(her: Any) -> None:
    link = make(her)
    url = payload(link["uri"])["url"].replace(ORIGIN, "")
    body = {"recipient": "Viewer", "passcode": "482913"}
    (short,) = her.http.post(url, json={**body, "embeddedLengthMax": 1}).json["files"]
    assert her.http.delete(f"/api/record/health-links/{link['id']}").status_code == 204
    assert her.http.post(url, json=body).status_code == 404
    assert her.http.get(short["location"].replace(ORIGIN, "")).status_code == 404
    assert her.get("/record/health-links").json["links"][0]["state"] == "stopped"
    late = base.FixedClock(base.CLOCK.now() + timedelta(days=8))
    other = make(her)
    with base.write_unit() as session, pytest.raises(service.LinkGone):
        address = payload(other["uri"])["url"].rpartition("/")[2]
        service.open_link(session, address=address, recipient="x", passcode="482913", is_direct=False, clock=late)
    assert her.post("/record/health-links", {"until": soon(400), "passcode": "1234"}).status_code == 422
    assert her.post("/record/health-links", {"until": soon(-1), "passcode": "1234"}).status_code == 422


def test_a_living_link_shows_what_came_since(her: Any, put: Put, served: str) -> None:
    link = make(her, is_live=True)
    assert payload(link["uri"])["flag"] == "LP"
    put(her, "01b", [lab("ldl_mgdl", 143.0, 2)])
    seen = view(served, link["uri"], "482913")
    assert "143" in json.dumps(seen["resources"])
    fixed = make(her)
    put(her, "01c", [lab("hdl_mgdl", 57.5, 2)])
    assert "57.5" not in json.dumps(view(served, fixed["uri"], "482913")["resources"])


def test_a_direct_link_is_one_file(her: Any, served: str, runtime: base.Runtime) -> None:
    me = her.get("/me").json
    actor = people.Actor(
        account="a",
        person=me["person"]["id"],
        roles=frozenset({people.Role.RESIDENT}),
        site="suita",
        session="x",
        stepped_up_at=base.CLOCK.now(),
    )
    with base.write_unit() as session:
        made = record.make_health_link(
            session,
            actor=actor,
            sections=None,
            until=datetime.fromisoformat(soon()),
            passcode=None,
            label="",
            is_direct=True,
        )
    assert payload(made.uri)["flag"] == "U"
    seen = view(served, made.uri, None, "救急外来")
    assert seen["ok"], seen
    assert seen["seen"][0]["type"] == "application/jose"
    assert her.get(f"/record/health-links/{made.id}").json["seen"][0]["recipient"] == "救急外来"
