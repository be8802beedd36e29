"""Every row of the threshold table whose status allows it: both sides of each number, each category once."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from models import bp_class, ckd, danger_signs_pregnancy, registry
from models.base import Refused

STAGES = ("G1", "G2", "G3a", "G3b", "G4", "G5")
ALLOWED = ("verified", "official_text")


@dataclass(frozen=True)
class Case:
    """A model's inputs and what its answer says under a key (a tuple walks into it)."""

    tool: str
    inputs: dict[str, Any]
    expected: Any
    key: tuple[str, ...] = ("statement",)

    def found(self) -> Any:
        """Return what the model says, or "refused"."""
        answer = registry.scores()[self.tool].score(self.inputs)
        if isinstance(answer, Refused) and self.key[0] not in answer.result:
            return "refused"
        found: Any = answer.result
        for name in self.key:
            found = found[name]
        return found


@dataclass(frozen=True)
class Sides:
    """One boundary: the same inputs with the value just below and at it."""

    tool: str
    name: str
    below: Any
    at: Any
    less: Any
    more: Any
    key: tuple[str, ...] = ("statement",)
    base: dict[str, Any] = field(default_factory=dict)

    def cases(self) -> list[Case]:
        """Return the case of each side."""
        return [
            Case(self.tool, self.base | {self.name: value}, said, self.key)
            for value, said in ((self.below, self.less), (self.at, self.more))
        ]


def pressure(context: str, *, sbp: float = 100, dbp: float = 60, said: str, key: str = "statement") -> Case:
    return Case("bp_class", {"age": 50, "context": context, "sbp": sbp, "dbp": dbp}, said, (key,))


ADULT = {"age": 50}
GUIDED = {"age": 50, "sex": "male", "waist": 85, "bmi": 22, "sbp": 120, "dbp": 80, "tg": 100, "hdl": 50, "fpg": 90,
          "hba1c": 5.4, "smoking": 0, "on_medication": 0}  # fmt: skip


HIGH = {"week": 25, "sbp": 145, "dbp": 80}


def fluid(week: int) -> dict[str, Any]:
    return {"fluid_leak": True, "week": week}


def target(category: str, ldl: float, nonhdl: float) -> list[Case]:
    base = {"category": category}
    tool = "lipid_target"
    return [
        *Sides(tool, "ldl", ldl - 1, ldl, True, False, ("ldl_met",), base).cases(),
        *Sides(tool, "nonhdl", nonhdl - 1, nonhdl, True, False, ("nonhdl_met",), base).cases(),
    ]


def stage(below: str, at: str, egfr: float) -> list[Case]:
    # Creatinine has no round numbers at the borders: the heat map's own reading of eGFR is asked.
    return Sides("ckd", "egfr", egfr - 0.01, egfr, below + "A1", at + "A1", ("stage",), {"acr": 5}).cases()


def ogtt(fpg: float, one: float, two: float, said: str, **more: Any) -> Case:
    return Case("gdm", {"ogtt": [fpg, one, two]} | more, said, ("result",))


