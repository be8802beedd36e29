"""Units as files write them, turned into the canonical unit of a metric; never guessed."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources

from backend.record import catalogue

# Spelling in files -> UCUM. Keys are NFKC-folded and lower case, spaces removed.
_SPELLINGS: dict[str, str] = {
    spelling: ucum
    for ucum, spellings in {
        "mm[Hg]": "mmhg mm[hg] torr",
        "kPa": "kpa",
        "mg/dL": "mg/dl mg/100ml",
        "g/dL": "g/dl g/100ml",
        "g/L": "g/l",
        "mg/L": "mg/l ug/ml mcg/ml",
        "ug/dL": "ug/dl mcg/dl",
        "ug/L": "ug/l ng/ml mcg/l",
        "ng/dL": "ng/dl",
        "pg/mL": "pg/ml ng/l",
        "U/L": "u/l iu/l [iu]/l {u}/l",
        "/min": "/min count/min counts/min bpm beats/min beats/minute {beats}/min {h`b}/min {hb}/min 1/min "
        "回/分 拍/分 /分 breaths/min breaths/minute {breaths}/min min-1",
        "/s": "/s count/s hz",
        "%": "% percent パーセント",
        "L/L": "l/l",
        "kg": "kg キログラム",
        "g": "g gm gram",
        "mg": "mg",
        "[lb_av]": "lb lbs [lb_av] pound pounds",
        "[oz_av]": "oz [oz_av]",
        "[stone_av]": "st stone [stone_av]",
        "m": "m meter metre",
        "cm": "cm センチ",
        "mm": "mm",
        "km": "km",
        "[in_i]": "in inch inches [in_i] [in_us]",
        "[ft_i]": "ft feet [ft_i] [ft_us]",
        "[yd_i]": "yd yard [yd_i]",
        "[mi_i]": "mi mile miles [mi_i] [mi_us]",
        "Cel": "cel degc °c c degree_celsius 度",
        "[degF]": "[degf] degf °f f",
        "K": "k kelvin",
        "kcal": "kcal kilocalorie [cal] [kcal_th] kcal_th",
        "cal": "smallcal",
        "kJ": "kj",
        "J": "j",
        "kg/m2": "kg/m2 kg/m^2 kg/㎡",
        "cm2": "cm2 cm^2 ㎠",
        "10*4/uL": "10*4/ul 10^4/ul 万/mm3 万/ul 10*4/mm3 10^4/mm3 x10^4/ul ×10^4/ul e4/ul",
        "10*3/uL": "10*3/ul 10^3/ul 10*3/mm3 10^3/mm3 x10^3/ul 10*9/l 10^9/l k/ul thou/ul giga/l",
        "10*6/uL": "10*6/ul 10^6/ul 10*6/mm3 10^6/mm3 10*12/l 10^12/l x10^6/ul m/ul million/ul tera/l",
        "/uL": "/ul /mm3 個/ul cells/ul 1/ul {cells}/ul",
        "fL": "fl um3",
        "pg": "pg",
        "L": "l リットル",
        "dL": "dl",
        "mL": "ml cc",
        "[foz_us]": "fl_oz_us [foz_us]",
        "mmol/L": "mmol/l",
        "umol/L": "umol/l",
        "nmol/L": "nmol/l",
        "mEq/L": "meq/l",
        "mmol/mol": "mmol/mol mmol/mol{hb}",
        "mg/g{creat}": "mg/g{creat} mg/g*cr mg/g・cr mg/g·cr mg/gcr mg/g.cr mg/g mg/gcre mg/g・cre",
        "mg/mmol{creat}": "mg/mmol{creat} mg/mmol",
        "mg/d": "mg/d mg/day mg/日 mg/24h mg/(24.h)",
        "mL/min/{1.73_m2}": "ml/min/1.73m2 ml/min/{1.73_m2} ml/min/1.73m^2 ml/min/1.73㎡ ml/分/1.73m2 ml/min/1.73*m2 "
        "ml/min/[1.73_m2] ml/min/{1.73m2}",
        "ms": "ms msec",
        "s": "s sec",
        "min": "min 分",
        "h": "h hr hour",
        "km/h": "km/h km/hr",
        "m/s": "m/s",
        "[mi_i]/h": "mi/hr mi/h mph [mi_i]/h",
        "mL/kg/min": "ml/kg/min ml/(kg.min) ml/min·kg ml/min*kg ml/(min.kg)",
        "{steps}": "{steps} steps step 歩 count counts",
        "dB": "dbaspl db db[spl] dbahl",
        "1": "1 {times} 回 {ratio}",
    }.items()
    for spelling in spellings.split()
}

# UCUM -> (dimension, factor to the dimension's base, offset added after the factor).
_DIMENSIONS: dict[str, tuple[str, float, float]] = {
    "mm[Hg]": ("pressure", 1.0, 0.0),
    "kPa": ("pressure", 7.500616827, 0.0),
    "g/dL": ("mass concentration", 1.0, 0.0),
    "g/L": ("mass concentration", 0.1, 0.0),
    "mg/dL": ("mass concentration", 1e-3, 0.0),
    "mg/L": ("mass concentration", 1e-4, 0.0),
    "ug/dL": ("mass concentration", 1e-6, 0.0),
    "ug/L": ("mass concentration", 1e-7, 0.0),
    "ng/mL": ("mass concentration", 1e-7, 0.0),
    "ng/dL": ("mass concentration", 1e-9, 0.0),
    "pg/mL": ("mass concentration", 1e-10, 0.0),
    "U/L": ("enzyme", 1.0, 0.0),
    "/min": ("rate", 1.0, 0.0),
    "/s": ("rate", 60.0, 0.0),
    "%": ("ratio", 1.0, 0.0),
    "L/L": ("ratio", 100.0, 0.0),
    "kg": ("mass", 1.0, 0.0),
    "g": ("mass", 1e-3, 0.0),
    "mg": ("mass", 1e-6, 0.0),
    "[lb_av]": ("mass", 0.45359237, 0.0),
    "[oz_av]": ("mass", 0.028349523125, 0.0),
    "[stone_av]": ("mass", 6.35029318, 0.0),
    "m": ("length", 1.0, 0.0),
    "cm": ("length", 0.01, 0.0),
    "mm": ("length", 0.001, 0.0),
    "km": ("length", 1000.0, 0.0),
    "[in_i]": ("length", 0.0254, 0.0),
    "[ft_i]": ("length", 0.3048, 0.0),
    "[yd_i]": ("length", 0.9144, 0.0),
    "[mi_i]": ("length", 1609.344, 0.0),
    "Cel": ("temperature", 1.0, 0.0),
    "[degF]": ("temperature", 5 / 9, -160 / 9),
    "K": ("temperature", 1.0, -273.15),
    "kcal": ("energy", 1.0, 0.0),
    "cal": ("energy", 1e-3, 0.0),
    "kJ": ("energy", 1 / 4.184, 0.0),
    "J": ("energy", 1 / 4184, 0.0),
    "kg/m2": ("body mass index", 1.0, 0.0),
    "cm2": ("area", 1.0, 0.0),
    "/uL": ("number concentration", 1.0, 0.0),
    "10*3/uL": ("number concentration", 1e3, 0.0),
    "10*4/uL": ("number concentration", 1e4, 0.0),
    "10*6/uL": ("number concentration", 1e6, 0.0),
    "fL": ("cell volume", 1.0, 0.0),
    "pg": ("cell mass", 1.0, 0.0),
    "L": ("volume", 1.0, 0.0),
    "dL": ("volume", 0.1, 0.0),
    "mL": ("volume", 1e-3, 0.0),
    "[foz_us]": ("volume", 0.0295735295625, 0.0),
    "mEq/L": ("equivalents", 1.0, 0.0),
    "mg/g{creat}": ("per creatinine", 1.0, 0.0),
    "mg/mmol{creat}": ("per creatinine", 1000 / 113.12, 0.0),
    "mg/d": ("per day", 1.0, 0.0),
    "mL/min/{1.73_m2}": ("filtration", 1.0, 0.0),
    "ms": ("time", 1.0, 0.0),
    "s": ("time", 1e3, 0.0),
    "min": ("time", 6e4, 0.0),
    "h": ("time", 3.6e6, 0.0),
    "km/h": ("speed", 1.0, 0.0),
    "m/s": ("speed", 3.6, 0.0),
    "[mi_i]/h": ("speed", 1.609344, 0.0),
    "mL/kg/min": ("oxygen uptake", 1.0, 0.0),
    "{steps}": ("count", 1.0, 0.0),
    "{floors}": ("count", 1.0, 0.0),
    "1": ("count", 1.0, 0.0),
    "dB": ("sound", 1.0, 0.0),
}
_AMOUNTS = {"mmol/L": 1.0, "umol/L": 1e-3, "nmol/L": 1e-6}
_MONOVALENT = {"sodium_meql", "potassium_meql", "chloride_meql"}
# The NGSP/IFCC master equation for HbA1c (ngsp.org).
_HBA1C_SLOPE, _HBA1C_OFFSET = 0.09148, 2.152


class UnitMismatch(ValueError):  # noqa: N818  (an answer, not an error)
    """The unit cannot be turned into that of the metric."""


@cache
def _molar() -> Mapping[str, float]:
    """Return mg/dL per mmol/L of each metric that files give as an amount of substance."""
    text = resources.files("backend.link").joinpath("molar.csv").read_text(encoding="utf-8")
    return {row["metric"]: float(row["gram_per_mole"]) / 10 for row in csv.DictReader(text.splitlines())}


@lru_cache(maxsize=4096)  # files choose the spelling: not for ever
def ucum(unit: str) -> str | None:
    """Return the UCUM form of a unit as files write it, or None where it is not known."""
    if unit in _DIMENSIONS or unit in _AMOUNTS:
        return unit
    folded = unicodedata.normalize("NFKC", unit).replace("μ", "u").replace("µ", "u")
    folded = folded.replace("\u2062", "").replace(" ", "").replace("²", "2")
    if folded == "Cal":
        return "kcal"
    if folded == "cal":
        return "cal"
    if folded in ("M/uL", "K/uL"):
        return {"M/uL": "10*6/uL", "K/uL": "10*3/uL"}[folded]
    if folded.casefold().startswith("mmol<"):  # Apple writes the molar mass into the unit
        return "mmol/L" if folded.casefold().endswith(">/l") else None
    return _SPELLINGS.get(folded.casefold())


@lru_cache(maxsize=4096)
def _line(metric: str, unit: str) -> tuple[float, float]:
    target = catalogue.metric(metric).unit
    known = ucum(unit)
    wanted = "1" if target == "" else target
    if known is None:
        raise UnitMismatch(unit)
    if known == wanted:
        return 1.0, 0.0
    if known in _AMOUNTS:
        if metric in _MONOVALENT:
            return _AMOUNTS[known], 0.0
        per = _molar().get(metric)
        if per is None:
            raise UnitMismatch(unit)
        _, factor, _ = _DIMENSIONS[wanted]
        return _AMOUNTS[known] * per * 1e-3 / factor, 0.0
    if known == "g/dL" and metric == "mchc_pct":  # grams per 100 mL of cells are what the check-up form calls %
        return 1.0, 0.0
    if known == "mmol/mol" and metric == "hba1c_pct":
        return _HBA1C_SLOPE, _HBA1C_OFFSET
    if known not in _DIMENSIONS or wanted not in _DIMENSIONS:
        raise UnitMismatch(unit)
    dimension, factor, offset = _DIMENSIONS[known]
    wanted_dimension, wanted_factor, wanted_offset = _DIMENSIONS[wanted]
    if dimension != wanted_dimension:
        raise UnitMismatch(unit)
    return factor / wanted_factor, (offset - wanted_offset) / wanted_factor


def to_canonical(metric: str, number: float, unit: str) -> float:
    """Return a number in the unit of the metric; raises UnitMismatch where that would be a guess.

    Amounts of substance become masses with the molar mass of the metric (molar.csv); HbA1c in mmol/mol
    becomes NGSP % by the master equation.
    """
    slope, offset = _line(metric, unit)
    if slope == 1.0 and offset == 0.0:
        return number
    return float(f"{number * slope + offset:.10g}")
