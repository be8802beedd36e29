"""What a data user gets under a verdict: tables of counts and means, or rows; each request is checked anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Literal, Protocol

import msgspec
from sqlalchemy import func, select, update
from sqlmodel import Session, col

from backend import base, people
from backend.consent import Identifiability, Verdict
from backend.governance.applicants import my_organisation
from backend.governance.counting import Cell, in_small_class, table
from backend.governance.forms import limits
from backend.governance.refusals import (
    CountsOnly,
    NotAGrouping,
    NotCountable,
    QuestionsSpent,
    RecipientNotApproved,
)
from backend.governance.tables import QuestionRow
from backend.governance.uses import held, require_read

GROUPINGS = ("age_band", "sex", "area")
AGE_BANDS = (*(f"{start}-{start + 9}" for start in range(0, 90, 10)), "90-")
PAGE = 500


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """One value of one person as it leaves: column, day, value, unit."""

    column: str
    day: date
    value: float | str | None
    unit: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One person who agrees now, cut to the verdict and to the switches; `about` holds the person columns."""

    pseudonym: str
    about: Mapping[str, str]
    values: tuple[Value, ...]


class Source(Protocol):
    """Where rows come from: the bank reads them with permits and writes each read down."""

    def __call__(
        self,
        session: Session,
        *,
        actor: people.Actor,
        verdict: Verdict,
        columns: Sequence[str],
        newest_only: bool,
        since: date | None,
        clock: base.Clock,
    ) -> list[Row]:
        """Return the rows of everybody in the cohort who agrees at this moment, by pseudonym."""


_source: list[Source] = []
_decimals: list[Callable[[str], int | None]] = []


def use_source(source: Source, *, decimals: Callable[[str], int | None]) -> None:
    """Take the rows from here; `decimals` says how finely a column is given, None where it is no number."""
    _source[:], _decimals[:] = [source], [decimals]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What may be asked of the counting lane: how many, or the mean of one column, by at most two groupings."""

    measure: Literal["count", "mean"]
    column: str | None = None
    by: tuple[str, ...] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A table, with what it was made under; asked again on the same day it is the same, to the byte."""

    use: str
    verdict: str
    as_of: datetime
    question: Question
    least: int
    rounded_to: int
    cells: tuple[Cell, ...]


def _check_mine(session: Session, actor: people.Actor, use: str) -> None:
    if held(session, use=use).verdict.organisation != my_organisation(session, actor=actor).id:
        raise RecipientNotApproved


def ask(
    session: Session, *, actor: people.Actor, use: str, question: Question, clock: base.Clock = base.CLOCK
) -> Answer:
    """Return the table for a question; needs a write unit, since every read and every question is written down."""
    _check_mine(session, actor, use)
    if len(question.by) > 2 or len(set(question.by)) != len(question.by):
        raise NotAGrouping(column=question.by[-1])
    for name in question.by:
        if name not in GROUPINGS:
            raise NotAGrouping(column=name)
    if (question.measure == "mean") != (question.column is not None):
        raise NotCountable(column=question.column or "")
    asked = [*question.by, *([question.column] if question.column else [])]
    verdict = held(session, use=use).verdict
    # A plain count names no column: any approved one stands for "takes part".
    verdict = require_read(session, use=use, columns=asked or [verdict.columns[0].name], clock=clock)
    if question.column is not None and _decimals[0](question.column) is None:
        raise NotCountable(column=question.column)
    now = clock.now()
    day = now.astimezone(base.TOKYO).date().isoformat()
    wanted = msgspec.structs.replace(question, by=tuple(sorted(question.by)))
    spelled = f"{verdict.id}:{msgspec.json.encode(wanted, order='deterministic').decode()}"
    kept = session.get(QuestionRow, (use, day, spelled))
    if kept is not None:
        _count_again(session, kept)
        return msgspec.json.decode(kept.answer, type=Answer)
    count = select(func.count()).where(col(QuestionRow.use) == use, col(QuestionRow.day) == day)
    if session.execute(count).scalar_one() >= limits().questions_a_day:
        raise QuestionsSpent(most=limits().questions_a_day)
    answer = _answer(session, actor, verdict, wanted, clock)
    text = msgspec.json.encode(answer, order="deterministic").decode()
    session.add(QuestionRow(use=use, day=day, question=spelled, answer=text, account=actor.account, asked=1, at=now))
    session.flush()
    return answer


