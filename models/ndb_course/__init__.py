"""The value that one's percentile has in older age bands: national tables of one year, no forecast of a person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import ndb_position as ndb
from models.base import Reason, Refused, load_card, load_json
from models.ndb_position.curve import share_below

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
RULES: dict[str, Any] = load_json(FOLDER, "rules.json")
HALVINGS = 32
"""Of a range of at most some hundred units: far finer than any value is printed."""
BANDS = (RULES["last_age"] + 1 - ndb.AGE_LOW) // ndb.BAND_YEARS


@dataclass(frozen=True)
class Step:
    """One age band: `low` inclusive and `high` exclusive, None where the class is open."""

    age: int
    age_band: str
    low: float | None
    high: float | None
    point: float | None


@dataclass(frozen=True)
class Line:
    """A course from one value: its percentile today (interval and point) and the steps."""

    value: float
    below_low: float
    below_high: float
    below_point: float | None
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Course:
    """The own course, and the one from the border of the next better class where there is such a class."""

    item: ndb.Item
    sex: str
    age: int
    own: Line
    better: Line | None
    better_label: str | None
    ends_early: bool


def _cumulated(item: ndb.Item, sex: str, band: int) -> list[tuple[float, float]]:
    """Least and greatest percent of people up to and including each class."""
    low, high = ndb.counts(item, ndb.JAPAN, sex, band)
    return [ndb.share_range(low, high, 0, at + 1) for at in range(len(low))]


def _point(item: ndb.Item, sex: str, band: int, share: float) -> float | None:
    """The value below which `share` percent of people lie, by the monotone curve; None in an open class."""
    low, high = ndb.counts(item, ndb.JAPAN, sex, band)
    people = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
    borders = [upper for _, upper in item.limits if upper is not None]
    if len(borders) < 2:
        return None
    start, end = borders[0], borders[-1]
    first, last = share_below(item.limits, people, start), share_below(item.limits, people, end)
    if first is None or last is None or not first <= share <= last:
        return None
    for _ in range(HALVINGS):
        middle = (start + end) / 2
        below = share_below(item.limits, people, middle)
        assert below is not None
        start, end = (middle, end) if below < share else (start, middle)
    return (start + end) / 2


def _step(item: ndb.Item, sex: str, band: int, age: int, line: tuple[float, float, float | None]) -> Step:
    below_low, below_high, below_point = line
    shares = _cumulated(item, sex, band)
    last = len(shares) - 1
    lowest = next((at for at, (_, most) in enumerate(shares) if most > below_low), last)
    highest = next((at for at, (least, _) in enumerate(shares) if least >= below_high - 1e-9), last)
    low, high = item.limits[lowest][0], item.limits[highest][1]
    point = None if below_point is None else _point(item, sex, band, below_point)
    if point is not None:
        point = max(point, low) if low is not None else point
        point = min(point, high) if high is not None else point
    return Step(age=age, age_band=ndb.band_label(band), low=low, high=high, point=point)


def _line(item: ndb.Item, sex: str, age: int, value: float, shares: tuple[float, float, float | None]) -> Line:
    own = ndb.age_band(age)
    assert own is not None
    bands = [band for band in range(own + 1, BANDS) if _centre(band) <= age + RULES["years"]]
    low, high = _class(item, value)
    now = Step(age=age, age_band=ndb.band_label(own), low=low, high=high, point=value)
    return Line(value, *shares, (now, *(_step(item, sex, band, _centre(band), shares) for band in bands)))


def _class(item: ndb.Item, value: float) -> tuple[float | None, float | None]:
    at = ndb.class_of(item, value)
    return (None, None) if at is None else item.limits[at]


def _centre(band: int) -> int:
    return ndb.AGE_LOW + ndb.BAND_YEARS * band + ndb.BAND_YEARS // 2


def course(item: ndb.Item, *, value: float, sex: str, age: int) -> Course | Refused:
    """Return the course from today's value; refuses outside 40-74 and for items without numbers."""
    if item.kind != "number":
        return Refused(CARD.tool, (Reason("risk.no_course"),))
    found = ndb.position(item, value=value, sex=sex, age=age)
    if isinstance(found, Refused):
        return Refused(CARD.tool, found.reasons)
    own = _line(item, sex, age, value, (found.below_low, found.below_high, found.below_point))
    better, label = None, None
    if found.next_better is not None:
        is_lower = found.next_better < found.at
        border = item.limits[found.at][0 if is_lower else 1]
        assert border is not None
        band = ndb.age_band(age)
        assert band is not None
        low, high = ndb.counts(item, ndb.JAPAN, sex, band)
        least, most = ndb.share_range(low, high, 0, found.at if is_lower else found.at + 1)
        better = _line(item, sex, age, border, (least, most, (least + most) / 2))
        label = item.labels[found.next_better]
    return Course(
        item=item, sex=sex, age=age, own=own, better=better, better_label=label,
        ends_early=age + RULES["years"] > RULES["last_age"],
    )  # fmt: skip
