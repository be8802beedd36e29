"""HTTP for data users and for the staff who let organisations in: register, apply, follow, answer, amend."""

from __future__ import annotations

from flask import Response
from sqlalchemy import select
from sqlmodel import Session, col

from backend import base, consent, people
from backend.consent import Offer, RecipientKind, Words
from backend.governance import applicants, applications, lifecycle, wire
from backend.governance.applicants import my_organisation
from backend.governance.applications import Application
from backend.governance.blueprint import answer, api, form_shape, shape, use_line
from backend.governance.forms import columns, limits, missing
from backend.governance.policies_held import source_of
from backend.governance.reviews import waiting_counts
from backend.governance.tables import DecidedRow


def _out(session: Session, found: list[Application]) -> list[wire.ApplicationOut]:
    names = [each.id for each in found]
    counts = waiting_counts(session, applications=names)
    query = select(col(DecidedRow.application), col(DecidedRow.id)).where(col(DecidedRow.application).in_(names))
    verdicts = {str(name): str(value) for name, value in session.execute(query)}
    shown = []
    for each in found:
        asked, done = counts.get(each.id, (0, 0))
        shown.append(
            wire.ApplicationOut(
                id=each.id,
                use=each.use,
                kind=each.kind,
                state=each.state,
                form=form_shape(each.form),
                missing=list(missing(each.form)),
                conditions=shape(wire.ConditionsShape, each.conditions),
                answer=each.answer,
                reviews_asked=asked,
                reviews_done=done,
                verdict=verdicts.get(each.id),
                created_at=each.created_at,
                updated_at=each.updated_at,
                filed_at=each.filed_at,
                decided_at=each.decided_at,
            )
        )
    return shown


@api.post("/governance/organisations", endpoint="register", responses={"200": wire.OrganisationReceived})
def register(body: wire.OrganisationIn) -> Response:
    """Register an organisation that wants to use data; the site's staff look at it."""
    names = Words(ja=body.name, ja_easy=body.name_easy or body.name, en=body.name_en or body.name)
    with base.write_unit() as session:
        made = applicants.register_organisation(
            session, site=body.site, kind=body.kind, names=names, contact=body.contact, security=body.security
        )
    return answer(wire.OrganisationReceived(id=made.id, state=made.state))


@api.get("/governance/organisations", endpoint="organisations", responses={"200": wire.OrganisationList})
def all_organisations() -> Response:
    """The organisations of my site, for staff."""
    with base.read_session() as session:
        found = applicants.organisations(session, site=people.current_actor().site)
    return answer(wire.OrganisationList(organisations=[shape(wire.OrganisationOut, each) for each in found]))


@api.post(
    "/governance/organisations/<string:organisation>/decide",
    endpoint="decide_organisation",
    responses={"200": wire.OrganisationDecided},
)
def decide_organisation(path: wire.OrganisationPath, body: wire.OrganisationDecideIn) -> Response:
    """Let an organisation in, with a one-time link for its first account, or refuse it."""
    actor = people.current_actor()
    link = None
    with base.write_unit() as session:
        if body.is_approved:
            found, account = applicants.approve_organisation(
                session, actor=actor, organisation=path.organisation, certified_until=body.certified_until
            )
            link = people.make_sign_in_link(session, account=account)
        else:
            found = applicants.refuse_organisation(session, actor=actor, organisation=path.organisation)
    return answer(wire.OrganisationDecided(organisation=shape(wire.OrganisationOut, found), link=link))


@api.get("/governance/desk", endpoint="desk", responses={"200": wire.DeskOut})
def desk() -> Response:
    """My organisation, its applications and its uses."""
    actor = people.current_actor()
    with base.read_session() as session:
        mine = my_organisation(session, actor=actor)
        found = _out(session, applications.my_applications(session, actor=actor))
        uses = [
            use_line(each, mine.names.ja)
            for each in consent.held_uses(session, site=actor.site)
            if each.verdict.organisation == mine.id
        ]
    shown = wire.DeskOut(organisation=shape(wire.OrganisationOut, mine), applications=found, uses=uses)
    return answer(shown)


