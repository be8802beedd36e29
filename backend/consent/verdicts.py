"""What a board decided, as one frozen value: filter, export, notice and expiry all obey the same `Verdict`.

`governance` compiles verdicts and writes them here; this room reads them to decide. Everything up to
the table functions is pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import select
from sqlmodel import Session, col

from backend import base
from backend.consent.model import Category, Identifiability, Purpose, RecipientKind, Words
from backend.consent.verdict_tables import VerdictRow

PERSON_COLUMNS = {
    "name": Category.ID,
    "kana": Category.ID,
    "age_band": Category.DEMO,
    "sex": Category.DEMO,
    "area": Category.DEMO,
}
"""Columns that are no metric: who somebody is, and age band, sex, area."""
DERIVED = "derived."
"""Names of values that somebody computed (risk scores) start with this; they leave only where a verdict names them."""


class UseState(StrEnum):
    """Where an approved use stands."""

    LIVE = "live"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Beyond(StrEnum):
    """The first thing that puts a request outside a verdict."""

    NOT_BEGUN = "not_begun"
    OVER = "over"
    UNREVIEWED = "unreviewed"
    RECIPIENT = "recipient"
    PURPOSE = "purpose"
    IDENTIFIABILITY = "identifiability"
    DERIVED = "derived"
    COLUMN = "column"
    NOTHING = "nothing"


class Column(msgspec.Struct, frozen=True, order=True):
    """One column that may leave: a metric code, one of PERSON_COLUMNS, or a derived value that is named."""

    name: str
    category: Category

    @property
    def is_derived(self) -> bool:
        """Return whether somebody computed it, so that it leaves only by name."""
        return self.name.startswith(DERIVED)


class Cohort(msgspec.Struct, frozen=True, kw_only=True):
    """Of whom: ages in completed years (both ends included), sexes and municipality codes; empty means all."""

    age_from: int = 0
    age_to: int = 150
    sexes: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()

    def holds(self, *, age_years: int, sex: str, municipality: str | None) -> bool:
        """Return whether a person belongs to it; a municipality that is not known is not in a list of them."""
        if not self.age_from <= age_years <= self.age_to:
            return False
        if self.sexes and sex not in self.sexes:
            return False
        return not self.municipalities or municipality in self.municipalities


class PublicText(msgspec.Struct, frozen=True, kw_only=True):
    """What everybody may read of a verdict: title, what it is good for, and the board's reason in plain words."""

    title: Words
    benefit: Words
    reason: Words


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """An approved use, compiled: nothing about it is looked up elsewhere when something is read.

    `id` names this version, `use` the use over all its amendments (`serial` counts them). `until` is
    exclusive: the end of the retention day, Asia/Tokyo. After `review_by` the use is over by itself
    unless it was reviewed anew. `policy` is the hash of the rule set that it was compiled under.
    """

    id: str
    use: str
    serial: int
    application: str
    site: str
    organisation: str
    recipient: str
    kind: RecipientKind
    purpose: Purpose
    columns: tuple[Column, ...]
    cohort: Cohort
    identifiability: Identifiability
    min_k: int
    min_cell: int
    is_onward_allowed: bool
    since: datetime
    until: datetime
    review_by: datetime
    conditions: tuple[str, ...]
    texts: PublicText
    policy: str

    @property
    def categories(self) -> frozenset[Category]:
        """Return the kinds of data that any column belongs to."""
        return frozenset(each.category for each in self.columns)

    @property
    def names(self) -> frozenset[str]:
        """Return the names of all columns, derived ones included."""
        return frozenset(each.name for each in self.columns)

    @property
    def derived(self) -> tuple[str, ...]:
        """Return the derived values that this verdict names."""
        return tuple(each.name for each in self.columns if each.is_derived)

    @property
    def ends(self) -> datetime:
        """Return the moment from which nothing may be read, whichever end comes first."""
        return min(self.until, self.review_by)

    def names_in(self, categories: Iterable[Category]) -> frozenset[str]:
        """Return the columns left when only some categories are switched on."""
        held = frozenset(categories)
        return frozenset(each.name for each in self.columns if each.category in held)


