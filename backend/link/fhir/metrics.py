"""Which metric an Observation's codes name: LOINC, JLAC10, check-up items, MEDIS."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

import msgspec

from backend.link.checkup.items import ItemRow, table
from backend.link.fhir.bundle import Resource, text
from backend.record import catalogue

_CODE17 = re.compile(r"[0-9][A-Z][0-9]{15}")
_LOINC = frozenset({"http://loinc.org", "urn:oid:2.16.840.1.113883.6.1", "https://loinc.org"})
_ITEM = "1.2.392.200119.6.1005"
# Materials of JLAC10 that are blood: whole blood, plasma, serum.
_BLOOD = frozenset({"018", "019", "020", "022", "023"})
# Outside the check-up form the same codes say nothing of the last meal.
_UNSPECIFIED = {"glucose_fasting_mgdl": "glucose_mgdl", "tg_fasting_mgdl": "tg_mgdl"}


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A metric with the coding that named it; `row` where it is an item of the check-up form."""

    metric: str
    code: str
    system: str | None
    row: ItemRow | None = None


@cache
def _listed() -> Mapping[tuple[str, str], str]:
    rows = resources.files("backend.link.fhir").joinpath("codes.csv").read_text(encoding="utf-8").splitlines()
    return {(row["system"], row["code"]): row["metric"] for row in csv.DictReader(rows)}


@cache
def _analytes() -> Mapping[tuple[str, str], str]:
    """Return the metric by analyte and kind of result, for blood: laboratories differ only in the method digits."""
    found: dict[tuple[str, str], str] = {}
    torn: set[tuple[str, str]] = set()
    pairs = [(row.code, row.metric) for row in table().values() if row.value_type == "PQ"]
    pairs += [
        (code, one.code) for one in catalogue.all_metrics().values() for code in one.jlac10 if code not in table()
    ]
    for code, metric in pairs:
        if code[5:9] != "0000" or code[9:12] not in _BLOOD:
            continue
        key = (code[:5], code[15:])
        if found.setdefault(key, metric) != metric:
            torn.add(key)
    return {key: metric for key, metric in found.items() if key not in torn}


def _is_local(system: str) -> bool:
    return "local" in system.lower()


def named(codings: list[Resource]) -> Named | None:
    """Return what the codings name, the most exact first; None where we know none of them."""
    pairs = [
        (text(coding.get("system"), 300) or "", code) for coding in codings if (code := text(coding.get("code"), 60))
    ]
    for step in (_from_item, _from_loinc, _from_list, _from_jlac10):
        for system, code in pairs:
            if (found := step(system, code)) is not None:
                return found
    return None


def _from_item(system: str, code: str) -> Named | None:
    row = table().get(code)
    if row is None or not system.endswith(_ITEM):
        return None
    return Named(metric=row.metric, code=code, system=system, row=row)


def _from_loinc(system: str, code: str) -> Named | None:
    if system not in _LOINC or (known := catalogue.by_loinc(code)) is None:
        return None
    return Named(metric=known.code, code=code, system=system)


def _from_list(system: str, code: str) -> Named | None:
    if _is_local(system):
        return None
    group = "jlac10" if _CODE17.fullmatch(code) else "medis" if code.isdigit() else "jp-core"
    if group != "jlac10" and "jpfhir.jp" not in system and "medis" not in system and "1.2.392.200119" not in system:
        return None
    metric = _listed().get((group, code))
    return Named(metric=metric, code=code, system=system) if metric is not None else None


def _from_jlac10(system: str, code: str) -> Named | None:
    if not _CODE17.fullmatch(code) or _is_local(system):
        return None
    known = catalogue.by_jlac10(code)
    metric = known.code if known is not None else None
    if metric is None and code in table():
        metric = table()[code].metric
    if metric is None and code[5:9] == "0000" and code[9:12] in _BLOOD:
        metric = _analytes().get((code[:5], code[15:]))
    metric = _UNSPECIFIED.get(metric or "", metric)
    if metric is None and catalogue.find(code) is not None:
        metric = code
    return Named(metric=metric, code=code, system=system) if metric is not None else None
