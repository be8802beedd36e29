"""The two jobs of linking: read a file into a preview, and store a confirmed file step by step.

Killed at any line, each goes on: reading starts over (it stored nothing), storing goes on after the
last step whose unit was committed, since a step's readings, its counters and its cursor are one unit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from typing import BinaryIO

import msgspec
from sqlmodel import select

from backend import base, people, record
from backend.link import refusals, rows, staged
from backend.link.identity import Known
from backend.link.model import Imported, ImportState, LeftOut, Preview, UploadState
from backend.link.opening import open_source
from backend.link.preview import add_left_out, documents, left_out, look, read_all, whose
from backend.link.reading import Part, Source
from backend.link.tables import Import, Upload
from backend.link.trim import own_part
from backend.record import SeriesSamples

STEP = 20_000
"""Readings stored in one unit: a check-up or a FHIR file is one step, so it is there whole or not at all."""
_LAST_ATTEMPT = 4
_TOLD_EVERY_SECONDS = 0.5
_FAILURE_SHOWN_FOR = timedelta(days=30)


class _Teller:
    """Writes progress into a row at most twice a second and keeps the job's lease with it."""

    def __init__(self, job: base.Job, table: type[Upload] | type[Import], key: tuple[str, str], stage: str) -> None:
        self._job, self._table, self._key, self._stage = job, table, key, stage
        self._next = time.monotonic() + _TOLD_EVERY_SECONDS

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() < self._next:
            return
        with base.write_unit() as session:
            self._job.keep(session)
            row = session.get(self._table, self._key)
            if row is None:  # thrown away while being read: nothing to go on for
                raise base.JobLost
            row.stage, row.done, row.total = self._stage, done, total
            session.add(row)
        self._next = time.monotonic() + _TOLD_EVERY_SECONDS


def _known(person: str) -> Known:
    with base.read_session() as session:
        facts = people.person(session, person=person)
    return Known(name=facts.name, kana=facts.kana, birth=facts.birth, sex=facts.sex)


@base.job_handler("link.read")
def read(job: base.Job) -> None:
    """Read an upload to its end and keep the preview; a refusal is kept with the upload, the bytes go."""
    person, upload = job.payload["person"], job.payload["upload"]
    with base.read_session() as session:
        row = session.get(Upload, (person, upload))
        if row is None or row.state != UploadState.READING or row.file_id is None:
            return
        name, file_id = rows.open_name(row), row.file_id
        before = session.exec(rows.complete_imports(person, row.sha256)).first()
    teller = _Teller(job, Upload, (person, upload), "reading")
    known = _known(person)
    kept = None
    try:
        with _opened(person, file_id, row.size) as stream, open_source(stream, filename=name) as source:
            preview = look(
                source,
                known=known,
                file_name=name,
                size=row.size,
                sha256=row.sha256,
                already_imported_at=None if before is None else before.finished_at,
                progress=teller,
                keep=(lambda parts: staged.keep(person, file_id, parts)) if source.is_large else None,
            )
            if preview.other_people and source.format == "checkup-zip":
                own = documents(source, whose(source, known).keys)
                kept = own_part(person, stream, own, limit=row.size * 2 + (1 << 20))
    except base.JobLost:
        raise
    except base.Refusal as refusal:
        _refuse(job, person, upload, refusal, None)
        return
    except Exception:
        if job.attempt < _LAST_ATTEMPT:
            raise
        _refuse(job, person, upload, refusals.CouldNotRead(), None)
        return
    if preview.count == 0 and not preview.answers:
        _refuse(job, person, upload, refusals.NothingFound(), preview)
        return
    try:
        _ready(job, person, upload, preview, file_id if kept is None else kept.id)
    except BaseException:
        if kept is not None:
            base.files.delete(person, kept.id)
        raise
    if kept is not None:  # other people's bytes go now, not when the person gets round to confirming
        base.files.delete(person, file_id)


def _ready(job: base.Job, person: str, upload: str, preview: Preview, file_id: str) -> None:
    with base.write_unit() as session:
        job.keep(session)
        ready = session.get(Upload, (person, upload))
        if ready is None:
            raise base.JobLost
        ready.state, ready.stage, ready.done = UploadState.READY, "finished", ready.total
        ready.format, ready.source = preview.format, preview.source
        ready.preview = rows.seal_preview(person, "link_upload", upload, preview)
        ready.file_id = file_id
        session.add(ready)


