"""What the record's routes take and answer; the PWA's types are generated from here."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}[T ]")


def _said_as_text(value: Any) -> Any:
    if (isinstance(value, str) and not _WRITTEN.match(value)) or not isinstance(value, str | datetime):
        raise ValueError("a time is written out")
    return value


Params = dict[str, str | int | float]
Tone = Literal["ok", "attention", "info", "now"]
Range = Literal["30d", "90d", "1y", "5y", "all"]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A JSON number: neither text nor true, which would become 1.0."""
Moment = Annotated[datetime, BeforeValidator(_said_as_text)]
"""An ISO time; a bare number could be seconds or milliseconds since some day."""
ClientId = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class Shape(BaseModel):
    """Base of all shapes: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Word(Shape):
    """A sentence as key and parameters; the words live in words.json."""

    key: str
    params: Params = {}


class Names(Shape):
    """One name in the three languages."""

    ja: str
    ja_easy: str
    en: str


class UnitChoice(Shape):
    """A unit a metric can be shown in; `label` as printed beside the number."""

    unit: str
    label: Names
    decimals: int


class MetricInfo(Shape):
    """What a metric is called and how its numbers are printed."""

    metric: str
    name: Names
    kind: Literal["point", "series"]
    category: str
    unit: str
    unit_label: Names
    decimals: int


class Chip(Word):
    """A word beside a number; the colour follows the tone, never without the word."""

    tone: Tone


class TileValue(Shape):
    """One number of a tile."""

    metric: str
    value: float
    decimals: int
    reading: str | None = None


class Trend(Shape):
    """Up to 30 days for the SVG line; `values` has one list per number of the tile, null on days without."""

    days: list[date]
    values: list[list[float | None]]
    band: tuple[float, float] | None = None


class Tile(Shape):
    """One of today's numbers: what, how much, when, what it means in a word, and its line."""

    id: str
    title: Word
    name: Names = Field(description="the metric's name, for the title record.tile.metric")
    metric: str
    values: list[TileValue]
    unit_label: Names
    at: datetime
    day: date
    is_old: bool
    source: str
    chip: Chip | None = None
    trend: Trend | None = None


class Missing(Shape):
    """What is not there yet, and what to press to get it."""

    id: str
    text: Word
    action: Literal["link", "enter_bp", "enter_weight", "profile"]


class Counts(Shape):
    """How much is on the record."""

    readings: int
    series_days: int
    sources: int
    metrics: int


class HomeAnswer(Shape):
    """Today's few numbers, and the time when anything was last stored."""

    as_of: datetime
    day: date
    last_stored_at: datetime | None
    last_stored_source: str | None
    tiles: list[Tile]
    missing: list[Missing]
    counts: Counts


class ReadingBrief(Shape):
    """One value in a list."""

    id: str
    metric: str
    name: Names
    value: float | str | None
    text: Names | None = Field(default=None, description="the word of a coded value, where it has one")
    unit_label: Names
    decimals: int
    state: Literal["measured", "not_done", "not_measurable", "below_limit", "above_limit"]
    flag: Literal["H", "L", "N"] | None
    at: datetime
    is_date_only: bool
    is_own: bool = Field(description="entered or corrected by the person")
    is_corrected: bool = Field(description="a later own version stands beside it")
    is_deleted: bool = False


class TimelineEntry(Shape):
    """One line of the timeline: a check-up with its items, a value, or a day of a device."""

    id: str
    kind: Literal["checkup", "document", "own", "device_day"]
    title: Word
    day: date
    at: datetime
    source: str
    categories: list[str]
    n_items: int
    items: list[ReadingBrief]


class FilterChoice(Shape):
    """One thing to filter by, with how many values it has."""

    id: str
    name: Names
    n: int


class TimelineFilters(Shape):
    """What can be filtered by."""

    sources: list[FilterChoice]
    categories: list[FilterChoice]
    metrics: list[FilterChoice]


class TimelineAnswer(Shape):
    """A page of the timeline, newest first; `total` counts entries after the filter."""

    entries: list[TimelineEntry]
    next_cursor: str | None
    total: int
    filters: TimelineFilters


