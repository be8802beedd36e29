"""EPDS total and its two flags from item scores; the item texts are not ours to ship."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.base import Answer, BadInputError, Contribution, Inputs, Model, Reason, Refused, Value, load_card, load_json

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
RULES: dict[str, Any] = load_json(FOLDER, "rules.json")


def score(inputs: Inputs) -> Answer:
    """Return `total`, `jp_positive` (postnatal 9 or more) and `escalate` (item 10 of 1 or more, whatever the total)."""
    items = inputs.get("item_scores")
    if items is None:
        return Refused(CARD.tool, (Reason("risk.missing_input", {"input": "item_scores"}, fill="item_scores"),))
    if not isinstance(items, list | tuple) or len(items) != RULES["items"]:
        raise BadInputError("item_scores", "needs ten items")
    for item in items:
        if item is not None and (isinstance(item, bool) or item not in range(RULES["highest"] + 1)):
            raise BadInputError("item_scores", "each item is 0 to 3")
    escalates = items[9] is not None and items[9] >= RULES["item10_escalate_from"]["points"]
    if None in items:
        # A half-filled form has no total, but its last item still calls a person.
        reason = Reason("risk.missing_input", {"input": "item_scores"}, fill="item_scores")
        return Refused(CARD.tool, (reason,), {"escalate": True} if escalates else {})
    total = sum(items)
    return Value(
        CARD.tool,
        {"total": total, "jp_positive": total >= RULES["postnatal_positive_from"]["points"], "escalate": escalates},
        tuple(Contribution(f"item{n}", item, "points", highest=3) for n, item in enumerate(items, start=1)),
    )


MODEL = Model(CARD, score)
