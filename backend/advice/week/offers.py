"""Services that fit a suggestion: ranked by health and effort alone; who pays stands in a lane of its own. Pure.

The ranking cannot see payment: `rank` takes `Item`, and an `Item` has no field about money that flows to us.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from backend.advice.model import Kind


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """What a resident needs to know of a service: whom it fits, what it takes of time and money."""

    id: str
    kind: Kind
    fits: tuple[str, ...]
    minutes: int
    yen: int
    is_confirmed: bool


class Deal(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider agreed with the operator about an item; never read by the ranking."""

    item: str
    sponsor: str | None = None
    price_to_us: int = 0
    benefit_to_us: float = 0.0


class Lanes(msgspec.Struct, frozen=True):
    """The health ranking, and beside it what is sponsored, marked so."""

    health: tuple[Item, ...]
    sponsored: tuple[tuple[Item, str], ...]


def rank(items: Sequence[Item], *, suggestion: str) -> tuple[Item, ...]:
    """What fits a suggestion: confirmed first, then less money, less time, then by name."""
    fitting = [one for one in items if suggestion in one.fits]
    return tuple(sorted(fitting, key=lambda one: (not one.is_confirmed, one.yen, one.minutes, one.id)))


def lanes(items: Sequence[Item], deals: Sequence[Deal], *, suggestion: str) -> Lanes:
    """Both lanes. A sponsored item keeps its place in the health ranking, whatever that place is."""
    health = rank(items, suggestion=suggestion)
    paid = {deal.item: deal.sponsor for deal in deals if deal.sponsor}
    return Lanes(health, tuple((one, sponsor) for one in health if (sponsor := paid.get(one.id)) is not None))
