"""Where a check-up value stands among examinees of the same sex, age band and place (NDB Open Data 9).

The interval is the shape-free bound inside the printed class and cannot be beaten without an assumption;
interpolation gives the point only. A hidden cell is not zero: it widens the interval.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.base import Reason, Refused, load_card, load_json
from models.ndb_position.curve import share_below

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
ATTRIBUTION = "出典: 厚生労働省 第9回NDBオープンデータ（2021年度の特定健診）を加工して作成"
AGE_LOW, AGE_HIGH, BAND_YEARS = 40, 74, 5
SEXES = ("male", "female")
HIDDEN_BELOW = 10
Counts = NDArray[np.int64]
# The questionnaire of specific check-ups has other answers from this fiscal year on.
CODES_CHANGED = date(2024, 4, 1)
QUESTIONNAIRE = "questionnaire"


@dataclass(frozen=True)
class Item:
    """One distribution of one section; sections are never mixed."""

    key: str
    item_ja: str
    section: str
    metric: str
    kind: str
    unit: str
    labels: tuple[str, ...]
    limits: tuple[tuple[float | None, float | None], ...]
    aim_low: float | None
    aim_high: Mapping[str, float | None]
    aim_source: str
    aim_answer: int | None = None
    codes: Mapping[str, int] = field(default_factory=dict)
    codes_before: Mapping[str, int] = field(default_factory=dict)

    def answer_of(self, code: str, on: date) -> str | None:
        """Return the release's answer for a code of a check-up file of that day; None where the question changed."""
        at = (self.codes_before if on < CODES_CHANGED else self.codes).get(code)
        return None if at is None else self.labels[at]


@dataclass(frozen=True)
class Region:
    """A prefecture, a secondary medical area, or Japan."""

    level: str
    prefecture_code: str
    prefecture: str
    code: str
    name: str


JAPAN = Region("japan", "", "", "", "全国")


@dataclass(frozen=True)
class ClassShare:
    """One class: people between `count_low` and `count_high` (equal where the cell is visible)."""

    label: str
    lower: float | None
    upper: float | None
    count_low: int
    count_high: int
    share_low: float
    share_high: float
    is_mine: bool

    @property
    def is_hidden(self) -> bool:
        """Return whether the publisher hid some of the people of this class."""
        return self.count_low != self.count_high


@dataclass(frozen=True)
class Position:
    """Shares are percent of people; `below` have a lower value, `above` a higher one (or the same class's rest)."""

    item: Item
    region: Region
    sex: str
    age_band: str
    value: float | str
    at: int
    classes: tuple[ClassShare, ...]
    people_low: int
    people_high: int
    below_low: float
    below_high: float
    below_point: float | None
    next_better: int | None

    @property
    def above_low(self) -> float:
        """Return the smallest possible share of people above."""
        return 100.0 - self.below_high

    @property
    def above_high(self) -> float:
        """Return the largest possible share of people above."""
        return 100.0 - self.below_low


@cache
def items() -> dict[str, Item]:
    """Return every item by its key."""
    classes = load_json(FOLDER, "classes.json")
    with (FOLDER / "items.csv").open(encoding="utf-8", newline="") as lines:
        found = {row["key"]: _item(row, classes[row["key"]]) for row in csv.DictReader(lines)}
    with (FOLDER / "questions.csv").open(encoding="utf-8", newline="") as lines:
        return found | {row["key"]: _question(row) for row in csv.DictReader(lines)}


def _question(row: dict[str, str]) -> Item:
    labels = tuple(row["labels"].split("|"))
    return Item(
        key=row["key"],
        item_ja=row["item_ja"],
        section=QUESTIONNAIRE,
        metric=row["metric"],
        kind="answer",
        unit="",
        labels=labels,
        limits=((None, None),) * len(labels),
        aim_low=None,
        aim_high=dict.fromkeys(SEXES),
        aim_source=row["aim_source"],
        aim_answer=int(row["aim"]) if row["aim"] else None,
        codes=_codes(row["codes"]),
        codes_before=_codes(row["codes_before"]),
    )


