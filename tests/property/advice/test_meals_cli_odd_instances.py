"""`meguri advice plan-meals` on odd files, judged by a search that knows nothing of the solver."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from backend.cli import main
from tests.meals_checker import faults, rows_of, small_instance, worth


def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], catalogue: str, rules: dict[str, Any]) -> tuple[int, Any]:
    """What the command answers with --json; None where it refuses."""
    (tmp_path / "meals.csv").write_text(catalogue, "utf-8")
    (tmp_path / "rules.json").write_text(json.dumps(rules), "utf-8")
    words = ["advice", "plan-meals", str(tmp_path / "meals.csv"), "--rules", str(tmp_path / "rules.json"), "--json"]
    code = main(words)
    out = capsys.readouterr().out
    return code, json.loads(out) if out.strip() else None


def free(seed: int) -> tuple[str, dict[str, Any]]:
    """A small catalogue whose rules forbid nothing, with a main group for each meal."""
    catalogue, rules = small_instance(seed, each=7)
    lines = catalogue.strip().split("\n")
    at = lines[0].split(",").index("main_group")
    for number, line in enumerate(lines[1:], 1):
        cells = line.split(",")
        cells[at] = f"g{number}"
        lines[number] = ",".join(cells)
    bands = {name: [0, 100_000] for name in rules["bands_daily"]}
    return "\n".join(lines) + "\n", rules | {
        "bands_daily": bands, "excluded": [], "salt_hi": 100_000, "budget_yen": 1_000_000
    }  # fmt: skip


def test_huge_bands_take_every_meal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue, rules = free(1)
    code, found = run(tmp_path, capsys, catalogue, rules)
    assert (code, found["status"]) == (0, "optimal")
    assert faults(catalogue, rules, found["plan"]) == []
    # Seven meals a slot and no limit: the best plan is all of them.
    assert found["objective"] == pytest.approx(float(sum(float(r["preference"]) for r in rows_of(catalogue).values())))
    assert float(worth(catalogue, found["plan"])) == pytest.approx(found["objective"])


def test_no_budget_at_all_is_impossible_and_the_least_budget_is_exact(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue, rules = free(2)
    code, found = run(tmp_path, capsys, catalogue, rules | {"budget_yen": 0})
    assert (code, found["status"], found["plan"]) == (0, "infeasible", [])
    total = sum(int(row["price_yen"]) for row in rows_of(catalogue).values())
    assert found["relaxations"] == [{"limit": "price_yen", "end": "high", "wished": 0.0, "needed": float(total)}]
    assert run(tmp_path, capsys, catalogue, rules | {"budget_yen": total})[1]["status"] == "optimal"
    assert run(tmp_path, capsys, catalogue, rules | {"budget_yen": total - 1})[1]["status"] == "infeasible"


@pytest.mark.parametrize("slot", ["B", "L", "D"])
def test_a_slot_without_meals_or_with_six_is_impossible(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], slot: str
) -> None:
    catalogue, rules = free(3)
    head, *lines = catalogue.strip().split("\n")
    of_slot = [line for line in lines if line.split(",")[1] == slot]
    for gone in (of_slot, of_slot[:1]):
        fewer = "\n".join([head, *(line for line in lines if line not in gone)])
        code, found = run(tmp_path, capsys, fewer, rules)
        assert (code, found["status"], found["plan"], found["relaxations"]) == (0, "infeasible", [], [])


def test_every_meal_excluded_is_impossible(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue, rules = free(4)
    head, *lines = catalogue.strip().split("\n")
    at = head.split(",").index("al0")
    cells = [line.split(",") for line in lines]
    for one in cells:
        one[at] = "1"
    full = "\n".join([head, *(",".join(one) for one in cells)])
    assert run(tmp_path, capsys, full, rules | {"excluded": [0]})[1]["status"] == "infeasible"
    assert run(tmp_path, capsys, full, rules | {"excluded": []})[1]["status"] == "optimal"


def test_doubled_ids_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue, rules = free(5)
    twice = catalogue + catalogue.strip().split("\n")[1] + "\n"
    code, found = run(tmp_path, capsys, twice, rules)
    assert code != 0
    assert found is None
