"""The 10-year card: Hisayama score of the JAS guideline 2022, its parts, its baseline and its what-if."""

from __future__ import annotations

from typing import Any

from backend.risk.inputs import CHECKUP_LIMIT_DAYS, Gathered, number
from backend.risk.model import (
    ClassShown,
    Contribution,
    Detail,
    Factor,
    Finding,
    IconArray,
    InputUsed,
    Level,
    Outcome,
    Text,
    Tone,
    WhatIf,
)
from backend.risk.shape import (
    frequency,
    from_account,
    from_profile,
    from_reading,
    label,
    newest_day,
    refused,
    start,
)
from models import hisayama_jas2022 as model
from models import lipid_target
from models.base import Reason, Refused, Value

TONES: dict[str, Tone] = {"low": "good", "intermediate": "watch", "high": "act"}
EXCLUSIONS = {
    "diabetes": "diabetes",
    "cad": "coronary_disease",
    "stroke": "stroke",
    "ckd": "ckd",
    "pad": "pad",
    "fh": "familial_hypercholesterolaemia",
}
LOWEST_EGFR_FREE_OF_CKD = 60
# From here on a value is of the diabetic type (JDS guide, verified): the score was not made for it.
DIABETIC = {
    "hba1c": ("hba1c_pct", 6.5),
    "fpg": ("glucose_fasting_mgdl", 126.0),
    "casual_glucose": ("glucose_casual_mgdl", 200.0),
}


def exclusions(known: Gathered) -> dict[str, bool | None]:
    """Return each exclusion as yes, no or unknown; a treatment counts as the disease."""
    found: dict[str, bool | None] = {name: known.yes(key) for name, key in EXCLUSIONS.items()}
    if known.yes("diabetes_treated") or known.yes("insulin_or_su"):
        found["diabetes"] = True
    if known.yes("dialysis"):
        found["ckd"] = True
    found["pregnant"] = known.pregnant()
    return found


def contradictions(known: Gathered, told: dict[str, bool | None]) -> list[Reason]:
    """Return values that speak against a "no": then the score waits until somebody has looked."""
    found = []
    if told["diabetes"] is not True:
        for name, (metric, line) in DIABETIC.items():
            value = number(known.newest(metric))
            if value is not None and value >= line:
                found.append(Reason("risk.glucose_speaks_against", {"input": name}))
                break
    egfr = number(known.newest("egfr"))
    if told["ckd"] is not True and egfr is not None and egfr < LOWEST_EGFR_FREE_OF_CKD:
        found.append(Reason("risk.kidney_speaks_against"))
    return found


def card(known: Gathered) -> Detail:
    """Return the card of the 10-year risk of a disease of the heart's or brain's arteries."""
    head = start(model.CARD, "hisayama")
    head |= {"age_limit_days": CHECKUP_LIMIT_DAYS, "valid_range": _valid(), "notes": _notes()}
    told = exclusions(known)
    used, values = _inputs(known, told)
    answer = model.score(values)
    # The guideline's route for an exclusion and the age limit come first; then what speaks against a "no".
    is_final = isinstance(answer, Refused) and "route" in answer.result
    against = [] if is_final else contradictions(known, told)
    if against:
        known_reasons = answer.reasons if isinstance(answer, Refused) else ()
        answer = Refused(model.CARD.tool, (*against, *known_reasons))
    if isinstance(answer, Refused):
        return refused(head, answer, inputs=used, day=newest_day(used), next_step=_route(answer))
    return _shown(known, head, answer, used, values)


def _inputs(known: Gathered, told: dict[str, bool | None]) -> tuple[list[InputUsed], dict[str, Any]]:
    values: dict[str, Any] = {"sex": known.sex, "age": known.age, **told}
    used = [from_account(known, "age"), from_account(known, "sex")]
    office = known.office()
    if office is not None:
        values["sbp"] = office.sbp
        reading = next(r for r in known.readings["sbp_mmhg"] if r.id == office.reading)
        used.append(from_reading("sbp", reading))
    for name in ("ldl", "hdl"):
        reading_or_none = known.newest(f"{name}_mgdl")
        if reading_or_none is not None:
            values[name] = number(reading_or_none)
            used.append(from_reading(name, reading_or_none))
    fasting = known.newest("glucose_fasting_mgdl")
    fasting_value = number(fasting)
    if fasting is not None and fasting_value is not None:
        # Only a fasting value says whether glucose is impaired; a casual one or HbA1c never does.
        values["igt"] = model.impaired_glucose(fasting_value)
        used.append(from_reading("igt", fasting))
    smokes = known.smokes()
    if smokes is not None:
        values["smoking"] = smokes
        used.append(from_profile(known, "smoking", key="smoking", value=str(known.profile.value("smoking"))))
    for name, key in EXCLUSIONS.items():
        if known.yes(key) is not None:
            used.append(from_profile(known, name, key=key, value=bool(known.yes(key))))
    return used, values


