"""By hand: enter, correct, delete, restore. A value the person gives is hers; the old version stays visible."""

from __future__ import annotations

import hashlib
from datetime import datetime, time, timedelta
from typing import Literal

import msgspec
from sqlalchemy import select, update
from sqlmodel import col

from backend import base
from backend.record import catalogue, points, units
from backend.record.model import ItemState, Reading, StoredReading
from backend.record.refusals import (
    Implausible,
    Impossible,
    InTheFuture,
    NotTheCurrentVersion,
    PressureUnlikely,
    SeriesStaysWhole,
    SystolicBelowDiastolic,
    TooLongAgo,
    UnknownReading,
    ValueMissing,
    WrongKindOfValue,
)
from backend.record.tables import EntryRow, MarkRow, PointRow

HOME = "home"
SELF = "self"
WIDTH = (10, 130)
"""Pulse pressure (mmHg) outside of which the pair is asked about: a question of typing, no clinical limit."""
HIGHEST_UNASKED = 250
"""An upper value above this is asked about; it can be true, so it can be stored."""
_AHEAD = timedelta(minutes=10)
"""Phones' clocks run ahead a little."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A value entered by hand: blood pressure at home with or without pulse, or weight."""

    client_id: str
    kind: Literal["blood_pressure", "weight"]
    at: datetime
    sbp: float | None = None
    dbp: float | None = None
    pulse: float | None = None
    weight_kg: float | None = None
    is_confirmed: bool = False


class Entered(msgspec.Struct, frozen=True, kw_only=True):
    """What was stored, and whether this very entry had come before."""

    readings: tuple[StoredReading, ...]
    already: bool
    stored_at: datetime


def enter(session: base.Session, *, person: str, entry: Entry, clock: base.Clock = base.CLOCK) -> Entered:
    """Store an entry; the same `client_id` with the same content again gives the same answer.

    Raises KeyReused for other content under the same id, Implausible or SystolicBelowDiastolic as a
    question (send again confirmed), ValueMissing, Impossible, InTheFuture, TooLongAgo.
    """
    body = msgspec.json.encode(msgspec.structs.replace(entry, is_confirmed=False))
    before = _answered(session, person, entry.client_id, body)
    if before is not None:
        return before
    now = clock.now()
    _check_time(entry.at, now)
    readings = _blood_pressure(entry) if entry.kind == "blood_pressure" else _weight(entry)
    for reading in readings:
        _check(reading.metric, reading.value, is_confirmed=entry.is_confirmed)
    if entry.kind == "blood_pressure" and not entry.is_confirmed:
        _check_pair(entry.sbp or 0, entry.dbp or 0)
    ids, _ = points.add_points(session, person=person, readings=readings, import_id=f"entry.{entry.client_id}", at=now)
    # Entered again after it was deleted: the person wants it back.
    _mark(session, person, ids, deleted_at=None)
    return _answer(session, person, entry.client_id, body, ids, now)


def _blood_pressure(entry: Entry) -> list[Reading]:
    if entry.sbp is None or entry.dbp is None:
        raise ValueMissing
    found = [_own("sbp_mmhg", entry.sbp, entry.at), _own("dbp_mmhg", entry.dbp, entry.at)]
    # A watch reckons its resting rate over a whole day; what a cuff prints is the pulse of that minute.
    return found if entry.pulse is None else [*found, _own("pulse_bpm", entry.pulse, entry.at)]


def _check_pair(sbp: float, dbp: float) -> None:
    """Ask where upper and lower hardly go together; the words say which two, and the person may insist."""
    if sbp <= dbp:
        raise SystolicBelowDiastolic(sbp=sbp, dbp=dbp)
    if not WIDTH[0] <= sbp - dbp <= WIDTH[1] or sbp > HIGHEST_UNASKED:
        raise PressureUnlikely(sbp=sbp, dbp=dbp)


def _weight(entry: Entry) -> list[Reading]:
    if entry.weight_kg is None:
        raise ValueMissing
    return [_own("weight_kg", entry.weight_kg, entry.at)]


