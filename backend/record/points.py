"""Points in the database: identity of a value, claims of imports, sealing. Only the room's own files use it."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, insert, or_, select, update
from sqlmodel import col

from backend import base
from backend.record.model import ItemState, Reading, StoredReading
from backend.record.tables import ClaimRow, MarkRow, PointRow

Reader = base.Session | Connection
"""What a read runs on: a unit of work, or the fast read connection."""

_CHUNK = 400


class Printed(msgspec.Struct, frozen=True, array_like=True):
    """The sealed part of a point: the value, and how one import printed it."""

    value: float | str | None
    unit: str
    end: int | None
    offset_min: int
    is_date_only: bool
    code: str | None
    code_system: str | None
    original_value: str | None
    original_unit: str | None
    place: str
    flag: str | None
    context: str | None
    is_fasting: bool | None


_decode = msgspec.msgpack.Decoder(Printed).decode
_encode = msgspec.msgpack.Encoder().encode


def printed(reading: Reading) -> Printed:
    """The part of a reading that is sealed."""
    offset = reading.start.utcoffset() or timedelta(0)
    return Printed(
        reading.value if not isinstance(reading.value, float) else reading.value + 0.0,
        reading.unit,
        None if reading.end is None else _millis(reading.end),
        round(offset.total_seconds() / 60),
        reading.is_date_only,
        reading.code,
        reading.code_system,
        reading.original_value,
        reading.original_unit,
        reading.place,
        reading.flag,
        reading.context,
        reading.is_fasting,
    )


def _millis(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def identities(person: str, readings: Sequence[Reading]) -> list[str]:
    """The id of each reading: a keyed hash of what makes it this value and no other.

    Metric, source, start, end, value, unit; and the code with the state, because a check-up lists a
    first and a second blood pressure of the same day that may well be equal, and items not done.
    """
    key = base.keyed_hash(person, b"record.point")
    ids = []
    for reading in readings:
        value = reading.value
        what = (
            reading.metric,
            reading.source,
            _millis(reading.start),
            None if reading.end is None else _millis(reading.end),
            float(value) + 0.0 if isinstance(value, int | float) else value,
            reading.unit,
            reading.code,
            reading.state.value,
        )
        digest = hmac.digest(key, _encode(what), "sha256")
        ids.append(base64.b32encode(digest)[:26].decode().lower())
    return ids


def seal_point(person: str, point: str, version: int, plain: Printed) -> bytes:
    """Seal a point's own column."""
    return base.seal(person, table="record_point", column="sealed", row=point, version=version, plain=_encode(plain))


def open_point(person: str, point: str, version: int, sealed: bytes) -> Printed:
    """Open a point's own column; raises SealBroken."""
    return _decode(
        base.unseal(person, table="record_point", column="sealed", row=point, version=version, sealed=sealed)
    )


def _claim_row(import_id: str, point: str) -> str:
    return f"{import_id}/{point}"


def seal_claim(person: str, import_id: str, point: str, plain: Printed) -> bytes:
    """Seal a point as a later import printed it."""
    row = _claim_row(import_id, point)
    return base.seal(person, table="record_claim", column="sealed", row=row, version=1, plain=_encode(plain))


def open_claim(person: str, import_id: str, point: str, sealed: bytes) -> Printed:
    """Open a point as a later import printed it; raises SealBroken."""
    row = _claim_row(import_id, point)
    return _decode(base.unseal(person, table="record_claim", column="sealed", row=row, version=1, sealed=sealed))


class Meta(NamedTuple):
    """A point without its sealed part: enough to group, count and page."""

    id: str
    metric: str
    start: datetime
    state: str
    source: str
    import_id: str
    stored_at: datetime
    corrects: str | None
    version: int
    sealed: bytes
    deleted_at: datetime | None
    corrected_by: str | None


_COLUMNS = (
    PointRow.id,
    PointRow.metric,
    PointRow.start,
    PointRow.state,
    PointRow.source,
    PointRow.import_id,
    PointRow.stored_at,
    PointRow.corrects,
    PointRow.version,
    PointRow.sealed,
    MarkRow.deleted_at,
    MarkRow.corrected_by,
)

