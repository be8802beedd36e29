"""Level of specific health guidance (特定保健指導, 4th period 2024-2029) from check-up values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.base import Answer, Contribution, Inputs, Model, Reader, Reason, Refused, Value, load_card, load_json

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
RULES: dict[str, Any] = load_json(FOLDER, "rules.json")


def _body_class(read: Reader, sex: str) -> int | None:
    """1 = waist or visceral fat, 2 = BMI only, 0 = neither, None = cannot be told."""
    waist = read.optional("waist", low=30, high=250)
    fat = read.optional("visceral_fat", low=0, high=1_000)
    bmi = read.optional("bmi", low=8, high=100)
    if waist is None and fat is None:
        read.missing("waist")
        return None
    is_wide = waist is not None and sex != "" and waist >= RULES["waist_cm_from"][sex]
    if is_wide or (fat is not None and fat >= RULES["visceral_fat_cm2_from"]):
        return 1
    if bmi is None:
        read.missing("bmi")
        return None
    return 2 if bmi >= RULES["bmi_from"] else 0


def _bp(read: Reader) -> bool:
    sbp, dbp = read.number("sbp", low=50, high=300), read.number("dbp", low=20, high=200)
    return bool(sbp >= RULES["sbp_from"] or dbp >= RULES["dbp_from"])


def _lipid(read: Reader) -> bool:
    fasting = read.optional("tg", low=1, high=20_000)
    casual = read.optional("tg_casual", low=1, high=20_000)
    hdl = read.number("hdl", low=1, high=250)
    if fasting is not None:
        is_high = fasting >= RULES["tg_fasting_from"]
    elif casual is not None:
        is_high = casual >= RULES["tg_casual_from"]
    else:
        is_high = False
        if not hdl < RULES["hdl_below"]:
            read.missing("tg")
    return bool(is_high or hdl < RULES["hdl_below"])


def _glucose(read: Reader) -> bool:
    fasting = read.optional("fpg", low=20, high=1_500)
    hba1c = read.optional("hba1c", low=2, high=25)
    casual = read.optional("casual_glucose", low=20, high=1_500)
    if fasting is None and hba1c is None and casual is None:
        read.missing("hba1c")
        return False
    if fasting is None and hba1c is None:
        return casual is not None and casual >= RULES["casual_glucose_from"]
    by_fasting = fasting is not None and fasting >= RULES["fpg_from"]
    return by_fasting or (hba1c is not None and hba1c >= RULES["hba1c_from"])


def score(inputs: Inputs) -> Answer:
    """Return `level` (active, motivational, information); `age` is the age reached by 31 March of the fiscal year.

    Units: waist cm, visceral_fat cm2, bmi kg/m2, mmHg, mg/dL, hba1c NGSP %. `tg_casual` and
    `casual_glucose` only where nothing fasting exists and the last meal was 3.5 hours ago or more.
    """
    read = Reader(inputs)
    if read.exclusion("pregnant"):
        return Refused(CARD.tool, (Reason("risk.excluded_pregnant"),))
    age = read.number("age", low=0, high=130)
    low, high = RULES["age_min"], RULES["age_max"]
    if age == age and not low <= int(age) <= high:
        return Refused(CARD.tool, (Reason("risk.age_outside", {"low": low, "high": high}),))
    sex = read.sex()
    is_treated = read.flag("on_medication")
    body = _body_class(read, sex)
    risks = {"bp": _bp(read), "lipid": _lipid(read), "glucose": _glucose(read)}
    smokes = read.flag("smoking")
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    # Smoking counts only where one of the other three is there.
    risks["smoking"] = smokes and any(risks.values())
    count = sum(risks.values())
    level = "information"
    if body and not is_treated:
        steps = RULES[f"class{body}"]
        if count >= steps["active_from"]:
            level = "active"
        elif count >= steps["motivational_from"]:
            level = "motivational"
        if level == "active" and int(age) >= RULES["older_from"]:
            level = "motivational"
    return Value(
        CARD.tool,
        {"level": level, "body_class": body, "risk_count": count, "on_medication": is_treated},
        tuple(Contribution(name, int(has), "risks", highest=1, is_modifiable=True) for name, has in risks.items()),
        assumed=tuple(f"not {name}" for name in read.assumed),
    )


MODEL = Model(CARD, score)
