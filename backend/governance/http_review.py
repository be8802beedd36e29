"""HTTP for reviewers and auditors: cases, declarations, reviews, suspension; replays and the ledger's check."""

from __future__ import annotations

from flask import Response
from sqlmodel import Session

from backend import base, consent, people
from backend.base.ledger_verify import verify
from backend.governance import lifecycle, register, replaying, reviews, wire, wire_review, wire_uses
from backend.governance.applicants import organisation
from backend.governance.applications import application_value
from backend.governance.blueprint import answer, api, column_names, form_shape, item_names, shape, use_line
from backend.governance.forms import Conditions, Finding, Form, Kind, State, column, limits
from backend.governance.http_public import register_line
from backend.governance.policies_held import board_of
from backend.governance.refusals import NotYourReview
from backend.governance.reviews import Review
from backend.governance.settling import Judgement, ReviewState
from backend.governance.tables import ApplicationRow


def _line(session: Session, row: ApplicationRow, mine: ReviewState) -> wire_review.CaseLine:
    form = _form(row)
    return wire_review.CaseLine(
        application=row.id,
        title=form.title,
        organisation=shape(wire.UseWords, organisation(session, organisation=row.organisation).names),
        kind=Kind(row.kind),
        state=State(row.state),
        mine=mine,
        filed_at=row.filed_at,
    )


def _form(row: ApplicationRow) -> Form:
    return application_value(row).form


@api.get("/governance/cases", endpoint="cases", responses={"200": wire_review.CasesOut})
def cases() -> Response:
    """The cases I was asked about, newest first."""
    actor = people.current_actor()
    with base.read_session() as session:
        found = [
            _line(session, session.get_one(ApplicationRow, name), mine)
            for name, mine in reviews.my_cases(session, actor=actor)
        ]
    return answer(wire_review.CasesOut(cases=found))


@api.get("/governance/cases/<string:application>", endpoint="case", responses={"200": wire_review.CaseOut})
def case(path: wire.ApplicationPath) -> Response:
    """One case: the application, what the rules say about it, the residents' vote; others' reviews after my own."""
    with base.read_session() as session:
        shown = _case(session, people.current_actor(), path.application)
    return answer(shown)


def _case(session: Session, actor: people.Actor, application: str) -> wire_review.CaseOut:
    row = session.get(ApplicationRow, application)
    mine = dict(reviews.my_cases(session, actor=actor)).get(application)
    if row is None or row.site != actor.site:
        raise base.NotFound
    if mine is None:
        raise NotYourReview
    form = _form(row)
    source, board = board_of(session, site=row.site, version=row.policy)
    kind = organisation(session, organisation=row.organisation).kind
    assert form.purpose is not None
    assert form.identifiability is not None
    asked = {known.category for known in map(column, form.columns) if known is not None}
    before = consent.held_use(session, use=row.use)
    seen = reviews.reviews_of(session, actor=actor, application=application)
    return wire_review.CaseOut(
        line=_line(session, row, mine),
        form=form_shape(form),
        columns=column_names(list(form.columns)),
        offers={
            category: board.offer(form.purpose, category, kind, form.identifiability).value
            for category in sorted(asked)
        },
        ground=next((each.ground for each in source.rows if each.purpose is form.purpose), ""),
        policy=row.policy,
        items=item_names(),
        reviews=[_review(each, each.reviewer == actor.account) for each in seen],
        votes=shape(wire_review.TallyOut, register.tally(session, application=application)),
        before=None if before is None else shape(wire.VerdictOut, before.verdict),
        least_k=limits().min_k,
        least_cell=limits().min_cell,
    )


def _review(review: Review, is_mine: bool) -> wire_review.ReviewOut:
    judged = review.judgement
    return wire_review.ReviewOut(
        place=review.place,
        is_mine=is_mine,
        state=review.state,
        conflict=review.conflict,
        decision=None if judged is None else judged.decision,
        summary="" if judged is None else judged.summary,
        findings=[] if judged is None else [shape(wire.FindingShape, each) for each in judged.findings],
        conditions=shape(wire.ConditionsShape, Conditions() if judged is None else judged.conditions),
        decided_at=review.decided_at,
    )