def _shown(
    known: Gathered, head: dict[str, Any], answer: Value, used: list[InputUsed], values: dict[str, Any]
) -> Detail:
    points, category = int(answer.result["points"]), str(answer.result["category"])
    found = model.cell(points, known.age)
    own = frequency(found.percent)
    base_cell = model.cell(model.least_points(known.sex), known.age)
    baseline = frequency(base_cell.percent)
    by_name = {i.name: i for i in used}
    limits = model.POINTS["category"]
    lows = {"low": None, "intermediate": limits["intermediate_from"], "high": limits["high_from"]}
    highs = {"low": limits["intermediate_from"], "intermediate": limits["high_from"], "high": None}
    target = lipid_target.TARGETS[category][0]
    is_met = values["ldl"] < target
    return Detail(
        **head,
        state="ok",
        headline=own.text,
        meaning=Text(key=f"risk.hisayama.meaning.{category}"),
        value=found.percent,
        value_text=Text(key="risk.value.percent_under_one")
        if found.percent is None
        else Text(key="risk.value.percent", params={"value": found.percent}),
        unit="%",
        klass=ClassShown(
            key=category, text=Text(key=f"risk.hisayama.class.{category}"), tone=TONES[category],
            lower=lows[category], upper=highs[category], unit="%",
        ),
        frequency=own,
        findings=[
            Finding(
                text=Text(key=f"risk.hisayama.ldl_{'met' if is_met else 'above'}", params={"target": round(target)}),
                tone="good" if is_met else "watch",
            )
        ],
        next_step=Text(key=f"risk.hisayama.next.{category}"),
        day=newest_day(used),
        inputs=used,
        total=points,
        contributions=[
            Contribution(
                name=part.name, label=label(part.name), amount=part.amount, highest=part.highest, unit="points",
                value=by_name[part.name].shown if part.name in by_name else None, is_modifiable=part.is_modifiable,
            )
            for part in answer.contributions
        ],
        icon_array=IconArray(
            filled=own.happens or 0, is_under_one=own.is_under_one, baseline_filled=baseline.happens or 0,
            baseline_is_under_one=baseline.is_under_one,
        ),
        baseline=baseline,
        baseline_text=Text(key=f"risk.hisayama.baseline_{'under_one' if baseline.is_under_one else 'n'}",
                           params={} if baseline.is_under_one else {"n": baseline.happens or 0}),
        what_if=_what_if(known, answer, points),
        factors=_factors(answer),
        outcomes=_outcomes(known),
        figures=["icon_array", "contributions"],
    )  # fmt: skip


def _what_if(known: Gathered, answer: Value, points: int) -> list[WhatIf]:
    """Each modifiable part at its lowest published points; only the points are said to change."""
    parts = [part for part in answer.contributions if part.is_modifiable and part.amount > part.lowest]
    largest = max((part.amount for part in parts), default=0)
    found = []
    for part in sorted(parts, key=lambda p: -p.amount):
        without = model.cell(points - int(part.amount - part.lowest), known.age)
        then = frequency(without.percent)
        params: dict[str, str | int | float] = {"less": int(part.amount - part.lowest)}
        if not then.is_under_one:
            params["n"] = then.happens or 0
        key = f"risk.what_if.{part.name}.{'under_one' if then.is_under_one else 'n'}"
        found.append(
            WhatIf(
                name=part.name, text=Text(key=key, params=params), points_less=part.amount - part.lowest,
                total=without.points, frequency=then, is_largest=part.amount == largest,
            )
        )  # fmt: skip
    return found


def _factors(answer: Value) -> list[Factor]:
    """Every published step of each modifiable factor: the what-if page chooses among these and nothing else."""
    found = []
    for part in answer.contributions:
        if not part.is_modifiable:
            continue
        table = model.POINTS[part.name]
        if "from" in table:
            borders = [None, *table["from"], None]
            steps = [
                (_between(low, high), float(points))
                for low, high, points in zip(borders[:-1], borders[1:], table["points"], strict=True)
            ]
        else:
            steps = [(Text(key=f"risk.level.{part.name}.{told}"), float(table[told])) for told in ("no", "yes")]
        # Two steps never share their points, so the points name the person's own step.
        levels = [Level(text=text, points=points, is_mine=points == part.amount) for text, points in steps]
        found.append(Factor(name=part.name, label=label(part.name), levels=levels))
    return found


def _between(low: int | None, high: int | None) -> Text:
    if low is None:
        return Text(key="risk.level.below", params={"high": high or 0})
    if high is None:
        return Text(key="risk.level.from", params={"low": low})
    return Text(key="risk.level.between", params={"low": low, "high": high - 1})


def _outcomes(known: Gathered) -> list[Outcome]:
    """The printed column of the person's age band."""
    totals = sorted({points for points, _ in model.TABLE})
    cells = [model.cell(points, known.age) for points in totals]
    return [
        Outcome(
            total=one.points, frequency=frequency(one.percent), category=Text(key=f"risk.hisayama.class.{one.category}")
        )
        for one in cells
    ]


def _route(answer: Refused) -> Text | None:
    route = answer.result.get("route")
    if route is None or route == "out_of_range_age":
        return None
    return Text(key="risk.next.ask_doctor_targets")


def _valid() -> list[Text]:
    low, high = model.POINTS["age_min"], model.POINTS["age_max"]
    return [
        Text(key="risk.valid.age", params={"low": low, "high": high}),
        Text(key="risk.hisayama.valid.exclusions"),
        Text(key="risk.valid.age_of_values", params={"years": 3}),
    ]


def _notes() -> list[Text]:
    return [Text(key=f"risk.hisayama.note.{name}") for name in ("table", "interval", "glucose", "type3")]
