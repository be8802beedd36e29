"""Shapes of わたしのこと for the routes."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field

from backend.record.shapes import Shape, Word


class FactShape(Shape):
    """An answer with its date and source."""

    answer: Literal["value", "unknown", "unanswered", "withheld"]
    value: Any = None
    on: date | None = None
    source: str | None = Field(default=None, description='"self" or the name of the source document')
    reading: str | None = None


class ProfileQuestion(Shape):
    """One question of わたしのこと: what stands, where it comes from, what else was said, and what was before."""

    key: str
    group: str
    kind: Literal["choice", "many", "text_list", "municipality", "pregnancy", "contact"]
    question: Word
    why: Word
    choices: list[Word]
    values: list[str] = Field(description="what to send back for each choice")
    current: FactShape
    others: list[FactShape]
    history: list[FactShape]


class ProfileAnswer(Shape):
    """All questions; `unanswered` counts those that models or advice still need."""

    questions: list[ProfileQuestion]
    unanswered: int


class ProfilePath(BaseModel):
    """The key of a question."""

    key: str = Field(max_length=40, pattern=r"^[a-z0-9_]+$")


class ProfileBody(Shape):
    """An answer; "unknown" is an answer too, "unanswered" takes the answer back."""

    answer: Literal["value", "unknown", "unanswered"]
    value: Any = None
