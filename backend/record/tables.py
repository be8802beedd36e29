"""Tables of the record. The person stands first in every key, so that partitions need no redesign."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from backend import base


class PointRow(base.Table, table=True):
    """A value that stands alone; everything that tells about health is in `sealed`."""

    __tablename__ = "record_point"
    __table_args__ = (
        Index("ix_record_point_metric_start", "person_id", "metric", "start"),
        Index("ix_record_point_start", "person_id", "start", "metric", "source"),
        Index("ix_record_point_stored", "person_id", "stored_at"),
    )

    person_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    metric: str
    start: datetime = Field(sa_type=base.UtcDateTime)
    state: str
    source: str
    import_id: str
    stored_at: datetime = Field(sa_type=base.UtcDateTime)
    corrects: str | None = None
    version: int = 1
    sealed: bytes


class ClaimRow(base.Table, table=True):
    """Which imports brought a point: an undo takes the point away only when no other import brought it.

    `sealed` holds the point as this import printed it, unless the point itself stands as printed here.
    """

    __tablename__ = "record_claim"
    __table_args__ = (Index("ix_record_claim_point", "person_id", "point_id"),)

    person_id: str = Field(primary_key=True)
    import_id: str = Field(primary_key=True)
    point_id: str = Field(primary_key=True)
    stored_at: datetime = Field(sa_type=base.UtcDateTime)
    sealed: bytes | None = None


class MarkRow(base.Table, table=True):
    """What the person did to a point: deleted or corrected. It outlives the point's import."""

    __tablename__ = "record_mark"

    person_id: str = Field(primary_key=True)
    point_id: str = Field(primary_key=True)
    deleted_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    corrected_by: str | None = None


class SeriesRow(base.Table, table=True):
    """All samples of a metric in one month (or year where they are sparse), as one sealed blob."""

    __tablename__ = "record_series"

    person_id: str = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    version: int
    sealed: bytes


class SeriesClaimRow(base.Table, table=True):
    """Which import touched which blob, so that an undo opens only those."""

    __tablename__ = "record_series_claim"

    person_id: str = Field(primary_key=True)
    import_id: str = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    period: str = Field(primary_key=True)


class DailyRow(base.Table, table=True):
    """The days of a series metric, summed up and sealed, for the first paint."""

    __tablename__ = "record_daily"

    person_id: str = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    version: int
    stored_at: datetime = Field(sa_type=base.UtcDateTime)
    sealed: bytes


class ImportRow(base.Table, table=True):
    """What an import was, for the origin of a value: source, file, hash. Written by whoever imports."""

    __tablename__ = "record_import"

    person_id: str = Field(primary_key=True)
    import_id: str = Field(primary_key=True)
    stored_at: datetime = Field(sa_type=base.UtcDateTime)
    sealed: bytes


class EntryRow(base.Table, table=True):
    """Entries made by hand, by the phone's own id: the same entry sent twice is stored once."""

    __tablename__ = "record_entry"

    person_id: str = Field(primary_key=True)
    client_id: str = Field(primary_key=True)
    body_hash: bytes
    stored_at: datetime = Field(sa_type=base.UtcDateTime)
    point_ids: str


class ProfileRow(base.Table, table=True):
    """One answer of わたしのこと; a later answer is a new row, so the history stays."""

    __tablename__ = "record_profile"

    person_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    stored_at: datetime = Field(sa_type=base.UtcDateTime)
    sealed: bytes
