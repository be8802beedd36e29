"""Tables of the information bank."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from backend import base


class PseudonymRow(base.Table, table=True):
    """The name a person has with one recipient for one purpose; kept after withdrawal, so that a later try is known."""

    __tablename__ = "bank_pseudonym"

    person: str = Field(primary_key=True, foreign_key="people_person.id", max_length=26)
    recipient: str = Field(primary_key=True, foreign_key="consent_recipient.id")
    purpose: str = Field(primary_key=True)
    pseudonym: str
    created_at: datetime = Field(sa_type=base.UtcDateTime)

    __table_args__ = (Index("uq_bank_pseudonym", "recipient", "purpose", "pseudonym", unique=True),)
