"""Points of the 4th period: every row of the table, both sides of every line, and who wrote decides."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.care.guidance import model
from backend.care.guidance.model import Case, CheckIn, Contact, Note, Outcome, Target

EXAM = date(2026, 6, 1)
AT = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)


def case(**changed: Any) -> Case:
    held: dict[str, Any] = {
        "id": "c", "person": "p", "recipient": "r", "level": "active", "exam_day": EXAM, "start_weight_kg": 80.0,
        "start_waist_cm": 95.0, "opened_at": AT, "goal": "g", "task": "t",
        "targets": (Target(kind="meals", text="a"), Target(kind="movement", text="b")),
    }  # fmt: skip
    return Case(**(held | changed))


def talk(kind: Any, day: date) -> Contact:
    return Contact(id=f"{kind}{day}", kind=kind, day=day, account="a")


def note(author: Any, hours: int, text: str = "よくできています") -> Note:
    return Note(id=f"{author}{hours}", at=AT + timedelta(hours=hours), author=author, account="a", text=text)


def outcome(weight: float | None, waist: float | None, **more: Any) -> Outcome:
    held: dict[str, Any] = {"month": 3, "day": date(2026, 9, 1), "account": "a", "kept": ()}
    return Outcome(weight_kg=weight, waist_cm=waist, **(held | more))


def given(one: Case) -> list[tuple[str, int, str | None]]:
    return [(line.row, line.points, line.why_not) for line in model.points(one)]


def test_the_table_is_the_shared_one(shared: Callable[[str], Path]) -> None:
    with shared("advisory/tokutei_hoken_shido_4th_points.csv").open(encoding="utf-8") as file:
        theirs = {row["item"]: int(row["points"]) for row in csv.DictReader(file)}
    assert {row.item: row.points for row in model.table().values()} == theirs
    assert all(row.source for row in model.table().values())
    assert {row.id for row in model.table().values() if row.status == "unverified"} == {"outcome_1", "quit_smoking"}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, ("first_same_day", 20, None)),
        (1, ("first_week", 10, None)),
        (7, ("first_week", 10, None)),
        (8, ("first_week", 0, "after_a_week")),
        (-1, ("first_week", 0, "after_a_week")),
    ],
)
def test_the_first_interview_counts_by_its_day(days: int, expected: tuple[str, int, str | None]) -> None:
    assert given(case(contacts=(talk("first_interview", EXAM + timedelta(days=days)),))) == [expected]


def test_only_the_first_first_interview_counts() -> None:
    twice = (talk("first_interview", EXAM), talk("first_interview", EXAM + timedelta(days=2)))
    assert given(case(contacts=twice)) == [("first_same_day", 20, None), ("first_week", 0, "only_first")]


def test_interviews_and_calls() -> None:
    held = case(contacts=(talk("interview", date(2026, 7, 1)), talk("phone", date(2026, 7, 2))))
    assert given(held) == [("interview", 70, None), ("phone", 30, None)]


def test_a_message_counts_once_the_resident_has_answered() -> None:
    asked = note("counsellor", 1)
    assert given(case(notes=(asked,))) == [("message", 0, "waits_for_answer")]
    assert given(case(notes=(asked, note("resident", 2)))) == [("message", 30, None)]
    assert given(case(notes=(note("resident", 0), asked))) == [("message", 0, "waits_for_answer")]
    tapped = CheckIn(id="k", monday=EXAM, at=AT + timedelta(hours=3), answer="done")
    assert given(case(notes=(asked,), check_ins=(tapped,))) == [("message", 30, None)]


def test_many_messages_of_one_exchange_count_once() -> None:
    three = (note("counsellor", 1), note("counsellor", 2), note("resident", 3))
    assert sorted(given(case(notes=three)), key=str) == [("message", 0, "same_exchange"), ("message", 30, None)]
    again = (*three, note("counsellor", 4), note("resident", 5))
    assert model.total(case(notes=again)) == 60


def test_automated_messages_and_pictures_earn_nothing_even_answered() -> None:
    for author, text, row in (("automated", "今週はどうでしたか", "automated"), ("counsellor", "👍🎉", "no_words")):
        held = case(notes=(note(author, 1, text), note("resident", 2)))
        assert given(held) == [(row, 0, row)]
    assert model.total(case(notes=(note("counsellor", 1, "👍 ok"), note("resident", 2)))) == 30
    assert model.total(case(notes=(note("counsellor", 1), note("resident", 2, "👍")))) == 0


@pytest.mark.parametrize(
    ("weight", "waist", "expected"),
    [
        (78.0, 93.0, [("outcome_2", 180, None)]),
        (78.1, 93.0, [("outcome_1", 0, "unverified")]),
        (78.0, 93.1, [("outcome_1", 0, "unverified")]),
        (79.0, 94.0, [("outcome_1", 0, "unverified")]),
        (79.1, 94.0, []),
        (79.0, 94.1, []),
        (None, 93.0, []),
        (78.0, None, []),
    ],
)
def test_both_measures_have_to_fall(weight: float | None, waist: float | None, expected: list[Any]) -> None:
    assert given(case(outcomes=(outcome(weight, waist),))) == expected


def test_floats_do_not_miss_the_line_by_a_hair() -> None:
    held = case(start_weight_kg=70.3, start_waist_cm=88.1, outcomes=(outcome(68.3, 86.1),))
    assert model.total(held) == 180


def test_no_measure_at_the_check_up_gives_no_loss() -> None:
    assert given(case(start_waist_cm=None, outcomes=(outcome(70, 80),))) == []


def test_each_target_counts_once_and_tobacco_is_not_one_of_them() -> None:
    both = (outcome(80, 95, kept=("meals", "smoking"), quit_smoking=True),
            outcome(80, 95, month=6, day=date(2026, 12, 1), kept=("meals", "movement")))  # fmt: skip
    assert given(case(outcomes=both)) == [
        ("target", 20, None), ("quit_smoking", 0, "unverified"), ("target", 20, None),
    ]  # fmt: skip


def test_active_support_needs_the_sum_and_motivational_does_not() -> None:
    first, ended = talk("first_interview", EXAM), outcome(80, 95)
    two = tuple(talk("interview", date(2026, 7, day)) for day in (1, 2))
    assert model.total(case(contacts=(first, *two))) == 160
    assert not model.is_complete(case(contacts=(first, *two), outcomes=(ended,)))
    enough = (first, *two, talk("phone", date(2026, 7, 3)))
    assert model.is_complete(case(contacts=enough, outcomes=(ended,)))
    assert not model.is_complete(case(contacts=enough))
    # Exactly at the line: 20 + 70 + 70 from talks, 20 from one target kept.
    at_line = case(contacts=(first, *two), outcomes=(outcome(80, 95, kept=("meals",)),))
    assert (model.total(at_line), model.is_complete(at_line)) == (180, True)
    quiet = case(level="motivational", contacts=(first,), outcomes=(ended,))
    assert model.is_complete(quiet)
    assert not model.is_complete(msgspec.structs.replace(quiet, contacts=()))


def test_what_is_needed_on_both_sides_of_each_day() -> None:
    met = case(contacts=(talk("first_interview", EXAM),))
    just = AT + model.SILENT
    assert "silent" not in model.needs(met, just - timedelta(seconds=1))
    assert "silent" in model.needs(met, just)
    assert model.due(met, 3) == date(2026, 9, 1)
    assert "outcome_3" not in model.needs(met, datetime(2026, 8, 31, 14, 59, tzinfo=UTC))
    assert "outcome_3" in model.needs(met, datetime(2026, 8, 31, 15, 0, tzinfo=UTC))
    assert "outcome_6" in model.needs(met, datetime(2026, 12, 1, tzinfo=UTC))
    assert "first_interview" in model.needs(case(), AT)
    weeks = tuple(
        CheckIn(id=str(n), monday=EXAM + timedelta(days=7 * n), at=AT + timedelta(days=7 * n), answer="not_done")
        for n in range(2)
    )
    assert "hard" in model.needs(case(check_ins=weeks), AT + timedelta(days=8))
    assert "hard" not in model.needs(case(check_ins=weeks[:1]), AT + timedelta(days=8))
    assert "answer" in model.needs(case(notes=(note("resident", 1),)), AT)
    assert "answer" not in model.needs(case(notes=(note("resident", 1), note("counsellor", 2))), AT)
    assert "answer" in model.needs(case(notes=(note("resident", 1), note("automated", 2))), AT)
    assert model.needs(case(closed_at=AT), AT + timedelta(days=300)) == ()


def test_months_end_where_the_month_ends() -> None:
    assert model.months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert model.months_after(date(2026, 9, 30), 3) == date(2026, 12, 30)
    assert model.months_after(date(2026, 12, 31), 6) == date(2027, 6, 30)
