"""HTTP of quotes: what would be sent, asking, and erasing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from backend import base, consent, people
from backend.advice.blueprint import api
from backend.advice.insurance import service

Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]


class InsurerNames(BaseModel):
    """An insurer's name in three languages."""

    ja: str
    ja_easy: str
    en: str


class QuoteField(BaseModel):
    """One field that would be sent, or was."""

    id: str
    category: str
    value: float | str
    day: date | None


class InsurerOut(BaseModel):
    """One insurer: what is switched on, exactly what would be sent, and the name of that content."""

    partner: str
    recipient: str
    names: InsurerNames
    is_standin: bool
    open_categories: list[str]
    fields: list[QuoteField]
    seen: str


class QuoteOut(BaseModel):
    """One quote."""

    product: str
    yen_a_month: int
    valid_until: date


class AskedOut(BaseModel):
    """One request: what was sent and what came back."""

    id: str
    partner: str
    asked_at: datetime
    state: Literal["pending", "answered", "failed"]
    sent: list[QuoteField]
    quotes: list[QuoteOut]


class InsuranceOut(BaseModel):
    """The lane of insurance: insurers of my place and what I asked for."""

    insurers: list[InsurerOut]
    asked: list[AskedOut]


class AskIn(BaseModel):
    """Ask for quotes; `seen` is the name of the content that was on the screen."""

    model_config = ConfigDict(extra="forbid")

    partner: Name
    seen: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    client_id: Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class AskedPath(BaseModel):
    """Which request."""

    id: Name


def _field(one: service.Sent) -> QuoteField:
    return QuoteField(id=one.id, category=one.category, value=one.value, day=one.day)


def _asked(one: service.Asked) -> AskedOut:
    return AskedOut(
        id=one.id,
        partner=one.partner,
        asked_at=one.asked_at,
        state=one.state,
        sent=[_field(each) for each in one.sent],
        quotes=[QuoteOut(**msgspec.structs.asdict(each)) for each in one.quotes],
    )


@api.get("/insurance", endpoint="insurance", responses={200: InsuranceOut})
def insurance() -> Any:
    """Insurers of my place, what each would be sent now, and what I asked for."""
    actor = people.current_actor()
    if actor.person is None:
        raise base.NotAllowed
    with base.read_session() as session:
        permit = consent.permit(session, actor=actor, person=actor.person, purpose=consent.Purpose.SELF)
        shown = [service.preview(session, permit=permit, partner=one) for one in service.insurers(site=actor.site)]
        found = service.asked(session, actor=actor)
    return InsuranceOut(
        insurers=[
            InsurerOut(
                partner=one.partner.id,
                recipient=one.partner.recipient,
                names=InsurerNames(**msgspec.structs.asdict(one.partner.names)),
                is_standin=one.partner.is_standin,
                open_categories=[str(each) for each in one.open_categories],
                fields=[_field(each) for each in one.fields],
                seen=one.seen,
            )
            for one in shown
        ],
        asked=[_asked(one) for one in found],
    ).model_dump(mode="json")


@api.post("/insurance/quotes", endpoint="ask_quotes", responses={200: AskedOut})
def ask_quotes(body: AskIn) -> Any:
    """Send exactly what was on the screen and keep the quotes."""
    found = service.ask(actor=people.current_actor(), partner=body.partner, seen=body.seen, client_id=body.client_id)
    return _asked(found).model_dump(mode="json")


@api.delete("/insurance/quotes/<id>", endpoint="erase_quotes", responses={204: None})
def erase_quotes(path: AskedPath) -> Any:
    """Erase a request here, and have the insurer told."""
    with base.write_unit() as session:
        service.erase(session, actor=people.current_actor(), asked=path.id)
    return "", 204
