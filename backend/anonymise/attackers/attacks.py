"""The attacks: each gives the share of success on people in the release beyond what it reaches on others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from backend.anonymise.attackers.files import People, Released
from backend.anonymise.hierarchy import Floats, Ints
from backend.anonymise.utility import auroc

CELLS_AT_ONCE = 20_000_000


def _blocks(release: Released, people: People) -> list[Ints]:
    at_once = max(1, CELLS_AT_ONCE // max(1, len(release.sizes)))
    return [np.arange(start, min(start + at_once, len(people))) for start in range(0, len(people), at_once)]


def _agreeing(release: Released, people: People) -> tuple[Ints, Floats]:
    """For each person the rows that agree with what is known, and how they spread over the secrets."""
    rows, spread = [], []
    for block in _blocks(release, people):
        agree = release.matches(people.picked(block))
        rows.append(agree @ release.sizes)
        spread.append(agree.astype(np.float64) @ release.secrets)
    return np.concatenate(rows), np.concatenate(spread)


def linkage(release: Released, members: People, others: People) -> float:
    """The attacker knows the auxiliary columns of a person and points at one of the rows that agree with them.

    Right by chance one time in as many as agree; a row is taken for the person's own if its secret agrees, so how
    often that happens to people who are not in the release is subtracted.
    """
    return _pointed(release, members) - _pointed(release, others)


def _pointed(release: Released, people: People) -> float:
    rows, spread = _agreeing(release, people)
    own = spread[np.arange(len(people)), people.secret]
    return float(np.where(own > 0, 1 / np.maximum(rows, 1), 0.0).mean())


def singling_out(release: Released, members: People, others: People, drawn: int = 200) -> float:
    """The attacker turns a released class into a description and hopes that it fits exactly one person.

    He tries the smallest classes, where hope is best: a few rows left as they were would drown among all the others.
    How often it would fit exactly one by chance is taken from people outside the release.
    """
    chosen = _smallest(release, drawn)
    some = Released(
        [labels[chosen] for labels in release.labels], release.sizes[chosen], release.secrets[chosen], release.covers
    )
    fits = sum((some.matches(members.picked(b)).sum(0) for b in _blocks(some, members)), np.zeros(len(chosen)))
    outside = sum((some.matches(others.picked(b)).sum(0) for b in _blocks(some, others)), np.zeros(len(chosen)))
    expected = outside / max(len(others), 1) * len(members)
    return float((fits == 1).mean() - (expected * np.exp(-expected)).mean())


def _smallest(release: Released, count: int) -> Ints:
    """The `count` smallest classes; of those of the last size, evenly spaced ones in the order of their labels."""
    order = np.lexsort([*release.labels, release.sizes])
    count = min(count, len(order))
    last = release.sizes[order[count - 1]]
    below, level = order[release.sizes[order] < last], order[release.sizes[order] == last]
    spaced = level[np.linspace(0, len(level) - 1, count - len(below)).astype(np.int64)]
    return np.asarray(np.concatenate([below, spaced]))


def inference(release: Released, members: People, others: People) -> float:
    """The attacker guesses the secret most common among the rows that agree; compared with people outside."""
    return _guessed(release, members) - _guessed(release, others)


def _guessed(release: Released, people: People) -> float:
    _, spread = _agreeing(release, people)
    spread[spread.sum(1) == 0] = release.secrets.sum(0)
    best = spread == spread.max(1, keepdims=True)
    return float((best[np.arange(len(people)), people.secret] / best.sum(1)).mean())


def membership(release: Released, members: People, others: People) -> float:
    """The attacker asks whether somebody with these values and this secret is in the release: 2 AUROC - 1."""
    scores = []
    for people in (members, others):
        rows, spread = _agreeing(release, people)
        own = spread[np.arange(len(people)), people.secret]
        scores.append(np.where(own > 0, own / np.maximum(rows, 1) + 1 / np.maximum(rows, 1), 0.0))
    truth = np.r_[np.ones(len(members), bool), np.zeros(len(others), bool)]
    return 2 * auroc(np.concatenate(scores), truth) - 1


def differencing(releases: Sequence[Released], members: People, others: People) -> float:
    """The attacker holds two releases of the same people: secrets that agree with both, beyond what each tells alone.

    Success: only one secret agrees with both releases, it is right, and neither release alone had told it.
    """
    del others
    possible = [_agreeing(release, members)[1] > 0 for release in releases]
    alone = np.zeros(len(members), bool)
    both = np.ones_like(possible[0])
    for one in possible:
        alone |= one.sum(1) == 1
        both &= one
    right = both[np.arange(len(members)), members.secret]
    return float(((both.sum(1) == 1) & right & ~alone).mean())
