"""SMART Scheduling Links: what a clinic publishes, read line by line, and what we publish ourselves. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

LINK = "http://fhir-registry.smarthealthit.org/StructureDefinition/booking-deep-link"
PHONE = "http://fhir-registry.smarthealthit.org/StructureDefinition/booking-phone"
KINDS = ("Location", "Schedule", "Slot")
MOST_LINES = 5000


class FreeSlot(msgspec.Struct, frozen=True, kw_only=True):
    """One slot with what its schedule and location say."""

    partner: str
    id: str
    start: datetime
    end: datetime
    is_free: bool
    department: str
    clinic: str
    area: str
    phone: str
    link: str


class LineError(msgspec.Struct, frozen=True, kw_only=True):
    """One line that was left out, and why."""

    file: str
    line: int
    why: Literal["not_json", "wrong_type", "no_id", "no_time", "no_schedule", "too_many"]


def files_of(manifest: bytes) -> dict[str, list[str]]:
    """The addresses of a bulk-publish manifest by type; ValueError where it is none."""
    said = json.loads(manifest)
    if not isinstance(said, dict) or not isinstance(said.get("output"), list):
        raise ValueError("output")
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for one in said["output"][:100]:
        if isinstance(one, dict) and one.get("type") in found and isinstance(one.get("url"), str):
            found[one["type"]].append(one["url"])
    return found


def lines_of(text: bytes, kind: str, file: str) -> tuple[dict[str, dict[str, Any]], list[LineError]]:
    """The resources of one NDJSON file by id, and the lines that are none."""
    found: dict[str, dict[str, Any]] = {}
    wrong: list[LineError] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        if number > MOST_LINES:
            wrong.append(LineError(file=file, line=number, why="too_many"))
            break
        try:
            one = json.loads(line)
        except (ValueError, RecursionError):
            wrong.append(LineError(file=file, line=number, why="not_json"))
            continue
        if not isinstance(one, dict) or one.get("resourceType") != kind:
            wrong.append(LineError(file=file, line=number, why="wrong_type"))
        elif not isinstance(one.get("id"), str) or not 0 < len(one["id"]) <= 64:
            wrong.append(LineError(file=file, line=number, why="no_id"))
        else:
            found[one["id"]] = {**one, "_line": number}
    return found, wrong


def slots_of(
    partner: str,
    locations: Mapping[str, dict[str, Any]],
    schedules: Mapping[str, dict[str, Any]],
    slots: Mapping[str, dict[str, Any]],
) -> tuple[list[FreeSlot], list[LineError]]:
    """The slots whole; one without a schedule or a time that makes sense is left out and named."""
    found: list[FreeSlot] = []
    wrong: list[LineError] = []
    for name, one in slots.items():
        schedule = schedules.get(_reference(one.get("schedule"), "Schedule"))
        if schedule is None:
            wrong.append(LineError(file="Slot", line=one["_line"], why="no_schedule"))
            continue
        start, end = _moment(one.get("start")), _moment(one.get("end"))
        if start is None or end is None or end <= start:
            wrong.append(LineError(file="Slot", line=one["_line"], why="no_time"))
            continue
        actors = schedule.get("actor")
        first = actors[0] if isinstance(actors, list) and actors else None
        place = locations.get(_reference(first, "Location"), {})
        found.append(
            FreeSlot(
                partner=partner,
                id=name,
                start=start,
                end=end,
                is_free=one.get("status") == "free",
                department=_department(schedule),
                clinic=_text(place.get("name"), 120),
                area=_area(place.get("address")),
                phone=_phone(one) or _telecom(place),
                link=_extension(one, LINK, "valueUrl"),
            )
        )
    return found, wrong


def _reference(value: object, kind: str) -> str:
    said = value.get("reference") if isinstance(value, dict) else None
    return said.removeprefix(f"{kind}/") if isinstance(said, str) else ""


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None


def _text(value: object, most: int) -> str:
    return "".join(char for char in value if char.isprintable())[:most] if isinstance(value, str) else ""


def _department(schedule: dict[str, Any]) -> str:
    kinds = schedule.get("serviceType")
    first = kinds[0] if isinstance(kinds, list) and kinds and isinstance(kinds[0], dict) else {}
    codings = first.get("coding")
    coding = codings[0] if isinstance(codings, list) and codings and isinstance(codings[0], dict) else {}
    return _text(coding.get("display") or first.get("text"), 40)


def _area(address: object) -> str:
    if not isinstance(address, dict):
        return ""
    return _text(address.get("state"), 40) + _text(address.get("city"), 40)


def _telecom(place: dict[str, Any]) -> str:
    said = place.get("telecom")
    for one in said if isinstance(said, list) else []:
        if isinstance(one, dict) and one.get("system") == "phone":
            return _text(one.get("value"), 40)
    return ""


def _extension(one: dict[str, Any], url: str, value: str) -> str:
    said = one.get("extension")
    for each in said if isinstance(said, list) else []:
        if isinstance(each, dict) and each.get("url") == url:
            return _text(each.get(value), 400)
    return ""


def _phone(one: dict[str, Any]) -> str:
    return _extension(one, PHONE, "valueString")


# --- what we publish -----------------------------------------------------------------------------


def manifest(origin: str, at: datetime) -> dict[str, Any]:
    """Our own manifest over all clinics that we read."""
    root = f"{origin}/api/scheduling"
    return {
        "transactionTime": at.isoformat(timespec="seconds"),
        "request": f"{root}/$bulk-publish",
        "output": [{"type": kind, "url": f"{root}/{kind}.ndjson"} for kind in KINDS],
    }


def published(kind: str, slots: Iterable[FreeSlot], origin: str) -> str:
    """One of our NDJSON files."""
    lines: dict[str, dict[str, Any]] = {}
    for one in slots:
        place, plan = f"{one.partner}", f"{one.partner}.{_plain(one.department)}"
        if kind == "Location":
            lines[place] = {
                "resourceType": "Location",
                "id": place,
                "name": one.clinic,
                "telecom": [{"system": "phone", "value": one.phone}] if one.phone else [],
                "address": {"text": one.area},
            }
        elif kind == "Schedule":
            lines[plan] = {
                "resourceType": "Schedule",
                "id": plan,
                "actor": [{"reference": f"Location/{place}"}],
                "serviceType": [{"text": one.department}],
            }
        else:
            lines[f"{one.partner}.{one.id}"] = {
                "resourceType": "Slot",
                "id": f"{one.partner}.{one.id}"[:64],
                "schedule": {"reference": f"Schedule/{plan}"},
                "status": "free" if one.is_free else "busy",
                "start": one.start.isoformat(),
                "end": one.end.isoformat(),
                "extension": [{"url": LINK, "valueUrl": f"{origin}/clinics"}],
            }
    for each in lines.values():
        if each.get("telecom") == []:
            del each["telecom"]
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in lines.values())


def _plain(text: str) -> str:
    return text.encode().hex()[:24] or "x"