def _own(metric: str, value: float, at: datetime) -> Reading:
    return Reading(
        metric=metric,
        value=float(value),
        unit=catalogue.metric(metric).unit,
        start=at,
        source=HOME,
        context="home",
        place="by hand",
    )


def _check_time(at: datetime, now: datetime) -> None:
    if at > now + _AHEAD:
        raise InTheFuture
    if at.year < 1900:
        raise TooLongAgo


def _check(metric: str, value: float | str | None, *, is_confirmed: bool) -> None:
    entry = catalogue.metric(metric)
    if not isinstance(value, float):
        return
    if value != value or abs(value) == float("inf") or (value <= 0 and (entry.plausible_low or 0) > 0):
        raise Impossible(metric=metric)
    if not is_confirmed and not entry.is_plausible(value):
        raise Implausible(
            metric=metric,
            value=value,
            low=entry.plausible_low if entry.plausible_low is not None else "",
            high=entry.plausible_high if entry.plausible_high is not None else "",
            unit=entry.unit_label_ja,
        )


def _answered(session: base.Session, person: str, client_id: str, body: bytes) -> Entered | None:
    row = session.get(EntryRow, (person, client_id))
    if row is None:
        return None
    if row.body_hash != hashlib.sha256(base.keyed_hash(person, body)).digest():
        raise base.KeyReused
    return Entered(
        readings=tuple(one(session, person=person, reading=point) for point in row.point_ids.split()),
        already=True,
        stored_at=row.stored_at,
    )


def _answer(session: base.Session, person: str, client_id: str, body: bytes, ids: list[str], now: datetime) -> Entered:
    body_hash = hashlib.sha256(base.keyed_hash(person, body)).digest()
    session.add(
        EntryRow(person_id=person, client_id=client_id, body_hash=body_hash, stored_at=now, point_ids=" ".join(ids))
    )
    session.flush()
    readings = tuple(one(session, person=person, reading=point) for point in ids)
    return Entered(readings=readings, already=False, stored_at=now)


def one(session: points.Reader, *, person: str, reading: str) -> StoredReading:
    """One value, whatever became of it; UnknownReading where this person has none of that id."""
    query = points.points_of(person).where(col(PointRow.id) == reading)
    found = list(points.open_rows(person, session.execute(query)))
    if not found:
        raise UnknownReading
    return found[0]


def correct(
    session: base.Session,
    *,
    person: str,
    reading: str,
    client_id: str,
    value: float | str,
    unit: str | None = None,
    at: datetime | None = None,
    is_confirmed: bool = False,
    clock: base.Clock = base.CLOCK,
) -> StoredReading:
    """Put an own version beside a value, imported or own; the old one stays visible and no longer counts.

    Raises UnknownReading, NotTheCurrentVersion, Implausible (as a question), UnknownUnit and the others
    of `enter`; KeyReused for other content under the same `client_id`.
    """
    now = clock.now()
    body = msgspec.json.encode([reading, value, unit, at])
    before = _answered(session, person, client_id, body)
    if before is not None:
        return before.readings[0]
    old = one(session, person=person, reading=reading)
    if old.corrected_by is not None or old.deleted_at is not None:
        raise NotTheCurrentVersion
    entry = catalogue.metric(old.metric)
    if (entry.value == "number") != isinstance(value, int | float):
        raise WrongKindOfValue
    if entry.value == "code" and catalogue.choice(old.metric, str(value)) is None:
        raise WrongKindOfValue
    if at is not None:
        _check_time(at, now)
    canonical = value if isinstance(value, str) else units.to_canonical(old.metric, float(value), unit)
    _check(old.metric, canonical, is_confirmed=is_confirmed)
    new = Reading(
        metric=old.metric,
        value=canonical,
        unit=entry.unit,
        start=at or old.start,
        end=None if at is not None else old.end,
        is_date_only=old.is_date_only and (at is None or _is_midnight(at)),
        state=ItemState.MEASURED,
        source=HOME if old.source == HOME else SELF,
        original_value=None if unit is None else str(value),
        original_unit=unit,
        place="by hand",
        context=old.context,
        is_fasting=old.is_fasting,
    )
    ids, n_new = points.add_points(
        session, person=person, readings=[new], import_id=f"entry.{client_id}", at=now, corrects=reading
    )
    if ids[0] != reading:
        _mark(session, person, [reading], corrected_by=ids[0])
        # A version that was there before (corrected there and back again) counts again.
        _mark(session, person, ids, deleted_at=None, corrected_by=None)
        if not n_new:
            session.execute(
                update(PointRow)
                .where(col(PointRow.person_id) == person, col(PointRow.id) == ids[0])
                .values(corrects=reading)
            )
    return _answer(session, person, client_id, body, ids, now).readings[0]


