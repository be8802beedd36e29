"""What the people room says and hears over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .model import Locale, Role, Sex, Theme

Json = dict[str, Any]
Token = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class Wire(BaseModel):
    """Unknown fields are refused, so that a typo in a client is found."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OperatorOut(Wire):
    name: str
    department: str
    phone: str
    email: str
    address: str
    hours: str
    is_sample: bool = Field(description="true until the operator has entered a real contact")


class SiteOut(Wire):
    id: str
    names: dict[str, str] = Field(description="by locale: ja, ja-easy, en")
    short_names: dict[str, str]
    invitation: dict[str, str]
    prefecture: str
    area_code: str
    area_name: str
    municipalities: list[str]
    operator: OperatorOut
    terms_version: str
    privacy_version: str


class SitesOut(Wire):
    sites: list[SiteOut]


class MunicipalityOut(Wire):
    code: str
    ja: str
    kana: str
    en: str
    prefecture: str
    area_code: str
    area_name: str


class MunicipalitiesOut(Wire):
    municipalities: list[MunicipalityOut]


class InviteCheckIn(Wire):
    code: str = Field(max_length=40, description="as typed; full width, lower case, dashes are understood")
    site: str | None = Field(default=None, max_length=40, description="the site whose door was opened, if any")


class InviteCheckOut(Wire):
    code: str = Field(description="normalised, 10 letters")
    grouped: str = Field(description="for reading: ABC-DEF-GHJK")
    site: SiteOut
    role: Role
    expires_at: datetime


class SignupBeginIn(Wire):
    code: str = Field(max_length=40)
    site: str | None = Field(default=None, max_length=40)
    name: str = Field(min_length=1, max_length=80, description="shown by the phone when it asks which passkey")


class CeremonyOut(Wire):
    flow: str = Field(description="hand back to finish; valid once, for five minutes")
    options: Json = Field(description="PublicKeyCredential{Creation,Request}OptionsJSON, base64url")


class IdentityIn(Wire):
    name: str = Field(min_length=1, max_length=80)
    kana: str = Field(min_length=1, max_length=80, description="hiragana or katakana")
    birth: date
    sex: Sex


class SignupFinishIn(Wire):
    flow: Token
    credential: Json = Field(description="PublicKeyCredential.toJSON()")
    person: IdentityIn | None = Field(default=None, description="residents only; staff send display_name")
    display_name: str = Field(default="", max_length=80, description="work name of staff and counsellors")
    terms_version: str = Field(max_length=40)
    privacy_version: str = Field(max_length=40)
    locale: Locale = "ja"
    large_type: bool = False


class CeremonyFinishIn(Wire):
    flow: Token
    credential: Json = Field(description="PublicKeyCredential.toJSON()")


class PasskeyFinishIn(CeremonyFinishIn):
    label: str = Field(default="", max_length=60)


class SignInLinkIn(Wire):
    token: Token


class PersonOut(Wire):
    id: str
    name: str
    kana: str
    birth: date
    sex: Sex
    age: int = Field(description="completed years today in Tokyo")
    is_demo: bool


class SettingsOut(Wire):
    locale: Locale
    theme: Theme
    large_type: bool


class SettingsIn(Wire):
    locale: Locale | None = None
    theme: Theme | None = None
    large_type: bool | None = None


class MeOut(Wire):
    account: str
    display_name: str = Field(description="work name of staff and counsellors; empty for residents")
    person: PersonOut | None
    roles: list[Role]
    site: SiteOut
    settings: SettingsOut
    session: str
    passkeys: int
    offer_passkey: bool = Field(description="true while the account has no passkey: offer to add one")
    stepped_up_until: datetime | None = Field(description="until then no new step-up is needed")
    is_demo: bool


class SessionOut(Wire):
    id: str
    device: str = Field(description="iphone, ipad, android, windows, mac, linux, other")
    browser: str = Field(description="chrome, safari, firefox, edge, samsung, other")
    how: Literal["passkey", "link"]
    started_at: datetime
    last_seen_at: datetime
    ends_at: datetime
    is_current: bool


class SessionsOut(Wire):
    sessions: list[SessionOut]


class SessionsEndedOut(Wire):
    ended: int


class PasskeyOut(Wire):
    id: str
    label: str
    is_synced: bool = Field(description="kept by the phone's cloud, so it outlives this phone")
    created_at: datetime
    last_used_at: datetime | None


class PasskeysOut(Wire):
    passkeys: list[PasskeyOut]


class PasskeyLabelIn(Wire):
    label: str = Field(min_length=1, max_length=60)


class StepUpOut(Wire):
    stepped_up_until: datetime


class IdPath(BaseModel):
    id: Token


class PushKeysIn(Wire):
    p256dh: str = Field(min_length=1, max_length=200)
    auth: str = Field(min_length=1, max_length=100)


class PushIn(Wire):
    endpoint: str = Field(min_length=1, max_length=2000)
    keys: PushKeysIn


class PushOut(Wire):
    key: str = Field(description="public VAPID key (base64url), for pushManager.subscribe")
    is_on: bool = Field(description="the server has a subscription of this very session")


class EraseIn(Wire):
    """Erase me; the word says that it is no slip of the thumb."""

    confirm: Literal["erase"]


class ErasedOut(Wire):
    """What is left of somebody who was erased: the day and the signed receipt."""

    at: datetime
    receipt: str
