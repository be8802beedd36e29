"""What consent says no to."""

from __future__ import annotations

from backend import base


class NotPermitted(base.Refusal):
    """No consent covers this read; one answer for every cause, so that nothing can be guessed from it."""

    status = 403
    key = "consent.not_permitted"


class ConsentWithdrawn(NotPermitted):
    """Consent changed between the decision and the read."""

    key = "consent.changed_meanwhile"


class NotOffered(base.Refusal):
    """The rules of this place do not allow this combination, so there is no switch for it."""

    status = 422
    key = "consent.not_offered"


class NeedsBoard(base.Refusal):
    """This combination waits for a verdict of the ELSI board."""

    status = 422
    key = "consent.needs_board"


class RecipientGone(base.Refusal):
    """The recipient has ended or is not of this site."""

    status = 404
    key = "consent.recipient_gone"


class NoSuchRule(base.Refusal):
    """There is no such standing rule."""

    status = 404
    key = "consent.no_such_rule"


class RuleMatchesNothing(base.Refusal):
    """The rules of this place offer nothing of this rule to any recipient of the class."""

    status = 422
    key = "consent.rule_matches_nothing"
