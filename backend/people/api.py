"""The people room over HTTP: sites, joining, signing in, sessions, passkeys, settings."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Response, jsonify, request

from backend import base
from backend.people import accounts, ceremonies, erasure, invites, limits, login, model, places, push, service, sessions
from backend.people import wire as w
from backend.people.model import AccountSettings, Actor
from backend.people.sessions import Started

api = base.APIBlueprint("people")


def _agent() -> str:
    return request.user_agent.string


def _site(site: places.Site) -> w.SiteOut:
    return w.SiteOut.model_validate(msgspec.to_builtins(site))


def _json(answer: w.Wire) -> dict[str, Any]:
    return answer.model_dump(mode="json")


# --- before signing in ------------------------------------------------------------------------
@api.get("/sites", responses={200: w.SitesOut})
def all_sites() -> Any:
    """Return every site with its wording and its operator's contact."""
    return _json(w.SitesOut(sites=[_site(one) for one in places.sites()]))


@api.get("/municipalities", responses={200: w.MunicipalitiesOut})
def municipalities() -> Any:
    """Return the municipalities that can be chosen, with their medical area."""
    towns = [w.MunicipalityOut.model_validate(msgspec.to_builtins(town)) for town in places.municipalities()]
    return _json(w.MunicipalitiesOut(municipalities=towns))


@api.post("/invites/check", responses={200: w.InviteCheckOut})
def check_invite(body: w.InviteCheckIn) -> Any:
    """Say what an invite code opens, or what is wrong with it; the code is not used up."""
    limits.check(limits.WRONG_CODES, address=login.address())
    try:
        with base.write_unit() as session:
            invited = invites.check(session, code=body.code, site=body.site)
    except (invites.InviteUnknown, invites.InviteMistyped):
        limits.count(limits.WRONG_CODES, address=login.address())
        raise
    return _json(
        w.InviteCheckOut(
            code=invited.code,
            grouped=model.grouped(invited.code),
            site=_site(invited.site),
            role=invited.role,
            expires_at=invited.expires_at,
        )
    )


@api.post("/signup/begin", responses={200: w.CeremonyOut})
def signup_begin(body: w.SignupBeginIn) -> Any:
    """Check the code and begin to make a passkey."""
    limits.check(limits.WRONG_CODES, address=login.address())
    limits.spend(limits.CEREMONIES, address=login.address())
    try:
        with base.write_unit() as session:
            begun = service.begin_sign_up(session, code=body.code, site=body.site, name=body.name)
    except (invites.InviteUnknown, invites.InviteMistyped):
        limits.count(limits.WRONG_CODES, address=login.address())
        raise
    return _json(w.CeremonyOut(flow=begun.flow, options=begun.options))


@api.post("/signup/finish", responses={201: w.MeOut})
def signup_finish(body: w.SignupFinishIn) -> Any:
    """Join: person, account, passkey and session at once, or nothing of it."""
    limits.spend(limits.SIGN_INS, address=login.address())
    taken = _take_join(body)
    who = body.person
    joining = service.Joining(
        terms_version=body.terms_version,
        privacy_version=body.privacy_version,
        name=who.name if who else "",
        kana=who.kana if who else "",
        birth=who.birth if who else None,
        sex=who.sex if who else None,
        display_name=body.display_name,
        settings=AccountSettings(locale=body.locale, large_type=body.large_type),
    )
    with base.write_unit() as session:
        started = service.sign_up(
            session, taken=taken, credential=body.credential, joining=joining, user_agent=_agent()
        )
    return _signed_in(started, status=201)


def _take_join(body: w.SignupFinishIn) -> ceremonies.Taken:
    try:
        with base.write_unit() as session:
            return ceremonies.take(session, flow=body.flow, kind="signup")
    except ceremonies.CeremonyOver:
        with base.read_session() as session:
            service.refuse_repeated_join(session, credential=body.credential)
        raise


@api.post("/signin/begin", responses={200: w.CeremonyOut})
def signin_begin() -> Any:
    """Begin to sign in with any passkey the phone holds (conditional UI: no credential is named)."""
    limits.spend(limits.CEREMONIES, address=login.address())
    with base.write_unit() as session:
        begun = service.begin_sign_in(session)
    return _json(w.CeremonyOut(flow=begun.flow, options=begun.options))


@api.post("/signin/finish", responses={200: w.MeOut})
def signin_finish(body: w.CeremonyFinishIn) -> Any:
    """Sign in with the passkey's answer."""
    limits.spend(limits.SIGN_INS, address=login.address())
    with base.write_unit() as session:
        taken = ceremonies.take(session, flow=body.flow, kind="signin")
    with base.write_unit() as session:
        started = service.sign_in(session, taken=taken, credential=body.credential, user_agent=_agent())
    return _signed_in(started)


