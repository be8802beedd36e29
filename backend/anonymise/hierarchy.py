"""Generalisation hierarchies: the tree of labels above each value of a quasi-identifier."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from backend.anonymise.refusals import NotATree, NotReadable
from backend.anonymise.table import DELIMITERS, decode, sniff_delimiter

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ROOT = "*"


@dataclass(frozen=True)
class Hierarchy:
    """A tree whose leaves stand in depth-first order, so every label covers neighbouring leaves.

    `codes[level, leaf]` is the label's number within its level (0 = the value itself, last = the root),
    `labels[level][code]` its text, `first`/`last` the leaves it covers. A label costs
    (leaves covered - 1) / (leaves - 1); leaves that the table never uses count.
    """

    column: str
    source: str
    labels: tuple[tuple[str, ...], ...]
    codes: Ints
    is_ordered: bool
    """All leaves are numbers and stand in rising order: ranges are possible."""

    @property
    def leaves(self) -> tuple[str, ...]:
        """The values, in depth-first order."""
        return self.labels[0]

    @property
    def depth(self) -> int:
        """How many levels, value and root included."""
        return len(self.labels)

    @cached_property
    def cost(self) -> Floats:
        """Loss of the label at [level, leaf], from 0 to 1, as a reader of the text must take it.

        A name that repeats up its own branch (a group named after one of its values) costs what the group costs.
        """
        rows = []
        for names, codes in zip(self.labels, self.codes, strict=True):
            width = np.array([self.covers[name][1] - self.covers[name][0] for name in names])
            rows.append(width[codes] / max(len(self.leaves) - 1, 1))
        return np.stack(rows)

    @cached_property
    def index(self) -> dict[str, int]:
        """Value -> leaf."""
        return {leaf: place for place, leaf in enumerate(self.leaves)}

    @cached_property
    def covers(self) -> dict[str, tuple[int, int]]:
        """Label -> first and last leaf it covers; where a name repeats up its own branch, the widest."""
        spans: dict[str, tuple[int, int]] = {}
        for level, names in enumerate(self.labels):
            firsts = np.unique(self.codes[level], return_index=True)[1]
            ends = np.append(firsts[1:], len(self.leaves))
            for name, first, end in zip(names, firsts.tolist(), ends.tolist(), strict=True):
                spans[name] = (first, end - 1)
        return spans

    def level_of(self, low: Ints, high: Ints) -> Ints:
        """The lowest level whose label covers all leaves from `low` to `high`."""
        level = np.full(len(low), self.depth - 1, np.int64)
        for at in range(self.depth - 2, -1, -1):
            level[self.codes[at].take(low) == self.codes[at].take(high)] = at
        return level

    def cost_of(self, low: Ints, high: Ints) -> Floats:
        """Loss of the smallest label over the leaves from `low` to `high`."""
        return np.asarray(self.cost[self.level_of(low, high), low])

    def text_of(self, low: Ints, high: Ints) -> list[str]:
        """The smallest labels over the leaves from `low` to `high`."""
        level = self.level_of(low, high)
        return [self.labels[at][self.codes[at, leaf]] for at, leaf in zip(level.tolist(), low.tolist(), strict=True)]


def from_paths(
    column: str, paths: Sequence[Sequence[str]], source: str, lines: Sequence[int] | None = None
) -> Hierarchy:
    """Check that `paths` (value first, coarsest last) form a tree and put its leaves in depth-first order.

    Raises NotATree, naming the line, where lengths differ, a value comes twice with different parents, or a
    group has two parents or one name for two places.
    """
    if not paths:
        raise NotReadable(file=source)
    width, at = len(paths[0]), list(lines or range(1, len(paths) + 1))
    unique: dict[str, tuple[str, ...]] = {}
    parents: dict[tuple[int, str], str] = {}
    for line, path in zip(at, map(tuple, paths), strict=True):
        if len(path) != width:
            raise NotATree(column=column, row=line, value=path[0])
        if unique.setdefault(path[0], path) != path:
            raise NotATree(column=column, row=line, value=path[0])
        for level in range(width - 1):
            if parents.setdefault((level, path[level]), path[level + 1]) != path[level + 1]:
                raise NotATree(column=column, row=line, value=path[level])
    full = list(unique.values())
    if width == 1 or len({path[-1] for path in full}) > 1:
        full = [(*path, ROOT) for path in full]
    _refuse_two_places(column, full)
    return _compile(column, source, full)


def _refuse_two_places(column: str, paths: list[tuple[str, ...]]) -> None:
    """A name on two levels is read by nobody with certainty, unless it repeats up its own branch."""
    own: dict[str, set[tuple[str, ...]]] = {}
    for path in paths:
        for level, name in enumerate(path):
            if path.index(name) == level:  # its lowest place in this branch
                top = max(place for place, other in enumerate(path) if other == name)
                own.setdefault(name, set()).add((*path[top + 1 :], str(top)))
    for row, path in enumerate(paths, start=1):
        for name in path:
            if len(own[name]) > 1:
                raise NotATree(column=column, row=row, value=name)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _compile(column: str, source: str, paths: list[tuple[str, ...]]) -> Hierarchy:
    """Sort depth first: groups by their smallest number (or text), so that the order does not hang on the file's."""
    numbers = [_number(path[0]) for path in paths]
    is_numeric = None not in numbers
    rank = {
        path[0]: (number if is_numeric and number is not None else 0.0)
        for path, number in zip(paths, numbers, strict=True)
    }
    lowest: dict[tuple[str, ...], tuple[float, str]] = {}
    for path in paths:
        for level in range(len(path)):
            branch = path[level:]
            own = (rank[path[0]], path[0])
            lowest[branch] = min(lowest.get(branch, own), own)
    ordered = sorted(paths, key=lambda path: [lowest[path[level:]] for level in range(len(path) - 1, -1, -1)])
    labels: list[tuple[str, ...]] = []
    codes = np.zeros((len(ordered[0]), len(ordered)), np.int64)
    for level in range(len(ordered[0])):
        seen: dict[str, int] = {}
        for leaf, path in enumerate(ordered):
            codes[level, leaf] = seen.setdefault(path[level], len(seen))
        labels.append(tuple(seen))
    values = [rank[path[0]] for path in ordered]
    is_ordered = is_numeric and all(a < b for a, b in itertools.pairwise(values))
    return Hierarchy(column, source, tuple(labels), codes, is_ordered)


