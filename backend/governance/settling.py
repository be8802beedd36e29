"""From reviews to a verdict: what the decisions add up to, compiled to the one frozen value, and put in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

import msgspec
from sqlalchemy import select
from sqlmodel import Session, col

from backend import base, consent
from backend.base import ledger
from backend.consent import (
    Column,
    Identifiability,
    Mode,
    Offer,
    PublicText,
    Recipient,
    RecipientKind,
    Terms,
    Verdict,
    Words,
)
from backend.governance.applicants import NOBODY, members_of, organisation
from backend.governance.events import VerdictReached
from backend.governance.forms import (
    Conditions,
    Decision,
    Finding,
    Form,
    Kind,
    State,
    column,
    end_of,
    limits,
    strictest,
)
from backend.governance.lifecycle import end_use
from backend.governance.model import PolicySource
from backend.governance.policies_held import board_of
from backend.governance.refusals import TooBroad
from backend.governance.service import Board
from backend.governance.tables import ApplicationRow, DecidedRow, ReviewRow

TEXT_ID = "approved-use"
ERASE_AFTER_DAYS = 30


class ReviewState(StrEnum):
    """How far one reviewer is."""

    ASSIGNED = "assigned"
    DECLARED = "declared"
    DECIDED = "decided"
    CONFLICT = "conflict"


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What a reviewer hands in."""

    decision: Decision
    findings: tuple[Finding, ...]
    summary: str
    conditions: Conditions = Conditions()


