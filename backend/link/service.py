"""Use cases of linking: send a file, see what is in it, confirm, follow, undo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import BinaryIO

from sqlalchemy import func
from sqlmodel import Session, col, select

from backend import base, record
from backend.link import refusals, rows
from backend.link.model import (
    Answer,
    ImportFacts,
    ImportState,
    ImportUndone,
    Original,
    Question,
    SourceFacts,
    SourceKey,
    UploadFacts,
    UploadState,
)
from backend.link.tables import Import, Upload

UNCONFIRMED_FOR = timedelta(hours=24)
"""How long a file waits for its person's yes; it may hold other people's values, so not for long."""
_NAME_LENGTH = 200


def upload_limit() -> int:
    """Return how many bytes a file may have."""
    return base.runtime().settings.upload_limit_mb << 20


def receive(person: str, stream: BinaryIO, *, size: int | None, limit: int | None = None) -> base.FileRef:
    """Seal a stream into a file, in bounded memory; raises TooLarge, EmptyFile or UploadBroken.

    Outside of any unit: gigabytes must not arrive under the write lock.
    """
    limit = upload_limit() if limit is None else limit
    if size is not None and size > limit:
        raise base.TooLarge(limit_mb=limit >> 20)
    file = base.files.put(person, stream, limit=limit)
    if file.size == 0 or (size is not None and file.size != size):
        base.files.delete(person, file.id)
        raise refusals.EmptyFile if file.size == 0 else refusals.UploadBroken
    return file


WAITING_LIMIT = 10
"""How many unconfirmed files one person may have at a time: each may be gigabytes on the operator's disk."""


def take_upload(
    session: Session,
    *,
    person: str,
    file: base.FileRef,
    file_name: str,
    source: SourceKey | None = None,
    client_id: str | None = None,
    clock: base.Clock = base.CLOCK,
) -> UploadFacts:
    """Note a received file and queue its reading; the same client id with the same bytes answers the same.

    Raises KeyReused where the client id came with other bytes before. The caller deletes `file` again
    when the answer names another file (`is_held`).
    """
    name = file_name.replace("\\", "/").rsplit("/", 1)[-1].strip()[:_NAME_LENGTH]
    if not name:
        raise refusals.FileNameMissing
    if client_id is not None:
        before = session.exec(select(Upload).where(Upload.person_id == person, Upload.client_id == client_id)).first()
        if before is not None:
            if before.sha256 != file.sha256:
                raise base.KeyReused
            return rows.upload_facts(before)
    waiting = (UploadState.READING, UploadState.READY)
    held = select(Upload.id).where(Upload.person_id == person, col(Upload.state).in_(waiting)).limit(WAITING_LIMIT)
    if len(session.exec(held).all()) == WAITING_LIMIT:
        raise refusals.TooManyWaiting(limit=WAITING_LIMIT)
    now = clock.now()
    upload = base.new_id()
    row = Upload(
        person_id=person,
        id=upload,
        state=UploadState.READING,
        client_id=client_id,
        source=source,
        file_id=file.id,
        sha256=file.sha256,
        size=file.size,
        name=rows.seal_name(person, upload, name),
        stage="waiting",
        total=file.size,
        created_at=now,
        expires_at=now + UNCONFIRMED_FOR,
    )
    session.add(row)
    payload = {"person": person, "upload": upload}
    base.enqueue(session, "link.read", payload=payload, effect_key=f"link.read:{upload}", clock=clock)
    return rows.upload_facts(row)


def is_held(session: Session, *, person: str, file_id: str) -> bool:
    """Say whether an upload holds these bytes."""
    found = select(Upload.id).where(Upload.person_id == person, Upload.file_id == file_id)
    return session.exec(found).first() is not None


def upload_state(session: Session, *, person: str, upload: str) -> UploadFacts:
    """Say how far reading an upload is and what was found; raises NotFound."""
    return rows.upload_facts(rows.upload_row(session, person, upload))


def drop_upload(session: Session, *, person: str, upload: str) -> str | None:
    """Forget an unconfirmed upload; returns the file whose bytes the caller deletes after the commit."""
    row = rows.upload_row(session, person, upload)
    if row.import_id is not None:
        raise refusals.AlreadyConfirmed
    file_id = row.file_id
    session.delete(row)
    return file_id


def confirm(
    session: Session,
    *,
    person: str,
    upload: str,
    answers: Mapping[Question, Answer],
    clock: base.Clock = base.CLOCK,
) -> ImportFacts:
    """Start the import of a previewed file; confirming again returns the import already started.

    Raises StillReading, WasRefused, AnswerNeeded or SaidNotMine.
    """
    row = rows.upload_row(session, person, upload)
    if row.import_id is not None:
        return rows.import_facts(rows.import_row(session, person, row.import_id))
    if row.state == UploadState.READING:
        raise refusals.StillReading
    if row.state == UploadState.REFUSED:
        raise refusals.WasRefused
    preview = rows.open_preview(row)
    if preview.question is not None:
        answer = answers.get(preview.question)
        if answer is None:
            raise refusals.AnswerNeeded(question=preview.question)
        if answer is Answer.NOT_MINE:
            raise refusals.SaidNotMine
    now = clock.now()
    import_id = base.new_id()
    started = Import(
        person_id=person,
        id=import_id,
        upload_id=upload,
        state=ImportState.RUNNING,
        source=preview.source,
        format=preview.format,
        file_id=row.file_id,
        sha256=row.sha256,
        size=row.size,
        preview=rows.seal_preview(person, "link_import", import_id, preview),
        stage="waiting",
        total=row.size,
        other_people=preview.other_people,
        created_at=now,
    )
    session.add(started)
    row.state = UploadState.IMPORTING
    row.import_id = import_id
    session.add(row)
    base.enqueue(
        session,
        "link.import",
        payload={"person": person, "import": import_id},
        effect_key=f"link.import:{import_id}",
        clock=clock,
    )
    return rows.import_facts(started)


