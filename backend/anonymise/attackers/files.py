"""What an attacker holds: the released rows as classes of labels, and people with their true values."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from backend.anonymise.hierarchy import Hierarchy, Ints
from backend.anonymise.refusals import NotAligned
from backend.anonymise.table import Table

Flags = npt.NDArray[np.bool_]

RANGE = re.compile(r"^[\[(]?\s*(-?\d+(?:\.\d+)?)\s*(?:-|,|\.\.)\s*(-?\d+(?:\.\d+)?)\s*[\])]?$")
SAME_LINES = 0.95
PEOPLE = 1_000
"""Targets tried for each attack, evenly spaced in the order of their values."""


@dataclass(frozen=True)
class People:
    """People as codes: known columns [column][person], and the sensitive value of each (-1: none known)."""

    known: list[Ints]
    secret: Ints

    def __len__(self) -> int:
        return len(self.secret)

    def picked(self, places: Ints) -> People:
        """Some of them."""
        return People([column[places] for column in self.known], self.secret[places])

    def sampled(self, limit: int = PEOPLE) -> People:
        """At most `limit` of them, evenly spaced in the order of their values."""
        order = np.lexsort([self.secret, *self.known])
        return self.picked(order[:: max(1, -(-len(order) // limit))])

    def halves(self) -> tuple[People, People]:
        """Every other person, in the order of their values."""
        order = np.lexsort([self.secret, *self.known])
        return self.picked(order[::2]), self.picked(order[1::2])


@dataclass(frozen=True)
class Released:
    """Classes of rows that read alike: label numbers [column][class], sizes, rows of each secret [class, value]."""

    labels: list[Ints]
    sizes: Ints
    secrets: Ints
    covers: list[Flags]
    """For each column, which values each label covers: [label, value]."""

    def matches(self, people: People) -> Flags:
        """Which classes agree with each person's known values: [person, class]."""
        agree = np.ones((len(people), len(self.sizes)), bool)
        for labels, covers, values in zip(self.labels, self.covers, people.known, strict=True):
            agree &= covers.T[values][:, labels]
        return agree


def as_release(people: People, widths: Sequence[int], secrets: int) -> Released:
    """These people released as they are: every value its own label."""
    stacked = np.stack(people.known)
    tuples, own = np.unique(stacked, axis=1, return_inverse=True)
    own = own.ravel()
    table = np.zeros((tuples.shape[1], secrets), np.int64)
    np.add.at(table, (own, people.secret), 1)
    return Released(
        [np.asarray(row) for row in tuples],
        np.bincount(own, minlength=tuples.shape[1]),
        table,
        [np.eye(width, dtype=bool) for width in widths],
    )


@dataclass(frozen=True)
class Held:
    """Everything the attackers work with, in one coding of values."""

    release: Released
    members: People
    others: People
    widths: list[int]
    secret_values: int
    columns: tuple[str, ...]
    class_of_line: Ints
    """The released class on each line of the release."""
    unread: float
    """The largest share, over the columns, of rows whose label nobody could read."""


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None


def meaning(
    labels: Sequence[str], values: Sequence[str], hierarchy: Hierarchy | None, seen: dict[str, set[str]] | None
) -> Flags:
    """Which values each label covers: by hierarchy, by itself, as a range or a set, or as seen beside the original.

    A label that nobody can read covers everything: the attacker learns nothing from it.
    """
    place = {value: at for at, value in enumerate(values)}
    numbers = [_number(value) for value in values]
    covers = np.zeros((len(labels), len(values)), bool)
    for row, label in enumerate(labels):
        if hierarchy is not None and label in hierarchy.covers:
            first, last = hierarchy.covers[label]
            inside = [place[leaf] for leaf in hierarchy.leaves[first : last + 1] if leaf in place]
            covers[row, inside] = True
        elif label in place:
            covers[row, place[label]] = True
        elif match := RANGE.match(label):
            low, high = float(match[1]), float(match[2])
            covers[row] = [number is not None and low <= number <= high for number in numbers]
        elif label != "*" and seen is not None and label in seen:
            covers[row, [place[value] for value in seen[label]]] = True
        else:
            covers[row] = True
    return covers


