"""The blueprint of governance and the shapes that several of its routes share."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Response, make_response
from pydantic import BaseModel

from backend import base
from backend.consent import HeldUse
from backend.governance import wire
from backend.governance.forms import Form, columns, elsi_items

T = TypeVar("T", bound=BaseModel)

api = base.APIBlueprint("governance")


def answer(value: BaseModel) -> Response:
    """Return a shape as JSON."""
    response = make_response(value.model_dump_json(by_alias=True))
    response.headers["Content-Type"] = "application/json"
    return response


def shape(kind: type[T], value: Any) -> T:
    """Return a frozen value in the shape of the API."""
    return kind.model_validate(wire.plain(value))


def form_shape(form: Form) -> wire.FormShape:
    """Return a form as it goes over the wire."""
    return shape(wire.FormShape, form)


def column_names(names: list[str]) -> list[wire.ColumnOut]:
    """Return the words of columns; a name that the catalogue no longer has is left out."""
    known = columns()
    return [shape(wire.ColumnOut, known[name]) for name in names if name in known]


def item_names() -> list[wire.ItemOut]:
    """Return the questions of the review."""
    return [
        wire.ItemOut(id=item.id, names=wire.UseWords(ja=item.ja, ja_easy=item.ja_easy, en=item.en))
        for item in elsi_items()
    ]


def use_line(held: HeldUse, organisation: str) -> wire.UseLine:
    """Return one line of a list of uses."""
    verdict = held.verdict
    return wire.UseLine(
        use=verdict.use,
        verdict=verdict.id,
        title=shape(wire.UseWords, verdict.texts.title),
        organisation=organisation,
        state=held.state,
        identifiability=verdict.identifiability,
        until=verdict.until,
        review_by=verdict.review_by,
        why=held.why,
    )
