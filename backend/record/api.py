"""The record's routes: parse, call one service, shape the answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import msgspec
from flask import Response, make_response
from pydantic import BaseModel

from backend import base, consent, people
from backend.consent import Permit, Purpose
from backend.record import (
    completeness,
    corrections,
    emergency,
    entries,
    glucose,
    metric_page,
    metric_picture,
    provenance,
    shapes,
    shapes_pages,
    timeline,
)
from backend.record import home as home_page
from backend.record.blueprint import api
from backend.record.export import api as _take_routes
from backend.record.fhirapi import api as _fhir_routes
from backend.record.healthlink import open_api as _link_routes
from backend.record.model import Answer, Fact
from backend.record.points import Reader
from backend.record.present import brief
from backend.record.profile import service as profile
from backend.record.profile import shapes as profile_shapes
from backend.record.profile.questions import SELF

_encode = msgspec.json.Encoder().encode
__all__ = ["_fhir_routes", "_link_routes", "_take_routes", "api"]


def _own_permit(session: Reader, actor: people.Actor) -> Permit:
    if actor.person is None:
        raise base.NotAllowed
    return consent.permit(session, actor=actor, person=actor.person, purpose=Purpose.SELF)  # type: ignore[arg-type]


def _person(actor: people.Actor) -> str:
    if actor.person is None:
        raise base.NotAllowed
    return actor.person


@contextmanager
def _reading() -> Iterator[tuple[Reader, Permit]]:
    with base.read_unit() as session:
        yield session, _own_permit(session, people.current_actor())


def _json(body: bytes | str, status: int = 200) -> Response:
    response = make_response(body, status)
    response.headers["Content-Type"] = "application/json"
    return response


def _shaped(shape: BaseModel, status: int = 200) -> Response:
    return _json(shape.model_dump_json(), status)


@api.get("/home", responses={"200": shapes.HomeAnswer})
def home() -> Response:
    """Today's few numbers."""
    with base.read_unit() as session:
        return _json(_encode(home_page.home(session, permit=_own_permit(session, people.current_actor()))))


@api.get("/timeline", responses={"200": shapes.TimelineAnswer})
def timeline_page(query: shapes.TimelineQuery) -> Response:
    """All sources in one line, newest first."""
    asked = timeline.Asked(
        sources=frozenset(query.source),
        categories=frozenset(query.category),
        metrics=frozenset(query.metric),
        since=query.since,
        until=query.until,
    )
    with _reading() as (session, permit):
        return _shaped(timeline.timeline(session, permit=permit, asked=asked, cursor=query.cursor, limit=query.limit))


@api.get("/metrics", responses={"200": shapes.MetricsAnswer})
def metrics() -> Response:
    """All metrics on the record."""
    with _reading() as (session, permit):
        return _shaped(metric_page.metrics(session, permit=permit))


@api.get("/metrics/<metric>", responses={"200": shapes.MetricPage})
def metric(path: shapes.MetricPath, query: shapes.MetricQuery) -> Response:
    """One metric's page."""
    with _reading() as (session, permit):
        found = metric_page.trend(session, permit=permit, metric=path.metric, length=query.range, unit=query.unit)
    return _shaped(metric_page.page(found, length=query.range))


@api.get("/metrics/<metric>/figure", responses={"200": shapes.FigureAnswer})
def metric_figure(path: shapes.MetricPath, query: shapes.FigureQuery) -> Response:
    """One metric's trend as a Plotly figure."""
    with _reading() as (session, permit):
        found = metric_page.trend(session, permit=permit, metric=path.metric, length=query.range, unit=query.unit)
    picture = metric_picture.trend_figure(found, theme=query.theme, locale=query.locale)
    return _json(_encode(picture.figure | {"sentence": picture.takeaway}))


@api.get("/readings/<id>", responses={"200": shapes.ReadingDetail})
def reading(path: shapes.ReadingPath) -> Response:
    """Where a value comes from."""
    with base.read_session() as session:
        return _detail(session, path.id)


