"""Health guidance: a resident begins and checks in, a counsellor answers, meets and takes down what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec
from sqlmodel import Session, col, select

from backend import base, consent, people, record, risk
from backend.care.guidance.kept import open_row, opened, own_row, put, row_for, save
from backend.care.guidance.model import (
    MOST_EVENTS,
    MOST_TARGETS,
    WEEK,
    Case,
    CheckAnswer,
    CheckIn,
    Contact,
    ContactKind,
    Level,
    Note,
    Outcome,
    Target,
    TargetKind,
    due,
    tokyo_day,
)
from backend.care.guidance.tables import GuidanceRow
from backend.care.service import NobodyToAsk
from backend.care.team import my_recipients, team_of
from backend.consent import Permit, Purpose

CARD = "tokutei-hoken-shido"
_MEASURED = frozenset({"waist", "visceral_fat", "hdl", "tg", "fpg", "hba1c"})


class NoGuidanceNow(base.Conflict):
    """The newest check-up gives no level of support, or there is no check-up to judge by."""

    key = "care.guidance.not_now"


class GuidanceRuns(base.Conflict):
    """A case is already open."""

    key = "care.guidance.runs_already"


class TooEarly(base.Conflict):
    """The outcome is taken down after three or six months, not before."""

    key = "care.guidance.too_early"


class NotToday(base.Invalid):
    """A talk lies in the past, and not before the check-up."""

    key = "care.guidance.not_that_day"


class Begin(msgspec.Struct, frozen=True, kw_only=True):
    """What guidance would begin with: the level and the measures of the check-up."""

    level: Level
    exam_day: date
    weight_kg: float | None
    waist_cm: float | None


def own_permit(session: Session, *, actor: people.Actor, clock: base.Clock = base.CLOCK) -> Permit:
    """The resident's permit to her own record."""
    if actor.person is None:
        raise base.NotAllowed
    return consent.permit(session, actor=actor, person=actor.person, purpose=Purpose.SELF, clock=clock)


def offer(session: Session, *, permit: Permit, clock: base.Clock = base.CLOCK) -> Begin | None:
    """What the newest check-up offers, or None where its level asks for no support or cannot be judged."""
    card = risk.detail(session, permit=permit, model=CARD, clock=clock)
    if card.state != "ok" or card.klass is None or card.klass.key not in {"motivational", "active"}:
        return None
    # Answers to questions carry the day they were given; the day of the check-up is that of its measures.
    days = [one.day for one in card.inputs if one.day is not None and one.name in _MEASURED]
    if not days:
        return None
    day = max(days)
    held: dict[str, float] = {}
    for one in record.read(session, permit=permit, metrics=["weight_kg", "waist_cm"], clock=clock):
        if tokyo_day(one.start) == day and isinstance(one.value, float | int):
            held[one.metric] = float(one.value)
    return Begin(
        level="active" if card.klass.key == "active" else "motivational",
        exam_day=day,
        weight_kg=held.get("weight_kg"),
        waist_cm=held.get("waist_cm"),
    )


def asks(session: Session, *, permit: Permit, clock: base.Clock = base.CLOCK) -> list[tuple[risk.Text, str]]:
    """The questions about the person that stand between her check-up and a level: what to say, and which one."""
    card = risk.detail(session, permit=permit, model=CARD, clock=clock)
    return [(one.text, one.profile_key) for one in card.reasons if one.profile_key]


def begin(
    session: Session,
    *,
    actor: people.Actor,
    goal: str,
    targets: Sequence[Target],
    task: str,
    clock: base.Clock = base.CLOCK,
) -> Case:
    """Begin with the counsellors of the resident's site; they see what is in the case and nothing else."""
    permit = own_permit(session, actor=actor, clock=clock)
    if open_row(session, permit.person) is not None:
        raise GuidanceRuns
    found = offer(session, permit=permit, clock=clock)
    if found is None:
        raise NoGuidanceNow
    team = team_of(actor.site)
    if team not in {each.id for each in consent.recipients(session, site=actor.site) if each.is_open}:
        raise NobodyToAsk
    case = Case(
        id=base.new_id(),
        person=permit.person,
        recipient=team,
        level=found.level,
        exam_day=found.exam_day,
        start_weight_kg=found.weight_kg,
        start_waist_cm=found.waist_cm,
        opened_at=clock.now(),
        goal=_filled(goal),
        targets=_checked(targets),
        task=_filled(task),
    )
    row = GuidanceRow(
        person=case.person,
        id=case.id,
        recipient=team,
        is_open=True,
        ask_at=clock.now() + WEEK,
        version=0,
        sealed=b"",
    )
    save(session, row, case)
    return case


