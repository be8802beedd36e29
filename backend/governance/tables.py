"""Tables of governance: organisations, applications, reviews, verdicts, clients, questions, results, votes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field

from backend import base


class OrganisationRow(base.Table, table=True):
    """A university, company or municipality that wants to use data, or provides a service."""

    __tablename__ = "governance_organisation"

    id: str = Field(primary_key=True, max_length=26)
    site: str = Field(index=True, max_length=40)
    kind: str
    names: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    contact: str
    security: str
    state: str
    is_synthetic: bool = False
    certified_until: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    created_at: datetime = Field(sa_type=base.UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    decided_by: str | None = None


class OrganisationMemberRow(base.Table, table=True):
    """An account that acts for an organisation."""

    __tablename__ = "governance_member"

    organisation: str = Field(primary_key=True, foreign_key="governance_organisation.id")
    account: str = Field(primary_key=True, index=True, max_length=26)


class ApplicationRow(base.Table, table=True):
    """One application: a new use, an amendment of one, or its yearly review."""

    __tablename__ = "governance_application"

    id: str = Field(primary_key=True, max_length=26)
    site: str = Field(index=True, max_length=40)
    use: str = Field(index=True, max_length=26)
    organisation: str = Field(foreign_key="governance_organisation.id")
    account: str = Field(index=True, max_length=26)
    kind: str
    state: str
    form: str
    policy: str = ""
    conditions: str = ""
    answer: str = ""
    client_id: str | None = Field(default=None, max_length=64)
    created_at: datetime = Field(sa_type=base.UtcDateTime)
    updated_at: datetime = Field(sa_type=base.UtcDateTime)
    filed_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)

    __table_args__ = (Index("uq_governance_application_client", "account", "client_id", unique=True),)


class ReviewRow(base.Table, table=True):
    """One reviewer's part in one application."""

    __tablename__ = "governance_review"

    application: str = Field(primary_key=True, foreign_key="governance_application.id")
    reviewer: str = Field(primary_key=True, max_length=26, index=True)
    place: int
    state: str
    conflict: str = ""
    decision: str | None = None
    body: str = ""
    assigned_at: datetime = Field(sa_type=base.UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)


class DecidedRow(base.Table, table=True):
    """What the board decided about one application, with everything it was compiled from."""

    __tablename__ = "governance_verdict"

    id: str = Field(primary_key=True, max_length=26)
    use: str = Field(index=True, max_length=26)
    application: str = Field(foreign_key="governance_application.id", unique=True)
    site: str = Field(index=True, max_length=40)
    is_approved: bool
    policy: str
    inputs: str
    body: str
    at: datetime = Field(sa_type=base.UtcDateTime)
    leaf: int


class UseEventRow(base.Table, table=True):
    """What happened to a use after its verdict: suspended, resumed, ended; the wording is public."""

    __tablename__ = "governance_use_event"

    id: str = Field(primary_key=True, max_length=26)
    use: str = Field(index=True, max_length=26)
    kind: str
    why: str
    account: str | None = None
    at: datetime = Field(sa_type=base.UtcDateTime)
    leaf: int


class ClientRow(base.Table, table=True):
    """A program that may read for one use; its secret is kept as SHA-256 only."""

    __tablename__ = "governance_client"

    id: str = Field(primary_key=True, max_length=26)
    use: str = Field(index=True, max_length=26)
    account: str = Field(max_length=26)
    label: str
    secret_sha256: bytes
    created_at: datetime = Field(sa_type=base.UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)


class ClientTokenRow(base.Table, table=True):
    """A short-lived token of a client; a newer one ends it."""

    __tablename__ = "governance_token"

    sha256: bytes = Field(primary_key=True)
    client: str = Field(foreign_key="governance_client.id", index=True)
    issued_at: datetime = Field(sa_type=base.UtcDateTime)
    expires_at: datetime = Field(sa_type=base.UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)


class QuestionRow(base.Table, table=True):
    """One question put to the counting lane and the answer given; asked again that day, the same answer is given."""

    __tablename__ = "governance_question"

    use: str = Field(primary_key=True, max_length=26)
    day: str = Field(primary_key=True, max_length=10)
    question: str = Field(primary_key=True)
    answer: str
    account: str
    asked: int
    at: datetime = Field(sa_type=base.UtcDateTime)


class ResultRow(base.Table, table=True):
    """What came of a use, in plain words, for everybody."""

    __tablename__ = "governance_result"

    id: str = Field(primary_key=True, max_length=26)
    use: str = Field(index=True, max_length=26)
    title: str
    text: str
    text_easy: str
    link: str = ""
    account: str
    at: datetime = Field(sa_type=base.UtcDateTime)


class VoteRow(base.Table, table=True):
    """A resident's non-binding vote on an application."""

    __tablename__ = "governance_vote"

    application: str = Field(primary_key=True, foreign_key="governance_application.id")
    person: str = Field(primary_key=True, max_length=26)
    vote: str
    at: datetime = Field(sa_type=base.UtcDateTime)

    __table_args__ = (Index("ix_governance_vote_person", "person"),)