def _is_midnight(at: datetime) -> bool:
    """A day was given, not a moment."""
    return at.astimezone(base.TOKYO).time() == time()


def remove(session: base.Session, *, person: str, reading: str, clock: base.Clock = base.CLOCK) -> StoredReading:
    """Delete a value softly: it no longer counts, a later import does not bring it back, `restore` does."""
    if reading.startswith("day."):
        raise SeriesStaysWhole
    old = one(session, person=person, reading=reading)
    if old.corrected_by is not None:
        raise NotTheCurrentVersion
    if old.deleted_at is None:
        _mark(session, person, [reading], deleted_at=clock.now())
    return one(session, person=person, reading=reading)


def restore(session: base.Session, *, person: str, reading: str) -> StoredReading:
    """Make this version count again: undo its deletion, or set it above the correction that replaced it."""
    old = one(session, person=person, reading=reading)
    later = old.corrected_by
    seen = {reading}
    while later is not None and later not in seen:
        seen.add(later)
        row = session.get(MarkRow, (person, later))
        following = row.corrected_by if row else None
        _mark(session, person, [later], corrected_by=reading)
        later = following
    _mark(session, person, [reading], deleted_at=None, corrected_by=None)
    return one(session, person=person, reading=reading)


_KEEP = object()


def _mark(
    session: base.Session,
    person: str,
    ids: list[str],
    *,
    deleted_at: datetime | object | None = _KEEP,
    corrected_by: str | object | None = _KEEP,
) -> None:
    for point in ids:
        row = session.get(MarkRow, (person, point))
        if row is None:
            wanted = [value for value in (deleted_at, corrected_by) if value is not _KEEP and value is not None]
            if not wanted:
                continue
            row = MarkRow(person_id=person, point_id=point)
        if deleted_at is not _KEEP:
            row.deleted_at = deleted_at  # type: ignore[assignment]
        if corrected_by is not _KEEP:
            row.corrected_by = corrected_by  # type: ignore[assignment]
        session.add(row)
    session.flush()


def versions(session: points.Reader, *, person: str, reading: StoredReading) -> list[StoredReading]:
    """All other versions of a value, newest first."""
    links = select(PointRow.id, PointRow.corrects, MarkRow.corrected_by)  # type: ignore[call-overload]
    links = links.outerjoin(
        MarkRow, (col(MarkRow.person_id) == PointRow.person_id) & (col(MarkRow.point_id) == PointRow.id)
    ).where(col(PointRow.person_id) == person, col(PointRow.metric) == reading.metric)
    near: dict[str, set[str]] = {}
    for point, corrects, corrected_by in session.execute(links):
        for other in (corrects, corrected_by):
            if other:
                near.setdefault(point, set()).add(other)
                near.setdefault(other, set()).add(point)
    found, edge = {reading.id}, [reading.id]
    while edge:
        edge = [other for point in edge for other in near.get(point, ()) if other not in found]
        found.update(edge)
    query = points.points_of(person).where(col(PointRow.id).in_(found - {reading.id}))
    return sorted(
        points.open_rows(person, session.execute(query)), key=lambda other: (other.stored_at, other.id), reverse=True
    )