def _filled(text: str) -> str:
    kept = text.strip()
    if not kept:
        raise base.Invalid
    return kept


def _checked(targets: Sequence[Target]) -> tuple[Target, ...]:
    kept = tuple(Target(kind=one.kind, text=_filled(one.text)) for one in targets)
    if not 1 <= len(kept) <= MOST_TARGETS or len({one.kind for one in kept}) < len(kept):
        raise base.Invalid
    return kept


def mine(session: Session, *, actor: people.Actor) -> Case | None:
    """The resident's newest case, open or ended."""
    if actor.person is None:
        raise base.NotAllowed
    query = select(GuidanceRow).where(GuidanceRow.person == actor.person).order_by(col(GuidanceRow.id).desc())
    row = session.exec(query).first()
    return None if row is None else opened(row)


def plan(
    session: Session, *, actor: people.Actor, goal: str, targets: Sequence[Target], task: str
) -> Case:  # fmt: skip
    """Change goal, targets and the task of the week; the resident herself."""
    return _change_own(
        session,
        actor,
        lambda case: msgspec.structs.replace(case, goal=_filled(goal), targets=_checked(targets), task=_filled(task)),
    )


def check_in(
    session: Session,
    *,
    actor: people.Actor,
    answer: CheckAnswer,
    weight_kg: float | None = None,
    waist_cm: float | None = None,
    clock: base.Clock = base.CLOCK,
) -> Case:
    """Say how this week went; a second answer in the same week takes the place of the first."""
    today = tokyo_day(clock.now())
    monday = today - timedelta(days=today.weekday())

    def answered(case: Case) -> Case:
        before = next((one for one in case.check_ins if one.monday == monday), None)
        made = CheckIn(
            id=base.new_id(),
            monday=monday,
            at=clock.now(),
            answer=answer,
            weight_kg=weight_kg if weight_kg is not None or before is None else before.weight_kg,
            waist_cm=waist_cm if waist_cm is not None or before is None else before.waist_cm,
        )
        rest = tuple(one for one in case.check_ins if one.monday != monday)
        return msgspec.structs.replace(case, check_ins=(*rest, made))

    return _change_own(session, actor, answered)


def leave(session: Session, *, actor: people.Actor, clock: base.Clock = base.CLOCK) -> Case:
    """End it: the counsellors no longer see the case, the resident keeps it."""
    row = open_row(session, actor.person or "")
    if row is None:
        raise base.NotFound
    case = msgspec.structs.replace(opened(row), closed_at=clock.now())
    row.is_open, row.ask_at = False, None
    save(session, row, case)
    return case


def write(
    session: Session,
    *,
    actor: people.Actor,
    text: str,
    client_id: str,
    case: str | None = None,
    is_automated: bool = False,
    clock: base.Clock = base.CLOCK,
) -> Case:
    """Write a message: a resident into her own case, a counsellor into the named one.

    `is_automated` says that software wrote it; it is kept as that and earns no points. The same `client_id` is once.
    """
    row = own_row(session, actor) if case is None else row_for(session, actor, case)
    author: Literal["resident", "counsellor", "automated"] = "resident"
    if case is not None:
        author = "automated" if is_automated else "counsellor"
    name = f"{actor.account}-{client_id}"
    held = opened(row)
    if any(one.id == name for one in held.notes):
        return held
    note = Note(id=name, at=clock.now(), author=author, account=actor.account, text=_filled(text))
    changed = put(session, row, msgspec.structs.replace(held, notes=(*held.notes, note)))
    account = people.account_of(session, person=held.person) if case is not None else None
    if account is not None:
        people.send_push(session, account=account.id, kind="guidance", about=base.new_id(), clock=clock)
    return changed


