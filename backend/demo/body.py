"""Invented values that hang together: one latent load moves weight, pressure, glucose and lipids the same way.

The coefficients are rough shapes chosen so that demo people look like a town, not a model of anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from random import Random

from backend.demo.people import Resident

Value = float | str


def checkup(resident: Resident, on: date, *, is_newest: bool = True) -> Mapping[str, Value]:
    """Return the values of a check-up by metric code; the newest one of the main man is fixed."""
    # One stream for what a person is, one for what this year adds.
    base = Random(resident.seed)  # noqa: S311
    year = Random(resident.seed * 31 + on.year)  # noqa: S311
    age, is_male, load = resident.age(on), resident.sex == "male", resident.metabolic
    height = (171.0 if is_male else 158.5) - 0.09 * max(0, age - 40) + base.gauss(0, 5.2)
    bmi = 22.3 + 2.6 * load + (0.8 if is_male else -0.6) + base.gauss(0, 0.9) + year.gauss(0, 0.35)
    bmi = min(38.0, max(16.5, bmi))
    waist = 45.5 + 1.62 * bmi + (3.2 if is_male else 2.0) + year.gauss(0, 1.4)
    weight = bmi * (height / 100) ** 2
    treated = -9 if resident.takes_bp_drug else 0
    sbp = 111 + 0.38 * (age - 40) + 7.0 * load + (5 if is_male else 0) + treated + base.gauss(0, 6) + year.gauss(0, 5)
    dbp = 69 + 0.12 * (age - 40) + 4.6 * load + (4 if is_male else 0) + treated / 2 + year.gauss(0, 4)
    hba1c = 5.35 + 0.007 * (age - 40) + 0.17 * max(load, -0.5) + base.gauss(0, 0.12) + year.gauss(0, 0.07)
    if resident.takes_glucose_drug:
        hba1c = max(6.6, hba1c + 1.1)
    glucose = 93 + 24 * (hba1c - 5.4) + year.gauss(0, 4)
    tg = 92 * 2.718 ** (0.34 * load + base.gauss(0, 0.25) + year.gauss(0, 0.15)) * (1.2 if is_male else 0.95)
    hdl = (54 if is_male else 66) - 6.5 * load + base.gauss(0, 8)
    ldl = 114 + 5 * load + 0.3 * (min(age, 62) - 40) + base.gauss(0, 20) - (28 if resident.takes_lipid_drug else 0)
    creatinine = (0.84 if is_male else 0.63) + 0.0032 * (age - 50) + base.gauss(0, 0.07)
    if resident.is_main and is_male:
        sbp, dbp, hba1c = (134, 86, 5.9) if is_newest else (129 + on.year % 3, 83 + on.year % 2, 5.7)
        bmi, waist, tg, hdl, ldl, glucose = 25.4, 88.5, 168, 47, 141, 107
        creatinine, weight = 0.86, 25.4 * (height / 100) ** 2
    creatinine = max(0.4, creatinine)
    egfr = 194 * creatinine**-1.094 * age**-0.287 * (1 if is_male else 0.739)
    habits = Random(resident.seed * 7 + 1)  # noqa: S311
    moves = habits.random() < 0.45 - 0.1 * load
    values: dict[str, Value] = {
        "height_cm": round(height, 1),
        "weight_kg": round(weight, 1),
        "bmi": round(weight / (height / 100) ** 2, 1),
        "waist_cm": round(waist, 1),
        "sbp_mmhg": round(min(205, max(88, sbp))),
        "dbp_mmhg": round(min(118, max(48, dbp))),
        "tg_fasting_mgdl": round(max(32, tg)),
        "hdl_mgdl": round(max(28, hdl)),
        "ldl_mgdl": round(max(45, ldl)),
        "ast_ul": round(max(11, 20 + 3 * load + year.gauss(0, 3))),
        "alt_ul": round(max(8, 18 + 7 * load + year.gauss(0, 4))),
        "ggt_ul": round(max(9, (34 if is_male else 19) * 2.718 ** (0.3 * load + base.gauss(0, 0.3)))),
        "glucose_fasting_mgdl": round(max(72, glucose)),
        "hba1c_pct": round(hba1c, 1),
        "creatinine_mgdl": round(creatinine, 2),
        "egfr": round(egfr, 1),
        "uric_acid_mgdl": round((5.8 if is_male else 4.4) + 0.5 * load + year.gauss(0, 0.4), 1),
        "hb_gdl": round((15.0 if is_male else 13.0) + base.gauss(0, 0.7), 1),
        "draw_time_class": "2",
        "urine_protein": "2" if load > 1.4 else "1",
        "urine_sugar": "3" if hba1c > 7.2 else "1",
        "q_med_bp": "1" if resident.takes_bp_drug else "2",
        "q_med_glucose": "1" if resident.takes_glucose_drug else "2",
        "q_med_lipid": "1" if resident.takes_lipid_drug else "2",
        "q_hist_stroke": "2",
        "q_hist_heart": "2",
        "q_hist_renal": "2",
        "q_smoking": "1" if resident.is_smoker else "3" if habits.random() < 0.7 else "2",
        "q_weight_gain_20y": "1" if bmi > 24.5 else "2",
        "q_exercise_30min": "1" if moves else "2",
        "q_walk_1h": "1" if moves or habits.random() < 0.4 else "2",
        "q_eat_speed": habits.choice("1223"),
        "q_eat_late": habits.choice("122"),
        "q_skip_breakfast": habits.choice("1222"),
        "q_sleep_ok": habits.choice("112"),
    }
    values["metsyn_class"] = _metabolic_class(values, resident)
    return values


def _metabolic_class(values: Mapping[str, Value], resident: Resident) -> str:
    """What a check-up centre would print; Meguri shows the printed class and computes none of its own."""

    def number(metric: str) -> float:
        return float(values[metric])

    pressure = number("sbp_mmhg") >= 130 or number("dbp_mmhg") >= 85 or resident.takes_bp_drug
    lipids = number("tg_fasting_mgdl") >= 150 or number("hdl_mgdl") < 40 or resident.takes_lipid_drug
    sugar = number("glucose_fasting_mgdl") >= 110 or number("hba1c_pct") >= 6.0 or resident.takes_glucose_drug
    if number("waist_cm") < (85 if resident.sex == "male" else 90):
        return "3"
    return ("3", "2", "1", "1")[sum((pressure, lipids, sugar))]
