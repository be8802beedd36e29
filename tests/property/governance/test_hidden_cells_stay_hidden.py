"""An attacker who solves every published table together learns no hidden count."""

from __future__ import annotations

from collections import Counter
from random import Random

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from backend.governance.counting import ROUND_TO, Cell, hide, in_small_class, rounded, table

LEAST = 10
AGES = ("40-49", "50-59", "60-69")
SEXES = ("female", "male")


def published(people: list[tuple[str, str]]) -> list[tuple[list[tuple[str, str]], Cell]]:
    """Everything the counting lane gives out about these people, with the cells of the finest table it adds up."""
    whole = [(age, sex) for age in AGES for sex in SEXES]
    given = []
    for by in ((), (0,), (1,), (0, 1)):
        bands = [(AGES, SEXES)[place] for place in by]
        rows = [(tuple(person[place] for place in by), None) for person in people]
        for cell in table(rows, bands, least=LEAST):
            parts = [one for one in whole if tuple(one[place] for place in by) == cell.key]
            given.append((parts, cell))
    return given


def span(given: list[tuple[list[tuple[str, str]], Cell]], target: tuple[str, str]) -> tuple[int, int]:
    """The smallest and the largest count of one cell that fits everything published, in whole people."""
    whole = [(age, sex) for age in AGES for sex in SEXES]
    rows, low, high = [], [], []
    for parts, cell in given:
        rows.append([1.0 if one in parts else 0.0 for one in whole])
        if cell.n is None:
            low.append(0)
            high.append(np.inf)  # hidden to protect a neighbour, perhaps: no bound from above
        else:
            low.append(max(cell.n - ROUND_TO // 2, LEAST))
            high.append(cell.n + ROUND_TO // 2)
    rules = LinearConstraint(np.array(rows), low, high)
    goal = np.array([1.0 if one == target else 0.0 for one in whole])
    ends = []
    for sign in (1, -1):
        found = milp(sign * goal, constraints=rules, integrality=np.ones(len(whole)), bounds=Bounds(0, 10_000))
        assert found.success
        ends.append(round(sign * found.fun))
    return ends[0], ends[1]


@pytest.mark.parametrize("seed", range(40))
def test_no_hidden_count_is_pinned_down(seed: int) -> None:
    random = Random(seed)
    people = [
        (age, sex) for age in AGES for sex in SEXES for _ in range(random.choice([0, 1, 3, 9, 10, 12, 13, 30, 60]))
    ]
    given = published(people)
    truth = Counter(people)
    for parts, cell in given:
        if cell.n is None and len(parts) == 1:
            low, high = span(given, parts[0])
            assert low <= truth[parts[0]] <= high
            assert high - low >= 3, (parts[0], low, high)


@pytest.mark.parametrize(("n", "shown"), [(0, 0), (2, 0), (3, 5), (12, 10), (13, 15), (15, 15), (17, 15), (18, 20)])
def test_counts_are_rounded_to_five(n: int, shown: int) -> None:
    assert rounded(n) == shown


@pytest.mark.parametrize(("n", "is_hidden"), [(0, True), (1, True), (9, True), (10, False), (11, False)])
def test_a_cell_below_ten_is_hidden_on_the_exact_border(n: int, is_hidden: bool) -> None:
    assert table([((), None)] * n, [], least=LEAST)[0].is_hidden is is_hidden


def test_a_line_never_hides_only_one_cell() -> None:
    counts = {("a", "x"): 3, ("a", "y"): 40, ("a", "z"): 20, ("b", "x"): 50, ("b", "y"): 60, ("b", "z"): 70}
    hidden = hide(counts, least=LEAST)
    assert {("a", "x"), ("a", "z"), ("b", "x"), ("b", "z")} == hidden


def test_rows_of_small_classes_stay() -> None:
    rows = [("f",)] * 5 + [("m",)] * 4
    assert in_small_class(rows, k=5) == [False] * 5 + [True] * 4
