"""The only way to a permit, and the log of every read by others, refused tries included."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import msgspec
from sqlalchemy import distinct, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col

from backend import base, people
from backend.base import ledger
from backend.consent.decide import refused_categories, usable
from backend.consent.model import (
    _MINT,
    Basis,
    Category,
    Grant,
    Identifiability,
    Permit,
    Purpose,
    Reason,
    Recipient,
    RecipientKind,
)
from backend.consent.recipients import recipients_of, rule_set
from backend.consent.refusals import ConsentWithdrawn, NotPermitted
from backend.consent.sensitive import closed_categories
from backend.consent.state import grants_of, standing_of
from backend.consent.tables import ReadRow, SwitchRow
from backend.consent.texts import texts

PERMIT_LIFE = timedelta(seconds=60)
"""A permit kept longer than this is worthless; `note_read` refuses it sooner if consent changed."""

_BASIS_ROLES: Mapping[Basis, frozenset[people.Role]] = {
    "self": frozenset({people.Role.RESIDENT}),
    "counsellor": frozenset({people.Role.COUNSELLOR}),
    "grant": frozenset({people.Role.DATA_USER, people.Role.PROVIDER}),
}
_log = logging.getLogger("meguri.consent")


class _Try(msgspec.Struct, frozen=True, kw_only=True):
    """What is logged about a refused try."""

    actor: people.Actor
    person: str
    purpose: Purpose
    categories: frozenset[Category]
    recipient: str | None
    reason: Reason
    at: datetime


def permit(
    session: Session,
    *,
    actor: people.Actor,
    person: str,
    purpose: Purpose,
    categories: frozenset[Category] | None = None,
    recipient: str | None = None,
    clock: base.Clock = base.CLOCK,
) -> Permit:
    """Return the permit to read a person's data for a purpose, or raise NotPermitted and log the try.

    For one's own record: `purpose=Purpose.SELF`. For others: a counsellor who was given a switch
    (`Purpose.CARE`), or a recipient of the information bank (its purpose and `recipient`); take the
    permit, read and note the read in one write unit. `categories=None` asks for whatever is open.
    """
    if actor.person is not None and actor.person == person and purpose is Purpose.SELF:
        return _mint(
            actor,
            person=person,
            purpose=purpose,
            categories=frozenset(Category) if categories is None else categories,
            now=clock.now(),
        )
    return _permit_other(session, actor, person, purpose, categories, recipient, clock)


def _permit_other(
    session: Session,
    actor: people.Actor,
    person: str,
    purpose: Purpose,
    categories: frozenset[Category] | None,
    recipient: str | None,
    clock: base.Clock,
) -> Permit:
    now = clock.now()

    def deny(reason: Reason) -> NoReturn:
        asked = categories or frozenset()
        tried = _Try(
            actor=actor, person=person, purpose=purpose, categories=asked, recipient=recipient, reason=reason, at=now
        )
        log_denied(session, tried)
        raise NotPermitted

    mine = {each.id: each for each in recipients_of(session, account=actor.account) if _may_act(actor, each)}
    if recipient is not None and recipient not in mine:
        deny(Reason.NOT_A_MEMBER)
    acting = mine if recipient is None else {recipient: mine[recipient]}
    if not acting:
        deny(Reason.NOT_A_MEMBER)
    # Locks the person's standing until this unit ends (PostgreSQL; SQLite units already queue), so
    # that no withdrawal can be acknowledged between this decision and the read that follows it.
    standing = standing_of(session, person=person, lock=True)
    held = [each for each in grants_of(session, person=person) if each.recipient in acting]
    if not held:
        deny(Reason.NO_CONSENT)
    held = [each for each in held if each.purpose is purpose]
    if not held:
        deny(Reason.PURPOSE_NOT_GRANTED)
    opened, reasons = _opened(session, held, acting, standing.paused_since is not None, now)
    union = frozenset(category for _, found in opened for category in found)
    if not union:
        deny(reasons[0])
    if categories is not None and categories - union:
        missed = [refused_categories(each, categories, union, meanings=texts().meanings) for each in held]
        deny(next((reason for reason in missed if reason is not None), Reason.CATEGORY_NOT_GRANTED))
    ends = [grant.end for grant, _ in opened if grant.end is not None]
    first = opened[0][0]
    return _mint(
        actor,
        person=person,
        purpose=purpose,
        categories=union if categories is None else categories,
        basis="counsellor" if acting[first.recipient].kind is RecipientKind.COUNSELLOR else "grant",
        recipient=first.recipient,
        grants=tuple(grant.id for grant, _ in opened),
        identifiability=first.identifiability,
        now=now,
        end=min(ends, default=None),
        epoch=standing.epoch,
    )


def _may_act(actor: people.Actor, recipient: Recipient) -> bool:
    basis: Basis = "counsellor" if recipient.kind is RecipientKind.COUNSELLOR else "grant"
    return recipient.site == actor.site and bool(actor.roles & _BASIS_ROLES[basis])


def _opened(
    session: Session, held: list[Grant], acting: Mapping[str, Recipient], is_paused: bool, now: datetime
) -> tuple[list[tuple[Grant, frozenset[Category]]], list[Reason]]:
    opened, reasons = [], []
    for grant in held:
        recipient = acting[grant.recipient]
        found, reason = usable(
            grant,
            recipient=recipient,
            rules=rule_set(session, site=recipient.site),
            meanings=texts().meanings,
            closed=closed_categories(),
            is_paused=is_paused,
            at=now,
            reads_today=reads_since(session, grant=grant, since=now - timedelta(days=1)),
        )
        if reason is None:
            opened.append((grant, found))
        else:
            reasons.append(reason)
    return opened, reasons


def reads_since(session: Session, *, grant: Grant, since: datetime) -> int:
    """Return how often a recipient read under a purpose since a moment; 0 where no limit is agreed."""
    if grant.reads_per_day is None:
        return 0
    # One permit is one read, however many parts of the record it opened.
    query = select(func.count(distinct(col(ReadRow.permit)))).where(
        col(ReadRow.person) == grant.person,
        col(ReadRow.at) > since,
        col(ReadRow.recipient) == grant.recipient,
        col(ReadRow.purpose) == grant.purpose,
        col(ReadRow.is_denied).is_(False),
    )
    return int(session.execute(query).scalar_one())


def _mint(
    actor: people.Actor,
    *,
    person: str,
    purpose: Purpose,
    categories: frozenset[Category],
    now: datetime,
    basis: Basis = "self",
    recipient: str | None = None,
    grants: tuple[str, ...] = (),
    identifiability: Identifiability = Identifiability.NAMED,
    end: datetime | None = None,
    epoch: int = 0,
) -> Permit:
    until = now + PERMIT_LIFE
    return Permit(
        id=base.new_id(),
        person=person,
        purpose=purpose,
        categories=categories,
        basis=basis,
        recipient=recipient,
        account=actor.account,
        site=actor.site,
        grants=grants,
        identifiability=identifiability,
        since=now,
        until=until if end is None else min(until, end),
        epoch=epoch,
        mint=_MINT,
    )


def note_read(
    session: Session,
    *,
    permit: Permit,
    what: Mapping[Category, int],
    metrics: Mapping[str, int] | None = None,
    clock: base.Clock = base.CLOCK,
) -> None:
    """Write down what somebody else read, where the person sees it; a look at one's own record is not logged.

    `what` counts values by category, `metrics` by metric; the latter is sealed with the person's key.

    Raises ConsentWithdrawn if consent changed after the permit was minted: call it in the unit of
    the read, before the values leave. An empty `what` is logged too: to look and find nothing is a look.
    """
    if permit.is_own:
        return
    now = clock.now()
    late = now >= permit.until
    if late or standing_of(session, person=permit.person, lock=True).epoch != permit.epoch:
        raise ConsentWithdrawn
    if any(not permit.allows(category, now) for category in what):
        raise NotPermitted
    counts = {str(category): number for category, number in sorted(what.items())}
    read = base.new_id()
    body = {
        "read": read,
        "recipient": permit.recipient,
        "purpose": permit.purpose,
        "what": counts,
        "grants": list(permit.grants),
        "account": permit.account,
    }
    known = _noted(session, permit)
    leaf = ledger.append(session, kind="consent.read", person=permit.person, body=body, clock=clock)
    session.add(
        ReadRow(
            person=permit.person,
            id=read,
            at=now,
            account=permit.account,
            role=permit.basis,
            recipient=permit.recipient,
            purpose=permit.purpose,
            is_denied=False,
            what=counts,
            grants=list(permit.grants),
            permit=permit.id,
            metrics=seal_metrics(permit.person, read, metrics),
            leaf=leaf,
        )
    )
    session.execute(
        update(SwitchRow)
        .where(
            col(SwitchRow.person) == permit.person,
            col(SwitchRow.grant).in_(permit.grants),
            col(SwitchRow.category).in_([category for category in counts if category not in known]),
            col(SwitchRow.is_on),
        )
        .values(last_read_at=now, reads=col(SwitchRow.reads) + 1)
    )
    session.flush()


def seal_metrics(person: str, read: str, metrics: Mapping[str, int] | None) -> bytes | None:
    """Return the sealed counts by metric of one read, None where there are none."""
    if not metrics:
        return None
    plain = msgspec.json.encode(metrics, order="deterministic")
    return base.seal(person, table="consent_read", column="metrics", row=read, version=1, plain=plain)


def open_metrics(person: str, read: str, sealed: bytes | None) -> dict[str, int]:
    """Return the counts by metric of one read; raises SealBroken if they were altered."""
    if sealed is None:
        return {}
    plain = base.unseal(person, table="consent_read", column="metrics", row=read, version=1, sealed=sealed)
    return msgspec.json.decode(plain, type=dict[str, int])


def _noted(session: Session, permit: Permit) -> set[str]:
    query = select(col(ReadRow.what)).where(col(ReadRow.person) == permit.person, col(ReadRow.permit) == permit.id)
    return {category for what in session.execute(query).scalars() for category in what}


def log_denied(session: Session, tried: _Try) -> None:
    """Log a refused try once the caller's unit has ended, since that one is rolled back."""

    def log() -> None:
        try:
            _tries.add(tried)
        except (SQLAlchemyError, base.Refusal) as error:
            # The refusal itself must reach the caller even if the log could not be written.
            _log.error("a refused try could not be logged: %s", type(error).__name__)

    base.afterwards(session, log)