CASES: dict[str, list[Case]] = {
    "bp/office-normal": [
        pressure("office", sbp=119, said="normal"), pressure("office", sbp=120, said="below_target"),
        pressure("office", dbp=79, said="normal"), pressure("office", dbp=80, said="above_target"),
    ],
    "bp/home-normal": [
        pressure("home", sbp=114, said="normal"), pressure("home", sbp=115, said="below_target"),
        pressure("home", dbp=74, said="normal"), pressure("home", dbp=75, said="above_target"),
    ],
    "bp/office-grade1": [
        pressure("office", sbp=139, said="above_target"), pressure("office", sbp=140, said="at_or_above_140_90"),
        pressure("office", dbp=89, said="above_target"), pressure("office", dbp=90, said="at_or_above_140_90"),
        pressure("office", sbp=159, said="grade1", key="sbp_class"),
        pressure("office", dbp=99, said="grade1", key="dbp_class"),
    ],
    "bp/target-2025": [
        pressure("office", sbp=129, said="below_target"), pressure("office", sbp=130, said="above_target"),
        pressure("office", dbp=79, sbp=125, said="below_target"), pressure("office", dbp=80, said="above_target"),
    ],
    "bp/target-2025-home": [
        pressure("home", sbp=124, said="below_target"), pressure("home", sbp=125, said="above_target"),
        pressure("home", dbp=74, sbp=120, said="below_target"), pressure("home", dbp=75, said="above_target"),
    ],
    "bp/referral-tokutei": [
        pressure("office", sbp=159, said="at_or_above_140_90"), pressure("office", sbp=160, said="prompt_visit"),
        pressure("office", dbp=99, said="at_or_above_140_90"), pressure("office", dbp=100, said="prompt_visit"),
    ],
    "glucose/diabetic-fpg": Sides(
        "glucose_class", "fpg", 125, 126, "above_guidance_line", "see_doctor", base=ADULT).cases(),
    "glucose/diabetic-casual": Sides(
        "glucose_class", "casual_glucose", 199, 200, "no_line", "see_doctor", base=ADULT).cases(),
    "glucose/diabetic-hba1c": Sides(
        "glucose_class", "hba1c", 6.4, 6.5, "above_guidance_line", "see_doctor", base=ADULT).cases(),
    "glucose/diabetic-ogtt2h": Sides("glucose_class", "ogtt2h", 199, 200, "no_line", "see_doctor", base=ADULT).cases(),
    "glucose/tokutei-fpg": [
        *Sides("glucose_class", "fpg", 99, 100, "below_lines", "above_guidance_line", base=ADULT).cases(),
        *Sides("tokutei-hoken-shido", "fpg", 99, 100, "information", "motivational", ("level",), GUIDED).cases(),
    ],
    "glucose/tokutei-hba1c": [
        *Sides("glucose_class", "hba1c", 5.5, 5.6, "below_lines", "above_guidance_line", base=ADULT).cases(),
        *Sides("tokutei-hoken-shido", "hba1c", 5.5, 5.6, "information", "motivational", ("level",), GUIDED).cases(),
    ],
    "lipid/target-low": target("low", 160, 190),
    "lipid/target-intermediate": target("intermediate", 140, 170),
    "lipid/target-high": [*target("high", 120, 150), *target("high_with_extra", 100, 130)],
    "lipid/target-secondary": target("secondary", 100, 130),
    "lipid/target-secondary-consider": target("secondary_strict", 70, 100),
    "lipid/tg-hdl": [
        *Sides("lipid_class", "tg", 149, 150, "within_lines", "above_line", base=ADULT).cases(),
        *Sides("lipid_class", "tg_casual", 174, 175, "within_lines", "above_line", base=ADULT).cases(),
        *Sides("lipid_class", "hdl", 39, 40, "below_line", "within_lines", base=ADULT).cases(),
    ],
    "lipid/ldl180": Sides("lipid_class", "ldl", 179, 180, "no_line", "see_doctor", base=ADULT).cases(),
    "lipid/nonhdl-class": [
        *Sides("lipid_class", "nonhdl", 149, 150, "within_lines", "borderline", base=ADULT).cases(),
        *Sides("lipid_class", "nonhdl", 169, 170, "borderline", "above_line", base=ADULT).cases(),
    ],
    "mets/waist-m": [
        *Sides("tokutei-hoken-shido", "waist", 84.9, 85, 0, 1, ("body_class",), GUIDED).cases(),
        *Sides("tokutei-hoken-shido", "visceral_fat", 99.9, 100, 0, 1, ("body_class",), GUIDED | {"waist": 80}).cases(),
    ],
    "mets/waist-f": Sides(
        "tokutei-hoken-shido", "waist", 89.9, 90, 0, 1, ("body_class",), GUIDED | {"sex": "female"}).cases(),
    "ckd/G1": stage("G2", "G1", 90),
    "ckd/G2": stage("G3a", "G2", 60),
    "ckd/G3a": stage("G3b", "G3a", 45),
    "ckd/G3b": stage("G4", "G3b", 30),
    "ckd/G4": stage("G5", "G4", 15),
    "ckd/G5": [Case("ckd", {"egfr": 5, "acr": 5}, "G5A1", ("stage",))],
    "ckd/pregnancy": [
        Case("egfr_cr_jsn", {"cr": 0.6, "age": 30, "sex": "female", "pregnant": True}, "refused", ("egfr",)),
        Case("egfr_cr_jsn", {"cr": 0.6, "age": 30, "sex": "female", "pregnant": False}, "G1", ("g_stage",)),
    ],
    "hdp/htn": [
        *Sides("hdp", "sbp", 139, 140, "none", "hypertension", ("result",), {"week": 25, "dbp": 80}).cases(),
        *Sides("hdp", "dbp", 89, 90, "none", "hypertension", ("result",), {"week": 25, "sbp": 120}).cases(),
    ],
    "hdp/severe": [
        *Sides("hdp", "sbp", 159, 160, "hypertension", "severe: immediate contact", ("result",),
               {"week": 25, "dbp": 80}).cases(),
        *Sides("hdp", "dbp", 109, 110, "hypertension", "severe: immediate contact", ("result",),
               {"week": 25, "sbp": 120}).cases(),
    ],
    "hdp/organ": [
        case
        for name, fine, beyond in (("ast", 40, 41), ("alt", 40, 41), ("cr", 1.0, 1.01), ("plt", 150, 149))
        for case in Sides("hdp", name, fine, beyond, [], [name], ("organ",), HIGH).cases()
    ],
    "hdp/window": Sides(
        "hdp", "week", 19, 20, "chronic hypertension", "hypertension", ("result",), {"sbp": 145, "dbp": 80}).cases(),
    "gdm/ogtt": [
        ogtt(91, 179, 152, "normal"), ogtt(92, 179, 152, "GDM"), ogtt(91, 180, 152, "GDM"), ogtt(91, 179, 153, "GDM"),
    ],
    "gdm/overt": [
        ogtt(125, 100, 100, "GDM"), ogtt(126, 100, 100, "overt diabetes in pregnancy"),
        ogtt(91, 100, 100, "normal", hba1c=6.4), ogtt(91, 100, 100, "overt diabetes in pregnancy", hba1c=6.5),
        ogtt(91, 100, 100, "overt diabetes in pregnancy", retinopathy=True), ogtt(91, 100, 200, "refused"),
        Case("gdm", {"casual": 200}, "refused", ("result",)),
    ],
    "gdm/highrisk": [
        ogtt(91, 100, 199, "GDM", hba1c=6.4), ogtt(91, 100, 200, "High risk GDM, not overt", hba1c=6.4),
        ogtt(91, 100, 200, "overt diabetes in pregnancy", hba1c=6.5),
    ],
    # WHO calls 1 h or 2 h of 200 and more diabetes at once; in Japan the JSDP criteria hold.
    "gdm/who-difference": [
        ogtt(91, 200, 100, "GDM", hba1c=6.0), ogtt(91, 100, 200, "High risk GDM, not overt", hba1c=6.0),
    ],
    "anaemia/t1t3": [
        *Sides("anaemia_pregnancy", "hb", 10.9, 11.0, True, False, ("anaemia",), {"week": 12}).cases(),
        *Sides("anaemia_pregnancy", "hb", 10.9, 11.0, True, False, ("anaemia",), {"week": 28}).cases(),
    ],
    "anaemia/t2": [
        *Sides("anaemia_pregnancy", "hb", 10.4, 10.5, True, False, ("anaemia",), {"week": 13}).cases(),
        *Sides("anaemia_pregnancy", "hb", 10.4, 10.5, True, False, ("anaemia",), {"week": 27}).cases(),
    ],
    "danger-sign/temp": [
        Case("danger_signs_pregnancy", {"temp": [37.9, 37.9]}, "none", ("contact",)),
        Case("danger_signs_pregnancy", {"temp": [38.0, 37.9]}, "none", ("contact",)),
        Case("danger_signs_pregnancy", {"temp": [38.0, 38.0]}, "urgent", ("contact",)),
    ],
    "danger-sign/pulse": [
        *Sides("danger_signs_pregnancy", "pulse", 59, 60, "refer", "none", ("contact",)).cases(),
        *Sides("danger_signs_pregnancy", "pulse", 100, 101, "none", "refer", ("contact",)).cases(),
    ],
    "danger-sign/spo2": Sides("danger_signs_pregnancy", "spo2", 91, 92, "urgent", "none", ("contact",)).cases(),
    "danger-sign/fluid": [
        Case("danger_signs_pregnancy", fluid(36), "urgent", ("contact",)),
        Case("danger_signs_pregnancy", fluid(37), "none", ("contact",)),
    ],
    "epds/jp-cut": [
        Case("epds", {"item_scores": [1] * 8 + [0, 0]}, False, ("jp_positive",)),
        Case("epds", {"item_scores": [1] * 9 + [0]}, True, ("jp_positive",)),
    ],
}  # fmt: skip
CASES |= {
    f"ckd/heat-{g}-{a}": [Case("ckd", {"egfr": egfr, "acr": acr}, tone, ("colour",))]
    for g, egfr in (("G1", 95), ("G2", 70), ("G3a", 50), ("G3b", 40), ("G4", 20), ("G5", 10))
    for (a, acr), tone in zip((("A1", 5), ("A2", 100), ("A3", 400)), ckd.HEAT["colours"][g], strict=True)
}
CASES |= {
    f"danger-sign/{sign}": [Case("danger_signs_pregnancy", {"signs": [sign]}, "urgent", ("contact",))]
    for sign in danger_signs_pregnancy.SIGNS
}

