"""Who asks about an approved use: the owner of the token where one is sent, else whoever is signed in."""

from __future__ import annotations

from flask import request

from backend import base, people
from backend.governance.programs import actor_of_token
from backend.governance.refusals import TokenRefused


def caller(use: str | None) -> people.Actor:
    """Return whoever asks: by bearer token of a program of this use, else by session (the guard saw the role).

    Raises TokenRefused for any other Authorization header, and where a token is sent but there is no use.
    """
    header = request.headers.get("Authorization", "")
    if not header:
        return people.current_actor()
    scheme, _, token = header.partition(" ")
    if use is None or scheme.lower() != "bearer" or not token.strip():
        raise TokenRefused
    with base.read_session() as session:
        return actor_of_token(session, token=token.strip(), use=use)
