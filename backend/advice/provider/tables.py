"""Versions of the catalogues that providers loaded; none of it is a resident's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from backend import base


class CatalogueRow(base.Table, table=True):
    """One version: the file as it came, its dishes as they were read, and from when to when it was on offer."""

    __tablename__ = "advice_catalogue"
    __table_args__ = (UniqueConstraint("account", "number"), UniqueConstraint("account", "client_id"))

    id: str = Field(primary_key=True, max_length=26)
    account: str = Field(foreign_key="people_account.id", index=True)
    number: int
    client_id: str = Field(max_length=40)
    file_name: str = Field(max_length=120)
    digest: str = Field(max_length=64)
    content: bytes
    dishes: bytes
    count: int
    listed: str  # the allergens on the list that day; a later one is unknown in this version
    loaded_at: datetime = Field(sa_type=base.UtcDateTime)
    published_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
