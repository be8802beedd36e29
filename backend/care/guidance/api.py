"""HTTP of health guidance: the resident's own case, and the counsellor's cases."""

from __future__ import annotations

from flask import Response, make_response
from pydantic import BaseModel

from backend import base, people
from backend.care.blueprint import api
from backend.care.guidance import service, wire
from backend.care.guidance.model import Case, Target
from backend.care.team import join_team
from backend.care.wire import IdPath


def _answer(value: BaseModel) -> Response:
    response = make_response(value.model_dump_json(by_alias=True))
    response.headers["Content-Type"] = "application/json"
    return response


def _mine(session: base.Session) -> wire.GuidanceOut:
    actor, now = people.current_actor(), base.CLOCK.now()
    case = service.mine(session, actor=actor)
    is_open = case is not None and case.closed_at is None
    permit = service.own_permit(session, actor=actor)
    found = None if is_open else service.offer(session, permit=permit)
    open_ = [] if is_open or found else service.asks(session, permit=permit)
    shown = None if case is None else wire.case_out(session, case, for_counsellor=False, now=now)
    return wire.GuidanceOut(
        as_of=now,
        asks=[wire.GuidanceAskOut(key=text.key, params=dict(text.params), profile_key=key) for text, key in open_],
        offer=wire.begin_out(found),
        case=shown,
    )


def _case(session: base.Session, case: Case) -> wire.GuidanceCaseOut:
    return wire.case_out(session, case, for_counsellor=True, now=base.CLOCK.now())


def _targets(body: wire.GuidancePlanIn) -> list[Target]:
    return [Target(kind=one.kind, text=one.text) for one in body.targets]


@api.get("/guidance", endpoint="my_guidance", responses={200: wire.GuidanceOut})
def my_guidance() -> Response:
    """My guidance: what my newest check-up offers, and my case."""
    with base.read_session() as session:
        return _answer(_mine(session))


@api.post("/guidance", endpoint="begin_guidance", responses={200: wire.GuidanceOut})
def begin_guidance(body: wire.GuidancePlanIn) -> Response:
    """Begin with the counsellors of my place; they see the case and nothing else of my record."""
    with base.write_unit() as session:
        service.begin(session, actor=people.current_actor(), goal=body.goal, targets=_targets(body), task=body.task)
        return _answer(_mine(session))


@api.put("/guidance/plan", endpoint="plan_guidance", responses={200: wire.GuidanceOut})
def plan_guidance(body: wire.GuidancePlanIn) -> Response:
    """Change goal, targets and task."""
    with base.write_unit() as session:
        service.plan(session, actor=people.current_actor(), goal=body.goal, targets=_targets(body), task=body.task)
        return _answer(_mine(session))


@api.post("/guidance/check-ins", endpoint="check_in", responses={200: wire.GuidanceOut})
def check_in(body: wire.GuidanceCheckIn) -> Response:
    """Say how this week went; the last answer of a week counts."""
    with base.write_unit() as session:
        service.check_in(
            session, actor=people.current_actor(), answer=body.answer, weight_kg=body.weight_kg, waist_cm=body.waist_cm
        )
        return _answer(_mine(session))


@api.post("/guidance/messages", endpoint="write_guidance", responses={200: wire.GuidanceOut})
def write_guidance(body: wire.GuidanceMessageIn) -> Response:
    """Write to my counsellors."""
    with base.write_unit() as session:
        service.write(session, actor=people.current_actor(), text=body.text, client_id=body.client_id)
        return _answer(_mine(session))


@api.delete("/guidance", endpoint="leave_guidance", responses={200: wire.GuidanceOut})
def leave_guidance() -> Response:
    """End it; the counsellors no longer see the case."""
    with base.write_unit() as session:
        service.leave(session, actor=people.current_actor())
        return _answer(_mine(session))


@api.get("/care/guidance", endpoint="guidance_cases", responses={200: wire.GuidanceListOut})
def guidance_cases() -> Response:
    """The open cases of my team, who needs something first."""
    actor = people.current_actor()
    join_team(actor=actor)
    with base.read_session() as session:
        return _answer(wire.list_out(session, service.cases(session, actor=actor), now=base.CLOCK.now()))


@api.get("/care/guidance/<string:id>", endpoint="guidance_case", responses={200: wire.GuidanceCaseOut})
def guidance_case(path: IdPath) -> Response:
    """One case of my team, with the points and their reasons."""
    actor = people.current_actor()
    join_team(actor=actor)
    with base.read_session() as session:
        return _answer(_case(session, service.case_of(session, actor=actor, case=path.id)))


@api.post("/care/guidance/<string:id>/messages", endpoint="guidance_message", responses={200: wire.GuidanceCaseOut})
def guidance_message(path: IdPath, body: wire.GuidanceAnswerIn) -> Response:
    """Write into a case; who wrote it is kept."""
    with base.write_unit() as session:
        case = service.write(
            session,
            actor=people.current_actor(),
            case=path.id,
            text=body.text,
            client_id=body.client_id,
            is_automated=body.is_automated,
        )
        return _answer(_case(session, case))


@api.post("/care/guidance/<string:id>/contacts", endpoint="guidance_contact", responses={200: wire.GuidanceCaseOut})
def guidance_contact(path: IdPath, body: wire.GuidanceContactIn) -> Response:
    """Take down a talk."""
    with base.write_unit() as session:
        actor = people.current_actor()
        return _answer(_case(session, service.meet(session, actor=actor, case=path.id, kind=body.kind, day=body.day)))


@api.put("/care/guidance/<string:id>/task", endpoint="guidance_task", responses={200: wire.GuidanceCaseOut})
def guidance_task(path: IdPath, body: wire.GuidanceTaskIn) -> Response:
    """Set the task of the week."""
    with base.write_unit() as session:
        actor = people.current_actor()
        return _answer(_case(session, service.set_task(session, actor=actor, case=path.id, task=body.task)))


@api.put("/care/guidance/<string:id>/outcome", endpoint="guidance_outcome", responses={200: wire.GuidanceCaseOut})
def guidance_outcome(path: IdPath, body: wire.GuidanceOutcomeIn) -> Response:
    """Take down what came of it after three or six months."""
    with base.write_unit() as session:
        case = service.conclude(
            session,
            actor=people.current_actor(),
            case=path.id,
            month=body.month,
            weight_kg=body.weight_kg,
            waist_cm=body.waist_cm,
            kept=body.kept,
            quit_smoking=body.quit_smoking,
        )
        return _answer(_case(session, case))