class TimelineQuery(BaseModel):
    """Filters of the timeline; lists are repeated parameters."""

    source: list[str] = []
    category: list[str] = []
    metric: list[str] = []
    since: date | None = None
    until: date | None = None
    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=30, ge=1, le=100)


class MetricLine(MetricInfo):
    """A metric with its newest value, for the list."""

    n: int
    latest: ReadingBrief | None


class MetricsAnswer(Shape):
    """All metrics that are on the record."""

    metrics: list[MetricLine]


class MetricPath(BaseModel):
    """The metric's code."""

    metric: str = Field(max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")


class MetricQuery(BaseModel):
    """How far back, and in which unit."""

    range: Range = "1y"
    unit: str | None = Field(default=None, max_length=32)


class FigureQuery(MetricQuery):
    """How to draw."""

    theme: Literal["light", "dark"] = "light"
    locale: Literal["ja", "ja-easy", "en"] = "ja"


class DayShape(Shape):
    """One day of a metric."""

    day: date
    n: int
    value: float
    low: float
    high: float


class ReferenceRow(Shape):
    """A reference band: from `low` (inclusive) to `high` (exclusive), in the unit asked for."""

    id: str
    label: Word
    low: float | None
    high: float | None
    tone: Tone
    source: str
    status: str


class Gap(Shape):
    """A stretch without any value."""

    since: date
    until: date
    days: int


class SourceShare(Shape):
    """A source of a metric; rank 1 wins where two devices overlap."""

    source: str
    n: int
    rank: int
    rank_reason: Word | None


class MetricPage(Shape):
    """Everything on one metric's page."""

    metric: MetricInfo
    range: Range
    since: date
    until: date
    unit: str
    unit_label: Names
    decimals: int
    units: list[UnitChoice]
    points: list[ReadingBrief]
    days: list[DayShape]
    sentence: Word
    reference: list[ReferenceRow]
    gaps: list[Gap]
    sources: list[SourceShare]
    rule: Word | None
    total: int


class FigureAnswer(Shape):
    """A Plotly figure as built on the server, for `Plotly.react`."""

    data: list[dict[str, Any]]
    layout: dict[str, Any]
    sentence: Word


class ReadingPath(BaseModel):
    """The id of a value."""

    id: str = Field(max_length=96, pattern=r"^[a-z0-9_.-]+$")


class ImportShape(Shape):
    """A file or entry that brought a value."""

    import_id: str
    source: str | None
    file_name: str | None
    sha256: str | None
    stored_at: datetime
    place: str
    original_value: str | None
    original_unit: str | None


class SeenBy(Shape):
    """Someone who looked at this value's metric (`is_exact`), or before metrics were noted at values of its kind."""

    at: datetime
    who: str
    names: Names | None = None
    purpose: str
    is_exact: bool


class CorrectionShape(Shape):
    """What the person said of a value, both versions kept; with `withdrawn_at` the source's value counts again."""

    id: str
    reading: str
    why: Literal["wrong_value", "wrong_date", "not_mine", "other"]
    note: str
    replaced_by: str | None
    stored_at: datetime
    withdrawn_at: datetime | None


class ReadingDetail(ReadingBrief):
    """Where a value comes from, as the source printed it, what became of it, and who looked."""

    source: str
    category: str
    end: datetime | None
    code: str | None
    code_system: str | None
    original_value: str | None
    original_unit: str | None
    context: Literal["office", "home"] | None
    is_fasting: bool | None
    imports: list[ImportShape]
    versions: list[ReadingBrief]
    deleted_at: datetime | None
    shares: list[SourceShare]
    rule: Word | None
    seen_by: list[SeenBy]
    corrections: list[CorrectionShape]
    can_correct: bool
    can_delete: bool


class EntryBody(Shape):
    """A value entered by hand; the same `client_id` twice is stored once."""

    client_id: ClientId
    kind: Literal["blood_pressure", "weight"]
    sbp: Number | None = None
    dbp: Number | None = None
    pulse: Number | None = None
    weight_kg: Number | None = None
    at: Moment
    confirm_implausible: bool = False


class EntryAnswer(Shape):
    """What was stored; `already` tells that this entry was there before."""

    readings: list[ReadingBrief]
    already: bool
    stored_at: datetime
