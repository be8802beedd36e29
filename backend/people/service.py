"""What people do at the door: join with a code, sign in, confirm, keep their passkeys."""

from __future__ import annotations

import secrets
from typing import Any

import msgspec
from sqlalchemy import update
from sqlmodel import col, select

from backend import base
from backend.people import accounts, ceremonies, invites, model, passkeys, sessions
from backend.people.ceremonies import Taken
from backend.people.model import AccountSettings, Actor, PasskeyFacts, Role, Sex, SignedUp
from backend.people.passkeys import Known, PasskeyRefused
from backend.people.sessions import Started
from backend.people.tables import Account, Passkey

DEVICE_LABELS = {"iphone": "iPhone", "ipad": "iPad", "android": "Android", "windows": "Windows", "mac": "Mac"}


class TermsChanged(base.Refusal):
    """Another version of the terms or the privacy notice holds now: show it and ask again."""

    status = 409
    key = "people.terms_changed"


class IdentityNeeded(base.Refusal):
    """A resident's code needs name, reading, birthday and sex."""

    status = 422
    key = "people.identity_needed"


class DisplayNameNeeded(base.Refusal):
    """A code for staff or counsellors needs the name they work under."""

    status = 422
    key = "people.display_name_needed"


class AlreadyJoined(base.Refusal):
    """This very passkey joined a moment ago and the answer was lost: sign in with it."""

    status = 409
    key = "people.already_joined"


class PasskeyUnknown(base.Refusal):
    """The passkey is not (or no longer) registered here."""

    status = 401
    key = "people.passkey_unknown"


class PasskeyKnown(base.Refusal):
    """The passkey is registered already."""

    status = 409
    key = "people.passkey_known"


class LastPasskey(base.Refusal):
    """Without its only passkey nobody could get in again."""

    status = 409
    key = "people.last_passkey"


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """What the phone needs for a ceremony."""

    flow: str
    options: dict[str, Any]


class Joining(msgspec.Struct, frozen=True, kw_only=True):
    """What a person says about herself when joining."""

    terms_version: str
    privacy_version: str
    name: str = ""
    kana: str = ""
    birth: Any = None
    sex: Sex | None = None
    display_name: str = ""
    settings: AccountSettings = AccountSettings()


def _origin() -> tuple[str, str]:
    settings = base.runtime().settings
    return settings.rp_id, settings.origin


def begin_sign_up(
    session: base.Session, *, code: str, site: str | None, name: str, clock: base.Clock = base.CLOCK
) -> Begun:
    """Check the code and ask the phone for a new passkey; the code is not used yet, the name is not kept."""
    invited = invites.check(session, code=code, site=site, clock=clock)
    handle = secrets.token_bytes(64)
    begun = ceremonies.begin(session, kind="signup", handle=handle, code=invited.code, clock=clock)
    options = passkeys.registration_options(
        rp_id=_origin()[0],
        challenge=begun.challenge,
        handle=handle,
        name=model.normal_name(name) or "めぐり",
        exclude=[],
    )
    return Begun(flow=begun.id, options=options)


def sign_up(
    session: base.Session,
    *,
    taken: Taken,
    credential: dict[str, Any],
    joining: Joining,
    user_agent: str = "",
    clock: base.Clock = base.CLOCK,
) -> Started:
    """Person, account, passkey and session in one unit; the code is used up in the same one."""
    rp_id, origin = _origin()
    assert taken.code is not None
    new = passkeys.verify_registration(credential, challenge=taken.challenge, rp_id=rp_id, origin=origin)
    invited = invites.use(session, code=taken.code, clock=clock)
    site = invited.site
    if (joining.terms_version, joining.privacy_version) != (site.terms_version, site.privacy_version):
        raise TermsChanged
    person = None
    if invited.role is Role.RESIDENT:
        if joining.birth is None or joining.sex is None:
            raise IdentityNeeded
        person = accounts.create_person(
            session,
            site=site.id,
            name=joining.name,
            kana=joining.kana,
            birth=joining.birth,
            sex=joining.sex,
            clock=clock,
        ).id
    elif not model.normal_name(joining.display_name):
        raise DisplayNameNeeded
    account = accounts.create_account(
        session,
        site=site.id,
        roles=frozenset({invited.role}),
        person=person,
        display_name="" if person else joining.display_name,
        settings=joining.settings,
        terms_version=joining.terms_version,
        privacy_version=joining.privacy_version,
        handle=taken.handle,
        clock=clock,
    )
    passkey = _store(session, account.id, new, label="", user_agent=user_agent, clock=clock)
    if person is not None:
        accounts.mark_step(session, person=person, step="signed_up", clock=clock)
        base.publish(session, SignedUp(person=person, account=account.id, site=site.id))
    return sessions.start(
        session, account=account.id, how="passkey", passkey=passkey.id, user_agent=user_agent, clock=clock
    )


