"""Blood pressure against the guideline's lines (JSH 2025), by rows that were verified or signed off only.

The rule "where the two numbers fall into different classes the higher one counts" is unverified, so
each number is judged alone: no combined class is ever formed, not even after a sign-off.
"""

from __future__ import annotations

import csv
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from models.base import Answer, BadInputError, Inputs, Model, Reader, Reason, Refused, Value, load_card

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
Context = Literal["office", "home"]
CLASSES = ("normal", "high_normal", "elevated", "grade1", "grade2", "grade3")
ADULT_FROM = 18


@dataclass(frozen=True)
class Row:
    """One printed line of the guideline; limits in mmHg, lower inclusive, upper exclusive."""

    context: str
    id: str
    label: str
    join: str
    sbp: tuple[float | None, float | None]
    dbp: tuple[float | None, float | None]
    status: str
    source: str

    @property
    def signoff(self) -> str:
        """Return the id a clinician signs in docs/clinical-signoff.csv."""
        return f"bp/{self.id}"

    def may_be_shown(self, signed: AbstractSet[str]) -> bool:
        """Return whether the row is verified, or partly verified and signed off."""
        return self.status == "verified" or (self.status == "partly verified" and self.signoff in signed)

    def holds(self, number: Literal["sbp", "dbp"], value: float) -> bool:
        """Return whether one number alone lies within this row's range for it."""
        low, high = self.sbp if number == "sbp" else self.dbp
        return (low is None or value >= low) and (high is None or value < high)


def _limits(row: dict[str, str], name: str) -> tuple[float | None, float | None]:
    low, high = row[f"{name}_from"], row[f"{name}_below"]
    return (float(low) if low else None, float(high) if high else None)


def _rows() -> tuple[Row, ...]:
    with (FOLDER / "rows.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Row(
                context=row["context"],
                id=row["id"],
                label=row["label"],
                join=row["join"],
                sbp=_limits(row, "sbp"),
                dbp=_limits(row, "dbp"),
                status=row["status"],
                source=row["source"],
            )
            for row in csv.DictReader(lines)
        )


ROWS = _rows()


@dataclass(frozen=True)
class Judged:
    """What may be said about one pair of numbers.

    `statement` is one of prompt_visit, at_or_above_140_90, above_target, below_target, normal; a class
    name per number alone stands in `sbp_class` and `dbp_class` where an allowed row gives one.
    """

    statement: str
    sbp_class: str | None
    dbp_class: str | None
    rows: tuple[str, ...]
    awaiting: tuple[str, ...]


def _row(context: Context, label: str) -> Row | None:
    return next((row for row in ROWS if row.context == context and row.label == label), None)


def _alone(context: Context, number: Literal["sbp", "dbp"], value: float, signed: AbstractSet[str]) -> Row | None:
    """The allowed class row that one number alone falls into; "and" rows speak of both numbers, so none."""
    for row in ROWS:
        if row.context == context and row.label in CLASSES and row.join == "or" and row.holds(number, value):
            return row if row.may_be_shown(signed) else None
    return None


def judge(context: Context, sbp: float, dbp: float, *, signed: AbstractSet[str] = frozenset()) -> Judged:
    """Judge an office or home pair (mmHg); `signed` holds the row ids that a clinician signed."""
    used: list[Row] = []
    alone = {"sbp": _alone(context, "sbp", sbp, signed), "dbp": _alone(context, "dbp", dbp, signed)}
    used.extend(row for row in alone.values() if row is not None)
    # The check-up programme's line is printed for a single check-up; a home value at or above it is said
    # to be so, without a class name.
    referral = _row("office", "referral")
    grade1 = _row(context, "grade1")
    target, normal = _row(context, "target"), _row(context, "normal")
    assert referral is not None
    assert target is not None
    assert normal is not None
    if referral.holds("sbp", sbp) or referral.holds("dbp", dbp):
        statement, line = "prompt_visit", referral
    elif grade1 is not None and grade1.may_be_shown(signed) and _at_or_above(grade1, sbp, dbp):
        statement, line = f"at_or_above_{'140_90' if context == 'office' else '135_85'}", grade1
    elif normal.holds("sbp", sbp) and normal.holds("dbp", dbp):
        statement, line = "normal", normal
    elif target.holds("sbp", sbp) and target.holds("dbp", dbp):
        statement, line = "below_target", target
    else:
        statement, line = "above_target", target
    used.append(line)
    awaiting = {
        row.signoff
        for row in ROWS
        if row.context == context and row.label in CLASSES and not row.may_be_shown(signed)
        if (row.holds("sbp", sbp) and row.holds("dbp", dbp))
        or (row.join == "or" and (row.holds("sbp", sbp) or row.holds("dbp", dbp)))
    }
    sbp_row, dbp_row = alone["sbp"], alone["dbp"]
    return Judged(
        statement=statement,
        sbp_class=sbp_row.label if sbp_row else None,
        dbp_class=dbp_row.label if dbp_row else None,
        rows=tuple(dict.fromkeys(row.id for row in used)),
        awaiting=tuple(sorted(awaiting)),
    )


def _at_or_above(row: Row, sbp: float, dbp: float) -> bool:
    low_s, low_d = row.sbp[0], row.dbp[0]
    assert low_s is not None
    assert low_d is not None
    return sbp >= low_s or dbp >= low_d


def score(inputs: Inputs) -> Answer:
    """Return what may be said about `sbp` and `dbp` (mmHg) of one `context` (office or home); adults only."""
    read = Reader(inputs)
    if read.exclusion("pregnant"):
        return Refused(CARD.tool, (Reason("risk.excluded_pregnant"),), {"route": "hdp"})
    age = read.number("age", low=0, high=130)
    if age < ADULT_FROM:
        return Refused(CARD.tool, (Reason("risk.age_below", {"low": ADULT_FROM}),))
    context = inputs.get("context")
    if context in (None, "unknown"):
        read.missing("context")
    elif context not in ("office", "home"):
        raise BadInputError("context", "neither office nor home")
    sbp, dbp = read.number("sbp", low=50, high=300), read.number("dbp", low=20, high=200)
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    if dbp > sbp:
        return Refused(CARD.tool, (Reason("risk.bp_reversed"),))
    judged = judge("home" if context == "home" else "office", sbp, dbp)
    return Value(
        CARD.tool,
        {
            "statement": judged.statement,
            "sbp_class": judged.sbp_class,
            "dbp_class": judged.dbp_class,
            "rows": list(judged.rows),
        },
        assumed=tuple(f"not {name}" for name in read.assumed),
        awaiting_signoff=judged.awaiting,
    )


MODEL = Model(CARD, score)
