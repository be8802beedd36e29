"""The shared meal instances: the proven optimum to 0.01, the infeasible one proven, every plan judged from outside."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.cli import main
from tests.meals_checker import faults, worth

CASES = range(5)


def ask(capsys: pytest.CaptureFixture[str], instance: Path, rules: Path) -> dict[str, Any]:
    assert main(["advice", "plan-meals", str(instance), "--rules", str(rules), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("number", CASES)
def test_the_command_proves_what_is_expected(
    number: int, shared: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = json.loads(shared("advisory/mealplan_expected.json").read_text("utf-8"))
    case = expected["cases"][number]
    rules = {"bands_daily": expected["bands_daily"], **{k: case[k] for k in ("excluded", "salt_hi", "budget_yen")}}
    (tmp_path / "rules.json").write_text(json.dumps(rules))
    instance = shared(f"advisory/{case['file']}")
    found = ask(capsys, instance, tmp_path / "rules.json")
    if case.get("status") == "INFEASIBLE":
        assert (found["status"], found["plan"]) == ("infeasible", [])
        return
    optimum = case.get("optimum") or case["full_cpsat"]["objective"]
    assert found["status"] == "optimal"
    assert found["objective"] == pytest.approx(optimum, abs=0.01)
    text = instance.read_text("utf-8")
    assert faults(text, rules, found["plan"]) == []
    assert float(worth(text, found["plan"])) == pytest.approx(found["objective"], abs=1e-9)


def test_the_number_of_shared_cases_is_known(shared: Callable[[str], Path]) -> None:
    assert len(json.loads(shared("advisory/mealplan_expected.json").read_text("utf-8"))["cases"]) == len(CASES)
