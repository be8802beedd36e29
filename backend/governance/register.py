"""The public register: every approved, rejected and ended use with its reasons, conditions and results. No login."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import func, select
from sqlmodel import Session, col

from backend import base, people
from backend.base import ledger
from backend.consent import UseState, Verdict, Words
from backend.governance.applicants import NOBODY, my_organisation, organisation
from backend.governance.forms import Conditions, Decision, Finding, Form, Kind, State
from backend.governance.lifecycle import UseEvent, use_events
from backend.governance.refusals import WrongState
from backend.governance.settling import Inputs
from backend.governance.tables import ApplicationRow, DecidedRow, ResultRow, VoteRow
from backend.governance.uses import held

Standing = Literal["live", "suspended", "ended", "rejected"]
Vote = Literal["for", "against", "unsure"]
VOTES: tuple[Vote, ...] = ("for", "against", "unsure")


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One review as the public reads it: no name, the decision, the declaration, the reasons in both wordings."""

    place: int
    decision: Decision
    has_declared: bool
    conflict: str
    summary: str
    findings: tuple[Finding, ...]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a use."""

    id: str
    title: str
    text: str
    text_easy: str
    link: str
    at: datetime


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How residents voted; it binds nobody."""

    for_it: int = 0
    against: int = 0
    unsure: int = 0


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the register."""

    verdict: str
    use: str
    site: str
    organisation: Words
    title: Words
    form: Form
    standing: Standing
    why: str
    decided_at: datetime
    until: datetime | None
    has_results: bool


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the public may know of one use."""

    line: Line
    value: Verdict | None
    conditions: Conditions
    reviews: tuple[Seen, ...]
    events: tuple[UseEvent, ...]
    results: tuple[Result, ...]
    votes: Tally
    policy: str
    serial: int


def _inputs(row: DecidedRow) -> Inputs:
    return msgspec.json.decode(row.inputs, type=Inputs)


def lines(session: Session, *, site: str | None = None, words: str = "") -> list[Line]:
    """Return the newest decision on every use, newest first; `words` must stand in a title, benefit or name."""
    query = select(DecidedRow).order_by(col(DecidedRow.at).desc(), col(DecidedRow.id).desc())
    if site is not None:
        query = query.where(col(DecidedRow.site) == site)
    shown: dict[str, Line] = {}
    with_results = set(session.execute(select(col(ResultRow.use)).distinct()).scalars())
    for row in session.scalars(query):
        # A rejected amendment is a line of its own: the use itself goes on under its verdict.
        key = row.use if row.is_approved else row.id
        if key not in shown:
            shown[key] = _line(session, row, row.use in with_results)
    wanted = words.casefold().split()
    return [line for line in shown.values() if all(word in _searchable(line) for word in wanted)]


def _searchable(line: Line) -> str:
    texts = (line.title.ja, line.title.en, line.organisation.ja, line.organisation.en, line.form.benefit)
    return " ".join(texts).casefold()


def _line(session: Session, row: DecidedRow, has_results: bool) -> Line:
    inputs = _inputs(row)
    standing: Standing = "rejected"
    why, until = "", None
    if row.is_approved:
        now = held(session, use=row.use)
        standing = "live" if now.state is UseState.LIVE else "suspended" if now.state is UseState.SUSPENDED else "ended"
        why, until = now.why, now.verdict.until
    form = inputs.form
    return Line(
        verdict=row.id,
        use=row.use,
        site=row.site,
        organisation=inputs.organisation_names,
        title=Words(ja=form.title, ja_easy=form.title_easy, en=form.title_en or form.title),
        form=form,
        standing=standing,
        why=why,
        decided_at=row.at,
        until=until,
        has_results=has_results,
    )


def entry(session: Session, *, verdict: str) -> Entry:
    """Return one decision in full; raises NotFound."""
    row = session.get(DecidedRow, verdict)
    if row is None:
        raise base.NotFound
    inputs = _inputs(row)
    results = results_of(session, use=row.use) if row.is_approved else []
    seen = tuple(
        Seen(
            place=each.place,
            decision=each.decision,
            has_declared=True,
            conflict=each.conflict,
            summary=each.summary,
            findings=each.findings,
        )
        for each in inputs.opinions
    )
    return Entry(
        line=_line(session, row, bool(results)),
        value=msgspec.json.decode(row.body, type=Verdict) if row.body else None,
        conditions=inputs.conditions,
        reviews=seen,
        events=tuple(use_events(session, use=row.use)) if row.is_approved else (),
        results=tuple(results),
        votes=tally(session, application=row.application),
        policy=row.policy,
        serial=inputs.serial,
    )