@api.post("/signin/link", responses={200: w.MeOut})
def signin_link(body: w.SignInLinkIn) -> Any:
    """Sign in once with a link; `offer_passkey` says whether to offer a passkey now."""
    limits.check(limits.WRONG_LINKS, address=login.address())
    try:
        with base.write_unit() as session:
            started = sessions.use_link(session, token=body.token, user_agent=_agent())
    except sessions.LinkSpent:
        limits.count(limits.WRONG_LINKS, address=login.address())
        raise
    return _signed_in(started)


def _signed_in(started: Started, *, status: int = 200) -> Response:
    before = login.actor_or_none()
    if before is not None:  # one browser, one session: the one before ends here
        with base.write_unit() as session:
            sessions.end(session, account=before.account, name=before.session)
    found = sessions.find(started.token)
    assert found is not None
    response = jsonify(_json(_me(found.actor)))
    response.status_code = status
    login.set_cookie(response, started)
    return response


# --- me ---------------------------------------------------------------------------------------
def _me(actor: Actor) -> w.MeOut:
    with base.read_session() as session:
        account = accounts.account(session, account=actor.account)
        wish = accounts.settings(session, account=actor.account)
        passkeys = accounts.passkey_count(session, account=actor.account)
        who = None if actor.person is None else accounts.person(session, person=actor.person)
    person = None
    if who is not None:
        person = w.PersonOut(
            id=who.id,
            name=who.name,
            kana=who.kana,
            birth=who.birth,
            sex=who.sex,
            age=model.age(who.birth, on=accounts.today()),
            is_demo=who.is_demo,
        )
    until = actor.stepped_up_at + model.STEP_UP_FOR if actor.stepped_up_at is not None else None
    return w.MeOut(
        account=account.id,
        display_name=account.display_name,
        person=person,
        roles=sorted(actor.roles),
        site=_site(places.site(actor.site)),
        settings=w.SettingsOut.model_validate(msgspec.to_builtins(wish)),
        session=actor.session,
        passkeys=passkeys,
        offer_passkey=passkeys == 0,
        stepped_up_until=until if sessions.is_stepped_up(actor) else None,
        is_demo=account.is_demo,
    )


@api.get("/me", responses={200: w.MeOut})
def me() -> Any:
    """Return who is signed in, at which site, with which roles and settings."""
    return _json(_me(login.current_actor()))


@api.patch("/me/settings", responses={200: w.SettingsOut})
def change_settings(body: w.SettingsIn) -> Any:
    """Change language, theme or type size for this account."""
    actor = login.current_actor()
    with base.write_unit() as session:
        now = accounts.settings(session, account=actor.account)
        changed = {name: value for name, value in body.model_dump().items() if value is not None}
        wish = accounts.change_settings(
            session, account=actor.account, settings=msgspec.structs.replace(now, **changed)
        )
    return _json(w.SettingsOut.model_validate(msgspec.to_builtins(wish)))


# --- sessions ---------------------------------------------------------------------------------
@api.post("/signout", responses={204: None})
def signout() -> Any:
    """End this session and have the browser clear its cache; fine to call when signed out."""
    actor = login.actor_or_none()
    if actor is not None:
        with base.write_unit() as session:
            sessions.end(session, account=actor.account, name=actor.session)
    response = Response(status=204)
    login.clear_cookie(response)
    return response


@api.post("/me/erase", responses={200: w.ErasedOut})
def erase_me(body: w.EraseIn) -> Any:
    """Erase me and everything of mine for good; needs the passkey once more. What is left is the receipt."""
    actor = login.current_actor()
    if actor.person is None:
        raise base.NotAllowed
    sessions.require_step_up(actor)
    erased = erasure.erase_person(person=actor.person)
    response = jsonify(_json(w.ErasedOut(at=erased.at, receipt=erased.receipt)))
    login.clear_cookie(response)
    return response


@api.get("/sessions", responses={200: w.SessionsOut})
def list_sessions() -> Any:
    """Return the devices that are signed in to this account."""
    actor = login.current_actor()
    with base.read_session() as session:
        found = sessions.sessions(session, account=actor.account)
    shown = [
        w.SessionOut.model_validate({**msgspec.to_builtins(one), "is_current": one.id == actor.session})
        for one in found
    ]
    return _json(w.SessionsOut(sessions=shown))


@api.delete("/sessions/<id>", responses={204: None})
def end_session(path: w.IdPath) -> Any:
    """Sign out one of the own devices; its next request fails."""
    actor = login.current_actor()
    with base.write_unit() as session:
        if not sessions.end(session, account=actor.account, name=path.id):
            raise base.NotFound
    response = Response(status=204)
    if path.id == actor.session:
        login.clear_cookie(response)
    return response


