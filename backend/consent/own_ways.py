"""Reads through a way that the person opened herself (a token, a health link, a quote), shown in her access history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from sqlmodel import Session

from backend import base
from backend.base import ledger
from backend.consent.model import Category, Permit
from backend.consent.permits import seal_metrics
from backend.consent.tables import ReadRow


def note_own_way(
    session: Session,
    *,
    permit: Permit,
    way: Literal["token", "link", "quote"],
    what: Mapping[Category, int],
    metrics: Mapping[str, int] | None = None,
    clock: base.Clock = base.CLOCK,
) -> None:
    """Write down a read on a person's own permit that did not happen on her own screen; an empty one too."""
    if not permit.is_own:
        raise TypeError("a read by somebody else is noted by note_read")
    counts = {str(category): number for category, number in sorted(what.items())}
    read = base.new_id()
    body: dict[str, Any] = {
        "read": read,
        "recipient": None,
        "purpose": permit.purpose,
        "what": counts,
        "grants": [],
        "account": permit.account,
        "way": way,
    }
    leaf = ledger.append(session, kind="consent.read", person=permit.person, body=body, clock=clock)
    session.add(
        ReadRow(
            person=permit.person,
            id=read,
            at=clock.now(),
            account=permit.account,
            role=way,
            recipient=None,
            purpose=permit.purpose,
            is_denied=False,
            what=counts,
            grants=[],
            permit=permit.id,
            metrics=seal_metrics(permit.person, read, metrics),
            leaf=leaf,
        )
    )
    session.flush()