def refuse_unknown(session: Session, *, actor: people.Actor, purpose: Purpose, recipient: str | None) -> NoReturn:
    """Refuse a look at nobody just like a look at somebody: the same words, the same log, the same time."""
    tried = _Try(
        actor=actor,
        person=NOBODY,
        purpose=purpose,
        categories=frozenset(),
        recipient=recipient,
        reason=Reason.NO_CONSENT,
        at=base.CLOCK.now(),
    )
    log_denied(session, tried)
    raise NotPermitted


NOBODY = ""
"""Under this name stand tries at people who do not exist: they cost the one who tries as much as any other."""


def _write_tries(session: Session, tries: Sequence[_Try]) -> list[None]:
    known = {each.person: _exists(session, each.person) for each in tries}
    whom = [each.person if known[each.person] else NOBODY for each in tries]
    bodies: list[dict[str, Any]] = [
        {
            "read": base.new_id(),
            "recipient": tried.recipient,
            "purpose": tried.purpose,
            "asked": sorted(tried.categories),
            "reason": tried.reason,
            "account": tried.actor.account,
            "at": tried.at.astimezone(UTC).isoformat(),
        }
        for tried in tries
    ]
    entries = [
        ledger.Entry(kind="consent.denied", person=person, body=body) for person, body in zip(whom, bodies, strict=True)
    ]
    leaves = ledger.append_many(session, entries=entries, clock=base.FixedClock(max(each.at for each in tries)))
    for tried, person, body, leaf in zip(tries, whom, bodies, leaves, strict=True):
        if person != NOBODY:
            session.add(
                ReadRow(
                    person=person,
                    id=str(body["read"]),
                    at=tried.at,
                    account=tried.actor.account,
                    role=min(tried.actor.roles, default="none"),
                    recipient=tried.recipient,
                    purpose=tried.purpose,
                    is_denied=True,
                    reason=tried.reason,
                    what=dict.fromkeys(body["asked"], 0),
                    grants=[],
                    leaf=leaf,
                )
            )
    return [None] * len(tries)


def _exists(session: Session, person: str) -> bool:
    try:
        people.person(session, person=person)
    except base.Refusal:
        return False  # nobody of that name, or erased: there is no one to show it to
    return True


# Refused tries of the same moment go to disk together: fifty at once are one commit, not fifty.
_tries: base.Together[_Try, None] = base.Together(_write_tries)
