"""Organisations that want to use data: they register, the site's staff approve, members act for them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec
from sqlalchemy import func, select
from sqlmodel import Session, col

from backend import base, people
from backend.base import ledger
from backend.consent import RecipientKind, Words
from backend.governance.forms import end_of
from backend.governance.refusals import OrganisationNotApproved, WrongState
from backend.governance.tables import OrganisationMemberRow, OrganisationRow

OrganisationState = Literal["pending", "approved", "refused"]
KINDS = (
    RecipientKind.RESEARCH,
    RecipientKind.MUNICIPALITY,
    RecipientKind.COMPANY,
    RecipientKind.SERVICE,
    RecipientKind.INSURER,
)
"""Kinds that register here; persons and counsellors do not."""
_PROVIDERS = frozenset({RecipientKind.SERVICE, RecipientKind.INSURER})
MOST_PENDING = 200
"""Registrations that wait at one site; more are refused until staff have looked at some."""
NOBODY = "-"
"""The ledger's person of an entry that is about no resident."""


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation as staff and its members see it; the public sees names and kind."""

    id: str
    site: str
    kind: RecipientKind
    names: Words
    contact: str
    security: str
    state: OrganisationState
    is_synthetic: bool
    certified_until: datetime | None
    created_at: datetime


def _value(row: OrganisationRow) -> Organisation:
    return msgspec.convert({name: getattr(row, name) for name in Organisation.__struct_fields__}, Organisation)


def register_organisation(
    session: Session,
    *,
    site: str,
    kind: RecipientKind,
    names: Words,
    contact: str,
    security: str,
    is_synthetic: bool = False,
    clock: base.Clock = base.CLOCK,
) -> Organisation:
    """Write down that an organisation wants to take part; it can do nothing until staff approve it."""
    people.site(site)
    if kind not in KINDS:
        raise base.Invalid
    waiting = session.execute(
        select(func.count()).where(col(OrganisationRow.site) == site, col(OrganisationRow.state) == "pending")
    ).scalar_one()
    if waiting >= MOST_PENDING:
        raise base.TooMany(seconds=86_400)
    row = OrganisationRow(
        id=base.new_id(),
        site=site,
        kind=kind,
        names=msgspec.to_builtins(names),
        contact=contact.strip(),
        security=security.strip(),
        state="pending",
        is_synthetic=is_synthetic,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return _value(row)


def approve_organisation(
    session: Session,
    *,
    actor: people.Actor,
    organisation: str,
    certified_until: date | None = None,
    clock: base.Clock = base.CLOCK,
) -> tuple[Organisation, str]:
    """Let an organisation take part and make its first account; returns that account's id too.

    `certified_until` is the last day of its security certificate (ISMS, P mark): after it nothing is given.
    """
    row = _pending(session, actor, organisation)
    row.state, row.decided_at, row.decided_by = "approved", clock.now(), actor.account
    row.certified_until = None if certified_until is None else end_of(certified_until)
    session.add(row)
    role = people.Role.PROVIDER if RecipientKind(row.kind) in _PROVIDERS else people.Role.DATA_USER
    account = people.create_account(
        session,
        site=row.site,
        roles=frozenset({role}),
        display_name=str(row.names["ja"]),
        is_demo=row.is_synthetic,
        clock=clock,
    )
    add_organisation_member(session, organisation=row.id, account=account.id)
    _note(session, "governance.organisation", row, "approved", clock)
    return _value(row), account.id


def refuse_organisation(
    session: Session, *, actor: people.Actor, organisation: str, clock: base.Clock = base.CLOCK
) -> Organisation:
    """Say no to an organisation."""
    row = _pending(session, actor, organisation)
    row.state, row.decided_at, row.decided_by = "refused", clock.now(), actor.account
    session.add(row)
    _note(session, "governance.organisation", row, "refused", clock)
    return _value(row)


def _note(session: Session, kind: str, row: OrganisationRow, decision: str, clock: base.Clock) -> None:
    body = {"organisation": row.id, "decision": decision, "by": row.decided_by}
    ledger.append(session, kind=kind, person=NOBODY, body=body, clock=clock)
    session.flush()


def _pending(session: Session, actor: people.Actor, organisation: str) -> OrganisationRow:
    row = session.get(OrganisationRow, organisation)
    if row is None or row.site != actor.site:
        raise base.NotFound
    if row.state != "pending":
        raise WrongState
    return row


def add_organisation_member(session: Session, *, organisation: str, account: str) -> None:
    """Let one more account act for an organisation."""
    if session.get(OrganisationMemberRow, (organisation, account)) is None:
        session.add(OrganisationMemberRow(organisation=organisation, account=account))
        session.flush()


def organisations(session: Session, *, site: str) -> list[Organisation]:
    """Return all organisations of a site, newest first."""
    rows = session.scalars(
        select(OrganisationRow).where(col(OrganisationRow.site) == site).order_by(col(OrganisationRow.id).desc())
    )
    return [_value(row) for row in rows]


def organisation(session: Session, *, organisation: str) -> Organisation:
    """Return one organisation; raises NotFound."""
    row = session.get(OrganisationRow, organisation)
    if row is None:
        raise base.NotFound
    return _value(row)


def my_organisation(session: Session, *, actor: people.Actor) -> Organisation:
    """Return the organisation an actor acts for; raises OrganisationNotApproved where there is none in force."""
    row = session.scalars(
        select(OrganisationRow)
        .join(OrganisationMemberRow, col(OrganisationMemberRow.organisation) == col(OrganisationRow.id))
        .where(col(OrganisationMemberRow.account) == actor.account, col(OrganisationRow.site) == actor.site)
        .order_by(col(OrganisationRow.id))
    ).first()
    if row is None or row.state != "approved":
        raise OrganisationNotApproved
    return _value(row)


def members_of(session: Session, *, organisation: str) -> frozenset[str]:
    """Return the accounts that act for an organisation."""
    query = select(col(OrganisationMemberRow.account)).where(col(OrganisationMemberRow.organisation) == organisation)
    return frozenset(session.execute(query).scalars())
