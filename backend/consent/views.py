"""What a person sees: who may use what now, every change with its receipt, every read by others."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from sqlalchemy import func, select
from sqlmodel import Session, col

from backend import base, people
from backend.base import ledger
from backend.consent.concern import concerned
from backend.consent.decide import UNPAUSED_KINDS, Meanings, must_ask_again
from backend.consent.model import (
    Category,
    Grant,
    Offer,
    Purpose,
    Recipient,
    RecipientKind,
    Rule,
    RuleSet,
    Switch,
    Terms,
    Words,
)
from backend.consent.permits import open_metrics
from backend.consent.recipients import recipients, rule_set
from backend.consent.sensitive import closed_categories
from backend.consent.state import grants_of, rules_of, standing_of
from backend.consent.tables import ChangeRow, ReadRow, SwitchRow
from backend.consent.texts import ConsentText, texts

Status = Literal["off", "on", "paused", "ask_again", "not_yet", "ended", "closed"]
WEEK = timedelta(days=7)
_SAID = {"needs_board", "sensitive_closed"}
"""Closed switches that are shown with the reason: they may open one day."""


class ReadSummary(msgspec.Struct, frozen=True, kw_only=True):
    """How often something was read in the last seven days, ever, and when last."""

    week: int = 0
    ever: int = 0
    last_at: datetime | None = None


class SwitchView(msgspec.Struct, frozen=True, kw_only=True):
    """One switch as a person sees it."""

    category: Category
    is_on: bool
    since: datetime | None
    can_turn_on: bool
    why_not: Literal["not_offered", "needs_board", "closed", "sensitive_closed"] | None
    must_ask_again: bool
    by_rule: bool
    reads: ReadSummary


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One recipient under one purpose: what the screen shows as one card."""

    recipient: str
    kind: RecipientKind
    names: Words
    is_synthetic: bool
    purpose: Purpose
    terms: Terms | None
    text: ConsentText | None
    status: Status
    start: datetime | None
    until: datetime | None
    erase_at: datetime | None
    switches: tuple[SwitchView, ...]
    reads: ReadSummary


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about consent of one person."""

    paused_since: datetime | None
    bank: tuple[Card, ...]
    counsellors: tuple[Card, ...]
    rules: tuple[Rule, ...]
    is_draft: bool
    asks_again: int


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the history of changes; `id` asks for its receipt."""

    id: str
    at: datetime
    kind: str
    is_on: bool
    recipient: str | None
    names: Words | None
    purpose: str | None
    category: str | None
    by_rule: bool
    text_id: str | None
    text_version: int | None


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """One read by somebody else, or a refused try with the reason."""

    id: str
    at: datetime
    recipient: str | None
    names: Words | None
    role: str
    purpose: str
    is_denied: bool
    reason: str | None
    what: dict[str, int]
    metrics: dict[str, int]
    grants: tuple[str, ...]


def _own(actor: people.Actor) -> str:
    if actor.person is None:
        raise base.NotAllowed
    return actor.person


def overview(session: Session, *, actor: people.Actor, clock: base.Clock = base.CLOCK) -> Overview:
    """Return who may use what of the actor's own record, ordered for the screen."""
    person, now = _own(actor), clock.now()
    standing = standing_of(session, person=person)
    held = {(each.recipient, each.purpose): each for each in grants_of(session, person=person)}
    rules = rule_set(session, site=actor.site)
    reads = _Reads(session, person, now)
    everybody = recipients(session, site=actor.site)
    mine = {name for name, _ in held}
    cards = [
        _card(recipient, purpose, held.get((recipient.id, purpose)), rules, reads, standing.paused_since, now)
        for recipient in everybody
        for purpose in _purposes(recipient, held)
    ]
    about_me = concerned(
        session, person=person, recipients=[each for each in everybody if each.id not in mine], clock=clock
    )
    shown = [
        each
        for each in cards
        if (each.status != "closed" or each.reads.ever)
        and (each.recipient in mine or (each.recipient, each.purpose) in about_me)
    ]
    return Overview(
        paused_since=standing.paused_since,
        bank=tuple(each for each in shown if each.kind not in UNPAUSED_KINDS),
        counsellors=tuple(each for each in shown if each.kind is RecipientKind.COUNSELLOR),
        rules=tuple(rules_of(session, person=person)),
        is_draft=rules.is_draft,
        asks_again=sum(switch.must_ask_again for card in cards for switch in card.switches),
    )


