"""The NHANES models: trusted file or none, sums that add up, named refusals, and training that gives the same again."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.preprocessing import FunctionTransformer

from models import nhanes_hba1c as model
from models import registry
from models.base import DataChangedError, Refused, Value
from models.nhanes_hba1c import artefact

WHOLE: dict[str, Any] = {
    "age": 57, "sex": "male", "height": 170, "weight": 82, "waist": 98, "sbp": 138, "dbp": 84, "tc": 210, "hdl": 45,
    "ggt": 60, "alp": 75, "albumin": 4.3, "cr": 0.9, "ua": 6.2, "pregnant": False, "treated_diabetes": False,
}  # fmt: skip
TOOLS = ("nhanes-hba1c-a", "nhanes-hba1c-b")


def figures(which: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((model.FOLDER / f"performance_{which}.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("tool", TOOLS)
def test_the_parts_add_up_to_the_log_odds(tool: str) -> None:
    found = registry.scores()[tool].score(WHOLE)
    assert isinstance(found, Value)
    total = sum(part.amount for part in found.contributions)
    assert math.isclose(1 / (1 + math.exp(-total)), found.result["probability"], abs_tol=1e-6)


def test_one_person_gets_what_many_at_once_get() -> None:
    for which, tool in zip("ab", TOOLS, strict=True):
        fitted = model.open_model(model.CARDS[which])
        rows = {name: np.array([float(WHOLE[name])] * 2) for name in model.design.NAMES[which]}
        odds = model.log_odds(fitted, which, rows, np.array([1.0, 0.0]))
        for sex, one in zip(("male", "female"), odds, strict=True):
            found = registry.scores()[tool].score({**WHOLE, "sex": sex})
            assert math.isclose(found.result["probability"], 1 / (1 + math.exp(-one)), abs_tol=1e-6)


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"pregnant": True}, "risk.excluded_pregnant"),
        ({"pregnant": "unknown"}, "risk.unknown_exclusion"),
        ({"treated_diabetes": True}, "risk.excluded_treated_diabetes"),
        ({"treated_diabetes": None}, "risk.unknown_exclusion"),
        ({"age": 19.9}, "risk.age_outside"),
        ({"age": 80}, "risk.age_outside"),
        ({"waist": None}, "risk.missing_input"),
        ({"sex": None}, "risk.missing_input"),
        ({"sbp": 77.9}, "risk.implausible_input"),
        ({"sbp": 90, "dbp": 90}, "risk.implausible_input"),
    ],
)
def test_refuses_by_name(tool: str, changed: dict[str, Any], key: str) -> None:
    found = registry.scores()[tool].score(WHOLE | changed)
    assert isinstance(found, Refused)
    assert [reason.key for reason in found.reasons] == [key]


@pytest.mark.parametrize("changed", [{"age": 20}, {"age": 79.9}, {"sbp": 78, "dbp": 77}, {"height": 135}])
def test_answers_at_the_edge(changed: dict[str, Any]) -> None:
    for tool in TOOLS:
        assert isinstance(registry.scores()[tool].score(WHOLE | changed), Value)


def test_the_model_without_laboratory_does_not_ask_for_it_and_the_other_does() -> None:
    bare = {k: v for k, v in WHOLE.items() if k not in ("tc", "hdl", "ggt", "alp", "albumin", "cr", "ua")}
    assert isinstance(registry.scores()["nhanes-hba1c-a"].score(bare), Value)
    found = registry.scores()["nhanes-hba1c-b"].score(bare)
    assert isinstance(found, Refused)
    assert [r.fill for r in found.reasons] == ["tc", "hdl", "ggt", "alp", "albumin", "cr", "ua"]


def test_another_file_is_not_opened(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(model.FOLDER, copy)
    data = bytearray((copy / "model_a.skops").read_bytes())
    data[200] ^= 1
    (copy / "model_a.skops").write_bytes(data)
    with pytest.raises(DataChangedError):
        model.open_model(model.CARDS["a"], copy)
    model.open_model(model.CARDS["a"], model.FOLDER)


def test_a_file_with_a_foreign_type_is_not_built() -> None:
    # A function by name is how a model file would run a command.
    data = artefact.dump({"base": FunctionTransformer(os.system)})
    with pytest.raises(artefact.UntrustedModelError):
        artefact.load(data)


def test_the_files_are_small_and_hold_no_person() -> None:
    for which in "ab":
        assert (model.FOLDER / f"model_{which}.skops").stat().st_size < 300_000
    assert not list(model.FOLDER.parents[1].glob("models/**/*.parquet"))


def test_the_card_admits_every_slope_outside_the_bar() -> None:
    for which in "ab":
        found = figures(which)
        assert found["auroc_all_rows_filled"]["value"] >= found["baseline_same_rows"]
        assert {"all", "male", "female", "20-39", "40-59", "60-79"} == set(found["calibration_answered"])
        admitted = model.CARDS[which].status
        for name, group in found["calibration_answered"].items():
            assert group["n"] > 1_000
            assert group["low"] < group["slope"] < group["high"]
            if not 0.9 <= round(group["slope"], 2) <= 1.1:
                assert f"{name} ({group['slope']:.2f}" in admitted
        assert 0.9 <= round(found["calibration_answered"]["all"]["slope"], 2) <= 1.1


def test_the_page_says_the_figures_of_the_files() -> None:
    page = (model.FOLDER.parents[1] / "docs" / "models" / "nhanes-hba1c.md").read_text("utf-8")
    for which in "ab":
        found = figures(which)
        whole = found["auroc_all_rows_filled"]
        assert f"| ({which}) | {whole['value']} ({whole['low']} to {whole['high']}) |" in page
        for name, one in found["calibration_answered"].items():
            interval = f"{one['slope']} ({one['low']} to {one['high']})"
            row = (f"({which})", name, one["n"], one["events"], interval, one["observed_over_expected"])
            assert f"| {' | '.join(map(str, row))} |" in page
    # Every item of TRIPOD+AI has an answer.
    assert [n for n in range(1, 28) if f"\n{n}. **" not in page] == []


def test_the_server_does_not_import_the_library() -> None:
    code = "import sys, models.registry as r; r.cards(); sys.exit('sklearn' in sys.modules or 'skops' in sys.modules)"
    root = Path(model.__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False, timeout=120).returncode == 0


def test_training_again_gives_the_same(shared: Callable[[str], Path], tmp_path: Path) -> None:
    """Bit for bit on the machine that made the files; elsewhere to 1e-4 of probability and 0.001 of AUROC."""
    data = shared("risk/data/nhanes-adults-1999-2018.parquet").parent
    done = subprocess.run(
        [sys.executable, "-m", "models.nhanes_hba1c.train", "--data", str(data), "--out", str(tmp_path)],
        cwd=Path(model.__file__).parents[2],
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for which in "ab":
        ours = figures(which)
        again = json.loads((tmp_path / f"performance_{which}.json").read_text("utf-8"))
        for name in ("auroc_all_rows_filled", "auroc_answered"):
            assert abs(ours[name]["value"] - again[name]["value"]) <= 0.001
            assert (ours[name].get("n"), ours[name].get("events")) == (again[name].get("n"), again[name].get("events"))
        fitted = artefact.load((tmp_path / f"model_{which}.skops").read_bytes())
        fitted["splines"] = model.design.splines(fitted["knots"])
        dice = np.random.default_rng(3)
        limits = model.design.FEATURES["inputs"]
        rows = {n: dice.uniform(limits[n]["low"], limits[n]["high"], 500) for n in model.design.NAMES[which]}
        male = dice.integers(0, 2, 500).astype(float)
        one = model.log_odds(fitted, which, rows, male)
        other = model.log_odds(model.open_model(model.CARDS[which]), which, rows, male)
        assert np.abs(1 / (1 + np.exp(-one)) - 1 / (1 + np.exp(-other))).max() <= 1e-4


def test_nobody_who_is_excluded_gets_a_number() -> None:
    """Generated people with holes, unknowns and exclusions: answered exactly when the card allows it."""
    dice = np.random.default_rng(20261123)
    limits = model.design.FEATURES["inputs"]
    answered = dict.fromkeys(TOOLS, 0)
    for _ in range(1_500):
        person: dict[str, Any] = {
            name: float(dice.uniform(one["low"], one["high"])) for name, one in limits.items() if name != "dbp"
        }
        person |= {"dbp": person["sbp"] - float(dice.uniform(10, 48)), "age": int(dice.integers(0, 100))}
        person |= {"sex": str(dice.choice(["male", "female"])), "pregnant": False, "treated_diabetes": False}
        if dice.random() < 0.2:
            person[str(dice.choice(["pregnant", "treated_diabetes"]))] = dice.choice([True, None, "unknown"])
        if dice.random() < 0.2:
            person[str(dice.choice(sorted(limits)))] = None
        for which, tool in zip("ab", TOOLS, strict=True):
            needed = [*model.design.NAMES[which], "sex"]
            allowed = (
                person["pregnant"] is False
                and person["treated_diabetes"] is False
                and all(person[name] is not None for name in needed)
                and 20 <= person["age"] <= 79
                and 30 <= person["dbp"] <= 125
            )
            found = registry.scores()[tool].score(person)
            assert isinstance(found, Value) == allowed, person
            answered[tool] += allowed
            if isinstance(found, Refused):
                assert found.reasons
            else:
                assert 0 < found.result["probability"] < 1
    assert all(200 < n < 1_200 for n in answered.values()), answered
