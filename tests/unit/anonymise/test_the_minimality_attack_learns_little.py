"""The minimality attack, mounted for real: deal the secrets in every way and keep the deals that give this release."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from backend.anonymise import diversity, minimality
from backend.anonymise.boxes import boxes
from backend.anonymise.hierarchy import from_paths
from backend.anonymise.privacy import Demand, Distance, Secret
from backend.anonymise.refusals import Refused

TREES = [from_paths("town", [[str(i), f"g{i // 2}", "*"] for i in range(4)], "invented")]


def release(of_row, secret, demand, guard=True):
    """Engine on fixed classes: which merged class each first class went to, and the counts in each."""
    leaves = [np.asarray(of_row)]
    made = Secret("s", np.asarray(secret, np.int32), ("0", "1", "2"), Distance.EQUAL)
    kept = diversity.tells_too_much
    if not guard:
        diversity.tells_too_much = lambda *_: np.zeros(len(_[3][0]), bool)
    try:
        enforced = diversity.enforce(
            np.asarray(of_row, np.int32), boxes(np.asarray(of_row, np.int32), leaves), TREES, [made], demand
        )
    finally:
        diversity.tells_too_much = kept
    table = np.zeros((int(enforced.of_row.max()) + 1, 3), int)
    np.add.at(table, (enforced.of_row, secret), 1)
    return tuple(enforced.of_row.tolist()), tuple(map(tuple, table.tolist()))


def deals(secret):
    """Every way to deal these secrets to the people, once each."""
    values, counts = np.unique(secret, return_counts=True)
    people = range(len(secret))
    if len(values) == 1:
        yield np.array(secret)
        return
    for first in itertools.combinations(people, int(counts[0])):
        rest = [p for p in people if p not in first]
        for second in itertools.combinations(rest, int(counts[1])):
            dealt = np.full(len(secret), values[-1])
            dealt[list(first)] = values[0]
            dealt[list(second)] = values[1]
            yield dealt


def attack(of_row, secret, demand, guard=True):
    """How sure the attacker is, at most, that a first class failed and holds a value; and what he may be sure of."""
    target = release(of_row, secret, demand, guard)
    of_row = np.asarray(of_row)
    classes = of_row.max() + 1
    share = np.bincount(secret, minlength=3) / len(secret)
    sure, worlds = np.zeros((classes, 3)), 0
    for dealt in deals(secret):
        if release(of_row, dealt, demand, guard) != target:
            continue
        worlds += 1
        for c in range(classes):
            held = np.bincount(dealt[of_row == c], minlength=3)
            if (held > 0).sum() < (demand.l or 0):
                sure[c] += held / held.sum()
    sure /= worlds
    said = np.array(
        [
            [
                n / sum(target[1][target[0][int(np.flatnonzero(of_row == c)[0])]])
                for n in target[1][target[0][int(np.flatnonzero(of_row == c)[0])]]
            ]
            for c in range(classes)
        ]
    )
    allowed = minimality.limit(said, share, demand)
    return sure, allowed, worlds


CASES = [
    ([0] * 3 + [1] * 3 + [2] * 3, [0, 0, 0, 1, 1, 2, 0, 1, 2]),
    ([0] * 2 + [1] * 2 + [2] * 3, [1, 1, 0, 0, 2, 2, 0]),
    ([0] * 2 + [1] * 3 + [2] * 2 + [3] * 2, [2, 2, 0, 0, 0, 0, 1, 1, 0]),
    ([0] * 5 + [1] * 4, [0, 0, 0, 0, 0, 1, 1, 1, 1]),
    ([0] * 3 + [1] * 2 + [2] * 3, [0, 0, 0, 1, 1, 2, 2, 2]),
]


@pytest.mark.parametrize(("of_row", "secret"), CASES)
def test_with_the_whole_algorithm_known_nobody_passes_the_limit(of_row, secret):
    sure, allowed, worlds = attack(of_row, np.array(secret), Demand(2, l=2))
    assert worlds >= 1
    assert (sure <= allowed + 1e-9).all(), (sure, allowed)


def test_without_the_guard_the_same_attack_finds_a_leak():
    of_row = [0] * 5 + [1] * 6 + [2] * 6 + [3] * 6
    secret = np.array([0] * 5 + [1] * 6 + [0, 1, 0, 0, 1, 0] * 2)
    merge = minimality.Merge(np.array([5, 6]), [np.array([5, 6, 0])])
    made = Secret("s", secret.astype(np.int32), ("0", "1", "2"), Distance.EQUAL)
    demand = Demand(5, l=2)
    sure = minimality.certainty(merge, [made], demand)[0]
    assert sure.max() > minimality.limit(np.array([5 / 11, 6 / 11, 0]), made.shares, demand)[int(sure.argmax())]
    unguarded = release(of_row, secret, demand, guard=False)
    guarded = release(of_row, secret, demand)
    assert len(unguarded[1]) == 3, "the two failing classes are merged with each other"
    assert len(guarded[1]) < 3, "the guard sends that merge further"


def test_where_even_one_single_class_tells_too_much_the_table_is_refused():
    with pytest.raises(Refused, match="unreachable"):
        release([0] * 3 + [1] * 4, [0, 0, 0, 1, 1, 2, 2], Demand(2, l=2))


def test_k_alone_never_looks_at_a_secret(bench):
    text = bench.rows()
    other = text.replace("flu", "@").replace("cold", "flu").replace("@", "cold")
    strip = [line.rsplit(",", 1)[0] for line in bench.released(text)]
    assert strip == [line.rsplit(",", 1)[0] for line in bench.released(other)]


def test_dealt_certainty_agrees_with_counting():
    """Monte Carlo against the exact share over all deals: sizes 3 and 4, values 3 and 4, l = 2."""
    merge = minimality.Merge(np.array([3, 4]), [np.array([3, 4])])
    made = Secret("s", np.array([0] * 3 + [1] * 4, np.int32), ("0", "1"), Distance.EQUAL)
    hits, happened = np.zeros((2, 2)), 0
    for ones in itertools.combinations(range(7), 3):
        dealt = np.array([0 if p in ones else 1 for p in range(7)])
        parts = [dealt[:3], dealt[3:]]
        failing = [len(set(part.tolist())) < 2 for part in parts]
        happened += any(failing)
        for c, part in enumerate(parts):
            if failing[c]:
                hits[c] += np.bincount(part, minlength=2) / len(part)
    exact = (hits / happened).max(0)
    assert minimality.certainty(merge, [made], Demand(3, l=2), deals=20_000)[0] == pytest.approx(exact, abs=0.03)
