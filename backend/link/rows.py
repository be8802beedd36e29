"""Rows to frozen values and back: what stands sealed in a row is opened here and nowhere else."""

from __future__ import annotations

import json

import msgspec
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from backend import base
from backend.link.model import (
    ImportFacts,
    ImportState,
    LeftOut,
    Preview,
    Progress,
    Receipt,
    Refused,
    UploadFacts,
    UploadState,
)
from backend.link.tables import Import, Upload


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What an import has left out while storing, so far; grows with each step."""

    left_out: tuple[LeftOut, ...] = ()


def upload_row(session: Session, person: str, upload: str) -> Upload:
    """Return the row of an upload; raises NotFound, also for somebody else's."""
    row = session.get(Upload, (person, upload))
    if row is None:
        raise base.NotFound
    return row


def import_row(session: Session, person: str, import_id: str) -> Import:
    """Return the row of an import; raises NotFound, also for somebody else's."""
    row = session.get(Import, (person, import_id))
    if row is None:
        raise base.NotFound
    return row


def complete_imports(person: str, sha256: str) -> SelectOfScalar[Import]:
    """Return the query of the complete imports of one file by its hash, newest first."""
    return (
        select(Import)
        .where(Import.person_id == person, Import.sha256 == sha256, Import.state == ImportState.COMPLETE)
        .order_by(col(Import.finished_at).desc())
    )


def seal_name(person: str, upload: str, name: str) -> bytes:
    """Return the sealed file name of an upload."""
    return base.seal(person, table="link_upload", column="name", row=upload, version=1, plain=name.encode())


def open_name(row: Upload) -> str:
    """Return the file name of an upload."""
    plain = base.unseal(row.person_id, table="link_upload", column="name", row=row.id, version=1, sealed=row.name)
    return plain.decode()


def seal_preview(person: str, table: str, row: str, preview: Preview) -> bytes:
    """Return a sealed preview."""
    plain = msgspec.json.encode(preview)
    return base.seal(person, table=table, column="preview", row=row, version=1, plain=plain)


def open_preview(row: Upload | Import) -> Preview:
    """Return the preview of an upload or import that has one."""
    assert row.preview is not None
    table = row.__tablename__
    plain = base.unseal(row.person_id, table=str(table), column="preview", row=row.id, version=1, sealed=row.preview)
    return msgspec.json.decode(plain, type=Preview)


def seal_tally(row: Import, tally: Tally, *, step: int) -> bytes:
    """Return the sealed tally of an import after a step; the step is its version."""
    plain = msgspec.json.encode(tally)
    return base.seal(row.person_id, table="link_import", column="tally", row=row.id, version=step, plain=plain)


def open_tally(row: Import) -> Tally:
    """Return what an import has left out so far."""
    if row.tally is None:
        return Tally()
    plain = base.unseal(
        row.person_id, table="link_import", column="tally", row=row.id, version=row.step, sealed=row.tally
    )
    return msgspec.json.decode(plain, type=Tally)


def refused(key: str | None, params: str | None) -> Refused | None:
    """Return the refusal kept in a row."""
    return None if key is None else Refused(key=key, params=json.loads(params or "{}"))


def keep_refusal(row: Upload | Import, refusal: base.Refusal) -> None:
    """Write a refusal into a row."""
    row.refusal_key = refusal.key
    row.refusal_params = json.dumps(refusal.params)


def upload_facts(row: Upload) -> UploadFacts:
    """Return an upload as its person sees it."""
    return UploadFacts(
        id=row.id,
        state=UploadState(row.state),
        progress=Progress(stage=row.stage, done=row.done, total=row.total),  # type: ignore[arg-type]
        preview=None if row.preview is None else open_preview(row),
        refusal=refused(row.refusal_key, row.refusal_params),
        import_id=row.import_id,
        expires_at=row.expires_at,
    )


def import_facts(row: Import) -> ImportFacts:
    """Return an import as its person sees it."""
    preview = open_preview(row)
    receipt = None
    if row.state in (ImportState.COMPLETE, ImportState.UNDONE):
        receipt = Receipt(
            new=row.new,
            already=row.already,
            left_out=open_tally(row).left_out,
            other_people=row.other_people,
            kinds=preview.kinds,
            first=preview.first,
            last=preview.last,
            sources=preview.sources,
            original="not_kept" if row.file_id is None else "own_part" if row.other_people else "whole",
        )
    return ImportFacts(
        id=row.id,
        upload_id=row.upload_id,
        state=ImportState(row.state),
        progress=Progress(stage=row.stage, done=row.done, total=row.total),  # type: ignore[arg-type]
        format=row.format,
        source=preview.source,
        file_name=preview.file_name,
        sha256=row.sha256,
        size=row.size,
        created_at=row.created_at,
        finished_at=row.finished_at,
        new=row.new,
        already=row.already,
        left_out=row.left_out,
        other_people=row.other_people,
        refusal=refused(row.refusal_key, row.refusal_params),
        receipt=receipt,
    )
