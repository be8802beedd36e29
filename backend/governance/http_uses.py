"""HTTP of approved uses: programs and tokens, tables, rows, results; by session in the portal or by token."""

from __future__ import annotations

import base64
import binascii

from flask import Response, make_response, request

from backend import base, people
from backend.governance import answers, programs, register, wire, wire_uses
from backend.governance.answers import GROUPINGS, Question
from backend.governance.applicants import my_organisation
from backend.governance.blueprint import answer, api, column_names, shape
from backend.governance.callers import caller
from backend.governance.refusals import BeyondVerdict, ClientRefused
from backend.governance.uses import held


@api.get("/governance/uses/<string:use>", endpoint="use", responses={"200": wire_uses.UseOut})
def use(path: wire.ApprovedUsePath) -> Response:
    """One of our approved uses: the verdict, its programs and results."""
    actor = people.current_actor()
    with base.read_session() as session:
        found = held(session, use=path.use)
        if found.verdict.organisation != my_organisation(session, actor=actor).id:
            raise base.NotFound
        known = programs.clients(session, actor=actor, use=path.use)
        results = register.results_of(session, use=path.use)
    shown = wire_uses.UseOut(
        verdict=shape(wire.VerdictOut, found.verdict),
        state=found.state,
        why=found.why,
        clients=[shape(wire_uses.ClientOut, each) for each in known],
        results=[shape(wire_uses.ResultOut, each) for each in results],
        groupings=[name for name in GROUPINGS if name in found.verdict.names],
        names=column_names(sorted(found.verdict.names)),
    )
    return answer(shown)


@api.post("/governance/uses/<string:use>/clients", endpoint="make_client", responses={"200": wire_uses.ClientMade})
def make_client(path: wire.ApprovedUsePath, body: wire_uses.ClientIn) -> Response:
    """Make a program for a use; the secret is shown this once."""
    actor = people.current_actor()
    with base.write_unit() as session:
        made, secret = programs.make_client(session, actor=actor, use=path.use, label=body.label)
    return answer(wire_uses.ClientMade(client=shape(wire_uses.ClientOut, made), secret=secret))


@api.delete("/governance/clients/<string:client>", endpoint="revoke_client", responses={"200": wire_uses.ClientOut})
def revoke_client(path: wire.ClientPath) -> Response:
    """Take a program back; its tokens end at once."""
    with base.write_unit() as session:
        gone = programs.revoke_client(session, actor=people.current_actor(), client=path.client)
    return answer(shape(wire_uses.ClientOut, gone))


@api.post("/governance/uses/<string:use>/results", endpoint="report_result", responses={"200": wire_uses.ResultOut})
def report_result(path: wire.ApprovedUsePath, body: wire_uses.ResultIn) -> Response:
    """Tell the residents what came of a use."""
    with base.write_unit() as session:
        made = register.report_result(
            session,
            actor=people.current_actor(),
            use=path.use,
            title=body.title,
            text=body.text,
            text_easy=body.text_easy,
            link=body.link,
        )
    return answer(shape(wire_uses.ResultOut, made))


@api.post("/oauth/token", endpoint="token", responses={"200": wire_uses.TokenOut})
def token() -> Response:
    """Client credentials (RFC 6749 4.4): id and secret by Basic or in the form; answers with a token of ten minutes."""
    grant = request.form.get("grant_type", "")
    client, secret = _credentials()
    if grant != "client_credentials":
        return _oauth_problem(base.Invalid(), "unsupported_grant_type", status=400)
    try:
        with base.write_unit() as session:
            made, life = programs.make_token(session, client=client, secret=secret)
    except ClientRefused as refusal:
        return _oauth_problem(refusal, "invalid_client", status=401)
    except BeyondVerdict as refusal:
        return _oauth_problem(refusal, "access_denied", status=403)
    shown = wire_uses.TokenOut(access_token=made, expires_in=int(life.total_seconds()))
    response = answer(shown)
    response.headers["Cache-Control"] = "no-store"
    return response


def _credentials() -> tuple[str, str]:
    header = request.headers.get("Authorization", "")
    scheme, _, sent = header.partition(" ")
    if scheme.lower() == "basic":
        try:
            client, _, secret = base64.b64decode(sent, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return client, secret
    return request.form.get("client_id", ""), request.form.get("client_secret", "")


def _oauth_problem(refusal: base.Refusal, error: str, *, status: int) -> Response:
    # RFC 6749 5.2 wants `error`; the rest is a problem like every other refusal of ours.
    problem = base.Problem(title=type(refusal).__name__, status=status, key=refusal.key)
    told = problem.model_dump(exclude_none=True) | {"error": error}
    response = make_response(told, status)
    response.headers["Content-Type"] = "application/problem+json"
    response.headers["Cache-Control"] = "no-store"
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="meguri"'
    return response


@api.post("/uses/<string:use>/query", endpoint="query", responses={"200": wire_uses.TableOut})
def query(path: wire.ApprovedUsePath, body: wire_uses.QuestionIn) -> Response:
    """A table of counts or means over fixed bands: no filter, no offset, no page; the same all day."""
    actor = caller(path.use)
    question = Question(measure=body.measure, column=body.column, by=tuple(body.by))
    with base.write_unit() as session:
        found = answers.ask(session, actor=actor, use=path.use, question=question)
    return answer(shape(wire_uses.TableOut, found))


@api.get("/uses/<string:use>/rows", endpoint="rows", responses={"200": wire_uses.RowsOut})
def rows(path: wire.ApprovedUsePath, query: wire_uses.RowsQuery) -> Response:
    """Rows of people who agree now, exactly the approved columns, in the order of their pseudonyms."""
    actor = caller(path.use)
    columns = None if query.columns is None else query.columns.split(",")
    with base.write_unit() as session:
        found = answers.rows(session, actor=actor, use=path.use, columns=columns, since=query.since, after=query.after)
    return answer(shape(wire_uses.RowsOut, found))