@api.get("/governance/form", endpoint="form_help", responses={"200": wire.FormHelp})
def form_help() -> Response:
    """What an application can be about: columns, purposes, and what the rules say about each kind of data."""
    actor = people.current_actor()
    with base.read_session() as session:
        mine = my_organisation(session, actor=actor)
        source = source_of(session, site=actor.site)
        rules = consent.rule_set(session, site=actor.site)
    purposes = source.purposes_of.get(RecipientKind(mine.kind), ())
    offers = [
        wire.CategoryRule(purpose=purpose, category=category, identifiability=lane, offer=offer.value)
        for purpose in purposes
        for category in consent.Category
        for lane in consent.Identifiability
        if (offer := rules.offer(purpose, category, mine.kind, lane)) not in {Offer.DENY, Offer.ALLOW}
        and (offer is not Offer.AGGREGATE or lane is consent.Identifiability.ANONYMOUS)
    ]
    shown = wire.FormHelp(
        columns=[shape(wire.ColumnOut, each) for each in columns().values()],
        purposes=list(purposes),
        offers=offers,
        most_years=limits().most_years,
        most_columns=limits().most_columns,
        municipalities=list(people.site(actor.site).municipalities),
    )
    return answer(shown)


@api.post("/governance/applications", endpoint="start_application", responses={"200": wire.ApplicationOut})
def start_application(body: wire.ApplicationStart) -> Response:
    """Begin an application; it may be as incomplete as it is."""
    with base.write_unit() as session:
        made = applications.start(
            session, actor=people.current_actor(), form=body.form.value(), client_id=body.client_id
        )
        shown = _out(session, [made])[0]
    return answer(shown)


@api.get(
    "/governance/applications/<string:application>", endpoint="application", responses={"200": wire.ApplicationOut}
)
def application(path: wire.ApplicationPath) -> Response:
    """One application of my organisation."""
    with base.read_session() as session:
        row = applications.own_row(session, actor=people.current_actor(), application=path.application)
        shown = _out(session, [applications.application_value(row)])[0]
    return answer(shown)


@api.put(
    "/governance/applications/<string:application>", endpoint="save_application", responses={"200": wire.ApplicationOut}
)
def save_application(path: wire.ApplicationPath, body: wire.ApplicationSave) -> Response:
    """Keep a draft."""
    with base.write_unit() as session:
        kept = applications.save(
            session, actor=people.current_actor(), application=path.application, form=body.form.value()
        )
        shown = _out(session, [kept])[0]
    return answer(shown)


@api.post(
    "/governance/applications/<string:application>/file",
    endpoint="file_application",
    responses={"200": wire.ApplicationOut},
)
def file_application(path: wire.ApplicationPath) -> Response:
    """Hand it in; what is missing or too broad is named."""
    with base.write_unit() as session:
        filed = applications.file(session, actor=people.current_actor(), application=path.application)
        shown = _out(session, [filed])[0]
    return answer(shown)


@api.post(
    "/governance/applications/<string:application>/answer",
    endpoint="answer_conditions",
    responses={"200": wire.ApplicationOut},
)
def answer_conditions(path: wire.ApplicationPath, body: wire.ConditionsAnswerIn) -> Response:
    """Take the conditions, which brings the verdict into force, or withdraw."""
    with base.write_unit() as session:
        done = applications.answer_conditions(
            session,
            actor=people.current_actor(),
            application=path.application,
            is_accepted=body.is_accepted,
            answer=body.answer,
        )
        shown = _out(session, [done])[0]
    return answer(shown)


@api.post(
    "/governance/applications/<string:application>/withdraw",
    endpoint="withdraw_application",
    responses={"200": wire.ApplicationOut},
)
def withdraw_application(path: wire.ApplicationPath) -> Response:
    """Take an undecided application back."""
    with base.write_unit() as session:
        done = applications.withdraw_application(session, actor=people.current_actor(), application=path.application)
        shown = _out(session, [done])[0]
    return answer(shown)


@api.post("/governance/uses/<string:use>/amend", endpoint="amend", responses={"200": wire.ApplicationOut})
def amend(path: wire.ApprovedUsePath, body: wire.AmendIn) -> Response:
    """Begin a change of an approved use; it runs unchanged until the review is done."""
    with base.write_unit() as session:
        made = applications.amend(session, actor=people.current_actor(), use=path.use, client_id=body.client_id)
        shown = _out(session, [made])[0]
    return answer(shown)


@api.post("/governance/uses/<string:use>/finish", endpoint="finish", responses={"200": wire.UseLine})
def finish(path: wire.ApprovedUsePath) -> Response:
    """End one of our uses before its time."""
    actor = people.current_actor()
    with base.write_unit() as session:
        ended = lifecycle.finish(session, actor=actor, use=path.use)
        name = my_organisation(session, actor=actor).names.ja
    return answer(use_line(ended, name))
