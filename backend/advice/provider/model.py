"""A provider's catalogue: what was loaded, what is wrong with it, which version is on offer."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from backend import base
from backend.advice.food import CatalogueDish

State = Literal["draft", "published", "withdrawn"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something in the file: its row (header = 1), the column, what it is, and whether it stops loading."""

    row: int
    column: str
    key: str
    params: dict[str, str | int | float] = {}
    is_error: bool = True


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a file holds; dishes of rows without an error."""

    rows: int
    dishes: tuple[CatalogueDish, ...]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stop loading."""
        return tuple(one for one in self.findings if one.is_error)


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One loaded version of a provider's catalogue."""

    id: str
    number: int
    file_name: str
    dishes: int
    state: State
    loaded_at: datetime
    published_at: datetime | None
    withdrawn_at: datetime | None


class CatalogueHasErrors(base.Refusal):
    """The file has rows that cannot be read; nothing was kept."""

    status = 422
    key = "provider.has_errors"


class CatalogueEmpty(base.Refusal):
    """There is no dish in the file."""

    status = 422
    key = "provider.no_dishes"


class NoSuchVersion(base.Refusal):
    """There is no such version, or it is another provider's."""

    status = 404
    key = "provider.no_such_version"