class Opinion(msgspec.Struct, frozen=True, kw_only=True):
    """One decided review as it stands in the file: who is a number, not a name."""

    place: int
    decision: Decision
    findings: tuple[Finding, ...]
    summary: str
    conditions: Conditions
    conflict: str = ""


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a verdict is compiled from; kept, so that it can be compiled again under the rules of its day."""

    id: str
    use: str
    serial: int
    application: str
    kind: Kind
    site: str
    organisation: str
    organisation_names: Words
    organisation_kind: RecipientKind
    form: Form
    columns: tuple[Column, ...]
    conditions: Conditions
    opinions: tuple[Opinion, ...]
    since: datetime
    policy: str
    min_k: int
    min_cell: int
    review_after_days: int


def outcome(decisions: Sequence[Decision]) -> Decision | None:
    """Return what two agreeing, or two of three, have decided; None while that is open."""
    for wanted in Decision:
        if decisions.count(wanted) >= 2:
            return wanted
    return None


def digest(text: str) -> str:
    """Return the SHA-256 of a text in hex."""
    return sha256(text.encode()).hexdigest()


def encode_verdict(verdict: Verdict) -> str:
    """Return the one spelling of a verdict, which is what the ledger binds."""
    return msgspec.json.encode(verdict, order="deterministic").decode()


def is_possible(offer: Offer, lane: Identifiability) -> bool:
    """Return whether a verdict may open a kind of data: never what is denied, counts only in the anonymous lane."""
    return offer in {Offer.ASK, Offer.BOARD} or (offer is Offer.AGGREGATE and lane is Identifiability.ANONYMOUS)


def compile_verdict(inputs: Inputs, source: PolicySource, board: Board) -> Verdict:
    """Ask Cedar about every kind of data once more and return the frozen verdict; raises TooBroad.

    Pure: the same inputs under the same rules give the same value, to the byte.
    """
    form, asked = inputs.form, inputs.conditions
    assert form.purpose is not None
    assert form.identifiability is not None
    assert form.retention_end is not None
    columns = tuple(sorted(each for each in inputs.columns if each.name not in asked.dropped))
    for category in sorted({each.category for each in columns}):
        offer = board.offer(form.purpose, category, inputs.organisation_kind, form.identifiability)
        if not is_possible(offer, form.identifiability):
            raise TooBroad(categories=str(category))
    until = end_of(form.retention_end)
    latest = inputs.since + timedelta(days=inputs.review_after_days)
    review_by = latest if asked.review_on is None else min(latest, end_of(asked.review_on))
    first = next(each for each in inputs.opinions if each.decision is Decision.APPROVE)
    return Verdict(
        id=inputs.id,
        use=inputs.use,
        serial=inputs.serial,
        application=inputs.application,
        site=inputs.site,
        organisation=inputs.organisation,
        recipient=f"use-{inputs.use}",
        kind=inputs.organisation_kind,
        purpose=form.purpose,
        columns=columns,
        cohort=form.cohort,
        identifiability=form.identifiability,
        min_k=max(inputs.min_k, asked.min_k or 0),
        min_cell=max(inputs.min_cell, asked.min_cell or 0),
        is_onward_allowed=False,
        since=inputs.since,
        until=until,
        review_by=review_by,
        conditions=asked.others,
        texts=PublicText(
            title=_words(form.title, form.title_easy, form.title_en),
            benefit=_words(form.benefit, form.benefit_easy, form.benefit_en),
            reason=_words(first.summary, first.summary, ""),
        ),
        policy=source.version,
    )


def _words(ja: str, easy: str, en: str) -> Words:
    return Words(ja=ja, ja_easy=easy or ja, en=en or ja)


def opinions_of(session: Session, application: str) -> tuple[Opinion, ...]:
    """Return the decided reviews of a case, in the order the reviewers were asked."""
    found = []
    for each in _decided(session, application):
        judged = msgspec.json.decode(each.body, type=Judgement)
        found.append(
            Opinion(
                place=each.place,
                decision=judged.decision,
                findings=judged.findings,
                summary=judged.summary,
                conditions=judged.conditions,
                conflict=each.conflict,
            )
        )
    return tuple(found)


def _decided(session: Session, application: str) -> list[ReviewRow]:
    query = select(ReviewRow).where(
        col(ReviewRow.application) == application, col(ReviewRow.state) == ReviewState.DECIDED
    )
    return list(session.scalars(query.order_by(col(ReviewRow.place))))


def settle(session: Session, row: ApplicationRow, opinions: tuple[Opinion, ...], *, clock: base.Clock) -> None:
    """Act on what the reviews add up to: reject, offer conditions, or put the verdict in force at once."""
    decided = outcome([each.decision for each in opinions])
    if decided is None:
        return
    if decided is Decision.REJECT:
        _reject(session, row, opinions, clock)
        return
    agreed = strictest(each.conditions for each in opinions if each.decision is Decision.APPROVE)
    row.conditions = msgspec.json.encode(agreed, order="deterministic").decode()
    row.updated_at = clock.now()
    session.add(row)
    if agreed.is_empty or row.kind == Kind.RENEWAL:
        put_in_force(session, row, opinions=opinions, clock=clock)
        return
    row.state = State.CONDITIONS
    session.flush()


def _inputs(session: Session, row: ApplicationRow, opinions: tuple[Opinion, ...], clock: base.Clock) -> Inputs:
    who = organisation(session, organisation=row.organisation)
    before = consent.held_use(session, use=row.use)
    form = msgspec.json.decode(row.form, type=Form)
    return Inputs(
        id=base.new_id(),
        use=row.use,
        serial=1 if before is None else before.verdict.serial + 1,
        application=row.id,
        kind=Kind(row.kind),
        site=row.site,
        organisation=who.id,
        organisation_names=who.names,
        organisation_kind=who.kind,
        form=form,
        columns=tuple(known for known in map(column, form.columns) if known is not None),
        conditions=msgspec.json.decode(row.conditions, type=Conditions) if row.conditions else Conditions(),
        opinions=opinions,
        since=clock.now(),
        policy=consent.rule_set(session, site=row.site).version,
        min_k=limits().min_k,
        min_cell=limits().min_cell,
        review_after_days=limits().review_after_days,
    )


def _reject(session: Session, row: ApplicationRow, opinions: tuple[Opinion, ...], clock: base.Clock) -> None:
    inputs = _inputs(session, row, opinions, clock)
    _write(session, row, inputs, None, clock)
    row.state, row.decided_at, row.updated_at = State.REJECTED, clock.now(), clock.now()
    session.add(row)
    session.flush()
    if row.kind == Kind.RENEWAL:
        end_use(session, use=row.use, why="revoked", clock=clock)


def put_in_force(
    session: Session, row: ApplicationRow, *, clock: base.Clock, opinions: tuple[Opinion, ...] | None = None
) -> Verdict:
    """Compile the verdict of an agreed application, write it down and let consent obey it from this unit on."""
    inputs = _inputs(session, row, opinions_of(session, row.id) if opinions is None else opinions, clock)
    source, board = board_of(session, site=row.site, version=inputs.policy)
    verdict = compile_verdict(inputs, source, board)
    before = consent.held_use(session, use=row.use)
    _write(session, row, inputs, verdict, clock)
    consent.put_verdict(session, verdict=verdict, clock=clock)
    consent.register_recipient(session, recipient=_recipient(session, verdict, inputs))
    for account in sorted(members_of(session, organisation=verdict.organisation)):
        consent.add_member(session, recipient=verdict.recipient, account=account)
    row.state, row.decided_at, row.updated_at = State.APPROVED, clock.now(), clock.now()
    session.add(row)
    session.flush()
    had = frozenset() if before is None else before.verdict.categories
    news = VerdictReached(
        verdict=verdict, added=verdict.categories - had, is_renewal=row.kind == Kind.RENEWAL and before is not None
    )
    base.publish(session, news)
    return verdict


def _recipient(session: Session, verdict: Verdict, inputs: Inputs) -> Recipient:
    who, title = inputs.organisation_names, verdict.texts.title
    return Recipient(
        id=verdict.recipient,
        site=verdict.site,
        kind=verdict.kind,
        names=Words(
            ja=f"{who.ja}「{title.ja}」",
            ja_easy=f"{who.ja_easy}「{title.ja_easy}」",
            en=f"{who.en}: {title.en}",
        ),
        is_synthetic=organisation(session, organisation=verdict.organisation).is_synthetic,
        terms=(
            Terms(
                recipient=verdict.recipient,
                purpose=verdict.purpose,
                identifiability=verdict.identifiability,
                mode=Mode.QUERY if verdict.identifiability is Identifiability.ANONYMOUS else Mode.STORE,
                categories=tuple(sorted(verdict.categories)),
                text_id=TEXT_ID,
                ends_at=verdict.until,
                erase_after_days=ERASE_AFTER_DAYS,
            ),
        ),
    )


def _write(session: Session, row: ApplicationRow, inputs: Inputs, verdict: Verdict | None, clock: base.Clock) -> None:
    kept = msgspec.json.encode(inputs, order="deterministic").decode()
    body = "" if verdict is None else encode_verdict(verdict)
    said = {
        "verdict": inputs.id,
        "use": inputs.use,
        "application": row.id,
        "is_approved": verdict is not None,
        "policy": inputs.policy,
        "inputs": digest(kept),
        "body": digest(body),
    }
    leaf = ledger.append(session, kind="governance.verdict", person=NOBODY, body=said, clock=clock)
    session.add(
        DecidedRow(
            id=inputs.id,
            use=inputs.use,
            application=row.id,
            site=row.site,
            is_approved=verdict is not None,
            policy=inputs.policy,
            inputs=kept,
            body=body,
            at=clock.now(),
            leaf=leaf,
        )
    )
    session.flush()
