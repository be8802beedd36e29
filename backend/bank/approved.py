"""Rows of an approved use: people who agree now, cut to the verdict and to their switches, each read written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlmodel import Session

from backend import base, consent, governance, people, record
from backend.bank.model import age_band
from backend.bank.service import pseudonym_of
from backend.consent import DERIVED, PERSON_COLUMNS, Category, Identifiability, Permit, Verdict, Words
from backend.governance import ColumnName, Row, Value

PERIOD = timedelta(days=400)
"""How far back rows reach unless less is asked for."""


def approved_rows(
    session: Session,
    *,
    actor: people.Actor,
    verdict: Verdict,
    columns: Sequence[str],
    newest_only: bool,
    since: date | None = None,
    clock: base.Clock = base.CLOCK,
) -> list[Row]:
    """Return what everybody in the cohort who agrees at this moment lets this use read, by pseudonym.

    Needs a write unit: each person's permit is taken and the read noted in it, so that a withdrawal that
    was acknowledged before is not in the answer. `columns` must lie inside the verdict.
    """
    governance.require_read(session, use=verdict.use, columns=columns, recipient=verdict.recipient, clock=clock)
    recipient = consent.recipient_of(session, recipient=verdict.recipient)
    wanted = {each.name: each.category for each in verdict.columns if each.name in set(columns)}
    found = []
    for shared in consent.people_sharing(session, recipient=recipient, purpose=verdict.purpose, clock=clock):
        open_names = {name: category for name, category in wanted.items() if category in shared.categories}
        if not open_names:
            continue
        facts = people.person(session, person=shared.person)
        age = people.age(facts.birth, on=clock.now().astimezone(base.TOKYO).date())
        permit = consent.permit(
            session,
            actor=actor,
            person=shared.person,
            purpose=verdict.purpose,
            categories=frozenset(open_names.values()) | _cohort_categories(verdict, shared.categories),
            recipient=verdict.recipient,
            clock=clock,
        )
        area = _area(session, permit, verdict, open_names, clock)
        if not verdict.cohort.holds(age_years=age, sex=facts.sex, municipality=area):
            continue
        about = _about(session, permit, facts, age, area, open_names, clock)
        # Derived values are no metrics: they come from whoever computes them, and so far nobody offers one.
        metrics = [name for name in open_names if name not in PERSON_COLUMNS and not name.startswith(DERIVED)]
        values = _values(session, permit, metrics, newest_only, since, clock)
        pseudonym = pseudonym_of(
            session,
            person=shared.person,
            recipient=verdict.recipient,
            purpose=verdict.purpose,
            lane=verdict.identifiability,
            clock=clock,
        )
        found.append(Row(pseudonym=pseudonym, about=about, values=values))
    return sorted(found, key=lambda row: row.pseudonym)


def _cohort_categories(verdict: Verdict, shared: Sequence[Category]) -> frozenset[Category]:
    # Where somebody lives is asked of the record only for a cohort of municipalities, and only if shared.
    is_needed = bool(verdict.cohort.municipalities) and Category.DEMO in shared
    return frozenset({Category.DEMO}) if is_needed else frozenset()


def _area(
    session: Session, permit: Permit, verdict: Verdict, names: dict[str, Category], clock: base.Clock
) -> str | None:
    if not (verdict.cohort.municipalities or "area" in names) or not permit.allows(Category.DEMO, clock.now()):
        return None
    fact = record.profile(session, permit=permit, clock=clock).facts.get("area")
    return fact.value if fact is not None and isinstance(fact.value, str) else None


def _about(
    session: Session,
    permit: Permit,
    facts: people.PersonFacts,
    age: int,
    area: str | None,
    names: dict[str, Category],
    clock: base.Clock,
) -> dict[str, str]:
    start, end = age_band(age)
    known = {"age_band": f"{start}-{end}", "sex": str(facts.sex), "area": area}
    if permit.identifiability is Identifiability.NAMED:
        known |= {"name": facts.name, "kana": facts.kana}
    about = {name: value for name in sorted(names) if (value := known.get(name)) is not None}
    if about:
        what: dict[Category, int] = {}
        for name in about:
            what[names[name]] = what.get(names[name], 0) + 1
        consent.note_read(session, permit=permit, what=what, clock=clock)
    return about


def _values(
    session: Session, permit: Permit, metrics: list[str], newest_only: bool, since: date | None, clock: base.Clock
) -> tuple[Value, ...]:
    today = clock.now().astimezone(base.TOKYO).date()
    first = max(since or date.min, today - PERIOD)
    points = [name for name in metrics if record.catalogue.metric(name).kind == "point"]
    found: list[Value] = []
    if points:
        readings = (
            list(record.latest(session, permit=permit, metrics=points, clock=clock).values())
            if newest_only
            else record.read(session, permit=permit, metrics=points, clock=clock)
        )
        found += [
            Value(column=each.metric, day=day, value=each.value, unit=each.unit)
            for each in readings
            if (day := each.start.astimezone(base.TOKYO).date()) >= first
        ]
    for name in metrics:
        known = record.catalogue.metric(name)
        if known.kind != "series":
            continue
        days = record.daily(session, permit=permit, metric=name, since=first, until=today, clock=clock)
        chosen = days[-1:] if newest_only else days
        found += [Value(column=name, day=each.day, value=each.value, unit=known.unit) for each in chosen]
    return tuple(found)


def _decimals(name: str) -> int | None:
    known = record.catalogue.all_metrics().get(name)
    return known.decimals if known is not None and known.value == "number" else None


governance.use_source(approved_rows, decimals=_decimals)
# Free text may hold a name, so no use can ask for it.
governance.offer_columns(
    ColumnName(
        name=name,
        category=Category(metric.category),
        names=Words(ja=metric.ja, ja_easy=metric.ja_easy, en=metric.en),
    )
    for name, metric in record.catalogue.all_metrics().items()
    if metric.value != "text"
)