@api.post(
    "/governance/cases/<string:application>/declare",
    endpoint="declare",
    responses={"200": wire_review.DeclaredOut},
)
def declare(path: wire.ApplicationPath, body: wire_review.DeclareIn) -> Response:
    """Say whether I have a conflict of interest; with one somebody else is asked."""
    with base.write_unit() as session:
        state = reviews.declare(
            session,
            actor=people.current_actor(),
            application=path.application,
            has_conflict=body.has_conflict,
            conflict=body.conflict,
        )
    return answer(wire_review.DeclaredOut(state=state))


@api.post("/governance/cases/<string:application>/decide", endpoint="decide", responses={"200": wire_review.DecidedOut})
def decide(path: wire.ApplicationPath, body: wire_review.JudgementIn) -> Response:
    """Hand in my review."""
    judgement = Judgement(
        decision=body.decision,
        findings=tuple(
            Finding(item=each.item, mark=each.mark, reason=each.reason, plain=each.plain) for each in body.findings
        ),
        summary=body.summary,
        conditions=body.conditions.value(),
    )
    with base.write_unit() as session:
        state = reviews.decide(session, actor=people.current_actor(), application=path.application, judgement=judgement)
    return answer(wire_review.DecidedOut(state=state))


@api.get("/governance/uses", endpoint="uses", responses={"200": wire_uses.UsesOut})
def uses() -> Response:
    """The approved uses of my site, with what can be done about them."""
    actor = people.current_actor()
    with base.read_session() as session:
        found = [
            use_line(each, organisation(session, organisation=each.verdict.organisation).names.ja)
            for each in consent.held_uses(session, site=actor.site)
        ]
    return answer(wire_uses.UsesOut(uses=found))


@api.post("/governance/uses/<string:use>/suspend", endpoint="suspend", responses={"200": wire.UseLine})
def suspend(path: wire.ApprovedUsePath, body: wire_uses.WhyIn) -> Response:
    """Freeze a use at once."""
    with base.write_unit() as session:
        held = lifecycle.suspend(session, actor=people.current_actor(), use=path.use, why=body.why)
        name = organisation(session, organisation=held.verdict.organisation).names.ja
    return answer(use_line(held, name))


@api.post("/governance/uses/<string:use>/resume", endpoint="resume", responses={"200": wire.UseLine})
def resume(path: wire.ApprovedUsePath, body: wire_uses.WhyIn) -> Response:
    """Let a suspended use go on."""
    with base.write_unit() as session:
        held = lifecycle.resume(session, actor=people.current_actor(), use=path.use, why=body.why)
        name = organisation(session, organisation=held.verdict.organisation).names.ja
    return answer(use_line(held, name))


@api.get("/governance/audit", endpoint="audit", responses={"200": wire_review.AuditOut})
def audit() -> Response:
    """Check the whole ledger now, and list every decision."""
    site = people.current_actor().site
    with base.read_session() as session:
        report = verify(session, checks=(consent.differences_from_ledger, replaying.differences_from_ledger))
        names = register.verdicts_at(session, site=site)
        lines = [register_line(register.entry(session, verdict=name).line) for name in names]
    shown = wire_review.AuditOut(
        is_sound=report.is_sound,
        size=report.size,
        problems=[wire_review.ProblemLine(table=each.table, row=each.row, what=each.what) for each in report.problems],
        verdicts=lines,
    )
    return answer(shown)


@api.get("/governance/audit/<string:verdict>", endpoint="replay", responses={"200": wire_review.ReplayOut})
def replay_one(path: wire.VerdictPath) -> Response:
    """Decide an old case again under the rules of its day."""
    with base.read_session() as session:
        found = replaying.replay(session, verdict=path.verdict)
    if found.site != people.current_actor().site:
        raise base.NotFound
    return answer(shape(wire_review.ReplayOut, found))
