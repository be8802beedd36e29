"""Quotes that a person asked for; what was sent and what came back is sealed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from backend import base


class QuoteRow(base.Table, table=True):
    """One request for quotes."""

    __tablename__ = "advice_quote"

    person: str = Field(primary_key=True, foreign_key="people_person.id", max_length=26)
    id: str = Field(primary_key=True, unique=True, max_length=26)
    partner: str = Field(max_length=40)
    account: str = Field(max_length=26)
    client_id: str = Field(max_length=64)
    asked_at: datetime = Field(sa_type=base.UtcDateTime)
    version: int
    sealed: bytes

    __table_args__ = (Index("uq_advice_quote_client", "account", "client_id", unique=True),)
