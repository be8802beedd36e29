"""Tables of the people room; identity is sealed, tokens are kept as SHA-256 only."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from backend import base


class Person(base.Table, table=True):
    """A human being; name, kana, birth and sex are one sealed value (AAD version = `version`)."""

    __tablename__ = "people_person"

    id: str = Field(primary_key=True, max_length=26)
    site: str = Field(index=True, max_length=40)
    identity: bytes
    version: int = 1
    is_demo: bool = False
    created_at: datetime = Field(sa_type=base.UtcDateTime)


class Account(base.Table, table=True):
    """Something that can sign in; acts for its own person, staff have none."""

    __tablename__ = "people_account"

    id: str = Field(primary_key=True, max_length=26)
    person: str | None = Field(default=None, foreign_key="people_person.id", unique=True)
    site: str = Field(max_length=40)
    handle: bytes = Field(unique=True)  # WebAuthn user handle: 64 random bytes, tells nothing
    display_name: str = ""
    locale: str = "ja"
    theme: str = "auto"
    large_type: bool = False
    terms_version: str = ""
    privacy_version: str = ""
    is_demo: bool = False
    created_at: datetime = Field(sa_type=base.UtcDateTime)


class RoleGrant(base.Table, table=True):
    """A role of an account at one site."""

    __tablename__ = "people_role_grant"

    account: str = Field(primary_key=True, foreign_key="people_account.id")
    site: str = Field(primary_key=True, max_length=40)
    role: str = Field(primary_key=True, max_length=20)
    created_at: datetime = Field(sa_type=base.UtcDateTime)


class InviteBatch(base.Table, table=True):
    """Codes made together; expiry, role and label are the batch's."""

    __tablename__ = "people_invite_batch"

    id: str = Field(primary_key=True, max_length=26)
    site: str = Field(index=True, max_length=40)
    role: str = Field(max_length=20)
    label: str
    request: str = Field(default="", max_length=64)  # digest of the request, for a truthful retry
    created_by: str | None = Field(default=None, foreign_key="people_account.id")
    created_at: datetime = Field(sa_type=base.UtcDateTime)
    expires_at: datetime = Field(sa_type=base.UtcDateTime)


class Invite(base.Table, table=True):
    """One code, one use. Which person used it is not kept: the code stays on paper."""

    __tablename__ = "people_invite"

    code: str = Field(primary_key=True, max_length=10)
    batch: str = Field(foreign_key="people_invite_batch.id", index=True)
    opened_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)


class Passkey(base.Table, table=True):
    """A WebAuthn credential of an account."""

    __tablename__ = "people_passkey"

    id: str = Field(primary_key=True, max_length=26)
    account: str = Field(foreign_key="people_account.id", index=True)
    credential_id: bytes = Field(unique=True)
    public_key: bytes
    sign_count: int
    is_backup_eligible: bool
    is_backed_up: bool
    transports: str = ""
    label: str = ""
    created_at: datetime = Field(sa_type=base.UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)


class SessionRow(base.Table, table=True):
    """A signed-in device; the token itself is only in the cookie."""

    __tablename__ = "people_session"

    id: str = Field(primary_key=True, max_length=26)
    token_sha256: bytes = Field(unique=True)
    account: str = Field(foreign_key="people_account.id", index=True)
    site: str = Field(max_length=40)
    how: str = Field(max_length=10)
    passkey: str | None = None  # no foreign key: a session may outlive the passkey that is removed
    device: str = Field(default="", max_length=20)
    browser: str = Field(default="", max_length=20)
    started_at: datetime = Field(sa_type=base.UtcDateTime)
    last_seen_at: datetime = Field(sa_type=base.UtcDateTime)
    ends_at: datetime = Field(sa_type=base.UtcDateTime)
    stepped_up_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)


class PushSubscription(base.Table, table=True):
    """Where a signed-in device takes notices. It goes with its session, however that session ends."""

    __tablename__ = "people_push_subscription"

    session: str = Field(primary_key=True, max_length=26, foreign_key="people_session.id", ondelete="CASCADE")
    account: str = Field(foreign_key="people_account.id", index=True)
    endpoint_hash: bytes = Field(unique=True)  # keyed: an address that is guessed is not found by it
    target: bytes  # address and keys, sealed for the account's person (AAD version 1)
    created_at: datetime = Field(sa_type=base.UtcDateTime)


class SignInLink(base.Table, table=True):
    """A one-time way in, for demo roles and first staff; used up by its first use."""

    __tablename__ = "people_sign_in_link"

    token_sha256: bytes = Field(primary_key=True)
    account: str = Field(foreign_key="people_account.id")
    created_at: datetime = Field(sa_type=base.UtcDateTime)
    expires_at: datetime = Field(sa_type=base.UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=base.UtcDateTime)


class Ceremony(base.Table, table=True):
    """A WebAuthn challenge between begin and finish; taken once, gone after five minutes."""

    __tablename__ = "people_ceremony"

    id: str = Field(primary_key=True, max_length=43)
    kind: str = Field(max_length=10)
    challenge: bytes
    account: str | None = None
    session: str | None = None
    handle: bytes | None = None
    code: str | None = None
    expires_at: datetime = Field(sa_type=base.UtcDateTime, index=True)


class FunnelStep(base.Table, table=True):
    """The first time a person reached a step of enrolment."""

    __tablename__ = "people_funnel_step"

    person: str = Field(primary_key=True, foreign_key="people_person.id")
    step: str = Field(primary_key=True, max_length=20)
    site: str = Field(index=True, max_length=40)
    at: datetime = Field(sa_type=base.UtcDateTime)


class Attempt(base.Table, table=True):
    """Counter of attempts in a time window, for rate limits; addresses are kept only as a digest."""

    __tablename__ = "people_attempt"

    bucket: str = Field(primary_key=True, max_length=80)
    window: int = Field(primary_key=True)
    count: int
