"""The table of approved uses as consent reads them: written by governance, one row a use."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from backend import base


class VerdictRow(base.Table, table=True):
    """The newest verdict of a use, encoded, and whether it is live, suspended or ended."""

    __tablename__ = "consent_verdict"

    use: str = Field(primary_key=True, max_length=26)
    recipient: str = Field(unique=True)
    site: str = Field(index=True, max_length=40)
    body: str
    state: str
    why: str = ""
    changed_at: datetime = Field(sa_type=base.UtcDateTime)
    ends_at: datetime = Field(sa_type=base.UtcDateTime)
