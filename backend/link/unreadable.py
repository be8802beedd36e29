"""Why a file cannot be read at all: one refusal each, with words in words_readers.json."""

from __future__ import annotations

from backend import base


class Unreadable(base.Refusal):
    """The file cannot be read; subclasses say why. Nothing of it has been stored."""

    status = 422
    key = "link.file_unknown"


class UnknownFile(Unreadable):
    """The content is of no kind that a reader knows."""

    key = "link.file_unknown"


class NothingInFile(Unreadable):
    """The file has no byte."""

    key = "link.file_no_bytes"


class ZipDamaged(Unreadable):
    """The ZIP is cut off or its check sums do not fit."""

    key = "link.zip_damaged"


class ZipLocked(Unreadable):
    """The ZIP needs a password."""

    key = "link.zip_locked"


class ZipBomb(Unreadable):
    """The ZIP inflates to far more than a health file ever does; `limit_mb` says how much is allowed."""

    status = 413
    key = "link.zip_bomb"


class ZipNothingKnown(Unreadable):
    """The ZIP is sound and holds nothing that a reader knows."""

    key = "link.zip_nothing_known"


class FileTooLarge(Unreadable):
    """A part of the file is larger than such a part ever is; `limit_mb` says how much is allowed."""

    status = 413
    key = "link.part_too_large"


class XmlDamaged(Unreadable):
    """The XML is not well formed; `line` says where."""

    key = "link.xml_damaged"


class XmlForbidden(Unreadable):
    """The XML defines entities or points outside of itself: never resolved."""

    key = "link.xml_forbidden"


class NotACheckup(Unreadable):
    """A clinical document that is no check-up result."""

    key = "link.xml_not_checkup"


class JsonDamaged(Unreadable):
    """The JSON cannot be parsed; `place` says where."""

    key = "link.json_damaged"


class NotFhir(Unreadable):
    """JSON that is no FHIR R4 resource."""

    key = "link.json_not_fhir"


class NobodyOfThatKey(Unreadable):
    """The asked person is not in the file."""

    key = "link.person_not_in_file"


class CsvChanged(Unreadable):
    """A CSV of ours whose form somebody changed; `file` and `line` say where."""

    key = "link.csv_changed"


class JahisDamaged(Unreadable):
    """A medicine notebook whose form is broken; `line` says where."""

    key = "link.jahis_damaged"


class JahisPartsMissing(Unreadable):
    """A split notebook of which codes are still missing: `have` of `total`."""

    key = "link.jahis_parts_missing"


class JahisPartsMixed(Unreadable):
    """Parts or notebooks that do not belong together: of different notebooks or different people."""

    key = "link.jahis_parts_mixed"


class TableDamaged(Unreadable):
    """A table (CSV) that cannot be cut into rows and cells; `line` says where."""

    key = "link.table_damaged"


class DatesUnclear(Unreadable):
    """A table whose days can be read as day-month and as month-day: never guessed."""

    key = "link.table_dates_unclear"


class FitDamaged(Unreadable):
    """A FIT file that is cut off, or whose check sums do not fit; `byte` says where."""

    key = "link.fit_damaged"
