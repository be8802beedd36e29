"""One file a card: from what is gathered to a card with its number, reasons and refusals. Pure."""

from __future__ import annotations

from collections.abc import Callable

from backend.risk.cards import glucose, guidance, hisayama, kidney, liver, pregnancy, pressure, printed
from backend.risk.inputs import Gathered
from backend.risk.model import Detail

BUILDERS: dict[str, Callable[[Gathered], Detail | None]] = {
    "hdp": pregnancy.pressure,
    "hisayama-jas2022": hisayama.card,
    "bp_office": pressure.office,
    "bp_home": pressure.home,
    "glucose_class": glucose.card,
    "egfr_cr_jsn": kidney.card,
    "tokutei-hoken-shido": guidance.card,
    "metsyn_printed": printed.metabolic_syndrome,
    "fib4": liver.card,
}
"""Every card by its name, in the order of the screen. None means: not for this person."""


def build(known: Gathered) -> list[Detail]:
    """Return all cards of a person."""
    found = (builder(known) for builder in BUILDERS.values())
    return [card for card in found if card is not None]