IS_CURRENT: ColumnElement[bool] = or_(
    col(MarkRow.point_id).is_(None), and_(col(MarkRow.deleted_at).is_(None), col(MarkRow.corrected_by).is_(None))
)


def points_of(person: str) -> Select[Any]:
    """All points of a person, versions and deleted ones included; narrow with `.where`."""
    mark = and_(col(MarkRow.person_id) == PointRow.person_id, col(MarkRow.point_id) == PointRow.id)
    query: Select[Any] = select(*_COLUMNS)  # type: ignore[call-overload]
    return query.select_from(PointRow).outerjoin(MarkRow, mark).where(col(PointRow.person_id) == person)


LEAN: tuple[Any, ...] = (
    PointRow.id,
    PointRow.metric,
    PointRow.start,
    PointRow.source,
    PointRow.version,
    PointRow.sealed,
)


class Lean(NamedTuple):
    """What home needs of a reading: building whole readings would cost more than opening them."""

    id: str
    metric: str
    start: datetime
    source: str
    value: float | str | None
    code: str | None
    context: str | None
    flag: str | None


def open_lean(person: str, rows: Iterable[Any]) -> Iterator[Lean]:
    """Open rows of the `LEAN` columns; raises SealBroken."""
    opened = base.unsealer(person, table="record_point", column="sealed")
    for point, metric, start, source, version, sealed in rows:
        seen = _decode(opened(point, version, sealed))
        yield Lean(point, metric, start, source, seen.value, seen.code, seen.context, seen.flag)


def open_rows(person: str, rows: Iterable[Any]) -> Iterator[StoredReading]:
    """Open rows of `points_of`; raises SealBroken at the first that was altered."""
    opened = base.unsealer(person, table="record_point", column="sealed")
    for row in rows:
        at = Meta(*row)
        yield stored(at, _decode(opened(at.id, at.version, at.sealed)))


def stored(at: Meta, seen: Printed) -> StoredReading:
    """A reading from its row and its opened part, with the source's own offset."""
    zone = timezone(timedelta(minutes=seen.offset_min)) if seen.offset_min else UTC
    return StoredReading(
        id=at.id,
        import_id=at.import_id,
        stored_at=at.stored_at,
        corrects=at.corrects,
        corrected_by=at.corrected_by,
        deleted_at=at.deleted_at,
        metric=at.metric,
        value=seen.value,
        unit=seen.unit,
        start=at.start.astimezone(zone),
        end=None if seen.end is None else datetime.fromtimestamp(seen.end / 1000, zone),
        is_date_only=seen.is_date_only,
        state=ItemState(at.state),
        source=at.source,
        code=seen.code,
        code_system=seen.code_system,
        original_value=seen.original_value,
        original_unit=seen.original_unit,
        place=seen.place,
        flag=seen.flag,  # type: ignore[arg-type]
        context=seen.context,  # type: ignore[arg-type]
        is_fasting=seen.is_fasting,
    )


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(ids), _CHUNK):
        yield ids[at : at + _CHUNK]


