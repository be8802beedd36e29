"""The shapes of health guidance over HTTP, for both sides."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field
from sqlmodel import Session

from backend import consent, people
from backend.care.guidance import model
from backend.care.guidance.model import Author, Case, CheckAnswer, ContactKind, Level, Need, TargetKind
from backend.care.guidance.service import Begin
from backend.care.wire import ClientId, Text, Wire, WordsOut, words_out

Short = Annotated[str, Field(min_length=1, max_length=200)]
Weight = Annotated[float, Field(ge=20, le=300)]
Waist = Annotated[float, Field(ge=40, le=200)]


class GuidanceTarget(Wire):
    """One thing to change."""

    kind: TargetKind
    text: Annotated[str, Field(min_length=1, max_length=120)]


class GuidancePlanIn(Wire):
    """Goal, one to three things to change, and the task of this week."""

    goal: Short
    targets: Annotated[list[GuidanceTarget], Field(min_length=1, max_length=model.MOST_TARGETS)]
    task: Short


class GuidanceCheckIn(Wire):
    """How this week went; measures only where they were taken."""

    answer: CheckAnswer
    weight_kg: Weight | None = None
    waist_cm: Waist | None = None


class GuidanceMessageIn(Wire):
    """A message of the resident."""

    text: Text
    client_id: ClientId


class GuidanceAnswerIn(GuidanceMessageIn):
    """A message of the counsellor; whether software wrote it is kept."""

    is_automated: bool = False


class GuidanceContactIn(Wire):
    """A talk that took place."""

    kind: ContactKind
    day: date


class GuidanceTaskIn(Wire):
    """The task of the week."""

    task: Short


class GuidanceOutcomeIn(Wire):
    """What came of it after three or six months."""

    month: Literal[3, 6]
    weight_kg: Weight | None = None
    waist_cm: Waist | None = None
    kept: list[TargetKind] = Field(default_factory=list, max_length=model.MOST_TARGETS)
    quit_smoking: bool = False


class GuidanceBeginOut(Wire):
    """What guidance would begin with; exactly this and name and age is what the counsellors see."""

    level: Level
    exam_day: date
    weight_kg: float | None
    waist_cm: float | None


class GuidanceNoteOut(Wire):
    """One message with who wrote it; `key` where our software wrote."""

    id: str
    at: datetime
    author: Author
    name: str
    text: str
    key: str | None


class GuidanceCheckOut(Wire):
    """One weekly check-in."""

    monday: date
    answer: CheckAnswer
    weight_kg: float | None
    waist_cm: float | None


class GuidanceContactOut(Wire):
    """One talk."""

    kind: ContactKind
    day: date


class GuidanceOutcomeOut(Wire):
    """One outcome."""

    month: Literal[3, 6]
    day: date
    weight_kg: float | None
    waist_cm: float | None
    kept: list[TargetKind]
    quit_smoking: bool


class GuidancePointOut(Wire):
    """One line of the points: what the table gives, what is counted, and why nothing where nothing."""

    row: str
    item: str
    day: date
    points: int
    worth: int
    why_not: str | None
    status: Literal["named", "proposal", "unverified"]
    source: str


class GuidanceCaseOut(Wire):
    """One case whole; `name` and `age` only for counsellors."""

    id: str
    person: str | None
    name: str | None
    age: int | None
    team: WordsOut
    level: Level
    exam_day: date
    start_weight_kg: float | None
    start_waist_cm: float | None
    opened_at: datetime
    closed_at: datetime | None
    goal: str
    targets: list[GuidanceTarget]
    task: str
    this_week: CheckAnswer | None
    check_ins: list[GuidanceCheckOut]
    notes: list[GuidanceNoteOut]
    contacts: list[GuidanceContactOut]
    outcomes: list[GuidanceOutcomeOut]
    due_3: date
    due_6: date
    needs: list[Need]
    points: list[GuidancePointOut]
    total: int
    threshold: int | None
    is_complete: bool


class GuidanceAskOut(Wire):
    """One question about me that is still open, and where to answer it."""

    key: str
    params: dict[str, str | int | float]
    profile_key: str


class GuidanceOut(Wire):
    """My guidance: what could begin, which answers are missing for that, and my newest case."""

    as_of: datetime
    asks: list[GuidanceAskOut]
    offer: GuidanceBeginOut | None
    case: GuidanceCaseOut | None


class GuidanceLineOut(Wire):
    """One line of the counsellor's list."""

    id: str
    name: str
    age: int
    level: Level
    needs: list[Need]
    total: int
    threshold: int | None
    last_at: datetime


