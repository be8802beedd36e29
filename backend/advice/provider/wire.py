"""What the provider's desk says and hears over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CatalogueIn(_Strict):
    """A catalogue file as text."""

    text: str = Field(min_length=1, max_length=1_000_000, description="the CSV file, decoded")


class CatalogueLoadIn(CatalogueIn):
    """A catalogue file to keep as the next version."""

    client_id: str = Field(pattern=r"^[A-Za-z0-9_-]{8,40}$", description="a retry loads no second version")
    file_name: str = Field(min_length=1, max_length=120)


class CatalogueFinding(_Strict):
    """Something in the file; an error stops loading."""

    row: int
    column: str
    key: str
    params: dict[str, str | int | float]
    is_error: bool


class CatalogueDishOut(_Strict):
    """A dish as residents' plans see it."""

    id: str
    name: str
    name_en: str
    kind: str
    slots: list[str]
    price_yen: int
    areas: list[str]
    weekdays: list[int]
    min_order: int
    lead_days: int
    energy_kcal: float | None
    salt_g: float | None
    allergens: list[str] = Field(description="ids of the allergens in it")
    allergens_unknown: int = Field(description="of how many allergens nothing is stated; they count as contained")
    tags: list[str]


class CatalogueCheckOut(_Strict):
    """What a dry run found; nothing was kept."""

    rows: int
    errors: int
    warnings: int
    findings: list[CatalogueFinding] = Field(description="at most 200")
    dishes: list[CatalogueDishOut]


class CatalogueVersionOut(_Strict):
    """One version."""

    id: str
    number: int
    file_name: str
    dishes: int
    state: Literal["draft", "published", "withdrawn"]
    loaded_at: datetime
    published_at: datetime | None
    withdrawn_at: datetime | None


class CatalogueVersionsOut(_Strict):
    """All versions, newest first."""

    provider: str
    versions: list[CatalogueVersionOut]


class CatalogueVersionWhole(_Strict):
    """One version with its dishes."""

    version: CatalogueVersionOut
    dishes: list[CatalogueDishOut]


class CatalogueVersionPath(_Strict):
    """Which version."""

    version: str = Field(max_length=26)
