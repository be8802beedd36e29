"""What people set for reminders, their week as it was planned, what they marked, and arms compared by staff."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Field

from backend import base


class AdviceSettingsRow(base.Table, table=True):
    """How a person wants to be reminded; topics are sealed, the rest says nothing of health."""

    __tablename__ = "advice_settings"

    person_id: str = Field(primary_key=True, max_length=26)
    version: int
    learns: bool = Field(index=True)  # may her answers teach the reminders of all
    next_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime, index=True)  # next reminder to look at
    sealed: bytes


class AdvicePlanRow(base.Table, table=True):
    """One week of a person as it was planned: suggestions, reminders, and with which probability."""

    __tablename__ = "advice_plan"

    person_id: str = Field(primary_key=True, max_length=26)
    monday: date = Field(primary_key=True)
    version: int
    sealed: bytes


class AdviceMovementRow(base.Table, table=True):
    """What a person marked in one week of movement."""

    __tablename__ = "advice_movement"

    person_id: str = Field(primary_key=True, max_length=26)
    monday: date = Field(primary_key=True)
    version: int
    sealed: bytes


class AdviceBeliefRow(base.Table, table=True):
    """What reminders do on average, learned from those who allowed it; nothing of one person."""

    __tablename__ = "advice_belief"

    id: str = Field(primary_key=True, max_length=26)
    made_at: datetime = Field(sa_type=base.UtcDateTime)
    people: int
    weeks: int
    content: bytes


class AdviceTrialRow(base.Table, table=True):
    """Arms of reminders compared by random assignment; metric and size were written down before it began."""

    __tablename__ = "advice_trial"

    id: str = Field(primary_key=True, max_length=26)
    site: str = Field(max_length=40, index=True)
    name: str = Field(max_length=80)
    arms: str  # JSON list of hours of the day
    metric: str = Field(max_length=40)
    planned_people: int
    starts_on: date
    ends_on: date
    made_at: datetime = Field(sa_type=base.UtcDateTime)
    made_by: str = Field(max_length=26)
