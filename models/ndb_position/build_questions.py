"""Reshape the questionnaire of the release: `python -m models.ndb_position.build_questions PARQUET`.

Needs pyarrow (a development dependency). No count is changed: -1 marks a cell the publisher hid.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import numpy as np

from models.ndb_position.build import AGES, FOLDER, SEXES, _region


def main(source: Path) -> None:
    """Write questionnaire.npz beside this file; raises where the release differs from questions.csv."""
    import pyarrow.parquet as parquet

    rows: list[dict[str, Any]] = parquet.read_table(source).to_pylist()
    with (FOLDER / "questions.csv").open(encoding="utf-8", newline="") as lines:
        questions = {int(row["question"]): row for row in csv.DictReader(lines)}
    with (FOLDER / "regions.csv").open(encoding="utf-8", newline="") as lines:
        places = {
            (r["level"], r["prefecture"], r["area_code"], r["area_name"] or r["prefecture"]): at
            for at, r in enumerate(csv.DictReader(lines))
        }
    arrays: dict[str, Any] = {
        row["key"]: np.full((len(places), 2, len(AGES), len(row["printed"].split("|"))), -2, dtype=np.int32)
        for row in questions.values()
    }
    for row in rows:
        question = questions[row["question"]]
        answer = question["printed"].split("|").index(row["answer_ja"])
        at = (places[_region(row)], SEXES[row["sex_ja"]], AGES[row["age_band_ja"]], answer)
        cells = arrays[question["key"]]
        if cells[at] != -2:
            raise SystemExit(f"two rows for one cell: {question['key']} {at}")
        cells[at] = -1 if row["count"] is None else row["count"]
    for key, cells in arrays.items():
        if (cells == -2).any():
            raise SystemExit(f"{key}: cells without a row")
    np.savez_compressed(FOLDER / "questionnaire.npz", **arrays)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
