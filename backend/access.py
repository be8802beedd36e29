"""Who may call which route: the one place where that is decided. A route that is not listed is refused to all."""

from __future__ import annotations

from flask import Flask, request

from backend import base, people
from backend.people import Role

PUBLIC: frozenset[Role] | None = None
"""No sign-in needed."""

RESIDENT = frozenset({Role.RESIDENT})
COUNSELLOR = frozenset({Role.COUNSELLOR})
STAFF = frozenset({Role.STAFF})
DATA_USER = frozenset({Role.DATA_USER})
PROVIDER = frozenset({Role.PROVIDER})
REVIEWER = frozenset({Role.REVIEWER})
AUDITOR = frozenset({Role.AUDITOR})
ANYONE = frozenset(Role)
"""Whoever is signed in, in any role."""

BEARER = frozenset({"record.fhir_read", "record.fhir_search", "record.fhir_summary"})
"""Routes for programs: no cookie is read; the route itself asks for a personal token."""

FOREIGN = frozenset({"record.link_manifest"})
"""Routes that pages and programs of others may post to: no cookie is read, and what they give is encrypted."""

ACCESS: dict[str, frozenset[Role] | None] = {
    # app
    "app.page": PUBLIC,
    "app.health": PUBLIC,
    # people
    "people.all_sites": PUBLIC,
    "people.change_settings": ANYONE,
    "people.check_invite": PUBLIC,
    "people.end_other_sessions": ANYONE,
    "people.end_session": ANYONE,
    "people.erase_me": RESIDENT,
    "people.list_passkeys": ANYONE,
    "people.list_sessions": ANYONE,
    "people.me": ANYONE,
    "people.municipalities": PUBLIC,
    "people.passkey_begin": ANYONE,
    "people.passkey_finish": ANYONE,
    "people.push_key": ANYONE,
    "people.push_subscribe": ANYONE,
    "people.push_unsubscribe": ANYONE,
    "people.remove_passkey": ANYONE,
    "people.rename_passkey": ANYONE,
    "people.signin_begin": PUBLIC,
    "people.signin_finish": PUBLIC,
    "people.signin_link": PUBLIC,
    "people.signout": PUBLIC,
    "people.signup_begin": PUBLIC,
    "people.signup_finish": PUBLIC,
    "people.step_up_begin": ANYONE,
    "people.step_up_finish": ANYONE,
    # pilot
    "pilot.funnel": STAFF,
    "pilot.list_invites": STAFF,
    "pilot.make_invites": STAFF,
    "pilot.revoke_invites": STAFF,
    "pilot.sheet": STAFF,
    "pilot.show_invites": STAFF,
    # consent
    "consent.add_rule": RESIDENT,
    "consent.answer_check": RESIDENT,
    "consent.check": RESIDENT,
    "consent.consent": RESIDENT,
    "consent.end_rule": RESIDENT,
    "consent.fhir": RESIDENT,
    "consent.history": RESIDENT,
    "consent.keys": PUBLIC,
    "consent.nextgen": RESIDENT,
    "consent.nextgen_seen": RESIDENT,
    "consent.pause": RESIDENT,
    "consent.reads": RESIDENT,
    "consent.receipt": RESIDENT,
    "consent.stop_nextgen": RESIDENT,
    "consent.switch": RESIDENT,
    "consent.text": PUBLIC,
    # governance
    "governance.amend": DATA_USER | PROVIDER,
    "governance.answer_conditions": DATA_USER | PROVIDER,
    "governance.application": DATA_USER | PROVIDER,
    "governance.audit": AUDITOR,
    "governance.ballots": RESIDENT,
    "governance.case": REVIEWER,
    "governance.cases": REVIEWER,
    "governance.decide": REVIEWER,
    "governance.decide_organisation": STAFF,
    "governance.declare": REVIEWER,
    "governance.desk": DATA_USER | PROVIDER,
    "governance.file_application": DATA_USER | PROVIDER,
    "governance.finish": DATA_USER | PROVIDER,
    "governance.form_help": DATA_USER | PROVIDER,
    "governance.make_client": DATA_USER | PROVIDER,
    "governance.organisations": STAFF,
    "governance.query": DATA_USER | PROVIDER,
    "governance.register": PUBLIC,
    "governance.register_entry": PUBLIC,
    "governance.register_lines": PUBLIC,
    "governance.replay": AUDITOR,
    "governance.report_result": DATA_USER | PROVIDER,
    "governance.resume": REVIEWER,
    "governance.revoke_client": DATA_USER | PROVIDER,
    "governance.rows": DATA_USER | PROVIDER,
    "governance.rules": PUBLIC,
    "governance.save_application": DATA_USER | PROVIDER,
    "governance.start_application": DATA_USER | PROVIDER,
    "governance.suspend": REVIEWER,
    "governance.token": PUBLIC,
    "governance.use": DATA_USER | PROVIDER,
    "governance.uses": REVIEWER,
    "governance.vote": RESIDENT,
    "governance.withdraw_application": DATA_USER | PROVIDER,
    # bank
    "bank.answer_offer": RESIDENT,
    "bank.benefits": RESIDENT,
    "bank.certify": DATA_USER | PROVIDER,
    "bank.deliver_benefit": DATA_USER | PROVIDER,
    "bank.deliveries": DATA_USER | PROVIDER,
    "bank.erasures": RESIDENT,
    "bank.fetch": DATA_USER | PROVIDER,
    "bank.given": RESIDENT,
    "bank.offers": RESIDENT,
    "bank.open_programme": DATA_USER | PROVIDER,
    "bank.orders": DATA_USER | PROVIDER,
    "bank.programme": DATA_USER | PROVIDER,
    "bank.provision": DATA_USER | PROVIDER,
    "bank.readable": DATA_USER | PROVIDER,
    "bank.recipients": DATA_USER | PROVIDER,
    "bank.start_delivery": DATA_USER | PROVIDER,
    # record
    "record.answer": RESIDENT,
    "record.correct": RESIDENT,
    "record.correction_receipt": RESIDENT,
    "record.delete": RESIDENT,
    "record.drop_take": RESIDENT,
    "record.emergency_sheet": RESIDENT,
    "record.enter": RESIDENT,
    "record.fhir_metadata": PUBLIC,
    "record.fhir_read": PUBLIC,
    "record.fhir_search": PUBLIC,
    "record.fhir_summary": PUBLIC,
    "record.glucose_figure": RESIDENT,
    "record.glucose_page": RESIDENT,
    "record.home": RESIDENT,
    "record.link_file": PUBLIC,
    "record.link_manifest": PUBLIC,
    "record.list_corrections": RESIDENT,
    "record.list_links": RESIDENT,
    "record.list_takes": RESIDENT,
    "record.list_tokens": RESIDENT,
    "record.make_link": RESIDENT,
    "record.make_take": RESIDENT,
    "record.make_token": RESIDENT,
    "record.metric": RESIDENT,
    "record.metric_figure": RESIDENT,
    "record.metrics": RESIDENT,
    "record.one_link": RESIDENT,
    "record.one_take": RESIDENT,
    "record.reading": RESIDENT,
    "record.restore": RESIDENT,
    "record.say_wrong": RESIDENT,
    "record.show_completeness": RESIDENT,
    "record.show_profile": RESIDENT,
    "record.stop_link": RESIDENT,
    "record.stop_token": RESIDENT,
    "record.take_back": RESIDENT,
    "record.take_file": RESIDENT,
    "record.timeline_page": RESIDENT,
    # link
    "link.confirm": RESIDENT,
    "link.drop_upload": RESIDENT,
    "link.import_file": RESIDENT,
    "link.import_state": RESIDENT,
    "link.imports": RESIDENT,
    "link.sources": RESIDENT,
    "link.undo": RESIDENT,
    "link.upload": RESIDENT,
    "link.upload_state": RESIDENT,
    # risk
    "risk.child_add": RESIDENT,
    "risk.child_change": RESIDENT,
    "risk.child_figure": RESIDENT,
    "risk.child_forget": RESIDENT,
    "risk.child_list": RESIDENT,
    "risk.child_measure": RESIDENT,
    "risk.child_page": RESIDENT,
    "risk.child_unmeasure": RESIDENT,
    "risk.detail": RESIDENT,
    "risk.figure": RESIDENT,
    "risk.overview": RESIDENT,
    "risk.position": RESIDENT,
    "risk.years": RESIDENT,
    # advice.provider
    "provider.catalogue_file": PROVIDER,
    "provider.catalogue_template": PROVIDER,
    "provider.check_catalogue": PROVIDER,
    "provider.list_catalogues": PROVIDER,
    "provider.load_catalogue": PROVIDER,
    "provider.publish_catalogue": PROVIDER,
    "provider.show_catalogue": PROVIDER,
    "provider.withdraw_catalogue": PROVIDER,
    # advice
    "advice.advice": RESIDENT,
    "advice.answer": RESIDENT,
    "advice.take_back": RESIDENT,
    # advice.insurance
    "advice.ask_quotes": RESIDENT,
    "advice.erase_quotes": RESIDENT,
    "advice.insurance": RESIDENT,
    # advice.meals
    "advice.lock_meal": RESIDENT,
    "advice.meal_choices": RESIDENT,
    "advice.meal_dish": RESIDENT,
    "advice.meal_offers": RESIDENT,
    "advice.meal_shopping": RESIDENT,
    "advice.meal_wishes": RESIDENT,
    "advice.meals": RESIDENT,
    "advice.plan_meals": RESIDENT,
    "advice.rejected_dishes": RESIDENT,
    "advice.save_meal_wishes": RESIDENT,
    "advice.swap_meal": RESIDENT,
    "advice.tick_shopping": RESIDENT,
    "advice.undo_plan": RESIDENT,
    # advice.telemed
    "advice.book_visit": RESIDENT,
    "advice.bulk_publish": PUBLIC,
    "advice.cancel_visit": RESIDENT,
    "advice.clinic_slots": RESIDENT,
    "advice.institutions": RESIDENT,
    "advice.published_slots": PUBLIC,
    "advice.send_sheet": RESIDENT,
    "advice.visit_calendar": RESIDENT,
    "advice.visits": RESIDENT,
    # advice.week
    "advice.begin_trial": STAFF,
    "advice.mark_movement": RESIDENT,
    "advice.movement": RESIDENT,
    "advice.put_week_settings": RESIDENT,
    "advice.staff_learning": STAFF,
    "advice.week_days": RESIDENT,
    "advice.week_settings": RESIDENT,
    # care
    "care.add_message": RESIDENT | COUNSELLOR,
    "care.addressees": RESIDENT,
    "care.consultation": RESIDENT | COUNSELLOR,
    "care.consultations": RESIDENT,
    "care.inbox": COUNSELLOR,
    "care.mark_read": RESIDENT | COUNSELLOR,
    "care.open_consultation": RESIDENT,
    "care.people_list": COUNSELLOR,
    "care.person": COUNSELLOR,
    # care.guidance
    "care.begin_guidance": RESIDENT,
    "care.check_in": RESIDENT,
    "care.guidance_case": COUNSELLOR,
    "care.guidance_cases": COUNSELLOR,
    "care.guidance_contact": COUNSELLOR,
    "care.guidance_message": COUNSELLOR,
    "care.guidance_outcome": COUNSELLOR,
    "care.guidance_task": COUNSELLOR,
    "care.leave_guidance": RESIDENT,
    "care.my_guidance": RESIDENT,
    "care.plan_guidance": RESIDENT,
    "care.write_guidance": RESIDENT,
}

