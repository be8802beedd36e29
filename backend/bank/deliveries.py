"""Batches: one package a person, each made in a unit of its own that asks consent and verdict once more."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select, update
from sqlmodel import Session, col

from backend import base, consent, governance, people
from backend.bank import service
from backend.bank.model import Provision
from backend.bank.tables import DeliveryRow, ProvisionRow
from backend.base import ledger
from backend.base.ledger_verify import Problem
from backend.consent import Category, Identifiability, Purpose

JOB = "bank.deliver"


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One batch: asked for, finished, and how many packages there are to fetch now."""

    recipient: str
    purpose: Purpose
    version: str
    asked_at: datetime
    finished_at: datetime | None
    packages: int


class Provided(msgspec.Struct, frozen=True, kw_only=True):
    """That something of a person was made ready for a recipient, and whether it was fetched."""

    recipient: str
    purpose: Purpose
    version: str
    at: datetime
    lane: Identifiability
    categories: tuple[Category, ...]
    n_values: int
    fetched_at: datetime | None


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """What one person gives in one batch, what the recipient owes for it, and the lane's seal over all of it."""

    provision: Provision
    obligations: dict[str, Any]
    seal: str


def start_delivery(
    session: Session,
    *,
    actor: people.Actor,
    recipient: str,
    purpose: Purpose | None,
    version: str,
    clock: base.Clock = base.CLOCK,
) -> Delivery:
    """Start a batch for a recipient the actor acts for; the same version again is the same batch."""
    found, asked = service.recipient_for(session, actor, recipient, purpose)
    row = session.get(DeliveryRow, (recipient, asked, version))
    if row is None:
        row = DeliveryRow(
            recipient=recipient, purpose=asked, version=version, account=actor.account, asked_at=clock.now()
        )
        session.add(row)
        session.flush()
        payload = {
            "recipient": found.id,
            "purpose": str(asked),
            "version": version,
            "account": actor.account,
            "site": actor.site,
        }
        base.enqueue(session, JOB, payload=payload, effect_key=f"{JOB}:{recipient}:{asked}:{version}")
    return _delivery(session, row)


def _delivery(session: Session, row: DeliveryRow) -> Delivery:
    query = select(col(ProvisionRow.person)).where(
        col(ProvisionRow.recipient) == row.recipient,
        col(ProvisionRow.purpose) == row.purpose,
        col(ProvisionRow.version) == row.version,
        col(ProvisionRow.package).is_not(None),
    )
    return Delivery(
        recipient=row.recipient,
        purpose=Purpose(row.purpose),
        version=row.version,
        asked_at=row.asked_at,
        finished_at=row.finished_at,
        packages=len(session.execute(query).all()),
    )


def batches(session: Session, *, actor: people.Actor, recipient: str) -> list[Delivery]:
    """Return the batches of a recipient the actor acts for, newest first."""
    service.recipient_for(session, actor, recipient, None)
    rows = session.execute(select(DeliveryRow).where(col(DeliveryRow.recipient) == recipient)).scalars().all()
    return sorted((_delivery(session, row) for row in rows), key=lambda each: each.asked_at, reverse=True)


@base.job_handler(JOB)
def run_delivery(job: base.Job) -> None:
    """Make the packages of a batch, one person and one unit after the other; run again it goes on where it stopped."""
    body = job.payload
    recipient, purpose = str(body["recipient"]), Purpose(str(body["purpose"]))
    version, account = str(body["version"]), str(body["account"])
    with base.read_session() as session:
        roles = people.account(session, account=account).roles
        found = consent.recipient_of(session, recipient=recipient)
        sharing = [each.person for each in consent.people_sharing(session, recipient=found, purpose=purpose)]
    actor = people.Actor(account=account, person=None, roles=roles, site=str(body["site"]), session="job")
    for person in sharing:
        job.heartbeat()
        deliver_one(actor=actor, recipient=recipient, purpose=purpose, person=person, version=version)
    with base.write_unit() as session:
        done = session.get(DeliveryRow, (recipient, purpose, version))
        if done is not None:
            done.finished_at = base.CLOCK.now()
            session.add(done)


def deliver_one(
    *,
    actor: people.Actor,
    recipient: str,
    purpose: Purpose,
    person: str,
    version: str,
    clock: base.Clock = base.CLOCK,
) -> bool:
    """Make one person's package in a unit of its own; False where it was made before or may not be made now."""
    try:
        with base.write_unit() as session:
            if session.get(ProvisionRow, (person, recipient, purpose, version)) is not None:
                return False
            _make(session, actor, recipient, purpose, person, version, clock)
    except (consent.NotPermitted, governance.BeyondVerdict):
        return False
    return True