def _detail(session: base.Session, found: str, status: int = 200) -> Response:
    actor = people.current_actor()
    permit = _own_permit(session, actor)
    return _shaped(provenance.detail(session, permit=permit, actor=actor, reading=found), status)


@api.post("/entries", responses={"201": shapes.EntryAnswer, "200": shapes.EntryAnswer})
def enter(body: shapes.EntryBody) -> Response:
    """Store a blood pressure or weight entered by hand; the same entry twice is stored once."""
    entry = entries.Entry(
        client_id=body.client_id,
        kind=body.kind,
        at=_aware(body.at),
        sbp=body.sbp,
        dbp=body.dbp,
        pulse=body.pulse,
        weight_kg=body.weight_kg,
        is_confirmed=body.confirm_implausible,
    )
    with base.write_unit() as session:
        done = entries.enter(session, person=_person(people.current_actor()), entry=entry)
    answer = shapes.EntryAnswer(
        readings=[brief(one) for one in done.readings], already=done.already, stored_at=done.stored_at
    )
    return _shaped(answer, 200 if done.already else 201)


def _aware(at: datetime) -> datetime:
    """A time without a zone is the resident's own: Tokyo."""
    return at if at.tzinfo is not None else at.replace(tzinfo=base.TOKYO)


@api.patch("/readings/<id>", responses={"200": shapes.ReadingDetail})
def correct(path: shapes.ReadingPath, body: shapes_pages.CorrectionBody) -> Response:
    """Put a better value beside a value; the old version stays visible."""
    actor = people.current_actor()
    with base.write_unit() as session:
        new = entries.correct(
            session,
            person=_person(actor),
            reading=path.id,
            client_id=body.client_id,
            value=body.value,
            unit=body.unit,
            at=None if body.at is None else _aware(body.at),
            is_confirmed=body.confirm_implausible,
        )
        return _detail(session, new.id)


@api.delete("/readings/<id>", responses={"200": shapes.ReadingDetail})
def delete(path: shapes.ReadingPath) -> Response:
    """Delete a value; it can be restored."""
    with base.write_unit() as session:
        gone = entries.remove(session, person=_person(people.current_actor()), reading=path.id)
        return _detail(session, gone.id)


@api.post("/readings/<id>/restore", responses={"200": shapes.ReadingDetail})
def restore(path: shapes.ReadingPath) -> Response:
    """Make a deleted or replaced value count again."""
    with base.write_unit() as session:
        back = corrections.restore(session, person=_person(people.current_actor()), reading=path.id)
        return _detail(session, back.id)


@api.post("/readings/<id>/wrong", responses={"200": shapes.ReadingDetail})
def say_wrong(path: shapes.ReadingPath, body: shapes_pages.WrongBody) -> Response:
    """Say that a value is wrong: both versions stay, the better one counts, a receipt is given."""
    wrong = corrections.Wrong(
        client_id=body.client_id,
        why=body.why,
        value=body.value,
        unit=body.unit,
        at=None if body.at is None else _aware(body.at),
        note=body.note,
        is_confirmed=body.confirm_implausible,
    )
    with base.write_unit() as session:
        corrections.say_wrong(session, person=_person(people.current_actor()), reading=path.id, wrong=wrong)
        return _detail(session, path.id)


@api.get("/corrections", responses={"200": shapes_pages.CorrectionsAnswer})
def list_corrections() -> Response:
    """Everything the person said was wrong, newest first, with both values."""
    with base.read_session() as session:
        permit = _own_permit(session, people.current_actor())
        lines = [
            shapes_pages.CorrectionLine(
                **provenance.shaped(one).model_dump(),
                before=brief(entries.one(session, person=permit.person, reading=one.reading)),
                after=None
                if one.replaced_by in (None, one.reading)
                else brief(entries.one(session, person=permit.person, reading=str(one.replaced_by))),
            )
            for one in corrections.corrections(session, person=permit.person)
        ]
    return _shaped(shapes_pages.CorrectionsAnswer(corrections=lines))


@api.post("/corrections/<id>/take-back", responses={"200": shapes.ReadingDetail})
def take_back(path: shapes_pages.CorrectionPath) -> Response:
    """Take a correction back: the source's value counts again."""
    with base.write_unit() as session:
        back = corrections.take_back(session, person=_person(people.current_actor()), correction=path.id)
        return _detail(session, back.reading)


