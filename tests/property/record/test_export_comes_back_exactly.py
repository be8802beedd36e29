"""What is taken out of one server and put into an empty one is the same record, by hash."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend import base, consent, people, record
from backend.link import open_source
from backend.record import Answer, ItemState, Reading, take

NOW = base.FixedClock(datetime(2026, 4, 1, tzinfo=UTC))
JST = timezone(timedelta(hours=9))
MIDNIGHT = datetime(2025, 6, 1, tzinfo=JST)
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn")), min_size=1, max_size=12
).filter(lambda text: text.strip() == text and text != "")
ZONES = st.sampled_from([UTC, JST, timezone(timedelta(hours=-9, minutes=-30))])
MOMENTS = st.builds(
    lambda minutes, ms, zone: (MIDNIGHT + timedelta(minutes=minutes, milliseconds=ms)).astimezone(zone),
    st.integers(0, 300_000),
    st.sampled_from([0, 1, 500, 999]),
    ZONES,
)
NUMBERS = {"hba1c_pct": (3.0, 20.0), "weight_kg": (1.0, 300.0), "sbp_mmhg": (50.0, 260.0), "ldl_mgdl": (1.0, 900.0)}


@st.composite
def numbers(draw: st.DrawFn) -> Reading:
    metric = draw(st.sampled_from(sorted(NUMBERS)))
    low, high = NUMBERS[metric]
    state = draw(st.sampled_from(list(ItemState)))
    is_day = draw(st.booleans())
    start = MIDNIGHT + timedelta(days=draw(st.integers(0, 200))) if is_day else draw(MOMENTS)
    value = draw(st.floats(low, high, allow_nan=False))
    return Reading(
        metric=metric,
        value=value if state is ItemState.MEASURED else None,
        unit=record.catalogue.metric(metric).unit,
        start=start,
        end=draw(st.sampled_from([None, start + timedelta(minutes=7)])) if not is_day else None,
        is_date_only=is_day,
        state=state,
        source=draw(WORDS),
        code=draw(st.sampled_from([None, "4548-4", "3D046000001920402"])),
        code_system=draw(st.sampled_from([None, "1.2.392.200119.6.1005", "http://loinc.org", "no uri at all"])),
        original_value=draw(st.sampled_from([None, "5.90", "<0.3", "＝1+1", "=1+1", "'x", "@a"])),
        original_unit=draw(st.sampled_from([None, "%", "mmHg"])),
        place="h1.xml#3",
        flag=draw(st.sampled_from([None, "H", "L", "N"])),
        context=draw(st.sampled_from([None, "office", "home"])),
        is_fasting=draw(st.sampled_from([None, True, False])),
    )


@st.composite
def facts(draw: st.DrawFn) -> Reading:
    return Reading(
        metric=draw(st.sampled_from(["condition", "allergy", "medication", "immunization", "procedure", "q_smoking"])),
        value=draw(st.one_of(WORDS, st.sampled_from(["1", "2"]))),
        unit="",
        start=MIDNIGHT + timedelta(days=draw(st.integers(0, 200))),
        end=draw(st.sampled_from([None, MIDNIGHT + timedelta(days=300)])),
        is_date_only=True,
        source=draw(WORDS),
        code=draw(st.sampled_from([None, "A01", "with space"])),
        code_system=draw(st.sampled_from([None, "urn:oid:1.2.3"])),
        original_value=draw(st.one_of(st.none(), WORDS)),
        place="entry[3]",
    )


@st.composite
def samples(draw: st.DrawFn) -> Reading:
    start = draw(MOMENTS)
    metric = draw(st.sampled_from(["steps_count", "heart_rate_bpm", "sleep_stage"]))
    value: float | str = float(draw(st.integers(30, 220)))
    if metric == "sleep_stage":
        value = draw(st.sampled_from(["asleep_core", "in_bed", "awake"]))
    return Reading(
        metric=metric,
        value=value,
        unit=record.catalogue.metric(metric).unit,
        start=start,
        end=draw(st.sampled_from([None, start + timedelta(seconds=90)])),
        source=draw(st.sampled_from(["Apple Watch", "iPhone", "時計"])),
        place=f"line {draw(st.integers(1, 99))}",
    )


ANSWERS: dict[str, list[Any]] = {
    "allergies": [[], ["egg", "milk"], ["other"]],
    "medicines": [[], ["アムロジピン 5mg", "=薬"]],
    "smoking": ["current", "never"],
    "pregnancy": [{"status": "no", "due": None}, {"status": "yes", "due": "2026-10-01"}],
    "hypertension": ["yes", "no"],
    "area": ["27205"],
}


@st.composite
def answers(draw: st.DrawFn) -> tuple[str, Answer, Any]:
    key = draw(st.sampled_from(sorted(ANSWERS)))
    kind = draw(st.sampled_from([Answer.VALUE, Answer.VALUE, Answer.UNKNOWN, Answer.UNANSWERED]))
    return key, kind, draw(st.sampled_from(ANSWERS[key])) if kind is Answer.VALUE else None


def person() -> str:
    with base.write_unit() as session:
        made = people.create_person(
            session, site="suita", name="吹田 花子", kana="すいた はなこ", birth=date(1980, 4, 2), sex="female"
        )
    return made.id


def permit_of(session: base.Session, who: str) -> consent.Permit:
    actor = people.Actor(account="a", person=who, roles=frozenset({people.Role.RESIDENT}), site="s", session="x")
    return consent.permit(session, actor=actor, person=who, purpose=consent.Purpose.SELF, clock=NOW)


def hash_of(who: str) -> str:
    with base.write_unit() as session:
        return take.record_hash(session, permit=permit_of(session, who), clock=NOW)


def exported(who: str, form: Literal["fhir", "csv"]) -> bytes:
    out = io.BytesIO()
    with base.write_unit() as session:
        take.export(session, out, permit=permit_of(session, who), form=form, clock=NOW)
    return out.getvalue()


def put_back(who: str, file: bytes) -> None:
    with open_source(io.BytesIO(file), filename="x") as source, base.write_unit() as session:
        (found,) = source.persons()
        assert (found.name, str(found.birth), found.sex) == ("吹田 花子", "1980-04-02", "female")
        for batch in source.parts(found.key):
            if isinstance(batch, record.SeriesSamples):
                record.add_series(session, person=who, samples=batch, import_id="i2", clock=NOW)
                continue
            added = record.add(
                session, person=who, readings=batch, import_id="i2", accept_implausible=source.is_exact, clock=NOW
            )
            assert added.refused == ()
        assert source.facts(found.key) == ()
        take.add_said(session, person=who, said=source.answers(found.key), import_id="i2", clock=NOW)
        assert source.left_out == ()


@pytest.mark.usefixtures("runtime")
@pytest.mark.parametrize("form", ["fhir", "csv"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    points=st.lists(st.one_of(numbers(), facts()), max_size=12),
    series=st.lists(samples(), max_size=12),
    said=st.lists(answers(), max_size=6),
)
def test_a_record_taken_elsewhere_is_the_same(
    form: Literal["fhir", "csv"], points: list[Reading], series: list[Reading], said: list[Any]
) -> None:
    here, there = person(), person()
    with base.write_unit() as session:
        record.add(session, person=here, readings=[*points, *series], import_id="i1", clock=NOW)
        for minutes, (key, kind, value) in enumerate(said):
            at = base.FixedClock(NOW.now() - timedelta(days=9) + timedelta(minutes=minutes, microseconds=17))
            record.answer(session, person=here, key=key, answer=kind, value=value, clock=at)
    empty = hash_of(there)
    file = exported(here, form)
    put_back(there, file)
    assert hash_of(there) == hash_of(here)
    assert exported(there, form)[:4] == file[:4]
    put_back(there, file)  # the same file twice changes nothing
    assert hash_of(there) == hash_of(here)
    with base.write_unit() as session:
        record.undo_import(session, person=there, import_id="i2", clock=NOW)
    assert hash_of(there) == empty
