"""News of governance; rooms above subscribe (bank makes offers, stops deliveries, asks for erasure)."""

from __future__ import annotations

import msgspec

from backend.consent import Category, Verdict


class VerdictReached(msgspec.Struct, frozen=True, kw_only=True):
    """The board approved a use, or approved it anew.

    `added` holds the kinds of data that were not in the verdict before (all of them for a new use):
    residents who agreed to less must be asked again about these. `is_renewal` says that nothing but
    time changed. Published inside the unit that wrote the verdict; a rejection publishes nothing here.
    """

    verdict: Verdict
    added: frozenset[Category]
    is_renewal: bool = False


class UseSuspended(msgspec.Struct, frozen=True, kw_only=True):
    """A use is frozen: nothing may leave until it is resumed; consents stay."""

    use: str
    recipient: str


class UseResumed(msgspec.Struct, frozen=True, kw_only=True):
    """A suspended use goes on."""

    use: str
    recipient: str


class UseEnded(msgspec.Struct, frozen=True, kw_only=True):
    """A use is over for good: `why` is over, unreviewed, ended_by_user or revoked. Erasure is now due."""

    use: str
    recipient: str
    why: str