def add_points(
    session: base.Session,
    *,
    person: str,
    readings: Sequence[Reading],
    import_id: str,
    at: datetime,
    corrects: str | None = None,
) -> tuple[list[str], int]:
    """Store points under an import; gives each reading's id and how many are new."""
    all_ids = identities(person, readings)
    first: dict[str, Reading] = {}
    for point, reading in zip(all_ids, readings, strict=True):
        first.setdefault(point, reading)
    known: dict[str, tuple[str, int, bytes, datetime]] = {}
    claimed: set[str] = set()
    for ids in _chunks(list(first)):
        mine = col(PointRow.person_id) == person, col(PointRow.id).in_(ids)
        found = select(PointRow.id, PointRow.import_id, PointRow.version, PointRow.sealed, PointRow.stored_at)  # type: ignore[call-overload]
        for row in session.execute(found.where(*mine)):
            known[row[0]] = (row[1], row[2], row[3], row[4])
        claims = select(col(ClaimRow.point_id)).where(
            col(ClaimRow.person_id) == person,
            col(ClaimRow.import_id) == import_id,
            col(ClaimRow.point_id).in_(ids),
        )
        claimed.update(session.execute(claims).scalars())
    points, claim_rows = [], []
    for point, reading in first.items():
        if point in claimed:
            continue
        claim = {"person_id": person, "import_id": import_id, "point_id": point, "stored_at": at, "sealed": None}
        plain = printed(reading)
        if point not in known:
            points.append(
                {
                    "person_id": person,
                    "id": point,
                    "metric": reading.metric,
                    "start": reading.start,
                    "state": reading.state.value,
                    "source": reading.source,
                    "import_id": import_id,
                    "stored_at": at,
                    "corrects": corrects,
                    "version": 1,
                    "sealed": seal_point(person, point, 1, plain),
                }
            )
        elif import_id < known[point][0]:
            # The point stands as its first import printed it, in whatever order the imports arrive.
            holder, version, sealed, _ = known[point]
            before = seal_claim(person, holder, point, open_point(person, point, version, sealed))
            _set_claim(session, person, holder, point, before)
            _set_point(session, person, point, import_id, version + 1, plain, at)
        else:
            claim["sealed"] = seal_claim(person, import_id, point, plain)
        claim_rows.append(claim)
    for table, rows in ((PointRow, points), (ClaimRow, claim_rows)):
        if rows:
            session.execute(insert(table), rows)
    return all_ids, len(points)


def _set_claim(session: base.Session, person: str, import_id: str, point: str, sealed: bytes | None) -> None:
    session.execute(
        update(ClaimRow)
        .where(
            col(ClaimRow.person_id) == person,
            col(ClaimRow.import_id) == import_id,
            col(ClaimRow.point_id) == point,
        )
        .values(sealed=sealed)
    )


def _set_point(
    session: base.Session, person: str, point: str, import_id: str, version: int, plain: Printed, at: datetime
) -> None:
    session.execute(
        update(PointRow)
        .where(col(PointRow.person_id) == person, col(PointRow.id) == point)
        .values(import_id=import_id, version=version, sealed=seal_point(person, point, version, plain), stored_at=at)
    )


def undo_points(session: base.Session, *, person: str, import_id: str) -> tuple[int, int]:
    """Take an import's claims away; gives how many points went and how many stay by another import."""
    claims = select(col(ClaimRow.point_id)).where(
        col(ClaimRow.person_id) == person, col(ClaimRow.import_id) == import_id
    )
    mine = list(session.execute(claims).scalars())
    session.execute(delete(ClaimRow).where(col(ClaimRow.person_id) == person, col(ClaimRow.import_id) == import_id))
    removed = kept = 0
    for ids in _chunks(mine):
        others = (
            select(col(ClaimRow.point_id), func.min(col(ClaimRow.import_id)))
            .where(col(ClaimRow.person_id) == person, col(ClaimRow.point_id).in_(ids))
            .group_by(col(ClaimRow.point_id))
        )
        heirs = {row[0]: row[1] for row in session.execute(others)}
        gone = [point for point in ids if point not in heirs]
        session.execute(delete(PointRow).where(col(PointRow.person_id) == person, col(PointRow.id).in_(gone)))
        removed += len(gone)
        kept += len(heirs)
        for point, heir in heirs.items():
            _inherit(session, person, point, heir, import_id)
    return removed, kept


def _inherit(session: base.Session, person: str, point: str, heir: str, undone: str) -> None:
    held = select(PointRow.import_id, PointRow.version).where(  # type: ignore[call-overload]
        col(PointRow.person_id) == person, col(PointRow.id) == point
    )
    holder, version = session.execute(held).one()
    if holder != undone:
        return
    claim = select(ClaimRow.sealed, ClaimRow.stored_at).where(  # type: ignore[call-overload]
        col(ClaimRow.person_id) == person, col(ClaimRow.import_id) == heir, col(ClaimRow.point_id) == point
    )
    sealed, stored_at = session.execute(claim).one()
    _set_point(session, person, point, heir, version + 1, open_claim(person, heir, point, sealed), stored_at)
    _set_claim(session, person, heir, point, None)
