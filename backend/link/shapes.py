"""What the routes of linking take and answer; the PWA's types are generated from here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from backend.link.model import (
    Answer,
    ImportFacts,
    ImportState,
    KindFound,
    LeftOut,
    OriginalKept,
    Preview,
    Progress,
    Question,
    Refused,
    SourceFacts,
    SourceKey,
    UploadFacts,
    UploadState,
)

Params = dict[str, str | int | float | None]


class Words(BaseModel):
    """A message key with its parameters; the words live in the word files."""

    key: str
    params: Params = Field(default_factory=dict)


class ProgressOut(BaseModel):
    """How far the job really is, in bytes of the file."""

    stage: Literal["waiting", "reading", "storing", "finished"]
    done: int
    total: int


class MetricFoundOut(BaseModel):
    """How often a metric stands in the file."""

    metric: str
    count: int
    first: date
    last: date


class KindFoundOut(BaseModel):
    """One category of the record and its metrics."""

    category: str
    count: int
    metrics: list[MetricFoundOut]


class LeftOutOut(BaseModel):
    """A reason why values were left out, how often, and the first places in the file."""

    reason: Words
    count: int
    places: list[str]


class PreviewOut(BaseModel):
    """What was found in the file, before anything is stored."""

    format: str
    source: SourceKey
    file_name: str
    size: int
    sha256: str
    count: int
    kinds: list[KindFoundOut]
    first: date | None
    last: date | None
    sources: list[str]
    left_out: list[LeftOutOut]
    warnings: list[Words]
    other_people: int
    identity: Literal["matches", "name_differs", "unknown"]
    name_in_file: str | None
    question: Question | None
    already_imported_at: datetime | None


class UploadOut(BaseModel):
    """An uploaded file and how far reading it is."""

    id: str
    state: UploadState
    progress: ProgressOut
    preview: PreviewOut | None
    refusal: Words | None
    import_id: str | None
    expires_at: datetime


class ImportOut(BaseModel):
    """One import in the list of imports."""

    id: str
    upload_id: str
    state: ImportState
    progress: ProgressOut
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
    refusal: Words | None


class ReceiptOut(BaseModel):
    """What an import did, in full."""

    new: int
    already: int
    left_out: list[LeftOutOut]
    other_people: int
    kinds: list[KindFoundOut]
    first: date | None
    last: date | None
    sources: list[str]
    original: OriginalKept


class ImportDetailOut(ImportOut):
    """One import with its receipt; the receipt is there once the import is complete."""

    receipt: ReceiptOut | None


class ImportsOut(BaseModel):
    """All imports of the person, newest first."""

    imports: list[ImportOut]


class SourceOut(BaseModel):
    """A source the person can link and how the last tries went."""

    key: SourceKey
    title: Words
    how: list[Words]
    accepts: list[str]
    is_tried: bool
    imports: int
    last_success_at: datetime | None
    last_failure_at: datetime | None
    last_failure: Words | None


class WaitingOut(BaseModel):
    """A file that was sent and not confirmed yet, so that it is found again after leaving."""

    id: str
    state: UploadState
    file_name: str
    expires_at: datetime


class SourcesOut(BaseModel):
    """Every source that can be linked today, and the files that wait for a yes."""

    sources: list[SourceOut]
    waiting: list[WaitingOut]


class UploadHeader(BaseModel):
    """Headers of an upload: the file's name (percent-encoded UTF-8) and the try's own id."""

    x_filename: str = Field(max_length=1000)
    idempotency_key: str | None = Field(default=None, min_length=8, max_length=64)


class UploadQuery(BaseModel):
    """Where the person said the file comes from, so that a failure is shown beside that source."""

    source: SourceKey | None = None


class UploadPath(BaseModel):
    """Path of one upload."""

    upload_id: str = Field(pattern="^[0-9a-z]{26}$")


class ImportPath(BaseModel):
    """Path of one import."""

    import_id: str = Field(pattern="^[0-9a-z]{26}$")


class ConfirmIn(BaseModel):
    """The answers to the preview's question; empty where nothing was asked."""

    answers: dict[Question, Answer] = Field(default_factory=dict)


def _refused(refused: Refused | None) -> Words | None:
    return None if refused is None else Words(key=refused.key, params=dict(refused.params))


