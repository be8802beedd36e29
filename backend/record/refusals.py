"""What the record says no to, each with a message key."""

from __future__ import annotations

from typing import ClassVar

from backend import base


class UnknownReading(base.NotFound):
    """There is no such value, or it is not this person's."""

    key = "record.unknown_reading"


class UnknownMetricAsked(base.NotFound):
    """There is no such metric, or this person has none of it."""

    key = "record.unknown_metric"


class UnknownQuestion(base.NotFound):
    """There is no such question in わたしのこと."""

    key = "record.unknown_question"


class Implausible(base.Refusal):
    """The value is hardly possible: ask, and send again with `confirm_implausible`."""

    status: ClassVar[int] = 409
    key = "record.implausible"


class SystolicBelowDiastolic(base.Refusal):
    """The upper blood pressure is not above the lower: ask, and send again with `confirm_implausible`."""

    status: ClassVar[int] = 409
    key = "record.upper_not_above_lower"


class Impossible(base.Refusal):
    """The value cannot be stored even when confirmed."""

    status: ClassVar[int] = 422
    key = "record.impossible"


class InTheFuture(base.Refusal):
    """The time lies in the future."""

    status: ClassVar[int] = 422
    key = "record.in_the_future"


class TooLongAgo(base.Refusal):
    """The time lies before anybody alive was measured."""

    status: ClassVar[int] = 422
    key = "record.too_long_ago"


class ValueMissing(base.Refusal):
    """A number that this entry needs is not there."""

    status: ClassVar[int] = 422
    key = "record.value_missing"


class WrongKindOfValue(base.Refusal):
    """A number where words are needed, or an answer that is not among the choices."""

    status: ClassVar[int] = 422
    key = "record.wrong_kind"


class UnknownUnit(base.Refusal):
    """This metric cannot be given in that unit."""

    status: ClassVar[int] = 422
    key = "record.unknown_unit"


class NotTheCurrentVersion(base.Refusal):
    """An older version was to be corrected or deleted; only the one that counts can be."""

    status: ClassVar[int] = 409
    key = "record.not_the_current_version"


class SeriesStaysWhole(base.Refusal):
    """A device's samples are not changed one by one; its import can be undone."""

    status: ClassVar[int] = 409
    key = "record.series_stays_whole"


class BadCursor(base.Refusal):
    """The page mark is not one of ours."""

    status: ClassVar[int] = 422
    key = "record.bad_cursor"


class UnknownCorrection(base.NotFound):
    """There is no such correction of this person."""

    key = "record.unknown_correction"


class CorrectionTakenBack(base.Refusal):
    """A later correction stands on this one: that one is taken back first."""

    status: ClassVar[int] = 409
    key = "record.later_correction"


class PressureUnlikely(base.Refusal):
    """Upper and lower blood pressure hardly go together: ask, and send again with `confirm_implausible`."""

    status: ClassVar[int] = 409
    key = "record.pressure_unlikely"


class AnswerNotReadable(base.Invalid):
    """An answer of an exported file fits no question, or was given in the future."""

    key = "record.answer_not_readable"


class ExportNotReady(base.Conflict):
    """The export is still being made, or could not be made."""

    key = "record.export_not_ready"


class PasscodeTooShort(base.Invalid):
    """A passcode of a link has four to thirty-two characters."""

    key = "record.passcode_too_short"


class LinkLastsTooLong(base.Invalid):
    """A link or a token ends within a year, and not in the past."""

    key = "record.lasts_too_long"