def imports(session: Session, *, person: str) -> tuple[ImportFacts, ...]:
    """List a person's imports, newest first."""
    query = select(Import).where(Import.person_id == person).order_by(col(Import.id).desc())
    return tuple(rows.import_facts(row) for row in session.exec(query))


def import_state(session: Session, *, person: str, import_id: str) -> ImportFacts:
    """Show one import; raises NotFound."""
    return rows.import_facts(rows.import_row(session, person, import_id))


def undo(
    session: Session, *, person: str, import_id: str, clock: base.Clock = base.CLOCK
) -> tuple[ImportFacts, str | None]:
    """Take every value of an import off the record; undoing twice is fine.

    Returns the import and the file whose bytes the caller deletes after the commit. Raises StillStoring.
    """
    row = rows.import_row(session, person, import_id)
    if row.state == ImportState.RUNNING:
        raise refusals.StillStoring
    if row.state != ImportState.COMPLETE:
        return rows.import_facts(row), None
    record.undo_import(session, person=person, import_id=import_id, clock=clock)
    row.state = ImportState.UNDONE
    row.undone_at = clock.now()
    file_id, row.file_id = row.file_id, None
    session.add(row)
    upload = session.get(Upload, (person, row.upload_id))
    if upload is not None:
        upload.file_id = None
        session.add(upload)
    base.publish(session, ImportUndone(person=person, import_id=import_id))
    return rows.import_facts(row), file_id


def original(session: Session, *, person: str, import_id: str) -> Original:
    """Give the kept bytes of an import's file; raises NotKept."""
    row = rows.import_row(session, person, import_id)
    if row.file_id is None:
        raise refusals.NotKept
    preview = rows.open_preview(row)
    stream = base.files.open(person, row.file_id)
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(0)
    return Original(file_name=preview.file_name, size=size, chunks=_chunks(stream))


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while chunk := stream.read(1 << 18):
            yield chunk


def waiting(session: Session, *, person: str) -> tuple[tuple[UploadFacts, str], ...]:
    """List the files that wait for their person's yes, newest first, each with its name."""
    query = select(Upload).where(
        Upload.person_id == person, col(Upload.state).in_((UploadState.READING, UploadState.READY))
    )
    found = session.exec(query.order_by(col(Upload.id).desc()))
    return tuple((rows.upload_facts(row), rows.open_name(row)) for row in found)


_SOURCES: tuple[tuple[SourceKey, tuple[str, ...], bool], ...] = (
    ("checkup", (".zip", ".xml"), True),
    ("apple", (".zip",), True),
    ("fhir", (".json", ".ndjson", ".csv", ".zip"), True),
    ("jahis", (".csv", ".txt"), True),
    ("cgm", (".csv",), True),
    ("omron", (".csv",), False),
    ("withings", (".zip", ".csv"), False),
    ("garmin", (".fit",), True),
    ("omh", (".json",), True),
)
"""Key, kinds of file, and whether the reader was tried on a sample that is not of our own making."""
_STEPS = 3


def sources(session: Session, *, person: str) -> tuple[SourceFacts, ...]:
    """List the sources that can be linked today, with the last success and the last failure of each.

    A failure counts only until the same source succeeds.
    """
    done = select(Import.source, func.count(), func.max(Import.finished_at)).where(
        Import.person_id == person, Import.state == ImportState.COMPLETE
    )
    successes = {source: (count, at) for source, count, at in session.exec(done.group_by(Import.source))}
    failures: dict[str, Upload] = {}
    failed = select(Upload).where(Upload.person_id == person, Upload.state == UploadState.REFUSED)
    for row in session.exec(failed.order_by(Upload.id)):
        if row.source is not None:
            failures[row.source] = row
    found = []
    for key, accepts, is_tried in _SOURCES:
        count, at = successes.get(key, (0, None))
        failure = failures.get(key)
        if failure is not None and at is not None and failure.created_at <= at:
            failure = None
        found.append(
            SourceFacts(
                key=key,
                how=tuple(f"link.how_{key}_{step}" for step in range(1, _STEPS + 1)),
                accepts=accepts,
                is_tried=is_tried,
                imports=count,
                last_success_at=at,
                last_failure_at=None if failure is None else failure.created_at,
                last_failure=None if failure is None else rows.refused(failure.refusal_key, failure.refusal_params),
            )
        )
    return tuple(found)


def expire(session: Session, *, clock: base.Clock = base.CLOCK) -> tuple[tuple[str, str], ...]:
    """Forget uploads that nobody confirmed in time; returns (person, file) pairs to delete after the commit."""
    query = select(Upload).where(Upload.expires_at < clock.now(), col(Upload.import_id).is_(None))
    gone = []
    for row in session.exec(query).all():
        if row.file_id is not None:
            gone.append((row.person_id, row.file_id))
        session.delete(row)
    return tuple(gone)
