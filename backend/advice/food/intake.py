"""How much a day: rows of the Dietary Reference Intakes 2025 that exist for an age, sex and stage. No row, no band."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from backend import risk
from backend.advice.food.model import NUTRIENTS, Band, Condition, Energy, Stage

ALLOWED = frozenset({"verified", "official_text"})
"""What a row must be for its number to steer a plan (PRODUCT, rules that protect residents)."""
Sex = Literal["male", "female"]
Activity = Literal["low", "moderate", "high"]

_KCAL_PER_GRAM = {"protein_pct": 4.0, "fat_pct": 9.0, "sfa_pct": 9.0, "carbohydrate_pct": 4.0}
"""Energy factors by which the report turns shares of energy into grams."""
_GRAMS_OF = {"protein_pct": "protein_g", "fat_pct": "fat_g", "sfa_pct": "sfa_g", "carbohydrate_pct": "carbohydrate_g"}
_PREGNANT = {
    Stage.PREGNANT_1: ("1st", "1st", "1st_2nd_trimester"),
    Stage.PREGNANT_2: ("2nd", "2nd_3rd", "1st_2nd_trimester"),
    Stage.PREGNANT_3: ("3rd", "2nd_3rd", "3rd_trimester_and_lactating"),
}
_SEVERITY = ("UNVERIFIED", "CONFLICT", "secondary", "official_text", "verified")
_NEEDS = ("RDA", "AI", "DG")
"""The recommended amount where there is one, else the adequate intake; goals stand beside either."""


class Row(msgspec.Struct, frozen=True):
    """One row of the table; `low` or `high` may be open."""

    group: str
    stage: str
    nutrient: str
    indicator: str
    low: float | None
    high: float | None
    is_high_strict: bool
    unit: str
    source: str
    status: str

    @property
    def id(self) -> str:
        """How a clinician names the row when signing it."""
        return f"dri2025/{self.group}/{self.stage}/{self.nutrient}/{self.indicator}"

    def holds_at(self, age: int) -> bool:
        """Whether an age in full years lies in the row's age group."""
        first, _, last = self.stage.rstrip("+").partition("-")
        return int(first) <= age and (not last or age <= int(last))


def _number(text: str) -> float | None:
    return float(text) if text else None


@cache
def rows() -> tuple[Row, ...]:
    """All rows carried over."""
    with resources.files(__package__).joinpath("intake.csv").open(encoding="utf-8") as lines:
        return tuple(
            Row(
                row["group"],
                row["stage"],
                row["nutrient"],
                row["indicator"],
                _number(row["low"]),
                _number(row["high"]),
                row["is_high_strict"] == "1",
                row["unit"],
                row["source"],
                row["status"],
            )
            for row in csv.DictReader(lines)
        )


_BY_AGE = frozenset({"male", "female", "both", "female_menstruating", "female_not_menstruating"})


def _at_age(groups: frozenset[str], age: int) -> Iterator[Row]:
    return (row for row in rows() if row.group in groups & _BY_AGE and row.holds_at(age))


def energy_need(
    *, age: int, sex: Sex, weight_kg: float, activity: Activity, stage: Stage = Stage.NONE
) -> Energy | None:
    """Estimated energy requirement; None where the report has no row for that age and activity."""
    found = [row for row in _at_age(frozenset({sex}), age) if row.nutrient == f"energy_per_kg_{activity}"]
    if not found or found[0].low is None:
        return None
    extra = _energy_added(stage)
    added = 0.0 if extra is None or extra.low is None else extra.low
    return Energy(
        kcal=found[0].low * weight_kg + added,
        kcal_per_kg=found[0].low,
        added=added,
        source=found[0].source if extra is None else f"{found[0].source}; {extra.source}",
        status=_weaker(found[0], extra),
    )


def _energy_added(stage: Stage) -> Row | None:
    group, when = ("lactating", "") if stage is Stage.LACTATING else ("pregnant", _PREGNANT.get(stage, ("?",))[0])
    return next((row for row in rows() if (row.group, row.stage, row.indicator) == (group, when, "EER_add")), None)


def _weaker(*several: Row | None) -> str:
    return min((row.status for row in several if row is not None), key=_SEVERITY.index)


def bands(
    *,
    age: int,
    sex: Sex,
    stage: Stage = Stage.NONE,
    menstruates: bool | None = None,
    energy_kcal: float | None = None,
    conditions: Collection[Condition] = (),
) -> tuple[Band, ...]:
    """Daily ranges from the rows that exist; shares of energy become grams where `energy_kcal` is given.

    `menstruates` chooses the iron row; None takes the larger need below 50. In pregnancy (or where one is possible)
    a row for other women of that age keeps its upper end only.
    """
    found = list(_base(age, sex, stage, menstruates))
    found += _of_stage(age, stage)
    found += [_limit(limit) for limit in _limits() if limit["condition"] in {one.value for one in conditions}]
    return tuple(sorted(_in_grams(found, energy_kcal), key=lambda band: (NUTRIENTS.index(band.nutrient), band.source)))


