"""What the bank does about news of consent, people and governance; each inside the unit that tells it."""

from __future__ import annotations

from sqlmodel import Session

from backend import base, consent, governance, people
from backend.bank import deliveries, erasures, offers


def _changed(session: Session, changed: consent.ConsentChanged) -> None:
    erasures.ask_to_erase(session, changed)
    offers.note_withdrawal(session, changed)


def _ended(session: Session, ended: governance.UseEnded) -> None:
    deliveries.drop_packages(session, recipient=ended.recipient)
    consent.end_grants_of(session, recipient=ended.recipient)


def _suspended(session: Session, suspended: governance.UseSuspended) -> None:
    deliveries.drop_packages(session, recipient=suspended.recipient)


def listen() -> None:
    """Subscribe to everything the bank answers; twice is once."""
    base.subscribe(consent.ConsentChanged, _changed)
    base.subscribe(people.PersonErased, erasures.forget_subject)
    base.subscribe(people.SignedUp, offers.welcome)
    base.subscribe(governance.VerdictReached, offers.ask_again)
    base.subscribe(governance.UseEnded, _ended)
    base.subscribe(governance.UseSuspended, _suspended)
