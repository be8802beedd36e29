"""Make, list, stop and open SMART Health Links."""

from __future__ import annotations

import hashlib
import hmac
import io
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlmodel import col, select

from backend import base, consent, people
from backend.consent import Category, Permit, Purpose
from backend.record import service as record_service
from backend.record.export.service import summary
from backend.record.export.whole import SECTIONS, Section
from backend.record.healthlink import model
from backend.record.healthlink.jwe import b64url, encrypt, unb64url
from backend.record.healthlink.model import HealthLink, Secret, State, View
from backend.record.refusals import LinkLastsTooLong, PasscodeTooShort
from backend.record.tables import HealthLinkRow, HealthLinkViewRow

LONGEST = timedelta(days=366)
LOCATION_LIFE = timedelta(minutes=10)
_LARGEST = 256 << 20
_SHOWN_VIEWS = 50
_FHIR = "application/fhir+json"


def make_health_link(
    session: base.Session,
    *,
    actor: people.Actor,
    sections: Sequence[Section] | None,
    until: datetime,
    passcode: str | None,
    label: str,
    months: int | None = None,
    is_live: bool = False,
    is_direct: bool = False,
    clock: base.Clock = base.CLOCK,
) -> HealthLink:
    """Make a link to a chosen part of the actor's own record; needs a fresh passkey confirmation.

    `sections=None` shows everything; `months` keeps measurements of the last months only; `is_live` makes the
    content anew at every look (flag L), else it stays what it is now; `is_direct` is one file without a manifest
    (flag U, never with a passcode). Raises PasscodeTooShort or LinkLastsTooLong.
    """
    people.require_step_up(actor, clock=clock)
    if actor.person is None:
        raise base.NotAllowed
    now = clock.now()
    if not now < until <= now + LONGEST:
        raise LinkLastsTooLong
    if passcode is not None and not 4 <= len(passcode) <= 32:
        raise PasscodeTooShort
    if is_direct and passcode is not None:
        raise base.Invalid
    secret = model.new_secret(
        label=label.strip()[:80],
        passcode=passcode,
        sections=SECTIONS if sections is None else sections,
        months=months,
        is_live=is_live,
        is_direct=is_direct,
    )
    row = HealthLinkRow(
        person_id=actor.person,
        id=base.new_id(),
        account=actor.account,
        site=actor.site,
        digest=_digest(secret.address),
        sealed=b"",
        made_at=now,
        created_at=now,
        expires_at=until,
        tries_left=model.TRIES,
    )
    row.sealed = base.seal(
        row.person_id,
        table="record_health_link",
        column="sealed",
        row=row.id,
        version=1,
        plain=msgspec.json.encode(secret),
    )
    row.file_id = _make_file(session, row, secret, clock=clock)[0]
    session.add(row)
    session.flush()
    return _shown(session, row, clock)


