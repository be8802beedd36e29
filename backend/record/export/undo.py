"""Takes the answers of an import away again; apart, because the record's own service calls it."""

from __future__ import annotations

from sqlmodel import col, select

from backend import base
from backend.record.tables import AnswerImportRow, ProfileRow


def undo_said(session: base.Session, *, person: str, import_id: str) -> int:
    """Take away the answers that this import brought; gives how many."""
    brought = list(
        session.exec(
            select(AnswerImportRow).where(
                col(AnswerImportRow.person_id) == person, col(AnswerImportRow.import_id) == import_id
            )
        )
    )
    for row in brought:
        held = session.get(ProfileRow, (person, row.profile_id))
        if held is not None:
            session.delete(held)
        session.delete(row)
    session.flush()
    return len(brought)
