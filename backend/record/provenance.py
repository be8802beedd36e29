"""Where one value comes from: imports and places, versions, shares of devices, and who looked."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy import select
from sqlmodel import col

from backend import base, consent, people
from backend.consent import Permit
from backend.record import catalogue, corrections, entries, points, present, service, timeline
from backend.record.model import DayValue, StoredReading
from backend.record.points import Reader
from backend.record.refusals import UnknownReading
from backend.record.series import days, store
from backend.record.service import ImportFacts
from backend.record.shapes import CorrectionShape, ImportShape, Names, ReadingDetail, SeenBy, SourceShare, Word
from backend.record.tables import ClaimRow, ImportRow

DAY_ID = "day."
MOST_SEEN = 20


def detail(
    session: base.Session,
    *,
    permit: Permit,
    actor: people.Actor,
    reading: str,
    clock: base.Clock = base.CLOCK,
) -> ReadingDetail:
    """Everything about one value of the person's own record; raises UnknownReading."""
    may = service.allowed(permit, clock=clock)
    if reading.startswith(DAY_ID):
        return _day_detail(session, permit, actor, reading, clock)
    found = entries.one(session, person=permit.person, reading=reading)
    if not service.is_allowed(found.metric, may):
        raise UnknownReading
    service.note(session, permit, {service.category_of(found.metric): 1}, clock=clock)
    versions = entries.versions(session, person=permit.person, reading=found)
    is_current = found.corrected_by is None and found.deleted_at is None
    return ReadingDetail(
        **present.brief(found).model_dump(),
        source=found.source,
        category=catalogue.metric(found.metric).category,
        end=found.end,
        code=found.code,
        code_system=found.code_system,
        original_value=found.original_value,
        original_unit=found.original_unit,
        context=found.context,
        is_fasting=found.is_fasting,
        imports=_imports(session, permit.person, found),
        versions=[present.brief(one) for one in versions],
        deleted_at=found.deleted_at,
        shares=[],
        rule=None,
        seen_by=_seen_by(session, actor, found.metric),
        corrections=[
            shaped(one)
            for one in corrections.corrections(
                session, person=permit.person, readings=frozenset({found.id, *(other.id for other in versions)})
            )
        ],
        can_correct=is_current,
        can_delete=is_current,
    )


def _imports(session: Reader, person: str, found: StoredReading) -> list[ImportShape]:
    claims = select(ClaimRow.import_id, ClaimRow.stored_at, ClaimRow.sealed).where(  # type: ignore[call-overload]
        col(ClaimRow.person_id) == person, col(ClaimRow.point_id) == found.id
    )
    shown = []
    for import_id, stored_at, sealed in session.execute(claims.order_by(col(ClaimRow.import_id))):
        printed = points.printed(found) if sealed is None else points.open_claim(person, import_id, found.id, sealed)
        facts = import_facts(session, person=person, import_id=import_id)
        shown.append(
            ImportShape(
                import_id=import_id,
                source=facts.source if facts else None,
                file_name=facts.file_name if facts else None,
                sha256=facts.sha256 if facts else None,
                stored_at=stored_at,
                place=printed.place,
                original_value=printed.original_value,
                original_unit=printed.original_unit,
            )
        )
    return shown


def import_facts(session: Reader, *, person: str, import_id: str) -> ImportFacts | None:
    """What an import was, or None where nobody wrote it down."""
    row = session.execute(
        select(col(ImportRow.sealed)).where(col(ImportRow.person_id) == person, col(ImportRow.import_id) == import_id)
    ).scalar_one_or_none()
    if row is None:
        return None
    plain = base.unseal(person, table="record_import", column="sealed", row=import_id, version=1, sealed=row)
    return msgspec.json.decode(plain, type=ImportFacts)


