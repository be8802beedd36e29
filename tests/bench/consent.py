"""Consent under load: withdrawal felt by fifty readers and a running batch; the ledger's append and verify.

    python -m tests.bench.consent [--leaves 1000000] [--readers 50]

Withdrawal: readers call the recipient's route in a loop, a batch of packages runs beside them; a resident switches
off. What counts is the time from her request being sent to the last read of hers that any recipient got, over several
rounds. Each round also checks that no read that began after the answer came through.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel

from backend import bank, base, consent, governance, people, record
from backend.app import create_app, load_rooms
from backend.base import ledger
from backend.consent import Category, Purpose
from backend.record import Reading

FELT_BAR_S, APPEND_BAR, VERIFY_BAR_S, PERMIT_BAR = 1.0, 5_000.0, 10.0, 50_000.0
LAB = "sample-univ-obstetrics"


def _runtime(folder: Path) -> base.Runtime:
    runtime = base.Runtime(base.Settings(home=folder))
    base.use(runtime)
    load_rooms()
    SQLModel.metadata.create_all(runtime.write_engine)
    assert runtime.keys
    return runtime


def _resident(name: str) -> people.Actor:
    with base.write_unit() as session:
        made = people.create_person(
            session, site="suita", name=name, kana="みほん はなこ", birth=date(1990, 1, 1), sex="female"
        )
        actor = people.Actor(
            account=base.new_id(),
            person=made.id,
            roles=frozenset({people.Role.RESIDENT}),
            site="suita",
            session="s",
            stepped_up_at=base.CLOCK.now(),
        )
        consent.answer_check(
            session, actor=actor, answers={each.id: each.right for each in consent.questions().questions}
        )
        at = base.CLOCK.now()
        reading = Reading(metric="sbp_mmhg", value=118.0, unit="mm[Hg]", start=at, source="見本", place="1")
        record.add(session, person=made.id, readings=[reading], import_id=base.new_id())
    _switch(actor, True)
    return actor


def _switch(actor: people.Actor, on: bool) -> None:
    with base.write_unit(urgent=not on) as session:
        consent.set_switch(
            session,
            actor=actor,
            recipient=LAB,
            purpose=Purpose.RESEARCH,
            category=Category.VITAL,
            on=on,
            client_id=base.new_id(),
        )


class _Readers:
    """Recipients that read one person over and over, and remember their last success."""

    def __init__(self, app: Any, actor: people.Actor, pseudonym: str, many: int) -> None:
        self.last, self.began_after, self.reads = 0.0, 0, 0
        self.answered: float | None = None
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._app, self._actor, self._pseudonym = app, actor, pseudonym
        self._threads = [threading.Thread(target=self._read, daemon=True) for _ in range(many)]
        for thread in self._threads:
            thread.start()

    def _read(self) -> None:
        with self._app.app_context():
            while not self._stop.is_set():
                began = time.perf_counter()
                try:
                    with base.write_unit() as session:
                        bank.provide(session, actor=self._actor, recipient=LAB, pseudonym=self._pseudonym)
                except consent.NotPermitted:
                    continue
                with self._lock:
                    self.reads += 1
                    self.last = max(self.last, time.perf_counter())
                    if self.answered is not None and began > self.answered:
                        self.began_after += 1

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)


def withdrawal(*, readers: int, rounds: int = 5) -> dict[str, Any]:
    """Seconds from a withdrawal being sent to the last successful read, the worst of some rounds."""
    with tempfile.TemporaryDirectory() as name:
        runtime = _runtime(Path(name))
        app = create_app(runtime)
        with base.write_unit() as session:
            governance.put_in_force(session, site="suita")
            recipients = bank.put_recipients(session, site="suita")
            roles = frozenset({people.Role.DATA_USER})
            account = people.create_account(session, site="suita", roles=roles, display_name="研究")
            consent.add_member(session, recipient=LAB, account=account.id)
            terms = recipients[0].terms[0]
            free = consent.Terms(**{**{f: getattr(terms, f) for f in terms.__struct_fields__}, "reads_per_day": None})
            held = next(each for each in recipients if each.id == LAB)
            made = {f: getattr(held, f) for f in held.__struct_fields__} | {"terms": (free,)}
            consent.register_recipient(session, recipient=consent.Recipient(**made))
        actor = people.Actor(account=account.id, person=None, roles=roles, site="suita", session="s")
        others = [_resident(f"見本 {index}") for index in range(30)]
        felt, reads, late = [], 0, 0
        for index in range(rounds):
            person = _resident(f"見本 花子 {index}")
            assert person.person is not None
            with base.write_unit() as session:
                pseudonym = bank.pseudonym_of(
                    session,
                    person=person.person,
                    recipient=LAB,
                    purpose=Purpose.RESEARCH,
                    lane=consent.Identifiability.PSEUDONYMOUS,
                )
            running = _Readers(app, actor, pseudonym, readers)
            batch = threading.Thread(target=_batch, args=(app, actor, others, f"v{index}"), daemon=True)
            batch.start()
            time.sleep(1.0)  # everybody is at it
            sent = time.perf_counter()
            _switch(person, False)
            running.answered = time.perf_counter()
            time.sleep(1.5)
            running.stop()
            batch.join(60)
            felt.append(max(0.0, running.last - sent))
            reads += running.reads
            late += running.began_after
        runtime.close()
    if late:
        raise RuntimeError(f"{late} reads began after the withdrawal was answered and came through")
    return {"readers": readers, "felt_s": max(felt), "all_s": felt, "reads": reads, "bar_s": FELT_BAR_S}


def _batch(app: Any, actor: people.Actor, others: list[people.Actor], version: str) -> None:
    with app.app_context():
        for each in others:
            bank.deliver_one(
                actor=actor, recipient=LAB, purpose=Purpose.RESEARCH, person=str(each.person), version=version
            )


def the_ledger(*, leaves: int) -> dict[str, Any]:
    """Leaves appended a second (units of 100, each on disk), one by one by 64 threads, and the time to verify."""
    with tempfile.TemporaryDirectory() as name:
        runtime = _runtime(Path(name))
        body = {
            "read": "0" * 26,
            "recipient": LAB,
            "purpose": "P-RESEARCH",
            "what": {"C-VITAL": 3},
            "grants": ["0" * 26],
        }
        entries = [ledger.Entry(kind="bench.read", person=f"{number % 1000:026d}", body=body) for number in range(100)]
        began = time.perf_counter()
        for _ in range(50):
            with base.write_unit() as session:
                ledger.append_many(session, entries=entries)
        batched = 5_000 / (time.perf_counter() - began)
        together: base.Together[ledger.Entry, int] = base.Together(
            lambda session, found: ledger.append_many(session, entries=found)
        )
        began = time.perf_counter()
        threads = [threading.Thread(target=lambda: [together.add(entries[0]) for _ in range(50)]) for _ in range(64)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        grouped = 64 * 50 / (time.perf_counter() - began)
        left = leaves - 5_000 - 64 * 50
        many = entries * 100
        for _ in range(max(0, left) // len(many)):
            with base.write_unit() as session:
                ledger.append_many(session, entries=many)
        began = time.perf_counter()
        with base.read_session() as session:
            report = base.ledger_verify.verify(session)
        took = time.perf_counter() - began
        if report.problems:
            raise RuntimeError(f"the ledger is not sound: {report.problems[:3]}")
        runtime.close()
    return {
        "appended_per_s": batched,
        "appended_one_by_one_per_s": grouped,
        "append_bar": APPEND_BAR,
        "leaves": report.size,
        "verify_s": took,
        "verify_bar_s": VERIFY_BAR_S,
    }


def main() -> None:
    """Print the figures as one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leaves", type=int, default=1_000_000)
    parser.add_argument("--readers", type=int, default=50)
    given = parser.parse_args()
    print(json.dumps({**withdrawal(readers=given.readers), **the_ledger(leaves=given.leaves)}))


if __name__ == "__main__":
    main()
