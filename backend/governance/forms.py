"""The application form and the review form: frozen values, what is missing in them, and what they add up to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

import msgspec

from backend import base
from backend.consent import DERIVED, PERSON_COLUMNS, Category, Cohort, Column, Identifiability, Purpose, Words

HERE = Path(__file__).parent


class LegalBasis(StrEnum):
    """On what an applicant rests the use."""

    CONSENT = "consent"
    NEXTGEN = "nextgen"
    ANONYMISED = "anonymised"
    RESEARCH = "research"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What an application may ask for at most and a verdict grants at least; a draft until a board sets it."""

    status: str
    source: str
    most_years: int
    most_columns: int
    min_k: int
    min_cell: int
    review_after_days: int
    remind_before_days: int
    questions_a_day: int


@cache
def limits() -> Limits:
    """Return the limits of this installation."""
    return msgspec.json.decode((HERE / "limits.json").read_bytes(), type=Limits)


class Item(msgspec.Struct, frozen=True, kw_only=True, rename={"ja_easy": "ja-easy"}):
    """One question of the ELSI review."""

    id: str
    ja: str
    ja_easy: str
    en: str


@cache
def elsi_items() -> tuple[Item, ...]:
    """Return the questions that every review answers."""
    return msgspec.json.decode((HERE / "elsi_items.json").read_bytes(), type=tuple[Item, ...])


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """An application as far as it is filled in; a draft may miss anything."""

    title: str = ""
    title_easy: str = ""
    title_en: str = ""
    purpose: Purpose | None = None
    legal_basis: LegalBasis | None = None
    columns: tuple[str, ...] = ()
    cohort: Cohort = Cohort()
    identifiability: Identifiability | None = None
    retention_end: date | None = None
    recipient: str = ""
    is_onward: bool = False
    benefit: str = ""
    benefit_easy: str = ""
    benefit_en: str = ""
    plan: str = ""
    safeguards: str = ""


def missing(form: Form) -> tuple[str, ...]:
    """Return the names of every field that filing needs and the form does not have."""
    texts = ("title", "title_easy", "recipient", "benefit", "benefit_easy", "plan", "safeguards")
    gone = [name for name in texts if not getattr(form, name).strip()]
    gone += [
        name for name in ("purpose", "legal_basis", "identifiability", "retention_end") if getattr(form, name) is None
    ]
    gone += [] if form.columns else ["columns"]
    order = list(Form.__struct_fields__)
    return tuple(sorted(gone, key=order.index))


class Kind(StrEnum):
    """Why an application was made."""

    NEW = "new"
    AMENDMENT = "amendment"
    RENEWAL = "renewal"


class State(StrEnum):
    """How far an application is."""

    DRAFT = "draft"
    REVIEW = "review"
    CONDITIONS = "conditions"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


def encode(form: Form) -> str:
    """Return the one spelling of a form."""
    return msgspec.json.encode(form, order="deterministic").decode()


class Mark(StrEnum):
    """What a reviewer finds about one item."""

    OK = "ok"
    CONCERN = "concern"
    NO = "no"


class Decision(StrEnum):
    """What a reviewer decides."""

    APPROVE = "approve"
    REJECT = "reject"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """The reason about one ELSI item: for professionals, and in plain Japanese for residents."""

    item: str
    mark: Mark
    reason: str
    plain: str


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """What an approval is tied to; empty means the limits of the place and nothing more."""

    min_k: int | None = None
    min_cell: int | None = None
    review_on: date | None = None
    dropped: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is asked beyond what always holds."""
        return self == Conditions()


def strictest(all_conditions: Iterable[Conditions]) -> Conditions:
    """Return the conditions that satisfy every reviewer: the largest k and cell, the earliest review, all the rest."""
    found = tuple(all_conditions)
    ks = [each.min_k for each in found if each.min_k is not None]
    cells = [each.min_cell for each in found if each.min_cell is not None]
    days = [each.review_on for each in found if each.review_on is not None]
    return Conditions(
        min_k=max(ks, default=None),
        min_cell=max(cells, default=None),
        review_on=min(days, default=None),
        dropped=tuple(sorted({name for each in found for name in each.dropped})),
        others=tuple(dict.fromkeys(text for each in found for text in each.others)),
    )


PLAIN_SENTENCE = 60
"""A sentence that residents read is no longer than this."""


def is_plain(text: str) -> bool:
    """Return whether every sentence of a text is short enough to be read aloud once."""
    sentences = [part for part in text.replace("\n", "。").split("。") if part.strip()]
    return bool(sentences) and all(len(part.strip()) <= PLAIN_SENTENCE for part in sentences)


def end_of(day: date) -> datetime:
    """Return the first moment after a day in Tokyo."""
    return datetime(day.year, day.month, day.day, tzinfo=base.TOKYO) + timedelta(days=1)


class ColumnName(msgspec.Struct, frozen=True, kw_only=True):
    """A column that may be asked for, with its words."""

    name: str
    category: Category
    names: Words


_PERSON_WORDS = json.loads((HERE / "person_columns.json").read_text("utf-8"))
_metrics: dict[str, ColumnName] = {}


def offer_columns(found: Iterable[ColumnName]) -> None:
    """Take the metrics of the record as columns; called once by the room above that knows both."""
    _metrics.update({each.name: each for each in found})


@cache
def _person_columns() -> dict[str, ColumnName]:
    return {
        name: ColumnName(name=name, category=category, names=msgspec.convert(_PERSON_WORDS[name], Words))
        for name, category in PERSON_COLUMNS.items()
    }


def columns() -> dict[str, ColumnName]:
    """Return every column that an application may name."""
    return {**_person_columns(), **_metrics}


def column(name: str) -> Column | None:
    """Return a column by name, None where there is none.

    A derived value belongs to the kind its name says; one that no room makes cannot be asked for.
    """
    if name.startswith(DERIVED) and name in columns():
        kind = name.removeprefix(DERIVED).partition(".")[0].upper()
        return Column(name=name, category=Category[kind]) if kind in Category.__members__ else None
    known = columns().get(name)
    return None if known is None else Column(name=name, category=known.category)
