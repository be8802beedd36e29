"""Every column gets a role by option or by rule; one that gets none, or lies about it, blocks the release."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from backend.anonymise.hierarchy import Hierarchy
from backend.anonymise.identifiers import are_insurer_numbers, found_in
from backend.anonymise.model import Column, Request, Role
from backend.anonymise.refusals import (
    AllMissing,
    Constant,
    DateAsText,
    FreeText,
    LooksDirect,
    Missing,
    NamedTwice,
    NoSuchColumn,
    NotInHierarchy,
    Unclassified,
)
from backend.anonymise.table import BLANK, MISSING, Table

RULES = Path(__file__).with_name("column_rules.csv")
SENTENCE_LENGTH = 25
IDENTIFYING_FROM_ROWS = 20
_SENTENCE = re.compile(r"[。、]|\s\S+\s\S+\s")
_DATE = re.compile(
    r"^(\d{4}[-/.年]\d{1,2}([-/.月]\d{1,2}日?)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|(明治|大正|昭和|平成|令和|[MTSHR])\s?\d{1,2}[-/.年].*|\d{1,2}\s[A-Za-z]{3,9}\s\d{4}|[A-Za-z]{3,9}\s\d{1,2},?\s\d{4})$"
)
_WHOLE = re.compile(r"^-?\d+$")
_REAL = re.compile(r"^-?\d*\.?\d+([eE][-+]?\d+)?$")


@cache
def rules() -> list[tuple[str, re.Pattern[str], str]]:
    """The rules by name: role (or free_text), pattern, reason, in order of strictness."""
    with RULES.open(encoding="utf-8", newline="") as file:
        return [(row["role"], re.compile(row["pattern"], re.IGNORECASE), row["reason"]) for row in csv.DictReader(file)]


def role_by_name(name: str) -> tuple[str, str] | None:
    """The role that a column's name alone gives, and why; None where no rule fits."""
    for role, pattern, reason in rules():
        if pattern.search(name.strip()):
            return role, reason
    return None


def classify(table: Table, request: Request) -> list[Column]:
    """The role of every column, options before rules, then checked against its values.

    Raises NoSuchColumn, NamedTwice, Unclassified, FreeText, LooksDirect.
    """
    given: dict[str, Role] = {}
    for role, names in (
        (Role.QUASI, request.quasi),
        (Role.SENSITIVE, request.sensitive),
        (Role.DIRECT, request.direct),
        (Role.OTHER, request.other),
    ):
        for name in names:
            if name not in table.header:
                raise NoSuchColumn(column=name, file=table.path.name)
            if name in given:
                raise NamedTwice(column=name)
            given[name] = role
    columns = []
    for name in table.header:
        if name in given:
            columns.append(Column(name, given[name], "option"))
            continue
        found = role_by_name(name)
        if found is None or found[0] == "quasi":
            raise Unclassified(column=name, row=1)
        if found[0] == "free_text":
            raise FreeText(column=name, row=1)
        columns.append(Column(name, Role(found[0]), found[1]))
    for column in columns:
        if column.role in (Role.SENSITIVE, Role.OTHER):
            _check_values(table, column)
    return columns


def first_row(table: Table, name: str, code: int) -> int:
    """The line of the first cell with this code (header = 1)."""
    return table.line(int(np.flatnonzero(table.codes([name])[0] == code)[0]))


def _check_values(table: Table, column: Column) -> None:
    """A column that would be released as it stands must not be empty, identify anybody, or be prose."""
    texts = table.texts(column.name)
    if all(text.strip().lower() in BLANK for text in texts):
        raise AllMissing(column=column.name, row=2)
    if column.role is Role.SENSITIVE:
        for code, text in enumerate(texts):
            if text.strip().lower() in BLANK:
                raise Missing(column=column.name, row=first_row(table, column.name, code))
        if len(texts) == 1:
            raise Constant(column=column.name, row=2)
    for code, text in enumerate(texts):
        kind = found_in(text)
        if kind:
            raise LooksDirect(column=column.name, row=first_row(table, column.name, code), kind=kind)
    if are_insurer_numbers(texts) and len(texts) > 1:
        raise LooksDirect(column=column.name, row=2, kind="insurer_number")
    prose = [len(text) >= SENTENCE_LENGTH and bool(_SENTENCE.search(text)) for text in texts]
    if sum(prose) > 0.2 * len(texts) and len(texts) > 0.2 * table.rows:
        raise FreeText(column=column.name, row=first_row(table, column.name, prose.index(True)))
    if len(texts) == table.rows >= IDENTIFYING_FROM_ROWS:  # every row its own value: a name or a number of somebody
        is_measure = all(_REAL.match(text) for text in texts)
        is_counted = is_measure and all(_WHOLE.match(text) for text in texts)
        if not is_measure or (is_counted and column.role is Role.OTHER):
            raise LooksDirect(column=column.name, row=2, kind="own_value_per_row")


def leaf_of(table: Table, name: str, hierarchy: Hierarchy) -> list[int]:
    """The leaf of each distinct text of a quasi-identifier; refuses what is missing, constant or no leaf."""
    texts = table.texts(name)
    if all(text.strip().lower() in BLANK for text in texts):
        raise AllMissing(column=name, row=2)
    if len(texts) == 1:
        raise Constant(column=name, row=2)
    found = [hierarchy.index.get(text, -1) for text in texts]
    bad = [(first_row(table, name, code), texts[code]) for code, leaf in enumerate(found) if leaf < 0][:1000]
    if bad:
        row, text = min(bad)
        if text.strip().lower() in MISSING:
            raise Missing(column=name, row=row)
        if _DATE.match(text.strip()):
            raise DateAsText(column=name, row=row)
        raise NotInHierarchy(column=name, row=row, file=hierarchy.source)
    return found


def is_scale(texts: Sequence[str]) -> bool:
    """Whether all values are numbers, so that t measures distance along them."""
    return all(_REAL.match(text.strip()) for text in texts)


def looks_like_dates(texts: Sequence[str]) -> bool:
    """Whether any value is a date in some form."""
    return any(_DATE.match(text.strip()) for text in texts)
