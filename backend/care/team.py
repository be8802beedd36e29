"""Counsellors as recipients: the team of a site, and a named counsellor of her own."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import msgspec
from sqlmodel import Session

from backend import base, consent, people
from backend.consent import Category, Identifiability, Mode, Purpose, Recipient, RecipientKind, Terms, Words


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """What the counsellors of a site may be shown, and the names of the team."""

    names: Words
    text_id: str
    categories: tuple[Category, ...]
    erase_after_days: int


def team_of(site: str) -> str:
    """Return the recipient id of a site's team of counsellors."""
    return f"counsellors-{site}"


@cache
def _teams() -> dict[str, Team]:
    raw = json.loads((Path(__file__).parent / "teams.json").read_text("utf-8"))
    return msgspec.convert(raw, dict[str, Team])


def put_team(session: Session, *, site: str) -> Recipient:
    """Make the site's counsellors somebody a resident can share with and write to; twice is once."""
    team = _team(site)
    return _put(session, site, team_of(site), team.names, team, is_synthetic=False)


def _team(site: str) -> Team:
    """Return the team of a site; one that the file does not name gets a plain one under the site's name."""
    found = _teams().get(site)
    if found is not None:
        return found
    names = people.site(site).short_names
    plain = min(_teams().values(), key=lambda team: len(team.categories))
    return Team(
        names=Words(
            ja=f"{names['ja']}の保健師（相談チーム）",
            ja_easy=f"{names['ja-easy']}の{{相談|そうだん}}の{{人|ひと}}（チーム）",
            en=f"{names['en']} public health nurses (team)",
        ),
        text_id=plain.text_id,
        categories=plain.categories,
        erase_after_days=plain.erase_after_days,
    )


def put_counsellor(session: Session, *, site: str, account: str, names: Words, is_synthetic: bool = False) -> Recipient:
    """Make one counsellor somebody a resident can share with by name; she also belongs to the team."""
    put_team(session, site=site)
    recipient = _put(session, site, f"counsellor-{account}", names, _team(site), is_synthetic=is_synthetic)
    consent.add_member(session, recipient=recipient.id, account=account)
    consent.add_member(session, recipient=team_of(site), account=account)
    return recipient


def _put(session: Session, site: str, recipient: str, names: Words, team: Team, *, is_synthetic: bool) -> Recipient:
    terms = Terms(
        recipient=recipient,
        purpose=Purpose.CARE,
        identifiability=Identifiability.NAMED,
        mode=Mode.VIEW,
        categories=team.categories,
        text_id=team.text_id,
        erase_after_days=team.erase_after_days,
    )
    made = Recipient(
        id=recipient,
        site=site,
        kind=RecipientKind.COUNSELLOR,
        names=names,
        is_synthetic=is_synthetic,
        terms=(terms,),
    )
    consent.register_recipient(session, recipient=made)
    return made


def join_team(*, actor: people.Actor) -> None:
    """Let a counsellor act for the team of her site; a role given by staff is what makes her one."""
    team = team_of(actor.site)
    if people.Role.COUNSELLOR not in actor.roles:
        return
    with base.read_session() as session:
        if team in {each.id for each in consent.recipients_of(session, account=actor.account)}:
            return
    with base.write_unit() as session:
        put_team(session, site=actor.site)
        consent.add_member(session, recipient=team, account=actor.account)


def addressees(*, site: str) -> list[Recipient]:
    """Return whom a resident of a site can write to, the team first."""
    with base.read_session() as session:
        found = consent.recipients(session, site=site)
    if not any(each.id == team_of(site) for each in found):
        with base.write_unit() as session:
            put_team(session, site=site)
            found = consent.recipients(session, site=site)
    mine = [each for each in found if each.kind is RecipientKind.COUNSELLOR and each.is_open]
    return sorted(mine, key=lambda each: each.id != team_of(site))


def my_recipients(session: Session, *, actor: people.Actor) -> list[Recipient]:
    """Return the counsellor recipients an actor acts for at the site of this session; none without the role."""
    if people.Role.COUNSELLOR not in actor.roles:
        return []
    return [
        each
        for each in consent.recipients_of(session, account=actor.account)
        if each.kind is RecipientKind.COUNSELLOR and each.site == actor.site
    ]
