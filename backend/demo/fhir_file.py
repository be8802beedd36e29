"""Writes a hospital's FHIR R4 bundle: laboratory values, diagnoses, medicines, allergies, a vaccination."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from backend.demo.body import checkup
from backend.demo.people import Resident

_LAB = (
    ("hba1c_pct", "4548-4", "HbA1c", "%", "%"),
    ("creatinine_mgdl", "2160-0", "クレアチニン", "mg/dL", "mg/dL"),
    ("ldl_mgdl", "13457-7", "LDLコレステロール", "mg/dL", "mg/dL"),
    ("hdl_mgdl", "2085-9", "HDLコレステロール", "mg/dL", "mg/dL"),
)


def bundle(resident: Resident, on: date) -> bytes:
    """Return a collection bundle of a visit on a day."""
    values = checkup(resident, on)
    whose = {"reference": "Patient/p1"}
    resources: list[dict[str, Any]] = [
        {
            "resourceType": "Patient",
            "id": "p1",
            "name": [{"use": "official", "text": resident.kana}],
            "gender": resident.sex,
            "birthDate": resident.birth.isoformat(),
        }
    ]
    resources += [
        {
            "resourceType": "Observation",
            "id": f"o{number}",
            "status": "final",
            "category": [
                {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                            "code": "laboratory",
                        }
                    ]
                }
            ],
            "code": {"coding": [{"system": "http://loinc.org", "code": loinc}], "text": text},
            "subject": whose,
            "effectiveDateTime": f"{on.isoformat()}T09:10:00+09:00",
            "valueQuantity": {
                "value": values[metric],
                "unit": unit,
                "system": "http://unitsofmeasure.org",
                "code": ucum,
            },
        }
        for number, (metric, loinc, text, unit, ucum) in enumerate(_LAB, start=1)
    ]
    if resident.takes_glucose_drug:
        resources += [_condition("c1", "2型糖尿病（見本）", "E11", on), _medicine("m1", "メトホルミン（見本）", on)]
    if resident.takes_bp_drug:
        resources += [_condition("c2", "高血圧症（見本）", "I10", on), _medicine("m2", "アムロジピン（見本）", on)]
    resources.append(
        {
            "resourceType": "AllergyIntolerance",
            "id": "a1",
            "patient": whose,
            "code": {"text": "スギ花粉（見本）"},
            "recordedDate": on.isoformat(),
        }
    )
    resources.append(
        {
            "resourceType": "Immunization",
            "id": "i1",
            "status": "completed",
            "patient": whose,
            "vaccineCode": {"text": "インフルエンザ（見本）"},
            "occurrenceDateTime": on.isoformat(),
        }
    )
    entries = [{"fullUrl": f"urn:demo:{one['id']}", "resource": one} for one in resources]
    made = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


def _condition(key: str, text: str, icd10: str, on: date) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": key,
        "subject": {"reference": "Patient/p1"},
        "clinicalStatus": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
        },
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": icd10}], "text": text},
        "recordedDate": on.isoformat(),
        "onsetDateTime": on.isoformat(),
    }


def _medicine(key: str, text: str, on: date) -> dict[str, Any]:
    return {
        "resourceType": "MedicationStatement",
        "id": key,
        "status": "active",
        "subject": {"reference": "Patient/p1"},
        "medicationCodeableConcept": {"text": text},
        "effectivePeriod": {"start": on.isoformat()},
    }
