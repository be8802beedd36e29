"""Clinics and free slots (public facts), and a person's visits (sealed)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from backend import base


class SlotRow(base.Table, table=True):
    """One slot as a clinic last published it."""

    __tablename__ = "advice_slot"

    partner: str = Field(primary_key=True, max_length=40)
    id: str = Field(primary_key=True, max_length=64)
    start: datetime = Field(sa_type=base.UtcDateTime, index=True)
    end: datetime = Field(sa_type=base.UtcDateTime)
    is_free: bool
    department: str = Field(max_length=40)
    clinic: str = Field(max_length=120)
    area: str = Field(max_length=80)
    phone: str = Field(max_length=40)
    link: str = Field(max_length=400)
    read_at: datetime = Field(sa_type=base.UtcDateTime)


class VisitRow(base.Table, table=True):
    """One visit of a person; which clinic and when is sealed."""

    __tablename__ = "advice_visit"

    person: str = Field(primary_key=True, foreign_key="people_person.id", max_length=26)
    id: str = Field(primary_key=True, unique=True, max_length=26)
    account: str = Field(max_length=26)
    client_id: str = Field(max_length=64)
    version: int
    sealed: bytes

    __table_args__ = (Index("uq_advice_visit_client", "account", "client_id", unique=True),)


class InstitutionRow(base.Table, table=True):
    """One medical institution out of the national open data."""

    __tablename__ = "advice_institution"

    id: str = Field(primary_key=True, max_length=20)
    name: str = Field(max_length=200)
    area: str = Field(max_length=5, index=True)
    address: str = Field(max_length=300)
    homepage: str = Field(max_length=400)
    departments: str
    loaded_at: datetime = Field(sa_type=base.UtcDateTime)
