"""This value is wrong: what the person says of a value, both versions kept, with a receipt, and taken back at will."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import select
from sqlmodel import col

from backend import base
from backend.record import entries
from backend.record.model import StoredReading
from backend.record.points import Reader
from backend.record.refusals import CorrectionTakenBack, SeriesStaysWhole, UnknownCorrection, ValueMissing
from backend.record.tables import CorrectionRow

Why = Literal["wrong_value", "wrong_date", "not_mine", "other"]
KIND = "record.correction"
TAKEN_BACK = "record.correction_taken_back"


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """What the person says: a better value or day, that it is not hers at all, or in her own words."""

    client_id: str
    why: Why
    value: float | str | None = None
    unit: str | None = None
    at: datetime | None = None
    note: str = ""
    is_confirmed: bool = False


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """A correction as it stands: of which value, why, what counts instead, when said and when taken back."""

    id: str
    reading: str
    why: Why
    note: str
    replaced_by: str | None
    stored_at: datetime
    withdrawn_at: datetime | None
    leaf: int


class _Sealed(msgspec.Struct, frozen=True):
    why: Why
    note: str
    replaced_by: str | None
    body_hash: bytes


def say_wrong(
    session: base.Session, *, person: str, reading: str, wrong: Wrong, clock: base.Clock = base.CLOCK
) -> Correction:
    """Keep the value and what is said of it; the better value counts, one that is not hers does not.

    The same `client_id` with the same content again gives the same answer. Raises UnknownReading,
    NotTheCurrentVersion, ValueMissing, Implausible (as a question) and what `entries.correct` raises;
    KeyReused for other content under the same id.
    """
    if reading.startswith("day."):
        raise SeriesStaysWhole
    plain = msgspec.json.encode([reading, msgspec.structs.replace(wrong, is_confirmed=False)])
    body_hash = hashlib.sha256(base.keyed_hash(person, plain)).digest()
    held = session.get(CorrectionRow, (person, wrong.client_id))
    if held is not None:
        if _open(held).body_hash != body_hash:
            raise base.KeyReused
        return _shown(held)
    old = entries.one(session, person=person, reading=reading)
    counts = _what_counts(session, person, old, wrong, clock)
    now = clock.now()
    # The ledger holds which value and why, and no health values.
    leaf = base.ledger.append(
        session,
        kind=KIND,
        person=person,
        body={"id": wrong.client_id, "reading": reading, "why": wrong.why},
        clock=clock,
    )
    kept = _Sealed(why=wrong.why, note=wrong.note.strip(), replaced_by=counts, body_hash=body_hash)
    sealed = base.seal(
        person,
        table="record_correction",
        column="sealed",
        row=wrong.client_id,
        version=1,
        plain=msgspec.msgpack.encode(kept),
    )
    row = CorrectionRow(person_id=person, id=wrong.client_id, point_id=reading, stored_at=now, leaf=leaf, sealed=sealed)
    session.add(row)
    session.flush()
    return _shown(row)


def _what_counts(session: base.Session, person: str, old: StoredReading, wrong: Wrong, clock: base.Clock) -> str | None:
    """The id of the value that counts now; None where none does, or where nothing but words were said."""
    if wrong.why == "not_mine":
        entries.remove(session, person=person, reading=old.id, clock=clock)
        return None
    if wrong.why == "other":
        if not wrong.note.strip():
            raise ValueMissing
        return old.id
    value = old.value if wrong.why == "wrong_date" else wrong.value
    if value is None or (wrong.why == "wrong_date" and wrong.at is None):
        raise ValueMissing
    return entries.correct(
        session,
        person=person,
        reading=old.id,
        client_id=wrong.client_id,
        value=value,
        unit=None if wrong.why == "wrong_date" else wrong.unit,
        at=wrong.at,
        is_confirmed=wrong.is_confirmed or wrong.why == "wrong_date",
        clock=clock,
    ).id


def take_back(session: base.Session, *, person: str, correction: str, clock: base.Clock = base.CLOCK) -> Correction:
    """The value counts again as its source printed it; that it was said stays. Twice is fine."""
    row = session.get(CorrectionRow, (person, correction))
    if row is None:
        raise UnknownCorrection
    if row.withdrawn_at is None:
        kept = _open(row)
        if kept.replaced_by != row.point_id:
            now_counts = (
                None if kept.replaced_by is None else entries.one(session, person=person, reading=kept.replaced_by)
            )
            # A later correction stands on this one: that one must be taken back first.
            if now_counts is not None and now_counts.corrected_by not in (None, row.point_id):
                raise CorrectionTakenBack
            entries.restore(session, person=person, reading=row.point_id)
        row.withdrawn_at = clock.now()
        session.add(row)
        base.ledger.append(session, kind=TAKEN_BACK, person=person, body={"id": correction}, clock=clock)
        session.flush()
    return _shown(row)


def restore(session: base.Session, *, person: str, reading: str, clock: base.Clock = base.CLOCK) -> StoredReading:
    """Make this version count again; what was said against it is thereby taken back."""
    back = entries.restore(session, person=person, reading=reading)
    for one in corrections(session, person=person, readings=frozenset({reading})):
        if one.withdrawn_at is None and one.replaced_by != reading:
            row = session.get(CorrectionRow, (person, one.id))
            if row is not None:
                row.withdrawn_at = clock.now()
                session.add(row)
                base.ledger.append(session, kind=TAKEN_BACK, person=person, body={"id": one.id}, clock=clock)
    session.flush()
    return back


def corrections(session: Reader, *, person: str, readings: frozenset[str] | None = None) -> list[Correction]:
    """All corrections, newest first; with `readings` only those of these values."""
    query = select(
        CorrectionRow.person_id,  # type: ignore[call-overload]
        CorrectionRow.id,
        CorrectionRow.point_id,
        CorrectionRow.stored_at,
        CorrectionRow.withdrawn_at,
        CorrectionRow.leaf,
        CorrectionRow.sealed,
    ).where(col(CorrectionRow.person_id) == person)
    if readings is not None:
        query = query.where(col(CorrectionRow.point_id).in_(readings))
    rows = session.execute(query.order_by(col(CorrectionRow.stored_at).desc(), col(CorrectionRow.id)))
    return [_shown(row) for row in rows]


def receipt(session: base.Session, *, person: str, correction: str) -> str:
    """The signed receipt: who said when that which value is wrong. Raises UnknownCorrection."""
    row = session.get(CorrectionRow, (person, correction))
    if row is None:
        raise UnknownCorrection
    return base.ledger.receipt(session, person=person, leaf=row.leaf)


def _open(row: Any) -> _Sealed:
    plain = base.unseal(
        row.person_id, table="record_correction", column="sealed", row=row.id, version=1, sealed=row.sealed
    )
    return msgspec.msgpack.decode(plain, type=_Sealed)


def _shown(row: Any) -> Correction:
    kept = _open(row)
    return Correction(
        id=row.id,
        reading=row.point_id,
        why=kept.why,
        note=kept.note,
        replaced_by=kept.replaced_by,
        stored_at=row.stored_at,
        withdrawn_at=row.withdrawn_at,
        leaf=row.leaf,
    )