def read(path: Path, column: str, texts: Sequence[str] = (), preferred: str | None = None) -> Hierarchy:
    """Read a hierarchy file: no header, value first, coarsest last; any delimiter that splits all lines alike.

    Where several do, the one that finds most of the table's `texts` as values wins, then the table's own.
    """
    text, _ = decode(path)
    marks = [preferred, *DELIMITERS] if preferred else [*DELIMITERS]
    split = {mark: rows for mark in marks if (rows := _split(text, mark))}
    if not split:
        raise NotReadable(file=path.name)
    even = [mark for mark, rows in split.items() if len({len(row) for _, row in rows}) == 1 and len(rows[0][1]) > 1]
    wanted = set(texts)
    known = {mark: len(wanted & {row[0] for _, row in split[mark]}) for mark in even}
    likely = sniff_delimiter(text.lstrip().partition("\n")[0])
    chosen = max(even, key=lambda mark: known[mark]) if even else likely if likely in split else next(iter(split))
    return from_paths(column, [row for _, row in split[chosen]], path.name, [number for number, _ in split[chosen]])


def _split(text: str, mark: str) -> list[tuple[int, list[str]]]:
    """Line numbers and cells with this delimiter, blank lines aside; nothing where its quotes do not fit.

    Quoted cells are malformed under every delimiter but the file's own, so that one must not spoil the others.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        return [(reader.line_num, row) for row in reader if len(row) > 1 or "".join(row).strip()]
    except csv.Error:
        return []


def find(folder: Path, column: str) -> Path | None:
    """`<column>.csv` or `*hierarchy_<column>.csv` in `folder`."""
    exact = folder / f"{column}.csv"
    if exact.is_file():
        return exact
    named = sorted(p for p in folder.glob("*.csv") if p.name.endswith(f"hierarchy_{column}.csv"))
    return named[0] if named else None
