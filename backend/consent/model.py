"""Frozen values of consent: who may use which kind of data of whom, for what, until when.

Everything here is pure. A `Permit` is the only key to someone's data; `consent.permit` mints it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

import msgspec


class Category(StrEnum):
    """Kind of data a person switches; the values are those of the purpose x category table."""

    ID = "C-ID"
    DEMO = "C-DEMO"
    VITAL = "C-VITAL"
    ACT = "C-ACT"
    CHECKUP = "C-CHECKUP"
    LAB = "C-LAB"
    DX = "C-DX"
    MED = "C-MED"
    IMM = "C-IMM"
    MCH = "C-MCH"
    MENTAL = "C-MENTAL"
    GENE = "C-GENE"
    LIFE = "C-LIFE"
    LOC = "C-LOC"


class Purpose(StrEnum):
    """What data are used for; one grant has one purpose."""

    CARE = "P-CARE"
    SELF = "P-SELF"
    ADVICE = "P-ADVICE"
    INSURE = "P-INSURE"
    PUBHEALTH = "P-PUBHEALTH"
    RESEARCH = "P-RESEARCH"
    PRODUCT = "P-PRODUCT"
    STATS = "P-STATS"
    NEXTGEN = "P-NEXTGEN"


class RecipientKind(StrEnum):
    """Class of recipients; rules of a person speak about a class."""

    PERSON = "person"
    COUNSELLOR = "counsellor"
    MUNICIPALITY = "municipality"
    RESEARCH = "research"
    SERVICE = "service"
    INSURER = "insurer"
    COMPANY = "company"


class Identifiability(StrEnum):
    """How a recipient sees the person."""

    NAMED = "named"
    PSEUDONYMOUS = "pseudonymous"
    ANONYMOUS = "anonymous"


class Mode(StrEnum):
    """What a recipient may do with the data it gets (ABDM access modes)."""

    VIEW = "view"
    STORE = "store"
    QUERY = "query"
    STREAM = "stream"


class Offer(StrEnum):
    """What a place's rule set says about one combination."""

    ALLOW = "allow"  # comes with the account, no switch
    ASK = "ask"  # a switch is offered
    BOARD = "board"  # only after a verdict of the board
    AGGREGATE = "aggregate"  # only as a count among many
    DENY = "deny"


class Reason(StrEnum):
    """Why a read is not permitted; logged where the person sees it."""

    NOT_A_MEMBER = "not_a_member"
    NO_RECIPIENT = "no_recipient"
    NO_CONSENT = "no_consent"
    PURPOSE_NOT_GRANTED = "purpose_not_granted"
    CATEGORY_NOT_GRANTED = "category_not_granted"
    NOT_YET = "not_yet"
    ENDED = "ended"
    PAUSED = "paused"
    TEXT_CHANGED = "text_changed"
    RULES_FORBID = "rules_forbid"
    TOO_OFTEN = "too_often"
    RECIPIENT_CLOSED = "recipient_closed"
    NOT_LISTED = "not_listed"
    WITHDRAWN = "withdrawn"


Basis = Literal["self", "counsellor", "grant"]


class Words(msgspec.Struct, frozen=True, rename={"ja_easy": "ja-easy"}):
    """One phrase in the three languages; names of recipients are data, not message keys."""

    ja: str
    ja_easy: str
    en: str


class TextRef(msgspec.Struct, frozen=True, order=True):
    """The exact wording a person agreed to: id, version and SHA-256 of the file."""

    id: str
    version: int
    sha256: str


