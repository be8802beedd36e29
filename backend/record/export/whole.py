"""The whole record of a person as plain values: what counts today, every own answer, every sample; and its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal, get_args

import msgspec
import numpy as np

from backend import base, people
from backend.consent import Category, Permit
from backend.record import catalogue, service
from backend.record.model import Answer, Fact, Reading, SeriesSamples, StoredReading
from backend.record.points import Reader
from backend.record.profile import service as profile
from backend.record.profile.questions import Said, checked, questions
from backend.record.refusals import AnswerNotReadable
from backend.record.tables import AnswerImportRow, ProfileRow

Section = Literal["medicines", "allergies", "problems", "immunizations", "results", "vitals", "procedures", "about_me"]

SECTIONS: tuple[Section, ...] = get_args(Section)
"""What a person can choose to show; the first three are always there in an IPS, if only as "no information"."""

_FACTS: dict[str, Section] = {
    "condition": "problems",
    "allergy": "allergies",
    "medication": "medicines",
    "immunization": "immunizations",
    "procedure": "procedures",
}
_VITALS = frozenset({"C-VITAL", "C-ACT"})


def section_of(metric: str) -> Section:
    """The section of a metric."""
    if metric in _FACTS:
        return _FACTS[metric]
    category = catalogue.metric(metric).category
    if category == Category.MED:
        return "medicines"
    return "vitals" if category in _VITALS else "results"


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """Everything but the samples, which are read one metric at a time because there may be millions."""

    person: people.PersonFacts
    readings: tuple[StoredReading, ...]
    said: tuple[Said, ...]
    facts: tuple[Fact, ...]
    series: tuple[str, ...]
    made_at: datetime
    chosen: frozenset[Section] = frozenset(SECTIONS)


def gather(
    session: Reader,
    *,
    permit: Permit,
    sections: Sequence[Section] | None = None,
    since: datetime | None = None,
    with_series: bool = True,
    clock: base.Clock = base.CLOCK,
) -> Whole:
    """Read the record as far as the permit goes; `sections` and `since` narrow it.

    `since` is for measurements: an allergy or a medicine does not stop counting because it was noted long ago.
    """
    chosen = frozenset(SECTIONS if sections is None else sections)
    readings = service.read(session, permit=permit, clock=clock)
    answers = profile.answers(session, permit=permit, clock=clock)
    may = service.allowed(permit, clock=clock)
    return Whole(
        person=people.person(session, person=permit.person),
        readings=tuple(
            one
            for one in readings
            if section_of(one.metric) in chosen and (since is None or one.metric in _FACTS or one.start >= since)
        ),
        said=tuple(
            one
            for key, all_said in profile.all_said(session, permit.person).items()
            if questions()[key].category in may and section_of_question(key) in chosen
            for one in all_said
        ),
        facts=tuple(
            one.current
            for one in answers
            if one.current.answer is not Answer.WITHHELD and section_of_question(one.question.key) in chosen
        ),
        series=tuple(
            metric
            for metric in service.series_metrics(session, permit=permit, clock=clock)
            if with_series and section_of(metric) in chosen
        ),
        made_at=clock.now(),
        chosen=chosen,
    )


def section_of_question(key: str) -> Section:
    """The section that an answer of わたしのこと belongs to."""
    question = questions()[key]
    if key == "allergies":
        return "allergies"
    if question.category is Category.MED:
        return "medicines"
    return "problems" if question.category is Category.DX else "about_me"


# --- the hash ----------------------------------------------------------------------------------


def _millis(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _line(reading: Reading) -> bytes:
    value = reading.value
    return msgspec.json.encode(
        [
            reading.metric,
            value + 0.0 if isinstance(value, float) else value,
            reading.unit,
            _millis(reading.start),
            None if reading.end is None else _millis(reading.end),
            round((reading.start.utcoffset() or timedelta(0)).total_seconds() / 60),
            reading.is_date_only,
            reading.state.value,
            reading.source,
            reading.code or None,
            reading.code_system or None,
            reading.original_value or None,
            reading.original_unit or None,
            reading.flag,
            reading.context,
            reading.is_fasting,
        ]
    )


def hash_of(readings: Iterable[Reading], said: Iterable[Said], series: Iterable[SeriesSamples]) -> str:
    """SHA-256 over what a record says, whoever holds it and however it came: no ids, imports, places in files."""
    digest = hashlib.sha256(b"meguri record 1\n")
    for line in sorted(_line(one) for one in readings):
        digest.update(line + b"\n")
    for line in sorted(msgspec.json.encode([one.key, one.answer.value, one.value, one.at.isoformat()]) for one in said):
        digest.update(line + b"\n")
    for samples in sorted(series, key=lambda one: one.metric):
        digest.update(msgspec.json.encode([samples.metric, samples.unit, len(samples)]) + b"\n")
        for part in _columns(samples):
            digest.update(part)
    return digest.hexdigest()


def _columns(samples: SeriesSamples) -> Iterator[bytes]:
    # Names are numbered by what is really used, so that the bytes do not depend on anybody's tables.
    for names, index in ((samples.sources, samples.source), (samples.labels, samples.label)):
        used = sorted({names[at] for at in np.unique(index) if at >= 0})
        table = np.array([*(used.index(name) if name in used else -2 for name in names), -1], np.int64)
        yield msgspec.json.encode(used)
        yield table[index].astype("<i8").tobytes()
    value = np.where(np.isnan(samples.value), np.nan, samples.value + 0.0).astype("<f8")
    for column in (samples.start_ms, samples.end_ms, samples.offset_min):
        yield column.astype("<i8").tobytes()
    yield value.tobytes()


def record_hash(session: Reader, *, permit: Permit, clock: base.Clock = base.CLOCK) -> str:
    """The hash of the record as it stands: two servers that hold the same record give the same one."""
    whole = gather(session, permit=permit, clock=clock)
    return hash_of(whole.readings, whole.said, all_series(session, whole, permit=permit, clock=clock))


def all_series(
    session: Reader,
    whole: Whole,
    *,
    permit: Permit,
    renew: Callable[[], Permit] | None = None,
    clock: base.Clock = base.CLOCK,
) -> Iterator[SeriesSamples]:
    """The samples, one metric at a time; `renew` mints a permit for each, since one lasts a minute only."""
    for metric in whole.series:
        fresh = permit if renew is None else renew()
        samples = service.read_series(session, permit=fresh, metric=metric, clock=clock)
        if samples is not None and len(samples):
            yield samples


# --- answers of another server -------------------------------------------------------------------


def add_said(
    session: base.Session, *, person: str, said: Sequence[Said], import_id: str, clock: base.Clock = base.CLOCK
) -> int:
    """Put answers given elsewhere on the record with the time at which they were given; gives how many are new.

    The newest answer stands, so that an older file never overrules what the person said here since.
    Raises AnswerNotReadable where one is no answer to its question or was given in the future.
    """
    now = clock.now()
    held = profile.all_said(session, person)
    new = 0
    for one in said:
        if not is_answer(one) or one.at > now + timedelta(days=1):
            raise AnswerNotReadable
        if one in held.get(one.key, ()):
            continue
        row = base.new_id()
        sealed = base.seal(
            person, table="record_profile", column="sealed", row=row, version=1, plain=msgspec.json.encode(one)
        )
        session.add(ProfileRow(person_id=person, id=row, stored_at=one.at, sealed=sealed))
        session.add(AnswerImportRow(person_id=person, import_id=import_id, profile_id=row))
        held.setdefault(one.key, []).append(one)
        new += 1
    session.flush()
    return new


def is_answer(said: Said) -> bool:
    """Whether this is an answer to a question that exists, in the form in which answers are stored."""
    question = questions().get(said.key)
    if question is None or said.answer is Answer.WITHHELD:
        return False
    if said.answer is not Answer.VALUE:
        return said.value is None
    town = people.municipality(said.value) if question.kind == "municipality" and isinstance(said.value, str) else None
    stored: Any = checked(question, said.value, municipality_exists=town is not None)
    return stored is not None and stored == said.value


def tokyo_day(at: datetime) -> date:
    """The Japanese day of a moment."""
    return at.astimezone(base.TOKYO).date()
