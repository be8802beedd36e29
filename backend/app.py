"""create_app(): the only file that knows every room."""

from __future__ import annotations

import importlib
import logging
from typing import Any

from flask import Flask, Response, jsonify, request
from flask_openapi.models.info import Info
from flask_openapi.openapi import OpenAPI
from werkzeug.middleware.proxy_fix import ProxyFix

from backend import base, people
from backend.access import guard
from backend.pages import install_pages

ROOMS = (
    "people",
    "consent",
    "governance",
    "record",
    "link",
    "risk",
    "bank",
    "advice",
    "advice.provider",
    "care",
    "pilot",
)
"""Every room with an HTTP side, in import order."""

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def create_app(runtime: base.Runtime | None = None) -> Flask:
    """The web application on a runtime (default: the one that the environment describes)."""
    app = OpenAPI(
        "meguri",
        info=Info(title="Meguri", version="1"),
        validation_error_callback=base.validation_problem,
        validation_error_model=base.Problem,
        static_folder=None,
        doc_ui=False,
    )
    app.extensions["meguri"] = runtime or base.runtime()
    base.install_errors(app)
    people.install(app)
    guard(app)
    for api in load_rooms():
        app.register_api(api)

    def health() -> Response:
        """Whether this process can reach its database."""
        with base.read_unit() as connection:
            connection.exec_driver_sql("SELECT 1")
        return jsonify({"status": "ok"})

    app.add_url_rule("/api/health", "app.health", health)

    install_pages(app)
    if proxies := app.extensions["meguri"].settings.trusted_proxies:
        # Only as many hops as the operator runs: a header that anybody can send is not an address.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies)  # type: ignore[method-assign]
    app.after_request(_harden)
    return app


def load_doors() -> None:
    """Import every room without its HTTP side: enough for jobs and news, in half the time."""
    for room in ROOMS:
        importlib.import_module(f"backend.{room}")


def load_rooms() -> list[Any]:
    """Import every room, so that its job handlers, tasks and subscriptions are known; returns their blueprints."""
    return [importlib.import_module(f"backend.{room}.api").api for room in ROOMS]


def _harden(response: Response) -> Response:
    headers: dict[str, Any] = {
        "Content-Security-Policy": _CSP,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    }
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    if base.runtime().settings.origin.startswith("https:"):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.path.startswith("/api/"):
        # What one person saw must not stay in a shared cache or behind the back button.
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def application(*args: Any) -> Any:
    """The WSGI entry point of the server (Procfile)."""
    global _application
    if _application is None:
        logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
        _application = create_app()
    return _application(*args)


_application: Flask | None = None
