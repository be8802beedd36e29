"""A person's consents and every read by others as FHIR R4 resources: Consent, AuditEvent, Provenance."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from backend import base, people
from backend.consent.model import Purpose
from backend.consent.views import Card, Change, Read, history, overview, reads

ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
REASONS = {
    Purpose.CARE: "TREAT",
    Purpose.SELF: "PATRQT",
    Purpose.ADVICE: "HOPERAT",
    Purpose.INSURE: "HPAYMT",
    Purpose.PUBHEALTH: "PUBHLTH",
    Purpose.RESEARCH: "HRESCH",
    Purpose.PRODUCT: "HRESCH",
    Purpose.STATS: "HRESCH",
    Purpose.NEXTGEN: "HRESCH",
}
"""HL7 v3-ActReason per purpose; the finer purpose stands beside it under our own system."""
_AT_MOST = 10_000


def export(session: Session, *, actor: people.Actor, clock: base.Clock = base.CLOCK) -> dict[str, Any]:
    """Return everything about consent of the actor as one FHIR R4 bundle of type collection."""
    if actor.person is None:
        raise base.NotAllowed
    origin = base.runtime().settings.origin
    whole = overview(session, actor=actor, clock=clock)
    given = [each for each in (*whole.counsellors, *whole.bank) if any(one.is_on for one in each.switches)]
    found = [
        *(_consent(each, actor.person, origin, clock.now()) for each in given),
        *(_provenance(each, actor.person, origin) for each in history(session, actor=actor, limit=_AT_MOST)),
        *(_audit(each, actor.person, origin) for each in reads(session, actor=actor, limit=_AT_MOST)),
    ]
    patient = {"resourceType": "Patient", "id": actor.person}
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": _time(clock.now()),
        "entry": [
            {"fullUrl": f"{origin}/fhir/{each['resourceType']}/{each['id']}", "resource": each}
            for each in [patient, *found]
        ],
    }


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _purpose(purpose: str, origin: str) -> list[dict[str, str]]:
    return [
        {"system": ACT_REASON, "code": REASONS[Purpose(purpose)]},
        {"system": f"{origin}/fhir/CodeSystem/purpose", "code": purpose},
    ]


def _consent(card: Card, person: str, origin: str, now: datetime) -> dict[str, Any]:
    on = [each for each in card.switches if each.is_on]
    since = min((each.since for each in on if each.since is not None), default=now)
    period = {"start": _time(since)} | ({"end": _time(card.until)} if card.until else {})
    text = card.text
    return {
        "resourceType": "Consent",
        "id": f"{card.recipient}.{card.purpose}"[:64],
        "status": "active" if card.status in {"on", "paused", "ask_again", "not_yet"} else "inactive",
        "scope": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]
        },
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": {"reference": f"Patient/{person}"},
        "dateTime": _time(since),
        "policyRule": {"text": f"{text.id} v{text.version} sha256:{text.sha256}" if text else "none"},
        "provision": {
            "type": "permit",
            "period": period,
            "actor": [
                {
                    "role": {
                        "coding": [
                            {"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}
                        ]
                    },
                    "reference": {"display": card.names.en, "identifier": {"value": card.recipient}},
                }
            ],
            "purpose": _purpose(card.purpose, origin),
            "class": [{"system": f"{origin}/fhir/CodeSystem/category", "code": each.category} for each in on],
        },
    }


def _audit(read: Read, person: str, origin: str) -> dict[str, Any]:
    details = [{"type": f"category {name}", "valueString": str(number)} for name, number in sorted(read.what.items())]
    details += [{"type": f"metric {name}", "valueString": str(number)} for name, number in sorted(read.metrics.items())]
    details += [{"type": "consent", "valueString": each} for each in read.grants]
    entity: dict[str, Any] = {"what": {"reference": f"Patient/{person}"}}
    event: dict[str, Any] = {
        "resourceType": "AuditEvent",
        "id": read.id,
        "type": {"system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest"},
        "action": "R",
        "recorded": _time(read.at),
        "outcome": "4" if read.is_denied else "0",
        "purposeOfEvent": [{"coding": _purpose(read.purpose, origin)}],
        "agent": [{"who": {"display": read.names.en if read.names else read.role}, "requestor": True}],
        "source": {"observer": {"display": "Meguri"}},
        "entity": [entity | ({"detail": details} if details else {})],
    }
    return event | ({"outcomeDesc": read.reason} if read.reason else {})


def _provenance(change: Change, person: str, origin: str) -> dict[str, Any]:
    target = (
        {"reference": f"Consent/{f'{change.recipient}.{change.purpose}'[:64]}"}
        if change.recipient and change.purpose
        else {"reference": f"Patient/{person}"}
    )
    return {
        "resourceType": "Provenance",
        "id": change.id,
        "target": [target],
        "recorded": _time(change.at),
        "activity": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/v3-DataOperation",
                    "code": "CREATE" if change.is_on else "NULLIFY",
                }
            ],
            "text": f"{change.kind} {change.category or ''}".strip(),
        },
        "agent": [{"who": {"reference": f"Patient/{person}"}}],
    }
