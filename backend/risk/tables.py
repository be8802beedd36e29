"""Tables of the risk room: the children whose growth a parent keeps."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from backend import base


class ChildRow(base.Table, table=True):
    """One child in a parent's record; name, birth, sex and every measurement are sealed with the parent's key."""

    __tablename__ = "risk_child"

    person_id: str = Field(primary_key=True, max_length=26)
    id: str = Field(primary_key=True, max_length=26)
    version: int
    updated_at: datetime = Field(sa_type=base.UtcDateTime)
    sealed: bytes
