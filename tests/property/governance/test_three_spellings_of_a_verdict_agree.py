"""One verdict as a frozen value, as a Cedar policy and as a condition in SQL: ten thousand questions, one answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import cedarpy
from sqlalchemy import Column, MetaData, String, Table, create_engine, func, select

from backend import governance
from backend.consent import Category, Cohort, Identifiability, PublicText, Purpose, RecipientKind, Verdict, Words
from backend.governance import Column as Approved

NAMES = {
    "sbp_mmhg": Category.VITAL,
    "dbp_mmhg": Category.VITAL,
    "steps_count": Category.ACT,
    "hba1c_pct": Category.LAB,
    "age_band": Category.DEMO,
    "sex": Category.DEMO,
    "name": Category.ID,
    "derived.dx.hisayama": Category.DX,
    'odd"name\\': Category.LAB,
}
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUERIES = 10_000
VERDICTS = 250
WORDS = Words(ja="見本", ja_easy="みほん", en="Sample")


def verdict(random: Random, number: int) -> Verdict:
    names = random.sample(sorted(NAMES), random.randint(1, 6))
    since = NOW - timedelta(days=random.randint(0, 3))
    return Verdict(
        id=f"v{number}",
        use=f"u{number}",
        serial=1,
        application="a",
        site="suita",
        organisation="o",
        recipient=f"use-{random.randint(0, 3)}",
        kind=RecipientKind.RESEARCH,
        purpose=random.choice(list(Purpose)),
        columns=tuple(Approved(name, NAMES[name]) for name in sorted(names)),
        cohort=Cohort(),
        identifiability=random.choice(list(Identifiability)),
        min_k=5,
        min_cell=10,
        is_onward_allowed=False,
        since=since,
        until=NOW + timedelta(days=random.randint(0, 3), microseconds=random.randint(-1, 1)),
        review_by=NOW + timedelta(days=random.randint(0, 3), microseconds=random.randint(-1, 1)),
        conditions=(),
        texts=PublicText(title=WORDS, benefit=WORDS, reason=WORDS),
        policy="p",
    )


def test_value_cedar_and_sql_never_disagree() -> None:
    random = Random(5)
    cells = Table("cell", MetaData(), Column("name", String))
    engine = create_engine("sqlite://")
    cells.metadata.create_all(engine)
    disagreements, allowed = [], 0
    with engine.connect() as connection:
        connection.execute(cells.insert(), [{"name": name} for name in NAMES for _ in range(3)])
        for number in range(VERDICTS):
            one = verdict(random, number)
            policies = cedarpy.PolicySet.from_str(governance.cedar_of(one))
            for _ in range(QUERIES // VERDICTS):
                # Mostly near the verdict, so that every border is stepped over in both directions.
                near = [each.name for each in one.columns]
                wanted = random.sample(near, random.randint(0, len(near)))
                wanted += random.sample(sorted(NAMES), 1) if random.random() < 0.3 else []
                asked = sorted(set(wanted))
                edge = random.choice([one.since, one.until, one.review_by, NOW])
                at = edge + timedelta(microseconds=random.randint(-1, 1))
                by = {
                    "purpose": one.purpose if random.random() < 0.8 else random.choice(list(Purpose)),
                    "recipient": one.recipient if random.random() < 0.8 else f"use-{random.randint(0, 3)}",
                    "identifiability": (
                        one.identifiability if random.random() < 0.8 else random.choice(list(Identifiability))
                    ),
                }
                value = governance.may_read(one, asked, at, **by)
                cedar = governance.cedar_allows(policies, asked, at, **by)
                condition = governance.sql_of(one, cells.c.name, at, **by)
                query = select(func.count()).where(cells.c.name.in_(asked), condition)
                total = connection.execute(query).scalar_one()
                # Totals and pages come after the filter: a request inside gets all its rows, one outside may get
                # only rows that it could have asked for alone, and never a count of the others.
                sql = bool(asked) and total == 3 * len(asked)
                alone = sum(3 for name in asked if governance.may_read(one, [name], at, **by))
                pages = [
                    len(connection.execute(query.with_only_columns(cells.c.name).limit(2).offset(start)).all())
                    for start in range(0, 3 * len(asked) + 2, 2)
                ]
                if not (value == cedar == sql) or total != alone or sum(pages) != total:
                    disagreements.append((one.id, asked, at, by, value, cedar, sql, total, alone))
                allowed += value
    assert disagreements == []
    assert QUERIES // 10 < allowed < QUERIES * 9 // 10  # neither answer is rare
