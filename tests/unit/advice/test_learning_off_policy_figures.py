"""Off-policy figures hit the truth that a simulation knows, and small groups give none."""

from __future__ import annotations

import numpy as np
import pytest

from backend.advice.learning.off_policy import Logged, crossed, doubly_robust, ips


def logs(seed: int, people: int = 200, weeks: int = 20) -> tuple[Logged, np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), weeks)
    base = np.repeat(draw.uniform(0.1, 0.4, people), weeks)
    probability = draw.uniform(0.1, 0.9, len(person))
    reminded = draw.random(len(person)) < probability
    outcome = (draw.random(len(person)) < base + 0.15 * reminded).astype(float)
    return Logged(person, reminded, probability, outcome), base, base + 0.15


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_both_estimates_cover_the_truth_about_nineteen_times_in_twenty(share: float) -> None:
    hits = {"ips": 0, "dr": 0}
    widths = {"ips": 0.0, "dr": 0.0}
    for seed in range(60):
        logged, if_not, if_reminded = logs(seed)
        truth = float((share * if_reminded + (1 - share) * if_not).mean())
        wanted = np.full(len(logged.person), share)
        model = crossed(logged)
        for name, found in (("ips", ips(logged, wanted)), ("dr", doubly_robust(logged, wanted, *model))):
            assert found is not None
            hits[name] += found.low <= truth <= found.high
            widths[name] += found.high - found.low
    assert all(50 <= count <= 60 for count in hits.values()), hits
    assert widths["dr"] < widths["ips"]


def test_doubly_robust_survives_wrong_probabilities_when_its_model_is_right() -> None:
    logged, if_not, if_reminded = logs(7, people=2000)
    wrong = Logged(logged.person, logged.reminded, np.full(len(logged.person), 0.3), logged.outcome)
    wanted = np.ones(len(logged.person))
    truth = float(if_reminded.mean())
    found, naive = doubly_robust(wrong, wanted, if_reminded, if_not), ips(wrong, wanted)
    assert found is not None
    assert naive is not None
    assert abs(found.value - truth) < 0.03 < abs(naive.value - truth)


@pytest.mark.parametrize(("people", "is_shown"), [(9, False), (10, True)])
def test_fewer_than_ten_people_give_no_figure(people: int, is_shown: bool) -> None:
    logged, _, _ = logs(1, people=people)
    assert (ips(logged, np.ones(len(logged.person))) is not None) is is_shown


def test_a_decision_without_a_chance_is_refused() -> None:
    with pytest.raises(ValueError, match="no chance"):
        Logged(np.arange(2), np.array([True, False]), np.array([0.0, 0.5]), np.ones(2))
