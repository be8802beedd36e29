"""Frozen values of the people room: who somebody is, which site, which roles, which session."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

import msgspec

Sex = Literal["male", "female"]
Locale = Literal["ja", "ja-easy", "en"]
Theme = Literal["auto", "light", "dark"]
Step = Literal["signed_up", "linked", "consented"]
InviteState = Literal["open", "used", "expired", "revoked"]

STEPS: tuple[Step, ...] = ("signed_up", "linked", "consented")
STEP_UP_FOR = timedelta(minutes=5)


class Role(StrEnum):
    """What an account may be at a site; one account may be several."""

    RESIDENT = "resident"
    COUNSELLOR = "counsellor"
    STAFF = "staff"
    REVIEWER = "reviewer"
    DATA_USER = "data_user"
    PROVIDER = "provider"
    AUDITOR = "auditor"


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever makes this request: an account at one site, in one session, with its roles there."""

    account: str
    person: str | None
    roles: frozenset[Role]
    site: str
    session: str
    stepped_up_at: datetime | None = None


class PersonFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A resident's identity, opened; a child or a demo resident has one without an account."""

    id: str
    name: str
    kana: str
    birth: date
    sex: Sex
    site: str
    is_demo: bool = False


class AccountFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An account as other rooms may know it; `display_name` is a work name and empty for residents."""

    id: str
    person: str | None
    site: str
    roles: frozenset[Role]
    display_name: str
    is_demo: bool = False


class AccountSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How this account wants Meguri to look and speak."""

    locale: Locale = "ja"
    theme: Theme = "auto"
    large_type: bool = False


class SessionFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One signed-in device; nothing finer than the device family is kept of the user agent."""

    id: str
    device: str
    browser: str
    how: Literal["passkey", "link"]
    started_at: datetime
    last_seen_at: datetime
    ends_at: datetime


class PasskeyFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A passkey as its owner sees it."""

    id: str
    label: str
    is_synced: bool
    created_at: datetime
    last_used_at: datetime | None


class InviteFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One invite code and how far it got; it names nobody."""

    code: str
    batch: str
    state: InviteState
    created_at: datetime
    opened_at: datetime | None
    used_at: datetime | None


class BatchFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A batch of invite codes that staff made for their site."""

    id: str
    site: str
    role: Role
    label: str
    created_at: datetime
    expires_at: datetime
    invites: tuple[InviteFacts, ...]


class StepFacts(msgspec.Struct, frozen=True, kw_only=True):
    """That some resident of a site reached a step; deliberately without saying who."""

    step: Step
    at: datetime


class SignedUp(msgspec.Struct, frozen=True, kw_only=True):
    """Event: a person joined with an invite code."""

    person: str
    account: str
    site: str


# --- invite codes -----------------------------------------------------------------------------
# Consonants only, so that no code spells a word, without Q (looks like O) and without digits, so
# that S/5, B/8, Z/2 cannot be confused. 20 letters, 10 places: 43 bits.
CODE_LETTERS = "BCDFGHJKLMNPRSTVWXYZ"
CODE_LENGTH = 10


def normal_code(typed: str) -> str:
    """The code as stored, from what somebody typed: full-width, lower case, spaces and dashes allowed."""
    wide = unicodedata.normalize("NFKC", typed).upper()
    return "".join(letter for letter in wide if letter.isalnum())


def is_code(code: str) -> bool:
    """Whether `code` has the form of an invite code (after `normal_code`)."""
    return len(code) == CODE_LENGTH and all(letter in CODE_LETTERS for letter in code)


def grouped(code: str) -> str:
    """The code in groups that an eye and a voice can hold: ABC-DEF-GHJK."""
    return f"{code[:3]}-{code[3:6]}-{code[6:]}"


def join_address(origin: str, code: str) -> str:
    """Where a code's QR leads: the joining screen of the phone app, with the code typed in."""
    return f"{origin}/join?code={code}"


# --- names and birthdays ----------------------------------------------------------------------
OLDEST_YEARS = 125


def normal_name(typed: str) -> str:
    """A name with one kind of width and single spaces, without control and direction characters."""
    wide = " ".join(unicodedata.normalize("NFKC", typed).split())
    return "".join(letter for letter in wide if not _is_hidden(letter)).strip()


def _is_hidden(letter: str) -> bool:
    # Direction overrides let a name show as another one; control characters have no place in any.
    return (
        unicodedata.category(letter) in {"Cc", "Cs", "Co", "Cn"}
        or letter in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )


def normal_kana(typed: str) -> str | None:
    """The reading in full-width katakana, or None where it holds something that is not kana."""
    kana = []
    for letter in normal_name(typed):
        code = ord(letter)
        if 0x3041 <= code <= 0x3096:  # hiragana to the katakana 0x60 further on
            letter = chr(code + 0x60)
        elif not (0x30A1 <= code <= 0x30FA or letter in "ー・ "):
            return None
        kana.append(letter)
    return "".join(kana) or None


def age(who: PersonFacts | date, on: date) -> int:
    """Completed years of a person (or a birthday) on a day; 29 February turns on 1 March in a common year."""
    birth = who if isinstance(who, date) else who.birth
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


# --- how long a session lives -----------------------------------------------------------------
class Lifetime(msgspec.Struct, frozen=True):
    """Idle and absolute life of a session."""

    idle: timedelta
    absolute: timedelta


RESIDENT_LIFETIME = Lifetime(idle=timedelta(days=14), absolute=timedelta(days=90))
# People who see others' records work on shared desks: out after two hours, and every day anew.
WORK_LIFETIME = Lifetime(idle=timedelta(hours=2), absolute=timedelta(hours=12))


def lifetime(roles: frozenset[Role]) -> Lifetime:
    """The shortest life that any of the roles asks for."""
    return RESIDENT_LIFETIME if roles <= {Role.RESIDENT} else WORK_LIFETIME


def device_of(user_agent: str) -> tuple[str, str]:
    """Device family and browser family: enough to recognise one's own phone in a list, no more."""
    ua = user_agent.lower()
    devices = (("iphone", "iphone"), ("ipad", "ipad"), ("android", "android"), ("windows", "windows"))
    device = next((name for mark, name in devices if mark in ua), "")
    if not device:
        device = "mac" if "mac os" in ua else "linux" if "linux" in ua else "other"
    browsers = (("edg", "edge"), ("samsungbrowser", "samsung"), ("firefox", "firefox"), ("fxios", "firefox"))
    browser = next((name for mark, name in browsers if mark in ua), "")
    if not browser:
        browser = "chrome" if "chrome" in ua or "crios" in ua else "safari" if "safari" in ua else "other"
    return device, browser
