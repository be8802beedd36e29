"""Turns a model's answer into a card: inputs with dates, missing ones with what would fill them, reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

from backend.record import StoredReading, catalogue
from backend.risk.inputs import Gathered, day_of
from backend.risk.model import Detail, Frequency, InputUsed, MissingInput, RefusalReason, Text
from models.base import Card, Reason, Refused

Fill = Literal["link_checkup", "enter_reading", "profile"]

# Where a person can fill an input: (what to press, metric, key of わたしのこと).
SOURCES: dict[str, tuple[Fill, str | None, str | None]] = {
    "sbp": ("link_checkup", "sbp_mmhg", None),
    "dbp": ("link_checkup", "dbp_mmhg", None),
    "home_bp": ("enter_reading", "sbp_mmhg", None),
    "ldl": ("link_checkup", "ldl_mgdl", None),
    "hdl": ("link_checkup", "hdl_mgdl", None),
    "igt": ("link_checkup", "glucose_fasting_mgdl", None),
    "fpg": ("link_checkup", "glucose_fasting_mgdl", None),
    "hba1c": ("link_checkup", "hba1c_pct", None),
    "tg": ("link_checkup", "tg_fasting_mgdl", None),
    "waist": ("link_checkup", "waist_cm", None),
    "bmi": ("link_checkup", "bmi", None),
    "cr": ("link_checkup", "creatinine_mgdl", None),
    "ast": ("link_checkup", "ast_ul", None),
    "alt": ("link_checkup", "alt_ul", None),
    "plt": ("link_checkup", "plt_10e4ul", None),
    "metsyn": ("link_checkup", "metsyn_class", None),
    "tg_casual": ("link_checkup", "tg_casual_mgdl", None),
    "nonhdl": ("link_checkup", "nonhdl_mgdl", None),
    "total_c": ("link_checkup", "tc_mgdl", None),
    "hdl_c": ("link_checkup", "hdl_mgdl", None),
    "egfr": ("link_checkup", "creatinine_mgdl", None),
    "height": ("link_checkup", "height_cm", None),
    "height_cm": ("link_checkup", "height_cm", None),
    "weight": ("enter_reading", "weight_kg", None),
    "weight_kg": ("enter_reading", "weight_kg", None),
    "weight_before": ("enter_reading", "weight_kg", None),
    "pregnancy_blood": ("link_checkup", None, None),
    "bp_tx": ("profile", None, "hypertension_treated"),
    "dm": ("profile", None, "diabetes"),
    "statin": ("profile", None, "dyslipidaemia_treated"),
    "checkup": ("link_checkup", None, None),
    "area": ("profile", None, "area"),
    "smoking": ("profile", None, "smoking"),
    "pregnant": ("profile", None, "pregnancy"),
    "due": ("profile", None, "pregnancy"),
    "diabetes": ("profile", None, "diabetes"),
    "treated_diabetes": ("profile", None, "diabetes_treated"),
    "cad": ("profile", None, "coronary_disease"),
    "stroke": ("profile", None, "stroke"),
    "ckd": ("profile", None, "ckd"),
    "pad": ("profile", None, "pad"),
    "fh": ("profile", None, "familial_hypercholesterolaemia"),
    "on_medication": ("profile", None, "hypertension_treated"),
    "med_bp": ("profile", None, "hypertension_treated"),
    "med_glucose": ("profile", None, "diabetes_treated"),
    "med_lipid": ("profile", None, "dyslipidaemia_treated"),
}


def label(name: str) -> Text:
    """Return the name of an input in words."""
    return Text(key=f"risk.input.{name}")


def missing(names: Iterable[str]) -> list[MissingInput]:
    """Return each missing input once, with where it can be filled."""
    found = []
    for name in dict.fromkeys(names):
        fill, metric, key = SOURCES[name]
        found.append(MissingInput(name=name, label=label(name), fill=fill, metric=metric, profile_key=key))
    return found


def reason(found: Reason) -> RefusalReason:
    """Return a model's reason in the shape of the screen; names of inputs become their words."""
    params = dict(found.params)
    if isinstance(params.get("input"), str):
        params["input"] = f"@risk.input.{params['input']}"
    source = SOURCES.get(found.fill or "")
    return RefusalReason(
        text=Text(key=found.key, params=params), input=found.fill, profile_key=source[2] if source else None
    )


