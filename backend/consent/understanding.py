"""Three questions before the first entrustment: a wrong answer explains and asks again, it locks nobody out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec
from sqlmodel import Session

from backend import base, people
from backend.consent.tables import UnderstoodRow


class CheckNeeded(base.Refusal):
    """Before the first entrustment come three questions."""

    status = 403
    key = "consent.check_needed"


class Question(msgspec.Struct, frozen=True):
    """One question; its words are `consent.check.<id>`, `.a`, `.b` ... and `.why`."""

    id: str
    options: tuple[str, ...]
    right: str


class Questions(msgspec.Struct, frozen=True):
    """The questions in force; a new version asks again before the next entrustment."""

    version: int
    questions: tuple[Question, ...]


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """Whether all answers were right, and which were not."""

    is_passed: bool
    wrong: tuple[str, ...]


@cache
def questions() -> Questions:
    """Return the questions in force."""
    return msgspec.convert(json.loads((Path(__file__).parent / "check.json").read_text("utf-8")), Questions)


def has_understood(session: Session, *, person: str) -> bool:
    """Return whether a person has answered the questions in force."""
    row = session.get(UnderstoodRow, person)
    return row is not None and row.passed_at is not None and row.version == questions().version


def require_understood(session: Session, *, person: str) -> None:
    """Raise CheckNeeded unless a person has answered the questions in force."""
    if not has_understood(session, person=person):
        raise CheckNeeded


def answer_check(
    session: Session, *, actor: people.Actor, answers: Mapping[str, str], clock: base.Clock = base.CLOCK
) -> Checked:
    """Take a person's answers; right ones are remembered, wrong ones may be given again as often as wanted."""
    if actor.person is None:
        raise base.NotAllowed
    asked = questions()
    wrong = tuple(each.id for each in asked.questions if answers.get(each.id) != each.right)
    row = session.get(UnderstoodRow, actor.person) or UnderstoodRow(person=actor.person, version=asked.version)
    if row.version != asked.version:
        row.version, row.passed_at = asked.version, None
    row.tries += 1
    if not wrong and row.passed_at is None:
        row.passed_at = clock.now()
    session.add(row)
    session.flush()
    return Checked(is_passed=not wrong, wrong=wrong)