def report_result(
    session: Session,
    *,
    actor: people.Actor,
    use: str,
    title: str,
    text: str,
    text_easy: str,
    link: str = "",
    clock: base.Clock = base.CLOCK,
) -> Result:
    """Tell the residents what came of a use; it stands in the register from now on, also after the use has ended."""
    if held(session, use=use).verdict.organisation != my_organisation(session, actor=actor).id:
        raise base.NotFound
    row = ResultRow(
        id=base.new_id(),
        use=use,
        title=title.strip(),
        text=text.strip(),
        text_easy=text_easy.strip(),
        link=link.strip(),
        account=actor.account,
        at=clock.now(),
    )
    session.add(row)
    session.flush()
    ledger.append(session, kind="governance.result", person=NOBODY, body={"use": use, "result": row.id}, clock=clock)
    return results_of(session, use=use)[0]


def results_of(session: Session, *, use: str) -> list[Result]:
    """Return the results of a use, newest first."""
    rows = session.scalars(select(ResultRow).where(col(ResultRow.use) == use).order_by(col(ResultRow.id).desc()))
    return [msgspec.convert({name: getattr(row, name) for name in Result.__struct_fields__}, Result) for row in rows]


# --- the residents' panel -----------------------------------------------------------------------------


class Ballot(msgspec.Struct, frozen=True, kw_only=True):
    """An application that residents may say something about, in plain words, and the own vote."""

    application: str
    organisation: Words
    form: Form
    filed_at: datetime
    mine: Vote | None


def ballots(session: Session, *, actor: people.Actor) -> list[Ballot]:
    """Return the applications under review at a resident's place, oldest first."""
    query = select(ApplicationRow).where(
        col(ApplicationRow.site) == actor.site,
        col(ApplicationRow.state) == State.REVIEW,
        col(ApplicationRow.kind) != Kind.RENEWAL,
    )
    mine: dict[str, Vote] = {}
    votes = select(col(VoteRow.application), col(VoteRow.vote)).where(col(VoteRow.person) == actor.person)
    for application, vote in session.execute(votes):
        mine[application] = vote
    return [
        Ballot(
            application=row.id,
            organisation=organisation(session, organisation=row.organisation).names,
            form=msgspec.json.decode(row.form, type=Form),
            filed_at=row.filed_at or row.created_at,
            mine=mine.get(row.id),
        )
        for row in session.scalars(query.order_by(col(ApplicationRow.id)))
    ]


def vote(
    session: Session, *, actor: people.Actor, application: str, choice: Vote, clock: base.Clock = base.CLOCK
) -> Tally:
    """Give or change a resident's vote while the case is under review."""
    row = session.get(ApplicationRow, application)
    if row is None or row.site != actor.site or actor.person is None:
        raise base.NotFound
    if row.state != State.REVIEW:
        raise WrongState
    held_vote = session.get(VoteRow, (application, actor.person))
    if held_vote is None:
        held_vote = VoteRow(application=application, person=actor.person, vote=choice, at=clock.now())
    held_vote.vote, held_vote.at = choice, clock.now()
    session.add(held_vote)
    session.flush()
    return tally(session, application=application)


def tally(session: Session, *, application: str) -> Tally:
    """Return how residents voted on an application."""
    query = select(col(VoteRow.vote), func.count()).where(col(VoteRow.application) == application)
    found = {str(name): int(n) for name, n in session.execute(query.group_by(col(VoteRow.vote)))}
    return Tally(for_it=found.get("for", 0), against=found.get("against", 0), unsure=found.get("unsure", 0))


def verdicts_at(session: Session, *, site: str | None = None) -> list[str]:
    """Return the ids of all decisions ever made, newest first; for the auditor."""
    query = select(col(DecidedRow.id)).order_by(col(DecidedRow.id).desc())
    if site is not None:
        query = query.where(col(DecidedRow.site) == site)
    return list(session.execute(query).scalars())
