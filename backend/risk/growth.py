"""A child's measurements against the national tables: age bands, corrected age, percentile and 肥満度. Pure."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Literal

from models import growth_jp_2023, himando_infant_2023, himando_school
from models.base import Refused

Measure = Literal["weight", "height", "head"]
MEASURES: tuple[Measure, ...] = ("weight", "height", "head")
TERM_DAYS = 280
PRETERM_BELOW_DAYS = 37 * 7
CORRECTED_MONTHS = 36
"""Product rule: the corrected age stands beside the age by birth until three years."""
D30_FROM_DAYS = 28
"""The row "about day 30" is used from day 28 to the end of the first month; days 1 to 27 have no row."""
SCHOOL_FROM, SCHOOL_TO = 6, 17
INFANT_FROM = 1


@dataclass(frozen=True)
class Band:
    """One row of the national table: ages in months, lower inclusive, upper exclusive."""

    key: str
    low: int
    high: int
    points: tuple[float, ...]


def months(birth: date, day: date) -> int:
    """Return completed months; a child born on the 31st completes a month on the last day of a shorter one."""
    whole = (day.year - birth.year) * 12 + day.month - birth.month
    is_last = (day + timedelta(days=1)).month != day.month
    return whole - (day.day < birth.day and not is_last)


def corrected(birth: date, gestation_days: int | None) -> date | None:
    """Return the day a preterm child (under 37 weeks 0 days) would have been born at 40 weeks 0 days."""
    if gestation_days is None or gestation_days >= PRETERM_BELOW_DAYS:
        return None
    return birth + timedelta(days=TERM_DAYS - gestation_days)


@cache
def bands(measure: Measure, sex: str) -> tuple[Band, ...]:
    """Return the rows of the table for a measure and sex, youngest first."""
    with (growth_jp_2023.FOLDER / "percentiles.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if (row["measure"], row["sex"]) == (measure, sex)]
    return tuple(
        Band(
            key=row["band"],
            low=int(row["age_months_min"]),
            high=int(row["age_months_max"]),
            points=tuple(float(row[f"p{p}"]) for p in growth_jp_2023.PERCENTILES),
        )
        for row in rows
    )


def band_of(measure: Measure, sex: str, birth: date, day: date) -> str | None:
    """Return the key of the row for an age; None where the national table has none."""
    days, whole = (day - birth).days, months(birth, day)
    if days < 0:
        return None
    if days == 0:
        return "birth"
    if whole == 0:
        return "d30" if days >= D30_FROM_DAYS else None
    return next((b.key for b in bands(measure, sex) if b.low < b.high and b.low <= whole < b.high), None)


@dataclass(frozen=True)
class Standing:
    """Where one value stands: percentile text ("<3", ">97", a number), or None where the table has no row."""

    measure: Measure
    value: float
    age_months: float
    percentile: str | float | None
    between: tuple[int, int] | None


def standing(measure: Measure, *, sex: str, birth: date, day: date, value: float) -> Standing:
    """Return the percentile of a value on a day, counted from `birth` (or from the corrected day)."""
    key = band_of(measure, sex, birth, day)
    age = round((day - birth).days / 30.4375, 2)
    if key is None:
        return Standing(measure, value, age, None, None)
    answer = growth_jp_2023.score({"measure": measure, "sex": sex, "band": key, "value": value})
    if isinstance(answer, Refused):
        return Standing(measure, value, age, None, None)
    between = answer.result.get("between")
    return Standing(measure, value, age, answer.result["at_percentile"], None if between is None else tuple(between))


def himando(*, sex: str, birth: date, day: date, height: float, weight: float) -> tuple[str, float, str] | None:
    """Return (table, percent over the standard weight, class): the infant table to 5 years, then the school one."""
    age = months(birth, day) // 12
    inputs: dict[str, Any] = {"sex": sex, "age": age, "height": height, "weight": weight}
    if INFANT_FROM <= age < SCHOOL_FROM:
        table, answer = "infant", himando_infant_2023.score(inputs)
    elif SCHOOL_FROM <= age <= SCHOOL_TO:
        table, answer = "school", himando_school.score(inputs)
    else:
        return None
    if isinstance(answer, Refused):
        return None
    return table, round(float(answer.result["himando"]), 1), str(answer.result["cls"]).replace(" ", "_")


def curves(measure: Measure, sex: str) -> dict[int, list[tuple[float, float]]]:
    """Return per percentile the (age in months, value) of the table, each row at the middle of its ages."""
    found: dict[int, list[tuple[float, float]]] = {p: [] for p in growth_jp_2023.PERCENTILES}
    for one in bands(measure, sex):
        middle = 0.0 if one.key == "birth" else 30 / 30.4375 if one.key == "d30" else (one.low + one.high) / 2
        for percentile, value in zip(growth_jp_2023.PERCENTILES, one.points, strict=True):
            found[percentile].append((round(middle, 2), value))
    return found
