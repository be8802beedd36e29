"""Whole steps of linking with their units and bytes in the right order; the app and the command line call these.

Bytes are written before the row that names them and removed after the row that named them is gone, so
that a kill between the two leaves at worst a sealed file that nothing names, never a row without bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from backend import base
from backend.link import refusals, service
from backend.link.model import Answer, ImportFacts, Question, SourceKey, UploadFacts


def send(
    *,
    person: str,
    stream: BinaryIO,
    file_name: str,
    size: int | None = None,
    source: SourceKey | None = None,
    client_id: str | None = None,
    clock: base.Clock = base.CLOCK,
) -> UploadFacts:
    """Receive a file and queue its reading; nothing reaches the record."""
    file = service.receive(person, stream, size=size)
    is_held = False
    try:
        with base.write_unit() as session:
            upload = service.take_upload(
                session,
                person=person,
                file=file,
                file_name=file_name,
                source=source,
                client_id=client_id,
                clock=clock,
            )
            session.flush()
            is_held = service.is_held(session, person=person, file_id=file.id)
    finally:
        if not is_held:
            base.files.delete(person, file.id)
    return upload


def upload_state(*, person: str, upload: str) -> UploadFacts:
    """Say how far reading an upload is and what was found."""
    with base.read_session() as session:
        return service.upload_state(session, person=person, upload=upload)


def import_state(*, person: str, import_id: str) -> ImportFacts:
    """Show one import."""
    with base.read_session() as session:
        return service.import_state(session, person=person, import_id=import_id)


def imports(*, person: str) -> tuple[ImportFacts, ...]:
    """List a person's imports, newest first."""
    with base.read_session() as session:
        return service.imports(session, person=person)


def drop(*, person: str, upload: str) -> None:
    """Throw an unconfirmed upload away, bytes included."""
    with base.write_unit() as session:
        file_id = service.drop_upload(session, person=person, upload=upload)
    if file_id is not None:
        base.files.delete(person, file_id)


def confirm(
    *, person: str, upload: str, answers: Mapping[Question, Answer], clock: base.Clock = base.CLOCK
) -> ImportFacts:
    """Start the import; a file that the person calls somebody else's is thrown away and refused."""
    try:
        with base.write_unit() as session:
            return service.confirm(session, person=person, upload=upload, answers=answers, clock=clock)
    except refusals.SaidNotMine:
        drop(person=person, upload=upload)
        raise


def undo(*, person: str, import_id: str, clock: base.Clock = base.CLOCK) -> ImportFacts:
    """Take an import off the record and its bytes off the disk."""
    with base.write_unit() as session:
        facts, file_id = service.undo(session, person=person, import_id=import_id, clock=clock)
    if file_id is not None:
        base.files.delete(person, file_id)
    return facts


@base.every("link.expire", seconds=600)
def expire() -> None:
    """Forget files that nobody confirmed."""
    with base.write_unit() as session:
        gone = service.expire(session)
    for person, file_id in gone:
        base.files.delete(person, file_id)