class HeldUse(msgspec.Struct, frozen=True, kw_only=True):
    """A use as it stands now: its newest verdict and its state."""

    verdict: Verdict
    state: UseState
    changed_at: datetime
    why: str = ""

    def is_live(self, at: datetime) -> bool:
        """Return whether anything may be read at a moment; an end that no clock task has noted yet counts."""
        return self.state is UseState.LIVE and self.verdict.since <= at < self.verdict.ends


def beyond(
    verdict: Verdict,
    columns: Sequence[str],
    at: datetime,
    *,
    purpose: Purpose | None = None,
    recipient: str | None = None,
    identifiability: Identifiability | None = None,
) -> tuple[Beyond, str] | None:
    """Return the first thing that puts a request outside a verdict and its name, or None where all is inside."""
    if at < verdict.since:
        return Beyond.NOT_BEGUN, verdict.since.isoformat()
    if at >= verdict.until:
        return Beyond.OVER, verdict.until.isoformat()
    if at >= verdict.review_by:
        return Beyond.UNREVIEWED, verdict.review_by.isoformat()
    if recipient is not None and recipient != verdict.recipient:
        return Beyond.RECIPIENT, recipient
    if purpose is not None and purpose is not verdict.purpose:
        return Beyond.PURPOSE, purpose
    if identifiability is not None and identifiability is not verdict.identifiability:
        return Beyond.IDENTIFIABILITY, identifiability
    if not columns:
        return Beyond.NOTHING, ""
    allowed = {each.name for each in verdict.columns}
    for name in columns:
        if name not in allowed:
            return (Beyond.DERIVED if name.startswith(DERIVED) else Beyond.COLUMN), name
    return None


def may_read(
    verdict: Verdict,
    columns: Sequence[str],
    at: datetime,
    *,
    purpose: Purpose | None = None,
    recipient: str | None = None,
    identifiability: Identifiability | None = None,
) -> bool:
    """Return whether every one of the columns may be read under a verdict at a moment."""
    return beyond(verdict, columns, at, purpose=purpose, recipient=recipient, identifiability=identifiability) is None


# --- the table ------------------------------------------------------------------------------------


def put_verdict(
    session: Session,
    *,
    verdict: Verdict,
    state: UseState = UseState.LIVE,
    why: str = "",
    clock: base.Clock = base.CLOCK,
) -> None:
    """Write the newest verdict and state of a use; only `governance` calls this."""
    row = VerdictRow(
        use=verdict.use,
        recipient=verdict.recipient,
        site=verdict.site,
        body=msgspec.json.encode(verdict, order="deterministic").decode(),
        state=state,
        why=why,
        changed_at=clock.now(),
        ends_at=verdict.ends,
    )
    session.merge(row)
    session.flush()


def held_use(session: Session, *, use: str) -> HeldUse | None:
    """Return a use as it stands now, straight from the table: a suspension counts from its commit on."""
    return next(iter(_held(session, col(VerdictRow.use) == use)), None)


def held_by(session: Session, *, recipients: Sequence[str]) -> dict[str, HeldUse]:
    """Return the uses that recipients of consent stand for, by recipient; most recipients are no approved use."""
    found = _held(session, col(VerdictRow.recipient).in_(recipients))
    return {each.verdict.recipient: each for each in found}


def held_uses(session: Session, *, site: str | None = None, state: UseState | None = None) -> list[HeldUse]:
    """Return the uses of a site (None: of all), oldest first."""
    conditions = []
    if site is not None:
        conditions.append(col(VerdictRow.site) == site)
    if state is not None:
        conditions.append(col(VerdictRow.state) == state)
    return _held(session, *conditions)


_decoder = msgspec.json.Decoder(Verdict)


def _held(session: Session, *conditions: Any) -> list[HeldUse]:
    query = select(col(VerdictRow.body), col(VerdictRow.state), col(VerdictRow.changed_at), col(VerdictRow.why))
    return [
        HeldUse(verdict=_decoder.decode(body), state=UseState(state), changed_at=at, why=why)
        for body, state, at, why in session.execute(query.where(*conditions).order_by(col(VerdictRow.use)))
    ]
