"""Requests made up from the API's own description: no internal error, no answer that is not described."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

ENDS_THE_SESSION = {"/api/me/erase", "/api/signout", "/api/sessions", "/api/sessions/{id}"}
EXAMPLES = 8


def operations(app: Flask) -> list[Any]:
    """Every operation that leaves the session alive."""
    schema = schemathesis.openapi.from_dict(app.api_doc)  # type: ignore[attr-defined]
    schema.app = app
    found = [each.ok() for each in schema.get_all_operations()]
    return [each for each in found if each.path not in ENDS_THE_SESSION]


def send(operation: Any, mode: GenerationMode, headers: dict[str, str]) -> set[int]:
    """Send made-up requests to one operation; returns the statuses, each of them described."""
    statuses: set[int] = set()

    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: Any) -> None:
        answer = case.call(headers=headers)
        statuses.add(answer.status_code)
        case.validate_response(
            answer, checks=[not_a_server_error, status_code_conformance, response_schema_conformance]
        )

    with suppress(Unsatisfiable):  # an operation without any input cannot be asked wrongly
        one()
    return statuses


@pytest.mark.feature("K06")
@pytest.mark.parametrize("role", ["resident", "counsellor", "staff", "data_user"])
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_whatever_is_sent_is_answered_as_described(
    app: Flask, resident: Callable[..., Any], worker: Callable[..., Any], role: str, mode: GenerationMode
) -> None:
    phone = resident("suita") if role == "resident" else worker("suita", role)
    cookie = phone.http.get_cookie("__Host-meguri").value
    headers = {"X-Meguri": "1", "Cookie": f"__Host-meguri={cookie}"}
    found = operations(app)
    assert len(found) > 60
    statuses = set().union(*(send(operation, mode, headers) for operation in found))
    assert 422 in statuses
    assert phone.get("/me").status_code == 200
