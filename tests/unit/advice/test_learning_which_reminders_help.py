"""A year in the simulated town: near what a policy that knows everything gets, never worse than silence."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from backend.advice.learning import policy, second_world
from backend.advice.learning.world import ACTIONS, KIND_OF, MOST, PRICE, Bools, Chance, Silence, Town, Week


def test_a_learned_year_reaches_four_fifths_of_the_clairvoyant_on_fresh_seeds() -> None:
    shares = []
    for seed in range(2):  # the notebook tells of all twenty
        town = Town(seed, people=600)
        year = town.run(policy.Learner(people=600, seed=seed))
        assert year.gain > 0
        assert year.most_in_a_week <= MOST
        shares.append(year.gain / town.clairvoyant())
    assert np.mean(shares) >= 0.8


def test_silence_is_the_zero_and_chance_is_worse() -> None:
    town = Town(3, people=60)
    assert town.run(Silence()).gain == 0
    assert town.run(Chance(1)).gain < 0 < town.run(policy.Learner(people=60, seed=3)).gain < town.clairvoyant()


def test_the_clairvoyant_is_the_best_of_all_plans_in_a_world_small_enough_to_try_them() -> None:
    """Every plan of two weeks for one person, tried one by one."""
    for seed in range(5):
        town = Town(seed, people=1, weeks=2)
        sets = [
            chosen
            for bits in itertools.product((False, True), repeat=ACTIONS)
            if (chosen := np.array(bits)).sum() <= MOST
            and not (chosen & ~town.eligible[0]).any()
            and np.bincount(KIND_OF[chosen], minlength=4).max() <= 1
        ]
        best = max(town.run(Plan([first, second])).gain for first in sets for second in sets)
        assert town.clairvoyant() == pytest.approx(best, abs=1e-12)


class Plan:
    """A plan made beforehand."""

    def __init__(self, weeks: list[Bools]) -> None:
        self._weeks = weeks

    def decide(self, week: Week) -> Bools:
        return self._weeks[week.number][None, :]

    def learn(self, *_: object) -> None:
        pass


def test_the_town_refuses_what_must_not_be_sent() -> None:
    town = Town(0, people=5, weeks=1)
    forbidden = np.zeros((5, ACTIONS), dtype=bool)
    place = tuple(np.argwhere(~town.eligible)[0])
    forbidden[place] = True

    class Careless(Plan):
        def decide(self, week: Week) -> Bools:
            return forbidden

    with pytest.raises(ValueError, match="must not"):
        town.run(Careless([]))


def test_logged_probabilities_are_those_of_the_draws() -> None:
    town = Town(5, people=40)
    learner = policy.Learner(people=40, seed=5)
    week = town.week(0, np.zeros(40, dtype=np.int64))
    slopes, own = policy.believe(learner.sums, learner.settings).draw(np.random.default_rng(1), 30)
    given = (slopes, own, week.features, week.benefit, week.eligible, week.before, learner.settings)
    times = 1500
    counted = np.zeros((40, ACTIONS))
    draw = np.random.default_rng(2)
    for _ in range(times):
        sent, probability = policy.decide(*given, draw)
        counted += sent
    assert np.abs(counted / times - probability).max() < 0.06
    assert (probability[~week.eligible] == 0).all()
    assert (probability[week.eligible] > 0).all()
    assert (probability < 1).all()


def test_fatigue_price_rises_with_more_reminders_and_with_those_of_last_week() -> None:
    prices = PRICE.of(np.arange(4)[None, :], np.arange(4)[:, None])
    assert (np.diff(prices, n=2, axis=1) > 0).all()
    assert (np.diff(prices[:, 1:], axis=0) > 0).all()
    assert prices[0].tolist() == pytest.approx([0, 0.03, 0.075, 0.135])


def test_a_higher_price_sends_fewer() -> None:
    gains = np.full((1, 1, MOST + 1, ACTIONS), 0.05)
    before = np.array([0])
    cheap = policy.best_sets(gains, before, policy.FatiguePrice(0.0, 0.0, 0.0), 3)
    dear = policy.best_sets(gains, before, policy.FatiguePrice(0.06, 0.0, 0.0), 3)
    assert (cheap.sum(), dear.sum()) == (MOST, 0)


def test_in_the_second_world_learning_beats_general_messages_and_chance() -> None:
    from backend.advice.learning.second_policy import Walks, season

    for seed in range(3):
        learned = season(second_world.Walkers(seed), Walks(seed=seed))
        chance = season(second_world.Walkers(seed), Walks(seed=seed, is_learning=False))
        assert learned.messages_a_week <= 3
        assert learned.steps > chance.steps
        assert learned.still_here >= chance.still_here
