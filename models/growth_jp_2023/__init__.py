"""Place of a child's weight, height or head in the national survey of 2023 (percentiles 3 to 97)."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

from models.base import Answer, BadInputError, Inputs, Model, Reader, Reason, Refused, Value, load_card

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
PERCENTILES = (3, 10, 25, 50, 75, 90, 97)


def _table() -> dict[tuple[str, str, str], tuple[float, ...]]:
    with (FOLDER / "percentiles.csv").open(encoding="utf-8", newline="") as lines:
        return {
            (row["measure"], row["sex"], row["band"]): tuple(float(row[f"p{p}"]) for p in PERCENTILES)
            for row in csv.DictReader(lines)
        }


TABLE = _table()


def score(inputs: Inputs) -> Answer:
    """Return `at_percentile` of `value` (kg or cm) for `measure`, `sex`, age `band`.

    At a printed point the percentile is exact; between two the result is `between` and the linear point;
    outside them "<3" or ">97", never a made-up number.
    """
    read = Reader(inputs)
    sex = read.sex()
    measure, age_band = inputs.get("measure"), inputs.get("band")
    for name, given in (("measure", measure), ("band", age_band)):
        if given is None:
            read.missing(name)
    value = read.number("value", low=0.1, high=250)
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    if measure not in {key[0] for key in TABLE}:
        raise BadInputError("measure", "neither weight, height nor head")
    points = TABLE.get((str(measure), sex, str(age_band)))
    if points is None:
        return Refused(CARD.tool, (Reason("risk.band_not_in_table"),))
    if value in points:
        return Value(CARD.tool, {"at_percentile": PERCENTILES[points.index(value)]})
    if value < points[0]:
        return Value(CARD.tool, {"at_percentile": "<3"})
    if value > points[-1]:
        return Value(CARD.tool, {"at_percentile": ">97"})
    steps = zip(pairwise(PERCENTILES), pairwise(points), strict=True)
    (low, high), (start, end) = next(step for step in steps if step[1][0] < value < step[1][1])
    point = low + (high - low) * (value - start) / (end - start)
    return Value(CARD.tool, {"at_percentile": round(point, 1), "between": [low, high]})


MODEL = Model(CARD, score)
