"""The record as FHIR resources that can be read and searched, newest first, every read noted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from backend import base, consent, people
from backend.consent import Category, Permit, Purpose
from backend.record import service
from backend.record.export import bundle, clinical, codes, observation, samples
from backend.record.export.observation import Resource
from backend.record.export.whole import Whole, gather, section_of
from backend.record.fhirapi import query
from backend.record.fhirapi.query import BadQuery
from backend.record.series import days as daily
from backend.record.series import store

Params = Sequence[tuple[str, str]]
_CONTROL = frozenset({"_count", "_cursor", "_format", "_pretty"})
_TOKENS = frozenset({"code", "category", "vaccine-code", "status"})
_DATES = frozenset({"date", "_lastUpdated", "onset-date", "effective"})
_WHOSE = frozenset({"patient", "subject"})
DEFAULT_COUNT, MOST = 50, 500


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a search."""

    total: int
    page: list[Resource]
    next: str | None


def _mint(session: base.Session, actor: people.Actor, clock: base.Clock) -> Permit:
    assert actor.person is not None
    return consent.permit(session, actor=actor, person=actor.person, purpose=Purpose.SELF, clock=clock)


def _resources(session: base.Session, permit: Permit, kind: str, clock: base.Clock) -> Iterator[Resource]:
    whole = gather(session, permit=permit, clock=clock)
    subject: Resource = {"reference": f"Patient/{permit.person}"}
    if kind == "Patient":
        yield bundle.patient(whole.person, id=permit.person)
        return
    if kind == "Observation":
        yield from _observations(session, whole, permit, subject, clock)
        return
    for reading in whole.readings:
        if clinical.KINDS.get(reading.metric) == kind:
            yield clinical.of_reading(reading, subject)
    for _, resource in clinical.of_facts(whole, subject):
        if resource["resourceType"] == kind:
            if day := resource.get("recordedDate") or resource.get("dateAsserted"):
                midnight = datetime.fromisoformat(day).replace(tzinfo=base.TOKYO)
                resource["meta"]["lastUpdated"] = observation.moment(midnight.astimezone(UTC))
            yield resource


def _observations(
    session: base.Session, whole: Whole, permit: Permit, subject: Resource, clock: base.Clock
) -> Iterator[Resource]:
    for one in whole.readings:
        if one.metric not in clinical.KINDS:
            yield observation.write(one, id=one.id, subject=subject, stored_at=one.stored_at)
    for metric in whole.series:
        held = store.open_days(session, person=permit.person, metric=metric)
        if held is None:
            continue
        for month in samples.of_months(metric, daily.as_values(held[1], None, None), subject):
            month["meta"]["lastUpdated"] = observation.moment(held[2].astimezone(UTC))
            yield month


def read(
    session: base.Session, *, actor: people.Actor, kind: str, id: str, clock: base.Clock = base.CLOCK
) -> Resource | None:
    """One resource of the actor's own record, or None."""
    permit = _mint(session, actor, clock)
    found = next((one for one in _resources(session, permit, kind, clock) if one["id"] == id), None)
    _note(session, permit, [] if found is None else [found], clock)
    return found


def search(
    session: base.Session, *, actor: people.Actor, kind: str, params: Params, clock: base.Clock = base.CLOCK
) -> Found:
    """A page of the resources that fit; raises BadQuery."""
    permit = _mint(session, actor, clock)
    tests = [_test(permit, name, value) for name, value in params if name not in _CONTROL]
    fitting = [one for one in _resources(session, permit, kind, clock) if all(test(one) for test in tests)]
    fitting.sort(key=_newest_first)
    asked = dict(params)
    count = query.number("_count", asked.get("_count"), default=DEFAULT_COUNT, most=MOST)
    first = query.number("_cursor", asked.get("_cursor"), default=0, most=1 << 30)
    page = fitting[first : first + count]
    _note(session, permit, page, clock)
    is_more = count > 0 and first + count < len(fitting)
    return Found(total=len(fitting), page=page, next=str(first + count) if is_more else None)


def _newest_first(resource: Resource) -> tuple[float, str]:
    at = query.time_of(resource)
    return (0.0 if at is None else -at.low.timestamp(), resource["id"])


class _test:  # noqa: N801  (used as a function)
    """One search parameter as a test of resources."""

    def __init__(self, permit: Permit, name: str, value: str) -> None:
        self._name, _, modifier = name.partition(":")
        if modifier:
            raise BadQuery(name)
        self._person = permit.person
        if self._name in _DATES:
            self._whens = [query.when(name, one) for one in value.split(",")]
        elif self._name not in _TOKENS | _WHOSE | {"_id"} or not value:
            raise BadQuery(name)
        self._value = value

    def __call__(self, resource: Resource) -> bool:
        match self._name:
            case "_id":
                return resource["id"] in self._value.split(",")
            case "patient" | "subject":
                return self._person in [one.rpartition("/")[2] for one in self._value.split(",")]
            case "_lastUpdated":
                at = query.span_of((resource.get("meta") or {}).get("lastUpdated"))
                return any(one.holds(at) for one in self._whens)
            case "date" | "onset-date" | "effective":
                at = query.time_of(resource)
                return any(one.holds(at) for one in self._whens)
            case "status":
                return resource.get("status") in self._value.split(",")
            case name:
                return query.has_token(query.concepts_of(resource, name), self._value)


def _note(session: base.Session, permit: Permit, found: Sequence[Resource], clock: base.Clock) -> None:
    """Write down what left, by kind of data and by metric."""
    metrics: Counter[str] = Counter()
    counted: Counter[Category] = Counter()
    for one in found:
        metric = _metric(one)
        if metric is None:
            counted[Category.ID if one["resourceType"] == "Patient" else _FACT_CATEGORIES[one["resourceType"]]] += 1
        else:
            metrics[metric] += 1
            counted[service.category_of(metric)] += 1
    consent.note_own_way(session, permit=permit, way="token", what=counted, metrics=metrics, clock=clock)


_FACT_CATEGORIES = {
    "Condition": Category.DX,
    "AllergyIntolerance": Category.DX,
    "MedicationStatement": Category.MED,
    "Immunization": Category.IMM,
    "Procedure": Category.DX,
}


def _metric(resource: Resource) -> str | None:
    if resource["resourceType"] != "Observation":
        return None
    return next(str(one["code"]) for one in resource["code"]["coding"] if one["system"] == codes.METRIC)


def note_summary(session: base.Session, *, permit: Permit, whole: Whole, clock: base.Clock = base.CLOCK) -> None:
    """Write down that a summary left."""
    metrics = Counter(one.metric for one in whole.readings if section_of(one.metric) != "about_me")
    counted: Counter[Category] = Counter({Category.ID: 1})
    for metric, number in metrics.items():
        counted[service.category_of(metric)] += number
    consent.note_own_way(session, permit=permit, way="token", what=counted, metrics=metrics, clock=clock)
