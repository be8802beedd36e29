"""Local recoding: walk the generalisation lattice from cheap to dear, closing every class of k as it forms."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from backend.anonymise.hierarchy import Floats, Hierarchy, Ints

Places = npt.NDArray[np.int32]

SLACK = 1.1
"""A group is closed at a visit if it costs at most this much more than the visit's price; dearer ones wait."""
CHEAP_QUANTILE = 0.5
"""A node is first visited at the price that its cheaper half of rows would pay at most, column by column."""
STORED_ROWS = 200_000  # waiting groups of more rows are found again instead of remembered
MIXER = np.uint64(0x9E3779B97F4A7C15)
MAX_NODES = 200_000
OPEN = -1


@dataclass
class Walk:
    """The state of one walk: which class each row is in (`OPEN` = none yet) and how many there are."""

    leaves: list[Places]
    hierarchies: Sequence[Hierarchy]
    k: int
    of_row: Places
    classes: int = 0


def walk(leaves: Sequence[npt.NDArray[np.integer[Any]]], hierarchies: Sequence[Hierarchy], k: int) -> Places:
    """The class of each row, `OPEN` for the fewer than k rows that no group of k took.

    Nodes of the lattice (one level a column) are visited in order of price; at each, the rows still open are
    grouped by exact integer keys and groups of at least k become classes. Depends only on the multiset of rows:
    classes are numbered by price and key, never by row order.
    """
    rows = len(leaves[0])
    state = Walk([np.asarray(x, np.int32) for x in leaves], hierarchies, k, np.full(rows, OPEN, np.int32))
    prices = [_prices(x, h) for x, h in zip(state.leaves, hierarchies, strict=True)]
    heap = _nodes(prices)
    open_rows = np.arange(rows)
    columns: list[npt.NDArray[np.integer[Any]]] = [x.astype(np.intp) for x in state.leaves]
    waiting: dict[tuple[int, ...], Ints] = {}
    while heap and len(open_rows) >= k:
        price, node = heapq.heappop(heap)
        known = waiting.pop(node, None)
        if known is not None:
            known = known[state.of_row[known] == OPEN]
            visited, source = known, [x[known] for x in state.leaves]
        else:
            visited, source = open_rows, list(columns)
        if len(visited) < k:
            continue
        groups = _groups(source, hierarchies, node, k)
        if groups is None:
            continue
        later, later_rows = _close(state, visited, groups, node, price)
        if later is not None:
            heapq.heappush(heap, (later, node))
            if later_rows is not None and len(later_rows) <= STORED_ROWS:
                waiting[node] = later_rows
        still = state.of_row[open_rows] == OPEN
        if not still.all():
            open_rows = open_rows[still]
            columns = [x[still] for x in columns]
    return state.of_row


def _prices(leaves: Places, hierarchy: Hierarchy) -> list[float]:
    """What the cheaper half of the rows pays at most at each level."""
    counts = np.bincount(leaves, minlength=len(hierarchy.leaves))
    prices = []
    for cost in hierarchy.cost:
        order = np.argsort(cost, kind="stable")
        reached = np.searchsorted(np.cumsum(counts[order]), CHEAP_QUANTILE * len(leaves))
        prices.append(float(cost[order[min(int(reached), len(order) - 1)]]))
    return prices


def _nodes(prices: list[list[float]]) -> list[tuple[float, tuple[int, ...]]]:
    """All nodes with their first price; with very many columns only those with few columns between bottom and root."""
    levels = [list(range(len(column))) for column in prices]
    if np.prod([float(len(column)) for column in prices]) > MAX_NODES:
        levels = _coarser(prices)
    heap = [
        (sum(column[level] for column, level in zip(prices, node, strict=True)), node)
        for node in itertools.product(*levels)
    ]
    heapq.heapify(heap)
    return heap


def _coarser(prices: list[list[float]]) -> list[list[int]]:
    """Drop middle levels, then bottoms, of the deepest columns until the lattice can be walked."""
    kept: list[list[int]] = [list(range(len(column))) for column in prices]
    while np.prod([float(len(column)) for column in kept]) > MAX_NODES:
        longest = max(range(len(kept)), key=lambda at: (len(kept[at]), -at))
        kept[longest].pop(len(kept[longest]) // 2 if len(kept[longest]) > 2 else 0)
    return kept


@dataclass(frozen=True)
class Groups:
    """Groups of at least k: places into the visited rows, sorted by key; start and size of each group."""

    places: Ints
    starts: Ints
    sizes: Ints


def keys(
    source: Sequence[npt.NDArray[np.integer[Any]]], hierarchies: Sequence[Hierarchy], node: Sequence[int]
) -> tuple[Ints, int]:
    """One exact integer for each row's labels at `node`, and how many integers there can be."""
    made: Ints = np.zeros(len(source[0]), np.int64)
    space = 1
    for leaves, hierarchy, level in zip(source, hierarchies, node, strict=True):
        width = len(hierarchy.labels[level])
        if width == 1:
            continue
        if space * width >= 1 << 62:  # renumber: no two different rows may share an integer
            distinct, made = np.unique(made, return_inverse=True)
            space = len(distinct)
        made += (hierarchy.codes[level] * space).take(leaves)
        space *= width
    return made, space


def _groups(
    source: Sequence[npt.NDArray[np.integer[Any]]], hierarchies: Sequence[Hierarchy], node: tuple[int, ...], k: int
) -> Groups | None:
    """Group rows by their labels; a count by hashed key first, so only rows that can be in a group are sorted."""
    key, space = keys(source, hierarchies, node)
    if space <= max(4 * len(key), 4096):
        slots = key
        counts = np.bincount(key, minlength=space)
    else:
        bits = max(12, len(key).bit_length() + 1)
        slots = ((key.view(np.uint64) * MIXER) >> np.uint64(64 - bits)).view(np.int64)
        counts = np.bincount(slots, minlength=1 << bits)
    places = np.flatnonzero((counts >= k)[slots])
    if not len(places):
        return None
    own = key[places]
    order = np.argsort(own, kind="stable")
    places, own = places[order], own[order]
    starts = np.flatnonzero(np.r_[True, own[1:] != own[:-1]])
    sizes = np.diff(np.r_[starts, len(own)])
    large = sizes >= k
    if not large.any():
        return None
    if not large.all():
        places = places[np.repeat(large, sizes)]
        sizes = sizes[large]
        starts = np.r_[0, np.cumsum(sizes)[:-1]]
    return Groups(places, starts, sizes)


def _close(
    state: Walk, visited: Ints, groups: Groups, node: tuple[int, ...], price: float
) -> tuple[float | None, Ints | None]:
    """Make classes of the groups that are not too dear for now; return when to look at the others, and their rows."""
    first = visited[groups.places[groups.starts]]
    cost: Floats = np.zeros(len(first))
    for leaves, hierarchy, level in zip(state.leaves, state.hierarchies, node, strict=True):
        if level:
            cost += hierarchy.cost[level].take(leaves[first])
    dear = cost > price * SLACK + 1e-9
    now = ~dear
    taken = int(now.sum())
    if taken:
        number = np.full(len(first), OPEN, np.int32)
        number[now] = state.classes + np.arange(taken, dtype=np.int32)
        state.classes += taken
        spread = np.repeat(number, groups.sizes)
        is_now = spread != OPEN
        state.of_row[visited[groups.places[is_now]]] = spread[is_now]
    if not dear.any():
        return None, None
    return float(cost[dear].min()), visited[groups.places[np.repeat(dear, groups.sizes)]]
