"""How complete the record is, kind by kind, and what would fill each gap."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Literal

import msgspec
from pydantic import Field
from sqlmodel import col

from backend import base, people
from backend.consent import Permit
from backend.record import catalogue, points, service
from backend.record.model import Answer, ItemState
from backend.record.points import Reader
from backend.record.profile import service as profile
from backend.record.shapes import Shape, Word
from backend.record.tables import PointRow
from backend.record.timeline import midnight

Fill = Literal["link", "enter_bp", "enter_weight", "profile", "emergency"]


class GapToFill(Shape):
    """One thing that is missing or too old, and what to press; `key` names the question that it asks."""

    id: str
    text: Word
    action: Fill
    key: str | None = None
    last: date | None = Field(default=None, description="the newest day there is, where it is only too old")


class Domain(Shape):
    """One kind of data: `have` of `of` things are there."""

    id: str
    title: Word
    have: int
    of: int
    gaps: list[GapToFill]


class CompletenessAnswer(Shape):
    """All kinds of data; `have` and `of` over all of them."""

    have: int
    of: int
    domains: list[Domain]


class _Item(msgspec.Struct, frozen=True):
    id: str
    metrics: tuple[str, ...] = ()
    days: int = 0
    distinct_days: int = 1
    context: str | None = None
    question: str | None = None
    questions: str | None = None
    gap: Fill | None = None


class _Domain(msgspec.Struct, frozen=True):
    id: str
    gap: Fill
    items: tuple[_Item, ...]


@cache
def domains() -> tuple[_Domain, ...]:
    """The things that make a record complete: data, not code."""
    text = resources.files(__package__).joinpath("completeness.json").read_bytes()
    return msgspec.json.decode(text, type=tuple[_Domain, ...])


def completeness(session: Reader, *, permit: Permit, clock: base.Clock = base.CLOCK) -> CompletenessAnswer:
    """What is there, what is missing or too old, and what would fill it; for the person's own eyes."""
    today = clock.now().astimezone(base.TOKYO).date()
    sex = people.person(session, person=permit.person).sex
    told = profile.concerning(profile.answers(session, permit=permit, clock=clock), sex=sex)
    shown = []
    for one in domains():
        have, of, gaps = 0, 0, []
        for item in one.items:
            action = item.gap or one.gap
            if item.metrics:
                of += 1
                days = _days_with(session, permit, item, clock)
                since = today - timedelta(days=item.days - 1)
                recent = [day for day in days if day >= since]
                if len(recent) >= item.distinct_days:
                    have += 1
                else:
                    gaps.append(
                        _gap(item.id, action, last=max(days, default=None), left=item.distinct_days - len(recent))
                    )
                continue
            asked = [
                each
                for each in told
                if (each.question.needed if item.questions else each.question.key == item.question)
            ]
            missing = [each for each in asked if each.current.answer is Answer.UNANSWERED]
            of, have = of + len(asked), have + len(asked) - len(missing)
            if missing:
                gaps.append(_gap(item.id, action, key=missing[0].question.key, left=len(missing)))
        shown.append(Domain(id=one.id, title=Word(key=f"record.domain.{one.id}"), have=have, of=of, gaps=gaps))
    return CompletenessAnswer(have=sum(one.have for one in shown), of=sum(one.of for one in shown), domains=shown)


def _gap(name: str, action: Fill, *, left: int, last: date | None = None, key: str | None = None) -> GapToFill:
    text = Word(key=f"record.gap.{name}", params={"n": left})
    return GapToFill(id=name, text=text, action=action, key=key, last=last)


def _days_with(session: Reader, permit: Permit, item: _Item, clock: base.Clock) -> set[date]:
    """The days with a measured value of any of the metrics, as far as the permit goes."""
    may = service.allowed(permit, clock=clock)
    days: set[date] = set()
    alone = []
    for name in item.metrics:
        entry = catalogue.find(name)
        if entry is None or not service.is_allowed(name, may):
            continue
        if entry.kind == "series":
            days |= {one.day for one in service.daily(session, permit=permit, metric=name, clock=clock)}
        else:
            alone.append(name)
    if not alone:
        return days
    today = clock.now().astimezone(base.TOKYO).date()
    query = points.points_of(permit.person).where(
        points.IS_CURRENT,
        col(PointRow.metric).in_(alone),
        col(PointRow.state) == ItemState.MEASURED.value,
    )
    if item.context is None:
        # The day of the newest is enough, and nothing sealed is opened.
        newest = query.with_only_columns(col(PointRow.start), maintain_column_froms=True)
        found = session.execute(newest.order_by(col(PointRow.start).desc()).limit(1)).scalar_one_or_none()
        return days if found is None else days | {found.astimezone(base.TOKYO).date()}
    recent = query.where(col(PointRow.start) >= midnight(today - timedelta(days=item.days - 1)))
    for one in points.open_rows(permit.person, session.execute(recent)):
        if one.context == item.context:
            days.add(one.start.astimezone(base.TOKYO).date())
    return days
