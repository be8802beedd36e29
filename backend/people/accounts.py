"""Persons and accounts: making them, looking them up, their roles and settings."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func
from sqlmodel import col, select

from backend import base
from backend.people import model
from backend.people.model import AccountFacts, AccountSettings, PersonFacts, Role, Sex, Step, StepFacts
from backend.people.places import site as site_of
from backend.people.tables import Account, FunnelStep, Passkey, Person, RoleGrant

TABLE, COLUMN = "people_person", "identity"


class NoSuchPerson(base.Refusal):
    """There is no such person here."""

    status = 404
    key = "people.no_such_person"


class KanaOnly(base.Refusal):
    """The reading must be kana: files from check-ups carry the name in katakana."""

    status = 422
    key = "people.kana_only"


class BirthImplausible(base.Refusal):
    """A birthday in the future or longer ago than anybody lives."""

    status = 422
    key = "people.birth_implausible"


class NameNeeded(base.Refusal):
    """The name holds nothing but spaces."""

    status = 422
    key = "people.name_needed"


class _Identity(msgspec.Struct, frozen=True):
    name: str
    kana: str
    birth: date
    sex: Sex


def _seal(person: str, version: int, identity: _Identity) -> bytes:
    return base.seal(
        person, table=TABLE, column=COLUMN, row=person, version=version, plain=msgspec.json.encode(identity)
    )


def _checked(name: str, kana: str, birth: date, sex: Sex, today: date) -> _Identity:
    read = model.normal_kana(kana)
    if read is None:
        raise KanaOnly
    if not model.normal_name(name):
        raise NameNeeded
    if birth > today or model.age(birth, on=today) > model.OLDEST_YEARS:
        raise BirthImplausible
    return _Identity(model.normal_name(name), read, birth, sex)


def create_person(
    session: base.Session,
    *,
    site: str,
    name: str,
    kana: str,
    birth: date,
    sex: Sex,
    is_demo: bool = False,
    person: str | None = None,
    clock: base.Clock = base.CLOCK,
) -> PersonFacts:
    """A new person of a site, without an account; `person` fixes the id (demo data)."""
    site_of(site)
    now = clock.now()
    identity = _checked(name, kana, birth, sex, now.astimezone(base.TOKYO).date())
    row = Person(id=person or base.new_id(), site=site, identity=b"", is_demo=is_demo, created_at=now)
    row.identity = _seal(row.id, row.version, identity)
    session.add(row)
    session.flush()
    return _facts(row)


def correct_person(
    session: base.Session,
    *,
    person: str,
    name: str,
    kana: str,
    birth: date,
    sex: Sex,
    clock: base.Clock = base.CLOCK,
) -> PersonFacts:
    """The person with a corrected identity, sealed anew under the next version."""
    row = _row(session, person)
    identity = _checked(name, kana, birth, sex, clock.now().astimezone(base.TOKYO).date())
    row.version += 1
    row.identity = _seal(row.id, row.version, identity)
    session.add(row)
    session.flush()
    return _facts(row)


def _row(session: base.Session, person: str) -> Person:
    row = session.get(Person, person)
    if row is None:
        raise NoSuchPerson
    return row


def _facts(row: Any) -> PersonFacts:
    plain = base.unseal(row.id, table=TABLE, column=COLUMN, row=row.id, version=row.version, sealed=row.identity)
    who = msgspec.json.decode(plain, type=_Identity)
    return PersonFacts(
        id=row.id, name=who.name, kana=who.kana, birth=who.birth, sex=who.sex, site=row.site, is_demo=row.is_demo
    )


# Built once: building a statement costs more than running it, and home asks at every opening.
_PERSON = select(Person.id, Person.version, Person.identity, Person.site, Person.is_demo).where(  # type: ignore[call-overload]
    col(Person.id) == bindparam("person")
)


def person(session: base.Session | Connection, *, person: str) -> PersonFacts:
    """Who this is; NoSuchPerson where there is none, SealBroken where the person was erased."""
    row = session.execute(_PERSON, {"person": person}).one_or_none()
    if row is None:
        raise NoSuchPerson
    return _facts(row)


def persons(session: base.Session, *, site: str, is_demo: bool | None = None) -> list[PersonFacts]:
    """Everybody of a site, oldest registration first; for the command line and demo loading."""
    wanted = select(Person).where(Person.site == site).order_by(col(Person.id))
    if is_demo is not None:
        wanted = wanted.where(Person.is_demo == is_demo)
    return [_facts(row) for row in session.exec(wanted)]


def create_account(
    session: base.Session,
    *,
    site: str,
    roles: frozenset[Role],
    person: str | None = None,
    display_name: str = "",
    settings: AccountSettings | None = None,
    terms_version: str = "",
    privacy_version: str = "",
    handle: bytes | None = None,
    is_demo: bool = False,
    clock: base.Clock = base.CLOCK,
) -> AccountFacts:
    """A new account with its roles at one site; a resident's has a person, a worker's a display name."""
    site_of(site)
    now, wish = clock.now(), settings or AccountSettings()
    row = Account(
        id=base.new_id(),
        person=person,
        site=site,
        handle=handle or secrets.token_bytes(64),
        display_name=model.normal_name(display_name),
        locale=wish.locale,
        theme=wish.theme,
        large_type=wish.large_type,
        terms_version=terms_version,
        privacy_version=privacy_version,
        is_demo=is_demo,
        created_at=now,
    )
    session.add(row)
    session.flush()
    for role in sorted(roles):
        session.add(RoleGrant(account=row.id, site=site, role=role, created_at=now))
    session.flush()
    return _account_facts(session, row)


def _account_facts(session: base.Session, row: Account) -> AccountFacts:
    granted = session.exec(select(RoleGrant.role).where(RoleGrant.account == row.id, RoleGrant.site == row.site))
    return AccountFacts(
        id=row.id,
        person=row.person,
        site=row.site,
        roles=frozenset(Role(role) for role in granted),
        display_name=row.display_name,
        is_demo=row.is_demo,
    )


def account(session: base.Session, *, account: str) -> AccountFacts:
    """The account with this id; NotFound where there is none."""
    row = session.get(Account, account)
    if row is None:
        raise base.NotFound
    return _account_facts(session, row)


def account_of(session: base.Session, *, person: str) -> AccountFacts | None:
    """The account that acts for this person itself, if it has one."""
    row = session.exec(select(Account).where(Account.person == person)).first()
    return None if row is None else _account_facts(session, row)


def accounts_with_role(session: base.Session, *, site: str, role: Role) -> list[AccountFacts]:
    """Accounts of a site with a role, by work name: whom a resident can choose as counsellor."""
    found = session.exec(
        select(Account)
        .join(RoleGrant, col(RoleGrant.account) == col(Account.id))
        .where(RoleGrant.site == site, RoleGrant.role == role, Account.site == site)
        .order_by(col(Account.display_name), col(Account.id))
    )
    return [_account_facts(session, row) for row in found]


def accounts_at(session: base.Session, *, site: str) -> list[AccountFacts]:
    """Every account of a site, oldest first; for the command line."""
    found = session.exec(select(Account).where(Account.site == site).order_by(col(Account.id))).all()
    return [_account_facts(session, row) for row in found]


def settings(session: base.Session, *, account: str) -> AccountSettings:
    """How this account wants Meguri to look and speak."""
    row = session.get(Account, account)
    if row is None:
        raise base.NotFound
    return msgspec.convert(
        {"locale": row.locale, "theme": row.theme, "large_type": row.large_type}, type=AccountSettings
    )


def change_settings(session: base.Session, *, account: str, settings: AccountSettings) -> AccountSettings:
    """Keep these settings for the account, on every device it signs in on."""
    row = session.get(Account, account)
    if row is None:
        raise base.NotFound
    row.locale, row.theme, row.large_type = settings.locale, settings.theme, settings.large_type
    session.add(row)
    session.flush()
    return settings


def passkey_count(session: base.Session, *, account: str) -> int:
    """How many passkeys the account has."""
    return session.exec(select(func.count()).select_from(Passkey).where(Passkey.account == account)).one()


def mark_step(session: base.Session, *, person: str, step: Step, clock: base.Clock = base.CLOCK) -> None:
    """Note that a person reached a step of enrolment; the first time counts, later calls change nothing."""
    if step not in model.STEPS:
        raise ValueError(f"unknown step {step}")
    if session.get(FunnelStep, (person, step)) is None:
        session.add(FunnelStep(person=person, step=step, site=_row(session, person).site, at=clock.now()))
        session.flush()


def steps(session: base.Session, *, site: str) -> list[StepFacts]:
    """Steps reached by residents of a site, in time order, without names or ids."""
    rows = session.exec(
        select(FunnelStep.step, FunnelStep.at).where(FunnelStep.site == site).order_by(col(FunnelStep.at))
    )
    return [msgspec.convert({"step": step, "at": at}, type=StepFacts) for step, at in rows]


def today(clock: base.Clock = base.CLOCK) -> date:
    """Today in Tokyo."""
    now: datetime = clock.now()
    return now.astimezone(base.TOKYO).date()
