"""Notices to signed-in devices: who takes them, and the job that sends one. Their text says nothing of why."""

from __future__ import annotations

import hmac
from typing import Literal

import msgspec
from sqlalchemy import delete
from sqlmodel import col, select

from backend import base
from backend.people import sessions
from backend.people.model import Actor
from backend.people.tables import Account, PushSubscription

PushKind = Literal["answer", "week", "guidance", "visit"]
PATHS: dict[PushKind, str] = {
    "answer": "/consultations",
    "week": "/advice",
    "guidance": "/guidance",
    "visit": "/visits",
}
"""What opens when a notice is pressed."""


def subscribe(session: base.Session, *, actor: Actor, target: base.PushTarget, clock: base.Clock = base.CLOCK) -> None:
    """Send notices of the account to this device; a browser belongs to whoever signed in on it last."""
    base.check_push_target(target)
    digest = _digest(target.endpoint)
    mine, same = col(PushSubscription.session) == actor.session, col(PushSubscription.endpoint_hash) == digest
    session.connection().execute(delete(PushSubscription).where(mine | same))
    session.add(
        PushSubscription(
            session=actor.session,
            account=actor.account,
            endpoint_hash=digest,
            target=base.seal(
                actor.person or actor.account,
                table="people_push_subscription",
                column="target",
                row=actor.session,
                version=1,
                plain=msgspec.json.encode(target),
            ),
            created_at=clock.now(),
        )
    )
    session.flush()


def unsubscribe(session: base.Session, *, actor: Actor) -> None:
    """Send no more notices to this device."""
    session.connection().execute(delete(PushSubscription).where(col(PushSubscription.session) == actor.session))


def is_subscribed(session: base.Session, *, actor: Actor) -> bool:
    """Whether this device takes notices."""
    return session.get(PushSubscription, actor.session) is not None


def send_push(
    session: base.Session, *, account: str, kind: PushKind, about: str, clock: base.Clock = base.CLOCK
) -> list[str]:
    """Tell the account's devices that there is something new; returns the jobs that will do it.

    `about` is the id of what is new: the same one is told once. Each device has a job of its own, so that
    one that fails is tried again alone.
    """
    devices = session.exec(select(PushSubscription.session).where(PushSubscription.account == account)).all()
    return [
        base.enqueue(
            session,
            "people.push",
            payload={"session": device, "kind": kind},
            effect_key=f"people.push:{kind}:{about}:{device}",
            clock=clock,
        )
        for device in devices
    ]


class _Found(msgspec.Struct, frozen=True):
    target: base.PushTarget
    digest: bytes
    locale: str


@base.job_handler("people.push")
def _send(job: base.Job) -> None:
    """Send one notice to one device; where its browser is gone, the subscription goes, too."""
    device, kind = str(job.payload["session"]), job.payload["kind"]
    with base.read_session() as session:
        found = _find(session, device)
    if found is None:
        return
    message = base.push_message(
        title=base.say("people.push_title", found.locale),
        body=base.say("people.push_body", found.locale),
        path=PATHS[kind],
        tag="meguri",
        locale=found.locale,
    )
    try:
        # No open transaction here: a slow push service must not hold up writers.
        base.deliver_push(found.target, message, topic="meguri")
    except base.PushGone:
        with base.write_unit() as session:
            # By address: the person may have subscribed anew in this moment.
            gone = delete(PushSubscription).where(col(PushSubscription.endpoint_hash) == found.digest)
            session.connection().execute(gone)


def _find(session: base.Session, device: str) -> _Found | None:
    row = session.get(PushSubscription, device)
    if row is None:
        return None
    account = session.get_one(Account, row.account)
    # A session that was left idle is over, though its row is cleared away later.
    if device not in {one.id for one in sessions.sessions(session, account=row.account)}:
        return None
    plain = base.unseal(
        account.person or account.id,
        table="people_push_subscription",
        column="target",
        row=row.session,
        version=1,
        sealed=row.target,
    )
    target = msgspec.json.decode(plain, type=base.PushTarget)
    return _Found(target=target, digest=row.endpoint_hash, locale=account.locale)


def _digest(endpoint: str) -> bytes:
    return hmac.digest(base.runtime().keys.pepper("people.push"), endpoint.encode(), "sha256")
