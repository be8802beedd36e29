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


class CertificateExpired(BeyondVerdict):
    """The organisation's security certificate has run out."""

    key = "governance.certificate_expired"


class NothingAsked(BeyondVerdict):
    """A request that names no column."""

    status = 422
    key = "governance.nothing_asked"


class OrganisationNotApproved(base.Refusal):
    """The organisation waits for the site's staff, or was refused."""

    status = 403
    key = "governance.organisation_not_approved"


class Incomplete(base.Refusal):
    """Filing needs more: `fields` lists every field that is missing."""

    status = 422
    key = "governance.incomplete"


class UnknownColumn(base.Refusal):
    """There is no such column."""

    status = 422
    key = "governance.unknown_column"


class TooBroad(base.Refusal):
    """The rules of the place do not allow these kinds of data for this purpose and lane (`categories`)."""

    status = 422
    key = "governance.too_broad"


class TooManyColumns(base.Refusal):
    """More columns than an application may name (`most`)."""

    status = 422
    key = "governance.too_many_columns"


class RetentionTooLong(base.Refusal):
    """The retention end lies too far away (`years`)."""

    status = 422
    key = "governance.retention_too_long"


class RetentionPast(base.Refusal):
    """The retention end has passed already."""

    status = 422
    key = "governance.retention_past"


class OnwardSupplyRefused(base.Refusal):
    """Passing data on to others is not possible here."""

    status = 422
    key = "governance.onward_refused"


class PurposeNotForKind(base.Refusal):
    """This kind of organisation may not ask for this purpose."""

    status = 422
    key = "governance.purpose_not_for_kind"


class WrongState(base.Refusal):
    """The case has moved on meanwhile."""

    status = 409
    key = "governance.wrong_state"


class OwnCase(base.Refusal):
    """Nobody reviews an application of their own."""

    status = 403
    key = "governance.own_case"


class NotYourReview(base.Refusal):
    """This case was given to other reviewers."""

    status = 403
    key = "governance.not_your_review"


class DeclareFirst(base.Refusal):
    """Before a decision the reviewer says whether there is a conflict of interest."""

    status = 409
    key = "governance.declare_first"


class AlreadyDecided(base.Refusal):
    """This reviewer has decided; a decision is not changed."""

    status = 409
    key = "governance.already_decided"


class FindingsMissing(base.Refusal):
    """Every ELSI item needs a reason in both wordings (`items` lists those without)."""

    status = 422
    key = "governance.findings_missing"


class NotPlain(base.Refusal):
    """The wording for residents has too long a sentence (`item`, `most` characters)."""

    status = 422
    key = "governance.not_plain"


class NoPublicInterest(base.Refusal):
    """A use for the public needs the finding that it serves the public."""

    status = 422
    key = "governance.no_public_interest"


class ConditionTooWeak(base.Refusal):
    """A condition may be stricter than the place's limit, not weaker (`least`)."""

    status = 422
    key = "governance.condition_too_weak"


class ConditionInvalid(base.Refusal):
    """A condition names a column that was not asked for, or a day outside the use."""

    status = 422
    key = "governance.condition_invalid"


class ClientRefused(base.Refusal):
    """The client id and secret do not fit, or were taken back."""

    status = 401
    key = "governance.client_refused"


class TokenRefused(base.Refusal):
    """The token is unknown, over, replaced by a newer one, or of another use."""

    status = 401
    key = "governance.token_refused"


class CountsOnly(base.Refusal):
    """An anonymous use gets counts, no rows."""

    status = 403
    key = "governance.counts_only"


class QuestionsSpent(base.Refusal):
    """More different questions in a day than are allowed (`most`)."""

    status = 429
    key = "governance.questions_spent"


class NotAGrouping(base.Refusal):
    """Counts are grouped by age band, sex or municipality, two at most, each approved (`column`)."""

    status = 422
    key = "governance.not_a_grouping"


class NotCountable(base.Refusal):
    """A mean needs a number (`column`)."""

    status = 422
    key = "governance.not_countable"
