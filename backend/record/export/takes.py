"""Exports that a person asked for: made by a job with progress, kept sealed for a day, given out after a passkey."""

from __future__ import annotations

import io
import time
from datetime import datetime, timedelta
from typing import BinaryIO, Literal, cast

import msgspec
from sqlmodel import col, select

from backend import base, consent, people
from backend.consent import Purpose
from backend.record.export.service import FORMS, Form, days_of, export
from backend.record.export.whole import gather
from backend.record.points import Reader
from backend.record.refusals import ExportNotReady
from backend.record.tables import TakeRow

KEPT_FOR = timedelta(hours=24)
LARGEST = 1 << 30
_LAST_ATTEMPT = 4
_TOLD_EVERY_SECONDS = 0.5
State = Literal["making", "ready", "failed"]


class TakeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One export as its person sees it."""

    id: str
    form: Form
    state: State
    done: int
    total: int
    size: int
    sha256: str | None
    created_at: datetime
    expires_at: datetime
    downloads: int
    file_name: str


def _facts(row: TakeRow) -> TakeFacts:
    form = cast(Form, row.form)
    day = row.created_at.astimezone(base.TOKYO).date().isoformat()
    return TakeFacts(
        id=row.id,
        form=form,
        state=cast(State, row.state),
        done=row.done,
        total=row.total,
        size=row.size,
        sha256=row.sha256,
        created_at=row.created_at,
        expires_at=row.expires_at,
        downloads=row.downloads,
        file_name=f"meguri-{day}.{FORMS[form][1]}",
    )


def begin(session: base.Session, *, actor: people.Actor, form: Form, clock: base.Clock = base.CLOCK) -> TakeFacts:
    """Ask for an export; needs a fresh passkey. One of the same form that is still being made is given again."""
    people.require_step_up(actor, clock=clock)
    person = _own(actor)
    now = clock.now()
    making = select(TakeRow).where(TakeRow.person_id == person, TakeRow.form == form, TakeRow.state == "making")
    if (held := session.exec(making).first()) is not None:
        return _facts(held)
    row = TakeRow(
        person_id=person,
        id=base.new_id(),
        account=actor.account,
        site=actor.site,
        form=form,
        state="making",
        created_at=now,
        expires_at=now + KEPT_FOR,
    )
    session.add(row)
    payload = {"person": person, "take": row.id}
    base.enqueue(session, "record.take", payload=payload, effect_key=f"record.take:{row.id}", clock=clock)
    session.flush()
    return _facts(row)


def _own(actor: people.Actor) -> str:
    if actor.person is None:
        raise base.NotAllowed
    return actor.person


def takes(session: base.Session, *, actor: people.Actor, clock: base.Clock = base.CLOCK) -> list[TakeFacts]:
    """The exports of the last day, newest first."""
    wanted = select(TakeRow).where(TakeRow.person_id == _own(actor), TakeRow.expires_at > clock.now())
    return [_facts(row) for row in session.exec(wanted.order_by(col(TakeRow.id).desc()))]


def _row(session: base.Session, actor: people.Actor, take: str, clock: base.Clock) -> TakeRow:
    row = session.get(TakeRow, (_own(actor), take))
    if row is None or row.expires_at <= clock.now():
        raise base.NotFound
    return row


def one(session: base.Session, *, actor: people.Actor, take: str, clock: base.Clock = base.CLOCK) -> TakeFacts:
    """One export: how far it is."""
    return _facts(_row(session, actor, take, clock))


def give_out(
    session: base.Session, *, actor: people.Actor, take: str, clock: base.Clock = base.CLOCK
) -> tuple[TakeFacts, BinaryIO]:
    """The file of a finished export; needs a fresh passkey, and is counted."""
    people.require_step_up(actor, clock=clock)
    row = _row(session, actor, take, clock)
    if row.state != "ready" or row.file_id is None:
        raise ExportNotReady
    row.downloads += 1
    session.add(row)
    return _facts(row), base.files.open(row.person_id, row.file_id)


def drop(session: base.Session, *, actor: people.Actor, take: str, clock: base.Clock = base.CLOCK) -> str | None:
    """Forget an export; gives the file to remove once this unit is committed."""
    row = _row(session, actor, take, clock)
    session.delete(row)
    return row.file_id


@base.job_handler("record.take")
def make(job: base.Job) -> None:
    """Make an export. It reads under a permit minted for whoever asked, in one snapshot of the record."""
    person, take = job.payload["person"], job.payload["take"]
    with base.read_session() as session:
        row = session.get(TakeRow, (person, take))
        if row is None or row.state != "making":
            return
        actor = people.Actor(
            account=row.account,
            person=person,
            roles=frozenset({people.Role.RESIDENT}),
            site=row.site,
            session=f"job {job.id}",
        )
    out = io.BytesIO()  # never in plain on disk; three million samples are some tens of megabytes
    try:
        with base.read_session() as reading:

            def mint() -> consent.Permit:
                return consent.permit(reading, actor=actor, person=person, purpose=Purpose.SELF)

            told = _Teller(job, person, take)
            export(reading, out, permit=mint(), form=cast(Form, row.form), renew=mint, progress=told)
    except base.JobLost:
        raise
    except Exception as error:
        if not isinstance(error, base.Refusal) and job.attempt < _LAST_ATTEMPT:
            raise
        _end(job, person, take, None)
        return
    out.seek(0)
    file = base.files.put(person, out, limit=LARGEST)
    try:
        is_kept = _end(job, person, take, file)
    except BaseException:
        base.files.delete(person, file.id)
        raise
    if not is_kept:
        base.files.delete(person, file.id)


class _Teller:
    """Writes progress into the row at most twice a second and keeps the job's lease with it."""

    def __init__(self, job: base.Job, person: str, take: str) -> None:
        self._job, self._key = job, (person, take)
        self._next = time.monotonic() + _TOLD_EVERY_SECONDS

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() < self._next:
            return
        with base.write_unit() as session:
            self._job.keep(session)
            row = session.get(TakeRow, self._key)
            if row is None:
                raise base.JobLost
            row.done, row.total = done, total
            session.add(row)
        self._next = time.monotonic() + _TOLD_EVERY_SECONDS


