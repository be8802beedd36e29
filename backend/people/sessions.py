"""Sessions: an opaque token in a cookie, its SHA-256 in a row; deleting the row signs out at once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from sqlalchemy import bindparam, delete, select, update
from sqlmodel import col
from sqlmodel import select as pick

from backend import base
from backend.people import model
from backend.people.model import Actor, Role, SessionFacts
from backend.people.tables import Account, RoleGrant, SessionRow, SignInLink

LINK_LIFE = timedelta(hours=24)


class LinkSpent(base.Refusal):
    """The sign-in link was used before, is too old, or never was."""

    status = 410
    key = "people.link_spent"


class NoLinkForResidents(base.Refusal):
    """Whoever holds a link is that person: nobody may make one that opens a resident's record."""

    status = 403
    key = "people.no_link_for_residents"


class Started(msgspec.Struct, frozen=True, kw_only=True):
    """A new session; `token` goes into the cookie and exists nowhere else."""

    token: str
    account: str
    session: str
    ends_at: datetime


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Who a token belongs to, and whether it is time to note that the session was used."""

    actor: Actor
    is_touch_due: bool


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _roles(session: base.Session, account: str, site: str) -> frozenset[Role]:
    granted = session.exec(pick(RoleGrant.role).where(RoleGrant.account == account, RoleGrant.site == site))
    return frozenset(Role(role) for role in granted)


def start(
    session: base.Session,
    *,
    account: str,
    how: Literal["passkey", "link"],
    passkey: str | None = None,
    user_agent: str = "",
    clock: base.Clock = base.CLOCK,
) -> Started:
    """Sign an account in; by passkey this counts as a fresh confirmation, by link it does not."""
    row = session.get(Account, account)
    if row is None:
        raise base.NotFound
    now, token = clock.now(), secrets.token_urlsafe(32)
    device, browser = model.device_of(user_agent)
    ends_at = now + model.lifetime(_roles(session, account, row.site)).absolute
    made = SessionRow(
        id=base.new_id(),
        token_sha256=_digest(token),
        account=account,
        site=row.site,
        how=how,
        passkey=passkey,
        device=device,
        browser=browser,
        started_at=now,
        last_seen_at=now,
        ends_at=ends_at,
        stepped_up_at=now if how == "passkey" else None,
    )
    session.add(made)
    session.flush()
    return Started(token=token, account=account, session=made.id, ends_at=ends_at)


# Built once: every request asks.
_LIVE = (
    select(
        col(SessionRow.id),
        col(SessionRow.account),
        col(SessionRow.site),
        col(SessionRow.stepped_up_at),
        col(SessionRow.last_seen_at),
        col(SessionRow.ends_at),
        col(Account.person),
        col(RoleGrant.role),
    )
    .join(Account, col(Account.id) == col(SessionRow.account))
    .outerjoin(
        RoleGrant,
        (col(RoleGrant.account) == col(SessionRow.account)) & (col(RoleGrant.site) == col(SessionRow.site)),
    )
    .where(col(SessionRow.token_sha256) == bindparam("digest"))
)


def find(token: str, *, clock: base.Clock = base.CLOCK) -> Found | None:
    """The actor of a live token: one Core read of committed rows, so a sign-out elsewhere is felt at once."""
    with base.read_unit() as connection:
        rows = connection.execute(_LIVE, {"digest": _digest(token)}).all()
    if not rows:
        return None
    name, account, site, stepped_up_at, last_seen_at, ends_at, person, _role = rows[0]
    roles = frozenset(Role(row[7]) for row in rows if row[7] is not None)
    now, life = clock.now(), model.lifetime(roles)
    if now >= ends_at or now - last_seen_at >= life.idle:
        return None
    actor = Actor(account=account, person=person, roles=roles, site=site, session=name, stepped_up_at=stepped_up_at)
    # Not at every request: a write a request would serialise all readers behind the write lock.
    return Found(actor=actor, is_touch_due=now - last_seen_at >= min(life.idle / 24, timedelta(hours=1)))


def touch(session: base.Session, *, name: str, clock: base.Clock = base.CLOCK) -> None:
    """Note that the session is in use."""
    session.connection().execute(update(SessionRow).where(col(SessionRow.id) == name).values(last_seen_at=clock.now()))


def sessions(session: base.Session, *, account: str, clock: base.Clock = base.CLOCK) -> list[SessionFacts]:
    """The account's live sessions, last used first."""
    row = session.get(Account, account)
    life = model.lifetime(_roles(session, account, row.site if row else ""))
    now = clock.now()
    found = session.exec(
        pick(SessionRow)
        .where(
            SessionRow.account == account,
            col(SessionRow.ends_at) > now,
            col(SessionRow.last_seen_at) > now - life.idle,
        )
        .order_by(col(SessionRow.last_seen_at).desc())
    )
    return [
        msgspec.convert({name: getattr(one, name) for name in SessionFacts.__struct_fields__}, type=SessionFacts)
        for one in found
    ]


