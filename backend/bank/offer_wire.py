"""The shapes of offers, benefits, deliveries and erasures, as phone and recipient see them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from backend.bank.wire import Id, ProvisionOut, Wire, WordsOut
from backend.consent import Category, Identifiability, Purpose, RecipientKind

ClientId = Annotated[str, Field(min_length=8, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]
Version = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_.-]+$")]


class OfferColumnOut(Wire):
    """One column that an approved use may read."""

    name: str
    category: Category


class OfferOut(Wire):
    """One offer: who, which data, why, what comes back, how long, and what the board said."""

    use: str
    recipient: str
    names: WordsOut
    kind: RecipientKind
    is_synthetic: bool
    purpose: Purpose
    title: WordsOut
    benefit: WordsOut
    reason: WordsOut
    conditions: list[str]
    columns: list[OfferColumnOut]
    categories: list[Category]
    closed: list[Category]
    added: list[Category]
    accepted: list[Category]
    identifiability: Identifiability
    is_onward_allowed: bool
    state: Literal["open", "later", "accepted", "declined", "ended"]
    made_at: datetime
    expires_at: datetime
    days_left: int
    until: datetime
    erase_after_days: int
    answered_at: datetime | None
    later_until: datetime | None
    rule: str | None
    unit: Literal["yen", "points"]
    amount: int
    due_days: int
    receipts: list[str]


class OffersOut(Wire):
    """The offers made to me."""

    offers: list[OfferOut]
    waiting: int


class OfferAnswerIn(Wire):
    """My answer; `categories` only with `accept`."""

    answer: Literal["accept", "decline", "later", "reopen"]
    categories: list[Category] = Field(default_factory=list, max_length=len(Category))
    client_id: ClientId


class BenefitOut(Wire):
    """What was promised to me, and what became of it."""

    use: str
    names: WordsOut
    title: WordsOut
    unit: Literal["yen", "points"]
    amount: int
    promised_at: datetime
    due_at: datetime | None
    delivered_at: datetime | None
    lapsed_at: datetime | None
    is_overdue: bool


class BenefitSumOut(Wire):
    """Sums in one unit."""

    unit: Literal["yen", "points"]
    promised: int
    delivered: int


class BenefitsOut(Wire):
    """My benefits, newest first."""

    benefits: list[BenefitOut]
    sums: list[BenefitSumOut]


class ErasureOut(Wire):
    """What a recipient must erase, and its certificate."""

    id: str
    recipient: str
    names: WordsOut | None
    purpose: Purpose
    pseudonym: str
    categories: list[Category]
    why: str
    ordered_at: datetime
    due_at: datetime
    state: Literal["waiting", "overdue", "certified", "lifted"]
    certified_at: datetime | None
    erased_on: datetime | None
    method: str | None
    signer: str | None


class ErasuresOut(Wire):
    """Orders to erase."""

    erasures: list[ErasureOut]


class ProvidedOutRow(Wire):
    """That something of mine was made ready for a recipient, and whether it was fetched."""

    recipient: str
    names: WordsOut | None
    purpose: Purpose
    version: str
    at: datetime
    categories: list[Category]
    values: int
    fetched_at: datetime | None


class GivenAwayOut(Wire):
    """What was provided of mine, newest first."""

    provisions: list[ProvidedOutRow]


class ProgrammeIn(Wire):
    """What I promise to whoever agrees, and until when they can answer."""

    unit: Literal["yen", "points"]
    amount: int = Field(ge=0, le=1_000_000)
    due_days: int = Field(default=60, ge=1, le=365)
    answer_days: int = Field(default=30, ge=1, le=180)


class ProgrammeOut(Wire):
    """What is promised for a use, and how many were asked."""

    use: str
    recipient: str
    unit: Literal["yen", "points"]
    amount: int
    due_days: int
    answer_days: int
    opened_at: datetime
    asked: int


class MaybeProgrammeOut(Wire):
    """The promise of a use, or none yet."""

    programme: ProgrammeOut | None


class DeliveryIn(Wire):
    """Start a batch."""

    recipient: Id
    purpose: Purpose | None = None
    version: Version


class DeliveryOut(Wire):
    """One batch; `packages` counts only what may be fetched."""

    recipient: str
    purpose: Purpose
    version: str
    asked_at: datetime
    finished_at: datetime | None
    packages: int


class DeliveriesOut(Wire):
    """The batches of a recipient."""

    deliveries: list[DeliveryOut]


class PackageOut(Wire):
    """What one person gives in one batch, what is owed for it, and the lane's seal."""

    provision: ProvisionOut
    obligations: dict[str, Any]
    seal: str


class PackagesOut(Wire):
    """The packages of a batch that may be read at this moment."""

    packages: list[PackageOut]


class CertificateIn(Wire):
    """That it was erased: when, how, and who signs for it."""

    erased_on: date
    method: str = Field(min_length=2, max_length=200)
    signer: str = Field(min_length=2, max_length=100)


class BenefitIn(Wire):
    """That a promised benefit reached the person behind a pseudonym."""

    pseudonym: Id


class UsePath(Wire):
    """An approved use."""

    use: Id


class ErasurePath(Wire):
    """An order to erase."""

    id: Id


class DeliveryPath(Wire):
    """A batch of a recipient."""

    recipient: Id
    version: Version


class RecipientQuery(Wire):
    """Which recipient; needed."""

    recipient: Id
