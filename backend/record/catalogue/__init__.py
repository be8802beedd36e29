"""The metric catalogue: one name, one unit, one plausible range for every metric of the record."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Literal, cast

import msgspec

Language = Literal["ja", "ja-easy", "en"]
Kind = Literal["point", "series"]
ValueType = Literal["number", "code", "text"]

# A 17-digit JLAC10 code: analyte 5, identification 4, material 3, method 3, result 2.
_JLAC10 = re.compile(r"[0-9][A-Z][0-9]{3}[0-9]{4}[0-9]{3}[0-9]{3}[0-9]{2}")


class UnknownMetric(KeyError):  # noqa: N818  (named for what happened)
    """The catalogue has no such metric."""


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    """A metric: its names, its canonical unit (UCUM) and what a value of it may be.

    `kind` is "series" for what a device measures all day and "point" for everything else.
    `plausible_low` and `plausible_high` are the borders (both allowed) outside of which a value is a
    slip of a unit or a finger, not a state of health; None means open.
    `additive` marks metrics that may be summed over a day. `choices` names the answer list of a coded
    metric (see `choice`).
    """

    code: str
    kind: Kind
    value: ValueType
    category: str
    ja: str
    ja_easy: str
    en: str
    unit: str
    unit_label_ja: str
    unit_label_en: str
    decimals: int
    plausible_low: float | None
    plausible_high: float | None
    additive: bool
    choices: str
    loinc: tuple[str, ...]
    jlac10: tuple[str, ...]
    source: str

    def name(self, language: Language) -> str:
        """Return the name in a language; ja-easy carries ruby as {漢字|かんじ}."""
        return {"ja": self.ja, "ja-easy": self.ja_easy, "en": self.en}[language]

    def is_plausible(self, number: float) -> bool:
        """Say whether a number in the canonical unit can be a value of a living person."""
        if number != number or number in (float("inf"), float("-inf")):
            return False
        low, high = self.plausible_low, self.plausible_high
        return (low is None or number >= low) and (high is None or number <= high)


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of a coded metric in words."""

    list: str
    code: str
    ja: str
    ja_easy: str
    en: str
    source: str

    def name(self, language: Language) -> str:
        """Return the answer in a language; ja-easy carries ruby as {漢字|かんじ}."""
        return {"ja": self.ja, "ja-easy": self.ja_easy, "en": self.en}[language]


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files(__name__).joinpath(name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _number(text: str) -> float | None:
    return float(text) if text else None


@cache
def all_metrics() -> Mapping[str, Metric]:
    """Return every metric by its code, in the order of the table."""
    found: dict[str, Metric] = {}
    for row in _rows("metrics.csv"):
        found[row["code"]] = Metric(
            code=row["code"],
            kind=cast(Kind, row["kind"]),
            value=cast(ValueType, row["value"]),
            category=row["category"],
            ja=row["ja"],
            ja_easy=row["ja_easy"],
            en=row["en"],
            unit=row["unit"],
            unit_label_ja=row["unit_label_ja"],
            unit_label_en=row["unit_label_en"],
            decimals=int(row["decimals"] or 0),
            plausible_low=_number(row["plausible_low"]),
            plausible_high=_number(row["plausible_high"]),
            additive=row["additive"] == "yes",
            choices=row["choices"],
            loinc=tuple(row["loinc"].split()),
            jlac10=tuple(row["jlac10"].split()),
            source=row["source"],
        )
    return found


@cache
def find(code: str) -> Metric | None:
    """Return the metric of a code, or None.

    A well-formed 17-digit JLAC10 code that no row names is a metric of its own: a laboratory may
    measure what no table foresaw, and the person must not lose it.
    """
    known = all_metrics().get(code)
    if known is not None or not _JLAC10.fullmatch(code):
        return known
    return Metric(
        code=code,
        kind="point",
        value="text" if code.endswith("49") else "code" if code.endswith("11") else "number",
        category="C-LAB",
        ja=f"検査項目 {code}",
        ja_easy=f"{{検査|けんさ}} {code}",
        en=f"Test item {code}",
        unit="",
        unit_label_ja="",
        unit_label_en="",
        decimals=2,
        plausible_low=None,
        plausible_high=None,
        additive=False,
        choices="",
        loinc=(),
        jlac10=(code,),
        source="JLAC10 code without a row of its own",
    )


def metric(code: str) -> Metric:
    """Return the metric of a code; raises UnknownMetric."""
    found = find(code)
    if found is None:
        raise UnknownMetric(code)
    return found


@cache
def _choices() -> Mapping[tuple[str, str], Choice]:
    return {
        (row["list"], row["code"]): Choice(
            list=row["list"], code=row["code"], ja=row["ja"], ja_easy=row["ja_easy"], en=row["en"], source=row["source"]
        )
        for row in _rows("choices.csv")
    }


def choice(metric_code: str, answer: str) -> Choice | None:
    """Return the words of a coded value ("2" of q_smoking), or None where the list has no such answer."""
    found = find(metric_code)
    return _choices().get((found.choices, answer)) if found is not None else None


@cache
def _by_loinc() -> Mapping[str, Metric]:
    return {loinc: found for found in all_metrics().values() for loinc in found.loinc}


def by_loinc(code: str) -> Metric | None:
    """Return the metric that a LOINC code measures, or None."""
    return _by_loinc().get(code)


@cache
def _by_jlac10() -> Mapping[str, Metric]:
    return {jlac10: found for found in all_metrics().values() for jlac10 in found.jlac10}


def by_jlac10(code: str) -> Metric | None:
    """Return the metric of a 17-digit JLAC10 or check-up item code, or None."""
    return _by_jlac10().get(code)


__all__ = [
    "Choice",
    "Kind",
    "Language",
    "Metric",
    "UnknownMetric",
    "ValueType",
    "all_metrics",
    "by_jlac10",
    "by_loinc",
    "choice",
    "find",
    "metric",
]
