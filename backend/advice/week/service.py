"""What happens to a week: it is planned, reminders go out in time, and at night what helped is learned."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Literal

import msgspec
import numpy as np
from sqlalchemy import select, update

from backend import base, consent, people, record, risk
from backend.advice import movement
from backend.advice import service as suggestions
from backend.advice.learning import policy
from backend.advice.model import Choice
from backend.advice.movement.model import Mark, Plan
from backend.advice.week import kept, reminding, trials
from backend.advice.week.kept import WeekPlan
from backend.advice.week.settings import Wishes, is_quiet, wishes
from backend.advice.week.tables import AdviceBeliefRow, AdviceSettingsRow
from backend.consent import Permit

_log = logging.getLogger("meguri.advice")


class NotThisWeek(base.Invalid):
    """The day is not one of this week."""

    key = "advice.week.not_this_week"


def permit_of(session: base.Session, *, person: str, clock: base.Clock = base.CLOCK) -> Permit:
    """The person's own permit, for what she set to happen without her."""
    account = people.account_of(session, person=person)
    if account is None:
        raise base.NotFound
    actor = people.Actor(
        account=account.id, person=person, roles=account.roles, site=account.site, session="advice", stepped_up_at=None
    )
    return consent.permit(session, actor=actor, person=person, purpose=consent.Purpose.SELF, clock=clock)


def planned(session: base.Session, *, permit: Permit, clock: base.Clock = base.CLOCK) -> WeekPlan | None:
    """This week as it was planned; None where nothing was set."""
    return kept.load(session, person=permit.person, monday=kept.base_monday(clock.now()))


def plan_now(session: base.Session, *, permit: Permit, clock: base.Clock = base.CLOCK) -> WeekPlan:
    """Plan this week by what is set, replacing reminders that did not go out yet."""
    at = clock.now()
    monday = kept.base_monday(at)
    set_ = wishes(session, permit=permit)
    about, choice = suggestions.week(session, permit=permit, clock=clock)
    old = kept.load(session, person=permit.person, monday=monday)
    before = [plan for plan in kept.weeks(session, person=permit.person) if plan.monday < monday]
    site = people.person(session, person=permit.person).site
    trial = trials.arm_of(session, site=site, person=permit.person, monday=monday) if set_.learns else None
    made = reminding.plan_week(
        monday=monday,
        at=at,
        about=about,
        proposed=choice.proposed,
        answers=suggestions.answers(session, permit=permit),
        wishes=set_,
        pooled=pooled(session),
        before=before,
        trial=trial,
        draw=np.random.default_rng(_seed(permit.person, monday, 0 if old is None else len(old.reminders) + 1)),
    )
    gone = tuple(one for one in (old.reminders if old else ()) if one.sent_at is not None)
    room = max(0, set_.reminders_a_week - len(gone))
    fresh = tuple(one for one in made.reminders if one.rule not in {each.rule for each in gone})[:room]
    whole = msgspec.structs.replace(made, reminders=gone + fresh, said=old.said if old else {})
    if old is not None and old.decisions and set_.learns:
        # What was drawn first was acted on: it stays as it was logged.
        whole = msgspec.structs.replace(whole, decisions=old.decisions, trial=old.trial, hour=old.hour)
    kept.save(session, person=permit.person, plan=whole)
    return whole


def _seed(person: str, monday: date, times: int) -> int:
    return int.from_bytes(base.keyed_hash(person, f"advice.draw:{monday}:{times}".encode())[:8], "big")


def pooled(session: base.Session) -> reminding.Pooled | None:
    """What was learned last, if enough people allowed it."""
    table = AdviceBeliefRow.__table__  # type: ignore[attr-defined]
    row = session.execute(select(table.c.content).order_by(table.c.id.desc()).limit(1)).first()
    return None if row is None else msgspec.json.decode(row.content, type=Learned).pooled


class Learned(msgspec.Struct, frozen=True):
    """One night's result."""

    pooled: reminding.Pooled
    sites: dict[str, trials.Report]


@base.every("advice.reminders", seconds=600)
def remind() -> None:
    """Send what is due, to everybody whose next look is due."""
    remind_due()


def remind_due(*, clock: base.Clock = base.CLOCK) -> int:
    """Send the reminders that are due; returns how many. Each person in a unit of her own."""
    table = AdviceSettingsRow.__table__  # type: ignore[attr-defined]
    with base.read_session() as session:
        due = session.execute(select(table.c.person_id).where(table.c.next_at <= clock.now())).scalars().all()
    count = 0
    for person in due:
        try:
            with base.write_unit() as session:
                count += _remind_one(session, person, clock)
        except base.Refusal as refusal:
            # One person's trouble (no account any more, a seal that is broken) must not silence the others.
            _log.error("reminders of one person put off: %s", refusal.key)
            with base.write_unit() as session:
                later = clock.now() + timedelta(days=1)
                session.execute(update(table).where(table.c.person_id == person).values(next_at=later))
    return count


