"""What a resident asks of the risk room: my cards, one card with its reasons, where I stand."""

from __future__ import annotations

from typing import Literal

from backend import base, consent, people, record
from backend.risk import cards, courses, positions
from backend.risk.inputs import METRICS, Gathered, gather
from backend.risk.model import CardShown, CourseList, Detail, PositionList, RiskOverview
from backend.risk.signoff import signed_rows


class NoOwnRecord(base.Refusal):
    """This account has no record of its own."""

    status, key = 404, "risk.no_own_record"


class NoSuchCard(base.Refusal):
    """There is no card of that name for this person."""

    status, key = 404, "risk.no_such_card"


def known_of(session: base.Session, *, permit: consent.Permit, clock: base.Clock = base.CLOCK) -> Gathered:
    """Read what the models may know of the person, as far as the permit goes."""
    readings = record.read(session, permit=permit, metrics=METRICS, clock=clock)
    return gather(
        people.person(session, person=permit.person),
        today=clock.now().astimezone(base.TOKYO).date(),
        profile=record.profile(session, permit=permit, clock=clock),
        readings=readings,
        signed=signed_rows(),
    )


def overview(session: base.Session, *, permit: consent.Permit, clock: base.Clock = base.CLOCK) -> RiskOverview:
    """Return every card and position of the person, refusals and missing ones included."""
    known = known_of(session, permit=permit, clock=clock)
    brief = [CardShown.model_validate(card.model_dump(include=_BRIEF)) for card in cards.build(known)]
    return RiskOverview(stage=stage_of(known), cards=brief, positions=positions.build(known))


ADULT_FROM, ELDER_FROM = 18, 75
"""The national tables and the health guidance end at 74."""


def stage_of(known: Gathered) -> Literal["child", "pregnant", "adult", "elder"]:
    """Return the stage of life that decides which cards stand first."""
    if known.pregnant() is True:
        return "pregnant"
    return "child" if known.age < ADULT_FROM else "elder" if known.age >= ELDER_FROM else "adult"


def detail(
    session: base.Session, *, permit: consent.Permit, model: str, asked: bool = False, clock: base.Clock = base.CLOCK
) -> Detail:
    """Return one card with everything behind it; raises NoSuchCard.

    `asked` says that the person wants the comparison outside Japan; without it there is no such card.
    """
    builder = cards.BUILDERS.get(model) or (cards.ASKED_FOR.get(model) if asked else None)
    found = builder(known_of(session, permit=permit, clock=clock)) if builder else None
    if found is None:
        raise NoSuchCard
    return found


def find_positions(
    session: base.Session, *, permit: consent.Permit, metric: str | None = None, clock: base.Clock = base.CLOCK
) -> PositionList:
    """Return the positions of the person; raises NoSuchCard for a metric without a distribution."""
    found = positions.build(known_of(session, permit=permit, clock=clock), metric=metric)
    if metric is not None and not found:
        raise NoSuchCard
    return PositionList(positions=found)


def find_courses(
    session: base.Session, *, permit: consent.Permit, metric: str | None = None, clock: base.Clock = base.CLOCK
) -> CourseList:
    """Return the person's percentiles along the national ages; raises NoSuchCard for a metric without them."""
    found = courses.build(known_of(session, permit=permit, clock=clock), metric=metric)
    if metric is not None and not found:
        raise NoSuchCard
    return CourseList(courses=found)


_BRIEF = set(CardShown.model_fields)