def _codes(text: str) -> dict[str, int]:
    return {code: int(at) for code, _, at in (pair.partition("=") for pair in text.split())}


def _item(row: dict[str, str], shown: dict[str, Any]) -> Item:
    high = _float(row["aim_high"])
    return Item(
        key=row["key"],
        item_ja=row["item_ja"],
        section=row["section"],
        metric=row["metric"],
        kind=row["kind"],
        unit=shown["unit"],
        labels=tuple(c["label"] for c in shown["classes"]),
        limits=tuple((c["lower"], c["upper"]) for c in shown["classes"]),
        aim_low=_float(row["aim_low"]),
        aim_high={sex: _float(row[f"aim_high_{sex}"]) or high for sex in SEXES},
        aim_source=row["aim_source"],
    )


def _float(text: str) -> float | None:
    return float(text) if text else None


@cache
def regions() -> tuple[Region, ...]:
    """Return prefectures and areas in the order of the stored rows."""
    with (FOLDER / "regions.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Region(
                level=row["level"],
                prefecture_code=row["prefecture_code"],
                prefecture=row["prefecture"],
                code=row["area_code"] if row["level"] == "area" else row["prefecture_code"],
                name=row["area_name"] if row["level"] == "area" else row["prefecture"],
            )
            for row in csv.DictReader(lines)
        )


def find_item(name: str) -> Item | None:
    """Return the item of a key, a metric code or a printed name (the examinees' section, never the subset)."""
    wanted = name.strip().lower()
    if not wanted:
        return None
    for item in items().values():
        is_named = item.section in ("all examinees", QUESTIONNAIRE) and wanted == item.item_ja.lower()
        if wanted in (item.key, item.metric) or is_named:
            return item
    return None


def find_region(code: str) -> Region | None:
    """Return the area of a four-digit code or the prefecture of a two-digit code or name."""
    if not code:
        return None
    for region in regions():
        if code == region.code or (region.level == "prefecture" and code == region.prefecture):
            return region
    return None


def prefecture_of(area: Region) -> Region:
    """Return the prefecture that an area lies in."""
    return next(r for r in regions() if r.level == "prefecture" and r.prefecture == area.prefecture)


@cache
def _cells() -> Mapping[str, Counts]:
    found: dict[str, Counts] = {}
    for file in ("distribution.npz", "questionnaire.npz"):
        with np.load(FOLDER / file) as stored:
            found |= {name: stored[name].astype(np.int64) for name in stored.files}
    return found