class Concerns(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an offer can concern at all; empty means everybody. Ages in completed years, both ends included."""

    sexes: tuple[str, ...] = ()
    age_from: int = 0
    age_to: int = 150

    def holds(self, *, age_years: int, sex: str) -> bool:
        """Return whether the offer can concern a person."""
        return self.age_from <= age_years <= self.age_to and (not self.sexes or sex in self.sexes)


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What one recipient asks for under one purpose."""

    recipient: str
    purpose: Purpose
    identifiability: Identifiability
    mode: Mode
    categories: tuple[Category, ...]
    text_id: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    erase_after_days: int = 0
    reads_per_day: int | None = None
    concerns: Concerns | None = None


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may be given data: a laboratory, a town hall desk, a shop, a counsellor."""

    id: str
    site: str
    kind: RecipientKind
    names: Words
    is_synthetic: bool = False
    is_open: bool = True
    terms: tuple[Terms, ...] = ()
    # Both come from the verdict where the recipient stands for an approved use, and are never written through it.
    approved: tuple[Category, ...] = ()
    closes_at: datetime | None = None

    def under(self, purpose: Purpose) -> Terms | None:
        """Return the terms for a purpose, or None where the recipient does not ask for it."""
        return next((each for each in self.terms if each.purpose is purpose), None)


class RuleSet(msgspec.Struct, frozen=True, kw_only=True):
    """The compiled rules of a place: every combination not listed is denied."""

    site: str
    version: str
    is_draft: bool
    offers: Mapping[str, Offer]

    @staticmethod
    def key(purpose: Purpose, category: Category, kind: RecipientKind, identifiability: Identifiability) -> str:
        """Return the name of one combination inside `offers`."""
        return f"{purpose}|{category}|{kind}|{identifiability}"

    def offer(
        self, purpose: Purpose, category: Category, kind: RecipientKind, identifiability: Identifiability
    ) -> Offer:
        """Return what the rules say about one combination."""
        return self.offers.get(self.key(purpose, category, kind, identifiability), Offer.DENY)

    def has_switch(
        self, purpose: Purpose, category: Category, recipient: Recipient, identifiability: Identifiability
    ) -> bool:
        """Return whether a switch counts: offered to all, or opened to this recipient by a verdict of the board."""
        offer = self.offer(purpose, category, recipient.kind, identifiability)
        if offer is Offer.AGGREGATE:
            return category in recipient.approved and identifiability is Identifiability.ANONYMOUS
        return offer is Offer.ASK or (offer is Offer.BOARD and category in recipient.approved)


class Switch(msgspec.Struct, frozen=True, kw_only=True):
    """One category inside a grant, switched on, with the wording agreed to."""

    category: Category
    since: datetime
    text: TextRef
    rule: str | None = None


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What a person allows one recipient for one purpose; `switches` holds only what is on."""

    id: str
    person: str
    recipient: str
    purpose: Purpose
    identifiability: Identifiability
    mode: Mode
    start: datetime
    end: datetime | None
    erase_at: datetime | None
    reads_per_day: int | None
    switches: tuple[Switch, ...]

    @property
    def categories(self) -> frozenset[Category]:
        """Return the categories that are switched on."""
        return frozenset(each.category for each in self.switches)


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A person's standing answer for a class of recipients: create grants, or stop them."""

    id: str
    person: str
    kind: RecipientKind
    purpose: Purpose
    categories: tuple[Category, ...]
    effect: Literal["create", "stop"]
    since: datetime


_MINT: Final = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """The decision that somebody may read something, for a short time; minted only by `consent.permit`."""

    id: str
    person: str
    purpose: Purpose
    categories: frozenset[Category]
    basis: Basis
    recipient: str | None
    account: str
    site: str
    grants: tuple[str, ...]
    identifiability: Identifiability
    since: datetime
    until: datetime
    epoch: int
    mint: InitVar[object]

    def __post_init__(self, mint: object) -> None:
        """Refuse every permit that was not minted by the decision in this room."""
        if mint is not _MINT:
            raise TypeError("a permit comes only from consent.permit(...)")

    def allows(self, category: Category, at: datetime) -> bool:
        """Return whether this permit covers a category at a moment."""
        return category in self.categories and self.since <= at < self.until

    @property
    def is_own(self) -> bool:
        """Return whether the reader is the person."""
        return self.basis == "self"
