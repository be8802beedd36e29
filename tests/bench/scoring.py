"""Score a released file: reads only the release and the original hierarchies, and knows nothing of the engine.

    python -m tests.bench.scoring RELEASE --hierarchies DIR --quasi a,b,... [--original TABLE] [--rows N]

Loss is the mean over cells of (leaves covered - 1) / (leaves - 1); a missing row or a cell `*` of a suppressed row
costs 1. A label may be a hierarchy label, a value, a range `low-high` or `[low, high]` of numbers, or a set
`a,b,c` of values. With `--original`, every label must cover the true value of the same line.
"""

from __future__ import annotations

import argparse
import collections
import csv
import json
import re
from pathlib import Path

RANGE = re.compile(r"^[\[(]?\s*(-?\d+(?:\.\d+)?)\s*(?:-|,|\.\.)\s*(-?\d+(?:\.\d+)?)\s*[\])]?$")


def _delimiter(line: str) -> str:
    return max(",;\t|", key=line.count)


def leaves_under(path: Path) -> tuple[dict[str, set[str]], list[str]]:
    """Label -> values under it, and all values."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        file.seek(0)
        rows = [row for row in csv.reader(file, delimiter=_delimiter(first)) if row]
    under: dict[str, set[str]] = collections.defaultdict(set)
    for row in rows:
        for label in row:
            under[label].add(row[0])
    under["*"] = {row[0] for row in rows}
    return under, [row[0] for row in rows]


def covered(label: str, under: dict[str, set[str]], leaves: list[str]) -> set[str] | None:
    """The values a released label covers; None if it cannot be read."""
    if label in under:
        return under[label]
    match = RANGE.match(label)
    if match:
        low, high = float(match[1]), float(match[2])
        return {leaf for leaf in leaves if _is_number(leaf) and low <= float(leaf) <= high}
    if _is_number(label):
        return {leaf for leaf in leaves if _is_number(leaf) and float(leaf) == float(label)} or None
    parts = {part.strip() for part in label.split(",")}
    if len(parts) > 1 and all(part in under for part in parts):
        return set().union(*(under[part] for part in parts))
    return None


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text))


def score(
    release: Path, hierarchies: Path, quasi: list[str], *, rows: int | None = None, original: Path | None = None
) -> dict[str, float | int]:
    """Loss, discernibility, k, rows, suppressed rows, unreadable and untrue labels of a released file."""
    trees = {}
    for name in quasi:
        found = [
            p
            for p in sorted(hierarchies.glob("*.csv"))
            if p.name == f"{name}.csv" or p.name.endswith(f"hierarchy_{name}.csv")
        ]
        trees[name] = leaves_under(found[0])
    with release.open(encoding="utf-8-sig", newline="") as file:
        mark = _delimiter(file.readline())
        file.seek(0)
        reader = csv.reader(file, delimiter=mark)
        header = next(reader)
        places = [header.index(name) for name in quasi]
        classes: collections.Counter[tuple[str, ...]] = collections.Counter()
        seen: list[tuple[str, ...]] = []
        for row in reader:
            cells = tuple(row[place] for place in places)
            classes[cells] += 1
            if original is not None:
                seen.append(cells)
    released = sum(classes.values())
    total = rows or released
    cost: dict[tuple[int, str], float] = {}
    sets: dict[tuple[int, str], set[str]] = {}
    unreadable = 0
    loss = float(total - released) * len(quasi)
    for cells, count in classes.items():
        for place, (name, label) in enumerate(zip(quasi, cells, strict=True)):
            if (place, label) not in cost:
                got = covered(label, *trees[name])
                sets[place, label] = got or set()
                cost[place, label] = 1.0 if not got else (len(got) - 1) / max(len(trees[name][1]) - 1, 1)
                unreadable += not got
            loss += cost[place, label] * count
    untrue = 0
    if original is not None:
        with original.open(encoding="utf-8-sig", newline="") as file:
            mark = _delimiter(file.readline())
            file.seek(0)
            reader = csv.reader(file, delimiter=mark)
            header = next(reader)
            places = [header.index(name) for name in quasi]
            for row, cells in zip(reader, seen, strict=True):
                untrue += any(
                    row[p] not in sets[i, label] for i, (p, label) in enumerate(zip(places, cells, strict=True))
                )
    suppressed = total - released + sum(n for cells, n in classes.items() if set(cells) == {"*"})
    return {
        "loss": loss / total / len(quasi),
        "discernibility": sum(n * n for n in classes.values()) + (total - released) * total,
        "k": min(classes.values()) if classes else 0,
        "classes": len(classes),
        "rows": released,
        "suppressed_rows": suppressed,
        "unreadable_labels": unreadable,
        "untrue_rows": untrue,
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", type=Path)
    parser.add_argument("--hierarchies", type=Path, required=True)
    parser.add_argument("--quasi", required=True)
    parser.add_argument("--original", type=Path)
    parser.add_argument("--rows", type=int)
    given = parser.parse_args()
    quasi = given.quasi.split(",")
    print(json.dumps(score(given.release, given.hierarchies, quasi, rows=given.rows, original=given.original)))


if __name__ == "__main__":
    main()
