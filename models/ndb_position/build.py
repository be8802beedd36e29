"""Reshape NDB Open Data (9th release) into our own compact file: `python -m models.ndb_position.build PARQUET`.

Needs pyarrow (a development dependency). No count is changed: -1 marks a cell the publisher hid.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent
SEXES = {"男": 0, "女": 1}
AGES = {f"{low}～{low + 4}歳": at for at, low in enumerate(range(40, 75, 5))}
ORDINAL = {"－": 0, "±": 1, "＋": 2, "＋＋": 3, "＋＋＋": 4, "G1": 0, "G2": 1, "G3a": 2, "G3b": 3, "G4": 4, "G5": 5}
NO_AREA = "二次医療圏判別不可"


def limits(label: str, step: float | None) -> tuple[float | None, float | None]:
    """Return lower (inclusive) and upper (exclusive) of a printed class; 50以下 ends at the next step, 51."""
    low = re.search(r"([\d.]+)以上", label)
    below = re.search(r"([\d.]+)未満", label)
    to = re.search(r"([\d.]+)以下", label)
    upper = float(below[1]) if below else round(float(to[1]) + (step or 0), 6) if to else None
    return (float(low[1]) if low else None, upper)


def _region(row: dict[str, Any]) -> tuple[str, str, str, str]:
    if row["level"] == "prefecture":
        return ("prefecture", row["prefecture"], "", row["prefecture"])
    if row["prefecture"] == NO_AREA:  # the source repeats the last area's code here
        return ("area", NO_AREA, "", NO_AREA)
    return ("area", row["prefecture"], row["area_code"], row["area_name"])


def main(source: Path) -> None:
    """Write distribution.npz, regions.csv and classes.json beside this file."""
    import pyarrow.parquet as parquet

    rows: list[dict[str, Any]] = parquet.read_table(source).to_pylist()
    with (FOLDER / "items.csv").open(encoding="utf-8", newline="") as lines:
        items = list(csv.DictReader(lines))
    by_item: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        by_item.setdefault((row["item_ja"], row["section"]), []).append(row)
    if set(by_item) != {(item["item_ja"], item["section"]) for item in items}:
        raise SystemExit("the release holds other items than items.csv")
    regions = sorted({_region(row) for row in rows}, key=lambda r: (r[0] != "prefecture", r[2] or "99", r[1]))
    codes = {r[1]: r[2][:2] for r in regions if r[0] == "area" and r[2]}
    regions.sort(key=lambda r: (r[0] != "prefecture", codes.get(r[1], "99"), r[2] or "9999"))
    places = {region: at for at, region in enumerate(regions)}
    arrays: dict[str, Any] = {}
    classes: dict[str, Any] = {}
    for item in items:
        step = float(item["step"]) if item["step"] else None
        found = by_item[item["item_ja"], item["section"]]
        labels = {row["class_ja"] for row in found}
        if item["kind"] == "ordinal":
            ordered = sorted(labels, key=lambda label: ORDINAL[label])
            bounds: list[tuple[float | None, float | None]] = [(None, None)] * len(ordered)
        else:
            ordered = sorted(labels, key=lambda label: limits(label, step)[0] or -1.0)
            bounds = [limits(label, step) for label in ordered]
        cells = np.full((len(regions), 2, len(AGES), len(ordered)), -2, dtype=np.int32)
        for row in found:
            sex = SEXES[row["sex_ja"] or row["group_ja"]]
            at = (places[_region(row)], sex, AGES[row["age_band_ja"]], ordered.index(row["class_ja"]))
            if cells[at] != -2:
                raise SystemExit(f"two rows for one cell: {item['key']} {at}")
            cells[at] = -1 if row["count"] is None else row["count"]
        if (cells == -2).any():
            raise SystemExit(f"{item['key']}: cells without a row")
        arrays[item["key"]] = cells
        classes[item["key"]] = {
            "unit": found[0]["unit"] or "",
            "classes": [
                {"label": label, "lower": low, "upper": high}
                for label, (low, high) in zip(ordered, bounds, strict=True)
            ],
        }
    np.savez_compressed(FOLDER / "distribution.npz", **arrays)
    with (FOLDER / "regions.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["level", "prefecture_code", "prefecture", "area_code", "area_name"])
        writer.writerows([r[0], codes.get(r[1], ""), r[1], r[2], r[3] if r[0] == "area" else ""] for r in regions)
    text = json.dumps(classes, ensure_ascii=False, indent=1)
    (FOLDER / "classes.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