def _purposes(recipient: Recipient, held: dict[tuple[str, Purpose], Grant]) -> list[Purpose]:
    asked = [terms.purpose for terms in recipient.terms]
    return asked + [purpose for name, purpose in held if name == recipient.id and purpose not in asked]


class _Reads:
    """Counts of reads per recipient, purpose and category."""

    def __init__(self, session: Session, person: str, now: datetime) -> None:
        self._ever: dict[tuple[str, str, str], tuple[int, datetime | None]] = {}
        query = select(col(ReadRow.recipient), col(ReadRow.purpose), col(ReadRow.what), col(ReadRow.permit)).where(
            col(ReadRow.person) == person, col(ReadRow.at) > now - WEEK, col(ReadRow.is_denied).is_(False)
        )
        seen: dict[tuple[str, str, str | None], set[str]] = {}
        for recipient, purpose, what, permit in session.execute(query):
            for category in (None, *what):
                seen.setdefault((recipient or "", purpose, category), set()).add(permit)
        self._week = {key: len(permits) for key, permits in seen.items()}
        self._switches(session, person)

    def _switches(self, session: Session, person: str) -> None:
        from backend.consent.tables import GrantRow

        query = (
            select(
                col(GrantRow.recipient),
                col(GrantRow.purpose),
                col(SwitchRow.category),
                col(SwitchRow.reads),
                col(SwitchRow.last_read_at),
            )
            .join(
                GrantRow, (col(GrantRow.person) == col(SwitchRow.person)) & (col(GrantRow.id) == col(SwitchRow.grant))
            )
            .where(col(SwitchRow.person) == person)
        )
        for recipient, purpose, category, count, last in session.execute(query):
            key = (recipient, purpose, category)
            before, latest = self._ever.get(key, (0, None))
            moments = [each for each in (latest, last) if each is not None]
            self._ever[key] = (before + count, max(moments, default=None))

    def of(self, recipient: str, purpose: str, category: str) -> ReadSummary:
        """Return the counts of one switch."""
        ever, last = self._ever.get((recipient, purpose, category), (0, None))
        return ReadSummary(week=self._week.get((recipient, purpose, category), 0), ever=ever, last_at=last)

    def together(self, recipient: str, purpose: str, parts: list[ReadSummary]) -> ReadSummary:
        """Return the counts of a card; one read of three categories is one read."""
        moments = [each.last_at for each in parts if each.last_at is not None]
        return ReadSummary(
            week=self._week.get((recipient, purpose, None), 0),
            ever=max((each.ever for each in parts), default=0),
            last_at=max(moments, default=None),
        )


def _card(
    recipient: Recipient,
    purpose: Purpose,
    grant: Grant | None,
    rules: RuleSet,
    reads: _Reads,
    paused_since: datetime | None,
    now: datetime,
) -> Card:
    terms = recipient.under(purpose)
    meanings = texts().meanings
    on = {each.category: each for each in grant.switches} if grant else {}
    listed = tuple(terms.categories) if terms else ()
    listed += tuple(each for each in on if each not in listed)
    switches = tuple(
        _switch_view(recipient, purpose, terms, category, on.get(category), rules, meanings, reads, now)
        for category in listed
    )
    # What the rules do not offer has no switch at all, unless it is still on from before.
    switches = tuple(each for each in switches if each.is_on or each.can_turn_on or each.why_not in _SAID)
    return Card(
        recipient=recipient.id,
        kind=recipient.kind,
        names=recipient.names,
        is_synthetic=recipient.is_synthetic,
        purpose=purpose,
        terms=terms,
        text=texts().newest(terms.text_id) if terms else None,
        status=_status(recipient, terms, grant, switches, paused_since, now),
        start=grant.start if grant else None,
        until=grant.end if grant else (terms.ends_at if terms else None),
        erase_at=grant.erase_at if grant else None,
        switches=switches,
        reads=reads.together(recipient.id, purpose, [each.reads for each in switches]),
    )


def _switch_view(
    recipient: Recipient,
    purpose: Purpose,
    terms: Terms | None,
    category: Category,
    on: Switch | None,
    rules: RuleSet,
    meanings: Meanings,
    reads: _Reads,
    now: datetime,
) -> SwitchView:
    why_not: Literal["not_offered", "needs_board", "closed", "sensitive_closed"] | None = None
    if terms is None or not recipient.is_open or (terms.ends_at is not None and now >= terms.ends_at):
        why_not = "closed"
    else:
        offer = rules.offer(purpose, category, recipient.kind, terms.identifiability)
        if category not in terms.categories or not rules.has_switch(
            purpose, category, recipient, terms.identifiability
        ):
            why_not = "needs_board" if offer is Offer.BOARD else "not_offered"
        elif recipient.kind not in UNPAUSED_KINDS and category in closed_categories():
            why_not = "sensitive_closed"
    return SwitchView(
        category=category,
        is_on=on is not None,
        since=on.since if on else None,
        can_turn_on=why_not is None,
        why_not=why_not,
        must_ask_again=on is not None and must_ask_again(on.text, category, meanings),
        by_rule=on is not None and on.rule is not None,
        reads=reads.of(recipient.id, purpose, category),
    )


