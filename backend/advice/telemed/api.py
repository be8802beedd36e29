"""HTTP of telemedicine: free slots, visits, institutions, and what we publish ourselves."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from flask import Response, make_response
from pydantic import BaseModel, ConfigDict, Field

from backend import base, people
from backend.advice.blueprint import api
from backend.advice.telemed import clinics, scheduling, visits

Check = Literal["not_urgent", "identity", "doctor", "may_be_called_in", "private_place", "name_is_sent", "first_limits"]
SheetSection = Literal[
    "medicines", "allergies", "problems", "immunizations", "results", "vitals", "procedures", "about_me"
]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]


class ClinicNames(BaseModel):
    """A clinic's name in three languages, as the operator wrote it."""

    ja: str
    ja_easy: str
    en: str


class ClinicSlot(BaseModel):
    """One free slot."""

    partner: str
    id: str
    start: datetime
    end: datetime
    department: str
    clinic: str
    area: str
    phone: str


class ClinicSlots(BaseModel):
    """Free slots of my place, earliest first."""

    as_of: datetime
    clinics: dict[str, ClinicNames]
    standins: list[str]
    departments: list[str]
    slots: list[ClinicSlot]


class SlotsQuery(BaseModel):
    """Which department; empty for all."""

    department: str = Field(default="", max_length=40)


class VisitOut(BaseModel):
    """One of my visits."""

    id: str
    state: Literal["pending", "booked", "cancelled"]
    slot: ClinicSlot
    is_first: bool
    is_standin: bool
    is_over: bool
    video: str | None
    sections: list[str]
    sent_until: datetime | None
    health_link: str | None


class VisitsOut(BaseModel):
    """My visits, newest first."""

    visits: list[VisitOut]


class BookIn(BaseModel):
    """Book a slot; every step of the list is ticked."""

    model_config = ConfigDict(extra="forbid")

    partner: Name
    slot: Name
    is_first: bool
    checks: list[Check] = Field(max_length=10)
    client_id: Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class SheetIn(BaseModel):
    """What the clinic may open, from how many months back."""

    model_config = ConfigDict(extra="forbid")

    sections: list[SheetSection] = Field(min_length=1, max_length=8)
    months: int = Field(ge=1, le=120)


class VisitPath(BaseModel):
    """Which visit."""

    id: Name


class InstitutionOut(BaseModel):
    """One medical institution out of the national open data."""

    id: str
    name: str
    address: str
    homepage: str
    departments: list[str]


class InstitutionsOut(BaseModel):
    """What was found."""

    found: list[InstitutionOut]


class InstitutionsQuery(BaseModel):
    """Area code (two or five digits), department, part of the name."""

    area: str = Field(default="", max_length=5, pattern=r"^\d*$")
    department: str = Field(default="", max_length=40)
    name: str = Field(default="", max_length=60)


class PublishedPath(BaseModel):
    """Which file."""

    kind: Literal["Location", "Schedule", "Slot"]


def _slot(one: scheduling.FreeSlot) -> ClinicSlot:
    held = msgspec.structs.asdict(one)
    return ClinicSlot(**{name: held[name] for name in ClinicSlot.model_fields})


def _visit(one: visits.Visit) -> dict[str, Any]:
    now = base.CLOCK.now()
    partner = next((each for each in base.partners("clinic") if each.id == one.slot.partner), None)
    return VisitOut(
        id=one.id,
        state=one.state,
        slot=_slot(one.slot),
        is_first=one.is_first,
        is_standin=partner is not None and partner.is_standin,
        is_over=one.slot.end <= now,
        video=one.video or None,
        sections=list(one.sections),
        sent_until=one.sent_until,
        health_link=one.health_link,
    ).model_dump(mode="json")


@api.get("/clinics/slots", endpoint="clinic_slots", responses={200: ClinicSlots})
def clinic_slots(query: SlotsQuery) -> Any:
    """Free slots of the clinics of my place."""
    site = people.current_actor().site
    with base.read_session() as session:
        found = clinics.free_slots(session, site=site)
    known = [one for one in base.partners("clinic") if one.site == site]
    return ClinicSlots(
        as_of=base.CLOCK.now(),
        clinics={one.id: ClinicNames(**msgspec.structs.asdict(one.names)) for one in known},
        standins=[one.id for one in known if one.is_standin],
        departments=sorted({one.department for one in found}),
        slots=[_slot(one) for one in found if query.department in {"", one.department}],
    ).model_dump(mode="json")


@api.get("/clinics", endpoint="institutions", responses={200: InstitutionsOut})
def institutions(query: InstitutionsQuery) -> Any:
    """Medical institutions by area, department and name."""
    with base.read_session() as session:
        found = clinics.institutions(session, area=query.area, department=query.department, name=query.name)
    return InstitutionsOut(
        found=[
            InstitutionOut(
                id=one.id, name=one.name, address=one.address, homepage=one.homepage, departments=list(one.departments)
            )
            for one in found
        ]
    ).model_dump(mode="json")


@api.get("/visits", endpoint="visits", responses={200: VisitsOut})
def my_visits() -> Any:
    """My visits."""
    with base.read_session() as session:
        return {"visits": [_visit(one) for one in visits.visits(session, actor=people.current_actor())]}


@api.post("/visits", endpoint="book_visit", responses={200: VisitOut})
def book_visit(body: BookIn) -> Any:
    """Book a slot; the clinic is told my name."""
    return _visit(
        visits.book(
            actor=people.current_actor(),
            partner=body.partner,
            slot=body.slot,
            is_first=body.is_first,
            checks=body.checks,
            client_id=body.client_id,
        )
    )


@api.delete("/visits/<id>", endpoint="cancel_visit", responses={200: VisitOut})
def cancel_visit(path: VisitPath) -> Any:
    """Cancel a visit."""
    return _visit(visits.cancel(actor=people.current_actor(), visit=path.id))


@api.post("/visits/<id>/sheet", endpoint="send_sheet", responses={200: VisitOut})
def send_sheet(path: VisitPath, body: SheetIn) -> Any:
    """Let the clinic open the chosen part of my record until a day after the visit."""
    return _visit(
        visits.send_sheet(actor=people.current_actor(), visit=path.id, sections=body.sections, months=body.months)
    )


@api.get("/visits/<id>/calendar", endpoint="visit_calendar", responses={200: {"content": {"text/calendar": {}}}})
def visit_calendar(path: VisitPath) -> Response:
    """A calendar file that says neither clinic nor department."""
    with base.read_session() as session:
        text = visits.calendar(visits.visit(session, actor=people.current_actor(), visit=path.id))
    response = make_response(text)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="meguri.ics"'
    return response


@api.get("/scheduling/$bulk-publish", endpoint="bulk_publish", responses={200: {"content": {"application/json": {}}}})
def bulk_publish() -> Any:
    """The manifest of SMART Scheduling Links over all clinics of this installation."""
    return scheduling.manifest(base.runtime().settings.origin, base.CLOCK.now())


@api.get(
    "/scheduling/<kind>.ndjson",
    endpoint="published_slots",
    responses={200: {"content": {"application/fhir+ndjson": {}}}},
)
def published_slots(path: PublishedPath) -> Response:
    """One published file."""
    with base.read_session() as session:
        found = clinics.free_slots(session, site=None)
    response = make_response(scheduling.published(path.kind, found, base.runtime().settings.origin))
    response.headers["Content-Type"] = "application/fhir+ndjson"
    return response
