"""News that travels against the stream: a room publishes, rooms above subscribe (wired in app.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlmodel import Session

E = TypeVar("E")
_subscribers: dict[type, list[Callable[[Session, Any], None]]] = {}


def subscribe(kind: type[E], handler: Callable[[Session, E], None]) -> None:
    """Call `handler(session, event)` for each event of this type, inside the publisher's unit."""
    handlers = _subscribers.setdefault(kind, [])
    if handler not in handlers:
        handlers.append(handler)


def publish(session: Session, event: object) -> None:
    """Tell every subscriber now; what they write is committed with the publisher's unit or not at all."""
    for handler in _subscribers.get(type(event), []):
        handler(session, event)