def _status(
    recipient: Recipient,
    terms: Terms | None,
    grant: Grant | None,
    switches: tuple[SwitchView, ...],
    paused_since: datetime | None,
    now: datetime,
) -> Status:
    if not recipient.is_open or (terms is None and grant is None):
        return "closed"
    if grant is None or not grant.switches:
        return "off" if terms and (terms.ends_at is None or now < terms.ends_at) else "ended"
    if grant.end is not None and now >= grant.end:
        return "ended"
    if paused_since is not None and recipient.kind not in UNPAUSED_KINDS:
        return "paused"
    if now < grant.start:
        return "not_yet"
    if all(each.must_ask_again for each in switches if each.is_on):
        return "ask_again"
    return "on"


def _names(session: Session, site: str) -> dict[str, Words]:
    return {each.id: each.names for each in recipients(session, site=site)}


def history(session: Session, *, actor: people.Actor, before: str | None = None, limit: int = 50) -> list[Change]:
    """Return the actor's own changes of consent, newest first; `before` is the id of the last one seen."""
    query = select(ChangeRow.__table__).where(col(ChangeRow.person) == _own(actor))  # type: ignore[attr-defined]
    if before is not None:
        query = query.where(col(ChangeRow.id) < before)
    names = _names(session, actor.site)
    return [
        Change(
            id=row.id,
            at=row.at,
            kind=row.kind,
            is_on=row.is_on,
            recipient=row.recipient,
            names=names.get(row.recipient),
            purpose=row.purpose,
            category=row.category,
            by_rule=row.kind == "switch" and row.rule is not None,
            text_id=row.text_id,
            text_version=row.text_version,
        )
        for row in session.execute(query.order_by(col(ChangeRow.id).desc()).limit(limit))
    ]


def receipt_of(session: Session, *, actor: people.Actor, change: str) -> str:
    """Return the signed receipt of one of the actor's own changes; raises NotFound."""
    query = select(col(ChangeRow.leaf)).where(col(ChangeRow.person) == _own(actor), col(ChangeRow.id) == change)
    leaf = session.execute(query).scalar_one_or_none()
    if leaf is None:
        raise base.NotFound
    return ledger.receipt(session, person=_own(actor), leaf=leaf)


def reads(session: Session, *, actor: people.Actor, before: str | None = None, limit: int = 50) -> list[Read]:
    """Return who read the actor's record, and who tried and was refused, newest first.

    One permit is one read, whatever it opened: its parts are added up under the permit's id.
    """
    return reads_of(session, person=_own(actor), site=actor.site, before=before, limit=limit)


def reads_of(
    session: Session, *, person: str, site: str | None = None, before: str | None = None, limit: int = 1_000_000
) -> list[Read]:
    """Return `reads` of a person, for the person's screen and for the operator's command line."""
    name = func.coalesce(col(ReadRow.permit), col(ReadRow.id))
    page = select(name.label("name")).where(col(ReadRow.person) == person)
    if before is not None:
        page = page.where(name < before)
    wanted = list(session.execute(page.distinct().order_by(name.desc()).limit(limit)).scalars())
    query = select(name.label("name"), ReadRow.__table__).where(  # type: ignore[attr-defined]
        col(ReadRow.person) == person, name.in_(wanted)
    )
    names = _names(session, site) if site is not None else {}
    found: dict[str, Read] = {}
    for row in session.execute(query.order_by(col(ReadRow.id))):
        part = found.get(row.name)
        what = Counter(part.what if part else {})
        what.update(row.what)
        metrics = Counter(part.metrics if part else {})
        metrics.update(open_metrics(person, row.id, row.metrics))
        found[row.name] = Read(
            id=row.name,
            at=row.at,
            recipient=row.recipient,
            names=names.get(row.recipient),
            role=row.role,
            purpose=row.purpose,
            is_denied=row.is_denied,
            reason=row.reason,
            what=dict(what),
            metrics=dict(metrics),
            grants=tuple(row.grants),
        )
    return [found[each] for each in wanted]
