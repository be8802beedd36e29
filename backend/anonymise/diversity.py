"""l-diversity and t-closeness: classes that fail are merged with near ones, and every merge is attacked first.

The classes themselves come from the quasi-identifiers alone (`lattice`), so a class that needs no merge tells
nothing about how its secrets lie. For a merge, `minimality` asks what somebody who knows the algorithm and all
quasi-identifiers concludes; a merge that tells too much is merged further.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backend.anonymise.boxes import Boxes
from backend.anonymise.hierarchy import Floats, Hierarchy, Ints
from backend.anonymise.lattice import Places, keys
from backend.anonymise.minimality import tells_too_much
from backend.anonymise.privacy import Demand, Flags, Secret, counts, meets
from backend.anonymise.refusals import BadDemand, Unreachable

WINDOW = 8
"""Neighbours looked at on each side, in as many orders of the classes as there are columns."""
MAX_CELLS = 100_000_000  # classes x sensitive values held at once (400 MB)
STILL_BAD = 4.0
"""A merge that does not yet meet the demand must be this many times cheaper to be preferred."""


@dataclass
class _State:
    """Classes under way: boxes, loss, counts of each secret, whether each is fine, and where the first ones went."""

    found: Boxes
    cost: Floats
    tables: list[Ints]
    is_fine: Flags
    home: Ints


@dataclass(frozen=True)
class Enforced:
    """The class of each row after merging, its boxes, and how many merges l and t, and the attack, asked for."""

    of_row: Places
    boxes: Boxes
    merged_classes: int
    merged_for_attack: int


def enforce(
    of_row: Places, found: Boxes, hierarchies: Sequence[Hierarchy], secrets: list[Secret], demand: Demand
) -> Enforced:
    """Merge classes until all meet l and t and no merge tells too much.

    Raises Unreachable if not even the whole table as one class does.
    """
    _refuse_unreachable(of_row, secrets, demand)
    classes = len(found.sizes)
    if classes * max(len(s.values) for s in secrets) > MAX_CELLS:
        raise BadDemand(what="l / t", value=max(len(s.values) for s in secrets), column=secrets[0].column)
    tables = [counts(of_row, classes, secret) for secret in secrets]
    state = _State(found, found.cost(hierarchies), tables, np.zeros(classes, bool), np.arange(classes))
    state.is_fine = _fine(tables, secrets, demand)
    was_fine = state.is_fine.copy()
    suspects = 0
    while True:
        while not state.is_fine.all():
            state = _round(state, hierarchies, secrets, demand)
        telling = tells_too_much(state.home, was_fine, found.sizes, state.tables, secrets, demand)
        if not telling.any():
            break
        if len(state.is_fine) == 1:  # one single class cannot be merged further
            raise Unreachable(column=secrets[0].column, l=demand.l or "-", t=demand.t or "-")
        suspects += int(telling.sum())
        state.is_fine = ~telling
    merged = np.bincount(state.home, minlength=len(state.is_fine))[state.home] > 1
    return Enforced(state.home.astype(np.int32)[of_row], state.found, int(merged.sum()), suspects)


def _refuse_unreachable(of_row: Places, secrets: list[Secret], demand: Demand) -> None:
    for secret in secrets:
        whole = counts(np.zeros(len(of_row), np.int32), 1, secret)
        if not meets(whole, secret.shares, demand, secret.distance).all():
            raise Unreachable(column=secret.column, l=demand.l or "-", t=demand.t or "-")


def _fine(tables: list[Ints], secrets: list[Secret], demand: Demand) -> Flags:
    fine = np.ones(len(tables[0]), bool)
    for table, secret in zip(tables, secrets, strict=True):
        fine &= meets(table, secret.shares, demand, secret.distance)
    return fine


def _orders(found: Boxes, hierarchies: Sequence[Hierarchy]) -> list[Ints]:
    """Orders of the classes, coarse labels first; in each, another column is compared last."""
    made = []
    for last in range(len(hierarchies)):
        columns = [*(c for c in range(len(hierarchies)) if c != last), last]
        sorted_keys: list[Ints] = []
        for up in range(1, max(h.depth for h in hierarchies)):
            node = [max(h.depth - 1 - up, 0) for h in hierarchies]
            own = [c for c in reversed(columns) if hierarchies[c].depth - 1 >= up]
            sorted_keys.append(
                keys([found.low[c] for c in own], [hierarchies[c] for c in own], [node[c] for c in own])[0]
            )
        made.append(np.lexsort([*(column for column in found.high), *reversed(sorted_keys)]))
    return made


def _candidates(state: _State, hierarchies: Sequence[Hierarchy]) -> tuple[Ints, Ints]:
    """Pairs (failing class, near class) from the neighbours in each order."""
    classes = len(state.is_fine)
    failing = np.flatnonzero(~state.is_fine)
    steps = np.r_[-WINDOW:0, 1 : WINDOW + 1]
    pairs = []
    for order in _orders(state.found, hierarchies):
        place = np.empty(classes, np.int64)
        place[order] = np.arange(classes)
        near = place[failing][:, None] + steps
        inside = (near >= 0) & (near < classes)
        one = np.broadcast_to(failing[:, None], near.shape)[inside]
        pairs.append(one * classes + order[near[inside]])
    unique = np.unique(np.concatenate(pairs))
    return unique // classes, unique % classes


def _round(state: _State, hierarchies: Sequence[Hierarchy], secrets: list[Secret], demand: Demand) -> _State:
    """One round: every failing class proposes its best neighbour; proposals that do not touch are carried out."""
    one, other = _candidates(state, hierarchies)
    sizes = state.found.sizes
    joint: Floats = np.zeros(len(one))
    for h, low, high in zip(hierarchies, state.found.low, state.found.high, strict=True):
        joint += h.cost_of(np.minimum(low[one], low[other]), np.maximum(high[one], high[other]))
    rise = (sizes[one] + sizes[other]) * joint - sizes[one] * state.cost[one] - sizes[other] * state.cost[other]
    fixed = np.ones(len(one), bool)
    for start in range(0, len(one), 1_000_000):
        part = slice(start, start + 1_000_000)
        fixed[part] = _fine([t[one[part]] + t[other[part]] for t in state.tables], secrets, demand)
    score = np.where(fixed, rise, rise * STILL_BAD + 1e-9)
    best = np.lexsort([other, score, one])
    best = best[np.r_[True, np.diff(one[best]) != 0]]
    taken = np.zeros(len(sizes), bool)
    target = np.arange(len(sizes))
    for pair in best[np.lexsort([one[best], score[best]])].tolist():
        a, b = int(one[pair]), int(other[pair])
        if not (taken[a] or taken[b]):
            taken[a] = taken[b] = True
            target[max(a, b)] = min(a, b)
    _, group = np.unique(target, return_inverse=True)
    found = state.found.merged(group)
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(group[order]) != 0])
    tables = [np.add.reduceat(table[order], starts, axis=0) for table in state.tables]
    return _State(found, found.cost(hierarchies), tables, _fine(tables, secrets, demand), group[state.home])
