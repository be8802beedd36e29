"""Every model gives the published numbers: its own reference cases, and all worked examples where they are."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models import registry

FOLDER = Path(registry.__file__).parent


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


OWN = [row for path in sorted(FOLDER.glob("*/reference_cases.csv")) for row in rows(path)]


def differences(found: Any, expected: Any, tolerance: float, at: str = "") -> list[str]:
    if isinstance(expected, dict):
        bad = []
        for name, value in expected.items():
            if name == "must_not_equal":
                if abs(found["risk"] - value) <= tolerance:
                    bad.append(f"{at} equals the package's wrong result")
            elif name not in found:
                bad.append(f"{at}.{name} is not there")
            else:
                bad += differences(found[name], value, tolerance, f"{at}.{name}")
        return bad
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        is_close = isinstance(found, int | float) and abs(found - expected) <= tolerance + 1e-12
        return [] if is_close else [f"{at}: {found} is not {expected}"]
    return [] if found == expected and type(found) is type(expected) else [f"{at}: {found} is not {expected}"]


def check(row: dict[str, str]) -> list[str]:
    answer = registry.scores()[row["tool"]].score(json.loads(row["inputs_json"]))
    return differences(answer.result, json.loads(row["expected_json"]), float(row["abs_tolerance"]))


@pytest.mark.parametrize("row", OWN, ids=[row["id"] for row in OWN])
def test_our_own_reference_cases(row: dict[str, str]) -> None:
    assert check(row) == []


def test_every_worked_example_and_no_tool_is_left_out(shared: Callable[[str], Path]) -> None:
    examples = rows(shared("risk/worked-examples.csv"))
    assert len(examples) == 177
    assert {row["tool"] for row in examples} <= set(registry.scores())
    assert [(row["id"], bad) for row in examples if (bad := check(row))] == []


def test_every_score_has_reference_cases() -> None:
    tools = {row["tool"] for row in OWN}
    # The composite scores and the stroke score with ECG have no published or package case in any stored source.
    assert set(registry.scores()) - tools == {"jals_stroke_wECG", "jals_composite_wECG", "jals_composite_woECG"}
