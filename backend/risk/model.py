"""Frozen values of the risk room: a card with its number, its reasons and what it still needs."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Tone = Literal["good", "watch", "act", "info"]
DisplayClass = Literal["recognised", "statistical", "research"]
State = Literal["ok", "refused", "missing"]


class Frozen(BaseModel):
    """A value that cannot be changed after it was made."""

    model_config = ConfigDict(frozen=True)


class Text(Frozen):
    """A message key with its parameters; the words live in the room's words.json.

    A parameter whose value starts with "@" is itself a message key, to be put into words first.
    """

    key: str
    params: dict[str, str | int | float] = {}


class InputUsed(Frozen):
    """One input of a card: what it was, of which day and from which reading or profile fact."""

    name: str
    label: Text
    value: str | float
    shown: Text
    unit: str
    day: date | None
    origin: Literal["reading", "profile", "account"]
    metric: str | None = None
    reading: str | None = None
    profile_key: str | None = None
    source: str | None = None


class MissingInput(Frozen):
    """One input that is missing, and where a person can fill it."""

    name: str
    label: Text
    fill: Literal["link_checkup", "enter_reading", "profile"]
    metric: str | None = None
    profile_key: str | None = None


class RefusalReason(Frozen):
    """Why a card gives no number."""

    text: Text
    input: str | None = None
    profile_key: str | None = None


class ClassShown(Frozen):
    """The class a value falls into, with its limits (lower inclusive, upper exclusive)."""

    key: str
    text: Text
    tone: Tone
    lower: float | None = None
    upper: float | None = None
    unit: str = ""


class Contribution(Frozen):
    """One exact part of the total; parts add up to `Detail.total`."""

    name: str
    label: Text
    amount: float
    highest: float
    unit: str
    value: Text | None = None
    is_modifiable: bool = False


class Frequency(Frozen):
    """A probability as people of 100, both frames; `happens` is None below 1 % (1 %未満)."""

    of: int = 100
    happens: int | None
    happens_not: int | None
    is_under_one: bool
    percent: float | None
    text: Text
    counter_text: Text


class IconArray(Frozen):
    """The numbers of a 10 x 10 picture: filled of 100, and the baseline person's."""

    rows: int = 10
    columns: int = 10
    filled: int
    is_under_one: bool
    baseline_filled: int | None = None
    baseline_is_under_one: bool = False


class WhatIf(Frozen):
    """The published points without one modifiable factor; not a promise that the risk falls so."""

    name: str
    text: Text
    points_less: float
    total: float
    frequency: Frequency | None = None
    is_largest: bool = False


class Level(Frozen):
    """One published step of a factor and its points."""

    text: Text
    points: float
    is_mine: bool


class Factor(Frozen):
    """One modifiable factor with every published step, for the what-if page."""

    name: str
    label: Text
    levels: list[Level]


class Outcome(Frozen):
    """What the published table says for a total of points at the person's age."""

    total: int
    frequency: Frequency
    category: Text


class Finding(Frozen):
    """One statement about one number against one printed line."""

    text: Text
    tone: Tone


class CardShown(Frozen):
    """One risk card as the screen needs it; a refusal is a card too."""

    model: str
    title: Text
    question: Text
    state: State
    display_class: DisplayClass
    headline: Text
    meaning: Text | None = None
    value: float | None = None
    value_text: Text | None = None
    unit: str = ""
    interval: tuple[float, float] | None = None
    klass: ClassShown | None = None
    frequency: Frequency | None = None
    findings: list[Finding] = []
    next_step: Text | None = None
    horizon_years: int | None = None
    day: date | None = None
    inputs: list[InputUsed] = []
    missing: list[MissingInput] = []
    reasons: list[RefusalReason] = []
    awaiting_signoff: list[str] = []
    version: str
    source: str
    age_limit_days: int | None = None
    not_a_diagnosis: Text = Text(key="risk.not_a_diagnosis")


class Detail(CardShown):
    """A card with everything behind it."""

    total: float | None = None
    contributions: list[Contribution] = []
    icon_array: IconArray | None = None
    baseline: Frequency | None = None
    baseline_text: Text | None = None
    what_if: list[WhatIf] = []
    factors: list[Factor] = []
    outcomes: list[Outcome] = []
    purpose: str = ""
    population: str = ""
    outcome: str = ""
    status: str = ""
    missing_rule: Text | None = None
    valid_range: list[Text] = []
    notes: list[Text] = []
    sha256: str = ""
    figures: list[str] = []


