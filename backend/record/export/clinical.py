"""Diagnoses, allergies, medicines, vaccinations and procedures: from readings exactly, from answers for others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC

from backend import base, people
from backend.record import catalogue
from backend.record.export import codes, held
from backend.record.export.observation import Resource, effective, moment
from backend.record.export.whole import Section, Whole
from backend.record.model import Answer, Fact, Reading, StoredReading

KINDS = {
    "condition": "Condition",
    "allergy": "AllergyIntolerance",
    "medication": "MedicationStatement",
    "immunization": "Immunization",
    "procedure": "Procedure",
}
"""The resource type of each metric that is a fact and no measurement."""

_DIAGNOSES = {
    "diabetes": "糖尿病",
    "hypertension": "高血圧",
    "dyslipidaemia": "脂質異常症",
    "familial_hypercholesterolaemia": "家族性高コレステロール血症",
    "coronary_disease": "心臓病（狭心症・心筋梗塞など）",
    "dialysis": "腎不全・人工透析",
    "stroke": "脳卒中",
    "pad": "末梢動脈疾患",
    "heart_failure": "心不全",
    "ckd": "慢性腎臓病",
    "retinopathy": "網膜症",
    "osteoporosis": "骨粗しょう症",
}
_TREATMENTS = {
    "diabetes_treated": "糖尿病の薬（薬の名前は不明）",
    "insulin_or_su": "インスリンまたはSU薬（薬の名前は不明）",
    "hypertension_treated": "血圧の薬（薬の名前は不明）",
    "dyslipidaemia_treated": "脂質の薬（薬の名前は不明）",
    "warfarin": "ワルファリン",
}
_CLINICAL = f"{codes.HL7}/condition-clinical"
_VERIFICATION = f"{codes.HL7}/condition-ver-status"
_ALLERGY_CLINICAL = f"{codes.HL7}/allergyintolerance-clinical"
_ALLERGY_VERIFICATION = f"{codes.HL7}/allergyintolerance-verification"
_NO_INFO = {
    "problems": ("no-problem-info", "No information about problems", "病名の情報はありません"),
    "allergies": ("no-allergy-info", "No information about allergies", "アレルギーの情報はありません"),
    "medicines": ("no-medication-info", "No information about medications", "薬の情報はありません"),
}
_NOT_SHOWN = {
    "problems": "病名は、このまとめに含めていません",
    "allergies": "アレルギーは、このまとめに含めていません",
    "medicines": "薬は、このまとめに含めていません",
}
_NONE_KNOWN = {
    "allergies": ("no-known-allergies", "No known allergies", "わかっているアレルギーはありません"),
    "medicines": ("no-known-medications", "No known medications", "飲んでいる薬はありません"),
}


def of_reading(reading: StoredReading, subject: Resource) -> Resource:
    """The resource of a fact that a file or a person brought, with what the record holds exactly."""
    kind = KINDS[reading.metric]
    concept: Resource = {"text": _text(reading)}
    system = codes.system_uri(reading.code_system)
    if reading.code and system and codes.is_code(reading.code):
        concept["coding"] = [{"system": system, "code": reading.code}]
    head: Resource = {
        "resourceType": kind,
        "id": reading.id,
        "meta": {"lastUpdated": moment(reading.stored_at.astimezone(UTC))},
        "extension": [held.written(reading)],
    }
    return head | _BODIES[kind](concept, subject, effective(reading))


def _text(reading: Reading) -> str:
    said = reading.value if isinstance(reading.value, str) else reading.original_value
    return said if said and said.strip() else catalogue.metric(reading.metric).ja


def _condition(concept: Resource, subject: Resource, at: Resource) -> Resource:
    # Whether it still holds is not on the record: no clinical status is made up (con-3 wants one only for
    # problem-list items, so the category is left out too).
    return {
        "verificationStatus": codes.concept(_VERIFICATION, "unconfirmed"),
        "code": concept,
        "subject": subject,
        **_renamed(at, "onset"),
    }


def _allergy(concept: Resource, subject: Resource, at: Resource) -> Resource:
    return {
        "clinicalStatus": codes.concept(_ALLERGY_CLINICAL, "active"),
        "verificationStatus": codes.concept(_ALLERGY_VERIFICATION, "unconfirmed"),
        "code": concept,
        "patient": subject,
        **_renamed(at, "onset"),
    }


def _medication(concept: Resource, subject: Resource, at: Resource) -> Resource:
    return {"status": "unknown", "medicationCodeableConcept": concept, "subject": subject, **at}


def _immunization(concept: Resource, subject: Resource, at: Resource) -> Resource:
    start = at.get("effectiveDateTime") or at.get("effectivePeriod", {}).get("start")
    return {"status": "completed", "vaccineCode": concept, "patient": subject, "occurrenceDateTime": start}


def _procedure(concept: Resource, subject: Resource, at: Resource) -> Resource:
    return {"status": "unknown", "code": concept, "subject": subject, **_renamed(at, "performed")}


_BODIES: dict[str, Callable[[Resource, Resource, Resource], Resource]] = {
    "Condition": _condition,
    "AllergyIntolerance": _allergy,
    "MedicationStatement": _medication,
    "Immunization": _immunization,
    "Procedure": _procedure,
}


def _renamed(at: Resource, prefix: str) -> Resource:
    return {name.replace("effective", prefix): value for name, value in at.items()}


def read(resource: Resource, place: str) -> Reading | None:
    """The reading that this resource was made from; None where it is not ours or was changed since."""
    reading = held.read(resource, place)
    if reading is None or KINDS.get(reading.metric) != resource.get("resourceType"):
        return None
    concept = next(
        (found for name in ("code", "medicationCodeableConcept", "vaccineCode") if (found := resource.get(name))), None
    )
    said = _BODIES[KINDS[reading.metric]]({}, {}, effective(reading))
    times = [name for name in said if name.startswith(("onset", "effective", "occurrence", "performed"))]
    if not isinstance(concept, dict) or concept.get("text") != _text(reading):
        return None
    same = said.get("status") == resource.get("status") and all(said[name] == resource.get(name) for name in times)
    return reading if same else None


# --- answers of わたしのこと, for other programs ------------------------------------------------------


def of_facts(whole: Whole, subject: Resource) -> Iterator[tuple[Section, Resource]]:
    """What the person answered as resources that others understand; tagged as derived, never read back."""
    for fact in whole.facts:
        if fact.answer is not Answer.VALUE:
            continue
        if fact.key == "allergies":
            for one in fact.value:
                yield (
                    "allergies",
                    _derived("AllergyIntolerance", fact, subject, _word(f"record.choice.{one}", one), one),
                )
        elif fact.key == "medicines":
            for number, one in enumerate(fact.value):
                yield "medicines", _derived("MedicationStatement", fact, subject, one, str(number))
        elif fact.key in _DIAGNOSES and fact.value == "yes":
            yield "problems", _derived("Condition", fact, subject, f"{_DIAGNOSES[fact.key]}（本人の回答）", "yes")
        elif fact.key in _TREATMENTS and fact.value == "yes":
            yield (
                "medicines",
                _derived("MedicationStatement", fact, subject, f"{_TREATMENTS[fact.key]}（本人の回答）", "yes"),
            )


def _word(key: str, default: str) -> str:
    said = base.say(key, "ja")
    return default if said == key else said


def question_text(key: str) -> str:
    """A question of わたしのこと in Japanese."""
    return _word(f"record.profile.{key}", key)


def answer_text(fact: Fact) -> str:
    """What a person answered, in Japanese."""
    value = fact.value
    if isinstance(value, list):
        return "、".join(_word(f"record.choice.{one}", one) for one in value) if value else "なし"
    if isinstance(value, dict):
        due = f"（予定日 {value['due']}）" if value.get("due") else ""
        return _word(f"record.choice.{value['status']}", value["status"]) + due
    if fact.key == "area" and (town := people.municipality(value)) is not None:
        return town.ja
    return _word(f"record.choice.{value}", str(value))


def _derived(kind: str, fact: Fact, subject: Resource, text: str, name: str) -> Resource:
    # An identifier must not carry what the person wrote: the text is in the resource only.
    made = {
        "resourceType": kind,
        "id": codes.url_of(kind, f"{fact.key}/{name}").removeprefix("urn:uuid:"),
        "meta": {"tag": [codes.DERIVED]},
    }
    body = _BODIES[kind]({"text": text}, subject, {})
    if kind == "MedicationStatement":
        body["status"] = "active"
        if fact.on is not None:
            body["dateAsserted"] = fact.on.isoformat()
    elif fact.on is not None:
        body["recordedDate"] = fact.on.isoformat()
    return made | body


def absent(section: Section, whole: Whole, subject: Resource) -> Resource:
    """The entry of a required IPS section that is empty: none known where the person said so, else no information."""
    key = {"allergies": "allergies", "medicines": "medicines"}.get(section)
    said_none = any(one.key == key and one.answer is Answer.VALUE and one.value == [] for one in whole.facts)
    code, display, text = _NONE_KNOWN[section] if said_none else _NO_INFO[section]
    if section not in whole.chosen:
        # Not shown is not the same as not there: whoever reads it must ask.
        text = _NOT_SHOWN[section]
    kind = {"problems": "Condition", "allergies": "AllergyIntolerance", "medicines": "MedicationStatement"}[section]
    concept = codes.concept(codes.ABSENT_UNKNOWN, code, display, text)
    made: Resource = {
        "resourceType": kind,
        "id": codes.url_of(kind, code).removeprefix("urn:uuid:"),
        "meta": {"tag": [codes.DERIVED]},
    }
    if kind == "Condition":
        return made | {
            "clinicalStatus": codes.concept(_CLINICAL, "active"),
            "code": concept,
            "subject": subject,
        }
    if kind == "AllergyIntolerance":
        return made | {
            "clinicalStatus": codes.concept(_ALLERGY_CLINICAL, "active"),
            "code": concept,
            "patient": subject,
        }
    effective_absent = {"extension": [{"url": f"{_EXT}/data-absent-reason", "valueCode": "not-applicable"}]}
    return made | {
        "status": "unknown",
        "medicationCodeableConcept": concept,
        "subject": subject,
        "_effectiveDateTime": effective_absent,
    }


_EXT = "http://hl7.org/fhir/StructureDefinition"


def is_derived(resource: Resource) -> bool:
    """Whether an entry of a bundle of ours only repeats for others what another entry says exactly."""
    meta = resource.get("meta")
    tags = meta.get("tag") if isinstance(meta, dict) else None
    if not isinstance(tags, list):
        return False
    return any(isinstance(one, dict) and (one.get("system"), one.get("code")) == (codes.TAG, "derived") for one in tags)


def names_of(resources: Sequence[Resource]) -> list[str]:
    """The texts of resources, for a narrative."""
    found = []
    for one in resources:
        concept = one.get("code") or one.get("medicationCodeableConcept") or one.get("vaccineCode") or {}
        found.append(str(concept.get("text", "")))
    return found
