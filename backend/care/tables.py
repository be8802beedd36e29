"""Tables of care; what people write to each other is sealed with the resident's key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from backend import base


class ConsultationRow(base.Table, table=True):
    """A consultation; the subject is sealed."""

    __tablename__ = "care_consultation"

    person: str = Field(primary_key=True, foreign_key="people_person.id", max_length=26)
    id: str = Field(primary_key=True, unique=True, max_length=26)
    recipient: str = Field(foreign_key="consent_recipient.id")
    subject: bytes
    opened_at: datetime = Field(sa_type=base.UtcDateTime)
    last_at: datetime = Field(sa_type=base.UtcDateTime)

    __table_args__ = (Index("ix_care_consultation_inbox", "recipient", "last_at"),)


class MessageRow(base.Table, table=True):
    """A message; the text is sealed. `client_id` is the sender's, so that a resend is the same message."""

    __tablename__ = "care_message"

    person: str = Field(primary_key=True, foreign_key="people_person.id", max_length=26)
    id: str = Field(primary_key=True, max_length=26)
    consultation: str
    side: str
    account: str
    text: bytes
    stored_at: datetime = Field(sa_type=base.UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    client_id: str
    digest: str

    __table_args__ = (
        Index("ix_care_message_thread", "person", "consultation", "id"),
        Index("uq_care_message_client", "account", "client_id", unique=True),
    )