def _opened(person: str, file_id: str, size: int) -> BinaryIO:
    stream = base.files.open(person, file_id)
    stream.seek(0, 2)
    if stream.tell() != size:  # a file cut at a chunk's border still opens chunk by chunk
        stream.close()
        raise base.SealBroken
    stream.seek(0)
    return stream


def _refuse(job: base.Job | None, person: str, upload: str, refusal: base.Refusal, preview: Preview | None) -> None:
    with base.write_unit() as session:
        if job is not None:
            job.keep(session)
        row = session.get(Upload, (person, upload))
        if row is None or row.state != UploadState.READING:
            return
        file_id, row.file_id = row.file_id, None
        row.state, row.stage = UploadState.REFUSED, "finished"
        row.expires_at = row.created_at + _FAILURE_SHOWN_FOR
        rows.keep_refusal(row, refusal)
        if preview is not None:
            row.source = row.source or preview.source
            row.preview = rows.seal_preview(person, "link_upload", upload, preview)
        session.add(row)
    if file_id is not None:
        base.files.delete(person, file_id)


@base.job_handler("link.import")
def store(job: base.Job) -> None:
    """Put a confirmed file on the record; the record ends as it was or with all of it."""
    person, import_id = job.payload["person"], job.payload["import"]
    with base.read_session() as session:
        row = session.get(Import, (person, import_id))
        if row is None or row.state != ImportState.RUNNING or row.file_id is None:
            return
        preview = rows.open_preview(row)
    teller = _Teller(job, Import, (person, import_id), "storing")
    try:
        parts = staged.parts(person, row.file_id)
        if parts is not None:
            told = _told(parts, preview.count, teller)
            _steps(job, row, preview, _Content(parts=told, left_out=lambda: preview.left_out))
        else:
            opened = base.files.open(person, row.file_id)
            with opened as stream, open_source(stream, filename=preview.file_name) as source:
                _steps(job, row, preview, _content(source, person, teller))
    except base.JobLost:
        raise
    except Exception as error:
        if not isinstance(error, base.Refusal) and job.attempt < _LAST_ATTEMPT:
            raise
        _take_back(job, person, import_id, error)


class _Content(msgspec.Struct, frozen=True, kw_only=True):
    """What goes on the record; `said` and `left_out` are asked once the parts are drained."""

    parts: Iterator[Part]
    left_out: Callable[[], Iterable[LeftOut]]
    said: Callable[[], list[record.take.Said]] = list
    is_exact: bool = False


def _content(source: Source, person: str, teller: _Teller) -> _Content:
    # Asked again, not remembered: keys belong to one file, and the kept part of a ZIP is another file.
    keys = whose(source, _known(person)).keys
    return _Content(
        parts=read_all(source, keys, teller),
        left_out=partial(left_out, source, keys),
        said=lambda: [one for key in keys for one in source.answers(key)],
        is_exact=source.is_exact,
    )


def _told(parts: Iterator[Part], total: int, teller: _Teller) -> Iterator[Part]:
    done = 0
    for part in parts:
        yield part
        done += len(part)
        teller(done, total)


