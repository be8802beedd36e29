"""How a person wants to be reminded: how often, when not, of what, and whether her answers may teach."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import ClassVar

import msgspec

from backend import base
from backend.advice.model import KINDS, Kind
from backend.advice.week.kept import strip_decisions
from backend.advice.week.tables import AdviceSettingsRow
from backend.consent import Permit

MOST_A_WEEK = 3


class ImplausibleHours(base.Invalid):
    """The quiet hours leave no hour of the day."""

    key: ClassVar[str] = "advice.week.no_hour_left"


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """What is set; without a word of the person there are no reminders and nothing is learned."""

    reminders_a_week: int = 0
    quiet_from: int = 21
    quiet_to: int = 8
    topics: tuple[Kind, ...] = KINDS
    learns: bool = False


def wishes(session: base.Session, *, permit: Permit) -> Wishes:
    """What the person set, or the defaults."""
    row = session.get(AdviceSettingsRow, permit.person)
    return Wishes() if row is None else _open(row)


def _open(row: AdviceSettingsRow) -> Wishes:
    plain = base.unseal(
        row.person_id,
        table="advice_settings",
        column="sealed",
        row=row.person_id,
        version=row.version,
        sealed=row.sealed,
    )
    return msgspec.json.decode(plain, type=Wishes)


def put_wishes(session: base.Session, *, permit: Permit, wishes: Wishes, clock: base.Clock = base.CLOCK) -> Wishes:
    """Keep what the person set. The yes and no to learning are written to the ledger, as every consent is."""
    if not 0 <= wishes.reminders_a_week <= MOST_A_WEEK or wishes.quiet_from == wishes.quiet_to:
        raise ImplausibleHours
    if not any(not is_quiet(wishes, hour) for hour in range(24)):
        raise ImplausibleHours
    person = permit.person
    row = session.get(AdviceSettingsRow, person)
    was = Wishes() if row is None else _open(row)
    version = 1 if row is None else row.version + 1
    sealed = base.seal(
        person, table="advice_settings", column="sealed", row=person, version=version, plain=msgspec.json.encode(wishes)
    )
    next_at = clock.now() if wishes.reminders_a_week else None
    session.merge(
        AdviceSettingsRow(person_id=person, version=version, learns=wishes.learns, next_at=next_at, sealed=sealed)
    )
    if was.learns is not wishes.learns:
        base.ledger.append(
            session, kind="advice.learning", person=person, body={"on": wishes.learns, "text": "advice.week.learns"},
            clock=clock,
        )  # fmt: skip
        if not wishes.learns:
            strip_decisions(session, person=person)
    session.flush()
    return wishes


def is_quiet(wishes: Wishes, hour: int) -> bool:
    """Whether an hour (0-23, Tokyo) is a quiet one; the range may go over midnight."""
    if wishes.quiet_from < wishes.quiet_to:
        return wishes.quiet_from <= hour < wishes.quiet_to
    return hour >= wishes.quiet_from or hour < wishes.quiet_to


def next_loud(wishes: Wishes, at: datetime) -> datetime:
    """The first moment from `at` on that is not in quiet hours (a whole hour if it has to wait)."""
    local = at.astimezone(base.TOKYO)
    if not is_quiet(wishes, local.hour):
        return at
    day = datetime.combine(local.date(), time(local.hour), base.TOKYO)
    for hours in range(1, 25):
        later = day + timedelta(hours=hours)
        if not is_quiet(wishes, later.astimezone(base.TOKYO).hour):
            return later
    raise ImplausibleHours
