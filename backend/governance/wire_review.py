"""The shapes of review, register, rules, votes and audit over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from backend.consent import Category, Identifiability, Purpose, RecipientKind
from backend.governance.forms import Decision, Kind, State
from backend.governance.settling import ReviewState
from backend.governance.wire import (
    ColumnOut,
    ConditionsShape,
    FindingShape,
    FormShape,
    ItemOut,
    UseWords,
    VerdictOut,
    Wire,
)
from backend.governance.wire_uses import ResultOut


class ReviewOut(Wire):
    """One reviewer's part, as far as this reviewer may see it."""

    place: int
    is_mine: bool
    state: ReviewState
    conflict: str
    decision: Decision | None
    summary: str
    findings: list[FindingShape]
    conditions: ConditionsShape
    decided_at: datetime | None


class TallyOut(Wire):
    """How residents voted; it binds nobody."""

    for_it: int
    against: int
    unsure: int


class CaseLine(Wire):
    """One case in a reviewer's list."""

    application: str
    title: str
    organisation: UseWords
    kind: Kind
    state: State
    mine: ReviewState
    filed_at: datetime | None


class CasesOut(Wire):
    """A reviewer's cases."""

    cases: list[CaseLine]


class CaseOut(Wire):
    """One case, whole."""

    line: CaseLine
    form: FormShape
    columns: list[ColumnOut]
    offers: dict[Category, Literal["ask", "board", "aggregate", "deny", "allow"]]
    ground: str
    policy: str
    items: list[ItemOut]
    reviews: list[ReviewOut]
    votes: TallyOut
    before: VerdictOut | None
    least_k: int
    least_cell: int


class DeclareIn(Wire):
    """Whether there is a conflict of interest; with one, say which."""

    has_conflict: bool
    conflict: Annotated[str, Field(max_length=400)] = ""


class DeclaredOut(Wire):
    """Where this review stands."""

    state: ReviewState


class JudgementIn(Wire):
    """A review."""

    decision: Decision
    findings: Annotated[list[FindingShape], Field(max_length=20)]
    summary: Annotated[str, Field(max_length=400)]
    conditions: ConditionsShape = ConditionsShape()


class DecidedOut(Wire):
    """Where the case stands after this review."""

    state: State


class RegisterLine(Wire):
    """One line of the public register."""

    verdict: str
    use: str
    site: str
    organisation: UseWords
    title: UseWords
    purpose: Purpose | None
    identifiability: Identifiability | None
    standing: Literal["live", "suspended", "ended", "rejected"]
    why: str
    decided_at: datetime
    until: datetime | None
    has_results: bool


class RegisterOut(Wire):
    """The public register."""

    lines: list[RegisterLine]


class SeenReview(Wire):
    """One review as the public reads it."""

    place: int
    decision: Decision
    has_declared: bool
    conflict: str
    summary: str
    findings: list[FindingShape]


class UseEventOut(Wire):
    """Something that happened after the verdict."""

    kind: str
    why: str
    at: datetime


class RegisterEntry(Wire):
    """One decision in full, for everybody."""

    line: RegisterLine
    form: FormShape
    columns: list[ColumnOut]
    verdict: VerdictOut | None
    conditions: ConditionsShape
    items: list[ItemOut]
    reviews: list[SeenReview]
    events: list[UseEventOut]
    results: list[ResultOut]
    votes: TallyOut
    policy: str
    serial: int


class RuleOut(Wire):
    """One rule: its sentence is `governance.rule.<id>`; `cedar` is the text that runs."""

    id: str
    effect: Literal["permit", "forbid"]
    cedar: str
    is_local: bool


class RuleRowOut(Wire):
    """What the table says about one purpose for one kind of data."""

    purpose: Purpose
    category: Category
    rule: str
    kinds: list[RecipientKind]


class RulesOut(Wire):
    """The rules of a place in force."""

    site: str
    version: str
    is_draft: bool
    rules: list[RuleOut]
    table: list[RuleRowOut]


class BallotOut(Wire):
    """An application that residents may say something about."""

    application: str
    organisation: UseWords
    title: UseWords
    benefit: UseWords
    categories: list[Category]
    identifiability: Identifiability | None
    retention_end: date | None
    filed_at: datetime
    mine: Literal["for", "against", "unsure"] | None


class BallotsOut(Wire):
    """What is under review at my place."""

    ballots: list[BallotOut]


class VoteIn(Wire):
    """A vote; it can be changed while the case is open."""

    vote: Literal["for", "against", "unsure"]


class ProblemLine(Wire):
    """One row that does not say what the ledger says."""

    table: str
    row: str
    what: str


class ReplayOut(Wire):
    """What a replay found."""

    verdict: str
    use: str
    site: str
    policy: str
    is_approved: bool
    leaf: int
    is_same: bool
    differences: list[str]


class AuditOut(Wire):
    """The ledger checked just now, and every decision to replay."""

    is_sound: bool
    size: int
    problems: list[ProblemLine]
    verdicts: list[RegisterLine]
