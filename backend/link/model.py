"""Frozen values of linking a file: what was found in it, whose it seems to be, what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

import msgspec

SourceKey = Literal["checkup", "apple", "fhir", "jahis", "cgm", "omron", "withings", "garmin", "omh"]
OriginalKept = Literal["whole", "own_part", "not_kept"]
"""Whether the file is kept as sent, only with the person's own documents, or not at all."""


class UploadState(StrEnum):
    """Where an uploaded file stands: nothing of it is on the record before IMPORTING."""

    READING = "reading"
    READY = "ready"
    REFUSED = "refused"
    IMPORTING = "importing"
    IMPORTED = "imported"


class ImportState(StrEnum):
    """Where an import stands: COMPLETE only when every reading of it is on the record."""

    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


class Question(StrEnum):
    """What only the person can answer before the import."""

    NAME_DIFFERS = "name_differs"
    WHOSE = "whose"


class Answer(StrEnum):
    """The person's answer to a question about the file."""

    MINE = "mine"
    NOT_MINE = "not_mine"


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a job really is; `done` counts bytes of the source already read."""

    stage: Literal["waiting", "reading", "storing", "finished"]
    done: int = 0
    total: int = 0


class MetricFound(msgspec.Struct, frozen=True, kw_only=True):
    """How often one metric stands in the file for this person."""

    metric: str
    count: int
    first: date
    last: date


class KindFound(msgspec.Struct, frozen=True, kw_only=True):
    """One category of the record (C-CHECKUP, C-ACT, ...) with its metrics."""

    category: str
    count: int
    metrics: tuple[MetricFound, ...]


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Something the person should know about the file: a message key with its parameters."""

    key: str
    params: Mapping[str, str | int | float]


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """One reason for leaving values out, how often, and the first places in the file."""

    reason: str
    count: int
    places: tuple[str, ...]


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Why a file was not taken: a message key and its parameters, nothing personal."""

    key: str
    params: Mapping[str, str | int | float | None]


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in a file for one person; shown before anything is stored on the record."""

    format: str
    source: SourceKey
    file_name: str
    size: int
    sha256: str
    count: int
    kinds: tuple[KindFound, ...]
    first: date | None
    last: date | None
    sources: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    warnings: tuple[Note, ...]
    other_people: int
    identity: Literal["matches", "name_differs", "unknown"]
    name_in_file: str | None
    question: Question | None
    already_imported_at: datetime | None
    answers: int = 0


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did: the numbers add up to what the file holds for this person."""

    new: int
    already: int
    left_out: tuple[LeftOut, ...]
    other_people: int
    kinds: tuple[KindFound, ...]
    first: date | None
    last: date | None
    sources: tuple[str, ...]
    original: OriginalKept


class UploadFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An uploaded file as its person sees it."""

    id: str
    state: UploadState
    progress: Progress
    preview: Preview | None
    refusal: Refused | None
    import_id: str | None
    expires_at: datetime


class ImportFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An import as its person sees it; `receipt` is there once it is complete."""

    id: str
    upload_id: str
    state: ImportState
    progress: Progress
    format: str
    source: SourceKey
    file_name: str
    sha256: str
    size: int
    created_at: datetime
    finished_at: datetime | None
    new: int
    already: int
    left_out: int
    other_people: int
    refusal: Refused | None
    receipt: Receipt | None


class SourceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A source the person can link and how the last tries went."""

    key: SourceKey
    how: tuple[str, ...]
    accepts: tuple[str, ...]
    is_tried: bool
    """Whether its reader was tried on a sample file that is not of our own making."""
    imports: int
    last_success_at: datetime | None
    last_failure_at: datetime | None
    last_failure: Refused | None


class Original(msgspec.Struct, frozen=True, kw_only=True):
    """The kept bytes of an import's file, to be read once."""

    file_name: str
    size: int
    chunks: Iterator[bytes]


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """News: an import is complete and on the record."""

    person: str
    import_id: str


class ImportUndone(msgspec.Struct, frozen=True, kw_only=True):
    """News: every value of an import was taken off the record."""

    person: str
    import_id: str
