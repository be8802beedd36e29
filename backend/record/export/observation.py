"""A reading as an Observation that any FHIR reader understands, and exactly back."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from backend import base
from backend.record import catalogue
from backend.record.export import codes, held
from backend.record.model import ItemState, Reading

Resource = dict[str, Any]
_NUMBER = re.compile(r"\s*(?:[<>]=?|[≦≧＜＞])?\s*(-?\d+(?:\.\d+)?)\s*")
_FLAGS = {"H": "High", "L": "Low", "N": "Normal"}
_ABSENT = {
    ItemState.NOT_DONE: ("not-performed", "Not Performed"),
    ItemState.NOT_MEASURABLE: ("error", "Error"),
}


def moment(at: datetime) -> str:
    """A FHIR dateTime or instant, to the millisecond."""
    return at.isoformat(timespec="milliseconds")


def effective(reading: Reading) -> Resource:
    """When: a day where only the day is known, never a midnight made up."""
    if reading.is_date_only:
        start = reading.start.astimezone(base.TOKYO).date().isoformat()
        if reading.end is None:
            return {"effectiveDateTime": start}
        return {"effectivePeriod": {"start": start, "end": reading.end.astimezone(base.TOKYO).date().isoformat()}}
    if reading.end is None:
        return {"effectiveDateTime": moment(reading.start)}
    return {"effectivePeriod": {"start": moment(reading.start), "end": moment(reading.end)}}


def says(reading: Reading) -> Resource:
    """What an Observation of this reading says in FHIR's own words."""
    found: Resource = {"status": "final", "code": codes.of_reading(reading), **effective(reading), **_value(reading)}
    if reading.flag is not None:
        system = f"{codes.HL7}/v3-ObservationInterpretation"
        found["interpretation"] = [codes.concept(system, reading.flag, _FLAGS[reading.flag])]
    return found


def write(
    reading: Reading, *, id: str, subject: Resource, stored_at: datetime | None = None, is_exact: bool = True
) -> Resource:
    """The Observation of a reading; `is_exact` carries what the record holds beside what FHIR says."""
    meta: Resource = {} if stored_at is None else {"lastUpdated": moment(stored_at.astimezone(UTC))}
    found: Resource = {"resourceType": "Observation", "id": id}
    if meta:
        found["meta"] = meta
    if is_exact:
        found["extension"] = [held.written(reading)]
    said = says(reading)
    found |= {"status": said.pop("status"), "category": codes.category_of(reading.metric), "code": said.pop("code")}
    found |= {"subject": subject, **said}
    if reading.source.strip():
        found["performer"] = [{"display": "本人" if reading.source == "home" else reading.source}]
    if reading.context is not None:
        found["method"] = {"text": {"home": "家庭で測定", "office": "医療機関で測定"}[reading.context]}
    if note := _note(reading):
        found["note"] = [{"text": note}]
    return found


def _note(reading: Reading) -> str | None:
    if reading.is_fasting is None:
        return None
    return "空腹時" if reading.is_fasting else "随時（食後を含む）"


def quantity(metric: str, value: float) -> Resource:
    """A number in the canonical unit of its metric."""
    known = catalogue.metric(metric)
    found: Resource = {"value": value}
    if known.unit:
        found |= {"unit": known.unit_label_ja or known.unit, "system": codes.UCUM, "code": known.unit}
    return found


def _value(reading: Reading) -> Resource:
    value = reading.value
    if reading.state in (ItemState.BELOW_LIMIT, ItemState.ABOVE_LIMIT):
        return _limit(reading)
    if isinstance(value, str) and value.strip():
        return _words(reading, value)
    if isinstance(value, float | int):
        return {"valueQuantity": quantity(reading.metric, value + 0.0)}
    code, display = _ABSENT.get(reading.state, ("unknown", "Unknown"))
    return {"dataAbsentReason": codes.concept(codes.ABSENT, code, display)}


def _words(reading: Reading, value: str) -> Resource:
    known = catalogue.metric(reading.metric)
    if known.value != "code" or not codes.is_code(value):
        return {"valueString": value}
    named = catalogue.choice(reading.metric, value)
    text = named.ja if named is not None else (reading.original_value or value)
    system = f"{codes.CHOICE}/{known.choices}" if known.choices else f"{codes.CHOICE}/{reading.metric}"
    return {"valueCodeableConcept": codes.concept(system, value, text=text if text.strip() else value)}


def _limit(reading: Reading) -> Resource:
    sign = "<" if reading.state is ItemState.BELOW_LIMIT else ">"
    if isinstance(reading.value, float | int):
        return {"valueQuantity": {**quantity(reading.metric, reading.value + 0.0), "comparator": sign}}
    printed = (reading.original_value or "").strip()
    number = _NUMBER.fullmatch(printed)
    if number is not None:
        found: Resource = {"value": float(number[1]), "comparator": sign}
        if reading.original_unit and reading.original_unit.strip():
            found["unit"] = reading.original_unit
        return {"valueQuantity": found}
    if printed:
        return {"valueString": printed}
    return {"dataAbsentReason": codes.concept(codes.ABSENT, "unknown", "Unknown")}


def core(resource: Resource) -> Any:
    """What an Observation says without its display texts, which may be worded anew: numbers, codes, times."""
    quantity_said = resource.get("valueQuantity") or {}
    return plain(
        [
            resource.get("status"),
            resource.get("effectiveDateTime"),
            resource.get("effectivePeriod"),
            [quantity_said.get(name) for name in ("value", "comparator", "code")],
            resource.get("valueString"),
            [_codes(resource.get(name)) for name in ("valueCodeableConcept", "dataAbsentReason")],
            [_codes(one) for one in resource.get("interpretation") or []],
            "component" in resource or "hasMember" in resource,
        ]
    )


def _codes(concept: Any) -> list[Any]:
    return [one.get("code") for one in (concept or {}).get("coding") or []]


def plain(value: Any) -> Any:
    """JSON with every number as a float, so that 5 and 5.0 are one."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return float(value)
    return value


def read(resource: Resource, place: str) -> Reading | None:
    """The reading that this Observation was made from; None where it is not ours or was changed since.

    A file that somebody edited is read for what it says now, by the reader for all FHIR files.
    """
    reading = held.read(resource, place)
    if reading is None or catalogue.find(reading.metric) is None:
        return None
    try:
        ours = [one.get("code") for one in resource["code"]["coding"] if one.get("system") == codes.METRIC]
        same = ours == [reading.metric] and core(resource) == core(says(reading))
    except (KeyError, TypeError, AttributeError):
        return None
    return reading if same else None
