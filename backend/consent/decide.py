"""The decision itself, pure: frozen values in, the usable categories or the failing condition out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from backend.consent.model import Category, Grant, Reason, Recipient, RecipientKind, RuleSet, TextRef

# A pause stops what leaves through the information bank. Counsellors are listed on their own and
# have their own switches: pausing must not silently cut a person off from the one who helps.
UNPAUSED_KINDS = frozenset({RecipientKind.PERSON, RecipientKind.COUNSELLOR})

# Per text: version and categories of the last change of meaning; older pins of these are asked again.
Meanings = Mapping[str, Mapping[Category, int]]


def must_ask_again(text: TextRef, category: Category, meanings: Meanings) -> bool:
    """Return whether the wording a switch was agreed under has since changed its meaning."""
    return text.version < meanings.get(text.id, {}).get(category, 1)


def usable(
    grant: Grant,
    *,
    recipient: Recipient,
    rules: RuleSet,
    meanings: Meanings,
    is_paused: bool,
    at: datetime,
    reads_today: int = 0,
    closed: frozenset[Category] = frozenset(),
) -> tuple[frozenset[Category], Reason | None]:
    """Return the categories a grant opens at a moment; if none, the first condition that failed."""
    whole = _whole_refusal(grant, recipient=recipient, is_paused=is_paused, at=at, reads_today=reads_today)
    if whole is not None:
        return frozenset(), whole
    current = {each for each in grant.switches if not must_ask_again(each.text, each.category, meanings)}
    if not current:
        return frozenset(), Reason.TEXT_CHANGED
    if recipient.kind not in UNPAUSED_KINDS:  # what the bank may not hold at all
        current = {each for each in current if each.category not in closed}
        if not current:
            return frozenset(), Reason.NOT_LISTED
    allowed = frozenset(
        each.category
        for each in current
        if rules.has_switch(grant.purpose, each.category, recipient, grant.identifiability)
    )
    return allowed, None if allowed else Reason.RULES_FORBID


def refused_categories(
    grant: Grant, wanted: frozenset[Category], open_categories: frozenset[Category], *, meanings: Meanings
) -> Reason | None:
    """Return why the wanted categories are not all open, or None when they are."""
    missing = wanted - open_categories
    if not missing:
        return None
    if missing - grant.categories:
        return Reason.CATEGORY_NOT_GRANTED
    held = [each for each in grant.switches if each.category in missing]
    is_changed = any(must_ask_again(each.text, each.category, meanings) for each in held)
    return Reason.TEXT_CHANGED if is_changed else Reason.RULES_FORBID


def _whole_refusal(
    grant: Grant, *, recipient: Recipient, is_paused: bool, at: datetime, reads_today: int
) -> Reason | None:
    if not grant.switches:
        return Reason.WITHDRAWN
    if not recipient.is_open or (recipient.closes_at is not None and at >= recipient.closes_at):
        return Reason.RECIPIENT_CLOSED
    if is_paused and recipient.kind not in UNPAUSED_KINDS:
        return Reason.PAUSED
    if at < grant.start:
        return Reason.NOT_YET
    if grant.end is not None and at >= grant.end:
        return Reason.ENDED
    if grant.reads_per_day is not None and reads_today >= grant.reads_per_day:
        return Reason.TOO_OFTEN
    return None
