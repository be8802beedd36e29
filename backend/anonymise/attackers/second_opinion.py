"""Anonymeter's opinion on synthetic data, where it is installed; it never overrules our own attackers."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from typing import Any

from backend.anonymise.table import Table


def _frame(table: Table, columns: Sequence[str]) -> Any:
    return importlib.import_module("pandas").DataFrame(
        {name: [table.texts(name)[code] for code in table.codes([name])[0]] for name in columns}
    )


def second_opinion(
    release: Table, original: Table, control: Table, quasi: Sequence[str], sensitive: str | None
) -> dict[str, Any]:
    """Anonymeter's singling-out, linkability and inference risks; why not, where it cannot be asked.

    It compares values, so it is asked only about releases whose values occur in the original (synthetic data).
    """
    columns = [*quasi, *([sensitive] if sensitive else [])]
    if any(not set(release.texts(name)) <= set(original.texts(name)) for name in columns):
        return {"asked": False, "why": "labels_are_not_values"}
    if importlib.util.find_spec("anonymeter") is None:
        return {"asked": False, "why": "anonymeter_is_not_installed"}
    return _ask(release, original, control, quasi, sensitive, columns)


def _ask(
    release: Table, original: Table, control: Table, quasi: Sequence[str], sensitive: str | None, columns: list[str]
) -> dict[str, Any]:
    evaluate = importlib.import_module("anonymeter.evaluators")
    frames = {
        "ori": _frame(original, columns),
        "syn": _frame(release, columns),
        "control": _frame(control, columns),
    }
    tries = min(500, *(len(frame) for frame in frames.values()))
    half = max(1, len(quasi) // 2)
    found: dict[str, Any] = {"asked": True, "tries": tries}
    evaluators: dict[str, Any] = {
        "linkability": evaluate.LinkabilityEvaluator(
            **frames, aux_cols=(list(quasi[:half]), list(quasi[half:])), n_attacks=tries, n_neighbors=5
        )
    }
    if sensitive:
        evaluators["inference"] = evaluate.InferenceEvaluator(
            **frames, aux_cols=list(quasi), secret=sensitive, regression=False, n_attacks=tries
        )
    for name, evaluator in evaluators.items():
        evaluator.evaluate(n_jobs=1)
        risk = evaluator.risk()
        found[name] = {"risk": round(float(risk.value), 4), "interval": [round(float(x), 4) for x in risk.ci]}
    return found
