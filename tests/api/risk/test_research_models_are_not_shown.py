"""A research model has no card: no route of the room shows it, asked for or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backend.risk import cards
from models import registry

Put = Callable[..., Any]


def test_no_route_shows_a_research_model(checked: Put) -> None:
    phone = checked(checkup={"tc_mgdl": 220, "waist_cm": 98, "weight_kg": 82, "height_cm": 170})
    research = {card.tool for card in registry.cards() if card.display_class == "research"}
    assert {"nhanes-hba1c-a", "nhanes-hba1c-b"} <= research
    # PREVENT alone answers, and only somebody who asks for the comparison abroad.
    for tool in research - {"prevent"}:
        for path in (f"/risk/{tool}", f"/risk/{tool}?asked=true", f"/risk/{tool}/figure"):
            assert phone.get(path).status_code == 404, path
    shown = phone.get("/risk").text
    assert not [tool for tool in research if tool in shown]
    assert not (set(cards.BUILDERS) | set(cards.ASKED_FOR)) & (research - {"prevent"})
