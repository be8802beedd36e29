"""Classes as boxes of leaves: merging leftovers into them, and what their labels cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from backend.anonymise.hierarchy import Floats, Hierarchy, Ints
from backend.anonymise.lattice import Places


@dataclass(frozen=True)
class Boxes:
    """For each class the first and last leaf of every column, and how many rows it holds."""

    low: list[Ints]
    high: list[Ints]
    sizes: Ints

    def cost(self, hierarchies: Sequence[Hierarchy]) -> Floats:
        """Loss of each class's labels, summed over the columns."""
        total: Floats = np.zeros(len(self.sizes))
        for hierarchy, low, high in zip(hierarchies, self.low, self.high, strict=True):
            total += hierarchy.cost_of(low, high)
        return total

    def merged(self, group: Ints) -> Boxes:
        """The boxes of groups of classes; `group` numbers them 0.. without gaps."""
        order = np.argsort(group, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(group[order]) != 0])
        return Boxes(
            [np.minimum.reduceat(low[order], starts) for low in self.low],
            [np.maximum.reduceat(high[order], starts) for high in self.high],
            np.add.reduceat(self.sizes[order], starts),
        )


def boxes(of_row: Places, leaves: Sequence[npt.NDArray[np.integer[Any]]]) -> Boxes:
    """The boxes of the classes 0.. of `of_row`; every class must hold a row, rows outside (`OPEN`) are ignored."""
    order = np.argsort(of_row, kind="stable")
    order = order[int(np.searchsorted(of_row[order], 0)) :]
    own = of_row[order]
    starts = np.flatnonzero(np.r_[True, own[1:] != own[:-1]])
    sizes = np.diff(np.r_[starts, len(own)])
    low, high = [], []
    for column in leaves:
        sorted_leaves = column[order]
        low.append(np.minimum.reduceat(sorted_leaves, starts).astype(np.int64))
        high.append(np.maximum.reduceat(sorted_leaves, starts).astype(np.int64))
    return Boxes(low, high, sizes)


def join_leftovers(
    found: Boxes, leaves: Sequence[npt.NDArray[np.integer[Any]]], hierarchies: Sequence[Hierarchy]
) -> Places:
    """Put each leftover row into the class whose total loss grows least, and grow that class's box: nobody is left out.

    Returns the class of each leftover. They are taken in the order of their values, so the result does not hang
    on the order of rows.
    """
    joined = np.zeros(len(leaves[0]), np.int32)
    old = found.cost(hierarchies)
    for row in np.lexsort(list(leaves)).tolist():
        low = [np.minimum(a, int(column[row])) for a, column in zip(found.low, leaves, strict=True)]
        high = [np.maximum(a, int(column[row])) for a, column in zip(found.high, leaves, strict=True)]
        new = Boxes(low, high, found.sizes).cost(hierarchies)
        rise = (found.sizes + 1) * new - found.sizes * old
        chosen = int(np.argmin(np.where(hidden(new, hierarchies), np.inf, rise)))  # the first, if all would be
        for column, a, b in zip(range(len(leaves)), low, high, strict=True):
            found.low[column][chosen], found.high[column][chosen] = a[chosen], b[chosen]
        found.sizes[chosen] += 1
        old[chosen] = new[chosen]
        joined[row] = chosen
    return joined


def hidden(cost: Floats, hierarchies: Sequence[Hierarchy]) -> npt.NDArray[np.bool_]:
    """Classes whose labels are all roots: to a reader their rows are suppressed."""
    return np.asarray(cost >= len(hierarchies) - 1e-9)


def open_hidden(
    of_row: Places, hierarchies: Sequence[Hierarchy], leaves: Sequence[npt.NDArray[np.integer[Any]]]
) -> Places:
    """Open the classes whose labels are all roots again, unless there is no other class."""
    if not (of_row >= 0).any():
        return of_row
    is_hidden = hidden(boxes(of_row, leaves).cost(hierarchies), hierarchies)
    if not is_hidden.any() or is_hidden.all():
        return of_row
    number = np.where(is_hidden, -1, np.cumsum(~is_hidden) - 1).astype(np.int32)
    return np.where(of_row >= 0, number[of_row], np.int32(-1))
