"""The shapes of governance over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from backend.consent import Category, Identifiability, Purpose, RecipientKind, UseState
from backend.governance.forms import Conditions, Form, Kind, LegalBasis, Mark, State

Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]
ClientId = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Short = Annotated[str, Field(max_length=120)]
Said = Annotated[str, Field(min_length=1, max_length=400)]
Long = Annotated[str, Field(max_length=4000)]
Names = Annotated[list[Annotated[str, Field(max_length=80)]], Field(max_length=200)]


class Wire(BaseModel):
    """Base of all shapes: frozen, no surprise fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class UseWords(Wire):
    """One phrase in three languages."""

    ja: str
    ja_easy: str = Field(serialization_alias="ja-easy", validation_alias="ja-easy")
    en: str


class CohortShape(Wire):
    """Of whom; empty lists mean all."""

    age_from: Annotated[int, Field(ge=0, le=150)] = 0
    age_to: Annotated[int, Field(ge=0, le=150)] = 150
    sexes: Annotated[list[Literal["female", "male"]], Field(max_length=2)] = []
    municipalities: Annotated[list[Annotated[str, Field(pattern=r"^\d{5}$")]], Field(max_length=100)] = []


class FormShape(Wire):
    """An application as far as it is filled in."""

    title: Short = ""
    title_easy: Short = ""
    title_en: Short = ""
    purpose: Purpose | None = None
    legal_basis: LegalBasis | None = None
    columns: Names = []
    cohort: CohortShape = CohortShape()
    identifiability: Identifiability | None = None
    retention_end: date | None = None
    recipient: Annotated[str, Field(max_length=400)] = ""
    is_onward: bool = False
    benefit: Long = ""
    benefit_easy: Long = ""
    benefit_en: Long = ""
    plan: Long = ""
    safeguards: Long = ""

    def value(self) -> Form:
        """The form as the room knows it."""
        return msgspec.convert(self.model_dump(mode="json"), Form)


class ConditionsShape(Wire):
    """What an approval is tied to."""

    min_k: Annotated[int, Field(ge=1, le=10_000)] | None = None
    min_cell: Annotated[int, Field(ge=1, le=10_000)] | None = None
    review_on: date | None = None
    dropped: Names = []
    others: Annotated[list[Said], Field(max_length=20)] = []

    def value(self) -> Conditions:
        """The conditions as the room knows them."""
        return msgspec.convert(self.model_dump(mode="json"), Conditions)


class FindingShape(Wire):
    """The reason about one ELSI item, in both wordings."""

    item: Id
    mark: Mark
    reason: Annotated[str, Field(max_length=2000)]
    plain: Annotated[str, Field(max_length=1000)]


class ApplicationStart(Wire):
    """Begin an application."""

    form: FormShape = FormShape()
    client_id: ClientId


class ApplicationSave(Wire):
    """Keep a draft."""

    form: FormShape


class ConditionsAnswerIn(Wire):
    """Take the conditions or not."""

    is_accepted: bool
    answer: Long = ""


class AmendIn(Wire):
    """Begin a change of an approved use."""

    client_id: ClientId


class OrganisationIn(Wire):
    """An organisation that wants to take part."""

    site: Id
    kind: RecipientKind
    name: Annotated[str, Field(min_length=1, max_length=120)]
    name_easy: Annotated[str, Field(max_length=200)] = ""
    name_en: Annotated[str, Field(max_length=120)] = ""
    contact: Annotated[str, Field(min_length=1, max_length=400)]
    security: Annotated[str, Field(min_length=1, max_length=1000)]


class OrganisationReceived(Wire):
    """That a registration arrived."""

    id: str
    state: Literal["pending", "approved", "refused"]


class OrganisationDecideIn(Wire):
    """What staff decide about an organisation."""

    is_approved: bool
    certified_until: date | None = None


class OrganisationOut(Wire):
    """An organisation as staff and its members see it."""

    id: str
    site: str
    kind: RecipientKind
    names: UseWords
    contact: str
    security: str
    state: Literal["pending", "approved", "refused"]
    is_synthetic: bool
    certified_until: datetime | None
    created_at: datetime


class OrganisationDecided(Wire):
    """The organisation, and a one-time way in for its first account, shown once."""

    organisation: OrganisationOut
    link: str | None


class OrganisationList(Wire):
    """All organisations of a site."""

    organisations: list[OrganisationOut]


class ApplicationOut(Wire):
    """One application, to its organisation."""

    id: str
    use: str
    kind: Kind
    state: State
    form: FormShape
    missing: list[str]
    conditions: ConditionsShape
    answer: str
    reviews_asked: int
    reviews_done: int
    verdict: str | None
    created_at: datetime
    updated_at: datetime
    filed_at: datetime | None
    decided_at: datetime | None


class UseLine(Wire):
    """One approved use in a list."""

    use: str
    verdict: str
    title: UseWords
    organisation: str
    state: UseState
    identifiability: Identifiability
    until: datetime
    review_by: datetime
    why: str


class DeskOut(Wire):
    """The desk of a data user."""

    organisation: OrganisationOut
    applications: list[ApplicationOut]
    uses: list[UseLine]


class ColumnOut(Wire):
    """A column that may be asked for."""

    name: str
    category: Category
    names: UseWords


class CategoryRule(Wire):
    """What the rules say about one kind of data for one purpose and lane, for this kind of organisation."""

    purpose: Purpose
    category: Category
    identifiability: Identifiability
    offer: Literal["ask", "board", "aggregate"]


class FormHelp(Wire):
    """What an application can be about at this place, for this kind of organisation."""

    columns: list[ColumnOut]
    purposes: list[Purpose]
    offers: list[CategoryRule]
    most_years: int
    most_columns: int
    municipalities: list[str]


class VerdictColumn(Wire):
    """One approved column."""

    name: str
    category: Category


class PublicTextOut(Wire):
    """Title, benefit and reason."""

    title: UseWords
    benefit: UseWords
    reason: UseWords


class VerdictOut(Wire):
    """The frozen value that everything obeys."""

    id: str
    use: str
    serial: int
    application: str
    site: str
    organisation: str
    recipient: str
    kind: RecipientKind
    purpose: Purpose
    columns: list[VerdictColumn]
    cohort: CohortShape
    identifiability: Identifiability
    min_k: int
    min_cell: int
    is_onward_allowed: bool
    since: datetime
    until: datetime
    review_by: datetime
    conditions: list[str]
    texts: PublicTextOut
    policy: str


class ItemOut(Wire):
    """One question of the ELSI review."""

    id: str
    names: UseWords


class VerdictPath(Wire):
    """A decision."""

    verdict: Id


class ApplicationPath(Wire):
    """An application."""

    application: Id


class ApprovedUsePath(Wire):
    """A use."""

    use: Id


class ClientPath(Wire):
    """A program."""

    client: Id


class OrganisationPath(Wire):
    """An organisation."""

    organisation: Id


class RulesPath(Wire):
    """A site."""

    site: Id


class RegisterQuery(Wire):
    """Which lines: of a site, holding all of these words."""

    site: Id | None = None
    q: Annotated[str, Field(max_length=100)] = ""


def plain(value: Any) -> Any:
    """Return a frozen value as what pydantic reads."""
    return msgspec.to_builtins(value)
