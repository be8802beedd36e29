"""HTTP for everybody, without sign-in: the register of uses and the rules of a place; and the residents' vote."""

from __future__ import annotations

from flask import Response
from sqlmodel import Session

from backend import base, people
from backend.governance import register, wire, wire_review, wire_uses
from backend.governance.blueprint import answer, api, column_names, form_shape, item_names, shape
from backend.governance.forms import columns
from backend.governance.policies_held import source_of
from backend.governance.register import Line
from backend.governance.rendering import readable_rules, readable_table


def register_line(line: Line) -> wire_review.RegisterLine:
    """Return one line of the register."""
    return wire_review.RegisterLine(
        verdict=line.verdict,
        use=line.use,
        site=line.site,
        organisation=shape(wire.UseWords, line.organisation),
        title=shape(wire.UseWords, line.title),
        purpose=line.form.purpose,
        identifiability=line.form.identifiability,
        standing=line.standing,
        why=line.why,
        decided_at=line.decided_at,
        until=line.until,
        has_results=line.has_results,
    )


@api.get("/governance/register", endpoint="register_lines", responses={"200": wire_review.RegisterOut})
def register_lines(query: wire.RegisterQuery) -> Response:
    """All approved, rejected and ended uses, newest first."""
    with base.read_session() as session:
        found = register.lines(session, site=query.site, words=query.q)
    return answer(wire_review.RegisterOut(lines=[register_line(each) for each in found]))


@api.get(
    "/governance/register/<string:verdict>", endpoint="register_entry", responses={"200": wire_review.RegisterEntry}
)
def register_entry(path: wire.VerdictPath) -> Response:
    """One decision in full: what for, by whom, reasons in both wordings, conditions, what happened, results."""
    with base.read_session() as session:
        found = register.entry(session, verdict=path.verdict)
    shown = wire_review.RegisterEntry(
        line=register_line(found.line),
        form=form_shape(found.line.form),
        columns=column_names(list(found.line.form.columns)),
        verdict=None if found.value is None else shape(wire.VerdictOut, found.value),
        conditions=shape(wire.ConditionsShape, found.conditions),
        items=item_names(),
        reviews=[shape(wire_review.SeenReview, each) for each in found.reviews],
        events=[shape(wire_review.UseEventOut, each) for each in found.events],
        results=[wire_result(each) for each in found.results],
        votes=shape(wire_review.TallyOut, found.votes),
        policy=found.policy,
        serial=found.serial,
    )
    return answer(shown)


def wire_result(result: register.Result) -> wire_uses.ResultOut:
    """Return a result as everybody reads it."""
    return shape(wire_uses.ResultOut, result)


@api.get("/governance/rules/<string:site>", endpoint="rules", responses={"200": wire_review.RulesOut})
def rules(path: wire.RulesPath) -> Response:
    """The rules of a place in force: each with a sentence and the very text that runs."""
    people.site(path.site)
    with base.read_session() as session:
        source = source_of(session, site=path.site)
    shown = wire_review.RulesOut(
        site=path.site,
        version=source.version,
        is_draft=source.is_draft,
        rules=[shape(wire_review.RuleOut, each) for each in readable_rules(source)],
        table=[shape(wire_review.RuleRowOut, each) for each in readable_table(source)],
    )
    return answer(shown)


def _ballots(session: Session) -> wire_review.BallotsOut:
    known = columns()
    shown = []
    for each in register.ballots(session, actor=people.current_actor()):
        form = each.form
        shown.append(
            wire_review.BallotOut(
                application=each.application,
                organisation=shape(wire.UseWords, each.organisation),
                title=wire.UseWords(ja=form.title, ja_easy=form.title_easy, en=form.title_en or form.title),
                benefit=wire.UseWords(ja=form.benefit, ja_easy=form.benefit_easy, en=form.benefit_en or form.benefit),
                categories=sorted({known[name].category for name in form.columns if name in known}),
                identifiability=form.identifiability,
                retention_end=form.retention_end,
                filed_at=each.filed_at,
                mine=each.mine,
            )
        )
    return wire_review.BallotsOut(ballots=shown)


@api.get("/governance/ballots", endpoint="ballots", responses={"200": wire_review.BallotsOut})
def ballots() -> Response:
    """What is under review at my place, in plain words."""
    with base.read_session() as session:
        shown = _ballots(session)
    return answer(shown)


@api.post("/governance/ballots/<string:application>", endpoint="vote", responses={"200": wire_review.BallotsOut})
def vote(path: wire.ApplicationPath, body: wire_review.VoteIn) -> Response:
    """Say what I think of it; reviewers see how many think what, nobody sees who."""
    with base.write_unit() as session:
        register.vote(session, actor=people.current_actor(), application=path.application, choice=body.vote)
        shown = _ballots(session)
    return answer(shown)
