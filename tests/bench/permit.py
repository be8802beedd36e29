"""Permit checks on a read: `Permit.allows` and the verdict of an approved use, in one process. Prints one JSON line."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime, timedelta

from backend import governance
from backend.consent import (
    Category,
    Cohort,
    Identifiability,
    Permit,
    PublicText,
    Purpose,
    RecipientKind,
    Verdict,
    Words,
)
from backend.consent.model import _MINT
from backend.governance import Column

BAR = 50_000
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORDS = Words(ja="見本", ja_easy="みほん", en="Sample")
COLUMNS = (
    "sbp_mmhg",
    "dbp_mmhg",
    "hba1c_pct",
    "steps_count",
    "bmi",
    "weight_kg",
    "ldl_mgdl",
    "age_band",
    "sex",
    "area",
)


def verdict() -> Verdict:
    """A verdict of nine columns."""
    return Verdict(
        id="v",
        use="u",
        serial=1,
        application="a",
        site="suita",
        organisation="o",
        recipient="use-u",
        kind=RecipientKind.RESEARCH,
        purpose=Purpose.RESEARCH,
        columns=tuple(Column(name, Category.VITAL) for name in COLUMNS),
        cohort=Cohort(),
        identifiability=Identifiability.PSEUDONYMOUS,
        min_k=5,
        min_cell=10,
        is_onward_allowed=False,
        since=NOW - timedelta(days=1),
        until=NOW + timedelta(days=300),
        review_by=NOW + timedelta(days=300),
        conditions=(),
        texts=PublicText(title=WORDS, benefit=WORDS, reason=WORDS),
        policy="p",
    )


def permit() -> Permit:
    """A permit as the decision mints it."""
    return Permit(
        id="p",
        person="x",
        purpose=Purpose.RESEARCH,
        categories=frozenset({Category.VITAL, Category.LAB, Category.DEMO}),
        basis="grant",
        recipient="use-u",
        account="a",
        site="suita",
        grants=("g",),
        identifiability=Identifiability.PSEUDONYMOUS,
        since=NOW,
        until=NOW + timedelta(seconds=60),
        epoch=1,
        mint=_MINT,
    )


def main() -> None:
    """Check many times, half of them outside, and print checks a second."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    one, held = verdict(), permit()
    inside, outside = list(COLUMNS[:5]), [*COLUMNS[:5], "derived.dx.hisayama"]
    at, late = NOW + timedelta(seconds=1), NOW + timedelta(seconds=61)
    allowed = 0
    started = time.perf_counter()
    for number in range(rounds):
        is_in = number % 2 == 0
        allowed += held.allows(Category.VITAL, at if is_in else late) and governance.may_read(
            one,
            inside if is_in else outside,
            at,
            purpose=Purpose.RESEARCH,
            recipient="use-u",
            identifiability=Identifiability.PSEUDONYMOUS,
        )
        if not is_in and governance.may_read(one, outside, at):
            raise SystemExit("a column too many was allowed")
    seconds = time.perf_counter() - started
    if allowed != rounds // 2:
        raise SystemExit("the checks are not right")
    print(json.dumps({"checks": rounds, "checks_per_s": rounds / seconds, "bar": BAR}))


if __name__ == "__main__":
    main()