def _digest(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()


def _secret(row: HealthLinkRow) -> Secret:
    plain = base.unseal(
        row.person_id, table="record_health_link", column="sealed", row=row.id, version=row.version, sealed=row.sealed
    )
    return msgspec.json.decode(plain, type=Secret)


def _permit(session: base.Session, row: HealthLinkRow, clock: base.Clock) -> Permit:
    """The person's own permit: the link is her own act, done before."""
    actor = people.Actor(
        account=row.account,
        person=row.person_id,
        roles=frozenset({people.Role.RESIDENT}),
        site=row.site,
        session=f"link {row.id}",
    )
    return consent.permit(session, actor=actor, person=row.person_id, purpose=Purpose.SELF, clock=clock)


def _make_file(
    session: base.Session, row: HealthLinkRow, secret: Secret, *, clock: base.Clock
) -> tuple[str, Counter[Category]]:
    """Write the encrypted summary; gives its file and how many values of which kind it shows."""
    permit = _permit(session, row, clock)
    since = None if secret.months is None else clock.now() - timedelta(days=round(secret.months * 30.44))
    plain = io.BytesIO()
    whole = summary(session, plain, permit=permit, sections=secret.sections, since=since, clock=clock)
    jwe = encrypt(plain.getvalue(), key=unb64url(secret.key), content_type=_FHIR)
    file = base.files.put(row.person_id, io.BytesIO(jwe.encode()), limit=_LARGEST)
    return file.id, Counter(record_service.category_of(one.metric) for one in whole.readings)


def _state(row: HealthLinkRow, clock: base.Clock) -> State:
    if row.revoked_at is not None:
        return "stopped"
    if row.expires_at <= clock.now():
        return "expired"
    return "active" if row.tries_left > 0 else "used_up"


def _shown(session: base.Session, row: HealthLinkRow, clock: base.Clock) -> HealthLink:
    secret = _secret(row)
    query = select(HealthLinkViewRow).where(
        HealthLinkViewRow.person_id == row.person_id, HealthLinkViewRow.link_id == row.id
    )
    seen = session.exec(query.order_by(col(HealthLinkViewRow.id).desc()).limit(_SHOWN_VIEWS))
    return HealthLink(
        id=row.id,
        uri=model.uri_of(secret, url=address_of(secret), expires_at=row.expires_at),
        label=secret.label,
        flag=secret.flag,
        sections=secret.sections,
        months=secret.months,
        state=_state(row, clock),
        created_at=row.created_at,
        made_at=row.made_at,
        expires_at=row.expires_at,
        has_passcode=secret.passcode is not None,
        tries_left=row.tries_left,
        views=row.views,
        seen=tuple(View(at=one.at, recipient=_recipient(one), is_wrong=one.is_wrong) for one in seen),
    )


def address_of(secret: Secret) -> str:
    """The manifest URL of a link; within the 128 characters of the specification for any usual origin."""
    return f"{base.runtime().settings.origin}/api/shl/{secret.address}"


def _recipient(view: HealthLinkViewRow) -> str:
    plain = base.unseal(
        view.person_id,
        table="record_health_link_view",
        column="recipient",
        row=view.id,
        version=1,
        sealed=view.recipient,
    )
    return plain.decode()


def health_links(session: base.Session, *, actor: people.Actor, clock: base.Clock = base.CLOCK) -> list[HealthLink]:
    """The actor's links, newest first, with who looked."""
    if actor.person is None:
        raise base.NotAllowed
    rows = select(HealthLinkRow).where(HealthLinkRow.person_id == actor.person)
    return [_shown(session, row, clock) for row in session.exec(rows.order_by(col(HealthLinkRow.id).desc()).limit(50))]


def health_link(session: base.Session, *, actor: people.Actor, link: str, clock: base.Clock = base.CLOCK) -> HealthLink:
    """One of the actor's links; raises NotFound."""
    row = session.get(HealthLinkRow, (actor.person, link)) if actor.person is not None else None
    if row is None:
        raise base.NotFound
    return _shown(session, row, clock)


def stop(session: base.Session, *, actor: people.Actor, link: str, clock: base.Clock = base.CLOCK) -> str | None:
    """Stop a link for good; gives the file to remove once this unit is committed. Stopping twice is fine."""
    row = session.get(HealthLinkRow, (actor.person, link)) if actor.person is not None else None
    if row is None:
        raise base.NotFound
    if row.revoked_at is None:
        row.revoked_at = clock.now()
    gone, row.file_id = row.file_id, None
    session.add(row)
    session.flush()
    return gone


@base.every("record.health_link_expire", seconds=3600)
def expire() -> None:
    """Remove the bytes of links that have ended; the list of who looked stays."""
    now = base.CLOCK.now()
    with base.write_unit() as session:
        ended = select(HealthLinkRow).where(HealthLinkRow.expires_at <= now, col(HealthLinkRow.file_id).is_not(None))
        gone = []
        for row in session.exec(ended):
            gone.append((row.person_id, row.file_id or ""))
            row.file_id = None
            session.add(row)
    for person, file_id in gone:
        base.files.delete(person, file_id)


# --- opening a link ------------------------------------------------------------------------------


class LinkGone(Exception):  # noqa: N818  (an answer, not an error)
    """No such link, or it is no longer active: the two are told apart nowhere."""


class WrongPasscode(Exception):  # noqa: N818  (an answer, not an error)
    """The passcode is wrong; the try is already counted and noted."""

    def __init__(self, remaining: int) -> None:
        super().__init__()
        self.remaining = remaining


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A link that was opened: the encrypted file, when it was made, and where it can be fetched for a while."""

    jwe: str
    location: str
    made_at: datetime
    is_live: bool
    old_file: tuple[str, str] | None


def _row_at(session: base.Session, address: str, clock: base.Clock) -> HealthLinkRow:
    row = session.exec(select(HealthLinkRow).where(HealthLinkRow.digest == _digest(address))).first()
    if row is None or _state(row, clock) != "active" or row.file_id is None:
        raise LinkGone
    return row


def open_link(
    session: base.Session,
    *,
    address: str,
    recipient: str,
    passcode: object,
    is_direct: bool,
    clock: base.Clock = base.CLOCK,
) -> Opened | WrongPasscode:
    """Open a link for whoever calls himself `recipient`; raises LinkGone.

    A wrong passcode comes back as a value, so that the unit that counts it is committed. Units queue, so that
    parallel guesses are counted one by one.
    """
    row = _row_at(session, address, clock)
    try:
        secret = _secret(row)
    except base.SealBroken as error:
        raise LinkGone from error
    if secret.is_direct is not is_direct:
        raise LinkGone
    if secret.passcode is not None and passcode is None:
        # A viewer that asks first whether there is a passcode guesses nothing: it burns no try.
        return WrongPasscode(row.tries_left)
    if not model.is_right(secret, passcode):
        row.tries_left -= 1
        _note(session, row, recipient, is_wrong=True, clock=clock)
        return WrongPasscode(row.tries_left)
    old = None
    if secret.is_live:
        old = (row.person_id, row.file_id or "")
        row.file_id, shown = _make_file(session, row, secret, clock=clock)
        row.made_at = clock.now()
    else:
        shown = Counter()
    row.views += 1
    _note(session, row, recipient, is_wrong=False, clock=clock)
    what = shown or Counter(dict.fromkeys(_categories(secret), 0))
    consent.note_own_way(session, permit=_permit(session, row, clock), way="link", what=what, clock=clock)
    with base.files.open(row.person_id, row.file_id or "") as stream:
        jwe = stream.read().decode()
    until = int((clock.now() + LOCATION_LIFE).timestamp())
    location = f"{base.runtime().settings.origin}/api/shl/file/{row.id}/{until}/{_mac(row, until)}"
    return Opened(jwe=jwe, location=location, made_at=row.made_at, is_live=secret.is_live, old_file=old)


def _categories(secret: Secret) -> frozenset[Category]:
    by_section = {
        "medicines": {Category.MED},
        "allergies": {Category.DX},
        "problems": {Category.DX},
        "immunizations": {Category.IMM},
        "results": {Category.LAB, Category.CHECKUP},
        "vitals": {Category.VITAL, Category.ACT},
        "procedures": {Category.DX},
        "about_me": {Category.LIFE},
    }
    return frozenset(one for section in secret.sections for one in by_section[section])


def _note(session: base.Session, row: HealthLinkRow, recipient: str, *, is_wrong: bool, clock: base.Clock) -> None:
    name = base.new_id()
    said = "".join(char for char in recipient if char.isprintable())[:120]
    sealed = base.seal(
        row.person_id, table="record_health_link_view", column="recipient", row=name, version=1, plain=said.encode()
    )
    session.add(row)
    session.add(
        HealthLinkViewRow(
            person_id=row.person_id, link_id=row.id, id=name, at=clock.now(), is_wrong=is_wrong, recipient=sealed
        )
    )
    session.flush()


def _mac(row: HealthLinkRow, until: int) -> str:
    key = base.keyed_hash(row.person_id, b"record.health_link")
    return b64url(hmac.digest(key, f"{row.id}.{row.file_id}.{until}".encode(), "sha256"))


def file_at(session: base.Session, *, link: str, until: int, mac: str, clock: base.Clock = base.CLOCK) -> str:
    """The encrypted file of a short-lived location; raises LinkGone."""
    row = session.exec(select(HealthLinkRow).where(HealthLinkRow.id == link)).first()
    if row is None or _state(row, clock) not in ("active", "used_up") or row.file_id is None:
        raise LinkGone
    now = clock.now().timestamp()
    try:
        is_ours = hmac.compare_digest(_mac(row, until).encode(), mac.encode())
    except base.SealBroken as error:
        raise LinkGone from error
    if not is_ours or not now < until <= now + LOCATION_LIFE.total_seconds() + 1:
        raise LinkGone
    with base.files.open(row.person_id, row.file_id) as stream:
        return stream.read().decode()
