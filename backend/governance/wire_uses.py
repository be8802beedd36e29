"""The shapes of an approved use over HTTP: programs, tables, rows, results."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from backend.consent import UseState
from backend.governance.wire import ColumnOut, Said, UseLine, VerdictOut, Wire


class ClientOut(Wire):
    """A program of a data user."""

    id: str
    use: str
    label: str
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class ClientMade(Wire):
    """A program with its secret, shown this once."""

    client: ClientOut
    secret: str


class ClientIn(Wire):
    """Make a program."""

    label: Annotated[str, Field(min_length=1, max_length=60)]


class ResultIn(Wire):
    """What came of a use."""

    title: Annotated[str, Field(min_length=1, max_length=120)]
    text: Annotated[str, Field(min_length=1, max_length=4000)]
    text_easy: Annotated[str, Field(min_length=1, max_length=4000)]
    link: Annotated[str, Field(max_length=300, pattern=r"^(https://\S+)?$")] = ""


class ResultOut(Wire):
    """A result as everybody reads it."""

    id: str
    title: str
    text: str
    text_easy: str
    link: str
    at: datetime


class UseOut(Wire):
    """One approved use, to its organisation."""

    verdict: VerdictOut
    state: UseState
    why: str
    clients: list[ClientOut]
    results: list[ResultOut]
    groupings: list[str]
    names: list[ColumnOut]


class WhyIn(Wire):
    """Why a use is suspended or resumed; the words are public."""

    why: Said


class UsesOut(Wire):
    """The uses of a site."""

    uses: list[UseLine]


class QuestionIn(Wire):
    """What may be asked of the counting lane; there is no filter, no offset and no page."""

    measure: Literal["count", "mean"]
    column: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    by: list[Literal["age_band", "sex", "area"]] = Field(default_factory=list, max_length=2)


class CellOut(Wire):
    """One cell; null where it is hidden."""

    key: list[str]
    n: int | None
    mean: float | None


class QuestionOut(Wire):
    """The question as it was understood."""

    measure: Literal["count", "mean"]
    column: str | None
    by: list[str]


class TableOut(Wire):
    """A table of counts or means."""

    use: str
    verdict: str
    as_of: datetime
    question: QuestionOut
    least: int
    rounded_to: int
    cells: list[CellOut]


class RowsQuery(Wire):
    """Which rows: columns separated by commas (all approved ones if left out), from a day on, after a pseudonym."""

    columns: Annotated[str, Field(max_length=4000)] | None = None
    since: date | None = None
    after: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z2-7]+$")] | None = None


class RowValueOut(Wire):
    """One value of one person."""

    column: str
    day: date
    value: float | str | None
    unit: str


class RowOut(Wire):
    """One person under a pseudonym of this use."""

    pseudonym: str
    about: dict[str, str]
    values: list[RowValueOut]


class RowsOut(Wire):
    """Some rows; `after` leads to the rest."""

    use: str
    verdict: str
    as_of: datetime
    rows: list[RowOut]
    after: str | None


class TokenOut(Wire):
    """A token (RFC 6749 5.1)."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  (the name of a scheme)
    expires_in: int
