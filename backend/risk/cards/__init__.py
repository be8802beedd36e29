"""One file a card: from what is gathered to a card with its number, reasons and refusals. Pure."""

from __future__ import annotations

from collections.abc import Callable

from backend.risk.cards import (
    body,
    foreign,
    glucose,
    guidance,
    hisayama,
    kidney,
    lipids,
    liver,
    maternity,
    pregnancy,
    pressure,
    printed,
)
from backend.risk.inputs import Gathered
from backend.risk.model import Detail

BUILDERS: dict[str, Callable[[Gathered], Detail | None]] = {
    "hdp": pregnancy.pressure,
    "edd": maternity.weeks,
    "pregnancy_weight_gain": maternity.weight,
    "gdm": maternity.blood,
    "himando_school": body.school,
    "hisayama-jas2022": hisayama.card,
    "bp_office": pressure.office,
    "bp_home": pressure.home,
    "glucose_class": glucose.card,
    "lipid_class": lipids.card,
    "egfr_cr_jsn": kidney.card,
    "tokutei-hoken-shido": guidance.card,
    "metsyn_printed": printed.metabolic_syndrome,
    "bmi_class": body.adult,
    "fib4": liver.card,
}
"""Every card by its name, in the order of the screen. None means: not for this person."""
ASKED_FOR: dict[str, Callable[[Gathered], Detail | None]] = {"prevent": foreign.card}
"""Cards that are computed only when the person asks for that very one."""


def build(known: Gathered) -> list[Detail]:
    """Return all cards of a person."""
    found = (builder(known) for builder in BUILDERS.values())
    return [card for card in found if card is not None]
