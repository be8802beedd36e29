"""How the API speaks: blueprints under /api, refusals as problem+json with a message key."""

from __future__ import annotations

import logging
import math
import sqlite3
from typing import Any, NoReturn

from flask import Flask, Response, make_response
from flask.json.provider import DefaultJSONProvider
from flask_openapi.blueprint import APIBlueprint as Blueprint
from pydantic import BaseModel, Field, ValidationError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from backend.base.refusal import Refusal, TooMany
from backend.base.runtime import runtime

_log = logging.getLogger("meguri.http")


class Problem(BaseModel):
    """A refusal (RFC 9457): `key` names the words that the phone shows, `params` fill them."""

    type: str = "about:blank"
    title: str
    status: int
    key: str
    params: dict[str, str | int | float | None] = Field(default_factory=dict)
    fields: list[str] | None = None


def APIBlueprint(room: str) -> Blueprint:  # noqa: N802  (stands for the class it makes)
    """The blueprint of a room: its routes stand under /api and document their refusals."""
    refused = ("400", "401", "403", "404", "409", "410", "413", "415", "422", "429", "500")
    responses: Any = dict.fromkeys(refused, Problem)
    return Blueprint(room, f"backend.{room}.api", url_prefix="/api", abp_responses=responses)


MOST_BODY_BYTES = 1 << 20
"""How much a request may say; a route that takes files lifts it and counts for itself."""


def _no_such_number(text: str) -> NoReturn:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _no_such_number(text)
    return number


class _StrictJson(DefaultJSONProvider):
    """JSON as RFC 8259 has it: no NaN, nothing beyond a float, and not nested until the stack ends."""

    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """The value; raises ValueError, which the framework turns into a refusal."""
        try:
            return super().loads(s, parse_constant=_no_such_number, parse_float=_finite, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def problem_response(problem: Problem) -> Response:
    """The HTTP answer of a problem."""
    response = make_response(problem.model_dump_json(exclude_none=True), problem.status)
    response.headers["Content-Type"] = "application/problem+json"
    return response


def validation_problem(error: ValidationError) -> Response:
    """A request of the wrong form: names the places, repeats no value."""
    fields = sorted({".".join(str(part) for part in found["loc"]) for found in error.errors(include_input=False)})
    return problem_response(Problem(title="Invalid", status=422, key="base.invalid", fields=fields))


def _refused(refusal: Refusal) -> Response:
    return problem_response(
        Problem(title=type(refusal).__name__, status=refusal.status, key=refusal.key, params=refusal.params)
    )


def _http_error(error: HTTPException) -> Response:
    if error.response is not None:  # abort(response): already a problem
        return error.response  # type: ignore[return-value]
    keys = {404: "base.not_found", 405: "base.method", 413: "base.too_large", 415: "base.invalid", 400: "base.invalid"}
    status = error.code or 500
    problem = Problem(title=error.name, status=status, key=keys.get(status, "base.refused"))
    if status == 413:
        problem.params = {"limit_mb": MOST_BODY_BYTES >> 20}
    response = problem_response(problem)
    if status == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    return response


def _busy(error: OperationalError) -> Response:
    # Nothing was written: the write lock is taken before anything else. Whoever comes again is served.
    if getattr(error.orig, "sqlite_errorcode", None) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_SNAPSHOT}:
        return _refused(TooMany(seconds=5))
    return _unexpected(error)


def _unexpected(error: Exception) -> Response:
    # The text of an error may quote a value: only its kind is logged, the trace only on a demo.
    _log.error("unexpected %s", type(error).__name__, exc_info=runtime().settings.demo)
    return problem_response(Problem(title="Unexpected", status=500, key="base.unexpected"))


def install_errors(app: Flask) -> None:
    """Make every refusal and every error of the app a problem+json answer, and bound what a request may say."""
    app.json = _StrictJson(app)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BODY_BYTES
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _unexpected)
