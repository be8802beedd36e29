"""The ground: units are whole or nothing, seals open only in their place, jobs run exactly once in effect."""

from __future__ import annotations

import io
import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from backend import base


def test_a_unit_that_raises_leaves_nothing(runtime: base.Runtime) -> None:
    with pytest.raises(RuntimeError), base.write_unit() as session:
        base.enqueue(session, "nothing", payload={}, effect_key="x")
        raise RuntimeError
    with base.read_session() as session:
        assert base.waiting_jobs(session) == 0


def test_eight_writers_on_one_row_lose_no_acknowledged_update(runtime: base.Runtime) -> None:
    with base.write_unit() as session:
        job = base.enqueue(session, "count", payload={}, effect_key="count")

    def add() -> None:
        for _ in range(20):
            with base.write_unit() as session:
                row = session.exec(select(base.OutboxJob).where(base.OutboxJob.id == job)).one()
                row.attempt += 1

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with base.read_session() as session:
        assert session.exec(select(base.OutboxJob.attempt)).one() == 160


@pytest.mark.parametrize("change", [{"table": "b"}, {"column": "d"}, {"row": "2"}, {"version": 2}])
def test_a_sealed_value_opens_only_where_it_was_sealed(runtime: base.Runtime, change: dict[str, object]) -> None:
    here = {"table": "a", "column": "c", "row": "1", "version": 1}
    sealed = base.seal("p1", **here, plain=b"134/86")  # type: ignore[arg-type]
    assert b"134" not in sealed
    assert base.unseal("p1", **here, sealed=sealed) == b"134/86"  # type: ignore[arg-type]
    with pytest.raises(base.SealBroken):
        base.unseal("p1", **{**here, **change}, sealed=sealed)  # type: ignore[arg-type]


def test_every_flipped_bit_is_found(runtime: base.Runtime) -> None:
    here = {"table": "a", "column": "c", "row": "1", "version": 1}
    sealed = base.seal("p1", **here, plain=b"5.9")  # type: ignore[arg-type]
    for position in range(len(sealed)):
        broken = bytearray(sealed)
        broken[position] ^= 1
        with pytest.raises(base.SealBroken):
            base.unseal("p1", **here, sealed=bytes(broken))  # type: ignore[arg-type]


def test_after_erasure_nothing_opens_and_no_new_key_is_made(runtime: base.Runtime) -> None:
    here = {"table": "a", "column": "c", "row": "1", "version": 1}
    sealed = base.seal("p1", **here, plain=b"5.9")  # type: ignore[arg-type]
    base.erase_person_key("p1")
    fresh = base.Runtime(runtime.settings)
    base.use(fresh)
    for attempt in (lambda: base.unseal("p1", **here, sealed=sealed), lambda: base.seal("p1", **here, plain=b"1")):  # type: ignore[arg-type]
        with pytest.raises(base.SealBroken):
            attempt()
    fresh.close()


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 * (1 << 20) + 7])
def test_a_sealed_file_reads_back_at_any_position(runtime: base.Runtime, size: int) -> None:
    plain = bytes(range(256)) * (size // 256) + bytes(size % 256)
    ref = base.files.put("p1", io.BytesIO(plain), limit=1 << 30)
    assert ref.size == len(plain)
    with base.files.open("p1", ref.id) as stream:
        assert stream.read() == plain
        stream.seek(max(0, size - 5))
        assert stream.read() == plain[max(0, size - 5) :]
        assert stream.seek(0, io.SEEK_END) == size


def test_a_file_over_the_limit_leaves_nothing(runtime: base.Runtime) -> None:
    with pytest.raises(base.TooLarge):
        base.files.put("p1", io.BytesIO(bytes(2 << 20)), limit=1 << 20)
    assert [p for p in (runtime.settings.home / "files").rglob("*") if p.is_file()] == []


def test_a_truncated_sealed_file_is_an_error_not_a_shorter_file(runtime: base.Runtime) -> None:
    ref = base.files.put("p1", io.BytesIO(bytes(1000)), limit=1 << 20)
    path = next(p for p in (runtime.settings.home / "files").rglob(ref.id))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(base.SealBroken), base.files.open("p1", ref.id) as stream:
        stream.read()


def test_a_failing_job_is_tried_again_and_ends_dead(runtime: base.Runtime) -> None:
    tries = []

    @base.job_handler("test.fails")
    def fails(job: base.Job) -> None:
        tries.append(job.attempt)
        raise ValueError

    clock = base.FixedClock(base.CLOCK.now())
    with base.write_unit() as session:
        job = base.enqueue(session, "test.fails", payload={}, effect_key="f", clock=clock)
    for _ in range(10):
        base.run_due_jobs(clock=clock)
        clock.move(timedelta(minutes=5))
    assert tries == [1, 2, 3, 4, 5]
    with base.read_session() as session:
        assert base.job_state(session, job) == "dead"


def test_a_job_whose_worker_died_is_taken_over_and_the_old_worker_stops(runtime: base.Runtime) -> None:
    clock = base.FixedClock(base.CLOCK.now())
    seen: list[str] = []

    @base.job_handler("test.slow")
    def slow(job: base.Job) -> None:
        seen.append(f"began {job.attempt}")
        if job.attempt == 1:
            clock.move(timedelta(hours=1))  # the lease runs out in the middle of the work
            base.run_due_jobs(clock=clock)
            job.heartbeat()
            seen.append("the old worker wrote")

    with base.write_unit() as session:
        base.enqueue(session, "test.slow", payload={}, effect_key="s", clock=clock)
    base.run_due_jobs(clock=clock)
    assert seen == ["began 1", "began 2"]


def test_the_same_effect_key_is_one_job(runtime: base.Runtime) -> None:
    with base.write_unit() as session:
        first = base.enqueue(session, "k", payload={}, effect_key="same")
        assert base.enqueue(session, "k", payload={}, effect_key="same") == first


def test_a_task_runs_once_a_period_with_two_clocks(runtime: base.Runtime) -> None:
    ran = []

    @base.every("test.task", seconds=60)
    def task() -> None:
        ran.append(1)

    clock = base.FixedClock(base.CLOCK.now())
    for _ in range(2):
        base.run_due_tasks(clock=clock)
    assert len(ran) == 1
    clock.move(timedelta(seconds=61))
    base.run_due_tasks(clock=clock)
    assert len(ran) == 2


def test_ids_made_later_sort_later() -> None:
    made = [base.new_id() for _ in range(1000)]
    assert made == sorted(made)
    assert len(set(made)) == 1000
    assert {len(one) for one in made} == {26}
