"""A worker killed with SIGKILL in the middle of an import: the next one completes it, nothing twice, nothing lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from backend import base, consent, people, record
from backend.consent import Purpose
from tests.api.link.apple_export import export
from tests.api.link.conftest import Linking, checkup_xml

RECORDS = 200_000
DEADLINE = 60.0


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """A real worker process on this test's installation."""
    settings = base.runtime().settings
    environment = {**os.environ, "MEGURI_HOME": str(settings.home), "MEGURI_LEASE_SECONDS": "2"}
    started = subprocess.Popen(
        [sys.executable, "-m", "backend.cli", "worker"], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


def _row(table: str, columns: str) -> Any:
    with sqlite3.connect(base.runtime().settings.home / "meguri.db", timeout=5) as connection:
        return connection.execute(f"SELECT {columns} FROM {table}").fetchone()


def _wait(table: str, columns: str, until: Callable[[Any], bool]) -> Any:
    deadline = time.monotonic() + DEADLINE
    while not until(row := _row(table, columns)):
        assert time.monotonic() < deadline, row
        time.sleep(0.002)
    return row


def _samples(person: str) -> tuple[int, float]:
    """How many step samples are on the record and what they sum up to."""
    with base.read_session() as session:
        account = people.account_of(session, person=person)
        assert account is not None
        actor = people.Actor(account=account.id, person=person, roles=account.roles, site=account.site, session="test")
        permit = consent.permit(session, actor=actor, person=person, purpose=Purpose.SELF)
        samples = record.read_series(session, permit=permit, metric="steps_count")
    return (0, 0.0) if samples is None else (len(samples), float(samples.value.sum()))


def test_killed_while_storing(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    content, count, total = export(RECORDS)
    seen = hanako.look(content, "export.xml")
    assert seen["preview"]["count"] == count
    running = hanako.confirm(seen["id"]).json

    with worker() as first:
        steps = _wait("link_import", "step, state", lambda row: row[0] >= 1)
        first.send_signal(signal.SIGKILL)
        first.wait()
    state, new = _row("link_import", "state, new")
    assert state == "running", f"killed too late to prove anything: {steps}"
    assert 0 < new < count
    assert _samples(hanako.person)[0] == new, "what is counted is what is stored, to the last committed step"
    assert hanako.phone.get(f"/link/imports/{running['id']}").json["receipt"] is None
    assert hanako.phone.post(f"/link/imports/{running['id']}/undo").json["key"] == "link.still_storing"

    with worker():
        _wait("link_import", "state", lambda row: row[0] == "complete")
    done = hanako.phone.get(f"/link/imports/{running['id']}").json
    assert (done["new"], done["already"], done["left_out"]) == (count, 0, 0)
    assert _samples(hanako.person) == (count, total)


def test_killed_while_reading_and_then_undone(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    before = hanako.record_hash()
    # A fast machine may finish before the signal arrives: then a larger file is tried.
    for records in (90_000, 180_000, 270_000):
        content, count, _ = export(records)
        sent = hanako.send(content, "export.xml").json
        with worker() as first:
            _wait(f"link_upload WHERE id = '{sent['id']}'", "done", lambda row: row[0] > 0)
            first.send_signal(signal.SIGKILL)
            first.wait()
        if hanako.phone.get(f"/link/uploads/{sent['id']}").json["state"] == "reading":
            break
        hanako.phone.http.delete(f"/api/link/uploads/{sent['id']}")
    else:
        raise AssertionError("never killed in the middle")
    with worker():
        _wait(f"link_upload WHERE id = '{sent['id']}'", "state", lambda row: row[0] == "ready")
    assert hanako.record_hash() == before
    assert hanako.phone.get(f"/link/uploads/{sent['id']}").json["preview"]["count"] == count


def test_a_job_that_dies_leaves_the_record_as_it_was(linking: Callable[..., Linking]) -> None:
    from backend.link.jobs import rescue

    hanako = linking()
    hanako.take(checkup_xml())
    before = hanako.record_hash()
    seen = hanako.look(export(RECORDS)[0], "export.xml")
    running = hanako.confirm(seen["id"]).json
    with worker() as first:
        _wait("link_import", "max(step)", lambda row: row[0] >= 1)
        first.send_signal(signal.SIGKILL)
        first.wait()
    with sqlite3.connect(base.runtime().settings.home / "meguri.db") as connection:
        connection.execute("UPDATE outbox_job SET state='dead', lease_until=NULL WHERE kind='link.import'")
    rescue()
    done = hanako.phone.get(f"/link/imports/{running['id']}").json
    assert done["state"] == "failed"
    assert done["refusal"]["key"] == "link.could_not_store"
    assert hanako.record_hash() == before