def _count_again(session: Session, kept: QuestionRow) -> None:
    same = (
        col(QuestionRow.use) == kept.use,
        col(QuestionRow.day) == kept.day,
        col(QuestionRow.question) == kept.question,
    )
    session.execute(update(QuestionRow).where(*same).values(asked=col(QuestionRow.asked) + 1))


def _answer(session: Session, actor: people.Actor, verdict: Verdict, question: Question, clock: base.Clock) -> Answer:
    wanted = [*question.by, *([question.column] if question.column else [])]
    columns = wanted or [verdict.columns[0].name]
    found = _source[0](
        session,
        actor=actor,
        verdict=verdict,
        columns=columns,
        newest_only=True,
        since=None,
        clock=clock,
    )
    rows: list[tuple[tuple[str, ...], float | None]] = []
    for row in found:
        if any(name not in row.about for name in question.by):
            continue  # has switched this kind of data off: counted nowhere
        number: float | None = None
        if question.column is not None:
            value = next((each.value for each in row.values if each.column == question.column), None)
            if not isinstance(value, int | float):
                continue
            number = float(value)
        rows.append((tuple(_band(name, row.about[name]) for name in question.by), number))
    decimals = None if question.column is None else _decimals[0](question.column)
    bands = [_bands(verdict, name) for name in question.by]
    least = max(verdict.min_cell, verdict.min_k)
    return Answer(
        use=verdict.use,
        verdict=verdict.id,
        as_of=clock.now(),
        question=question,
        least=least,
        rounded_to=5,
        cells=table(rows, bands, least=least, decimals=decimals),
    )


def _band(name: str, value: str) -> str:
    if name != "age_band":
        return value
    start = int(value.partition("-")[0])
    return "90-" if start >= 90 else f"{start // 10 * 10}-{start // 10 * 10 + 9}"


def _bands(verdict: Verdict, name: str) -> tuple[str, ...]:
    if name == "sex":
        return verdict.cohort.sexes or ("female", "male")
    if name == "area":
        known = tuple(each.code for each in people.municipalities())
        return verdict.cohort.municipalities or known
    low, high = verdict.cohort.age_from, verdict.cohort.age_to
    return tuple(
        band for band in AGE_BANDS if int(band.partition("-")[0]) <= high and int(band.partition("-")[2] or 150) >= low
    )


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the rows, in the order of their pseudonyms; `after` leads to the rest, None at the end."""

    use: str
    verdict: str
    as_of: datetime
    rows: tuple[Row, ...]
    after: str | None


def rows(
    session: Session,
    *,
    actor: people.Actor,
    use: str,
    columns: Sequence[str] | None = None,
    since: date | None = None,
    after: str | None = None,
    clock: base.Clock = base.CLOCK,
) -> Page:
    """Return rows under a verdict: exactly the approved columns, of people who agree now, classes below k left out.

    `after` is the last pseudonym seen; nothing says how many there are. Needs a write unit.
    """
    _check_mine(session, actor, use)
    verdict = held(session, use=use).verdict
    wanted = sorted(verdict.names) if columns is None else list(columns)
    verdict = require_read(session, use=use, columns=wanted, clock=clock)
    if verdict.identifiability is Identifiability.ANONYMOUS:
        raise CountsOnly
    found = _source[0](
        session, actor=actor, verdict=verdict, columns=wanted, newest_only=False, since=since, clock=clock
    )
    if verdict.identifiability is Identifiability.PSEUDONYMOUS:
        looks = [tuple(sorted((name, value) for name, value in row.about.items())) for row in found]
        small = in_small_class([tuple(f"{name}={value}" for name, value in look) for look in looks], k=verdict.min_k)
        found = [row for row, is_small in zip(found, small, strict=True) if not is_small]
    rest = [row for row in found if after is None or row.pseudonym > after]
    page = tuple(rest[:PAGE])
    return Page(
        use=use,
        verdict=verdict.id,
        as_of=clock.now(),
        rows=page,
        after=page[-1].pseudonym if len(rest) > PAGE else None,
    )
