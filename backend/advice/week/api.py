"""HTTP of the week: how to be reminded, the week day by day, movement, and the figures for staff."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Literal

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from backend import base, consent, people
from backend.advice import service as suggestions
from backend.advice.blueprint import api
from backend.advice.model import Kind
from backend.advice.movement import Plan, exercises
from backend.advice.movement.model import activities
from backend.advice.week import service, trials
from backend.advice.week.settings import MOST_A_WEEK, Wishes, put_wishes, wishes


class AdviceWishes(BaseModel):
    """How the person wants to be reminded."""

    model_config = ConfigDict(extra="forbid")

    reminders_a_week: int = Field(ge=0, le=MOST_A_WEEK)
    quiet_from: int = Field(ge=0, le=23, description="first quiet hour, Tokyo")
    quiet_to: int = Field(ge=0, le=23, description="first hour that is not quiet any more")
    topics: list[Kind]
    learns: bool = Field(description="may my answers teach which reminders help")


class WeekNames(BaseModel):
    """One name in three languages."""

    ja: str
    ja_easy: str
    en: str


class ExerciseOut(BaseModel):
    """One exercise with a line on how to do it."""

    id: str
    names: WeekNames
    how: WeekNames


class MoveDayOut(BaseModel):
    """One day of movement."""

    day: date
    kind: Literal["walk", "strength", "rest"]
    minutes: int
    met: float
    mets_hours: float
    exercises: list[ExerciseOut]
    mark: Literal["done", "missed"] | None


class MoveBlockOut(BaseModel):
    """What is not planned, and why."""

    id: str
    key: str
    source: str
    to_be_confirmed: bool
    asks: str | None


class MoveZoneOut(BaseModel):
    """Heart rate to move at, or what is missing for it."""

    low: int | None
    high: int | None
    missing: str | None


class MovementOut(BaseModel):
    """A week of movement and what it rests on."""

    monday: date
    today: date
    is_blocked: bool
    base_mets_hours: float | None
    base_steps: int | None
    weeks_seen: int
    target_mets_hours: float
    guide_mets_hours: float | None
    guide_steps: int | None
    steps_target: int | None
    done_mets_hours: float
    dropped_minutes: int
    days: list[MoveDayOut]
    zone: MoveZoneOut
    blocked: list[MoveBlockOut]
    sources: list[str]


class AdviceWeekDay(BaseModel):
    """One day of the week: movement, reminders, suggestions under way."""

    day: date
    move_kind: Literal["walk", "strength", "rest"]
    move_minutes: int
    move_mark: Literal["done", "missed"] | None
    reminders: list[datetime]


class AdviceWeekOut(BaseModel):
    """This week day by day."""

    monday: date
    today: date
    days: list[AdviceWeekDay]
    doing: list[str]
    reminders_a_week: int
    reminders_sent: int


class MovePath(BaseModel):
    """Which day."""

    day: date


class MoveMarkIn(BaseModel):
    """What came of a day."""

    model_config = ConfigDict(extra="forbid")

    mark: Literal["done", "missed"] | None


class StaffFigure(BaseModel):
    """A figure with its interval; empty where fewer than ten people stand behind it."""

    name: str
    method: str
    value: float | None
    low: float | None
    high: float | None
    people: int | None
    decisions: int | None


class TrialOut(BaseModel):
    """A comparison as it was written down beforehand, and its figures after the end."""

    id: str
    name: str
    arms: list[int]
    metric: str
    planned_people: int
    starts_on: date
    ends_on: date
    figures: list[StaffFigure] | None


class LearningOut(BaseModel):
    """What staff see of the reminders of their place."""

    learned_at: datetime | None
    people: int | None
    least: int
    figures: list[StaffFigure]
    trials: list[TrialOut]


class TrialIn(BaseModel):
    """A comparison to write down."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=80)
    hours: tuple[int, int]
    metric: Literal["accepted_or_done_in_week"]
    planned_people: int = Field(ge=20, le=1_000_000)
    starts_on: date
    ends_on: date


def _own(session: base.Session) -> consent.Permit:
    actor = people.current_actor()
    if actor.person is None:
        raise base.NotAllowed
    return consent.permit(session, actor=actor, person=actor.person, purpose=consent.Purpose.SELF)


@api.get("/advice/settings", endpoint="week_settings", responses={200: AdviceWishes})
def week_settings() -> Any:
    """How I am reminded."""
    with base.read_session() as session:
        return _wishes_out(wishes(session, permit=_own(session)))


@api.put("/advice/settings", endpoint="put_week_settings", responses={200: AdviceWishes})
def put_week_settings(body: AdviceWishes) -> Any:
    """Set how often, when not, of what, and whether my answers may teach; the week is planned anew at once."""
    with base.write_unit() as session:
        permit = _own(session)
        set_ = put_wishes(session, permit=permit, wishes=Wishes(**{**body.model_dump(), "topics": tuple(body.topics)}))
        service.plan_now(session, permit=permit)
    return _wishes_out(set_)


def _wishes_out(set_: Wishes) -> dict[str, Any]:
    return AdviceWishes(**{**msgspec.structs.asdict(set_), "topics": list(set_.topics)}).model_dump(mode="json")


@api.get("/advice/week", endpoint="week_days", responses={200: AdviceWeekOut})
def week_days() -> Any:
    """This week day by day."""
    with base.read_session() as session:
        permit = _own(session)
        plan = service.planned(session, permit=permit)
        move = service.movement_plan(session, permit=permit)
        set_ = wishes(session, permit=permit)
        given = suggestions.answers(session, permit=permit)
        _, choice = suggestions.week(session, permit=permit)
    doing = [
        one.rule.id
        for one in choice.proposed
        if (kept := given.get(one.rule.id)) is not None and kept.answer == "accepted"
    ]
    return week_out(move, plan, set_, doing).model_dump(mode="json")


