"""Many at once, and a database that is away for a moment: nobody is lost, nothing ends for good."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from backend import base, consent
from backend.consent import Category, Purpose


@base.job_handler("attack.nothing")
def _nothing(job: base.Job) -> None:
    """A job that does nothing."""


def in_threads(number: int, act: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=act, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_no_writer_of_fifty_is_turned_away(runtime: base.Runtime) -> None:
    failed: list[str] = []

    def write(place: int) -> None:
        for turn in range(4):
            try:
                base.use(runtime)
                with base.write_unit() as session:
                    base.enqueue(session, "attack.nothing", payload={}, effect_key=f"{place}.{turn}")
                    time.sleep(0.03)  # as long as a page of a counsellor takes, values opened and the look logged
            except Exception as error:
                failed.append(type(error).__name__)

    in_threads(50, write)
    assert failed == []
    with base.read_session() as session:
        assert base.waiting_jobs(session) == 200


def test_eight_phones_write_on_one_person(app: Flask, resident: Callable[..., Any]) -> None:
    phone = resident()
    cookie = phone.http.get_cookie("__Host-meguri").value
    seen: list[tuple[int, int, str]] = []

    def write(_: int) -> None:
        http = app.test_client()
        http.set_cookie("__Host-meguri", cookie, secure=True)
        for minute in range(6):
            body = {"client_id": f"offline-{minute}", "kind": "weight", "weight_kg": 60 + minute}
            sent = http.post(
                "/api/entries", json={**body, "at": f"2025-11-01T08:0{minute}:00Z"}, headers={"X-Meguri": "1"}
            )
            seen.append((minute, sent.status_code, sent.json["readings"][0]["id"]))

    in_threads(8, write)
    assert sorted(status for _, status, _ in seen) == [200] * 42 + [201] * 6
    assert len({(minute, reading) for minute, _, reading in seen}) == 6
    assert phone.get("/home").json["counts"]["readings"] == 6


def test_a_refused_look_is_logged_without_waiting_for_itself(
    resident: Callable[..., Any], worker: Callable[..., Any]
) -> None:
    hanako, midwife = resident("suita"), worker("suita", "counsellor")
    person = hanako.get("/me").json["person"]["id"]
    assert midwife.get("/care/people").status_code == 200
    began = time.monotonic()
    assert midwife.get(f"/care/people/{person}").status_code == 403
    assert time.monotonic() - began < 2.0
    assert [one["is_denied"] for one in hanako.get("/consent/reads").json["reads"]] == [True]


def test_no_read_succeeds_after_the_answer_of_the_switch(
    app: Flask, resident: Callable[..., Any], worker: Callable[..., Any], runtime: base.Runtime
) -> None:
    from backend import care, governance

    with base.write_unit() as session:
        governance.put_in_force(session, site="suita")
        care.put_team(session, site="suita")
    hanako, midwife = resident("suita"), worker("suita", "counsellor")
    person = hanako.get("/me").json["person"]["id"]
    body = {"recipient": care.team_of("suita"), "purpose": Purpose.CARE, "category": Category.VITAL}
    weight = {"client_id": "attack-0001", "kind": "weight", "weight_kg": 60.5, "at": "2025-11-01T08:00:00+09:00"}
    assert hanako.post("/entries", weight).status_code == 201
    on = hanako.http.put("/api/consent/switch", json={**body, "on": True, "client_id": "attack-on"})
    assert on.status_code == 200, on.json
    cookie = midwife.http.get_cookie("__Host-meguri").value
    answered: list[float] = []
    reads: list[tuple[float, int]] = []
    stop = threading.Event()

    def look(_: int) -> None:
        http = app.test_client()
        http.set_cookie("__Host-meguri", cookie, secure=True)
        while not stop.is_set():
            began = time.monotonic()
            reads.append((began, http.get(f"/api/care/people/{person}").status_code))

    def withdraw() -> None:
        while sum(1 for _, status in list(reads) if status == 200) < 60:
            time.sleep(0.02)
        off = hanako.http.put("/api/consent/switch", json={**body, "on": False, "client_id": "attack-off"})
        answered.append(time.monotonic())
        assert off.status_code == 200
        # Fifty who began before wait in a row: go on until enough have begun after, however slow the machine.
        deadline = time.monotonic() + 60
        while sum(1 for began, _ in list(reads) if began > answered[0]) <= 10 and time.monotonic() < deadline:
            time.sleep(0.02)
        stop.set()

    switching = threading.Thread(target=withdraw)
    switching.start()
    in_threads(50, look)
    switching.join()
    assert {status for _, status in reads} == {200, 403}
    assert [status for began, status in reads if began > answered[0] and status == 200] == []
    assert sum(1 for began, _ in reads if began > answered[0]) > 10, "somebody looked after the switch"
    with base.read_session() as session:
        assert (
            consent.shared_with(
                session,
                person=person,
                recipient=consent.recipient_of(session, recipient=care.team_of("suita")),
                purpose=Purpose.CARE,
            )
            is None
        )


def test_a_worker_outlives_a_database_that_is_away(runtime: base.Runtime) -> None:
    path = runtime.settings.home / "meguri.db"

    def rename(old: str, new: str) -> None:
        with sqlite3.connect(path, timeout=10) as connection:
            connection.execute(f"ALTER TABLE {old} RENAME TO {new}")
        connection.close()

    rename("outbox_job", "away_job")
    environment = {**os.environ, "MEGURI_HOME": str(runtime.settings.home)}
    worker = subprocess.Popen([sys.executable, "-m", "backend.cli", "worker"], env=environment, stderr=subprocess.PIPE)
    assert worker.stderr is not None
    try:
        line = worker.stderr.readline().decode()
        assert "OperationalError" in line
        assert "outbox_job" not in line, "the text of an error may quote values"
        rename("away_job", "outbox_job")
        with base.write_unit() as session:
            job = base.enqueue(session, "attack.unheard", payload={}, effect_key="attack")
        deadline = time.monotonic() + 20
        attempt = 0
        while attempt == 0 and time.monotonic() < deadline:
            time.sleep(0.05)
            with sqlite3.connect(path) as connection:
                attempt = connection.execute("SELECT attempt FROM outbox_job WHERE id = ?", (job,)).fetchone()[0]
            connection.close()
        assert worker.poll() is None
        assert attempt > 0, "the worker never took the job"
    finally:
        worker.kill()
        worker.wait()
        worker.stderr.close()


def test_the_text_of_a_database_error_holds_no_value(runtime: base.Runtime) -> None:
    with pytest.raises(SQLAlchemyError) as caught, base.write_unit() as session:
        session.connection().execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "吹田 花子"})
    assert "花子" not in str(caught.value)


def test_a_clock_outlives_a_database_that_is_away(runtime: base.Runtime) -> None:
    with sqlite3.connect(runtime.settings.home / "meguri.db") as connection:
        connection.execute("ALTER TABLE clock_run RENAME TO away_run")
    assert base.run_due_tasks() == []
    with sqlite3.connect(runtime.settings.home / "meguri.db") as connection:
        connection.execute("ALTER TABLE away_run RENAME TO clock_run")
    assert base.run_due_tasks() != []
