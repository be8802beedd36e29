"""わたしのこと: answer a question, and know what stands, since when and from where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import bindparam, select
from sqlmodel import col

from backend import base, people
from backend.consent import Category, Permit
from backend.record import points, service
from backend.record.model import Answer, Fact, Profile, StoredReading
from backend.record.points import Reader
from backend.record.profile.questions import SELF, Question, Said, checked, questions, standing
from backend.record.refusals import UnknownQuestion, WrongKindOfValue
from backend.record.tables import PointRow, ProfileRow


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """One question with what stands, what else was said, and all earlier own answers, newest first."""

    question: Question
    current: Fact
    others: tuple[Fact, ...]
    history: tuple[Fact, ...]


def answer(
    session: base.Session,
    *,
    person: str,
    key: str,
    answer: Answer,
    value: Any = None,
    clock: base.Clock = base.CLOCK,
) -> None:
    """Write down an answer; the earlier ones stay as history. The same answer again changes nothing."""
    question = questions().get(key)
    if question is None:
        raise UnknownQuestion
    kept: Any = None
    if answer is Answer.VALUE:
        town = people.municipality(value) if question.kind == "municipality" and isinstance(value, str) else None
        if question.kind == "municipality":
            value = town.code if town else value
        kept = checked(question, value, municipality_exists=town is not None)
        if kept is None:
            raise WrongKindOfValue
    elif answer is Answer.WITHHELD:
        raise WrongKindOfValue
    before = all_said(session, person).get(key, [])
    last = before[-1] if before else None
    if last is not None and (last.answer, last.value) == (answer, kept):
        return
    now = clock.now()
    row = base.new_id()
    plain = msgspec.json.encode(Said(key=key, answer=answer, value=kept, at=now))
    sealed = base.seal(person, table="record_profile", column="sealed", row=row, version=1, plain=plain)
    session.add(ProfileRow(person_id=person, id=row, stored_at=now, sealed=sealed))
    session.flush()


_SAID = (
    select(ProfileRow.id, ProfileRow.sealed)  # type: ignore[call-overload]
    .where(col(ProfileRow.person_id) == bindparam("person"))
    .order_by(col(ProfileRow.stored_at), col(ProfileRow.id))
)


def all_said(session: Reader, person: str) -> dict[str, list[Said]]:
    """Every answer that the person gave, by question, oldest first."""
    found: dict[str, list[Said]] = {}
    for row, sealed in session.execute(_SAID, {"person": person}):
        plain = base.unseal(person, table="record_profile", column="sealed", row=row, version=1, sealed=sealed)
        said = msgspec.json.decode(plain, type=Said)
        found.setdefault(said.key, []).append(said)
    return found


def _own(said: Said) -> Fact:
    on = said.at.astimezone(base.TOKYO).date()
    return Fact(key=said.key, answer=said.answer, value=said.value, on=on, source=SELF)


def answers(session: Reader, *, permit: Permit, clock: base.Clock = base.CLOCK) -> list[Answers]:
    """All questions as far as the permit goes; those beyond it come back as WITHHELD."""
    may = service.allowed(permit, clock=clock)
    said = all_said(session, permit.person)
    printed = _printed(session, permit.person, may)
    found = []
    for key, question in questions().items():
        if question.category not in may:
            found.append(
                Answers(question=question, current=Fact(key=key, answer=Answer.WITHHELD), others=(), history=())
            )
            continue
        own = [_own(one) for one in said.get(key, [])]
        documents = printed.get(key, [])
        current = standing(question, own, documents)
        last_own = own[-1:] if own and own[-1].answer is not Answer.UNANSWERED else []
        newest = sorted([*documents, *last_own], key=lambda fact: fact.on or date.min, reverse=True)
        others = tuple(fact for fact in newest if fact is not current)
        found.append(Answers(question=question, current=current, others=others, history=tuple(reversed(own))))
    counts = {category: sum(1 for one in found if one.question.category is category) for category in may}
    service.note(session, permit, {category: n for category, n in counts.items() if n}, clock=clock)
    return found


def _printed(session: Reader, person: str, may: frozenset[Category]) -> dict[str, list[Fact]]:
    by_metric = {q.derived.metric: q for q in questions().values() if q.derived is not None}
    wanted = [name for name in by_metric if service.is_allowed(name, may)]
    query = points.points_of(person).where(points.IS_CURRENT, col(PointRow.metric).in_(wanted))
    found: dict[str, list[Fact]] = {}
    for reading in points.open_rows(person, session.execute(query.order_by(col(PointRow.start), col(PointRow.id)))):
        fact = _from_reading(by_metric[reading.metric], reading)
        if fact is not None:
            found.setdefault(fact.key, []).append(fact)
    return found


def _from_reading(question: Question, reading: StoredReading) -> Fact | None:
    if question.derived is None or not isinstance(reading.value, str):
        return None
    on = reading.start.astimezone(base.TOKYO).date()
    value = question.derived.value(reading.value, on)
    if value is None:
        return None
    return Fact(key=question.key, answer=Answer.VALUE, value=value, on=on, source=reading.source, reading=reading.id)


def profile(session: Reader, *, permit: Permit, clock: base.Clock = base.CLOCK) -> Profile:
    """わたしのこと as models and advice need it: every question with the answer that stands."""
    found = answers(session, permit=permit, clock=clock)
    return Profile(person=permit.person, facts={one.question.key: one.current for one in found})


def concerning(found: Sequence[Answers], *, sex: people.Sex) -> list[Answers]:
    """Those that are asked of this person: a question for one sex only is not put to the other."""
    return [one for one in found if one.question.only in (None, sex)]


def unanswered(found: Sequence[Answers]) -> int:
    """How many questions that models or advice need have no answer yet ("don't know" is one)."""
    return sum(1 for one in found if one.question.needed and one.current.answer is Answer.UNANSWERED)


def own_facts(session: Reader, person: str) -> dict[str, Fact]:
    """The person's own standing answers, for home; documents are not asked."""
    found = {key: _own(said[-1]) for key, said in all_said(session, person).items()}
    return {key: fact for key, fact in found.items() if fact.answer is not Answer.UNANSWERED}


def is_pregnant(session: Reader, person: str) -> bool:
    """Whether the person says that she is pregnant: the usual cut-offs do not hold for her then."""
    return says_pregnant(own_facts(session, person))


def says_pregnant(own: dict[str, Fact]) -> bool:
    """Whether these answers say so."""
    fact = own.get("pregnancy")
    return fact is not None and fact.answer is Answer.VALUE and fact.value["status"] == "yes"