def _is_unread(
    label: str, values: Container[str], hierarchy: Hierarchy | None, seen: dict[str, set[str]] | None
) -> bool:
    """Whether `meaning` had to let the label cover everything for want of a meaning (a root means everything)."""
    is_known = label == "*" or label in values or RANGE.match(label) is not None
    return not is_known and (hierarchy is None or label not in hierarchy.covers) and label not in (seen or {})


def _stand_side_by_side(release: Table, original: Table, sensitive: str | None) -> bool:
    """Whether line by line release and original are the same people, as far as the sensitive column shows."""
    if release.rows != original.rows:
        return False
    if sensitive is None:
        return True
    ours, theirs = (np.array(t.texts(sensitive))[t.codes([sensitive])[0]] for t in (release, original))
    return bool((ours == theirs).mean() >= SAME_LINES)


def _codes(table: Table, column: str, index: dict[str, int]) -> Ints:
    own = np.array([index[text] for text in table.texts(column)], np.int64)
    return np.asarray(own[table.codes([column])[0]])


def hold(
    release: Table,
    original: Table,
    control: Table,
    quasi: Sequence[str],
    sensitive: str | None,
    hierarchies: dict[str, Hierarchy],
) -> Held:
    """Bring release, original and control into one coding.

    Raises NotAligned where a column is missing from one of them.
    """
    wanted = [*quasi, *([sensitive] if sensitive else [])]
    for table in (release, original, control):
        for column in wanted:
            if column not in table.header:
                raise NotAligned(column=column, file=table.path.name)
    known_members, known_others, labels, covers, widths = [], [], [], [], []
    unread, is_aligned = 0.0, _stand_side_by_side(release, original, sensitive)
    for column in quasi:
        values = sorted({*original.texts(column), *control.texts(column)})
        texts = release.texts(column)
        hierarchy = hierarchies.get(column)
        is_plain = hierarchy is None and set(texts) <= set(values)
        if is_plain:
            values = sorted({*values, *texts})
        index = {value: at for at, value in enumerate(values)}
        seen = None if is_plain or not is_aligned else _seen(release, original, column)
        known_members.append(_codes(original, column, index))
        known_others.append(_codes(control, column, index))
        labels.append(np.asarray(release.codes([column])[0], np.int64))
        covers.append(meaning(texts, values, hierarchy, seen))
        dark = np.array([_is_unread(text, index.keys(), hierarchy, seen) for text in texts])
        if len(texts) > 1:  # one label for everybody tells nothing, whatever it is called
            unread = max(unread, float(dark[release.codes([column])[0]].mean()))
        widths.append(len(values))
    if sensitive:
        secrets = sorted({*original.texts(sensitive), *control.texts(sensitive), *release.texts(sensitive)})
        index = {value: at for at, value in enumerate(secrets)}
        of_release, of_members, of_others = (_codes(t, sensitive, index) for t in (release, original, control))
    else:
        secrets = ["-"]
        of_release, of_members, of_others = (np.zeros(t.rows, np.int64) for t in (release, original, control))
    stacked = np.stack(labels)
    tuples, own = np.unique(stacked, axis=1, return_inverse=True)
    own = own.ravel()
    held = np.zeros((tuples.shape[1], len(secrets)), np.int64)
    np.add.at(held, (own, of_release), 1)
    return Held(
        Released([np.asarray(row) for row in tuples], held.sum(1), held, covers),
        People(known_members, of_members),
        People(known_others, of_others),
        widths,
        len(secrets),
        tuple(quasi),
        np.asarray(own, np.int64),
        unread,
    )


def _seen(release: Table, original: Table, column: str) -> dict[str, set[str]]:
    """Label -> values it stands for, read from the lines where release and original stand side by side."""
    labels, values = release.codes([column])[0], original.codes([column])[0]
    pairs = np.unique(np.asarray(labels, np.int64) * len(original.texts(column)) + values)
    found: dict[str, set[str]] = {}
    for pair in pairs.tolist():
        label, value = divmod(pair, len(original.texts(column)))
        found.setdefault(release.texts(column)[label], set()).add(original.texts(column)[value])
    return found


def stem_report(release: Path) -> Path:
    """Where the report of a release usually lies: beside it, with the ending .json."""
    return release.with_suffix(".json")
