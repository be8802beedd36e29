"""Whom an offer can concern: nobody is asked for something that is not about them."""

from __future__ import annotations

from sqlmodel import Session

from backend import base, people
from backend.consent.decide import UNPAUSED_KINDS
from backend.consent.model import Purpose, Recipient
from backend.consent.verdicts import held_by


def concerned(
    session: Session, *, person: str, recipients: list[Recipient], clock: base.Clock = base.CLOCK
) -> set[tuple[str, Purpose]]:
    """Return the recipients and purposes that can concern a person, by sex, age and the cohort of a verdict.

    The place of living is not compared: the record does not hold it as a fact of the person.
    """
    uses = held_by(session, recipients=[each.id for each in recipients])
    facts: people.PersonFacts | None = None
    found = set()
    for recipient in recipients:
        use = uses.get(recipient.id)
        for terms in recipient.terms:
            if recipient.kind in UNPAUSED_KINDS or (terms.concerns is None and use is None):
                found.add((recipient.id, terms.purpose))
                continue
            facts = facts or people.person(session, person=person)
            age = people.age(facts.birth, on=clock.now().astimezone(base.TOKYO).date())
            cohort = use.verdict.cohort if use is not None else None
            fits_cohort = cohort is None or (
                cohort.age_from <= age <= cohort.age_to and (not cohort.sexes or facts.sex in cohort.sexes)
            )
            if fits_cohort and (terms.concerns is None or terms.concerns.holds(age_years=age, sex=facts.sex)):
                found.add((recipient.id, terms.purpose))
    return found
