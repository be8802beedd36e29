"""Consent: who allowed what, to whom, until when; the single source of 'may we?'."""

from backend import base
from backend.consent.audit import differences_from_ledger
from backend.consent.model import (
    Category,
    Grant,
    Identifiability,
    Mode,
    Offer,
    Permit,
    Purpose,
    Reason,
    Recipient,
    RecipientKind,
    Rule,
    RuleSet,
    Terms,
    TextRef,
    Words,
)
from backend.consent.permits import note_read, permit
from backend.consent.recipients import (
    RecipientArrived,
    add_member,
    adopt_rule_set,
    recipient_of,
    recipients,
    recipients_of,
    register_recipient,
    remove_member,
    rule_set,
)
from backend.consent.refusals import (
    ConsentWithdrawn,
    NeedsBoard,
    NoSuchRule,
    NotOffered,
    NotPermitted,
    RecipientGone,
    RuleMatchesNothing,
)
from backend.consent.service import Changed, ConsentChanged, set_pause, set_switch
from backend.consent.shared import Shared, people_sharing, shared_with
from backend.consent.standing_rules import RuleChanged, add_rule, apply_to_newcomer, end_rule
from backend.consent.texts import ConsentText, Texts, Wording, read_texts, texts, use_texts
from backend.consent.views import Card, Change, Overview, Read, history, overview, reads, receipt_of

# Inside the room, not against the stream: a new recipient meets the rules that people have set.
base.subscribe(RecipientArrived, apply_to_newcomer)

__all__ = [
    "Card",
    "Category",
    "Change",
    "Changed",
    "ConsentChanged",
    "ConsentText",
    "ConsentWithdrawn",
    "Grant",
    "Identifiability",
    "Mode",
    "NeedsBoard",
    "NoSuchRule",
    "NotOffered",
    "NotPermitted",
    "Offer",
    "Overview",
    "Permit",
    "Purpose",
    "Read",
    "Reason",
    "Recipient",
    "RecipientGone",
    "RecipientKind",
    "Rule",
    "RuleChanged",
    "RuleMatchesNothing",
    "RuleSet",
    "Shared",
    "Terms",
    "TextRef",
    "Texts",
    "Wording",
    "Words",
    "add_member",
    "add_rule",
    "adopt_rule_set",
    "differences_from_ledger",
    "end_rule",
    "history",
    "note_read",
    "overview",
    "people_sharing",
    "permit",
    "read_texts",
    "reads",
    "receipt_of",
    "recipient_of",
    "recipients",
    "recipients_of",
    "register_recipient",
    "remove_member",
    "rule_set",
    "set_pause",
    "set_switch",
    "shared_with",
    "texts",
    "use_texts",
]
