"""Governance: the rules of a place, applications for secondary use, ELSI review, and the verdict that all obey."""

from backend.consent import Cohort, Column, HeldUse, PublicText, UseState, Verdict, beyond, may_read
from backend.governance.events import UseEnded, UseResumed, UseSuspended, VerdictReached
from backend.governance.model import PolicySource, Row
from backend.governance.refusals import (
    BeyondVerdict,
    ColumnNotApproved,
    DerivedNotNamed,
    LaneNotApproved,
    NothingAsked,
    PurposeNotApproved,
    RecipientNotApproved,
    RulesBroken,
    UseIsSuspended,
    UseNotBegun,
    UseOver,
    UseUnreviewed,
)
from backend.governance.service import Board, compile_rules, put_in_force, read_source
from backend.governance.uses import held, live_uses, require_read, verdict

__all__ = [
    "BeyondVerdict",
    "Board",
    "Cohort",
    "Column",
    "ColumnNotApproved",
    "DerivedNotNamed",
    "HeldUse",
    "LaneNotApproved",
    "NothingAsked",
    "PolicySource",
    "PublicText",
    "PurposeNotApproved",
    "RecipientNotApproved",
    "Row",
    "RulesBroken",
    "UseEnded",
    "UseIsSuspended",
    "UseNotBegun",
    "UseOver",
    "UseResumed",
    "UseState",
    "UseSuspended",
    "UseUnreviewed",
    "Verdict",
    "VerdictReached",
    "beyond",
    "compile_rules",
    "held",
    "live_uses",
    "may_read",
    "put_in_force",
    "read_source",
    "require_read",
    "verdict",
]
