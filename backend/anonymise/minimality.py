"""What somebody who knows the algorithm and everybody's quasi-identifiers learns from a merge.

Classes are merged only when one of them failed l or t. That very fact can point at the one (Wong, Fu, Wang and
Pei, "Minimality attack in privacy preserving data publishing", VLDB 2007). So every merge is attacked here before
it stays: deal its sensitive values to its people in all ways in which a merge was needed, and see how sure that
makes the attacker that one of the original classes failed and holds a given value.

What is promised: for a value that less than 1/l of the whole table holds (a commoner one is no secret that l could
keep), the attacker is never surer than 1/l, or than the released class says anyway plus GAIN; with t alone, than
the table's share plus t.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backend.anonymise.hierarchy import Floats, Ints
from backend.anonymise.privacy import Demand, Flags, Secret, meets

GAIN = 0.1
"""How much surer than the released class says the attacker may become."""
DEALS = 256
SURVEYED_ROWS = 1_000
"""Merges of more rows are not dealt: with hundreds of classes below, that one of them failed is no news."""
SEED = 20070923


@dataclass(frozen=True)
class Merge:
    """The sizes of the original classes of one merge and, for each secret, its rows of each value."""

    sizes: Ints
    values: list[Ints]


def limit(said: Floats, share: Floats, demand: Demand) -> Floats:
    """How sure the attacker may be of each value; infinite for values too common to be kept by this demand."""
    allowed = said + GAIN
    if demand.l is not None:
        allowed = np.maximum(allowed, 1 / demand.l)
        return np.where(share <= 1 / demand.l, allowed, np.inf)
    return np.maximum(allowed, share + (demand.t or 0.0))


def certainty(merge: Merge, secrets: list[Secret], demand: Demand, deals: int = DEALS) -> list[Floats]:
    """For each secret and value, how sure the attacker is, at most over the original classes, that a class failed
    and holds the value. A merge with no cause in any deal makes him certain of nothing new: zeros.
    """
    rows, classes = int(merge.sizes.sum()), len(merge.sizes)
    rng = np.random.default_rng(SEED)
    seat = np.repeat(np.arange(classes), merge.sizes)
    tables: list[Ints] = []
    for held in merge.values:
        width = len(held)
        dealt = np.repeat(np.arange(width), held)[rng.random((deals, rows)).argsort(1)]
        flat = (np.arange(deals)[:, None] * classes + seat) * width + dealt
        tables.append(np.bincount(flat.ravel(), minlength=deals * classes * width).reshape(deals, classes, width))
    fails: Flags = np.zeros((deals, classes), bool)
    for table, secret in zip(tables, secrets, strict=True):
        fine = meets(table.reshape(deals * classes, -1), secret.shares, demand, secret.distance)
        fails |= ~fine.reshape(deals, classes)
    happened = fails.any(1)
    if not happened.any():
        return [np.zeros(len(held)) for held in merge.values]
    weight = fails[happened] / merge.sizes
    return [np.einsum("dc,dcv->cv", weight, table[happened]).max(0) / happened.sum() for table in tables]


def tells_too_much(
    home: Ints, was_fine: Flags, sizes: Ints, tables: list[Ints], secrets: list[Secret], demand: Demand
) -> Flags:
    """Which classes after merging (`home` of each original class) let the attacker pass the limit."""
    telling = np.zeros(len(tables[0]), bool)
    order = np.argsort(home, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(home[order]) != 0])
    ends = np.r_[starts[1:], len(order)]
    known: dict[tuple[bytes, ...], bool] = {}
    shares = [secret.shares for secret in secrets]
    for merged in np.flatnonzero(ends - starts > 1).tolist():
        members = order[starts[merged] : ends[merged]]
        own = np.sort(sizes[members])
        if own.sum() > SURVEYED_ROWS or was_fine[members].all():
            continue
        values = [table[merged] for table in tables]
        signature = (own.tobytes(), *(held.tobytes() for held in values))
        if signature not in known:
            sure = certainty(Merge(own, values), secrets, demand)
            known[signature] = any(
                bool((one > limit(held / own.sum(), share, demand) + 1e-9).any())
                for one, held, share in zip(sure, values, shares, strict=True)
            )
        telling[merged] = known[signature]
    return telling
