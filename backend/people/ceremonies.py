"""The time between begin and finish of a passkey ceremony: one challenge, taken once, five minutes."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Literal

import msgspec
from sqlalchemy import delete
from sqlmodel import col

from backend import base
from backend.people.tables import Ceremony

Kind = Literal["signup", "signin", "stepup", "passkey"]
LIFE = timedelta(minutes=5)


class CeremonyOver(base.Refusal):
    """The challenge was used, is too old, or was for something else: begin again."""

    status = 409
    key = "people.ceremony_over"


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A challenge on its way; from `take` it exists nowhere else any more."""

    id: str
    challenge: bytes
    account: str | None = None
    session: str | None = None
    handle: bytes | None = None
    code: str | None = None


def begin(
    session: base.Session,
    *,
    kind: Kind,
    account: str | None = None,
    signed_in: str | None = None,
    handle: bytes | None = None,
    code: str | None = None,
    clock: base.Clock = base.CLOCK,
) -> Taken:
    """A new challenge; what it is bound to comes back from `take`."""
    row = Ceremony(
        id=secrets.token_urlsafe(32),
        kind=kind,
        challenge=secrets.token_bytes(32),
        account=account,
        session=signed_in,
        handle=handle,
        code=code,
        expires_at=clock.now() + LIFE,
    )
    session.add(row)
    session.flush()
    return _taken(row)


def _taken(row: Ceremony) -> Taken:
    return Taken(
        id=row.id,
        challenge=row.challenge,
        account=row.account,
        session=row.session,
        handle=row.handle,
        code=row.code,
    )


def take(
    session: base.Session, *, flow: str, kind: Kind, signed_in: str | None = None, clock: base.Clock = base.CLOCK
) -> Taken:
    """Take a challenge out, once. Call it in a unit of its own and commit before verifying:
    a refused answer must use the challenge up too."""
    row = session.get(Ceremony, flow)
    if row is None or row.kind != kind or row.session != signed_in or clock.now() >= row.expires_at:
        raise CeremonyOver
    taken = _taken(row)
    session.expunge(row)
    gone = delete(Ceremony).where(col(Ceremony.id) == flow)
    if session.connection().execute(gone).rowcount != 1:
        raise CeremonyOver
    return taken


def forget_old(session: base.Session, *, clock: base.Clock = base.CLOCK) -> None:
    """Delete challenges nobody came back for."""
    session.connection().execute(delete(Ceremony).where(col(Ceremony.expires_at) < clock.now()))