PROGRAMS = frozenset(
    {
        "bank.certify",
        "bank.deliver_benefit",
        "bank.deliveries",
        "bank.fetch",
        "bank.orders",
        "bank.provision",
        "bank.readable",
        "bank.start_delivery",
        "governance.query",
        "governance.rows",
        "governance.token",
    }
)
"""Routes that a program may call with credentials of its own; the route itself checks them."""


def _is_program(endpoint: str) -> bool:
    # A page elsewhere cannot make a browser send this header, and a program has no cookie to be abused.
    if endpoint == "governance.token":
        return True
    return endpoint in PROGRAMS and "Authorization" in request.headers


def guard(app: Flask) -> None:
    """Check every request before its route runs: listed, same origin, signed in, right role."""

    @app.before_request
    def _decide() -> None:
        endpoint = request.endpoint
        if endpoint is None:  # no such route: the 404 handler answers
            return
        if endpoint not in ACCESS:
            raise base.NotAllowed
        if _is_program(endpoint):
            return
        if request.method not in {"GET", "HEAD", "OPTIONS"} and endpoint not in FOREIGN:
            _same_origin()
        roles = ACCESS[endpoint]
        if roles is None:  # PUBLIC
            return
        actor = people.current_actor()
        if not actor.roles & roles:
            raise base.NotAllowed


def _same_origin() -> None:
    # A page elsewhere can send neither our header (CORS preflight is never granted) nor this Origin.
    if request.headers.get("X-Meguri") != "1":
        raise base.NotAllowed
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise base.NotAllowed
    origin = request.headers.get("Origin")
    if origin is not None and origin != base.runtime().settings.origin:
        raise base.NotAllowed
