"""Group commit, the queue of writers, and the journal beside the database."""

from __future__ import annotations

import threading

import pytest

from backend import base
from backend.base import journal, ledger
from backend.base.db import _Queue


def test_many_callers_share_few_units_and_each_gets_its_own_answer(runtime):
    units = []

    def write(session, items):
        units.append(len(items))
        entries = [ledger.Entry(kind="test", person="p", body={"n": item}) for item in items]
        return ledger.append_many(session, entries=entries)

    together = base.Together(write)
    found = {}

    def add(number):
        for turn in range(10):
            found[number, turn] = together.add(number * 100 + turn)

    base.use(runtime)
    threads = [threading.Thread(target=add, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found.values()) == list(range(160))
    assert sum(units) == 160
    with base.read_session() as session:
        said = {each.leaf: each.body["n"] for each in ledger.all_entries(session, prefix="test")}
        assert base.ledger_verify.verify(session).problems == ()
    assert all(said[leaf] == number * 100 + turn for (number, turn), leaf in found.items())


def test_a_failed_unit_is_told_to_everybody_in_it_and_the_next_one_works(runtime):
    base.use(runtime)

    def write(session, items):
        if "bad" in items:
            raise ValueError("bad")
        return items

    together = base.Together(write)
    with pytest.raises(ValueError, match="bad"):
        together.add("bad")
    assert together.add("good") == "good"


def test_an_urgent_writer_goes_before_those_who_wait():
    queue, order = _Queue(), []
    assert queue.acquire(timeout=1, urgent=False)

    def write(name, urgent):
        assert queue.acquire(timeout=30, urgent=urgent)
        order.append(name)
        queue.release()

    threads = []
    for name, urgent in (("first", False), ("second", False), ("withdrawal", True)):
        threads.append(threading.Thread(target=write, args=(name, urgent)))
        threads[-1].start()
        while len(queue._waiting) < len(threads):
            pass
    queue.release()
    for thread in threads:
        thread.join()
    assert order == ["withdrawal", "first", "second"]
    assert queue.acquire(timeout=1, urgent=False)
    assert queue.acquire(timeout=1, urgent=False), "the same thread may come in again"
    queue.release()
    queue.release()


def test_who_waits_too_long_leaves_the_row_to_the_others():
    queue = _Queue()
    assert queue.acquire(timeout=1, urgent=False)
    late = []
    thread = threading.Thread(target=lambda: late.append(queue.acquire(timeout=0.01, urgent=False)))
    thread.start()
    thread.join()
    assert late == [False]
    queue.release()
    assert queue.acquire(timeout=1, urgent=False)
    queue.release()


def test_what_was_done_afterwards_is_done_whether_the_unit_stood_or_fell(runtime):
    base.use(runtime)
    done = []
    with base.write_unit() as session:
        base.afterwards(session, lambda: done.append("stood"))
    with pytest.raises(RuntimeError), base.write_unit() as session:
        base.afterwards(session, lambda: done.append("fell"))
        raise RuntimeError
    assert done == ["stood", "fell"]


def test_only_lines_that_the_database_does_not_know_are_replayed(runtime):
    base.use(runtime)
    seen = []
    journal.replays("unit.test")(lambda _, line: seen.append(line.body["n"]))
    with base.write_unit() as session:
        journal.note(session, kind="unit.test", body={"n": 1})
    assert journal.replay() == 0
    with pytest.raises(RuntimeError), base.write_unit() as session:
        journal.note(session, kind="unit.test", body={"n": 2})
        raise RuntimeError
    assert journal.replay() == 1
    with (runtime.settings.home / "journal.jsonl").open("ab") as file:
        file.write(b'{"at": "half a li')
    assert journal.replay() == 0
    with pytest.raises(RuntimeError), base.write_unit() as session:
        journal.note(session, kind="unit.test", body={"n": 3})
        raise RuntimeError
    assert journal.replay() == 1, "a torn line spoils only itself"
    assert seen == [2, 3]
