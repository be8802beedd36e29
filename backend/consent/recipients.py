"""Recipients, who acts for them, and the rule set of a place: what other rooms write through this door."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import delete, select
from sqlmodel import Session, col

from backend import base
from backend.consent.model import (
    Category,
    Concerns,
    Identifiability,
    Mode,
    Offer,
    Purpose,
    Recipient,
    RecipientKind,
    RuleSet,
    Terms,
    Words,
)
from backend.consent.refusals import RecipientGone
from backend.consent.tables import MemberRow, RecipientRow, RuleSetRow, TermsRow
from backend.consent.texts import texts
from backend.consent.verdicts import UseState, held_by


class RecipientArrived(msgspec.Struct, frozen=True):
    """A recipient is new, or asks for something new."""

    recipient: str


def register_recipient(session: Session, *, recipient: Recipient) -> None:
    """Write a recipient and its terms; the same value twice changes nothing. Standing rules are then applied."""
    for terms in recipient.terms:
        texts().newest(terms.text_id)  # a switch without words must not exist
    before = _recipients(session, col(RecipientRow.id) == recipient.id)
    if before and _as_written(before[0]) == _as_written(recipient):
        return
    row = session.get(RecipientRow, recipient.id) or RecipientRow(
        id=recipient.id, site=recipient.site, kind=recipient.kind, names={}
    )
    row.site, row.kind = recipient.site, recipient.kind
    row.names = msgspec.to_builtins(recipient.names)
    row.is_synthetic, row.is_open = recipient.is_synthetic, recipient.is_open
    session.add(row)
    session.flush()
    session.execute(delete(TermsRow).where(col(TermsRow.recipient) == recipient.id))
    for terms in recipient.terms:
        session.add(
            TermsRow(
                recipient=recipient.id,
                purpose=terms.purpose,
                identifiability=terms.identifiability,
                mode=terms.mode,
                categories=list(terms.categories),
                text_id=terms.text_id,
                starts_at=terms.starts_at,
                ends_at=terms.ends_at,
                erase_after_days=terms.erase_after_days,
                reads_per_day=terms.reads_per_day,
                concerns=None if terms.concerns is None else msgspec.to_builtins(terms.concerns),
            )
        )
    session.flush()
    base.publish(session, RecipientArrived(recipient.id))


def _as_written(recipient: Recipient) -> Recipient:
    # What a verdict adds is read beside the row, not written with it.
    return msgspec.structs.replace(recipient, approved=(), closes_at=None)


def add_member(session: Session, *, recipient: str, account: str) -> None:
    """Let an account act for a recipient."""
    recipient_of(session, recipient=recipient)
    if session.get(MemberRow, (recipient, account)) is None:
        session.add(MemberRow(recipient=recipient, account=account))
        session.flush()


def remove_member(session: Session, *, recipient: str, account: str) -> None:
    """End that an account acts for a recipient."""
    session.execute(delete(MemberRow).where(col(MemberRow.recipient) == recipient, col(MemberRow.account) == account))


def recipient_of(session: Session, *, recipient: str) -> Recipient:
    """Return one recipient; raises RecipientGone."""
    found = _recipients(session, col(RecipientRow.id) == recipient)
    if not found:
        raise RecipientGone
    return found[0]


def recipients(session: Session, *, site: str) -> list[Recipient]:
    """Return all recipients of a site, closed ones included, in the order of their ids."""
    return _recipients(session, col(RecipientRow.site) == site)


def recipients_of(session: Session, *, account: str) -> list[Recipient]:
    """Return the recipients an account acts for."""
    mine = select(col(MemberRow.recipient)).where(col(MemberRow.account) == account)
    return _recipients(session, col(RecipientRow.id).in_(mine))


def _recipients(session: Session, condition: Any) -> list[Recipient]:
    rows = session.execute(
        select(
            col(RecipientRow.id),
            col(RecipientRow.site),
            col(RecipientRow.kind),
            col(RecipientRow.names),
            col(RecipientRow.is_synthetic),
            col(RecipientRow.is_open),
        )
        .where(condition)
        .order_by(col(RecipientRow.id))
    ).all()
    asked: dict[str, list[Terms]] = {row[0]: [] for row in rows}
    query = select(TermsRow.__table__).where(  # type: ignore[attr-defined]
        col(TermsRow.recipient).in_(asked)
    )
    for terms in session.execute(query.order_by(col(TermsRow.purpose))):
        asked[terms.recipient].append(
            Terms(
                recipient=terms.recipient,
                purpose=Purpose(terms.purpose),
                identifiability=Identifiability(terms.identifiability),
                mode=Mode(terms.mode),
                categories=tuple(Category(each) for each in terms.categories),
                text_id=terms.text_id,
                starts_at=terms.starts_at,
                ends_at=terms.ends_at,
                erase_after_days=terms.erase_after_days,
                reads_per_day=terms.reads_per_day,
                concerns=None if terms.concerns is None else msgspec.convert(terms.concerns, Concerns),
            )
        )
    uses = held_by(session, recipients=list(asked))
    found = []
    for row in rows:
        use = uses.get(row[0])
        found.append(
            Recipient(
                id=row[0],
                site=row[1],
                kind=RecipientKind(row[2]),
                names=msgspec.convert(row[3], Words),
                is_synthetic=row[4],
                is_open=row[5] and (use is None or use.state is UseState.LIVE),
                terms=tuple(asked[row[0]]),
                approved=() if use is None else tuple(sorted(use.verdict.categories)),
                closes_at=None if use is None else use.verdict.ends,
            )
        )
    return found


def adopt_rule_set(session: Session, *, rule_set: RuleSet, source: str, clock: base.Clock = base.CLOCK) -> bool:
    """Put a compiled rule set in force for its site; returns False if just this version already is.

    `source` is the policy text it was compiled from, kept so that an old decision can be replayed.
    """
    serial, version = _newest(session, rule_set.site)
    if version == rule_set.version:
        return False
    session.add(
        RuleSetRow(
            site=rule_set.site,
            serial=serial + 1,
            version=rule_set.version,
            is_draft=rule_set.is_draft,
            offers=dict(rule_set.offers),
            source=source,
            adopted_at=clock.now(),
        )
    )
    session.flush()
    return True


def rule_set(session: Session, *, site: str) -> RuleSet:
    """Return the rules in force at a site; a site without rules forbids everything."""
    serial, version = _newest(session, site)
    if serial == 0:
        return RuleSet(site=site, version="", is_draft=True, offers={})
    held = _cached(site, version)
    if held is None:
        row = session.get_one(RuleSetRow, (site, serial))
        held = RuleSet(
            site=site,
            version=version,
            is_draft=row.is_draft,
            offers={name: Offer(offer) for name, offer in row.offers.items()},
        )
        _compiled[site, version] = held
    return held


def rule_source(session: Session, *, site: str, version: str) -> str | None:
    """Return the policy text that a version of a place's rules was compiled from, None where it never was in force."""
    query = select(col(RuleSetRow.source)).where(col(RuleSetRow.site) == site, col(RuleSetRow.version) == version)
    return session.execute(query.order_by(col(RuleSetRow.serial).desc()).limit(1)).scalar_one_or_none()


# Version is a hash of the content, so that a cached value cannot be an outdated one.
_compiled: dict[tuple[str, str], RuleSet] = {}


def _cached(site: str, version: str) -> RuleSet | None:
    return _compiled.get((site, version))


def _newest(session: Session, site: str) -> tuple[int, str]:
    row = session.execute(
        select(col(RuleSetRow.serial), col(RuleSetRow.version))
        .where(col(RuleSetRow.site) == site)
        .order_by(col(RuleSetRow.serial).desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else (0, "")