@api.delete("/sessions", responses={200: w.SessionsEndedOut})
def end_other_sessions() -> Any:
    """Sign out every other device."""
    actor = login.current_actor()
    with base.write_unit() as session:
        ended = sessions.end_others(session, account=actor.account, keep=actor.session)
    return _json(w.SessionsEndedOut(ended=ended))


# --- passkeys and step-up ---------------------------------------------------------------------
@api.post("/step-up/begin", responses={200: w.CeremonyOut})
def step_up_begin() -> Any:
    """Begin to confirm with one of the own passkeys."""
    with base.write_unit() as session:
        begun = service.begin_step_up(session, actor=login.current_actor())
    return _json(w.CeremonyOut(flow=begun.flow, options=begun.options))


@api.post("/step-up/finish", responses={200: w.StepUpOut})
def step_up_finish(body: w.CeremonyFinishIn) -> Any:
    """Confirm: what needs a step-up works for five minutes."""
    limits.spend(limits.SIGN_INS, address=login.address())
    actor = login.current_actor()
    taken = _take_own(actor, body.flow, "stepup")
    with base.write_unit() as session:
        until = service.step_up(session, actor=actor, taken=taken, credential=body.credential)
    return _json(w.StepUpOut(stepped_up_until=until))


def _take_own(actor: Actor, flow: str, kind: ceremonies.Kind) -> ceremonies.Taken:
    with base.write_unit() as session:
        return ceremonies.take(session, flow=flow, kind=kind, signed_in=actor.session)


@api.get("/passkeys", responses={200: w.PasskeysOut})
def list_passkeys() -> Any:
    """Return the own passkeys."""
    with base.read_session() as session:
        own = service.list_passkeys(session, actor=login.current_actor())
    return _json(w.PasskeysOut(passkeys=[_passkey(one) for one in own]))


def _passkey(one: model.PasskeyFacts) -> w.PasskeyOut:
    return w.PasskeyOut.model_validate(msgspec.to_builtins(one))


@api.post("/passkeys/begin", responses={200: w.CeremonyOut})
def passkey_begin() -> Any:
    """Begin to add a passkey; needs a step-up where the account has one already."""
    actor = login.current_actor()
    with base.write_unit() as session:
        begun = service.begin_passkey(session, actor=actor)
    return _json(w.CeremonyOut(flow=begun.flow, options=begun.options))


@api.post("/passkeys/finish", responses={201: w.PasskeyOut})
def passkey_finish(body: w.PasskeyFinishIn) -> Any:
    """Add the passkey."""
    actor = login.current_actor()
    taken = _take_own(actor, body.flow, "passkey")
    with base.write_unit() as session:
        added = service.add_passkey(
            session, actor=actor, taken=taken, credential=body.credential, label=body.label, user_agent=_agent()
        )
    return _json(_passkey(added)), 201


@api.patch("/passkeys/<id>", responses={200: w.PasskeyOut})
def rename_passkey(path: w.IdPath, body: w.PasskeyLabelIn) -> Any:
    """Name an own passkey."""
    with base.write_unit() as session:
        named = service.rename_passkey(session, actor=login.current_actor(), passkey=path.id, label=body.label)
    return _json(_passkey(named))


@api.delete("/passkeys/<id>", responses={200: w.SessionsEndedOut})
def remove_passkey(path: w.IdPath) -> Any:
    """Remove an own passkey and end the other sessions it opened; the last one stays."""
    with base.write_unit() as session:
        ended = service.remove_passkey(session, actor=login.current_actor(), passkey=path.id)
    return _json(w.SessionsEndedOut(ended=ended))


# --- notices ----------------------------------------------------------------------------------
@api.get("/push/key", responses={200: w.PushOut})
def push_key() -> Any:
    """Return the public key to subscribe with, and whether this device is subscribed."""
    actor = login.current_actor()
    with base.read_session() as session:
        is_on = push.is_subscribed(session, actor=actor)
    return _json(w.PushOut(key=base.push_key(), is_on=is_on))


@api.post("/push/subscriptions", responses={200: w.PushOut})
def push_subscribe(body: w.PushIn) -> Any:
    """Send notices to this device for as long as it is signed in; the text says only that there is something."""
    target = base.PushTarget(endpoint=body.endpoint, p256dh=body.keys.p256dh, auth=body.keys.auth)
    with base.write_unit() as session:
        push.subscribe(session, actor=login.current_actor(), target=target)
    return _json(w.PushOut(key=base.push_key(), is_on=True))


@api.delete("/push/subscriptions", responses={204: None})
def push_unsubscribe() -> Any:
    """Send no more notices to this device; fine to call when none were sent."""
    with base.write_unit() as session:
        push.unsubscribe(session, actor=login.current_actor())
    return Response(status=204)