def shaped(one: corrections.Correction) -> CorrectionShape:
    """A correction for the phone."""
    return CorrectionShape(
        id=one.id,
        reading=one.reading,
        why=one.why,
        note=one.note,
        replaced_by=one.replaced_by,
        stored_at=one.stored_at,
        withdrawn_at=one.withdrawn_at,
    )


def _seen_by(session: base.Session, actor: people.Actor, metric: str) -> list[SeenBy]:
    category = catalogue.metric(metric).category
    shown = []
    for read in consent.reads(session, actor=actor, limit=200):
        # A read that noted its metrics says exactly whether this one was among them.
        is_exact = metric in read.metrics
        if read.is_denied or not (is_exact or (category in read.what and not read.metrics)):
            continue
        names = read.names
        shown.append(
            SeenBy(
                at=read.at,
                who=names.ja if names else read.role,
                names=Names(ja=names.ja, ja_easy=names.ja_easy, en=names.en) if names else None,
                purpose=read.purpose,
                is_exact=is_exact,
            )
        )
    return shown[:MOST_SEEN]


def _day_detail(
    session: base.Session, permit: Permit, actor: people.Actor, reading: str, clock: base.Clock
) -> ReadingDetail:
    metric, day = _split(reading)
    found = service.daily(session, permit=permit, metric=metric, since=day, until=day, clock=clock)
    if not found:
        raise UnknownReading
    one = found[0]
    start = timeline.midnight(day)
    if metric == days.SLEEP:
        start -= timedelta(hours=6)
    return ReadingDetail(
        **timeline.day_brief(metric, one).model_dump(),
        source=max(one.shares, key=lambda name: one.shares[name], default=""),
        category=catalogue.metric(metric).category,
        end=start + timedelta(days=1),
        code=None,
        code_system=None,
        original_value=None,
        original_unit=None,
        context=None,
        is_fasting=None,
        imports=_day_imports(session, permit.person, metric, start),
        versions=[],
        deleted_at=None,
        shares=shares(one),
        rule=Word(key="record.rule.overlap") if len(one.shares) > 1 or one.raw_sum > one.value else None,
        seen_by=_seen_by(session, actor, metric),
        corrections=[],
        can_correct=False,
        can_delete=False,
    )


def _split(reading: str) -> tuple[str, date]:
    try:
        metric, day = reading.removeprefix(DAY_ID).rsplit(".", 1)
        found = date.fromisoformat(day)
    except ValueError as error:
        raise UnknownReading from error
    entry = catalogue.find(metric)
    if entry is None or entry.kind != "series":
        raise UnknownReading
    return metric, found


def shares(one: DayValue) -> list[SourceShare]:
    """How much of a day's figure each source gave, in the order in which they win."""
    return [
        SourceShare(
            source=name,
            n=round(one.shares[name]),
            rank=place,
            rank_reason=Word(key=f"record.rank.{days.rank_of(name).reason}"),
        )
        for place, name in enumerate(days.ranked(list(one.shares)), start=1)
    ]


def _day_imports(session: Reader, person: str, metric: str, start: datetime) -> list[ImportShape]:
    held = store.open_blobs(session, person=person, metric=metric, since=start, until=start + timedelta(days=1))
    shown = []
    for import_id, claim in (held.claims if held else {}).items():
        if not claim.member.any():
            continue
        facts = import_facts(session, person=person, import_id=import_id)
        known = sorted(int(place) for place in claim.place if place >= 0)
        place = f"{claim.place_prefix}{known[0]}–{known[-1]}" if known else claim.place_prefix
        row = session.execute(
            select(col(ImportRow.stored_at)).where(
                col(ImportRow.person_id) == person, col(ImportRow.import_id) == import_id
            )
        ).scalar_one_or_none()
        shown.append(
            ImportShape(
                import_id=import_id,
                source=facts.source if facts else None,
                file_name=facts.file_name if facts else None,
                sha256=facts.sha256 if facts else None,
                stored_at=row or start,
                place=place,
                original_value=None,
                original_unit=None,
            )
        )
    return shown
