"""What governance says no to."""

from __future__ import annotations

from backend import base


class RulesBroken(base.Refusal):
    """The policy files do not fit their schema; `detail` names the first place."""

    status = 500
    key = "governance.rules_broken"


class BeyondVerdict(base.Refusal):
    """A request outside the verdict; the subclasses say by what."""

    status = 403
    key = "governance.beyond"


class ColumnNotApproved(BeyondVerdict):
    """A column the verdict does not name (`column`)."""

    key = "governance.column_not_approved"


class DerivedNotNamed(BeyondVerdict):
    """A computed value (risk score) that the verdict does not name (`column`)."""

    key = "governance.derived_not_named"


class PurposeNotApproved(BeyondVerdict):
    """Another purpose than the verdict's."""

    key = "governance.purpose_not_approved"


class RecipientNotApproved(BeyondVerdict):
    """Another recipient than the verdict's: no onward supply."""

    key = "governance.recipient_not_approved"


class LaneNotApproved(BeyondVerdict):
    """Another identifiability than the verdict's."""

    key = "governance.lane_not_approved"


class UseNotBegun(BeyondVerdict):
    """Before the first day."""

    key = "governance.use_not_begun"


class UseOver(BeyondVerdict):
    """After the last day, or ended by the board or by the user."""

    key = "governance.use_over"


class UseUnreviewed(BeyondVerdict):
    """The day of the next review has passed without one."""

    key = "governance.use_unreviewed"


class UseIsSuspended(BeyondVerdict):
    """The board has frozen this use."""

    key = "governance.use_suspended"


class NothingAsked(BeyondVerdict):
    """A request that names no column."""

    status = 422
    key = "governance.nothing_asked"
