"""Everything linking says no to; the words stand in words.json."""

from __future__ import annotations

from backend import base


class NoRecord(base.Refusal):
    """The account has no record of its own (staff, counsellors)."""

    status = 403
    key = "link.no_record"


class FileNameMissing(base.Refusal):
    """The upload did not say what the file is called."""

    status = 422
    key = "link.file_name_missing"


class EmptyFile(base.Refusal):
    """Not one byte arrived."""

    status = 422
    key = "link.empty_file"


class UploadBroken(base.Refusal):
    """The connection ended before the whole file was here."""

    status = 400
    key = "link.upload_broken"


class NotYours(base.Refusal):
    """Birth date or sex in the file are somebody else's; says nothing about that person."""

    status = 422
    key = "link.not_yours"


class NotYoursAmongMany(base.Refusal):
    """None of the people of the file is the resident."""

    status = 422
    key = "link.not_yours_many"


class TwoMatch(base.Refusal):
    """Two people of the file could be the resident: choosing would be a guess."""

    status = 422
    key = "link.two_match"


class NothingFound(base.Refusal):
    """The file is readable and holds nothing that can be taken."""

    status = 422
    key = "link.nothing_found"


class CouldNotRead(base.Refusal):
    """Reading failed for a reason we do not know; the file is thrown away, the record untouched."""

    status = 422
    key = "link.could_not_read"


class CouldNotStore(base.Refusal):
    """Storing failed for a reason we do not know; what had been stored was taken off again."""

    status = 500
    key = "link.could_not_store"


class AnswerNeeded(base.Refusal):
    """The preview asked something and the answer is not there."""

    status = 422
    key = "link.answer_needed"


class SaidNotMine(base.Refusal):
    """The person said that the file is somebody else's: it is thrown away."""

    status = 422
    key = "link.said_not_mine"


class StillReading(base.Refusal):
    """The file is not read to its end yet."""

    status = 409
    key = "link.still_reading"


class AlreadyConfirmed(base.Refusal):
    """The upload has become an import: it is undone there, not dropped here."""

    status = 409
    key = "link.already_confirmed"


class StillStoring(base.Refusal):
    """An import under way is undone after it is complete."""

    status = 409
    key = "link.still_storing"


class NotKept(base.Refusal):
    """The original bytes are not kept (other people's data was in them, or the import was undone)."""

    status = 404
    key = "link.original_not_kept"


class WasRefused(base.Refusal):
    """Reading the file ended in a refusal, which the upload itself names."""

    status = 409
    key = "link.was_refused"


class TooManyWaiting(base.Refusal):
    """As many unconfirmed files are waiting as one person may have; the new one was not kept."""

    status = 429
    key = "link.too_many_waiting"