def _progress(progress: Progress) -> ProgressOut:
    return ProgressOut(stage=progress.stage, done=progress.done, total=progress.total)


def _kinds(kinds: Sequence[KindFound]) -> list[KindFoundOut]:
    return [
        KindFoundOut(
            category=kind.category,
            count=kind.count,
            metrics=[
                MetricFoundOut(metric=one.metric, count=one.count, first=one.first, last=one.last)
                for one in kind.metrics
            ],
        )
        for kind in kinds
    ]


def _left_out(groups: Sequence[LeftOut]) -> list[LeftOutOut]:
    return [LeftOutOut(reason=Words(key=one.reason), count=one.count, places=list(one.places)) for one in groups]


def _preview(preview: Preview) -> PreviewOut:
    return PreviewOut(
        format=preview.format,
        source=preview.source,
        file_name=preview.file_name,
        size=preview.size,
        sha256=preview.sha256,
        count=preview.count,
        kinds=_kinds(preview.kinds),
        first=preview.first,
        last=preview.last,
        sources=list(preview.sources),
        left_out=_left_out(preview.left_out),
        warnings=[Words(key=note.key, params=dict(note.params)) for note in preview.warnings],
        other_people=preview.other_people,
        identity=preview.identity,
        name_in_file=preview.name_in_file,
        question=preview.question,
        already_imported_at=preview.already_imported_at,
    )


def upload(facts: UploadFacts) -> dict[str, Any]:
    """Return an upload as the API prints it."""
    shown = UploadOut(
        id=facts.id,
        state=facts.state,
        progress=_progress(facts.progress),
        preview=None if facts.preview is None else _preview(facts.preview),
        refusal=_refused(facts.refusal),
        import_id=facts.import_id,
        expires_at=facts.expires_at,
    )
    return shown.model_dump(mode="json")


def _import(facts: ImportFacts) -> dict[str, Any]:
    return {
        "id": facts.id,
        "upload_id": facts.upload_id,
        "state": facts.state,
        "progress": _progress(facts.progress),
        "format": facts.format,
        "source": facts.source,
        "file_name": facts.file_name,
        "sha256": facts.sha256,
        "size": facts.size,
        "created_at": facts.created_at,
        "finished_at": facts.finished_at,
        "new": facts.new,
        "already": facts.already,
        "left_out": facts.left_out,
        "other_people": facts.other_people,
        "refusal": _refused(facts.refusal),
    }


def detail(facts: ImportFacts) -> dict[str, Any]:
    """Return an import with its receipt as the API and the command line print it."""
    receipt = facts.receipt
    shown = (
        None
        if receipt is None
        else ReceiptOut(
            new=receipt.new,
            already=receipt.already,
            left_out=_left_out(receipt.left_out),
            other_people=receipt.other_people,
            kinds=_kinds(receipt.kinds),
            first=receipt.first,
            last=receipt.last,
            sources=list(receipt.sources),
            original=receipt.original,
        )
    )
    return ImportDetailOut(**_import(facts), receipt=shown).model_dump(mode="json")


def imports(listed: Sequence[ImportFacts]) -> dict[str, Any]:
    """Return the list of imports as the API prints it."""
    return ImportsOut(imports=[ImportOut(**_import(facts)) for facts in listed]).model_dump(mode="json")


def sources(listed: Sequence[SourceFacts], waiting: Sequence[tuple[UploadFacts, str]]) -> dict[str, Any]:
    """Return the list of sources and of waiting files as the API prints it."""
    held = [
        WaitingOut(id=facts.id, state=facts.state, file_name=name, expires_at=facts.expires_at)
        for facts, name in waiting
    ]
    shown = [
        SourceOut(
            key=facts.key,
            title=Words(key=f"link.source_{facts.key}"),
            how=[Words(key=key) for key in facts.how],
            accepts=list(facts.accepts),
            is_tried=facts.is_tried,
            imports=facts.imports,
            last_success_at=facts.last_success_at,
            last_failure_at=facts.last_failure_at,
            last_failure=_refused(facts.last_failure),
        )
        for facts in listed
    ]
    return SourcesOut(sources=shown, waiting=held).model_dump(mode="json")
