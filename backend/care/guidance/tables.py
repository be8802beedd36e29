"""Cases of health guidance; all that they say is sealed with the resident's key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from backend import base


class GuidanceRow(base.Table, table=True):
    """One case; a person has at most one that is open."""

    __tablename__ = "care_guidance"

    person: str = Field(primary_key=True, foreign_key="people_person.id", max_length=26)
    id: str = Field(primary_key=True, unique=True, max_length=26)
    recipient: str = Field(foreign_key="consent_recipient.id")
    is_open: bool
    ask_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime, index=True)
    version: int
    sealed: bytes

    __table_args__ = (Index("ix_care_guidance_recipient", "recipient", "is_open"),)
