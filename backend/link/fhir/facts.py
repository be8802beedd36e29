"""Diagnoses, allergies, medicines, vaccinations and the like as facts with their day, status and place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from backend.link.fhir.bundle import Resource, codings, contained, kind_of, obj, objects, text, words
from backend.link.fhir.times import day
from backend.link.reading import Fact, FactKind

Resolve = Callable[[str], Resource | None]
KINDS: Mapping[str, FactKind] = {
    "Condition": "condition",
    "AllergyIntolerance": "allergy",
    "MedicationRequest": "medication",
    "MedicationStatement": "medication",
    "MedicationDispense": "medication",
    "Immunization": "immunization",
    "Coverage": "coverage",
    "DiagnosticReport": "report",
    "Procedure": "procedure",
    "FamilyMemberHistory": "family_history",
}
_REFUTED = frozenset({"refuted", "entered-in-error"})
_UNSURE = frozenset({"unconfirmed", "provisional", "differential"})
_VOID = frozenset({"entered-in-error", "cancelled", "draft", "not-done", "stopped-in-error"})
# Days in order of how well they say when something began.
_STARTS = {
    "Condition": ("onsetDateTime", "onsetPeriod", "recordedDate"),
    "AllergyIntolerance": ("onsetDateTime", "onsetPeriod", "recordedDate", "lastOccurrence"),
    "MedicationRequest": ("authoredOn",),
    "MedicationStatement": ("effectivePeriod", "effectiveDateTime", "dateAsserted"),
    "MedicationDispense": ("whenHandedOver", "whenPrepared"),
    "Immunization": ("occurrenceDateTime", "recorded"),
    "Coverage": ("period",),
    "DiagnosticReport": ("effectiveDateTime", "effectivePeriod", "issued"),
    "Procedure": ("performedDateTime", "performedPeriod"),
    "FamilyMemberHistory": ("date",),
}
_ENDS = {
    "Condition": ("abatementDateTime", "abatementPeriod"),
    "MedicationStatement": ("effectivePeriod",),
    "Coverage": ("period",),
    "Procedure": ("performedPeriod",),
}


def fact(resource: Resource, *, place: str, resolve: Resolve) -> Fact | None:
    """Return the fact of a resource; None where it names nothing."""
    kind = kind_of(resource)
    concept = _concept(resource, kind, resolve)
    said = words(concept)
    if kind == "FamilyMemberHistory":
        names = [found for one in objects(resource.get("condition")) if (found := words(one.get("code")))]
        said = ", ".join(filter(None, [words(resource.get("relationship")), *names])) or None
    if kind == "Coverage":
        said = said or text(resource.get("status"), 40)
    if said is None:
        return None
    coding = next((one for one in codings(concept) if text(one.get("code"))), {})
    verification = _code(resource.get("verificationStatus"))
    status = _code(resource.get("clinicalStatus")) or text(resource.get("status"), 40)
    return Fact(
        kind=KINDS[kind],
        text=said,
        code=text(coding.get("code"), 100),
        code_system=text(coding.get("system"), 300),
        start=_day(resource, _STARTS[kind], "start"),
        end=_day(resource, _ENDS.get(kind, ()), "end"),
        status="unconfirmed" if verification in _UNSURE else status,
        is_refuted=verification in _REFUTED or status in _VOID or resource.get("doNotPerform") is True,
        dose=_dose(resource),
        place=place,
    )


def _concept(resource: Resource, kind: str, resolve: Resolve) -> Resource:
    if not kind.startswith("Medication"):
        name = {"Immunization": "vaccineCode", "Coverage": "type"}.get(kind, "code")
        return obj(resource.get(name))
    if found := obj(resource.get("medicationCodeableConcept")):
        return found
    pointer = obj(resource.get("medicationReference"))
    reference = text(pointer.get("reference"), 1000)
    medication: Resource | None = None
    if reference is not None and reference.startswith("#"):
        medication = next((one for one in contained(resource) if one.get("id") == reference[1:]), None)
    elif reference is not None:
        medication = resolve(reference)
    if medication is None:
        return {"text": shown} if (shown := text(pointer.get("display"))) else {}
    if found := obj(medication.get("code")):
        return found
    inside = [obj(one.get("itemCodeableConcept")) for one in objects(medication.get("ingredient"))]
    names = [said for one in inside if (said := words(one))]
    return {"text": " + ".join(names)} if names else {}


def _code(concept: object) -> str | None:
    for coding in codings(concept):
        if found := text(coding.get("code"), 60):
            return found
    return None


def _day(resource: Resource, names: tuple[str, ...], edge: str) -> date | None:
    for name in names:
        value = resource.get(name)
        found = day(value.get(edge)) if isinstance(value, dict) else day(value)
        if found is not None:
            return found
    return None


def _dose(resource: Resource) -> str | None:
    for name in ("dosageInstruction", "dosage"):
        said = [found for one in objects(resource.get(name)) if (found := text(one.get("text"), 300))]
        if said:
            return " / ".join(said)[:600]
    return None