def _end(job: base.Job, person: str, take: str, file: base.FileRef | None) -> bool:
    with base.write_unit() as session:
        job.keep(session)
        row = session.get(TakeRow, (person, take))
        if row is None or row.state != "making":
            return False
        row.finished_at = base.CLOCK.now()
        row.state = "failed" if file is None else "ready"
        row.done = row.total = max(row.total, 1)
        if file is not None:
            row.file_id, row.size, row.sha256 = file.id, file.size, file.sha256
        session.add(row)
    return file is not None


@base.every("record.take_expire", seconds=600)
def expire() -> None:
    """Forget exports after their day, bytes included; what a dead job left under way has failed."""
    now = base.CLOCK.now()
    with base.write_unit() as session:
        old = list(session.exec(select(TakeRow).where(TakeRow.expires_at <= now)))
        gone = [(row.person_id, row.file_id) for row in old if row.file_id is not None]
        for row in old:
            session.delete(row)
        for row in session.exec(select(TakeRow).where(TakeRow.state == "making")):
            if base.job_state(session, _job(session, row)) == "dead":
                row.state = "failed"
                session.add(row)
    for person, file_id in gone:
        base.files.delete(person, file_id)


def _job(session: base.Session, row: TakeRow) -> str:
    found = session.exec(select(base.OutboxJob.id).where(base.OutboxJob.effect_key == f"record.take:{row.id}")).first()
    return found or ""


def counts(session: Reader, *, actor: people.Actor, clock: base.Clock = base.CLOCK) -> dict[str, int]:
    """How much an export holds: values, samples of devices, answers."""
    permit = consent.permit(session, actor=actor, person=_own(actor), purpose=Purpose.SELF, clock=clock)  # type: ignore[arg-type]
    whole = gather(session, permit=permit, clock=clock)
    days = days_of(session, whole, permit=permit, clock=clock)
    samples = sum(day.n for found in days.values() for day in found)
    return {"values": len(whole.readings), "samples": samples, "answers": len({one.key for one in whole.said})}
