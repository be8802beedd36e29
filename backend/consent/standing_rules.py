"""A person's rules for a class of recipients: they switch grants on or off, now and for those who come later."""

from __future__ import annotations

from typing import Literal

import msgspec
from sqlalchemy import select, update
from sqlmodel import Session, col

from backend import base, people
from backend.consent.concern import concerned
from backend.consent.decide import UNPAUSED_KINDS
from backend.consent.model import Category, Purpose, Recipient, RecipientKind, Rule
from backend.consent.recipients import RecipientArrived, recipient_of, recipients
from backend.consent.refusals import NeedsBoard, NoSuchRule, NotOffered, RecipientGone, RuleMatchesNothing
from backend.consent.sensitive import SensitiveClosed
from backend.consent.service import Act, Changed, act_of, answered_before, offered, record_change, rule_body, switch
from backend.consent.state import grants_of, raise_epoch, rules_of
from backend.consent.tables import RuleRow
from backend.consent.understanding import require_understood


class RuleChanged(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that was set or ended, its receipt, and the switches it moved."""

    rule: str
    change: Changed
    switches: tuple[Changed, ...]


def add_rule(
    session: Session,
    *,
    actor: people.Actor,
    kind: RecipientKind,
    purpose: Purpose,
    categories: frozenset[Category],
    effect: Literal["create", "stop"],
    client_id: str,
    clock: base.Clock = base.CLOCK,
) -> RuleChanged:
    """Set a standing rule and apply it to all recipients of the class at the person's site.

    A rule that creates grants needs a passkey confirmation and must match something that the rules
    of the place offer; one that stops never does. A later switch by hand goes before a rule.
    """
    asked = {"kind": kind, "purpose": purpose, "categories": sorted(categories), "effect": effect}
    act = act_of(actor, client_id=client_id, body=asked, clock=clock)
    before = answered_before(session, act=act)
    if before is not None:
        return RuleChanged(rule=_rule_of(session, act, before), change=before, switches=())
    if effect == "create" and kind not in UNPAUSED_KINDS:
        require_understood(session, person=act.person)
        people.require_step_up(actor, clock=clock)
    rule = Rule(
        id=base.new_id(),
        person=act.person,
        kind=kind,
        purpose=purpose,
        categories=tuple(sorted(categories)),
        effect=effect,
        since=act.at,
    )
    session.add(
        RuleRow(
            person=act.person,
            id=rule.id,
            site=act.site,
            kind=kind,
            purpose=purpose,
            categories=list(rule.categories),
            effect=effect,
            since=act.at,
        )
    )
    session.flush()
    raise_epoch(session, person=act.person)
    ruled = msgspec.structs.replace(act, rule=rule.id)
    row = {"purpose": purpose}
    change = record_change(session, act=ruled, kind="rule", is_on=True, body=rule_body(rule), row=row)
    moved = [
        each for recipient in recipients(session, site=act.site) for each in _apply(session, ruled, rule, recipient)
    ]
    if effect == "create" and not moved:
        raise RuleMatchesNothing
    return RuleChanged(rule=rule.id, change=change, switches=tuple(moved))


def end_rule(
    session: Session, *, actor: people.Actor, rule: str, client_id: str, clock: base.Clock = base.CLOCK
) -> RuleChanged:
    """End a standing rule; what a creating rule had switched on, and no hand has touched since, goes off with it."""
    act = act_of(actor, client_id=client_id, body={"end": rule}, clock=clock)
    before = answered_before(session, act=act)
    if before is not None:
        return RuleChanged(rule=rule, change=before, switches=())
    found = next((each for each in rules_of(session, person=act.person) if each.id == rule), None)
    if found is None:
        raise NoSuchRule
    raise_epoch(session, person=act.person)
    ended = update(RuleRow).where(col(RuleRow.person) == act.person, col(RuleRow.id) == rule)
    session.execute(ended.values(ended_at=act.at))
    ruled = msgspec.structs.replace(act, rule=rule)
    row = {"purpose": found.purpose}
    change = record_change(session, act=ruled, kind="rule", is_on=False, body=rule_body(found), row=row)
    unnamed = msgspec.structs.replace(ruled, client_id=None, digest=None)
    moved = [
        switch(
            session,
            act=unnamed,
            recipient=recipient_of(session, recipient=grant.recipient),
            purpose=grant.purpose,
            category=each.category,
            on=False,
        )
        for grant in grants_of(session, person=act.person)
        for each in grant.switches
        if each.rule == rule
    ]
    return RuleChanged(rule=rule, change=change, switches=tuple(moved))


def _rule_of(session: Session, act: Act, change: Changed) -> str:
    from backend.consent.tables import ChangeRow

    found = select(col(ChangeRow.rule)).where(col(ChangeRow.person) == act.person, col(ChangeRow.id) == change.id)
    return str(session.execute(found).scalar_one())


def _apply(session: Session, act: Act, rule: Rule, recipient: Recipient) -> list[Changed]:
    if recipient.kind is not rule.kind:
        return []
    unnamed = msgspec.structs.replace(act, client_id=None, digest=None)
    held = [each for each in grants_of(session, person=rule.person) if each.recipient == recipient.id]
    on = frozenset(category for grant in held if grant.purpose is rule.purpose for category in grant.categories)
    wanted = [each for each in rule.categories if (each in on) is (rule.effect == "stop")]
    moved = []
    for category in wanted:
        if rule.effect == "create" and not _is_offered(session, act, recipient, rule.purpose, category):
            continue
        moved.append(
            switch(
                session,
                act=unnamed,
                recipient=recipient,
                purpose=rule.purpose,
                category=category,
                on=rule.effect == "create",
            )
        )
    return moved


def _is_offered(session: Session, act: Act, recipient: Recipient, purpose: Purpose, category: Category) -> bool:
    try:
        offered(session, recipient=recipient, purpose=purpose, category=category, at=act.at)
    except (NotOffered, NeedsBoard, RecipientGone, SensitiveClosed):
        return False
    return (recipient.id, purpose) in concerned(session, person=act.person, recipients=[recipient])


def apply_to_newcomer(session: Session, arrived: RecipientArrived) -> None:
    """Let the standing rules answer a recipient that is new, or asks for something new."""
    recipient = recipient_of(session, recipient=arrived.recipient)
    rows = session.execute(
        select(col(RuleRow.person), col(RuleRow.id))
        .where(
            col(RuleRow.kind) == recipient.kind,
            col(RuleRow.site) == recipient.site,
            col(RuleRow.ended_at).is_(None),
        )
        .order_by(col(RuleRow.id))
    ).all()
    for person, name in rows:
        rule = next(each for each in rules_of(session, person=person) if each.id == name)
        act = Act(person=person, account="rule", site=recipient.site, at=base.CLOCK.now(), rule=name)
        for_new = _only_never_answered(session, rule, recipient)
        _apply(session, act, for_new, recipient)


def _only_never_answered(session: Session, rule: Rule, recipient: Recipient) -> Rule:
    from backend.consent.tables import ChangeRow

    answered = select(col(ChangeRow.category)).where(
        col(ChangeRow.person) == rule.person,
        col(ChangeRow.recipient) == recipient.id,
        col(ChangeRow.purpose) == rule.purpose,
    )
    known = set(session.execute(answered).scalars())
    left = tuple(each for each in rule.categories if each not in known)
    return msgspec.structs.replace(rule, categories=left)
