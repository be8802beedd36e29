"""Applications for secondary use: drafts, filing with every gap named, amendments, the applicant's answer."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import select
from sqlmodel import Session, col

from backend import base, consent, people
from backend.base import ledger
from backend.consent import Category, Offer, RecipientKind, UseState
from backend.governance import reviews, settling
from backend.governance.applicants import NOBODY, Organisation, my_organisation
from backend.governance.forms import Conditions, Form, Kind, State, column, encode, end_of, limits, missing
from backend.governance.policies_held import board_of
from backend.governance.refusals import (
    Incomplete,
    OnwardSupplyRefused,
    PurposeNotForKind,
    RetentionPast,
    RetentionTooLong,
    TooBroad,
    TooManyColumns,
    UnknownColumn,
    WrongState,
)
from backend.governance.tables import ApplicationRow
from backend.governance.uses import held


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """One application with its form."""

    id: str
    site: str
    use: str
    organisation: str
    account: str
    kind: Kind
    state: State
    form: Form
    policy: str
    conditions: Conditions
    answer: str
    created_at: datetime
    updated_at: datetime
    filed_at: datetime | None
    decided_at: datetime | None


def application_value(row: ApplicationRow) -> Application:
    """Return the value of a row."""
    return Application(
        id=row.id,
        site=row.site,
        use=row.use,
        organisation=row.organisation,
        account=row.account,
        kind=Kind(row.kind),
        state=State(row.state),
        form=msgspec.json.decode(row.form, type=Form),
        policy=row.policy,
        conditions=msgspec.json.decode(row.conditions, type=Conditions) if row.conditions else Conditions(),
        answer=row.answer,
        created_at=row.created_at,
        updated_at=row.updated_at,
        filed_at=row.filed_at,
        decided_at=row.decided_at,
    )


def start(
    session: Session, *, actor: people.Actor, form: Form, client_id: str | None = None, clock: base.Clock = base.CLOCK
) -> Application:
    """Begin an application for a new use; a draft may be incomplete. The same `client_id` answers with the same one."""
    mine = my_organisation(session, actor=actor)
    known = _known(session, actor, client_id)
    if known is not None:
        if known.kind != Kind.NEW:
            raise base.KeyReused
        return known
    return _new(session, actor.account, mine, form, Kind.NEW, base.new_id(), clock, client_id)


def _known(session: Session, actor: people.Actor, client_id: str | None) -> Application | None:
    if client_id is None:
        return None
    query = select(ApplicationRow).where(
        col(ApplicationRow.account) == actor.account, col(ApplicationRow.client_id) == client_id
    )
    row = session.scalars(query).first()
    return None if row is None else application_value(row)


def amend(
    session: Session,
    *,
    actor: people.Actor,
    use: str,
    form: Form | None = None,
    client_id: str | None = None,
    clock: base.Clock = base.CLOCK,
) -> Application:
    """Begin the change of an approved use: it goes through the whole review, and runs unchanged until then."""
    mine = my_organisation(session, actor=actor)
    found = held(session, use=use)
    if found.verdict.organisation != mine.id:
        raise base.NotFound
    known = _known(session, actor, client_id)
    if known is not None:
        if known.use != use:
            raise base.KeyReused
        return known
    if found.state is UseState.ENDED or _is_open(session, use):
        raise WrongState
    last = session.get_one(ApplicationRow, found.verdict.application)
    wanted = form or msgspec.json.decode(last.form, type=Form)
    return _new(session, actor.account, mine, wanted, Kind.AMENDMENT, use, clock, client_id)


def _is_open(session: Session, use: str) -> bool:
    going_on = (State.DRAFT, State.REVIEW, State.CONDITIONS)
    query = select(col(ApplicationRow.id)).where(
        col(ApplicationRow.use) == use, col(ApplicationRow.state).in_(going_on)
    )
    return session.execute(query.limit(1)).first() is not None


def _new(
    session: Session,
    account: str,
    mine: Organisation,
    form: Form,
    kind: Kind,
    use: str,
    clock: base.Clock,
    client_id: str | None,
) -> Application:
    now = clock.now()
    row = ApplicationRow(
        id=base.new_id(),
        site=mine.site,
        use=use,
        organisation=mine.id,
        account=account,
        kind=kind,
        state=State.DRAFT,
        form=encode(form),
        client_id=client_id,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return application_value(row)


def save(
    session: Session, *, actor: people.Actor, application: str, form: Form, clock: base.Clock = base.CLOCK
) -> Application:
    """Keep a draft as it is now."""
    row = own_row(session, actor=actor, application=application)
    if row.state != State.DRAFT:
        raise WrongState
    row.form, row.updated_at = encode(form), clock.now()
    session.add(row)
    session.flush()
    return application_value(row)


def file(session: Session, *, actor: people.Actor, application: str, clock: base.Clock = base.CLOCK) -> Application:
    """Hand an application in for review; raises Incomplete with every missing field, or why it is too broad."""
    row = own_row(session, actor=actor, application=application)
    if row.state != State.DRAFT:
        raise WrongState
    mine = my_organisation(session, actor=actor)
    screen(session, site=row.site, kind=mine.kind, form=msgspec.json.decode(row.form, type=Form), clock=clock)
    return put_under_review(session, row, clock)


def put_under_review(session: Session, row: ApplicationRow, clock: base.Clock) -> Application:
    """Pin the rules of the day, write the filing down and ask two reviewers."""
    now = clock.now()
    row.state, row.filed_at, row.updated_at = State.REVIEW, now, now
    row.policy = consent.rule_set(session, site=row.site).version
    session.add(row)
    session.flush()
    body = {"application": row.id, "use": row.use, "kind": row.kind, "form": settling.digest(row.form)}
    ledger.append(session, kind="governance.filed", person=NOBODY, body=body, clock=clock)
    reviews.assign(session, row, clock=clock)
    return application_value(row)


def screen(
    session: Session, *, site: str, kind: RecipientKind, form: Form, clock: base.Clock = base.CLOCK
) -> dict[Category, Offer]:
    """Return what Cedar says of every kind of data asked for; raises what makes the application impossible."""
    gone = missing(form)
    if gone:
        raise Incomplete(fields=",".join(gone))
    assert form.purpose is not None
    assert form.identifiability is not None
    assert form.retention_end is not None
    if form.is_onward:
        raise OnwardSupplyRefused
    found = []
    for name in form.columns:
        known = column(name)
        if known is None:
            raise UnknownColumn(column=name)
        found.append(known)
    if len(form.columns) > limits().most_columns:
        raise TooManyColumns(most=limits().most_columns)
    now = clock.now()
    if end_of(form.retention_end) <= now:
        raise RetentionPast
    if end_of(form.retention_end) > now + timedelta(days=366 * limits().most_years):
        raise RetentionTooLong(years=limits().most_years)
    source, board = board_of(session, site=site)
    if form.purpose not in source.purposes_of.get(kind, ()):
        raise PurposeNotForKind
    offers = {
        category: board.offer(form.purpose, category, kind, form.identifiability)
        for category in sorted({each.category for each in found})
    }
    refused = [
        str(category) for category, offer in offers.items() if not settling.is_possible(offer, form.identifiability)
    ]
    if refused:
        raise TooBroad(categories=",".join(refused))
    return offers


def answer_conditions(
    session: Session,
    *,
    actor: people.Actor,
    application: str,
    is_accepted: bool,
    answer: str = "",
    clock: base.Clock = base.CLOCK,
) -> Application:
    """Take the conditions, which brings the verdict into force, or withdraw the application."""
    row = own_row(session, actor=actor, application=application)
    if row.state != State.CONDITIONS:
        raise WrongState
    row.answer, row.updated_at = answer.strip(), clock.now()
    if is_accepted:
        settling.put_in_force(session, row, clock=clock)
    else:
        row.state = State.WITHDRAWN
    session.add(row)
    session.flush()
    return application_value(row)


def withdraw_application(
    session: Session, *, actor: people.Actor, application: str, clock: base.Clock = base.CLOCK
) -> Application:
    """Take an undecided application back."""
    row = own_row(session, actor=actor, application=application)
    if row.state not in {State.DRAFT, State.REVIEW, State.CONDITIONS}:
        raise WrongState
    row.state, row.updated_at = State.WITHDRAWN, clock.now()
    session.add(row)
    session.flush()
    return application_value(row)


def own_row(session: Session, *, actor: people.Actor, application: str) -> ApplicationRow:
    """Return the row of an application of the actor's organisation; raises NotFound for every other."""
    mine = my_organisation(session, actor=actor)
    # Locks the row on PostgreSQL; SQLite write units already queue.
    query = select(ApplicationRow).where(col(ApplicationRow.id) == application).with_for_update()
    row = session.scalars(query).first()
    if row is None or row.organisation != mine.id:
        raise base.NotFound
    return row


def my_applications(session: Session, *, actor: people.Actor) -> list[Application]:
    """Return the applications of the actor's organisation, newest first."""
    mine = my_organisation(session, actor=actor)
    rows = session.scalars(
        select(ApplicationRow)
        .where(col(ApplicationRow.organisation) == mine.id)
        .order_by(col(ApplicationRow.updated_at).desc(), col(ApplicationRow.id).desc())
    )
    return [application_value(row) for row in rows]


def begin_renewal(session: Session, *, use: str, clock: base.Clock = base.CLOCK) -> Application | None:
    """Put a running use before the reviewers again, with the form it was approved for; None if one is under way."""
    if _is_open(session, use):
        return None
    verdict = held(session, use=use).verdict
    last = session.get_one(ApplicationRow, verdict.application)
    now = clock.now()
    row = ApplicationRow(
        id=base.new_id(),
        site=last.site,
        use=use,
        organisation=last.organisation,
        account=last.account,
        kind=Kind.RENEWAL,
        state=State.DRAFT,
        form=last.form,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return put_under_review(session, row, clock)
