"""Programs of a data user: client credentials (RFC 6749 4.4), a secret shown once, tokens of ten minutes."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec
from sqlalchemy import select, update
from sqlmodel import Session, col

from backend import base, people
from backend.consent import UseState
from backend.governance.applicants import my_organisation
from backend.governance.refusals import ClientRefused, TokenRefused, UseIsSuspended, UseOver
from backend.governance.tables import ClientRow, ClientTokenRow
from backend.governance.uses import held

TOKEN_LIFE = timedelta(minutes=10)
SKEW = timedelta(seconds=5)
"""How far two server clocks may differ; a token from further in the future was not made by us."""
MOST_CLIENTS = 20


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """A program that may read for one use; its secret is never shown again."""

    id: str
    use: str
    label: str
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _value(row: ClientRow) -> Client:
    return msgspec.convert({name: getattr(row, name) for name in Client.__struct_fields__}, Client)


def _mine(session: Session, actor: people.Actor, use: str) -> None:
    if held(session, use=use).verdict.organisation != my_organisation(session, actor=actor).id:
        raise base.NotFound


def make_client(
    session: Session, *, actor: people.Actor, use: str, label: str, clock: base.Clock = base.CLOCK
) -> tuple[Client, str]:
    """Make a client for an approved use and return it with its secret, which nobody can read again.

    Needs a passkey confirmation of the last minutes (StepUpNeeded): a secret reads without anybody at the desk.
    """
    _mine(session, actor, use)
    people.require_step_up(actor, clock=clock)
    if len([each for each in clients(session, actor=actor, use=use) if each.revoked_at is None]) >= MOST_CLIENTS:
        raise base.TooMany(seconds=86_400)
    secret = secrets.token_urlsafe(32)
    row = ClientRow(
        id=base.new_id(),
        use=use,
        account=actor.account,
        label=label.strip(),
        secret_sha256=_digest(secret),
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return _value(row), secret


def clients(session: Session, *, actor: people.Actor, use: str) -> list[Client]:
    """Return the clients of a use of the actor's organisation, newest first."""
    _mine(session, actor, use)
    rows = session.scalars(select(ClientRow).where(col(ClientRow.use) == use).order_by(col(ClientRow.id).desc()))
    return [_value(row) for row in rows]


def revoke_client(session: Session, *, actor: people.Actor, client: str, clock: base.Clock = base.CLOCK) -> Client:
    """Take a client back; its tokens end with it."""
    row = session.get(ClientRow, client)
    if row is None:
        raise base.NotFound
    _mine(session, actor, row.use)
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        session.add(row)
        _end_tokens(session, row.id, clock)
    return _value(row)


def _end_tokens(session: Session, client: str, clock: base.Clock) -> None:
    session.execute(
        update(ClientTokenRow)
        .where(col(ClientTokenRow.client) == client, col(ClientTokenRow.ended_at).is_(None))
        .values(ended_at=clock.now())
    )
    session.flush()


def make_token(session: Session, *, client: str, secret: str, clock: base.Clock = base.CLOCK) -> tuple[str, timedelta]:
    """Return a fresh token and its life; the client's earlier tokens end, so that a copied one is of no use.

    Raises ClientRefused, and UseIsSuspended or UseOver for a use that may not read.
    """
    row = session.get(ClientRow, client)
    # The comparison runs for an unknown client too: the time it takes says nothing.
    known = row.secret_sha256 if row is not None else bytes(32)
    if not hmac.compare_digest(known, _digest(secret)) or row is None or row.revoked_at is not None:
        raise ClientRefused
    state = held(session, use=row.use).state
    if state is not UseState.LIVE:
        raise UseIsSuspended if state is UseState.SUSPENDED else UseOver
    _end_tokens(session, row.id, clock)
    token, now = secrets.token_urlsafe(32), clock.now()
    row.used_at = now
    session.add(row)
    session.add(ClientTokenRow(sha256=_digest(token), client=row.id, issued_at=now, expires_at=now + TOKEN_LIFE))
    session.flush()
    return token, TOKEN_LIFE


def actor_of_token(session: Session, *, token: str, use: str, clock: base.Clock = base.CLOCK) -> people.Actor:
    """Return whoever a token acts for at one use; raises TokenRefused for a token that is not good for it."""
    found = session.execute(
        select(
            col(ClientRow.id),
            col(ClientRow.use),
            col(ClientRow.account),
            col(ClientRow.revoked_at),
            col(ClientTokenRow.issued_at),
            col(ClientTokenRow.expires_at),
            col(ClientTokenRow.ended_at),
        )
        .join(ClientRow, col(ClientRow.id) == col(ClientTokenRow.client))
        .where(col(ClientTokenRow.sha256) == _digest(token))
    ).first()
    now = clock.now()
    if found is None or found.use != use or found.revoked_at is not None or found.ended_at is not None:
        raise TokenRefused
    if not found.issued_at - SKEW <= now < found.expires_at:
        raise TokenRefused
    account = people.account(session, account=found.account)
    # A program acts as what its maker is now: an account that lost its role takes its programs along.
    roles = account.roles & {people.Role.DATA_USER, people.Role.PROVIDER}
    if not roles:
        raise TokenRefused
    return people.Actor(account=account.id, person=None, roles=roles, site=account.site, session=f"client-{found.id}")
