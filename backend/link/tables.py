"""Tables of linking: uploaded files and imports, each under its person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from backend import base


class Upload(base.Table, table=True):
    """A file a person sent; its name and preview are sealed, since both tell about health."""

    __tablename__ = "link_upload"
    __table_args__ = (UniqueConstraint("person_id", "client_id"),)

    person_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    state: str
    client_id: str | None = None
    source: str | None = None
    format: str | None = None
    file_id: str | None = None
    sha256: str
    size: int
    name: bytes
    preview: bytes | None = None
    refusal_key: str | None = None
    refusal_params: str | None = None
    import_id: str | None = None
    stage: str
    done: int = 0
    total: int = 0
    created_at: datetime = Field(sa_type=base.UtcDateTime)
    expires_at: datetime = Field(sa_type=base.UtcDateTime, index=True)


class Import(base.Table, table=True):
    """An import and how far it is; `step` is the cursor a restarted job goes on from."""

    __tablename__ = "link_import"

    person_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    upload_id: str
    state: str
    source: str
    format: str
    file_id: str | None = None
    sha256: str = Field(index=True)
    size: int
    preview: bytes
    tally: bytes | None = None
    refusal_key: str | None = None
    refusal_params: str | None = None
    stage: str
    done: int = 0
    total: int = 0
    step: int = 0
    new: int = 0
    already: int = 0
    left_out: int = 0
    other_people: int = 0
    created_at: datetime = Field(sa_type=base.UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    undone_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