def not_checked(given: Iterable[Band]) -> tuple[str, ...]:
    """The nutrients that no binding band holds."""
    checked = {band.nutrient for band in given if band.is_binding}
    return tuple(nutrient for nutrient in NUTRIENTS if nutrient not in checked)


def _groups(age: int, sex: Sex, stage: Stage, menstruates: bool | None) -> frozenset[str]:
    if sex == "male":
        return frozenset({"male", "both"})
    is_open = stage is Stage.NONE or stage is Stage.UNKNOWN
    bleeds = is_open and (menstruates if menstruates is not None else age < 50)
    has_row = any(row.group == "female_menstruating" and row.holds_at(age) for row in rows())
    return frozenset({"female", "both", f"female_{'' if bleeds and has_row else 'not_'}menstruating"})


def _base(age: int, sex: Sex, stage: Stage, menstruates: bool | None) -> Iterator[Band]:
    at_age = [row for row in _at_age(_groups(age, sex, stage, menstruates), age) if not _is_energy(row)]
    if stage is Stage.LACTATING:
        own = {(row.nutrient, row.indicator) for row in rows() if row.group == "lactating"}
        yield from (_band(row) for row in _chosen(at_age) if not _is_replaced(row, own))
    elif stage in _PREGNANT or stage is Stage.UNKNOWN:
        for row in _chosen(at_age):
            # The need of iron only grows with a pregnancy; all else is known for other women only.
            if row.nutrient == "iron_mg" and stage is Stage.UNKNOWN:
                yield _band(row)
            elif row.high is not None:
                yield _band(msgspec.structs.replace(row, low=None), may_only_forbid=True)
    else:
        yield from map(_band, _chosen(at_age))


def _is_energy(row: Row) -> bool:
    return row.indicator == "EER"


def _is_replaced(row: Row, own: set[tuple[str, str]]) -> bool:
    added = (row.nutrient, f"{row.indicator}_add")
    return added in own or any((row.nutrient, indicator) in own for indicator in _NEEDS)


def _chosen(several: list[Row]) -> list[Row]:
    # An estimated average requirement is the middle of a need, not a goal for one person: it makes no band.
    has_rda = {row.nutrient for row in several if row.indicator == "RDA"}
    return [
        row for row in several if row.indicator in _NEEDS and not (row.indicator == "AI" and row.nutrient in has_rda)
    ]


def _of_stage(age: int, stage: Stage) -> Iterator[Band]:
    if stage is Stage.LACTATING:
        own = [row for row in rows() if row.group == "lactating" and row.indicator in _NEEDS]
        yield from map(_band, own)
        yield from _with_addition(age, "lactating", "")
    elif stage in _PREGNANT:
        _, iron, protein = _PREGNANT[stage]
        yield from (_band(row) for row in rows() if row.group == protein)
        yield from _with_addition(age, "pregnant", iron)


def _with_addition(age: int, group: str, when: str) -> Iterator[Band]:
    base = _chosen(list(_at_age(frozenset({"female", "both", "female_not_menstruating"}), age)))
    for more in rows():
        if (more.group, more.stage, more.indicator) != (group, when, "RDA_add"):
            continue
        for row in base:
            if row.nutrient == more.nutrient and row.indicator == "RDA" and row.low is not None and more.low:
                summed = msgspec.structs.replace(row, low=row.low + more.low, status=_weaker(row, more))
                summed = msgspec.structs.replace(summed, source=f"{row.source} + {more.source}")
                yield _band(summed, signed=_is_signed(row) and _is_signed(more))


def _is_signed(row: Row) -> bool:
    return row.status in ALLOWED or row.id in risk.signed_rows()


def _band(row: Row, *, may_only_forbid: bool = False, signed: bool | None = None) -> Band:
    binds = _is_signed(row) if signed is None else signed
    return Band(
        nutrient=row.nutrient,
        low=row.low,
        high=row.high,
        is_high_strict=row.is_high_strict,
        unit=row.unit,
        indicator=row.indicator,
        source=row.source,
        status=row.status,
        is_binding=binds or may_only_forbid,
        to_be_confirmed=may_only_forbid,
    )


@cache
def _limits() -> tuple[dict[str, str], ...]:
    with resources.files(__package__).joinpath("limits.csv").open(encoding="utf-8") as lines:
        return tuple(csv.DictReader(lines))


def _limit(row: dict[str, str]) -> Band:
    return Band(
        nutrient=row["nutrient"],
        high=float(row["high"]),
        is_high_strict=row["is_high_strict"] == "1",
        unit=row["unit"],
        indicator="limit",
        source=row["source"],
        status=row["status"],
        is_binding=True,
        to_be_confirmed=row["status"] not in ALLOWED,
    )


def _in_grams(several: Iterable[Band], energy_kcal: float | None) -> Iterator[Band]:
    for band in several:
        factor = _KCAL_PER_GRAM.get(band.nutrient)
        if factor is None:
            yield band
        elif energy_kcal is not None:
            grams = energy_kcal / 100 / factor
            yield msgspec.structs.replace(
                band,
                nutrient=_GRAMS_OF[band.nutrient],
                low=None if band.low is None else band.low * grams,
                high=None if band.high is None else band.high * grams,
                unit="g/d",
                indicator=f"{band.indicator} {band.unit}",
            )
