"""Random weeks: the fast path, CP-SAT over the whole model and a search by hand say the same; no allergen slips in."""

from __future__ import annotations

import csv
import json
import random
from importlib import resources
from typing import Any

import msgspec
import pytest

from backend.advice import food
from backend.advice.meals import Problem, broken, full, problem_of, read_catalogue, read_rules, solve, weekly
from backend.advice.meals.plates import allergen_reason
from tests.meals_checker import best_by_hand, faults, small_instance

CASES = 100_000


def problem(catalogue: str, rules: dict[str, Any]) -> Problem:
    read = read_rules(json.dumps(rules).encode())
    return problem_of(read_catalogue(catalogue.encode(), tuple(read.bands), read.excluded), read)


@pytest.mark.parametrize("seed", range(24))
def test_three_ways_to_solve_agree(seed: int) -> None:
    catalogue, rules = small_instance(seed)
    asked = problem(catalogue, rules)
    by_hand = best_by_hand(catalogue, rules)
    answer = solve(asked)
    whole = full.search(asked, range(len(asked.meals)))
    assert whole.is_done
    if by_hand is None:
        assert answer.status == "infeasible"
        assert whole.plan is None
        return
    assert answer.status == "optimal"
    assert answer.objective == by_hand
    assert whole.plan is not None
    assert asked.worth([place.meal for place in whole.plan]) == by_hand * asked.preference_scale
    # The exact bound from the linear relaxation is never below the optimum.
    bound = weekly.relaxed(asked)
    assert bound is not None
    assert bound.whole >= by_hand * asked.preference_scale
    assert broken(asked, answer.plan) == []


def test_the_small_weeks_hold_both_kinds() -> None:
    answers = [solve(problem(*small_instance(seed))) for seed in range(24)]
    assert {"optimal", "infeasible"} <= {answer.status for answer in answers}


def test_no_plan_of_several_hundred_solved_weeks_holds_an_excluded_allergen() -> None:
    solved = 0
    for seed in range(1000, 1300):
        catalogue, rules = small_instance(seed, each=14, allergens=6)
        rules |= {"budget_yen": 16_000, "salt_hi": 7.0, "excluded": sorted(random.Random(seed).sample(range(6), 2))}
        asked = problem(catalogue, rules)
        answer = solve(any_plan(asked))
        if answer.status == "infeasible":
            continue
        plan = [[place.day, place.slot, asked.meals[place.meal].id] for place in answer.plan]
        assert faults(catalogue, rules, plan) == []
        solved += 1
    assert solved >= 200


def any_plan(asked: Problem) -> Problem:
    """Any plan will do: what is asked is whether a plan may hold what it must not."""
    return msgspec.structs.replace(asked, preference=(0,) * len(asked.meals))


def test_a_hundred_thousand_generated_cases_never_let_an_excluded_allergen_through() -> None:
    """Each case: a random set of allergens and eight random dishes, judged by the ingredients' own table."""
    with resources.files(food).joinpath("ingredients.csv").open(encoding="utf-8") as lines:
        of_code = {
            row["code"]: set() if row["allergens"] == "none" else set(row["allergens"].split(";"))
            for row in csv.DictReader(lines)
        }
    dishes = food.dishes()
    inside = [set().union(*(of_code[part.code] for part in dish.parts)) for dish in dishes]
    names = sorted(set().union(*inside))
    rng = random.Random(20261122)
    hits = passes = 0
    for _ in range(CASES):
        excluded = frozenset(rng.sample(names, rng.randrange(1, 5)))
        for index in rng.choices(range(len(dishes)), k=8):
            is_out = allergen_reason(dishes[index], excluded) is not None
            if inside[index] & excluded:
                assert is_out, (dishes[index].id, excluded)
                hits += 1
            elif not is_out:
                passes += 1
    assert hits > 100_000
    assert passes > 100_000
