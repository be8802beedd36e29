"""Whatever the order of imports and undos, the record is what its remaining imports say, exactly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from backend import base, consent, people, record
from backend.record import Reading
from backend.record.series import days, store

NOW = base.FixedClock(datetime(2026, 4, 1, tzinfo=UTC))
START = datetime(2026, 1, 31, 14, 0, tzinfo=UTC)  # an hour before midnight and month's end in Tokyo
SOURCES = ("Apple Watch", "iPhone")
TABLES = ("record_point", "record_claim", "record_series", "record_series_claim", "record_daily", "record_import")


def steps(at: int, lasts: int, value: int, source: int, line: int) -> Reading:
    start = START + timedelta(minutes=at)
    return Reading(
        metric="steps_count",
        value=float(value),
        unit="{steps}",
        start=start,
        end=start + timedelta(minutes=lasts) if lasts else None,
        source=SOURCES[source],
        place=f"line {line}",
    )


def weight(at: int, value: int, line: int) -> Reading:
    return Reading(
        metric="weight_kg",
        value=50.0 + value,
        unit="kg",
        start=START + timedelta(hours=at),
        source="scale",
        place=f"line {line}",
        original_value=f"{50 + value}.0",
    )


readings = st.lists(
    st.one_of(
        st.builds(
            steps,
            st.integers(0, 180),
            st.sampled_from([0, 5, 30, 90]),
            st.integers(1, 3),
            st.integers(0, 1),
            st.integers(1, 9),
        ),
        st.builds(weight, st.integers(0, 3), st.integers(0, 2), st.integers(1, 9)),
    ),
    max_size=12,
)
files = st.lists(readings, min_size=1, max_size=3)


def snapshot(person: str) -> dict[str, object]:
    """All that a person can see of the record: points with their origin, samples, days."""
    actor = people.Actor(account="a", person=person, roles=frozenset({people.Role.RESIDENT}), site="s", session="x")
    with base.write_unit() as session:
        permit = consent.permit(session, actor=actor, person=person, purpose=consent.Purpose.SELF, clock=NOW)
        points = [
            (r.id, r.value, r.place, r.import_id, r.original_value)
            for r in record.read(session, permit=permit, clock=NOW)
        ]
        samples = record.read_series(session, permit=permit, metric="steps_count", clock=NOW)
        rows = (
            []
            if samples is None
            else list(
                zip(
                    samples.start_ms.tolist(),
                    samples.end_ms.tolist(),
                    samples.value.tolist(),
                    [samples.sources[at] for at in samples.source],
                    samples.place.tolist(),
                    strict=True,
                )
            )
        )
        daily = record.daily(session, permit=permit, metric="steps_count", clock=NOW)
        claims = {
            table: sorted(session.execute(text(f"SELECT person_id, import_id FROM {table}")).all())
            for table in ("record_claim",)
        }
        return {"points": sorted(points), "samples": rows, "days": daily, "claims": claims}


def put(person: str, import_id: str, given: list[Reading]) -> record.Added:
    with base.write_unit() as session:
        return record.add(session, person=person, readings=given, import_id=import_id, clock=NOW)


def undo(person: str, import_id: str) -> None:
    with base.write_unit() as session:
        record.undo_import(session, person=person, import_id=import_id, clock=NOW)


def wipe() -> None:
    with base.write_unit() as session:
        for table in TABLES:
            session.execute(text(f"DELETE FROM {table}"))


fixture_once = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@fixture_once
@given(given_files=files, order=st.randoms(use_true_random=False))
def test_order_of_imports_is_irrelevant(runtime: base.Runtime, given_files: list[list[Reading]], order: object) -> None:
    seen = []
    shuffled = list(range(len(given_files)))
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    for turn in (range(len(given_files)), shuffled):
        wipe()
        for at in turn:
            put("p", f"import{at}", given_files[at])
        seen.append(snapshot("p"))
    assert seen[0] == seen[1]


@fixture_once
@given(given_files=files)
def test_the_same_file_twice_adds_nothing(runtime: base.Runtime, given_files: list[list[Reading]]) -> None:
    wipe()
    for at, file in enumerate(given_files):
        put("p", f"import{at}", file)
    before = snapshot("p")
    for at, file in enumerate(given_files):
        again = put("p", f"import{at}", file)
        assert (again.new, again.already) == (0, len(file))
    assert snapshot("p") == before
    for file in given_files:
        assert put("p", "later", file).new == 0


@fixture_once
@given(given_files=files, undone=st.integers(0, 2))
def test_an_undone_import_was_never_there(runtime: base.Runtime, given_files: list[list[Reading]], undone: int) -> None:
    undone %= len(given_files)
    wipe()
    for at, file in enumerate(given_files):
        if at != undone:
            put("p", f"import{at}", file)
    wanted = snapshot("p")
    wipe()
    for at, file in enumerate(given_files):
        put("p", f"import{at}", file)
    undo("p", f"import{undone}")
    assert snapshot("p") == wanted
    undo("p", f"import{undone}")
    assert snapshot("p") == wanted


@fixture_once
@given(given_files=files)
def test_the_daily_summary_never_differs_from_the_samples(
    runtime: base.Runtime, given_files: list[list[Reading]]
) -> None:
    wipe()
    for at, file in enumerate(given_files):
        put("p", f"import{at}", file)
    undo("p", "import0")
    with base.read_unit() as session:
        blob = store.open_blobs(session, person="p", metric="steps_count", since=None, until=None)
        held = store.open_days(session, person="p", metric="steps_count")
    if blob is None:
        assert held is None
        return
    fresh = days.summarise(blob, metric="steps_count", is_additive=True, first_day=0, end_day=1 << 30)
    assert held is not None
    got, want = days.as_values(held[1]), days.as_values(fresh)
    assert [(d.day, d.n, round(d.value, 9)) for d in got] == [(d.day, d.n, round(d.value, 9)) for d in want]