def _remind_one(session: base.Session, person: str, clock: base.Clock) -> int:
    permit = permit_of(session, person=person, clock=clock)
    set_ = wishes(session, permit=permit)
    row = session.get_one(AdviceSettingsRow, person)
    if set_.reminders_a_week == 0:
        row.next_at = None
        return 0
    at = clock.now()
    plan = planned(session, permit=permit, clock=clock) or plan_now(session, permit=permit, clock=clock)
    _, choice = suggestions.week(session, permit=permit, clock=clock)
    reminders, sent = [], sum(one.sent_at is not None for one in plan.reminders)
    now_sent = 0
    answers = suggestions.answers(session, permit=permit)
    for one in plan.reminders:
        is_due = one.sent_at is None and one.at <= at and not is_quiet(set_, at.astimezone(base.TOKYO).hour)
        if is_due and (sent >= set_.reminders_a_week or not _still(one, choice, set_)):
            continue
        if is_due and (given := answers.get(one.rule)) is not None and given.answer == "done":
            continue
        if is_due and now_sent == 0:
            account = people.account_of(session, person=person)
            assert account is not None
            about = sha256(f"{person}:{plan.monday}:{sent}".encode()).hexdigest()[:26]
            people.send_push(session, account=account.id, kind="week", about=about, clock=clock)
            one = msgspec.structs.replace(one, sent_at=at)
            sent, now_sent = sent + 1, 1
        reminders.append(one)
    plan = msgspec.structs.replace(plan, reminders=tuple(reminders))
    kept.save(session, person=person, plan=plan)
    open_ = [one.at for one in plan.reminders if one.sent_at is None]
    monday = datetime.combine(plan.monday + timedelta(days=7), time(0, 30), base.TOKYO)
    row.next_at = max(min([*open_, monday]), at + timedelta(minutes=10))
    session.add(row)
    return now_sent


def _still(one: kept.Reminder, choice: Choice, set_: Wishes) -> bool:
    """Whether a suggestion still stands: not masked since, not sent away, its topic still on."""
    return one.kind in set_.topics and any(found.rule.id == one.rule for found in choice.proposed)


@base.every("advice.learn", seconds=86400)
def learn() -> None:
    """Learn from the weeks that are over, of those who allow it."""
    learn_now()


def learn_now(*, clock: base.Clock = base.CLOCK) -> int:
    """Fit anew from all weeks that are over, of those who allow it; returns how many people. Under ten: nothing."""
    table = AdviceSettingsRow.__table__  # type: ignore[attr-defined]
    monday = kept.base_monday(clock.now())
    seen: list[list[WeekPlan]] = []
    sites: list[str] = []
    with base.read_session() as session:
        ids = session.execute(select(table.c.person_id).where(table.c.learns)).scalars().all()
        for person in ids:
            weeks = [plan for plan in kept.weeks(session, person=person) if plan.monday < monday and plan.decisions]
            if weeks:
                seen.append(weeks)
                sites.append(people.person(session, person=person).site)
        held = {site: trials.trials(session, site=site) for site in sorted(set(sites))}
    if len(seen) < trials.LEAST:
        return len(seen)
    belief = policy.believe(reminding.sums_of(seen), reminding.SETTINGS, np.array(reminding.kind_of()))
    today = clock.now().astimezone(base.TOKYO).date()
    reports = {
        site: trials.report([weeks for weeks, at in zip(seen, sites, strict=True) if at == site], held[site], today)
        for site in held
    }
    found = Learned(
        reminding.Pooled(
            reminding.actions(),
            tuple(tuple(row) for row in belief.mean.tolist()),
            tuple(tuple(tuple(row) for row in each) for each in belief.chol.tolist()),
        ),
        reports,
    )
    with base.write_unit() as session:
        count = sum(len(weeks) for weeks in seen)
        session.add(
            AdviceBeliefRow(
                id=base.new_id(), made_at=clock.now(), people=len(seen), weeks=count, content=msgspec.json.encode(found)
            )
        )
    return len(seen)


def learned(session: base.Session) -> tuple[datetime, int, Learned] | None:
    """When it was learned last, from how many people, and what."""
    table = AdviceBeliefRow.__table__  # type: ignore[attr-defined]
    row = session.execute(select(table).order_by(table.c.id.desc()).limit(1)).first()
    return None if row is None else (row.made_at, row.people, msgspec.json.decode(row.content, type=Learned))


def movement_plan(session: base.Session, *, permit: Permit, clock: base.Clock = base.CLOCK) -> Plan:
    """This week of movement, from the four weeks before and what was marked so far."""
    at = clock.now()
    today = at.astimezone(base.TOKYO).date()
    monday = kept.base_monday(at)
    about = suggestions.about(session, permit=permit, clock=clock)
    until, since = monday - timedelta(days=1), monday - timedelta(days=28)
    steps = {
        one.day: one.value
        for one in record.daily(session, permit=permit, metric="steps_count", since=since, until=until, clock=clock)
    }
    return movement.plan(
        about=about,
        monday=monday,
        today=today,
        steps=steps,
        marks=_marks(kept.load_marks(session, person=permit.person, monday=monday)),
        resting=_resting(session, permit, at, clock),
        signed=risk.signed_rows(),
    )


def _marks(held: Mapping[date, str]) -> dict[date, Mark]:
    return {day: "done" if mark == "done" else "missed" for day, mark in held.items()}


def _resting(session: base.Session, permit: Permit, at: datetime, clock: base.Clock) -> float | None:
    found = record.latest(session, permit=permit, metrics=("resting_heart_rate_bpm",), clock=clock)
    one = found.get("resting_heart_rate_bpm")
    if one is None or isinstance(one.value, str) or one.value is None or at - one.start > timedelta(days=30):
        return None
    return float(one.value)


def mark_day(
    session: base.Session,
    *,
    permit: Permit,
    day: date,
    mark: Literal["done", "missed"] | None,
    clock: base.Clock = base.CLOCK,
) -> Plan:
    """Mark a day of this week as done or missed, or take the mark away; returns the week planned anew."""
    monday = kept.base_monday(clock.now())
    if not monday <= day <= clock.now().astimezone(base.TOKYO).date():
        raise NotThisWeek
    marks = {
        one: text for one, text in kept.load_marks(session, person=permit.person, monday=monday).items() if one != day
    }
    if mark is not None:
        marks[day] = mark
    kept.save_marks(session, person=permit.person, monday=monday, marks=marks)
    return movement_plan(session, permit=permit, clock=clock)
