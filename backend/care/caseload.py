"""What a counsellor sees: the people who share with her or wrote to her, and of each only what is shared."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from sqlmodel import Session

from backend import base, consent, people, record
from backend.care.model import (
    COURSE,
    Brief,
    MetricValues,
    PersonLine,
    PersonPage,
    SharedCategory,
    Value,
    Why,
    rank,
)
from backend.care.service import inbox
from backend.care.team import my_recipients
from backend.consent import Category, Permit, Purpose
from backend.record import StoredReading

_COURSE_POINTS = 60


def people_list(session: Session, *, actor: people.Actor, clock: base.Clock = base.CLOCK) -> list[PersonLine]:
    """Return who shares with the counsellor or wrote to her, with the reason of each place in the list."""
    shares = _shares(session, actor, clock)
    threads: dict[str, list[Brief]] = defaultdict(list)
    for brief in inbox(session, actor=actor):
        threads[brief.person].append(brief)
    today = clock.now().astimezone(base.TOKYO).date()
    lines = [
        _line(session, person, shares.get(person, {}), threads.get(person, []), today)
        for person in sorted({*shares, *threads})
    ]
    return sorted(lines, key=rank)


def _shares(session: Session, actor: people.Actor, clock: base.Clock) -> dict[str, dict[Category, datetime]]:
    found: dict[str, dict[Category, datetime]] = defaultdict(dict)
    for recipient in my_recipients(session, actor=actor):
        for shared in consent.people_sharing(session, recipient=recipient, purpose=Purpose.CARE, clock=clock):
            for category, since in shared.since_by_category.items():
                held = found[shared.person].get(category)
                found[shared.person][category] = since if held is None else min(held, since)
    return dict(found)


def _line(
    session: Session, person: str, shared: dict[Category, datetime], threads: list[Brief], today: date
) -> PersonLine:
    facts = people.person(session, person=person)
    unread = sum(each.unread for each in threads)
    waits = [each.waiting_since for each in threads if each.waiting_since is not None]
    shared_since = min(shared.values(), default=None)
    if waits:
        why, why_at = Why.WAITING, min(waits)
    elif unread:
        why, why_at = Why.UNREAD, max(each.last_at for each in threads)
    elif threads:
        why, why_at = Why.ANSWERED, max(each.last_at for each in threads)
    else:
        why, why_at = Why.SHARED, max(shared.values())
    return PersonLine(
        person=person,
        name=facts.name,
        kana=facts.kana,
        age=people.age(facts.birth, on=today),
        is_demo=facts.is_demo,
        why=why,
        why_at=why_at,
        shared=tuple(sorted(shared)),
        shared_since=shared_since,
        unread=unread,
        waiting_since=min(waits, default=None),
    )


def person_page(session: Session, *, actor: people.Actor, person: str, clock: base.Clock = base.CLOCK) -> PersonPage:
    """Return a person as far as she shares; needs a write unit, since the look is logged where she sees it.

    Somebody who wrote but shares nothing is shown without values. For anybody else NotPermitted is
    raised and the try is logged.
    """
    shared = _shares_of(session, actor, person, clock)
    threads = inbox(session, actor=actor, person=person)
    values: tuple[MetricValues, ...] = ()
    if shared or not threads:
        permit = consent.permit(session, actor=actor, person=person, purpose=Purpose.CARE, clock=clock)
        values = _values(session, permit, clock)
    facts = people.person(session, person=person)
    return PersonPage(
        person=person,
        name=facts.name,
        kana=facts.kana,
        sex=facts.sex,
        age=people.age(facts.birth, on=clock.now().astimezone(base.TOKYO).date()),
        is_demo=facts.is_demo,
        shared=tuple(SharedCategory(category=each, since=shared[each]) for each in sorted(shared)),
        values=values,
        consultations=tuple(threads),
    )


def _shares_of(session: Session, actor: people.Actor, person: str, clock: base.Clock) -> dict[Category, datetime]:
    found: dict[Category, datetime] = {}
    for recipient in my_recipients(session, actor=actor):
        shared = consent.shared_with(session, person=person, recipient=recipient, purpose=Purpose.CARE, clock=clock)
        for category, since in shared.since_by_category.items() if shared else ():
            found[category] = min(found.get(category, since), since)
    return found


def _values(session: Session, permit: Permit, clock: base.Clock) -> tuple[MetricValues, ...]:
    since = clock.now() - COURSE
    by_metric: dict[str, list[StoredReading]] = defaultdict(list)
    for reading in record.read(session, permit=permit, since=since, clock=clock):
        by_metric[reading.metric].append(reading)
    found = [
        MetricValues(
            metric=metric,
            category=Category(record.catalogue.metric(metric).category),
            latest=_value(readings[-1]),
            course=tuple(_value(each) for each in readings[-_COURSE_POINTS:]),
            is_daily=False,
        )
        for metric, readings in by_metric.items()
    ]
    today = clock.now().astimezone(base.TOKYO).date()
    for metric in record.series_metrics(session, permit=permit, clock=clock):
        days = record.daily(
            session,
            permit=permit,
            metric=metric,
            since=today - timedelta(days=_COURSE_POINTS),
            until=today,
            clock=clock,
        )
        course = tuple(_day(each) for each in days)
        if course:
            category = Category(record.catalogue.metric(metric).category)
            found.append(
                MetricValues(metric=metric, category=category, latest=course[-1], course=course, is_daily=True)
            )
    order = {name: place for place, name in enumerate(record.catalogue.all_metrics())}
    return tuple(sorted(found, key=lambda each: order[each.metric]))


def _value(reading: StoredReading) -> Value:
    return Value(
        at=reading.start,
        is_date_only=reading.is_date_only,
        value=reading.value,
        state=reading.state,
        flag=reading.flag,
        source=reading.source,
    )


def _day(day: record.DayValue) -> Value:
    at = datetime(day.day.year, day.day.month, day.day.day, tzinfo=base.TOKYO)
    return Value(
        at=at, is_date_only=True, value=day.value, state="measured", flag=None, source=", ".join(sorted(day.shares))
    )