def refuse_repeated_join(session: base.Session, *, credential: dict[str, Any]) -> None:
    """AlreadyJoined where a repeated finish names a passkey that is registered: the first one went through."""
    raw_id = passkeys.credential_id(credential)
    if session.exec(select(Passkey.id).where(Passkey.credential_id == raw_id)).first() is not None:
        raise AlreadyJoined


def begin_sign_in(session: base.Session, *, clock: base.Clock = base.CLOCK) -> Begun:
    """A challenge for any passkey the phone holds for this site (discoverable; conditional UI)."""
    begun = ceremonies.begin(session, kind="signin", clock=clock)
    options = passkeys.assertion_options(rp_id=_origin()[0], challenge=begun.challenge, allow=[])
    return Begun(flow=begun.id, options=options)


def sign_in(
    session: base.Session,
    *,
    taken: Taken,
    credential: dict[str, Any],
    user_agent: str = "",
    clock: base.Clock = base.CLOCK,
) -> Started:
    """A new session for the passkey's owner; PasskeyUnknown, PasskeyRefused or PasskeyCopied otherwise."""
    passkey = _verified(session, taken, credential, owner=None, clock=clock)
    return sessions.start(
        session, account=passkey.account, how="passkey", passkey=passkey.id, user_agent=user_agent, clock=clock
    )


def begin_step_up(session: base.Session, *, actor: Actor, clock: base.Clock = base.CLOCK) -> Begun:
    """A challenge for one of the actor's own passkeys, bound to this session."""
    begun = ceremonies.begin(session, kind="stepup", account=actor.account, signed_in=actor.session, clock=clock)
    own = [(row.credential_id, row.transports) for row in _own(session, actor.account)]
    options = passkeys.assertion_options(rp_id=_origin()[0], challenge=begun.challenge, allow=own)
    return Begun(flow=begun.id, options=options)


def step_up(
    session: base.Session,
    *,
    actor: Actor,
    taken: Taken,
    credential: dict[str, Any],
    clock: base.Clock = base.CLOCK,
) -> Any:
    """Confirm the session with one of the actor's own passkeys; returns until when it holds."""
    _verified(session, taken, credential, owner=actor.account, clock=clock)
    return sessions.step_up(session, name=actor.session, clock=clock)


def begin_passkey(session: base.Session, *, actor: Actor, clock: base.Clock = base.CLOCK) -> Begun:
    """Ask the phone for one more passkey; an account that has one must confirm with it first."""
    own = _own(session, actor.account)
    if own:
        sessions.require_step_up(actor, clock=clock)
    account = session.get(Account, actor.account)
    if account is None:
        raise base.NotFound
    begun = ceremonies.begin(session, kind="passkey", account=account.id, signed_in=actor.session, clock=clock)
    options = passkeys.registration_options(
        rp_id=_origin()[0],
        challenge=begun.challenge,
        handle=account.handle,
        name=account.display_name or _own_name(session, actor),
        exclude=[(row.credential_id, row.transports) for row in own],
    )
    return Begun(flow=begun.id, options=options)


def add_passkey(
    session: base.Session,
    *,
    actor: Actor,
    taken: Taken,
    credential: dict[str, Any],
    label: str = "",
    user_agent: str = "",
    clock: base.Clock = base.CLOCK,
) -> PasskeyFacts:
    """Keep one more passkey; making it verified the user just now, so it counts as a confirmation."""
    rp_id, origin = _origin()
    new = passkeys.verify_registration(credential, challenge=taken.challenge, rp_id=rp_id, origin=origin)
    row = _store(session, actor.account, new, label=label, user_agent=user_agent, clock=clock)
    sessions.step_up(session, name=actor.session, clock=clock)
    return _facts(row)


