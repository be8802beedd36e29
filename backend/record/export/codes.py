"""Names of our own code systems and extensions, and the standard codings of a metric."""

from __future__ import annotations

import re
import uuid
from typing import Any

from backend.consent import Category
from backend.record import catalogue
from backend.record.model import Reading

BASE = "https://meguri.example/fhir"
"""Identifies our definitions; it is a name, not an address."""

METRIC = f"{BASE}/CodeSystem/metric"
ANSWER = f"{BASE}/CodeSystem/answer"
CHOICE = f"{BASE}/CodeSystem/choice"
TAG = f"{BASE}/CodeSystem/tag"
QUESTIONS = f"{BASE}/Questionnaire/about-me"
READING = f"{BASE}/StructureDefinition/reading"
SAMPLES = f"{BASE}/StructureDefinition/samples"

UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
JLAC10 = "urn:oid:1.2.392.200119.4.504"
HL7 = "http://terminology.hl7.org/CodeSystem"
ABSENT = f"{HL7}/data-absent-reason"
ABSENT_UNKNOWN = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"

DERIVED = {"system": TAG, "code": "derived", "display": "Made from other entries of this bundle"}
"""Tag of an entry that says for other programs what another entry says exactly; never read back."""

_URI = re.compile(r"[a-z][a-z0-9+.-]*:\S+")
_OID = re.compile(r"\d+(\.\d+)+")
_CODE = re.compile(r"\S+(\s\S+)*")
_JLAC10 = re.compile(r"[0-9][A-Z][0-9]{15}")
_OBSERVATION_CATEGORY = {
    Category.VITAL: ("vital-signs", "Vital Signs"),
    Category.ACT: ("activity", "Activity"),
    Category.LAB: ("laboratory", "Laboratory"),
    Category.LIFE: ("social-history", "Social History"),
    Category.MENTAL: ("survey", "Survey"),
    Category.DX: ("survey", "Survey"),
    Category.MED: ("survey", "Survey"),
}


def concept(system: str, code: str, display: str | None = None, text: str | None = None) -> dict[str, Any]:
    """A CodeableConcept with one coding."""
    coding = {"system": system, "code": code} | ({"display": display} if display else {})
    return {"coding": [coding]} | ({"text": text} if text else {})


def is_code(text: str) -> bool:
    """Whether FHIR takes a text as a code."""
    return bool(_CODE.fullmatch(text)) and len(text) <= 200


def system_uri(system: str | None) -> str | None:
    """A code system as a URI; None where what a source called it is none."""
    if system is None:
        return None
    if _OID.fullmatch(system):
        return f"urn:oid:{system}"
    return system if _URI.fullmatch(system) else None


def of_metric(metric: str) -> dict[str, Any]:
    """Our coding of a metric with the LOINC and JLAC10 codes that it is known by."""
    known = catalogue.metric(metric)
    codings = [{"system": METRIC, "code": metric, "display": known.en}]
    # A metric may be known by several LOINC codes (methods); the first is the one that names it best.
    codings += [{"system": LOINC, "code": code} for code in known.loinc[:1]]
    codings += [{"system": JLAC10, "code": code} for code in known.jlac10[:1] if _JLAC10.fullmatch(code)]
    return {"coding": codings, "text": known.ja}


def of_reading(reading: Reading) -> dict[str, Any]:
    """The codings of a reading: its metric's, and the code under which its source printed it."""
    found = of_metric(reading.metric)
    system = system_uri(reading.code_system)
    if reading.code and system and is_code(reading.code):
        printed = {"system": system, "code": reading.code}
        same = [one for one in found["coding"] if one["system"] == system]
        # Of one system only the code that the source itself gave: two codes would be two claims.
        found["coding"] = [one for one in found["coding"] if one not in same] + [printed]
    return found


def category_of(metric: str) -> list[dict[str, Any]]:
    """The Observation category of a metric."""
    category = Category(catalogue.metric(metric).category)
    code, display = _OBSERVATION_CATEGORY.get(category, ("exam", "Exam"))
    known = catalogue.metric(metric)
    if category in (Category.CHECKUP, Category.MCH) and known.value == "number" and (known.loinc or known.unit):
        code, display = "laboratory", "Laboratory"
    return [concept(f"{HL7}/observation-category", code, display)]


def url_of(kind: str, name: str) -> str:
    """The fullUrl of an entry: stable for the same entry, and meaningless to everybody else."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{BASE}/{kind}/{name}')}"
