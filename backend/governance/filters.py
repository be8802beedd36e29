"""A verdict spelled as a Cedar policy and as a condition in SQL; a property test holds all three together."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import cedarpy
from sqlalchemy import ColumnElement, and_, false, true

from backend.consent import Identifiability, Purpose, Verdict


def cedar_of(verdict: Verdict) -> str:
    """Return a verdict as one Cedar policy: who, for what, in which form, which columns, from when until when."""
    columns = ", ".join(json.dumps(each.name) for each in verdict.columns)
    return f"""@id({json.dumps(verdict.id)})
permit (
  principal == Recipient::{json.dumps(verdict.recipient)},
  action == Action::"read",
  resource is Column
)
when {{
  context.purpose == {json.dumps(str(verdict.purpose))} &&
  context.identifiability == {json.dumps(str(verdict.identifiability))} &&
  context.at >= {_micros(verdict.since)} &&
  context.at < {_micros(verdict.ends)} &&
  [{columns}].contains(resource.name)
}};
"""


def _micros(at: datetime) -> int:
    """Microseconds since 1970: Cedar compares whole numbers."""
    since = at.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def cedar_allows(
    policies: cedarpy.PolicySet,
    columns: list[str],
    at: datetime,
    *,
    purpose: Purpose,
    recipient: str,
    identifiability: Identifiability,
) -> bool:
    """Return whether Cedar lets every one of the columns be read; nothing asked is nothing allowed."""
    entities = [{"uid": {"type": "Column", "id": name}, "attrs": {"name": name}, "parents": []} for name in columns]
    requests: list[dict[str, Any]] = [
        {
            "principal": {"type": "Recipient", "id": recipient},
            "action": {"type": "Action", "id": "read"},
            "resource": {"type": "Column", "id": name},
            "context": {"purpose": str(purpose), "identifiability": str(identifiability), "at": _micros(at)},
        }
        for name in columns
    ]
    if not requests:
        return False
    parsed = cedarpy.Entities.from_json_str(json.dumps(entities))
    return all(bool(answer.allowed) for answer in cedarpy.is_authorized_batch(requests, policies, parsed))


def sql_of(
    verdict: Verdict,
    column: ColumnElement[str],
    at: datetime,
    *,
    purpose: Purpose,
    recipient: str,
    identifiability: Identifiability,
) -> ColumnElement[bool]:
    """Return the condition that keeps just the rows of approved columns, and none outside verdict, time or form."""
    is_inside = (
        recipient == verdict.recipient
        and purpose is verdict.purpose
        and identifiability is verdict.identifiability
        and verdict.since <= at < verdict.ends
    )
    return and_(true() if is_inside else false(), column.in_(sorted(verdict.names)))