def end(session: base.Session, *, account: str, name: str) -> bool:
    """End one session of the account; False where it has none of that id (any more)."""
    gone = delete(SessionRow).where(col(SessionRow.id) == name, col(SessionRow.account) == account)
    return session.connection().execute(gone).rowcount == 1


def end_others(session: base.Session, *, account: str, keep: str, passkey: str | None = None) -> int:
    """End the account's sessions except `keep` (with `passkey`: only those it opened); returns how many."""
    gone = delete(SessionRow).where(col(SessionRow.account) == account, col(SessionRow.id) != keep)
    if passkey is not None:
        gone = gone.where(col(SessionRow.passkey) == passkey)
    return int(session.connection().execute(gone).rowcount)


def step_up(session: base.Session, *, name: str, clock: base.Clock = base.CLOCK) -> datetime:
    """Note a fresh passkey confirmation; returns until when it holds."""
    now = clock.now()
    session.connection().execute(
        update(SessionRow).where(col(SessionRow.id) == name).values(stepped_up_at=now, last_seen_at=now)
    )
    return now + model.STEP_UP_FOR


def is_stepped_up(actor: Actor, *, clock: base.Clock = base.CLOCK) -> bool:
    """Whether the actor confirmed with a passkey in the last five minutes."""
    return actor.stepped_up_at is not None and clock.now() - actor.stepped_up_at < model.STEP_UP_FOR


def require_step_up(actor: Actor, *, clock: base.Clock = base.CLOCK) -> None:
    """StepUpNeeded unless the actor confirmed with a passkey in the last five minutes."""
    if not is_stepped_up(actor, clock=clock):
        raise base.StepUpNeeded


def make_sign_in_link(
    session: base.Session, *, account: str, life: timedelta = LINK_LIFE, clock: base.Clock = base.CLOCK
) -> str:
    """An address that signs a worker's or a demo account in once; NoLinkForResidents for a resident's.

    The token stands after '#', so no server log has it.
    """
    row = session.get(Account, account)
    if row is None:
        raise base.NotFound
    if row.person is not None and not row.is_demo:
        raise NoLinkForResidents
    token, now = secrets.token_urlsafe(32), clock.now()
    session.add(SignInLink(token_sha256=_digest(token), account=account, created_at=now, expires_at=now + life))
    session.flush()
    return f"{base.runtime().settings.origin}/link#{token}"


def use_link(session: base.Session, *, token: str, user_agent: str = "", clock: base.Clock = base.CLOCK) -> Started:
    """Sign in by a link and use it up; of two uses in the same moment one wins, the other gets LinkSpent."""
    row = session.get(SignInLink, _digest(token))
    now = clock.now()
    if row is None or row.used_at is not None or now >= row.expires_at:
        raise LinkSpent
    spent = update(SignInLink).where(
        col(SignInLink.token_sha256) == row.token_sha256, col(SignInLink.used_at).is_(None)
    )
    if session.connection().execute(spent.values(used_at=now)).rowcount != 1:
        raise LinkSpent
    return start(session, account=row.account, how="link", user_agent=user_agent, clock=clock)


def forget_old(session: base.Session, *, clock: base.Clock = base.CLOCK) -> None:
    """Delete sessions and links whose time is over."""
    now = clock.now()
    session.connection().execute(delete(SessionRow).where(col(SessionRow.ends_at) < now))
    session.connection().execute(
        delete(SessionRow).where(col(SessionRow.last_seen_at) < now - model.RESIDENT_LIFETIME.idle)
    )
    session.connection().execute(delete(SignInLink).where(col(SignInLink.expires_at) < now - timedelta(days=7)))