class ClassShare(Frozen):
    """One class of a distribution: limits, people (None = hidden by the publisher) and share."""

    label: str
    lower: float | None
    upper: float | None
    count: int | None
    count_range: tuple[int, int]
    share_percent: float | None
    share_percent_range: tuple[float, float]
    is_mine: bool


class ScopePosition(Frozen):
    """Where the value stands among people of one place."""

    scope: Literal["area", "prefecture", "japan"]
    kind: Literal["number", "ordinal", "answer"] = "number"
    code: str
    name: str
    people: int
    people_is_lower_bound: bool
    below_percent_range: tuple[float, float]
    above_percent_range: tuple[float, float]
    below_percent_point: float | None
    above_percent_point: float | None
    classes: list[ClassShare]
    next_better: ClassShare | None
    text: Text


class PositionShown(Frozen):
    """Where a person stands among people of the same sex and age band (statistical, no verdict)."""

    metric: str
    item: str
    title: Text
    kind: Literal["number", "ordinal", "answer"] = "number"
    answer: str | None = None
    state: State
    display_class: DisplayClass = "statistical"
    value: float | None = None
    unit: str = ""
    day: date | None = None
    reading: str | None = None
    sex: Literal["male", "female"] | None = None
    age_band: str | None = None
    headline: Text
    scopes: list[ScopePosition] = []
    missing: list[MissingInput] = []
    reasons: list[RefusalReason] = []
    notes: list[Text] = []
    version: str
    source: str
    not_a_diagnosis: Text = Text(key="risk.not_a_diagnosis")


class CourseStep(Frozen):
    """One age of a course: the band its percentile allows (an end that is None has no limit) and the point."""

    age: int
    age_band: str
    low: float | None
    high: float | None
    point: float | None


class CourseShown(Frozen):
    """The own percentile in older age bands of the national tables (statistical, no forecast)."""

    metric: str
    item: str
    title: Text
    state: State
    display_class: DisplayClass = "statistical"
    value: float | None = None
    decimals: int = 0
    unit: str = ""
    day: date | None = None
    reading: str | None = None
    headline: Text
    below_percent_range: tuple[float, float] | None = None
    own: list[CourseStep] = []
    better: list[CourseStep] = []
    better_label: str | None = None
    better_from: float | None = None
    ends_early: bool = False
    reasons: list[RefusalReason] = []
    missing: list[MissingInput] = []
    notes: list[Text] = []
    version: str
    source: str
    not_a_diagnosis: Text = Text(key="risk.not_a_diagnosis")


class CourseQuery(Frozen):
    """Which metric; without one, every metric that has a value and a distribution of numbers."""

    metric: str | None = None


class CourseList(Frozen):
    """Courses, one a metric."""

    courses: list[CourseShown]
    not_a_diagnosis: Text = Text(key="risk.not_a_diagnosis")


class RiskOverview(Frozen):
    """All cards of a person, in the order the screen shows them."""

    stage: Literal["child", "pregnant", "adult", "elder"]
    cards: list[CardShown]
    positions: list[PositionShown]
    not_a_diagnosis: Text = Text(key="risk.not_a_diagnosis")


class AskedQuery(Frozen):
    """A comparison outside Japan is computed only for somebody who says so."""

    asked: bool = False


class ModelQuery(Frozen):
    """Which model of the person."""

    model: str


class PositionQuery(Frozen):
    """Which metric; without one, every metric that has a value and a distribution."""

    metric: str | None = None


class PositionList(Frozen):
    """Positions, one a metric."""

    positions: list[PositionShown]
    not_a_diagnosis: Text = Text(key="risk.not_a_diagnosis")


class FigureQuery(Frozen):
    """Which picture of a model; `metric` for the position's distribution; words in this locale."""

    kind: Literal["icon_array", "distribution", "contributions", "small_multiples", "heat_map"] | None = None
    metric: str | None = None
    scope: Literal["area", "prefecture", "japan"] | None = None
    locale: Literal["ja", "ja-easy", "en"] = "ja"
    theme: Literal["light", "dark"] = "light"


class FigureShown(Frozen):
    """A Plotly figure with its one-sentence takeaway and its table."""

    figure: dict[str, Any]
    takeaway: Text
    table_head: list[Text]
    table: list[list[str | float | int | None]]
    not_a_diagnosis: Text = Text(key="risk.not_a_diagnosis")