def _make(
    session: Session,
    actor: people.Actor,
    recipient: str,
    purpose: Purpose,
    person: str,
    version: str,
    clock: base.Clock,
) -> None:
    found = consent.recipient_of(session, recipient=recipient)
    terms = found.under(purpose)
    if terms is None:
        raise consent.NotPermitted
    # One moment for the package and for the reads it is made of: by it they are known to belong together.
    clock = base.FixedClock(clock.now())
    pseudonym = service.pseudonym_of(
        session, person=person, recipient=recipient, purpose=purpose, lane=terms.identifiability, clock=clock
    )
    given = service.gather(
        session, actor=actor, person=person, recipient=found, purpose=purpose, pseudonym=pseudonym, clock=clock
    )
    plain = msgspec.json.encode(given)
    place = f"{recipient}/{purpose}/{version}"
    body = {
        "recipient": recipient,
        "purpose": purpose,
        "version": version,
        "categories": sorted(given.categories),
        "values": len(given.values),
        "package": base.keyed_hash(person, plain).hex(),
    }
    leaf = ledger.append(session, kind="bank.provision", person=person, body=body, clock=clock)
    session.add(
        ProvisionRow(
            person=person,
            recipient=recipient,
            purpose=purpose,
            version=version,
            at=clock.now(),
            pseudonym=pseudonym,
            lane=given.identifiability,
            categories=sorted(given.categories),
            n_values=len(given.values),
            package=base.seal(person, table="bank_provision", column="package", row=place, version=1, plain=plain),
            leaf=leaf,
        )
    )
    session.flush()


def fetch(
    session: Session,
    *,
    actor: people.Actor,
    recipient: str,
    purpose: Purpose | None,
    version: str,
    clock: base.Clock = base.CLOCK,
) -> list[Package]:
    """Return the packages of a batch whose persons allow all of it at this very moment; the others are left out.

    Needs a write unit. Lists and lengths hold only what may be read now.
    """
    found, asked = service.recipient_for(session, actor, recipient, purpose)
    rows = session.execute(
        select(ProvisionRow)
        .where(
            col(ProvisionRow.recipient) == found.id,
            col(ProvisionRow.purpose) == asked,
            col(ProvisionRow.version) == version,
            col(ProvisionRow.package).is_not(None),
        )
        .order_by(col(ProvisionRow.pseudonym))
    ).scalars()
    packages = []
    for row in rows.all():
        shared = consent.shared_with(session, person=row.person, recipient=found, purpose=asked, clock=clock)
        if row.package is None or shared is None or not set(row.categories) <= set(shared.categories):
            continue
        place = f"{row.recipient}/{row.purpose}/{row.version}"
        plain = base.unseal(
            row.person, table="bank_provision", column="package", row=place, version=1, sealed=row.package
        )
        row.fetched_at = clock.now()
        session.add(row)
        terms = found.under(asked)
        obligations = {
            "purpose": str(asked),
            "no_onward_supply": True,
            "no_reidentification": True,
            "until": terms.ends_at.isoformat() if terms and terms.ends_at else None,
            "erase_after_days": terms.erase_after_days if terms else 0,
        }
        packages.append(
            Package(
                provision=msgspec.json.decode(plain, type=Provision),
                obligations=obligations,
                seal=_lane_seal(row.lane, plain),
            )
        )
    session.flush()
    return packages


def _lane_seal(lane: str, plain: bytes) -> str:
    """A keyed hash with the key of the lane: a package of one lane can never pass as one of the other."""
    return hmac.digest(base.runtime().keys.pepper(f"bank.package.{lane}"), plain, "sha256").hex()


def provided(session: Session, *, person: str) -> list[Provided]:
    """Return everything that was made ready of a person, newest first."""
    rows = session.execute(select(ProvisionRow).where(col(ProvisionRow.person) == person)).scalars()
    found = [
        Provided(
            recipient=row.recipient,
            purpose=Purpose(row.purpose),
            version=row.version,
            at=row.at,
            lane=Identifiability(row.lane),
            categories=tuple(Category(each) for each in row.categories),
            n_values=row.n_values,
            fetched_at=row.fetched_at,
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)


def drop_packages(session: Session, *, recipient: str) -> None:
    """Throw away what a recipient has not fetched yet: its use is over or frozen."""
    session.execute(update(ProvisionRow).where(col(ProvisionRow.recipient) == recipient).values(package=None))


def differences(session: Session) -> list[Problem]:
    """Return every provision that does not say what its ledger entry says, and every entry without its row."""
    said = {each.leaf: each for each in ledger.all_entries(session, prefix="bank.provision")}
    problems = []
    for row in session.execute(select(ProvisionRow.__table__)):  # type: ignore[attr-defined]
        entry = said.pop(row.leaf, None)
        place = f"{row.recipient}/{row.purpose}/{row.version}"
        held = (row.person, row.recipient, row.purpose, row.version, row.categories, row.n_values)
        body = entry.body if entry else {}
        names = ("recipient", "purpose", "version", "categories", "values")
        if entry is None or held != (entry.person, *(body.get(name) for name in names)):
            problems.append(Problem(table="bank_provision", row=place, what="differs from the ledger"))
    return problems + [Problem(table="bank_provision", row=str(each.leaf), what="missing") for each in said.values()]
