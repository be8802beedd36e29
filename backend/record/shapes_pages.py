"""Shapes of corrections and pictures for the routes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from backend.record.shapes import ClientId, CorrectionShape, Moment, Number, ReadingBrief, Shape, Word


class CorrectionBody(Shape):
    """A better value; the old version stays visible."""

    client_id: ClientId
    value: Number | Annotated[str, Field(max_length=2000)]
    unit: str | None = Field(default=None, max_length=32)
    at: Moment | None = None
    confirm_implausible: bool = False


class WrongBody(Shape):
    """This value is wrong: why, and the better value or day where there is one."""

    client_id: ClientId
    why: Literal["wrong_value", "wrong_date", "not_mine", "other"]
    value: Number | Annotated[str, Field(max_length=2000)] | None = None
    unit: str | None = Field(default=None, max_length=32)
    at: Moment | None = None
    note: str = Field(default="", max_length=400)
    confirm_implausible: bool = False


class CorrectionPath(BaseModel):
    """The id of a correction."""

    id: str = Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")


class CorrectionLine(CorrectionShape):
    """A correction in the list, with both values as they stand."""

    before: ReadingBrief
    after: ReadingBrief | None


class CorrectionsAnswer(Shape):
    """All corrections, newest first."""

    corrections: list[CorrectionLine]


class CorrectionReceipt(Shape):
    """The signed receipt of a correction (compact JWS, as consent's)."""

    id: str
    receipt: str


class PictureQuery(BaseModel):
    """How to draw."""

    theme: Literal["light", "dark"] = "light"
    locale: Literal["ja", "ja-easy", "en"] = "ja"


class PictureAnswer(Shape):
    """A Plotly figure with its sentence and the table behind it."""

    data: list[dict[str, Any]]
    layout: dict[str, Any]
    sentence: Word
    head: list[Word]
    rows: list[list[str | float | int | None]]