def list_passkeys(session: base.Session, *, actor: Actor) -> list[PasskeyFacts]:
    """The actor's own passkeys, oldest first."""
    return [_facts(row) for row in _own(session, actor.account)]


def rename_passkey(session: base.Session, *, actor: Actor, passkey: str, label: str) -> PasskeyFacts:
    """Give an own passkey a name."""
    row = session.get(Passkey, passkey)
    if row is None or row.account != actor.account:
        raise base.NotFound
    row.label = model.normal_name(label)[:60]
    session.add(row)
    session.flush()
    return _facts(row)


def remove_passkey(session: base.Session, *, actor: Actor, passkey: str, clock: base.Clock = base.CLOCK) -> int:
    """Remove an own passkey and end the other sessions it opened (returns how many); never the last one."""
    row = session.get(Passkey, passkey)
    if row is None or row.account != actor.account:
        raise base.NotFound
    if len(_own(session, actor.account, is_locked=True)) == 1:
        raise LastPasskey
    sessions.require_step_up(actor, clock=clock)
    session.delete(row)
    session.flush()
    return sessions.end_others(session, account=actor.account, keep=actor.session, passkey=passkey)


def _own_name(session: base.Session, actor: Actor) -> str:
    return "めぐり" if actor.person is None else accounts.person(session, person=actor.person).name


def _own(session: base.Session, account: str, *, is_locked: bool = False) -> list[Passkey]:
    if is_locked:
        # Where the database knows row locks: two requests cannot each remove one of the last two.
        session.exec(select(Account).where(Account.id == account).with_for_update()).one()
    return list(session.exec(select(Passkey).where(Passkey.account == account).order_by(col(Passkey.id))))


def _store(
    session: base.Session,
    account: str,
    new: passkeys.Registered,
    *,
    label: str,
    user_agent: str,
    clock: base.Clock,
) -> Passkey:
    if session.exec(select(Passkey.id).where(Passkey.credential_id == new.credential_id)).first() is not None:
        raise PasskeyKnown
    row = Passkey(
        id=base.new_id(),
        account=account,
        credential_id=new.credential_id,
        public_key=new.public_key,
        sign_count=new.sign_count,
        is_backup_eligible=new.is_backup_eligible,
        is_backed_up=new.is_backed_up,
        transports=new.transports,
        label=model.normal_name(label) or DEVICE_LABELS.get(model.device_of(user_agent)[0], ""),
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def _verified(
    session: base.Session, taken: Taken, credential: dict[str, Any], *, owner: str | None, clock: base.Clock
) -> Passkey:
    """The passkey row that made this assertion, its counter moved on."""
    rp_id, origin = _origin()
    raw_id = passkeys.credential_id(credential)
    row = session.exec(select(Passkey).where(Passkey.credential_id == raw_id)).first()
    account = None if row is None else session.get(Account, row.account)
    if row is None or account is None:
        raise PasskeyUnknown
    if owner is not None and row.account != owner:
        raise PasskeyRefused(reason="user_handle")
    done = passkeys.verify_assertion(
        credential,
        known=Known(
            public_key=row.public_key,
            sign_count=row.sign_count,
            is_backup_eligible=row.is_backup_eligible,
            handle=account.handle,
        ),
        challenge=taken.challenge,
        rp_id=rp_id,
        origin=origin,
        is_handle_required=owner is None,
    )
    # Compare and set: two assertions with one counter value cannot both pass, whatever the isolation.
    moved = update(Passkey).where(col(Passkey.id) == row.id, col(Passkey.sign_count) == row.sign_count)
    values = {"sign_count": done.sign_count, "is_backed_up": done.is_backed_up, "last_used_at": clock.now()}
    if session.connection().execute(moved.values(**values)).rowcount != 1:
        raise PasskeyRefused(reason="counter")
    return row


def _facts(row: Passkey) -> PasskeyFacts:
    return PasskeyFacts(
        id=row.id,
        label=row.label,
        is_synced=row.is_backed_up,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
    )
