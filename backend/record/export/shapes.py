"""Shapes of exports, personal tokens and health links over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from backend.record.export.whole import Section
from backend.record.shapes import Shape

Form = Literal["fhir", "csv", "pdf"]


class TakeBody(Shape):
    """Which form of the record is wanted."""

    form: Form


class TakeShape(Shape):
    """One export: how far it is, how large it became, until when it is kept."""

    id: str
    form: Form
    state: Literal["making", "ready", "failed"]
    done: int
    total: int
    size: int
    sha256: str | None
    created_at: datetime
    expires_at: datetime
    downloads: int
    file_name: str


class TakesAnswer(Shape):
    """The exports of the last day, and what an export holds."""

    takes: list[TakeShape]
    values: int
    samples: int
    answers: int


class OwnIdPath(BaseModel):
    """The id of an export, a token or a link."""

    id: str = Field(max_length=26, pattern=r"^[0-9a-z]+$")


class TokenBody(Shape):
    """A new personal token."""

    name: str = Field(min_length=1, max_length=60)
    scope: str = Field(max_length=400, description="SMART scopes: patient/*.rs or patient/Observation.rs ...")
    until: datetime


class TokenShape(Shape):
    """A token; `token` is there only in the answer that made it."""

    id: str
    name: str
    scope: str
    state: Literal["active", "expired", "stopped"]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    uses: int
    token: str | None = None


class TokensAnswer(Shape):
    """All tokens, and where programs find the record."""

    tokens: list[TokenShape]
    address: str


class HealthLinkBody(Shape):
    """What a new link shows, until when, and its passcode."""

    label: str = Field(default="", max_length=80)
    sections: list[Section] | None = Field(default=None, description="null: everything")
    months: int | None = Field(default=None, ge=1, le=120)
    until: datetime
    passcode: str | None = Field(default=None, min_length=4, max_length=32)
    is_live: bool = False


class HealthLinkView(Shape):
    """One look, or one wrong passcode."""

    at: datetime
    recipient: str
    is_wrong: bool


class HealthLinkShape(Shape):
    """A link; `uri` and `qr` (SVG) only where one link is shown."""

    id: str
    label: str
    flag: str
    sections: list[Section]
    months: int | None
    state: Literal["active", "expired", "stopped", "used_up"]
    created_at: datetime
    made_at: datetime
    expires_at: datetime
    has_passcode: bool
    tries_left: int
    views: int
    seen: list[HealthLinkView]
    uri: str | None = None
    qr: str | None = None


class HealthLinksAnswer(Shape):
    """All links, newest first."""

    links: list[HealthLinkShape]
