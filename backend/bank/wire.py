"""The shapes of the recipients' API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.consent import Category, Identifiability, Purpose

Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]


class Wire(BaseModel):
    """Base of all shapes: frozen, no surprise fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class WordsOut(Wire):
    """One phrase in three languages."""

    ja: str
    ja_easy: str = Field(serialization_alias="ja-easy", validation_alias="ja-easy")
    en: str


class RecipientOut(Wire):
    """A recipient I act for."""

    recipient: str
    names: WordsOut
    purposes: list[Purpose]
    is_synthetic: bool


class RecipientsOut(Wire):
    """The recipients I act for."""

    recipients: list[RecipientOut]


class ProvidedOut(Wire):
    """One person who may be read now."""

    pseudonym: str
    categories: list[Category]


class ReadableOut(Wire):
    """Who may be read now; nobody else is listed or counted."""

    recipient: str
    people: list[ProvidedOut]


class GivenOut(Wire):
    """One value."""

    metric: str
    category: Category
    day: date
    value: float | str | None
    unit: str
    state: str


class IdentityOut(Wire):
    """Who it is."""

    name: str
    kana: str


class DemographicsOut(Wire):
    """Age band and sex."""

    age_from: int
    age_to: int
    sex: Literal["male", "female"]


class ProvisionOut(Wire):
    """What one read gave."""

    recipient: str
    purpose: Purpose
    identifiability: Identifiability
    pseudonym: str
    as_of: datetime
    categories: list[Category]
    identity: IdentityOut | None
    demographics: DemographicsOut | None
    values: list[GivenOut]


class RecipientPath(Wire):
    """A recipient."""

    recipient: Id


class PersonPath(Wire):
    """A recipient and a pseudonym of its own."""

    recipient: Id
    pseudonym: Id


class ReadableQuery(Wire):
    """For which purpose; needed only where the recipient has several."""

    purpose: Purpose | None = None


class ProvisionQuery(ReadableQuery):
    """For which purpose, and from which day on."""

    since: date | None = None
