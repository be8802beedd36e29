"""Tables of consent. Keys of what belongs to a person start with the person, so that they can be partitioned."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field

from backend import base


class RecipientRow(base.Table, table=True):
    """Somebody who may be given data; names in three languages are data."""

    __tablename__ = "consent_recipient"

    id: str = Field(primary_key=True)
    site: str = Field(index=True)
    kind: str
    names: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    is_synthetic: bool = False
    is_open: bool = True


class TermsRow(base.Table, table=True):
    """What a recipient asks for under one purpose."""

    __tablename__ = "consent_terms"

    recipient: str = Field(primary_key=True, foreign_key="consent_recipient.id")
    purpose: str = Field(primary_key=True)
    identifiability: str
    mode: str
    categories: list[str] = Field(sa_column=Column(JSON, nullable=False))
    text_id: str
    starts_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    ends_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    erase_after_days: int = 0
    reads_per_day: int | None = None
    concerns: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON, nullable=True))


class MemberRow(base.Table, table=True):
    """An account that acts for a recipient."""

    __tablename__ = "consent_member"

    recipient: str = Field(primary_key=True, foreign_key="consent_recipient.id")
    account: str = Field(primary_key=True, index=True)


class RuleSetRow(base.Table, table=True):
    """Every rule set a place ever had; the newest is in force."""

    __tablename__ = "consent_rule_set"

    site: str = Field(primary_key=True)
    serial: int = Field(primary_key=True)
    version: str
    is_draft: bool
    offers: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    source: str
    adopted_at: datetime = Field(sa_type=base.UtcDateTime)


class StandingRow(base.Table, table=True):
    """One row a person: the pause, and a counter that rises with every change of consent."""

    __tablename__ = "consent_standing"

    person: str = Field(primary_key=True)
    epoch: int = 0
    paused_since: datetime | None = Field(default=None, sa_type=base.UtcDateTime)


class GrantRow(base.Table, table=True):
    """What a person allows one recipient for one purpose."""

    __tablename__ = "consent_grant"

    person: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    recipient: str = Field(foreign_key="consent_recipient.id")
    purpose: str
    identifiability: str
    mode: str
    start: datetime = Field(sa_type=base.UtcDateTime)
    end: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    erase_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    reads_per_day: int | None = None
    closed_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)

    __table_args__ = (Index("ix_consent_grant_by_recipient", "recipient", "purpose", "person"),)


class SwitchRow(base.Table, table=True):
    """One category of a grant; off rows stay, so that the screen can say since when."""

    __tablename__ = "consent_switch"

    person: str = Field(primary_key=True)
    grant: str = Field(primary_key=True)
    category: str = Field(primary_key=True)
    is_on: bool
    changed_at: datetime = Field(sa_type=base.UtcDateTime)
    text_id: str
    text_version: int
    text_sha256: str
    rule: str | None = None
    last_read_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    reads: int = 0


class RuleRow(base.Table, table=True):
    """A person's standing answer for a class of recipients."""

    __tablename__ = "consent_rule"

    person: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    site: str
    kind: str = Field(index=True)
    purpose: str
    categories: list[str] = Field(sa_column=Column(JSON, nullable=False))
    effect: str
    since: datetime = Field(sa_type=base.UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)


class ChangeRow(base.Table, table=True):
    """One change of consent; its wording stands in the ledger under `leaf`."""

    __tablename__ = "consent_change"

    person: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=base.UtcDateTime)
    kind: str
    recipient: str | None = None
    purpose: str | None = None
    category: str | None = None
    is_on: bool
    rule: str | None = None
    account: str
    text_id: str | None = None
    text_version: int | None = None
    leaf: int
    client_id: str | None = None
    digest: str | None = None

    __table_args__ = (Index("uq_consent_change_client", "person", "client_id", unique=True),)


class ReadRow(base.Table, table=True):
    """One read by somebody else, or one refused try."""

    __tablename__ = "consent_read"

    person: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=base.UtcDateTime)
    account: str
    role: str
    recipient: str | None = None
    purpose: str
    is_denied: bool
    reason: str | None = None
    what: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    grants: list[str] = Field(sa_column=Column(JSON, nullable=False))
    permit: str | None = None
    metrics: bytes | None = None  # sealed: which values, by metric; even the names say something about health
    leaf: int

    __table_args__ = (Index("ix_consent_read_by_time", "person", "at"),)


class UnderstoodRow(base.Table, table=True):
    """That a person answered the three questions about entrusting, and in which version."""

    __tablename__ = "consent_understood"

    person: str = Field(primary_key=True)
    version: int
    tries: int = 0
    passed_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)


class NextGenRow(base.Table, table=True):
    """Notice given to a person under the Next-Generation Medical Infrastructure Act, and whether she stopped it."""

    __tablename__ = "consent_nextgen"

    person: str = Field(primary_key=True)
    notice_version: int
    noticed_at: datetime = Field(sa_type=base.UtcDateTime)
    stopped_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
