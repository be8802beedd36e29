"""A permit's categories are the borders of what a read gives, in counts too; a read by others is logged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import text

from backend import base, consent, people, record
from backend.consent import Category
from backend.record import Reading, timeline

NOW = base.FixedClock(datetime(2026, 4, 1, tzinfo=UTC))
ACTOR = people.Actor(account="a", person="p", roles=frozenset({people.Role.RESIDENT}), site="suita", session="x")


def reading(metric: str, value: float | str, **more: object) -> Reading:
    unit = record.catalogue.metric(metric).unit
    return Reading(
        **{
            "metric": metric,
            "value": value,
            "unit": unit,
            "start": NOW.now() - timedelta(days=9),
            "source": "clinic",
            **more,
        }
    )  # type: ignore[arg-type]


def permit(categories: frozenset[Category] | None = None, clock: base.Clock = NOW) -> consent.Permit:
    with base.write_unit() as session:
        return consent.permit(
            session, actor=ACTOR, person="p", purpose=consent.Purpose.SELF, categories=categories, clock=clock
        )


@pytest.fixture
def _filled(runtime: base.Runtime) -> None:
    found = [
        reading("hba1c_pct", 5.9),
        reading("weight_kg", 60.0),
        reading("q_smoking", "1"),
        reading("steps_count", 100.0),
    ]
    with base.write_unit() as session:
        record.add(session, person="p", readings=found, import_id="i", clock=NOW)


@pytest.mark.usefixtures("_filled")
def test_only_the_permitted_categories_come_out_and_are_counted() -> None:
    lab = permit(frozenset({Category.LAB}))
    with base.read_unit() as session:
        assert [one.metric for one in record.read(session, permit=lab, clock=NOW)] == ["hba1c_pct"]
        assert set(record.latest(session, permit=lab, metrics=["hba1c_pct", "weight_kg"], clock=NOW)) == {"hba1c_pct"}
        assert record.daily(session, permit=lab, metric="steps_count", clock=NOW) == []
        assert record.read_series(session, permit=lab, metric="steps_count", clock=NOW) is None
        assert record.series_metrics(session, permit=lab, clock=NOW) == []
        page = timeline.timeline(session, permit=lab, asked=timeline.Asked(), clock=NOW)
        assert (page.total, page.entries[0].n_items) == (1, 1)
        assert [one.id for one in page.filters.metrics] == ["hba1c_pct"]
        facts = record.profile(session, permit=lab, clock=NOW).facts
        assert {fact.answer for fact in facts.values()} == {record.Answer.WITHHELD}
        own = record.profile(session, permit=permit(), clock=NOW)
        assert own.value("smoking") == "current"
        assert own.is_yes("diabetes") is None


@pytest.mark.usefixtures("_filled")
def test_a_permit_that_ran_out_opens_nothing() -> None:
    old = permit(clock=base.FixedClock(NOW.now() - timedelta(hours=1)))
    with base.read_unit() as session, pytest.raises(consent.NotPermitted):
        record.read(session, permit=old, clock=NOW)


@pytest.mark.usefixtures("_filled")
def test_the_newest_and_preferred_value_is_the_latest() -> None:
    at = NOW.now() - timedelta(days=3)
    found = [
        reading("sbp_mmhg", 150.0, start=at, code="9A751000000000001"),
        reading("sbp_mmhg", 130.0, start=at, code="9A755000000000001"),
        reading("sbp_mmhg", 140.0, start=at, code="9A752000000000001"),
        reading("hba1c_pct", 6.1, start=at),
    ]
    with base.write_unit() as session:
        record.add(session, person="p", readings=found, import_id="j", clock=NOW)
        got = record.latest(session, permit=permit_in(session), metrics=["sbp_mmhg", "hba1c_pct"], clock=NOW)
    assert {metric: one.value for metric, one in got.items()} == {"sbp_mmhg": 130.0, "hba1c_pct": 6.1}


def permit_in(session: base.Session) -> consent.Permit:
    return consent.permit(session, actor=ACTOR, person="p", purpose=consent.Purpose.SELF, clock=NOW)


@pytest.mark.usefixtures("runtime")
def test_what_cannot_be_stored_comes_back_with_its_reason() -> None:
    bad = [
        reading("hba1c_pct", 59.0),
        reading("albumin_gdl", 3.9, unit="mg/L"),
        Reading(metric="no_such", value=1.0, unit="", start=NOW.now(), source="x"),
        reading("weight_kg", float("nan")),
        reading("weight_kg", 60.0, start=NOW.now() + timedelta(days=2)),
        reading("heart_rate_bpm", 400.0),
    ]
    with base.write_unit() as session:
        added = record.add(session, person="p", readings=bad, import_id="i", clock=NOW)
    assert (added.new, added.already) == (0, 0)
    assert [reason for _, reason in added.refused] == [
        "record.refused_implausible",
        "record.refused_unit",
        "record.refused_unknown_metric",
        "record.refused_not_a_number",
        "record.refused_future",
        "record.refused_implausible",
    ]
    assert all(reason in base.all_words() for _, reason in added.refused)


def test_two_writers_lose_nothing(runtime: base.Runtime) -> None:
    start = NOW.now() - timedelta(days=20)

    def write(source: str) -> None:
        for minute in range(20):
            one = reading("steps_count", 1.0, start=start + timedelta(minutes=minute), source=source)
            with base.write_unit() as session:
                record.add(session, person="p", readings=[one], import_id=source, clock=NOW)

    base.use(runtime)
    threads = [Thread(target=write, args=(source,)) for source in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with base.read_unit() as session:
        samples = record.read_series(session, permit=permit(), metric="steps_count", clock=NOW)
        days = record.daily(session, permit=permit(), metric="steps_count", clock=NOW)
    assert samples is not None
    assert len(samples) == 40
    assert sum(day.value for day in days) == 40


@pytest.mark.usefixtures("_filled")
def test_a_flipped_bit_of_a_series_is_an_error() -> None:
    with base.write_unit() as session:
        sealed = session.execute(text("SELECT sealed FROM record_series")).scalar_one()
        flipped = sealed[:-1] + bytes([sealed[-1] ^ 1])
        session.execute(text("UPDATE record_series SET sealed = :s"), {"s": flipped})
    with base.read_unit() as session, pytest.raises(base.SealBroken):
        record.read_series(session, permit=permit(), metric="steps_count", clock=NOW)
