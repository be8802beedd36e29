"""What other rooms do with the portable record: read it back, hash it, show it by a link."""

from __future__ import annotations

from typing import Any

from backend.record.export import answers, clinical, csvfile, observation, samples
from backend.record.export.clinical import is_derived
from backend.record.export.codes import QUESTIONS
from backend.record.export.service import FORMS, Form, export, summary
from backend.record.export.whole import SECTIONS, Section, Whole, add_said, gather, is_answer, record_hash
from backend.record.model import Reading, SeriesSamples
from backend.record.profile.questions import Said

__all__ = [
    "FORMS",
    "QUESTIONS",
    "SECTIONS",
    "Form",
    "Said",
    "Section",
    "Whole",
    "add_said",
    "answers_of",
    "csvfile",
    "export",
    "gather",
    "has_samples",
    "is_answer",
    "is_derived",
    "reading_of",
    "record_hash",
    "samples_of",
    "summary",
]


def reading_of(resource: dict[str, Any], place: str) -> Reading | None:
    """The reading that a FHIR resource of ours was made from; None where it is somebody else's or was edited."""
    kind = resource.get("resourceType")
    if kind == "Observation":
        return observation.read(resource, place)
    return clinical.read(resource, place) if kind in clinical.KINDS.values() else None


def samples_of(resource: dict[str, Any]) -> SeriesSamples | None:
    """The samples in a DocumentReference of ours; None where it is somebody else's or not in order."""
    return samples.read(resource)


def has_samples(resource: dict[str, Any]) -> bool:
    """Whether a DocumentReference says that it holds samples of ours."""
    return samples.is_ours(resource)


def answers_of(resource: dict[str, Any]) -> list[Said]:
    """The answers of わたしのこと in a QuestionnaireResponse of ours, those that fit their question."""
    return [one for one in answers.read(resource) if is_answer(one)]
