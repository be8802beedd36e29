"""Anonymeter's opinion on synthetic data; it never overrules our own attackers.

Anonymeter needs older numpy and pyarrow than Meguri, so it lives in an environment of its own, whose python the
operator names in MEGURI_ANONYMETER_PYTHON. This file is also the script that runs there.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SETTING = "MEGURI_ANONYMETER_PYTHON"
MOST_TRIES = 500
TIME_LIMIT_S = 600


def second_opinion(
    release: Any, original: Any, control: Any, quasi: Sequence[str], sensitive: str | None
) -> dict[str, Any]:
    """Anonymeter's linkability and inference risks, or why it was not asked.

    It compares values, so it is asked only about releases whose values all occur in the original (synthetic data).
    """
    columns = [*quasi, *([sensitive] if sensitive else [])]
    if any(not set(release.texts(name)) <= set(original.texts(name)) for name in columns):
        return {"asked": False, "why": "labels_are_not_values"}
    python = os.environ.get(SETTING)
    if not python:
        return {"asked": False, "why": "anonymeter_is_not_installed"}
    with tempfile.TemporaryDirectory(prefix="meguri-") as folder:
        for name, table in (("syn", release), ("ori", original), ("control", control)):
            _copy(table, columns, Path(folder) / f"{name}.csv")
        asked = json.dumps({"folder": folder, "quasi": list(quasi), "sensitive": sensitive})
        ran = subprocess.run(  # noqa: S603  (the operator's own interpreter)
            [python, "-W", "ignore", __file__],
            input=asked,
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT_S,
            check=False,
        )
    if ran.returncode:
        return {"asked": False, "why": "anonymeter_failed"}
    return {"asked": True, **json.loads(ran.stdout.splitlines()[-1])}


def _copy(table: Any, columns: list[str], path: Path) -> None:
    cells = [
        [table.texts(name)[code] for code in codes] for name, codes in zip(columns, table.codes(columns), strict=True)
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*cells, strict=True))


def _ask(asked: dict[str, Any]) -> dict[str, Any]:
    """Runs in anonymeter's environment."""
    import importlib

    evaluators = importlib.import_module("anonymeter.evaluators")
    read_csv = importlib.import_module("pandas").read_csv
    frames = {name: read_csv(f"{asked['folder']}/{name}.csv", dtype=str) for name in ("ori", "syn", "control")}
    tries = min(MOST_TRIES, *(len(frame) for frame in frames.values()))
    half = max(1, len(asked["quasi"]) // 2)
    aux = (asked["quasi"][:half], asked["quasi"][half:])
    made = {"linkability": evaluators.LinkabilityEvaluator(**frames, aux_cols=aux, n_attacks=tries, n_neighbors=5)}
    if asked["sensitive"]:
        made["inference"] = evaluators.InferenceEvaluator(
            **frames, aux_cols=asked["quasi"], secret=asked["sensitive"], n_attacks=tries
        )
    found: dict[str, Any] = {"tries": tries}
    for name, evaluator in made.items():
        evaluator.evaluate(n_jobs=1)
        risk = evaluator.risk()
        found[name] = {"risk": round(float(risk.value), 4), "interval": [round(float(x), 4) for x in risk.ci]}
    return found


if __name__ == "__main__":
    print(json.dumps(_ask(json.load(sys.stdin))))
