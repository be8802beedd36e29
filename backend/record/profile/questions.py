"""The questions of わたしのこと, what counts as an answer, and which answer stands. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec

from backend.consent import Category
from backend.record.model import Answer, Fact

Kind = Literal["choice", "many", "text_list", "municipality", "pregnancy", "contact"]

SELF = "self"
_LONGEST_TEXT = 120
_PHONE = re.compile(r"\+?[0-9][0-9() -]{7,18}")
_MOST_TEXTS = 40


class Derived(msgspec.Struct, frozen=True):
    """How a check-up questionnaire answers the question; its code list changed on the day `before`."""

    metric: str
    answers: dict[str, str]
    before: date | None = None
    answers_before: dict[str, str] = {}

    def value(self, answer: str, on: date) -> str | None:
        """The answer in our words, or None where the list has no such code."""
        is_old = self.before is not None and on < self.before
        return (self.answers_before if is_old else self.answers).get(answer)


class Question(msgspec.Struct, frozen=True):
    """One question; `needed` ones are asked for on home until they are answered."""

    key: str
    group: str
    kind: Kind
    category: Category
    needed: bool = False
    choices: tuple[str, ...] = ()
    derived: Derived | None = None
    only: Literal["female", "male"] | None = None


@cache
def questions() -> Mapping[str, Question]:
    """All questions by key, in the order in which they are shown."""
    text = resources.files(__package__).joinpath("questions.json").read_bytes()
    return {question.key: question for question in msgspec.json.decode(text, type=list[Question])}


def checked(question: Question, value: Any, *, municipality_exists: bool = False) -> Any:
    """The value in its stored form, or None if it is no answer to this question."""
    match question.kind:
        case "choice":
            return value if value in question.choices else None
        case "many":
            is_fine = isinstance(value, list) and all(one in question.choices for one in value)
            return sorted(set(value)) if is_fine else None
        case "text_list":
            is_fine = (
                isinstance(value, list)
                and len(value) <= _MOST_TEXTS
                and all(isinstance(one, str) and 0 < len(one.strip()) <= _LONGEST_TEXT for one in value)
            )
            return [one.strip() for one in value] if is_fine else None
        case "municipality":
            return value if isinstance(value, str) and municipality_exists else None
        case "pregnancy":
            return _pregnancy(value)
        case "contact":
            return _contact(value)


def _pregnancy(value: Any) -> dict[str, str | None] | None:
    if not isinstance(value, dict) or set(value) - {"status", "due"} or value.get("status") not in ("yes", "no"):
        return None
    due = value.get("due")
    if due is not None:
        if value["status"] == "no" or not isinstance(due, str):
            return None
        try:
            due = date.fromisoformat(due).isoformat()
        except ValueError:
            return None
    return {"status": value["status"], "due": due}


def _contact(value: Any) -> dict[str, str] | None:
    """Whom to call: a name and a number to dial, and who that is to her."""
    if not isinstance(value, dict) or set(value) != {"name", "relation", "phone"}:
        return None
    if not all(isinstance(one, str) and len(one) <= _LONGEST_TEXT for one in value.values()):
        return None
    kept = {name: unicodedata.normalize("NFKC", one).strip() for name, one in value.items()}
    is_number = _PHONE.fullmatch(kept["phone"]) is not None
    return kept if kept["name"] and is_number else None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One answer that the person gave herself."""

    key: str
    answer: Answer
    value: Any = None
    at: datetime


def standing(question: Question, own: Sequence[Fact], printed: Sequence[Fact]) -> Fact:
    """Which of the answers stands: the newer one, the person's own where both are of the same day.

    An answer beats "don't know", whichever is newer: a document that knows is worth more than a
    person who does not. An answer taken back says nothing.
    """
    last = own[-1] if own else None
    said = [last] if last is not None and last.answer is not Answer.UNANSWERED else []
    values = [fact for fact in (*printed, *said) if fact.answer is Answer.VALUE]
    if values:
        return max(values, key=lambda fact: (fact.on or date.min, fact.source == SELF))
    return said[0] if said else Fact(key=question.key, answer=Answer.UNANSWERED)
