"""HTTP of governance: the blueprint with every route of the room on it."""

from __future__ import annotations

from backend.governance import http_applicant, http_public, http_review, http_uses
from backend.governance.blueprint import api

ROUTES = (http_applicant, http_public, http_review, http_uses)

__all__ = ["ROUTES", "api"]
