"""Refusals: what Meguri says no to, with a message key that the phone and the command line translate."""

from __future__ import annotations

from typing import ClassVar

Param = str | int | float | None


class Refusal(Exception):  # noqa: N818  (a refusal is an answer, not an error of ours)
    """A named no: subclasses set `status` (HTTP) and `key` (words); `params` fill the sentence.

    Never put another person's data into `params`; they reach the screen of whoever asked.
    """

    status: ClassVar[int] = 400
    key: ClassVar[str] = "base.refused"

    def __init__(self, **params: Param) -> None:
        self.params: dict[str, Param] = params
        super().__init__(self.key)


class NotFound(Refusal):
    """There is no such thing, or not for this person: the two are told apart nowhere."""

    status = 404
    key = "base.not_found"


class NotAllowed(Refusal):
    """This role may not do this."""

    status = 403
    key = "base.not_allowed"


class SignInNeeded(Refusal):
    """Nobody is signed in, or the session ended."""

    status = 401
    key = "base.sign_in_needed"


class StepUpNeeded(Refusal):
    """A fresh passkey confirmation is needed first."""

    status = 403
    key = "base.step_up_needed"


class Invalid(Refusal):
    """The request does not have the right form; `fields` names the places."""

    status = 422
    key = "base.invalid"


class Conflict(Refusal):
    """The same key came with other content, or somebody else changed it meanwhile."""

    status = 409
    key = "base.conflict"


class KeyReused(Refusal):
    """The same client id was sent before with another content."""

    status = 422
    key = "base.key_reused"


class TooMany(Refusal):
    """Too many tries in a short time; `seconds` says when to come back."""

    status = 429
    key = "base.too_many"


class TooLarge(Refusal):
    """The body is larger than allowed; `limit_mb` says how much is."""

    status = 413
    key = "base.too_large"


class SealBroken(Refusal):
    """A sealed value could not be opened: altered, or its key is gone. Never to be read as 'no data'."""

    status = 500
    key = "base.seal_broken"
