"""Units a metric can also be shown or entered in, by published factors. Pure."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

import msgspec

from backend.record import catalogue
from backend.record.refusals import UnknownUnit


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """value in `unit` = canonical value * factor + add; `source` says where the factor comes from."""

    unit: str
    label: str
    factor: float
    add: float
    decimals: int
    source: str

    def shown(self, canonical: float) -> float:
        """A canonical value in this unit."""
        return canonical * self.factor + self.add

    def canonical(self, shown: float) -> float:
        """A value in this unit as canonical value."""
        return (shown - self.add) / self.factor


@cache
def _table() -> dict[str, tuple[Choice, ...]]:
    text = resources.files(__package__).joinpath("units.csv").read_text(encoding="utf-8")
    found: dict[str, list[Choice]] = {}
    for row in csv.DictReader(text.splitlines()):
        choice = Choice(
            unit=row["unit"],
            label=row["label"],
            factor=float(row["factor"]),
            add=float(row["add"]),
            decimals=int(row["decimals"]),
            source=row["source"],
        )
        for metric in row["metrics"].split():
            found.setdefault(metric, []).append(choice)
    return {metric: tuple(choices) for metric, choices in found.items()}


def choices(metric: str) -> tuple[Choice, ...]:
    """The units of a metric, its own first."""
    entry = catalogue.metric(metric)
    own = Choice(
        unit=entry.unit, label=entry.unit_label_en, factor=1.0, add=0.0, decimals=entry.decimals, source=entry.source
    )
    return (own, *_table().get(metric, ()))


def choice(metric: str, unit: str | None) -> Choice:
    """The unit asked for (its code or label), or the metric's own; raises UnknownUnit."""
    for one in choices(metric):
        if unit is None or unit in (one.unit, one.label):
            return one
    raise UnknownUnit


def to_canonical(metric: str, value: float, unit: str | None) -> float:
    """A value given in a unit as value in the metric's own; raises UnknownUnit."""
    return choice(metric, unit).canonical(value)
