"""Frozen values of the information bank: what one provision gives to one recipient."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from backend.consent import Category, Identifiability, Purpose
from backend.people import Sex


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """One value as it leaves: metric, day, value; no source, no place, no id of ours."""

    metric: str
    category: Category
    day: date
    value: float | str | None
    unit: str
    state: str


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who it is; only for a named recipient, and only while the person's C-ID switch is on."""

    name: str
    kana: str


class Demographics(msgspec.Struct, frozen=True, kw_only=True):
    """Age band of five years and sex; only while the C-DEMO switch is on."""

    age_from: int
    age_to: int
    sex: Sex


class Provision(msgspec.Struct, frozen=True, kw_only=True):
    """What one read gave: exactly the categories that were on at that moment."""

    recipient: str
    purpose: Purpose
    identifiability: Identifiability
    pseudonym: str
    as_of: datetime
    categories: tuple[Category, ...]
    identity: Identity | None
    demographics: Demographics | None
    values: tuple[Given, ...]


class Provided(msgspec.Struct, frozen=True, kw_only=True):
    """One person a recipient may read now, under the recipient's own pseudonym."""

    pseudonym: str
    categories: tuple[Category, ...]


AGE_BAND_YEARS = 5
AGE_TOP = 90
"""From here on one band: very old people are few enough to be recognised."""


def age_band(age_years: int) -> tuple[int, int]:
    """Return the first and last age of the five-year band; 90 and over is one band (to 150)."""
    if age_years >= AGE_TOP:
        return AGE_TOP, 150
    start = age_years - age_years % AGE_BAND_YEARS
    return start, start + AGE_BAND_YEARS - 1