def _steps(job: base.Job, row: Import, preview: Preview, content: _Content) -> None:
    last, gone = row.step, None
    for number, (parts, is_last) in enumerate(_in_steps(content.parts), start=1):
        if number <= last:
            continue
        with base.write_unit() as session:
            job.keep(session)
            now = rows.import_row(session, row.person_id, row.id)
            if now.step != number - 1 or now.state != ImportState.RUNNING:
                raise base.JobLost
            tally = {one.reason: one for one in rows.open_tally(now).left_out}
            if number == 1:
                record.note_import(
                    session,
                    person=row.person_id,
                    import_id=row.id,
                    source=preview.source,
                    file_name=preview.file_name,
                    sha256=preview.sha256,
                    file_id=row.file_id,
                )
            for part in parts:
                added = _add(session, row, part, is_exact=content.is_exact)
                now.new += added.new
                now.already += added.already
                for reading, reason in added.refused:
                    tally[reason] = add_left_out(tally.get(reason), reason, 1, (reading.place,))
            if is_last:
                record.take.add_said(session, person=row.person_id, said=content.said(), import_id=row.id)
                if preview.other_people and preview.format != "checkup-zip":
                    gone, now.file_id = now.file_id, None
                for one in content.left_out():
                    tally[one.reason] = add_left_out(tally.get(one.reason), one.reason, one.count, one.places)
                _complete(session, now)
            now.step = number
            now.left_out = sum(one.count for one in tally.values())
            now.tally = rows.seal_tally(now, rows.Tally(left_out=_ordered(tally)), step=number)
            session.add(now)
    if gone is not None:  # a file of several people that cannot be cut apart: its hash stays, its bytes go
        base.files.delete(row.person_id, gone)
    elif row.file_id is not None:
        staged.drop(row.file_id)


def _add(session: base.Session, row: Import, part: Part, *, is_exact: bool) -> record.Added:
    if isinstance(part, SeriesSamples):
        return record.add_series(session, person=row.person_id, samples=part, import_id=row.id)
    return record.add(session, person=row.person_id, readings=part, import_id=row.id, accept_implausible=is_exact)


def _in_steps(parts: Iterator[Part]) -> Iterator[tuple[list[Part], bool]]:
    """Yield steps of at least STEP readings; the last one, told by its flag, comes once the file is at its end."""
    held: list[Part] = []
    count = 0
    for part in parts:
        if count >= STEP:
            yield held, False
            held, count = [], 0
        # Readings of a step are stored together, so that each file of a series is opened once.
        if held and isinstance(part, list) and isinstance(held[-1], list):
            held[-1] = [*held[-1], *part]
        else:
            held.append(part)
        count += len(part)
    yield held or [[]], True


def _ordered(tally: dict[str, LeftOut]) -> tuple[LeftOut, ...]:
    return tuple(sorted(tally.values(), key=lambda one: (-one.count, one.reason)))


def _complete(session: base.Session, row: Import) -> None:
    row.state, row.stage, row.done = ImportState.COMPLETE, "finished", row.total
    row.finished_at = base.CLOCK.now()
    upload = session.get(Upload, (row.person_id, row.upload_id))
    if upload is not None:
        upload.state = UploadState.IMPORTED
        session.add(upload)
    people.mark_step(session, person=row.person_id, step="linked")
    base.publish(session, Imported(person=row.person_id, import_id=row.id))


def _take_back(job: base.Job | None, person: str, import_id: str, error: Exception) -> None:
    with base.write_unit() as session:
        if job is not None:
            job.keep(session)
        row = rows.import_row(session, person, import_id)
        if row.state != ImportState.RUNNING:
            return
        record.undo_import(session, person=person, import_id=import_id)
        row.state, row.stage = ImportState.FAILED, "finished"
        row.finished_at = base.CLOCK.now()
        rows.keep_refusal(row, error if isinstance(error, base.Refusal) else refusals.CouldNotStore())
        file_id, row.file_id = row.file_id, None
        session.add(row)
    if file_id is not None:
        base.files.delete(person, file_id)


@base.every("link.rescue", seconds=60)
def rescue() -> None:
    """End what a dead job left under way: the upload is refused, the import taken off the record again."""
    with base.read_session() as session:
        reading = select(Upload.person_id, Upload.id).where(Upload.state == UploadState.READING)
        running = select(Import.person_id, Import.id).where(Import.state == ImportState.RUNNING)
        dead_uploads = [(person, one) for person, one in session.exec(reading) if _is_dead(f"link.read:{one}")]
        dead_imports = [(person, one) for person, one in session.exec(running) if _is_dead(f"link.import:{one}")]
    for person, upload in dead_uploads:
        _refuse(None, person, upload, refusals.CouldNotRead(), None)
    for person, import_id in dead_imports:
        _take_back(None, person, import_id, refusals.CouldNotStore())


def _is_dead(effect_key: str) -> bool:
    with base.read_session() as session:
        return (
            session.exec(select(base.OutboxJob.state).where(base.OutboxJob.effect_key == effect_key)).first() == "dead"
        )
