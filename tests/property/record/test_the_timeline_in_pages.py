"""Pages of the timeline, of whatever length and filter, are the whole of it; a page opens only what it shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from backend import base, consent, people, record
from backend.record import Reading, timeline

NOW = base.FixedClock(datetime(2026, 4, 1, tzinfo=UTC))
START = datetime(2026, 2, 1, 14, 0, tzinfo=UTC)
SOURCES = ("健診機関 2799999999", "home", "Apple Watch")
METRICS = {"hba1c_pct": "%", "weight_kg": "kg", "steps_count": "{steps}"}

one = st.tuples(
    st.integers(0, 8), st.integers(0, 23), st.sampled_from(sorted(METRICS)), st.sampled_from(SOURCES), st.integers(1, 4)
)


def reading(days: int, hours: int, metric: str, source: str, value: int) -> Reading:
    start = START + timedelta(days=days, hours=hours)
    end = start + timedelta(minutes=20) if metric == "steps_count" else None
    return Reading(
        metric=metric, value=5.0 + value, unit=METRICS[metric], start=start, end=end, source=source, place="line 1"
    )


def permit_of(session: base.Session, person: str) -> consent.Permit:
    actor = people.Actor(account="a", person=person, roles=frozenset({people.Role.RESIDENT}), site="s", session="x")
    return consent.permit(session, actor=actor, person=person, purpose=consent.Purpose.SELF, clock=NOW)


def whole(person: str, asked: timeline.Asked, limit: int) -> tuple[list[str], list[int], set[int]]:
    """All entries page by page: their ids, how many items each has, and the totals that the pages said."""
    ids, sizes, totals, cursor = [], [], set(), None
    with base.write_unit() as session:
        permit = permit_of(session, person)
        while True:
            page = timeline.timeline(session, permit=permit, asked=asked, cursor=cursor, limit=limit, clock=NOW)
            ids += [entry.id for entry in page.entries]
            sizes += [entry.n_items for entry in page.entries]
            totals.add(page.total)
            cursor = page.next_cursor
            if cursor is None:
                return ids, sizes, totals


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    found=st.lists(one, max_size=14),
    limit=st.integers(1, 5),
    source=st.sampled_from([None, *SOURCES]),
    metric=st.sampled_from([None, *sorted(METRICS)]),
    since=st.sampled_from([None, 2, 5]),
)
def test_pages_of_any_length_are_the_whole(
    runtime: base.Runtime,
    found: list[tuple[int, int, str, str, int]],
    limit: int,
    source: str | None,
    metric: str | None,
    since: int | None,
) -> None:
    person = base.new_id()
    with base.write_unit() as session:
        record.add(session, person=person, readings=[reading(*each) for each in found], import_id="i", clock=NOW)
    first = None if since is None else (START + timedelta(days=since)).astimezone(base.TOKYO).date()
    asked = timeline.Asked(
        sources=frozenset({source} if source else ()),
        metrics=frozenset({metric} if metric else ()),
        since=first,
    )
    ids, sizes, totals = whole(person, asked, limit)
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == len(ids)
    assert totals == {len(ids)}
    assert (ids, sizes) == whole(person, asked, 100)[:2]
    # What a person would count by hand: each day and source, points by value, a device's day as one.
    wanted: dict[tuple[str, str], set[object]] = {}
    for days, hours, name, by, value in found:
        day = (START + timedelta(days=days, hours=hours)).astimezone(base.TOKYO).date()
        if (source and by != source) or (metric and name != metric) or (first and day < first):
            continue
        if name != "steps_count":
            wanted.setdefault((day.isoformat(), by), set()).add((days, hours, name, value))
    points = sum(len(items) for items in wanted.values())
    if metric != "steps_count" and all(name != "steps_count" for _, _, name, _, _ in found):
        assert (len(ids), sum(sizes)) == (len(wanted), points)


def test_a_page_opens_only_its_own_values(runtime: base.Runtime) -> None:
    person = base.new_id()
    with base.write_unit() as session:
        record.add(
            session,
            person=person,
            readings=[reading(day, 1, "weight_kg", "home", 1) for day in range(4)],
            import_id="i",
            clock=NOW,
        )
        oldest = session.connection().execute(text("SELECT id FROM record_point ORDER BY start LIMIT 1")).scalar_one()
        session.connection().execute(
            text("UPDATE record_point SET sealed = :broken WHERE id = :id"),
            {"broken": b"\x01" + b"x" * 40, "id": oldest},
        )
    with base.write_unit() as session:
        permit = permit_of(session, person)
        first = timeline.timeline(session, permit=permit, asked=timeline.Asked(), limit=3, clock=NOW)
        assert (len(first.entries), first.total) == (3, 4)
        with pytest.raises(base.SealBroken):
            timeline.timeline(
                session, permit=permit, asked=timeline.Asked(), cursor=first.next_cursor, limit=3, clock=NOW
            )
