"""The next-year model: coverage on people nobody was fitted on, sums that add up, named refusals."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import next_year as model
from models.base import BadInputError, Refused, Value
from models.next_year import simulator, train
from models.next_year.process import GROUPS, as_history, predict

FRESH_SEEDS = (101, 102, 103)
WHOLE: dict[str, Any] = {
    "metric": "hba1c_pct", "age": 57, "sex": "male", "pregnant": False, "treated_diabetes": False,
    "history": [{"year": 2023, "value": 5.7}, {"year": 2024, "value": 5.8}, {"year": 2026, "value": 5.9}],
}  # fmt: skip


def inside(metric: str, sex: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return, for fresh people, whether the interval held the value, and the number of earlier values."""
    parameters = model.PARAMETERS[metric][sex]
    held, counts = [], []
    for seed in FRESH_SEEDS:
        off, seen = train.ratios(parameters, simulator.panel(metric, sex, people=4_000, seed=seed))
        reach = np.select([seen <= high for _, high in GROUPS], parameters["reach"])
        held.append(off <= reach)
        counts.append(seen)
    return np.concatenate(held), np.concatenate(counts)


@pytest.mark.parametrize("metric", sorted(model.ITEMS))
@pytest.mark.parametrize("sex", ["male", "female"])
def test_the_interval_holds_90_of_100_of_people_never_seen(metric: str, sex: str) -> None:
    held, counts = inside(metric, sex)
    assert 0.88 <= held.mean() <= 0.92
    # In each group of history lengths too, with the room that fewer people need.
    for low, high in GROUPS:
        group = held[(counts >= low) & (counts <= high)]
        assert group.size > 1_000
        assert abs(group.mean() - 0.9) <= 0.02 + 2 * math.sqrt(0.09 / group.size)


def test_the_own_history_narrows_the_interval_and_beats_the_last_value() -> None:
    for metric in model.ITEMS:
        panel = simulator.panel(metric, "female", people=4_000, seed=104)
        mean, spread, _ = predict(model.PARAMETERS[metric]["female"], panel.values, panel.ages)
        seen = np.isfinite(panel.values[:, :-1]).sum(axis=1)
        assert spread[seen >= 5].mean() < spread[seen == 1].mean()
        last = np.array([row[np.isfinite(row)][-1] for row in panel.values[:, :-1]])
        truth = panel.values[:, -1]
        assert ((mean - truth) ** 2).mean() < ((last - truth) ** 2).mean()


def test_training_again_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "FOLDER", tmp_path)
    monkeypatch.setattr(train.seal, "main", lambda: None)
    train.main()
    again = json.loads((tmp_path / "parameters.json").read_text("utf-8"))
    for metric, sexes in model.PARAMETERS.items():
        for sex, parameters in sexes.items():
            for name, value in parameters.items():
                assert np.allclose(value, again[metric][sex][name], rtol=1e-4, atol=1e-6), (metric, sex, name)


def test_the_parts_add_up() -> None:
    found = model.score(WHOLE)
    assert isinstance(found, Value)
    total = sum(part.amount for part in found.contributions)
    assert math.isclose(math.exp(total), found.result["expected"], abs_tol=0.006)
    assert found.result["low"] < found.result["expected"] < found.result["high"]
    assert found.result["year"] == 2027


def test_order_of_the_history_is_irrelevant_and_old_years_are_left_out() -> None:
    turned = WHOLE | {"history": WHOLE["history"][::-1]}
    older = WHOLE | {"history": [*WHOLE["history"], {"year": 2016, "value": 9.9}]}
    assert model.score(turned).result == model.score(WHOLE).result == model.score(older).result
    within = WHOLE | {"history": [*WHOLE["history"], {"year": 2017, "value": 9.9}]}
    assert model.score(within).result["expected"] > model.score(WHOLE).result["expected"]


def test_one_person_is_the_same_as_a_row_of_a_panel() -> None:
    values, ages = as_history([(2023, 1.0), (2026, 2.0)], 57.0, 11)
    assert ages[0, -2:].tolist() == [57.0, 58.0]
    assert np.flatnonzero(np.isfinite(values[0])).tolist() == [6, 9]


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"pregnant": True}, "risk.excluded_pregnant"),
        ({"pregnant": None}, "risk.unknown_exclusion"),
        ({"treated_diabetes": True}, "risk.excluded_treated_diabetes"),
        ({"age": 39}, "risk.age_outside"),
        ({"age": 74}, "risk.age_outside"),
        ({"age": None}, "risk.missing_input"),
        ({"sex": "unknown"}, "risk.missing_input"),
        ({"metric": None}, "risk.missing_input"),
        ({"history": []}, "risk.missing_input"),
        ({"history": [{"year": 2026}]}, "risk.missing_input"),
        ({"history": [{"year": 2026, "value": 59}]}, "risk.implausible_input"),
    ],
)
def test_refuses_by_name(changed: dict[str, Any], key: str) -> None:
    found = model.score(WHOLE | changed)
    assert isinstance(found, Refused)
    assert [reason.key for reason in found.reasons] == [key]


@pytest.mark.parametrize("age", [40, 73.9])
def test_answers_at_the_edge(age: float) -> None:
    assert isinstance(model.score(WHOLE | {"age": age}), Value)


def test_a_treated_diabetes_is_asked_for_glucose_only() -> None:
    pressure = {"metric": "sbp_mmhg", "age": 57, "sex": "male", "pregnant": False, "treated_diabetes": True}
    assert isinstance(model.score(pressure | {"history": [{"year": 2026, "value": 130}]}), Value)


@pytest.mark.parametrize(
    "history", ["5.9", [5.9], [{"year": 2026.5, "value": 5.9}], [{"year": 2026, "value": 5.9}] * 2]
)
def test_a_history_that_is_none_is_an_error(history: Any) -> None:
    with pytest.raises(BadInputError):
        model.score(WHOLE | {"history": history})


def test_the_card_says_that_nobody_real_was_seen() -> None:
    assert "simulated" in model.CARD.population
    assert model.CARD.display_class == "research"
