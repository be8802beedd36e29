"""Invite codes: made in batches by staff, opened by a resident, used once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import update
from sqlmodel import col, select

from backend import base
from backend.people import model
from backend.people.model import BatchFacts, InviteFacts, InviteState, Role
from backend.people.places import Site
from backend.people.places import site as site_of
from backend.people.tables import Invite, InviteBatch

MOST_CODES = 500
LONGEST_LIFE = timedelta(days=400)


class InviteMistyped(base.Refusal):
    """What was typed cannot be a code: wrong length or letters."""

    status = 422
    key = "people.invite_mistyped"


class InviteUnknown(base.Refusal):
    """No such code was ever made here."""

    status = 404
    key = "people.invite_unknown"


class InviteUsed(base.Refusal):
    """Somebody joined with this code already."""

    status = 409
    key = "people.invite_used"


class InviteExpired(base.Refusal):
    """The code's time is over; `day` is the last day it held, in Tokyo."""

    status = 410
    key = "people.invite_expired"


class InviteRevoked(base.Refusal):
    """Staff took the code back."""

    status = 410
    key = "people.invite_revoked"


class InviteWrongSite(base.Refusal):
    """The code belongs to another site than the one whose door was opened; `site` is that site's id."""

    status = 409
    key = "people.invite_wrong_site"


class BatchImplausible(base.Refusal):
    """No codes, too many of them, or an expiry in the past or too far off."""

    status = 422
    key = "people.batch_implausible"


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """A code that would be accepted now."""

    code: str
    site: Site
    role: Role
    expires_at: datetime


def make_batch(
    session: base.Session,
    *,
    site: str,
    label: str,
    count: int,
    expires_at: datetime,
    role: Role = Role.RESIDENT,
    created_by: str | None = None,
    client_id: str | None = None,
    clock: base.Clock = base.CLOCK,
) -> BatchFacts:
    """A batch of new codes; the same `client_id` with the same content answers with the same batch."""
    site_of(site)
    now, expires_at = clock.now(), expires_at.astimezone(UTC)
    if not 1 <= count <= MOST_CODES or not now < expires_at <= now + LONGEST_LIFE:
        raise BatchImplausible(most=MOST_CODES)
    asked = hashlib.sha256(msgspec.json.encode([site, label, count, expires_at, role, created_by])).hexdigest()
    if client_id is not None:
        known = session.get(InviteBatch, client_id)
        if known is not None:
            if known.request != asked:
                raise base.KeyReused
            return batch(session, batch=known.id, site=site, clock=clock)
    row = InviteBatch(
        id=client_id or base.new_id(),
        site=site,
        role=role,
        label=model.normal_name(label),
        request=asked,
        created_by=created_by,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    codes: set[str] = set()
    while len(codes) < count:
        code = "".join(secrets.choice(model.CODE_LETTERS) for _ in range(model.CODE_LENGTH))
        if code not in codes and session.get(Invite, code) is None:
            codes.add(code)
            session.add(Invite(code=code, batch=row.id))
    session.flush()
    return batch(session, batch=row.id, site=site, clock=clock)


def _state(invite: Invite, made: InviteBatch, now: datetime) -> InviteState:
    if invite.used_at is not None:
        return "used"
    if invite.revoked_at is not None:
        return "revoked"
    return "expired" if now >= made.expires_at else "open"


def _facts(made: InviteBatch, invites: list[Invite], now: datetime) -> BatchFacts:
    return BatchFacts(
        id=made.id,
        site=made.site,
        role=Role(made.role),
        label=made.label,
        created_at=made.created_at,
        expires_at=made.expires_at,
        invites=tuple(
            InviteFacts(
                code=one.code,
                batch=made.id,
                state=_state(one, made, now),
                created_at=made.created_at,
                opened_at=one.opened_at,
                used_at=one.used_at,
            )
            for one in invites
        ),
    )


def batch(session: base.Session, *, batch: str, site: str, clock: base.Clock = base.CLOCK) -> BatchFacts:
    """A batch of this site with its codes; NotFound for another site's batch as for none."""
    made = session.get(InviteBatch, batch)
    if made is None or made.site != site:
        raise base.NotFound
    invites = session.exec(select(Invite).where(Invite.batch == batch).order_by(col(Invite.code)))
    return _facts(made, list(invites), clock.now())


def batches(session: base.Session, *, site: str, clock: base.Clock = base.CLOCK) -> list[BatchFacts]:
    """The site's batches with their codes, newest first."""
    by_batch: dict[str, list[Invite]] = {}
    owned = select(Invite).join(InviteBatch, col(InviteBatch.id) == col(Invite.batch)).where(InviteBatch.site == site)
    for one in session.exec(owned.order_by(col(Invite.code))):
        by_batch.setdefault(one.batch, []).append(one)
    made = session.exec(select(InviteBatch).where(InviteBatch.site == site).order_by(col(InviteBatch.id).desc()))
    return [_facts(row, by_batch.get(row.id, []), clock.now()) for row in made]


def revoke_unused(
    session: base.Session, *, batch: str, site: str, code: str | None = None, clock: base.Clock = base.CLOCK
) -> int:
    """Take back the batch's unused codes, or one of them; returns how many were open until now."""
    made = session.get(InviteBatch, batch)
    if made is None or made.site != site:
        raise base.NotFound
    table = Invite.__table__  # type: ignore[attr-defined]
    taken = update(table).where(table.c.batch == batch, table.c.used_at.is_(None), table.c.revoked_at.is_(None))
    if code is not None:
        if session.exec(select(Invite).where(Invite.batch == batch, Invite.code == code)).first() is None:
            raise base.NotFound
        taken = taken.where(table.c.code == code)
    return int(session.connection().execute(taken.values(revoked_at=clock.now())).rowcount)


def check(session: base.Session, *, code: str, site: str | None = None, clock: base.Clock = base.CLOCK) -> Invited:
    """What the code opens, or a refusal that says what is wrong with it; notes the first opening."""
    typed = model.normal_code(code)
    if not model.is_code(typed):
        raise InviteMistyped
    invite = session.get(Invite, typed)
    made = None if invite is None else session.get(InviteBatch, invite.batch)
    if invite is None or made is None:
        raise InviteUnknown
    if site is not None and site != made.site:
        raise InviteWrongSite(site=made.site)
    state = _state(invite, made, clock.now())
    if state == "used":
        raise InviteUsed
    if state == "revoked":
        raise InviteRevoked
    if state == "expired":
        last = made.expires_at.astimezone(base.TOKYO)
        raise InviteExpired(day=last.date().isoformat())
    if invite.opened_at is None:
        invite.opened_at = clock.now()
        session.add(invite)
        session.flush()
    return Invited(code=typed, site=site_of(made.site), role=Role(made.role), expires_at=made.expires_at)


def use(session: base.Session, *, code: str, clock: base.Clock = base.CLOCK) -> Invited:
    """Use the code up; of two people in the same moment one gets it and the other InviteUsed."""
    invited = check(session, code=code, clock=clock)
    table = Invite.__table__  # type: ignore[attr-defined]
    claimed = update(table).where(table.c.code == invited.code, table.c.used_at.is_(None), table.c.revoked_at.is_(None))
    if session.connection().execute(claimed.values(used_at=clock.now())).rowcount != 1:
        raise InviteUsed
    return invited