NOT_COMPUTED = {
    "glucose/normal": "needs the 75 g test; a fasting value alone is compared with the guidance line of 100",
    "glucose/high-normal": "same numbers as the guidance line of 100 and the line of 126, which are computed",
    "ckd/definition": "needs two results more than 3 months apart: tested with the kidney card",
    "labour/primipara": "one hospital's own rule, not a national one",
    "labour/multipara": "one hospital's own rule, not a national one",
    "epds/en-cut": "cut-off of the English form; the Japanese form is used here",
}
"""Allowed rows that no model answers, each with the reason."""


@pytest.mark.parametrize("row", sorted(CASES))
def test_row(row: str) -> None:
    for case in CASES[row]:
        assert case.found() == case.expected, case


def test_every_allowed_row_is_computed_or_named(shared: Callable[[str], Path]) -> None:
    with shared("risk/guidelines/thresholds.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    allowed = {f"{row['group']}/{row['id']}" for row in rows if row["status"] in ALLOWED}
    assert allowed == set(CASES) | set(NOT_COMPUTED)
    heat = {row["id"]: row["label"] for row in rows if row["id"].startswith("heat-")}
    assert len(heat) == 18


def test_heat_map_colours_are_those_of_the_table(shared: Callable[[str], Path]) -> None:
    with shared("risk/guidelines/thresholds.csv").open(encoding="utf-8", newline="") as lines:
        printed = {r["id"]: r["value"] for r in csv.DictReader(lines) if r["id"].startswith("heat-")}
    assert {f"heat-{g}-{a}": ckd.colour(g, a) for g in STAGES for a in ("A1", "A2", "A3")} == printed


def test_rows_that_are_not_allowed_stay_silent(shared: Callable[[str], Path]) -> None:
    with shared("risk/guidelines/thresholds.csv").open(encoding="utf-8", newline="") as lines:
        status = {r["id"]: r["status"] for r in csv.DictReader(lines) if r["group"] == "bp"}
    for row in bp_class.ROWS:
        is_verified = status[row.id].startswith("verified")
        assert row.may_be_shown(frozenset()) is is_verified, row.id
