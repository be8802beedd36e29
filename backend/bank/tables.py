"""Tables of the information bank. Keys of what belongs to a person start with the person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Column, Index
from sqlmodel import Field

from backend import base


class PseudonymRow(base.Table, table=True):
    """The name a person has with one recipient for one purpose; kept after withdrawal, so that a later try is known."""

    __tablename__ = "bank_pseudonym"

    person: str = Field(primary_key=True, foreign_key="people_person.id", max_length=26)
    recipient: str = Field(primary_key=True, foreign_key="consent_recipient.id")
    purpose: str = Field(primary_key=True)
    pseudonym: str
    created_at: datetime = Field(sa_type=base.UtcDateTime)

    __table_args__ = (Index("uq_bank_pseudonym", "recipient", "purpose", "pseudonym", unique=True),)


class ProgrammeRow(base.Table, table=True):
    """What a data user promises for an approved use, and until when residents can answer."""

    __tablename__ = "bank_programme"

    use: str = Field(primary_key=True, max_length=26)
    recipient: str = Field(unique=True)
    site: str = Field(index=True, max_length=40)
    unit: str = Field(max_length=10)
    amount: int
    due_days: int
    answer_days: int
    opened_at: datetime = Field(sa_type=base.UtcDateTime)
    account: str


class OfferRow(base.Table, table=True):
    """One offer to one person, and how it was answered."""

    __tablename__ = "bank_offer"

    person: str = Field(primary_key=True)
    use: str = Field(primary_key=True, max_length=26)
    recipient: str = Field(index=True)
    state: str = Field(max_length=10)
    made_at: datetime = Field(sa_type=base.UtcDateTime)
    expires_at: datetime = Field(sa_type=base.UtcDateTime)
    later_until: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    added: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    rule: str | None = None
    client_id: str | None = None
    digest: str | None = None


class DeliveryRow(base.Table, table=True):
    """One batch for one recipient: asked for once per version, run as a job."""

    __tablename__ = "bank_delivery"

    recipient: str = Field(primary_key=True)
    purpose: str = Field(primary_key=True)
    version: str = Field(primary_key=True, max_length=40)
    account: str
    asked_at: datetime = Field(sa_type=base.UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)


class ProvisionRow(base.Table, table=True):
    """That one person's data were made ready for one recipient, once per version; the package is sealed."""

    __tablename__ = "bank_provision"

    person: str = Field(primary_key=True)
    recipient: str = Field(primary_key=True)
    purpose: str = Field(primary_key=True)
    version: str = Field(primary_key=True, max_length=40)
    at: datetime = Field(sa_type=base.UtcDateTime)
    pseudonym: str
    lane: str = Field(max_length=20)
    categories: list[str] = Field(sa_column=Column(JSON, nullable=False))
    n_values: int
    package: bytes | None = None  # gone once consent is: what was not fetched never left
    fetched_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    leaf: int

    __table_args__ = (Index("ix_bank_provision_by_batch", "recipient", "purpose", "version"),)


class ErasureRow(base.Table, table=True):
    """That a recipient must erase what it got; `subject` is empty once the person was erased here too."""

    __tablename__ = "bank_erasure"

    id: str = Field(primary_key=True, max_length=26)
    subject: str | None = Field(default=None, index=True)
    recipient: str = Field(index=True)
    purpose: str
    pseudonym: str
    categories: list[str] = Field(sa_column=Column(JSON, nullable=False))
    why: str = Field(max_length=10)
    ordered_at: datetime = Field(sa_type=base.UtcDateTime)
    due_at: datetime = Field(sa_type=base.UtcDateTime)
    certified_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    erased_on: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    method: str | None = None
    signer: str | None = None
    account: str | None = None
    lifted_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    leaf: int


class BenefitLineRow(base.Table, table=True):
    """One line of the double-entry ledger of benefits; the lines of a booking sum to nothing."""

    __tablename__ = "bank_entry"

    person: str = Field(primary_key=True)
    id: str = Field(primary_key=True, max_length=26)
    booking: str = Field(index=True, max_length=26)
    kind: str = Field(max_length=10)
    use: str = Field(max_length=26)
    account: str
    unit: str = Field(max_length=10)
    amount: int
    at: datetime = Field(sa_type=base.UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)

    __table_args__ = (CheckConstraint("amount <> 0", name="moves_something"),)
