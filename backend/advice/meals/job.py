"""The long way to a plan: a job takes the question away, tells how far it is, and keeps the plan it proves."""

from __future__ import annotations

import time
import zlib
from concurrent.futures import ThreadPoolExecutor, wait
from io import BytesIO

import msgspec

from backend import base
from backend.advice.meals import store
from backend.advice.meals.model import Answer
from backend.advice.meals.relax import Step, TakesLongError
from backend.advice.meals.service import JOB_SECONDS, Work, digest, fixed_of, kept_of, ready, why_not
from backend.advice.meals.solve import Step as Progress
from backend.advice.meals.store import Task
from backend.advice.meals.week import answer_of
from backend.advice.week.service import permit_of

KIND = "advice.meals"
_BEAT_SECONDS = 3.0
_MOST_BYTES = 64 << 20
Relaxations = tuple[tuple[Step, ...], ...] | None


def begin(session: base.Session, person: str, work: Work, *, clock: base.Clock = base.CLOCK) -> Task:
    """Hand a question to the worker; it lies sealed on disk, the job's payload holds ids only."""
    now = clock.now()
    packed = zlib.compress(msgspec.msgpack.encode(work))
    file = base.files.put(person, BytesIO(packed), limit=_MOST_BYTES)
    task = Task(id=base.new_id(), state="working", first=work.first, at=now)
    store.put(session, person, "task", task, now)
    payload = {"person": person, "task": task.id, "file": file.id}
    base.enqueue(session, KIND, payload=payload, effect_key=f"{KIND}:{task.id}", clock=clock)
    return task


@base.job_handler(KIND)
def work_on(job: base.Job) -> None:
    """Solve, telling how far it is; keep the plan only if nobody asked for another one meanwhile."""
    person, task_id, file_id = (str(job.payload[name]) for name in ("person", "task", "file"))
    with base.read_session() as session:
        task = store.state(session, person, "task", Task)
    if task is None or task.id != task_id or task.state != "working":
        return
    with base.files.open(person, file_id) as file:
        work = msgspec.msgpack.decode(zlib.decompress(file.read()), type=Work)
    latest: list[Progress] = [Progress("week", None, None)]
    stands = True

    def watch(step: Progress) -> bool:
        latest[0] = step
        return stands

    def think() -> tuple[Answer, Relaxations]:
        answer = answer_of(work.question, seconds=JOB_SECONDS, watch=watch)
        latest[0] = Progress("relax", None, None)
        return answer, _relaxations(person, work) if answer.status == "infeasible" and stands else None

    began = time.monotonic()
    # The solvers work in a thread of their own: this one keeps the lease and tells how far they are.
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(think)
        try:
            while not wait([future], timeout=_BEAT_SECONDS).done:
                job.heartbeat()
                stands = _tell(person, task_id, latest[0])
        finally:
            stands = False
        answer, relaxations = future.result()
    with base.write_unit() as session:
        job.keep(session)
        now = base.CLOCK.now()
        task = store.state(session, person, "task", Task)
        if task is None or task.id != task_id:
            return
        if answer.plan:
            # Out of time with a good plan in hand: it is shown as good, not as proven best.
            store.keep(session, person, kept_of(work, answer, time.monotonic() - began))
            store.drop(session, person, "task")
        else:
            state = "impossible" if answer.status == "infeasible" else "gave_up"
            store.put(session, person, "task", msgspec.structs.replace(task, state=state, relaxations=relaxations), now)
    base.files.delete(person, file_id)


def _relaxations(person: str, work: Work) -> Relaxations:
    with base.write_unit() as session:  # a permit is written down
        of = ready(session, permit=permit_of(session, person=person))
    if of.needs is None or digest(of.needs) != work.digest:
        return None
    try:
        return why_not(of, locked=fixed_of(of, work))
    except TakesLongError:
        return None


def _tell(person: str, task_id: str, step: Progress) -> bool:
    with base.write_unit() as session:
        task = store.state(session, person, "task", Task)
        if task is None or task.id != task_id:
            return False
        told = msgspec.structs.replace(task, part=step.part, best=step.best, bound=step.bound)
        store.put(session, person, "task", told, base.CLOCK.now())
    return True
