"""Personal tokens: made, named, ended by the resident; read only; only their hash is kept."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from sqlmodel import col, select

from backend import base, people
from backend.record.refusals import LinkLastsTooLong
from backend.record.tables import TokenRow

PREFIX = "meguri_"
LONGEST = timedelta(days=366)
TYPES = (
    "Patient",
    "Observation",
    "Condition",
    "AllergyIntolerance",
    "MedicationStatement",
    "Immunization",
    "Procedure",
)
"""What the API gives out; a scope names one of them or all (`patient/*.rs`, SMART App Launch 2)."""

_SCOPE = re.compile(rf"patient/(\*|{'|'.join(TYPES)})\.rs")
State = Literal["active", "expired", "stopped"]


class TokenFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A token as its person sees it; the token itself is shown once, when it is made."""

    id: str
    name: str
    scope: str
    state: State
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    uses: int


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who a token acts for, and what it may read."""

    actor: people.Actor
    token: str
    types: frozenset[str]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _facts(row: TokenRow, now: datetime) -> TokenFacts:
    plain = base.unseal(row.person_id, table="record_token", column="name", row=row.id, version=1, sealed=row.name)
    state: State = "stopped" if row.revoked_at is not None else "expired" if row.expires_at <= now else "active"
    return TokenFacts(
        id=row.id,
        name=plain.decode(),
        scope=row.scope,
        state=state,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        uses=row.uses,
    )


def make(
    session: base.Session,
    *,
    actor: people.Actor,
    name: str,
    scope: str,
    until: datetime,
    clock: base.Clock = base.CLOCK,
) -> tuple[TokenFacts, str]:
    """Make a token; gives it in plain, this once. Needs a fresh passkey confirmation."""
    people.require_step_up(actor, clock=clock)
    if actor.person is None:
        raise base.NotAllowed
    now = clock.now()
    if not now < until <= now + LONGEST:
        raise LinkLastsTooLong
    if not scope or not all(_SCOPE.fullmatch(one) for one in scope.split(" ")) or not name.strip():
        raise base.Invalid
    token, row_id = PREFIX + secrets.token_urlsafe(32), base.new_id()
    sealed = base.seal(
        actor.person, table="record_token", column="name", row=row_id, version=1, plain=name.strip()[:60].encode()
    )
    row = TokenRow(
        person_id=actor.person,
        id=row_id,
        account=actor.account,
        site=actor.site,
        digest=_digest(token),
        name=sealed,
        scope=scope,
        created_at=now,
        expires_at=until,
    )
    session.add(row)
    session.flush()
    return _facts(row, now), token


def tokens(session: base.Session, *, actor: people.Actor, clock: base.Clock = base.CLOCK) -> list[TokenFacts]:
    """The actor's tokens, newest first."""
    rows = select(TokenRow).where(TokenRow.person_id == actor.person).order_by(col(TokenRow.id).desc())
    return [_facts(row, clock.now()) for row in session.exec(rows)]


def stop(session: base.Session, *, actor: people.Actor, token: str, clock: base.Clock = base.CLOCK) -> None:
    """End a token at once; twice is fine. Raises NotFound."""
    row = session.get(TokenRow, (actor.person, token)) if actor.person is not None else None
    if row is None:
        raise base.NotFound
    row.revoked_at = row.revoked_at or clock.now()
    session.add(row)


def holder(session: base.Session, *, token: str, clock: base.Clock = base.CLOCK) -> Holder | None:
    """Who a token acts for, and note its use; None where there is no such token or it has ended."""
    row = session.exec(select(TokenRow).where(TokenRow.digest == _digest(token))).first()
    now = clock.now()
    if row is None or row.revoked_at is not None or row.expires_at <= now:
        return None
    try:
        _facts(row, now)
    except base.SealBroken:
        return None  # the person is erased: nothing of hers can be read, and the token is none any more
    row.last_used_at, row.uses = now, row.uses + 1
    session.add(row)
    named = {found[1] for one in row.scope.split(" ") if (found := _SCOPE.fullmatch(one))}
    actor = people.Actor(
        account=row.account,
        person=row.person_id,
        roles=frozenset({people.Role.RESIDENT}),
        site=row.site,
        session=f"token {row.id}",
    )
    return Holder(actor=actor, token=row.id, types=frozenset(TYPES) if "*" in named else frozenset(named))