def week_out(move: Plan, plan: Any, set_: Wishes, doing: list[str]) -> AdviceWeekOut:
    """The week as the screen needs it."""
    reminders = () if plan is None else plan.reminders
    sessions = {one.day: one for one in move.sessions}
    days = []
    for number in range(7):
        day = move.monday + timedelta(days=number)
        one = sessions.get(day)
        days.append(
            AdviceWeekDay(
                day=day,
                move_kind=one.kind if one else "rest",
                move_minutes=one.minutes if one else 0,
                move_mark=one.mark if one else None,
                reminders=[each.at for each in reminders if each.at.astimezone(base.TOKYO).date() == day],
            )
        )
    return AdviceWeekOut(
        monday=move.monday,
        today=_today(),
        days=days,
        doing=doing,
        reminders_a_week=set_.reminders_a_week,
        reminders_sent=sum(each.sent_at is not None for each in reminders),
    )


def _today() -> date:
    return base.CLOCK.now().astimezone(base.TOKYO).date()


@api.get("/advice/movement", endpoint="movement", responses={200: MovementOut})
def movement() -> Any:
    """This week of movement."""
    with base.read_session() as session:
        plan = service.movement_plan(session, permit=_own(session))
    return movement_out(plan).model_dump(mode="json")


@api.put("/advice/movement/<day>", endpoint="mark_movement", responses={200: MovementOut})
def mark_movement(path: MovePath, body: MoveMarkIn) -> Any:
    """Mark a day done or missed (or neither); the days to come are planned anew."""
    with base.write_unit() as session:
        plan = service.mark_day(session, permit=_own(session), day=path.day, mark=body.mark)
    return movement_out(plan).model_dump(mode="json")


def movement_out(plan: Plan) -> MovementOut:
    """The week of movement as the screen needs it."""
    known = {one.id: one for one in exercises()}
    days = [
        MoveDayOut(
            day=one.day,
            kind=one.kind,
            minutes=one.minutes,
            met=one.met,
            mets_hours=round(one.mets_hours, 1),
            exercises=[
                ExerciseOut(
                    id=name,
                    names=WeekNames(ja=known[name].ja, ja_easy=known[name].ja_easy, en=known[name].en),
                    how=WeekNames(ja=known[name].how_ja, ja_easy=known[name].how_ja_easy, en=known[name].how_en),
                )
                for name in one.exercises
            ],
            mark=one.mark,
        )
        for one in plan.sessions
    ]
    return MovementOut(
        monday=plan.monday,
        today=_today(),
        is_blocked=all(one.kind == "rest" for one in plan.sessions),
        base_mets_hours=plan.base_mets_hours,
        base_steps=None if plan.base_steps is None else int(plan.base_steps),
        weeks_seen=plan.weeks_seen,
        target_mets_hours=plan.target_mets_hours,
        guide_mets_hours=plan.guide_mets_hours,
        guide_steps=plan.guide_steps,
        steps_target=plan.steps_target,
        done_mets_hours=round(sum(one.mets_hours for one in plan.sessions if one.mark == "done"), 1),
        dropped_minutes=plan.dropped_minutes,
        days=days,
        zone=MoveZoneOut(low=plan.zone.low, high=plan.zone.high, missing=plan.zone.missing),
        blocked=[
            MoveBlockOut(
                id=mask.id,
                key=f"advice.mask.{mask.id}",
                source=mask.source,
                to_be_confirmed=mask.to_be_confirmed,
                asks=mask.asks,
            )
            for mask in plan.blocked
        ],
        sources=["健康づくりのための身体活動・運動ガイド2023", next(iter(activities().values())).source],
    )


@api.get("/advice/staff/learning", endpoint="staff_learning", responses={200: LearningOut})
def staff_learning() -> Any:
    """What reminders brought at this place, with intervals; fewer than ten people give no figure."""
    site = people.current_actor().site
    with base.read_session() as session:
        found = service.learned(session)
        held = trials.trials(session, site=site)
    report = found[2].sites.get(site) if found else None
    shown = {} if report is None else report.trials
    return LearningOut(
        learned_at=found[0] if found else None,
        people=None if report is None else report.people,
        least=trials.LEAST,
        figures=[] if report is None else [StaffFigure(**msgspec.structs.asdict(one)) for one in report.figures],
        trials=[
            TrialOut(
                **{**msgspec.structs.asdict(one), "arms": list(one.arms)},
                figures=None
                if one.id not in shown
                else [StaffFigure(**msgspec.structs.asdict(each)) for each in shown[one.id]],
            )
            for one in held
        ],
    ).model_dump(mode="json")


@api.post("/advice/staff/trials", endpoint="begin_trial", responses={200: TrialOut})
def begin_trial(body: TrialIn) -> Any:
    """Write a comparison of two reminder hours down before it begins; it cannot be changed afterwards."""
    actor = people.current_actor()
    with base.write_unit() as session:
        made = trials.begin(
            session,
            site=actor.site,
            by=actor.account,
            name=body.name.strip(),
            arms=body.hours,
            metric=body.metric,
            planned_people=body.planned_people,
            starts_on=body.starts_on,
            ends_on=body.ends_on,
        )
    return TrialOut(**{**msgspec.structs.asdict(made), "arms": list(made.arms)}, figures=None).model_dump(mode="json")