def from_reading(name: str, reading: StoredReading) -> InputUsed:
    """Return a reading as an input of a card."""
    metric = catalogue.metric(reading.metric)
    value: str | float
    if isinstance(reading.value, str):
        value, shown = reading.value, Text(key="risk.value.plain", params={"value": reading.value})
    else:
        value = float(reading.value or 0)
        shown = Text(
            key="risk.value.number", params={"value": f"{value:.{metric.decimals}f}", "unit": metric.unit_label_ja}
        )
    return InputUsed(
        name=name, label=label(name), value=value, shown=shown, unit=metric.unit_label_ja, day=day_of(reading),
        origin="reading", metric=metric.code, reading=reading.id, source=reading.source,
    )  # fmt: skip


def from_profile(known: Gathered, name: str, *, key: str, value: bool | str) -> InputUsed:
    """Return an answer of わたしのこと as an input of a card."""
    fact = known.profile.fact(key)
    word = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    return InputUsed(
        name=name, label=label(name), value=str(word), shown=Text(key=f"risk.answer.{word}"), unit="", day=fact.on,
        origin="profile", profile_key=key, reading=fact.reading, source=fact.source,
    )  # fmt: skip


def from_account(known: Gathered, name: Literal["age", "sex"], *, age: int | None = None) -> InputUsed:
    """Return age or sex as an input of a card."""
    if name == "sex":
        value: str | float = known.sex
        shown = Text(key=f"risk.sex.{known.sex}")
    else:
        value = float(known.age if age is None else age)
        shown = Text(key="risk.value.age", params={"value": int(value)})
    return InputUsed(
        name=name, label=label(name), value=value, shown=shown, unit="", day=None, origin="account"
    )  # fmt: skip


def start(card: Card, name: str) -> dict[str, Any]:
    """Return what every card of a model says, whatever its state."""
    return {
        "model": card.tool,
        "title": Text(key=f"risk.{name}.title"),
        "question": Text(key=f"risk.{name}.question"),
        "display_class": card.display_class,
        "version": card.version,
        "source": card.source,
        "horizon_years": card.horizon_years,
        "purpose": card.purpose,
        "population": card.population,
        "outcome": card.outcome,
        "status": card.status,
        "sha256": card.sha256,
        "missing_rule": Text(key="risk.missing_rule"),
    }


def refused(head: dict[str, Any], answer: Refused, *, extra_missing: Iterable[str] = (), **more: Any) -> Detail:
    """Return the card of a refusal: "missing" where filling something in would help, else "refused"."""
    names = [r.fill for r in answer.reasons if r.fill in SOURCES]
    wanted = missing([*(n for n in names if n), *extra_missing])
    state: Literal["missing", "refused"] = "missing" if wanted else "refused"
    return Detail(
        **head,
        state=state,
        headline=Text(key=f"risk.state.{state}"),
        reasons=[reason(r) for r in answer.reasons],
        missing=wanted,
        **more,
    )


def frequency(percent: float | None) -> Frequency:
    """Return a probability as people of 100, rounded half up; below 1 % (None or less) as 1 %未満."""
    if percent is None or percent < 1:
        return Frequency(
            happens=None, happens_not=None, is_under_one=True, percent=percent,
            text=Text(key="risk.frequency.under_one"), counter_text=Text(key="risk.frequency.under_one_not"),
        )  # fmt: skip
    happens = min(100, math.floor(percent + 0.5))
    return Frequency(
        happens=happens, happens_not=100 - happens, is_under_one=False, percent=percent,
        text=Text(key="risk.frequency.happens", params={"n": happens}),
        counter_text=Text(key="risk.frequency.happens_not", params={"n": 100 - happens}),
    )  # fmt: skip


def newest_day(inputs: Iterable[InputUsed]) -> date | None:
    """Return the newest day among readings used."""
    return max((i.day for i in inputs if i.day is not None and i.origin == "reading"), default=None)
