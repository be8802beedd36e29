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


class CorrectionRow(base.Table, table=True):
    """What the person said was wrong with a value, and when; `leaf` is its place in the ledger."""

    __tablename__ = "record_correction"
    __table_args__ = (Index("ix_record_correction_point", "person_id", "point_id"),)

    person_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    point_id: str
    stored_at: datetime = Field(sa_type=base.UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    leaf: int
    sealed: bytes


class AnswerImportRow(base.Table, table=True):
    """Which answers of わたしのこと an import brought, so that an undo takes just those away."""

    __tablename__ = "record_answer_import"

    person_id: str = Field(primary_key=True)
    import_id: str = Field(primary_key=True)
    profile_id: str = Field(primary_key=True)


class TakeRow(base.Table, table=True):
    """One export of the record that a person asked for; the file is sealed and goes after a day."""

    __tablename__ = "record_take"

    person_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    account: str
    site: str
    form: str
    state: str  # making, ready, failed, gone
    done: int = 0
    total: int = 0
    file_id: str | None = None
    size: int = 0
    sha256: str | None = None
    created_at: datetime = Field(sa_type=base.UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    expires_at: datetime = Field(sa_type=base.UtcDateTime)
    downloads: int = 0


class TokenRow(base.Table, table=True):
    """A personal token for the FHIR API; only its hash is kept, its name is sealed."""

    __tablename__ = "record_token"

    person_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    account: str
    site: str
    digest: str = Field(unique=True, max_length=64)
    name: bytes
    scope: str
    created_at: datetime = Field(sa_type=base.UtcDateTime)
    expires_at: datetime = Field(sa_type=base.UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    uses: int = 0


class HealthLinkRow(base.Table, table=True):
    """A SMART Health Link; its address is kept as a hash, everything that opens it is sealed."""

    __tablename__ = "record_health_link"

    person_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True, index=True)
    account: str
    site: str
    digest: str = Field(unique=True, max_length=64)
    sealed: bytes
    version: int = 1
    file_id: str | None = None
    made_at: datetime = Field(sa_type=base.UtcDateTime)
    created_at: datetime = Field(sa_type=base.UtcDateTime)
    expires_at: datetime = Field(sa_type=base.UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    tries_left: int
    views: int = 0


class HealthLinkViewRow(base.Table, table=True):
    """One look through a link, or one wrong passcode; who it says it was is sealed."""

    __tablename__ = "record_health_link_view"

    person_id: str = Field(primary_key=True)
    link_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=base.UtcDateTime)
    is_wrong: bool = False
    recipient: bytes
