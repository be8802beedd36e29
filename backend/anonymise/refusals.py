"""What the anonymisation engine says no to; each refusal names the column and, where there is one, the row."""

from __future__ import annotations

from backend import base


class Refused(base.Refusal):
    """A table, a hierarchy or a demand that cannot be released; nothing is written."""

    status = 422
    key = "anonymise.refused"


class NotReadable(Refused):
    """The file is empty or has no header."""

    key = "anonymise.not_readable"


class Ragged(Refused):
    """A line has another number of cells than the header."""

    key = "anonymise.ragged"


class MixedEncodings(Refused):
    """Some lines are UTF-8 and some are not, or a line is in no encoding we read."""

    key = "anonymise.mixed_encodings"


class DuplicateColumn(Refused):
    """Two columns carry the same name, or one has none."""

    key = "anonymise.duplicate_column"


class NoSuchColumn(Refused):
    """A column that was named is not in the table."""

    key = "anonymise.no_such_column"


class NamedTwice(Refused):
    """One column was named for two roles."""

    key = "anonymise.named_twice"


class Missing(Refused):
    """A quasi-identifier or sensitive cell is empty or NaN."""

    key = "anonymise.missing"


class AllMissing(Refused):
    """A column holds nothing."""

    key = "anonymise.all_missing"


class Constant(Refused):
    """A column holds one value only: nothing to generalise, or everybody's secret is known."""

    key = "anonymise.constant"


class NotInHierarchy(Refused):
    """A value of the table is not a leaf of its column's hierarchy."""

    key = "anonymise.not_in_hierarchy"


class DateAsText(Refused):
    """A date in words or in a form other than YYYY-MM-DD."""

    key = "anonymise.date_as_text"


class FreeText(Refused):
    """A column of sentences: no rule can say what identifies somebody in it."""

    key = "anonymise.free_text"


class Unclassified(Refused):
    """A column that no rule and no option classifies blocks the release."""

    key = "anonymise.unclassified"


class LooksDirect(Refused):
    """A column that would be released holds e-mail addresses, individual numbers or names of people."""

    key = "anonymise.looks_direct"


class NoHierarchy(Refused):
    """A quasi-identifier has neither a hierarchy file nor a built-in hierarchy."""

    key = "anonymise.no_hierarchy"


class NotATree(Refused):
    """A value or group has two parents, or lines differ in length."""

    key = "anonymise.not_a_tree"


class NoSourceTable(Refused):
    """A built-in hierarchy whose source table is not at hand; `table` names what is missing."""

    key = "anonymise.no_source_table"


class TooFewRows(Refused):
    """k is larger than the table."""

    key = "anonymise.too_few_rows"


class BadDemand(Refused):
    """k, l or t is outside what it can mean."""

    key = "anonymise.bad_demand"


class Unreachable(Refused):
    """Even one single class does not meet l or t."""

    key = "anonymise.unreachable"


class RiskTooHigh(Refused):
    """The measured risk of re-identification is above the limit that was set for this release."""

    key = "anonymise.risk_too_high"


class NoSensitive(Refused):
    """l or t was asked for and no column is sensitive."""

    key = "anonymise.no_sensitive"


class NotAligned(Refused):
    """Release and original do not belong together."""

    key = "anonymise.not_aligned"


class WouldOverwrite(Refused):
    """The output is the input, a directory, or the same file twice."""

    key = "anonymise.would_overwrite"
