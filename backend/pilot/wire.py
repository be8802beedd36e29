"""What the pilot room says and hears over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Wire(BaseModel):
    """Unknown fields are refused, so that a typo in a client is found."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BatchIn(Wire):
    client_id: str = Field(
        pattern=r"^[A-Za-z0-9_-]{8,26}$", description="made by the client; a retry makes no second batch"
    )
    label: str = Field(min_length=1, max_length=60, description="for staff: where the sheet goes")
    count: int = Field(ge=1, le=500)
    last_day: date = Field(
        ge=date(2000, 1, 1), le=date(9000, 1, 1), description="the codes are good until the end of this day, Tokyo"
    )


class InviteOut(Wire):
    code: str
    grouped: str
    state: Literal["open", "used", "expired", "revoked"]
    opened_at: datetime | None
    used_at: datetime | None


class BatchSummary(Wire):
    id: str
    label: str
    created_at: datetime
    expires_at: datetime
    last_day: date
    count: int
    open: int
    opened: int
    used: int
    expired: int
    revoked: int
    sheet: str = Field(description="address of the printable page")


class BatchOut(BatchSummary):
    invites: list[InviteOut]


class BatchesOut(Wire):
    batches: list[BatchSummary]


class RevokeIn(Wire):
    code: str | None = Field(default=None, max_length=40, description="one code; without it, all unused ones")


class RevokedOut(Wire):
    revoked: int


class CountsOut(Wire):
    invited: int
    opened: int
    signed_up: int
    linked: int
    consented: int


class WeekOut(Wire):
    monday: date
    counts: CountsOut


class FunnelOut(Wire):
    site: str
    total: CountsOut
    weeks: list[WeekOut]


class BatchPath(BaseModel):
    batch: str = Field(pattern=r"^[A-Za-z0-9_-]{1,26}$")


class SheetQuery(BaseModel):
    locale: Literal["ja", "ja-easy", "en"] = "ja"
