"""A reading as the extension that says exactly what the record holds, and back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from backend.record.export.codes import READING
from backend.record.model import ItemState, Reading

_TEXTS = (
    ("unit", "unit"),
    ("source", "source"),
    ("code", "code"),
    ("codeSystem", "code_system"),
    ("originalValue", "original_value"),
    ("originalUnit", "original_unit"),
    ("flag", "flag"),
    ("context", "context"),
)


def written(reading: Reading) -> dict[str, Any]:
    """The extension of a reading: everything that FHIR's own elements have no exact place for."""
    parts: list[dict[str, Any]] = [
        {"url": "metric", "valueCode": reading.metric},
        {"url": "state", "valueCode": reading.state.value},
        {"url": "start", "valueString": reading.start.isoformat()},
        {"url": "isDateOnly", "valueBoolean": reading.is_date_only},
    ]
    if reading.end is not None:
        parts.append({"url": "end", "valueString": reading.end.isoformat()})
    if isinstance(reading.value, str):
        parts.append({"url": "value", "valueString": reading.value})
    elif reading.value is not None:
        parts.append({"url": "value", "valueDecimal": reading.value + 0.0})
    for name, field in _TEXTS:
        if found := getattr(reading, field):
            parts.append({"url": name, "valueString": found})
    if reading.is_fasting is not None:
        parts.append({"url": "isFasting", "valueBoolean": reading.is_fasting})
    return {"url": READING, "extension": parts}


def read(resource: dict[str, Any], place: str) -> Reading | None:
    """The reading of a resource that carries our extension; None where it has none or it is not in order."""
    extensions = resource.get("extension")
    ours = [
        one
        for one in (extensions if isinstance(extensions, list) else [])
        if _is_dict(one) and one.get("url") == READING
    ]
    if len(ours) != 1 or not isinstance(parts := ours[0].get("extension"), list):
        return None
    found: dict[str, Any] = {}
    for part in parts:
        if not _is_dict(part) or not isinstance(name := part.get("url"), str) or name in found:
            return None
        found[name] = next((value for key, value in part.items() if key.startswith("value")), None)
    try:
        return Reading(
            metric=_text(found["metric"]),
            value=_value(found.get("value")),
            unit=_text(found.get("unit", "")),
            start=datetime.fromisoformat(_text(found["start"])),
            end=datetime.fromisoformat(_text(found["end"])) if "end" in found else None,
            is_date_only=found["isDateOnly"] is True,
            state=ItemState(_text(found["state"])),
            source=_text(found["source"]),
            code=_optional(found, "code"),
            code_system=_optional(found, "codeSystem"),
            original_value=_optional(found, "originalValue"),
            original_unit=_optional(found, "originalUnit"),
            place=place,
            flag=_among(found, "flag", ("H", "L", "N")),
            context=_among(found, "context", ("office", "home")),
            is_fasting=found["isFasting"] is True if "isFasting" in found else None,
        )
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


def _is_dict(value: object) -> bool:
    return isinstance(value, dict)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 20_000:
        raise TypeError
    return value


def _optional(found: dict[str, Any], name: str) -> str | None:
    return _text(found[name]) if name in found else None


def _among(found: dict[str, Any], name: str, known: tuple[str, ...]) -> Any:
    value = _optional(found, name)
    if value is not None and value not in known:
        raise ValueError(name)
    return value


def _value(value: object) -> float | str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise TypeError
    return float(value)