class GuidanceListOut(Wire):
    """The open cases, who needs something first."""

    as_of: datetime
    cases: list[GuidanceLineOut]


def begin_out(found: Begin | None) -> GuidanceBeginOut | None:
    """What could begin."""
    if found is None:
        return None
    return GuidanceBeginOut(
        level=found.level, exam_day=found.exam_day, weight_kg=found.weight_kg, waist_cm=found.waist_cm
    )


def case_out(session: Session, case: Case, *, for_counsellor: bool, now: datetime) -> GuidanceCaseOut:
    """One case as one side sees it."""
    facts = people.person(session, person=case.person) if for_counsellor else None
    today = model.tokyo_day(now)
    week = today.toordinal() - today.weekday()
    checks = sorted(case.check_ins, key=lambda one: one.monday, reverse=True)
    rows = model.table()
    return GuidanceCaseOut(
        id=case.id,
        person=case.person if for_counsellor else None,
        name=facts.name if facts else None,
        age=people.age(facts.birth, on=today) if facts else None,
        team=words_out(consent.recipient_of(session, recipient=case.recipient).names),
        level=case.level,
        exam_day=case.exam_day,
        start_weight_kg=case.start_weight_kg,
        start_waist_cm=case.start_waist_cm,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        goal=case.goal,
        targets=[GuidanceTarget(kind=one.kind, text=one.text) for one in case.targets],
        task=case.task,
        this_week=next((one.answer for one in checks if one.monday.toordinal() == week), None),
        check_ins=[
            GuidanceCheckOut(monday=one.monday, answer=one.answer, weight_kg=one.weight_kg, waist_cm=one.waist_cm)
            for one in checks
        ],
        notes=[
            GuidanceNoteOut(
                id=one.id, at=one.at, author=one.author, name=_author(session, one), text=one.text, key=one.key
            )
            for one in sorted(case.notes, key=lambda each: each.at)
        ],
        contacts=[GuidanceContactOut(kind=one.kind, day=one.day) for one in case.contacts],
        outcomes=[
            GuidanceOutcomeOut(
                month=one.month, day=one.day, weight_kg=one.weight_kg, waist_cm=one.waist_cm, kept=list(one.kept),
                quit_smoking=one.quit_smoking,
            )
            for one in sorted(case.outcomes, key=lambda each: each.month)
        ],
        due_3=model.due(case, 3),
        due_6=model.due(case, 6),
        needs=list(model.needs(case, now)),
        points=[
            GuidancePointOut(
                row=line.row, item=rows[line.row].item, day=line.day, points=line.points, worth=rows[line.row].points,
                why_not=line.why_not, status=rows[line.row].status, source=rows[line.row].source,
            )
            for line in model.points(case)
        ],
        total=model.total(case),
        threshold=_threshold(case),
        is_complete=model.is_complete(case),
    )  # fmt: skip


def _threshold(case: Case) -> int | None:
    return model.table()["complete"].points if case.level == "active" else None


def _author(session: Session, note: model.Note) -> str:
    if note.author == "resident" or note.account is None:
        return ""
    return people.account(session, account=note.account).display_name


def list_out(session: Session, cases: list[Case], *, now: datetime) -> GuidanceListOut:
    """The counsellor's list: who needs most first, then who moved last."""
    lines = []
    for case in cases:
        facts = people.person(session, person=case.person)
        moments = [case.opened_at, *(one.at for one in case.notes), *(one.at for one in case.check_ins)]
        lines.append(
            GuidanceLineOut(
                id=case.id,
                name=facts.name,
                age=people.age(facts.birth, on=model.tokyo_day(now)),
                level=case.level,
                needs=list(model.needs(case, now)),
                total=model.total(case),
                threshold=_threshold(case),
                last_at=max(moments),
            )
        )
    return GuidanceListOut(as_of=now, cases=sorted(lines, key=lambda one: (-len(one.needs), -one.last_at.timestamp())))
