"""A seeded table of a million people with its hierarchies: age, sex, 200 areas, 12 occupations, height, weight.

Written and committed before the engine was tuned, so that the engine cannot have shaped it. About 95 % of the
rows are unique on the six quasi-identifiers, as they are in a municipal check-up table with exact measurements.

    python -m tests.bench.million FOLDER [--rows 1000000] [--seed 20240601]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

QUASI = ("age", "sex", "area", "occupation", "height", "weight")
SENSITIVE = "condition"
CONDITIONS = ("none", "hypertension", "dyslipidemia", "diabetes", "depression", "cancer")
SEX = ("female", "male")
OCCUPATIONS = {  # the group a table of this kind publishes -> occupations in it
    "office": ("management", "professional", "clerical"),
    "services": ("sales", "service", "security"),
    "manual": ("farming", "production", "transport", "construction"),
    "no-work": ("not-working", "student"),
}
AGES = (18, 99)
HEIGHTS_CM = (135, 199)
WEIGHTS_KG = (30, 129)
AREAS, PER_PREFECTURE, PER_REGION = 200, 5, 5
CHUNK = 1_000_000  # rows drawn at a time, so ten million fit in little memory


def _rows(rng: np.random.Generator, rows: int) -> dict[str, Ints]:
    """`rows` people as integer codes; correlated as people are (sex and height, height and weight, age and work)."""
    age = np.clip(np.rint(18 + 81 * rng.beta(1.6, 1.9, rows)), *AGES).astype(np.int64)
    sex = (rng.random(rows) < 0.48).astype(np.int64)
    size = 1.0 / np.arange(1, AREAS + 1) ** 0.75  # a few cities, many small towns
    order = np.random.default_rng(7).permutation(AREAS)  # the same geography for every seed
    area = order[rng.choice(AREAS, rows, p=size / size.sum())].astype(np.int64)
    working = rng.choice(10, rows, p=np.array([3, 17, 20, 13, 13, 2, 4, 14, 5, 9]) / 100)
    is_student = (age < 25) & (rng.random(rows) < 0.5)
    is_retired = rng.random(rows) < 1 / (1 + np.exp(-(age - 66) / 4))
    occupation = np.where(is_student, 11, np.where(is_retired, 10, working)).astype(np.int64)
    height = rng.normal(158 + 13 * sex - 0.08 * np.maximum(age - 40, 0), 5.8)
    weight = rng.normal(22.6 + 0.9 * sex, 3.4, rows) * (height / 100) ** 2
    return {
        "age": age,
        "sex": sex,
        "area": area,
        "occupation": occupation,
        "height": np.clip(np.rint(height), *HEIGHTS_CM).astype(np.int64),
        "weight": np.clip(np.rint(weight), *WEIGHTS_KG).astype(np.int64),
        SENSITIVE: rng.choice(6, rows, p=np.array([55, 18, 13, 8, 4, 2]) / 100).astype(np.int64),
    }


def _bands(value: int, widths: tuple[int, ...]) -> list[str]:
    """Bands that nest: 23 -> 20-24, 20-29, 20-39."""
    return [f"{value // width * width}-{value // width * width + width - 1}" for width in widths]


def hierarchies() -> dict[str, list[list[str]]]:
    """One row a leaf, the value first and `*` last."""
    areas = []
    for area in range(AREAS):
        prefecture = area // PER_PREFECTURE
        areas.append([f"A{area:03d}", f"P{prefecture:02d}", f"R{prefecture // PER_REGION}", "*"])
    return {
        "age": [[str(age), *_bands(age, (5, 10, 20)), "*"] for age in range(AGES[0], AGES[1] + 1)],
        "sex": [[sex, "*"] for sex in SEX],
        "area": areas,
        "occupation": [[one, group, "*"] for group, ones in OCCUPATIONS.items() for one in ones],
        "height": [[str(cm), *_bands(cm, (5, 10, 20)), "*"] for cm in range(HEIGHTS_CM[0], HEIGHTS_CM[1] + 1)],
        "weight": [[str(kg), *_bands(kg, (5, 10, 20)), "*"] for kg in range(WEIGHTS_KG[0], WEIGHTS_KG[1] + 1)],
    }


def write(folder: Path, rows: int = 1_000_000, seed: int = 20240601) -> Path:
    """Write `people.csv` and `hierarchies/<column>.csv` into `folder` and return the table's path."""
    (folder / "hierarchies").mkdir(parents=True, exist_ok=True)
    for column, lines in hierarchies().items():
        text = "".join(";".join(line) + "\n" for line in lines)
        (folder / "hierarchies" / f"{column}.csv").write_text(text, encoding="utf-8")
    occupations = [one for ones in OCCUPATIONS.values() for one in ones]
    words = {
        "age": [str(value) for value in range(200)],
        "sex": list(SEX),
        "area": [f"A{area:03d}" for area in range(AREAS)],
        "occupation": occupations,
        "height": [str(value) for value in range(300)],
        "weight": [str(value) for value in range(300)],
        SENSITIVE: list(CONDITIONS),
    }
    rng = np.random.default_rng(seed)
    path = folder / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(";".join(words) + "\n")
        for start in range(0, rows, CHUNK):
            drawn = _rows(rng, min(CHUNK, rows - start))
            columns = [np.array(words[name])[codes].tolist() for name, codes in drawn.items()]
            out.writelines(";".join(cells) + "\n" for cells in zip(*columns, strict=True))
    return path


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=20240601)
    given = parser.parse_args()
    write(given.folder, given.rows, given.seed)


if __name__ == "__main__":
    main()
