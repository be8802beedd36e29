"""What people answered to suggestions."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from backend import base


class AdviceAnswerRow(base.Table, table=True):
    """The newest answer of a person to a suggestion; which one and why are sealed."""

    __tablename__ = "advice_answer"

    person_id: str = Field(primary_key=True, max_length=26)
    slot: str = Field(primary_key=True, max_length=64)  # keyed hash of the suggestion: its name says what ails
    version: int
    at: datetime = Field(sa_type=base.UtcDateTime)
    sealed: bytes
