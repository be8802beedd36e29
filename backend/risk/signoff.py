"""Which partly verified rows a clinician signed; the file is empty at first."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).parents[2] / "docs" / "clinical-signoff.csv"


def signed_rows(path: Path = FILE) -> frozenset[str]:
    """Return the ids of the rows signed off ("bp/home-grade1"); none where there is no file."""
    if not path.exists():
        return frozenset()
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, changed_ns: int) -> frozenset[str]:
    with path.open(encoding="utf-8", newline="") as lines:
        # A line without a name or a day is no sign-off.
        return frozenset(
            row["row"].strip() for row in csv.DictReader(lines) if row["row"] and row["signed_by"] and row["signed_on"]
        )
