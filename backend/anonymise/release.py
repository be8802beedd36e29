"""From classes to the released file: labels or ranges, the input's own order, delimiter and line ends."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backend.anonymise.boxes import Boxes
from backend.anonymise.hierarchy import Floats, Hierarchy, Ints
from backend.anonymise.lattice import Places
from backend.anonymise.model import Column, Form, Role
from backend.anonymise.table import Codes, Table, quote, write_lines

ROWS_AT_ONCE = 500_000


@dataclass(frozen=True)
class Spans:
    """What each class's labels cover: first and last leaf of every column, the text, and its loss."""

    first: list[Ints]
    last: list[Ints]
    texts: list[list[str]]
    costs: list[Floats]


def range_text(low: str, high: str) -> str:
    """`20-24`, `20` alone, and `-5..3` where a minus sign would be read as the dash."""
    if low == high:
        return low
    return f"{low}..{high}" if low.startswith("-") or high.startswith("-") else f"{low}-{high}"


def spans(found: Boxes, hierarchies: Sequence[Hierarchy], form: Form) -> Spans:
    """The smallest label over each class's values; with ranges, the range itself where the values are numbers."""
    made = Spans([], [], [], [])
    for hierarchy, low, high in zip(hierarchies, found.low, found.high, strict=True):
        level = hierarchy.level_of(low, high)
        firsts, lasts = _ends(hierarchy)
        first, last, cost = firsts[level, low], lasts[level, low], hierarchy.cost[level, low]
        texts = hierarchy.text_of(low, high)
        if form is Form.RANGES and hierarchy.is_ordered:
            names = hierarchy.leaves
            own = [range_text(names[a], names[b]) for a, b in zip(low.tolist(), high.tolist(), strict=True)]
            # A range that reads like a label of other values (Adult's "20-24" covers 21 to 25) would be misread.
            is_clear = np.array(
                [
                    hierarchy.covers.get(text, span) == span
                    for text, span in zip(own, zip(low.tolist(), high.tolist(), strict=True), strict=True)
                ]
            )
            first, last = np.where(is_clear, low, first), np.where(is_clear, high, last)
            cost = np.where(is_clear, (high - low) / max(len(names) - 1, 1), cost)
            texts = [mine if clear else label for mine, clear, label in zip(own, is_clear.tolist(), texts, strict=True)]
        made.first.append(first)
        made.last.append(last)
        made.texts.append(texts)
        made.costs.append(cost)
    return made


def _ends(hierarchy: Hierarchy) -> tuple[Ints, Ints]:
    """The first and last leaf under the label at [level, leaf]."""
    firsts, lasts = np.empty_like(hierarchy.codes), np.empty_like(hierarchy.codes)
    for level, codes in enumerate(hierarchy.codes):
        starts = np.flatnonzero(np.r_[True, np.diff(codes) != 0])
        ends = np.r_[starts[1:], len(codes)] - 1
        firsts[level], lasts[level] = starts[codes], ends[codes]
    return firsts, lasts


def same_labels(made: Spans) -> Ints:
    """Classes numbered by their texts: two that read alike are one to whoever reads the file."""
    key = np.zeros(len(made.texts[0]), np.int64)
    for texts in made.texts:
        known: dict[str, int] = {}
        own = np.array([known.setdefault(text, len(known)) for text in texts])
        _, key = np.unique(key * len(known) + own, return_inverse=True)
    return key


def header_line(table: Table, columns: Sequence[Column]) -> str:
    """The released header: the input's, without the direct identifiers."""
    kept = [column.name for column in columns if column.role is not Role.DIRECT]
    return table.delimiter.join(quote(name, table.delimiter) for name in kept) + table.newline


def write(
    table: Table, columns: Sequence[Column], of_row: Places, quasi: Sequence[str], made: Spans, out: Path
) -> None:
    """Write the release beside its place and move it there when whole; row order is the input's."""
    kept = [column for column in columns if column.role is not Role.DIRECT]
    cells: dict[str, list[str]] = {}
    for column in kept:
        if column.role is Role.QUASI:
            own = made.texts[quasi.index(column.name)]
            quoted = {text: quote(text, table.delimiter) for text in set(own)}
            cells[column.name] = [quoted[text] for text in own]
        else:
            cells[column.name] = [quote(text, table.delimiter) for text in table.texts(column.name)]
    plain = [column.name for column in kept if column.role is not Role.QUASI]
    stored = dict(zip(plain, table.codes(plain), strict=True)) if plain else {}
    runs: list[tuple[list[str], Codes]] = []
    texts: list[str] = []
    for place, column in enumerate(kept):
        if column.role is not Role.QUASI:
            runs.append((cells[column.name], stored[column.name]))
            continue
        own = cells[column.name]
        if place and kept[place - 1].role is Role.QUASI:
            texts = [f"{before}{table.delimiter}{cell}" for before, cell in zip(texts, own, strict=True)]
            runs[-1] = (texts, of_row)
        else:
            texts = own
            runs.append((texts, of_row))
    encoding = "utf-8-sig" if table.encoding == "utf-8-sig" else table.encoding
    handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    try:
        with os.fdopen(handle, "w", encoding=encoding, newline="") as file:
            file.write(header_line(table, columns))
            write_lines(file, table.delimiter, table.newline, runs)
        Path(name).chmod(0o600)
        os.replace(name, out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write a small file whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(name, path)
