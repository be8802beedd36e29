"""Counts that tell about a town and not about a neighbour: pure rules for small cells.

Whoever asks gets whole tables over fixed bands, never a filter of their own choice and never a page:
there is no offset to shift by one. Cells below the minimum are hidden, zero included; where a line
hides only one cell its smallest neighbour is hidden too; what is shown is rounded, totals on their
own, so that differences of tables do not lead back to a hidden cell.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

import msgspec

ROUND_TO = 5
"""Counts are shown as multiples of this (as OpenSAFELY does)."""

Key = tuple[str, ...]


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of an answer; `n` and `mean` are None where it is hidden."""

    key: Key
    n: int | None
    mean: float | None = None

    @property
    def is_hidden(self) -> bool:
        """Return whether nothing is said about this cell."""
        return self.n is None


def rounded(n: int) -> int:
    """Return a count as it is shown: the nearest multiple of ROUND_TO."""
    return (n + ROUND_TO // 2) // ROUND_TO * ROUND_TO


def table(
    people: Iterable[tuple[Key, float | None]],
    bands: Sequence[Sequence[str]],
    *,
    least: int,
    decimals: int | None = None,
) -> tuple[Cell, ...]:
    """Return the table of counts (and means of the values, to `decimals`) over fixed bands, small cells hidden.

    `bands` lists what each grouping can be; every combination is a cell, also where nobody is. A person
    outside the bands is counted nowhere. `least` is the smallest count that may be shown.
    """
    values: dict[Key, list[float]] = {key: [] for key in itertools.product(*bands)}
    counts: dict[Key, int] = dict.fromkeys(values, 0)
    for key, value in people:
        if key in counts:
            counts[key] += 1
            if value is not None:
                values[key].append(value)
    hidden = hide({key: counts[key] for key in counts}, least=least)
    cells = []
    for key in counts:
        if key in hidden:
            cells.append(Cell(key=key, n=None))
            continue
        mean = None
        if decimals is not None:
            mean = round(sum(values[key]) / len(values[key]), decimals)
        cells.append(Cell(key=key, n=rounded(counts[key]), mean=mean))
    return tuple(cells)


def hide(counts: Mapping[Key, int], *, least: int) -> frozenset[Key]:
    """Return the cells to hide: the small ones, and one more in every line that would hide just one."""
    hidden = {key for key, n in counts.items() if n < least}
    lines = _lines(list(counts))
    while True:
        lone = next((line for line in lines if sum(key in hidden for key in line) == 1 and len(line) > 1), None)
        if lone is None:
            return frozenset(hidden)
        hidden.add(min((key for key in lone if key not in hidden), key=lambda key: (counts[key], key)))


def _lines(keys: Sequence[Key]) -> list[list[Key]]:
    if not keys or not keys[0]:
        return []
    lines: dict[tuple[int, Key], list[Key]] = {}
    for key in keys:
        for place in range(len(key)):
            lines.setdefault((place, key[:place] + key[place + 1 :]), []).append(key)
    return list(lines.values())


def in_small_class(rows: Sequence[Key], *, k: int) -> list[bool]:
    """Return for each row whether fewer than k rows look like it, so that it must stay."""
    sizes: dict[Key, int] = {}
    for row in rows:
        sizes[row] = sizes.get(row, 0) + 1
    return [sizes[row] < k for row in rows]
