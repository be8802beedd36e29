"""Whose address counts: the caller's own, unless the operator says how many proxies stand before us."""

from __future__ import annotations

import pytest
from flask import Flask, request

from backend import base
from backend.app import create_app


def seen(app: Flask, forwarded: str) -> str | None:
    found: list[str | None] = []
    app.before_request_funcs.setdefault(None, []).insert(0, lambda: found.append(request.remote_addr))
    app.test_client().get("/api/sites", headers={"X-Forwarded-For": forwarded})
    return found[0]


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "203.0.113.9"), (2, "198.51.100.7")])
def test_only_as_many_hops_as_the_operator_runs_are_believed(runtime: base.Runtime, proxies: int, address: str) -> None:
    settings = base.Settings(home=runtime.settings.home, origin=runtime.settings.origin, trusted_proxies=proxies)
    behind = base.Runtime(settings)
    assert seen(create_app(behind), "192.0.2.1, 198.51.100.7, 203.0.113.9") == address
    behind.close()
