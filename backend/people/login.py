"""Who makes this request: Flask-Login over our own session rows, through its request loader only."""

from __future__ import annotations

from flask import Flask, Request, Response, request
from flask_login import LoginManager, current_user

from backend import base
from backend.people import sessions
from backend.people.model import Actor
from backend.people.sessions import Started

COOKIE = "__Host-meguri"
# Flask-Login would look for a remember cookie before it asks the request loader. No cookie can
# have this name (a semicolon ends a cookie), so there is only one way in.
NO_COOKIE = "; meguri has none"


class SignedIn:
    """What Flask-Login holds as the current user."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def get_id(self) -> str:
        """The account's id."""
        return self.actor.account


def _load(incoming: Request) -> SignedIn | None:
    token = incoming.cookies.get(COOKIE)
    # token_urlsafe(32) is 43 characters: anything else is not worth a look into the database.
    if token is None or len(token) != 43:
        return None
    found = sessions.find(token)
    if found is None:
        return None
    if found.is_touch_due:
        with base.write_unit() as session:
            sessions.touch(session, name=found.actor.session)
    return SignedIn(found.actor)


def install(app: Flask) -> None:
    """Make the app know its users; needs no secret key, since no Flask session is used."""
    app.config["REMEMBER_COOKIE_NAME"] = NO_COOKIE
    manager = LoginManager()
    manager.session_protection = None
    manager.request_loader(_load)
    manager.init_app(app)


def actor_or_none() -> Actor | None:
    """Whoever makes this request, or None where nobody is signed in."""
    return current_user.actor if current_user.is_authenticated else None


def current_actor() -> Actor:
    """Whoever makes this request; SignInNeeded where nobody is signed in."""
    actor = actor_or_none()
    if actor is None:
        raise base.SignInNeeded
    return actor


def set_cookie(response: Response, started: Started, *, clock: base.Clock = base.CLOCK) -> None:
    """Put the session's token into the one cookie that Meguri uses."""
    response.set_cookie(
        COOKIE,
        started.token,
        max_age=max(0, int((started.ends_at - clock.now()).total_seconds())),
        path="/",
        secure=True,
        httponly=True,
        samesite="Lax",
    )


def clear_cookie(response: Response) -> None:
    """Take the cookie back and have the browser forget what it cached.

    Not "cookies": that would also clear those of the city's other sites on the same domain.
    """
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def address() -> str:
    """The address the request came from, for rate limits."""
    return request.remote_addr or "unknown"