# --- the counsellor ------------------------------------------------------------------------------


def cases(session: Session, *, actor: people.Actor) -> list[Case]:
    """The open cases of the counsellor's team."""
    mine_ = {each.id for each in my_recipients(session, actor=actor)}
    rows = session.exec(select(GuidanceRow).where(col(GuidanceRow.recipient).in_(mine_), col(GuidanceRow.is_open)))
    return [opened(row) for row in rows]


def case_of(session: Session, *, actor: people.Actor, case: str) -> Case:
    """One open case, to a counsellor of its team; NotFound to all others."""
    return opened(row_for(session, actor, case))


def meet(
    session: Session,
    *,
    actor: people.Actor,
    case: str,
    kind: ContactKind,
    day: date,
    clock: base.Clock = base.CLOCK,
) -> Case:
    """Take down a talk that took place."""
    row = row_for(session, actor, case)
    held = opened(row)
    if not held.exam_day <= day <= tokyo_day(clock.now()):
        raise NotToday
    if any((one.kind, one.day) == (kind, day) for one in held.contacts):
        return held  # a second press, not a second talk
    made = Contact(id=base.new_id(), kind=kind, day=day, account=actor.account)
    return put(session, row, msgspec.structs.replace(held, contacts=(*held.contacts, made)))


def set_task(session: Session, *, actor: people.Actor, case: str, task: str) -> Case:
    """Set the task of the week."""
    row = row_for(session, actor, case)
    return put(session, row, msgspec.structs.replace(opened(row), task=_filled(task)))


def conclude(
    session: Session,
    *,
    actor: people.Actor,
    case: str,
    month: Literal[3, 6],
    weight_kg: float | None,
    waist_cm: float | None,
    kept: Sequence[TargetKind],
    quit_smoking: bool = False,
    clock: base.Clock = base.CLOCK,
) -> Case:
    """Take down what came of it; a second one of the same month takes the place of the first."""
    row = row_for(session, actor, case)
    held = opened(row)
    today = tokyo_day(clock.now())
    if today < due(held, month):
        raise TooEarly(day=due(held, month).isoformat())
    if not set(kept) <= {one.kind for one in held.targets}:
        raise base.Invalid
    made = Outcome(
        month=month,
        day=today,
        account=actor.account,
        weight_kg=weight_kg,
        waist_cm=waist_cm,
        kept=tuple(dict.fromkeys(kept)),
        quit_smoking=quit_smoking,
    )
    rest = tuple(one for one in held.outcomes if one.month != month)
    return put(session, row, msgspec.structs.replace(held, outcomes=(*rest, made)))


def _change_own(session: Session, actor: people.Actor, change: Callable[[Case], Case]) -> Case:
    row = own_row(session, actor)
    return put(session, row, change(opened(row)))


@base.every("care.guidance_ask", seconds=3600)
def ask_all(clock: base.Clock = base.CLOCK) -> None:
    """Write the weekly question into cases that wait for one; it is kept as automated."""
    now = clock.now()
    with base.write_unit() as session:
        for row in session.exec(select(GuidanceRow).where(col(GuidanceRow.ask_at) <= now, col(GuidanceRow.is_open))):
            case = opened(row)
            row.ask_at = now + WEEK
            answered = any(now - one.at < WEEK for one in case.check_ins)
            if not answered and case.events < MOST_EVENTS:
                note = Note(id=base.new_id(), at=now, author="automated", account=None, key=_question(case, now))
                case = msgspec.structs.replace(case, notes=(*case.notes, note))
            save(session, row, case)


def _question(case: Case, now: datetime) -> str:
    silent = now - max([case.opened_at, *(one.at for one in case.check_ins)]) >= timedelta(days=14)
    return "care.guidance.ask_again" if silent else "care.guidance.ask"