@api.get("/corrections/<id>/receipt", responses={"200": shapes_pages.CorrectionReceipt})
def correction_receipt(path: shapes_pages.CorrectionPath) -> Response:
    """The signed receipt of a correction."""
    with base.read_session() as session:
        signed = corrections.receipt(session, person=_person(people.current_actor()), correction=path.id)
    return _shaped(shapes_pages.CorrectionReceipt(id=path.id, receipt=signed))


@api.get("/glucose", responses={"200": glucose.GlucosePage})
def glucose_page() -> Response:
    """Continuous glucose: the newest 14 days in the figures of the consensus, or what is missing."""
    with _reading() as (session, permit):
        return _shaped(glucose.page(glucose.seen(session, permit=permit)))


@api.get("/glucose/figure", responses={"200": shapes_pages.PictureAnswer})
def glucose_figure(query: shapes_pages.PictureQuery) -> Response:
    """The day's profile of a glucose sensor as a Plotly figure."""
    with _reading() as (session, permit):
        drawn = glucose.picture(glucose.seen(session, permit=permit), theme=query.theme, locale=query.locale)
    if drawn is None:
        raise base.NotFound
    return _json(_encode(drawn.figure | {"sentence": drawn.takeaway, "head": drawn.head, "rows": drawn.rows}))


@api.get("/completeness", responses={"200": completeness.CompletenessAnswer})
def show_completeness() -> Response:
    """How complete the record is, and what would fill each gap."""
    with base.read_session() as session:
        permit = _own_permit(session, people.current_actor())
        return _shaped(completeness.completeness(session, permit=permit))


@api.get("/emergency", responses={"200": emergency.EmergencySheet})
def emergency_sheet() -> Response:
    """What helpers must know, on one page."""
    with base.read_session() as session:
        permit = _own_permit(session, people.current_actor())
        return _shaped(emergency.sheet(session, permit=permit))


@api.get("/profile", responses={"200": profile_shapes.ProfileAnswer})
def show_profile() -> Response:
    """わたしのこと: all questions with what stands."""
    with base.read_session() as session:
        permit = _own_permit(session, people.current_actor())
        sex = people.person(session, person=permit.person).sex
        found = profile.concerning(profile.answers(session, permit=permit), sex=sex)
        return _shaped(_profile(found))


@api.put("/profile/<key>", responses={"200": profile_shapes.ProfileQuestion})
def answer(path: profile_shapes.ProfilePath, body: profile_shapes.ProfileBody) -> Response:
    """Answer a question of わたしのこと."""
    actor = people.current_actor()
    with base.write_unit() as session:
        profile.answer(session, person=_person(actor), key=path.key, answer=Answer(body.answer), value=body.value)
        found = profile.answers(session, permit=_own_permit(session, actor))
    return _shaped(next(_question(one) for one in found if one.question.key == path.key))


def _profile(found: list[profile.Answers]) -> profile_shapes.ProfileAnswer:
    return profile_shapes.ProfileAnswer(
        questions=[_question(one) for one in found], unanswered=profile.unanswered(found)
    )


def _question(one: profile.Answers) -> profile_shapes.ProfileQuestion:
    key = one.question.key
    return profile_shapes.ProfileQuestion(
        key=key,
        group=one.question.group,
        kind=one.question.kind,
        question=shapes.Word(key=f"record.profile.{key}"),
        why=shapes.Word(key=f"record.why.{one.question.group}"),
        choices=[shapes.Word(key=f"record.choice.{choice}") for choice in one.question.choices],
        values=list(one.question.choices),
        current=_fact(one.current),
        others=[_fact(fact) for fact in one.others],
        history=[_fact(fact) for fact in one.history],
    )


def _fact(fact: Fact) -> profile_shapes.FactShape:
    return profile_shapes.FactShape(
        answer=fact.answer.value,
        value=fact.value,
        on=fact.on,
        source=fact.source if fact.source != SELF else "self",
        reading=fact.reading,
    )