def age_band(age: float) -> int | None:
    """Return the index of the five-year band, or None outside 40-74."""
    return int((int(age) - AGE_LOW) // BAND_YEARS) if AGE_LOW <= int(age) <= AGE_HIGH else None


def band_label(at: int) -> str:
    """Return "55-59" for the band's index."""
    low = AGE_LOW + BAND_YEARS * at
    return f"{low}-{low + BAND_YEARS - 1}"


@cache
def bounds(key: str) -> tuple[Counts, Counts]:
    """Return the least and the greatest count of every cell: [region, sex, age band, class].

    A visible cell has both equal. A hidden one is 0 to 9; where a row (region, sex, class over the ages)
    hides two cells or fewer, one of them may be the smallest visible one hidden along with it, which is at
    most the smallest count still visible.
    """
    cells = _cells()[key]
    hidden = cells < 0
    visible = np.where(hidden, np.iinfo(np.int64).max, cells)
    smallest = visible.min(axis=2, keepdims=True)
    is_all_hidden = hidden.all(axis=2, keepdims=True)
    may_be_secondary = (hidden.sum(axis=2, keepdims=True) <= 2) & ~is_all_hidden
    cap = np.where(may_be_secondary, np.maximum(HIDDEN_BELOW - 1, smallest), HIDDEN_BELOW - 1)
    return np.where(hidden, 0, cells), np.where(hidden, np.broadcast_to(cap, cells.shape), cells)


def counts(item: Item, region: Region, sex: str, band: int) -> tuple[list[int], list[int]]:
    """Return the least and greatest people per class; Japan is the sum of the prefectures."""
    low, high = bounds(item.key)
    where = (
        [at for at, r in enumerate(regions()) if r.level == "prefecture"]
        if region.level == "japan"
        else [regions().index(region)]
    )
    at = SEXES.index(sex)
    return low[where, at, band].sum(axis=0).tolist(), high[where, at, band].sum(axis=0).tolist()


def class_of(item: Item, value: float | str) -> int | None:
    """Return the index of the printed class that holds the value; None for a value no class has."""
    if item.kind in ("ordinal", "answer"):
        return item.labels.index(str(value)) if str(value) in item.labels else None
    if isinstance(value, str):
        return None
    for at, (low, high) in enumerate(item.limits):
        if (low is None or value >= low) and (high is None or value < high):
            return at
    return None


def next_better(item: Item, sex: str, at: int) -> int | None:
    """Return the neighbouring class towards the guideline's aim; None when there or where there is no aim."""
    if item.kind == "answer":
        step = 0 if item.aim_answer is None else (item.aim_answer > at) - (item.aim_answer < at)
        return at + step if step else None
    low_aim, high_aim = item.aim_low, item.aim_high[sex]
    lower, upper = item.limits[at]
    if high_aim is not None and lower is not None and lower >= high_aim:
        return at - 1
    if low_aim is not None and upper is not None and upper <= low_aim:
        return at + 1
    return None


def share_range(low: Sequence[int], high: Sequence[int], start: int, stop: int) -> tuple[float, float]:
    """Return the least and greatest percent of people in classes start..stop, whatever the hidden cells hold."""
    inside_low, inside_high = sum(low[start:stop]), sum(high[start:stop])
    outside_low, outside_high = sum(low) - inside_low, sum(high) - inside_high
    least = 100 * inside_low / (inside_low + outside_high) if inside_low + outside_high else 0.0
    most = 100 * inside_high / (inside_high + outside_low) if inside_high + outside_low else 100.0
    return least, most


def position(item: Item, *, value: float | str, sex: str, age: float, region: Region = JAPAN) -> Position | Refused:
    """Return where the value stands; refuses outside 40-74 years and where nobody is left to compare with."""
    band = age_band(age)
    if band is None:
        return Refused(CARD.tool, (Reason("risk.age_outside", {"low": AGE_LOW, "high": AGE_HIGH}),))
    at = class_of(item, value)
    if at is None:
        return Refused(CARD.tool, (Reason("risk.value_in_no_class"),))
    low, high = counts(item, region, sex, band)
    if sum(low) == 0:
        return Refused(CARD.tool, (Reason("risk.all_hidden"),))
    below_low, _ = share_range(low, high, 0, at)
    _, below_high = share_range(low, high, 0, at + 1)
    middle = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
    point = None
    if item.kind == "number" and not isinstance(value, str):
        point = share_below(item.limits, middle, value)
        if point is not None:
            point = min(max(point, below_low), below_high)
    shares = [share_range(low, high, n, n + 1) for n in range(len(low))]
    return Position(
        item=item,
        region=region,
        sex=sex,
        age_band=band_label(band),
        value=value,
        at=at,
        classes=tuple(
            ClassShare(label, *item.limits[n], low[n], high[n], *shares[n], is_mine=n == at)
            for n, label in enumerate(item.labels)
        ),
        people_low=sum(low),
        people_high=sum(high),
        below_low=below_low,
        below_high=below_high,
        below_point=point,
        next_better=next_better(item, sex, at),
    )
