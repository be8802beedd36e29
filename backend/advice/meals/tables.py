"""Plans, wishes and the work on a plan; all of it sealed, since a menu tells what somebody has."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from backend import base


class MealPlanRow(base.Table, table=True):
    """One plan of a person; the newest counts, the ones before are there for undo."""

    __tablename__ = "advice_meal_plan"

    person_id: str = Field(primary_key=True, max_length=26)
    id: str = Field(primary_key=True, max_length=26)
    made_at: datetime = Field(sa_type=base.UtcDateTime)
    sealed: bytes


class MealStateRow(base.Table, table=True):
    """The newest of a kind: wishes, ticks of the shopping list, the work that is going on."""

    __tablename__ = "advice_meal_state"

    person_id: str = Field(primary_key=True, max_length=26)
    name: str = Field(primary_key=True, max_length=16)
    version: int
    at: datetime = Field(sa_type=base.UtcDateTime)
    sealed: bytes
