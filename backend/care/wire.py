"""The shapes of the care API: consultations for both sides, the counsellor's people."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from backend import record
from backend.care.model import (
    SUBJECT_LIMIT,
    TEXT_LIMIT,
    Brief,
    Consultation,
    Message,
    MetricValues,
    PersonLine,
    PersonPage,
    Side,
)
from backend.consent import Category, Words

ClientId = Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT)]


class Wire(BaseModel):
    """Base of all shapes: frozen, no surprise fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class WordsOut(Wire):
    """One phrase in three languages."""

    ja: str
    ja_easy: str = Field(serialization_alias="ja-easy", validation_alias="ja-easy")
    en: str


class OpenIn(Wire):
    """Open a consultation; `to` is a counsellor recipient, else the site's team."""

    subject: Annotated[str, Field(min_length=1, max_length=SUBJECT_LIMIT)]
    text: Text
    to: Id | None = None
    client_id: ClientId


class MessageIn(Wire):
    """Add a message."""

    text: Text
    client_id: ClientId


class ReadIn(Wire):
    """The newest message that was on the screen."""

    up_to: Id


class MessageOut(Wire):
    """One message: stored on the server at, read by the other side at (null: not yet)."""

    id: str
    side: Literal["resident", "counsellor"]
    is_mine: bool
    author: str
    text: str
    stored_at: datetime
    read_at: datetime | None


class BriefOut(Wire):
    """One line of a list of consultations; `person` and `name` only for counsellors."""

    id: str
    recipient: str
    names: WordsOut
    person: str | None = None
    name: str | None = None
    subject: str
    opened_at: datetime
    last_at: datetime
    last_side: Literal["resident", "counsellor"]
    unread: int
    waiting_since: datetime | None


class ListOut(Wire):
    """Consultations; `as_of` is the server's time, for waiting clocks."""

    as_of: datetime
    consultations: list[BriefOut]


class ConsultationOut(Wire):
    """A consultation with all its messages, oldest first."""

    id: str
    recipient: str
    names: WordsOut
    person: str | None = None
    name: str | None = None
    subject: str
    side: Literal["resident", "counsellor"]
    opened_at: datetime
    unread: int
    waiting_since: datetime | None
    messages: list[MessageOut]


class AddresseeOut(Wire):
    """Somebody a resident can write to."""

    recipient: str
    names: WordsOut
    is_team: bool


class AddresseesOut(Wire):
    """Everybody a resident can write to; the team first."""

    addressees: list[AddresseeOut]


class WhyOut(Wire):
    """Why a row is where it is: a message key, and the moment its clock runs from."""

    key: str
    at: datetime


class PersonLineOut(Wire):
    """One person of a counsellor's list."""

    person: str
    name: str
    kana: str
    age: int
    is_demo: bool
    why: WhyOut
    shared: list[Category]
    shared_since: datetime | None
    unread: int
    waiting_since: datetime | None


class PeopleOut(Wire):
    """The counsellor's people: who waits longest first."""

    as_of: datetime
    people: list[PersonLineOut]


class SharedOut(Wire):
    """One kind of data that is shared, since when."""

    category: Category
    since: datetime


class ValueOut(Wire):
    """One value; the time of day means nothing where only the date is known."""

    at: datetime
    is_date_only: bool
    value: float | str | None
    text: WordsOut | None
    state: str
    flag: str | None
    source: str


class MetricOut(Wire):
    """One metric with its newest value and its course, oldest first; `is_daily` for devices' days."""

    metric: str
    category: Category
    names: WordsOut
    unit_label: WordsOut
    decimals: int
    is_daily: bool
    latest: ValueOut
    course: list[ValueOut]


class SharedPersonOut(Wire):
    """A person as far as she shares; what is off is not there, nor counted."""

    person: str
    name: str
    kana: str
    sex: Literal["male", "female"]
    age: int
    is_demo: bool
    shared: list[SharedOut]
    metrics: list[MetricOut]
    consultations: list[BriefOut]


class IdPath(Wire):
    """One thing by its id."""

    id: Id


def words_out(words: Words) -> WordsOut:
    """Return a phrase as the API shows it."""
    return WordsOut(ja=words.ja, ja_easy=words.ja_easy, en=words.en)


def brief_out(brief: Brief, *, name: str | None = None) -> BriefOut:
    """Return a line of a list; with `name` for a counsellor."""
    return BriefOut(
        id=brief.id,
        recipient=brief.recipient,
        names=words_out(brief.names),
        person=None if name is None else brief.person,
        name=name,
        subject=brief.subject,
        opened_at=brief.opened_at,
        last_at=brief.last_at,
        last_side=brief.last_side,
        unread=brief.unread,
        waiting_since=brief.waiting_since,
    )


def message_out(message: Message, side: Side) -> MessageOut:
    """Return a message as one side sees it."""
    return MessageOut(
        id=message.id,
        side=message.side,
        is_mine=message.side == side,
        author=message.author,
        text=message.text,
        stored_at=message.stored_at,
        read_at=message.read_at,
    )


def consultation_out(whole: Consultation, *, names: Words, side: Side, name: str | None) -> ConsultationOut:
    """Return a consultation as one side sees it."""
    return ConsultationOut(
        id=whole.id,
        recipient=whole.recipient,
        names=words_out(names),
        person=whole.person if side == "counsellor" else None,
        name=name if side == "counsellor" else None,
        subject=whole.subject,
        side=side,
        opened_at=whole.opened_at,
        unread=whole.unread(side),
        waiting_since=whole.waiting_since,
        messages=[message_out(each, side) for each in whole.messages],
    )


def line_out(line: PersonLine) -> PersonLineOut:
    """Return a line of the counsellor's people."""
    plain = msgspec.structs.asdict(line)
    why = WhyOut(key=plain.pop("why"), at=plain.pop("why_at"))
    return PersonLineOut(**{**plain, "why": why, "shared": list(line.shared)})


def _metric_out(found: MetricValues) -> MetricOut:
    metric = record.catalogue.metric(found.metric)

    def value(each: object) -> ValueOut:
        plain = msgspec.structs.asdict(each)  # type: ignore[arg-type]
        choice = record.catalogue.choice(found.metric, str(plain["value"])) if metric.choices else None
        text = None
        if choice is not None:
            text = WordsOut(ja=choice.ja, ja_easy=choice.ja_easy, en=choice.en)
        return ValueOut(**plain, text=text)

    return MetricOut(
        metric=found.metric,
        category=found.category,
        names=WordsOut(ja=metric.ja, ja_easy=metric.ja_easy, en=metric.en),
        unit_label=WordsOut(ja=metric.unit_label_ja, ja_easy=metric.unit_label_ja, en=metric.unit_label_en),
        decimals=metric.decimals,
        is_daily=found.is_daily,
        latest=value(found.latest),
        course=[value(each) for each in found.course],
    )


def person_out(page: PersonPage) -> SharedPersonOut:
    """Return a person's page."""
    return SharedPersonOut(
        person=page.person,
        name=page.name,
        kana=page.kana,
        sex=page.sex,
        age=page.age,
        is_demo=page.is_demo,
        shared=[SharedOut(category=each.category, since=each.since) for each in page.shared],
        metrics=[_metric_out(each) for each in page.values],
        consultations=[brief_out(each, name=page.name) for each in page.consultations],
    )
