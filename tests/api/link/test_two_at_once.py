"""Two confirms, two uploads and an undo in the same moment end in one import, counted once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from backend import base
from tests.api.link.conftest import VALUES, Linking, checkup_xml


def test_two_confirms_start_one_import(app: Flask, linking: Callable[..., Linking]) -> None:
    hanako = linking()
    seen = hanako.look(checkup_xml())
    cookie = hanako.phone.http.get_cookie("__Host-meguri")

    def confirm(_: int) -> str:
        http = app.test_client()
        http.set_cookie("__Host-meguri", cookie.value, secure=True)
        said = http.post(
            f"/api/link/uploads/{seen['id']}/confirm",
            json={"answers": {}},
            headers={"X-Meguri": "1"},
            base_url="https://localhost:8000",
        )
        assert said.status_code == 202, said.json
        return str(said.json["id"])

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(confirm, range(8)))
    assert len(ids) == 1

    def work(_: int) -> int:
        base.use(app.extensions["meguri"])
        return base.run_due_jobs()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 1
    listed = hanako.phone.get("/link/imports").json["imports"]
    assert [(one["state"], one["new"]) for one in listed] == [("complete", len(VALUES))]


def test_confirming_again_after_it_is_done_answers_the_same(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    done = hanako.take(checkup_xml())
    again = hanako.confirm(done["upload_id"])
    assert again.status_code == 202
    assert again.json["id"] == done["id"]
    assert again.json["state"] == "complete"
    assert hanako.phone.http.delete(f"/api/link/uploads/{done['upload_id']}").json["key"] == "link.already_confirmed"


def test_a_job_run_twice_stores_once(linking: Callable[..., Linking]) -> None:
    from backend.link import jobs

    hanako = linking()
    done = hanako.take(checkup_xml())
    before = hanako.record_hash()
    payload = {"person": hanako.person, "import": done["id"]}
    jobs.store(base.Job(id="x", kind="link.import", payload=payload, attempt=1, clock=base.CLOCK))
    assert hanako.record_hash() == before
