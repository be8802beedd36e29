"""Tables larger than memory: DuckDB cuts them along quasi-identifiers, the same walk runs in each part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from backend.anonymise.boxes import Boxes, boxes, join_leftovers, open_hidden
from backend.anonymise.hierarchy import Hierarchy, Ints
from backend.anonymise.lattice import OPEN, Places, walk
from backend.anonymise.table import Table

Leaves = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Source:
    """A table with its quasi-identifiers: column, hierarchy, and the leaf of each distinct text."""

    table: Table
    quasi: tuple[str, ...]
    hierarchies: list[Hierarchy]
    leaf_of: list[Leaves]


@dataclass(frozen=True)
class Part:
    """A part of the table: for some columns (by place) the level-1-from-the-top group that its rows share."""

    fixed: tuple[tuple[int, int, int], ...]  # column, level, code
    rows: int


def small(hierarchy: Hierarchy, found: Sequence[int]) -> Leaves:
    """Leaf numbers in as few bytes as they fit in."""
    return np.array(found, np.min_scalar_type(len(hierarchy.leaves)))


def plan(source: Source, limit: int) -> list[Part]:
    """Cut parts larger than `limit` by the column whose root label costs most more than the labels below it.

    Hangs on the values alone; a part that no column can cut stays as it is.
    """
    done: list[Part] = []
    todo = [Part((), source.table.rows)]
    while todo:
        part = todo.pop()
        cuts = _cuts(source, part) if part.rows > limit else []
        if not cuts:
            done.append(part)
            continue
        _, column, level = cuts[0]
        where = _where(source, part.fixed)
        codes = _group_sql(source, column, level)
        counted = source.table.connection.execute(
            f"SELECT {codes} AS g, count(*) FROM t WHERE {where} GROUP BY g ORDER BY g"
        ).fetchall()
        todo += [Part((*part.fixed, (column, level, int(g))), int(n)) for g, n in counted]
    return sorted(done, key=lambda part: part.fixed)


def _cuts(source: Source, part: Part) -> list[tuple[float, int, int]]:
    """Columns that can still be cut, dearest root first: (minus what the cut saves a row at least, column, level)."""
    used = {column: level for column, level, _ in part.fixed}
    found = []
    for column, hierarchy in enumerate(source.hierarchies):
        level = used.get(column, hierarchy.depth - 1) - 1
        while level >= 0 and len(hierarchy.labels[level]) == len(hierarchy.labels[level + 1]):
            level -= 1
        if level >= 0:
            above = hierarchy.cost[level + 1].mean()
            found.append((-float(above - hierarchy.cost[level].mean()), column, level))
    return sorted(found)


def _group_sql(source: Source, column: int, level: int) -> str:
    """SQL for the code at `level` of a row's value: a list lookup by the value's code."""
    place = source.table.header.index(source.quasi[column])
    codes = source.hierarchies[column].codes[level][source.leaf_of[column]].tolist()
    return f"({codes}::INTEGER[])[enum_code(c{place}::e{place})::INTEGER + 1]"


def _where(source: Source, fixed: tuple[tuple[int, int, int], ...]) -> str:
    return " AND ".join(f"{_group_sql(source, c, level)} = {code}" for c, level, code in fixed) or "true"


def read_parts(source: Source, parts: list[Part]) -> Iterator[tuple[Ints | None, list[Leaves]]]:
    """The rows of each part (None = all, in order) and their leaves."""
    if len(parts) == 1:
        codes = source.table.codes(source.quasi)
        yield None, [own.take(column) for own, column in zip(source.leaf_of, codes, strict=True)]
        return
    places = [source.table.header.index(name) for name in source.quasi]
    picked = ", ".join(f"enum_code(c{place}::e{place}) AS c{place}" for place in places)
    for part in parts:
        got = source.table.connection.execute(
            f"SELECT rowid AS r, {picked} FROM t WHERE {_where(source, part.fixed)} ORDER BY r"
        ).fetchnumpy()
        yield (
            np.asarray(got["r"]),
            [own.take(np.asarray(got[f"c{p}"])) for own, p in zip(source.leaf_of, places, strict=True)],
        )


@dataclass(frozen=True)
class Grouped:
    """The class of every row, the classes' boxes, and how many parts the table was cut into."""

    of_row: Places
    boxes: Boxes
    parts: int
    leftovers: int


def group(source: Source, k: int, limit: int) -> Grouped:
    """Classes of at least k over the whole table; what a part leaves over joins the nearest class of any part."""
    for column in source.quasi:
        source.table.texts(column)
    parts = plan(source, limit)
    of_row = np.full(source.table.rows, OPEN, np.int32)
    made: list[Boxes] = []
    left_rows: list[Ints] = []
    left_leaves: list[list[Leaves]] = []
    for rows, leaves in read_parts(source, parts):
        if rows is None:
            rows = np.arange(source.table.rows)
        found = walk(leaves, source.hierarchies, k) if len(rows) >= k else np.full(len(rows), OPEN, np.int32)
        found = open_hidden(found, source.hierarchies, leaves)
        is_in = found != OPEN
        if is_in.any():
            own = boxes(found, leaves)
            of_row[rows[is_in]] = found[is_in] + sum(len(box.sizes) for box in made)
            made.append(own)
        left_rows.append(rows[~is_in])
        left_leaves.append([column[~is_in] for column in leaves])
    rows = np.concatenate(left_rows)
    leaves = [np.concatenate(columns) for columns in zip(*left_leaves, strict=True)]
    if not made:  # no part holds k rows: they do together
        made.append(_everybody(leaves))
        of_row[rows] = 0
        return Grouped(of_row, made[0], len(parts), 0)
    whole = Boxes(
        [np.concatenate(columns) for columns in zip(*(box.low for box in made), strict=True)],
        [np.concatenate(columns) for columns in zip(*(box.high for box in made), strict=True)],
        np.concatenate([box.sizes for box in made]),
    )
    of_row[rows] = join_leftovers(whole, leaves, source.hierarchies)
    return Grouped(of_row, whole, len(parts), len(rows))


def _everybody(leaves: list[Leaves]) -> Boxes:
    return boxes(np.zeros(len(leaves[0]), np.int32), leaves)
