"""The phones of the API tests."""

from __future__ import annotations

from tests.api.conftest import invite, phone, resident, worker

__all__ = ["invite", "phone", "resident", "worker"]
