"""Frozen values of care: consultations, messages with truthful states, the people a counsellor sees."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

import msgspec

from backend.consent import Category, Words
from backend.people import Sex

Side = Literal["resident", "counsellor"]
SUBJECT_LIMIT = 80
TEXT_LIMIT = 4000


class Why(StrEnum):
    """Why somebody stands where she stands in a counsellor's list; each is a message key."""

    WAITING = "care.why_waiting"
    UNREAD = "care.why_unread"
    ANSWERED = "care.why_answered"
    SHARED = "care.why_shared"


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message: `stored_at` is when the server had it, `read_at` when the other side had it on the screen."""

    id: str
    side: Side
    author: str
    text: str
    stored_at: datetime
    read_at: datetime | None


class Consultation(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation between a resident and the counsellors it is addressed to."""

    id: str
    person: str
    recipient: str
    subject: str
    opened_at: datetime
    messages: tuple[Message, ...]

    def unread(self, side: Side) -> int:
        """Return how many messages of the other side this side has not read."""
        return sum(each.side != side and each.read_at is None for each in self.messages)

    @property
    def last_at(self) -> datetime:
        """Return when the newest message was stored."""
        return self.messages[-1].stored_at

    @property
    def waiting_since(self) -> datetime | None:
        """Return since when the resident waits for an answer: the first message after the last answer."""
        waiting = None
        for each in self.messages:
            if each.side == "counsellor":
                waiting = None
            elif waiting is None:
                waiting = each.stored_at
        return waiting


class Brief(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a list of consultations, for one side."""

    id: str
    person: str
    recipient: str
    names: Words
    subject: str
    opened_at: datetime
    last_at: datetime
    last_side: Side
    unread: int
    waiting_since: datetime | None


class SharedCategory(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of data a person shares with this counsellor."""

    category: Category
    since: datetime


class PersonLine(msgspec.Struct, frozen=True, kw_only=True):
    """One person in a counsellor's list, with the reason of the place in it."""

    person: str
    name: str
    kana: str
    age: int
    is_demo: bool
    why: Why
    why_at: datetime
    shared: tuple[Category, ...]
    shared_since: datetime | None
    unread: int
    waiting_since: datetime | None


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """One value as a counsellor sees it."""

    at: datetime
    is_date_only: bool
    value: float | str | None
    state: str
    flag: str | None
    source: str


class MetricValues(msgspec.Struct, frozen=True, kw_only=True):
    """The newest value of a metric and its course, oldest first."""

    metric: str
    category: Category
    latest: Value
    course: tuple[Value, ...]
    is_daily: bool


class PersonPage(msgspec.Struct, frozen=True, kw_only=True):
    """What a counsellor sees of a person: identity, what is shared, those values, the conversations."""

    person: str
    name: str
    kana: str
    sex: Sex
    age: int
    is_demo: bool
    shared: tuple[SharedCategory, ...]
    values: tuple[MetricValues, ...]
    consultations: tuple[Brief, ...]


def rank(line: PersonLine) -> tuple[int, float]:
    """Return the sort key of a counsellor's list: who waits longest first, then unread, then newest share."""
    if line.waiting_since is not None:
        return 0, line.waiting_since.timestamp()
    if line.unread:
        return 1, line.why_at.timestamp()
    return 2, -line.why_at.timestamp()


COURSE = timedelta(days=400)
"""How far back a counsellor's page looks: one yearly check-up and some weeks before it."""
