"""The provider's desk over HTTP: always the own catalogue, never a resident."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec
from flask import Response

from backend import base, people
from backend.advice import provider
from backend.advice.food import CatalogueDish
from backend.advice.provider import wire as w

api = base.APIBlueprint("provider")
_MOST_FINDINGS = 200


def _dish(one: CatalogueDish) -> w.CatalogueDishOut:
    return w.CatalogueDishOut(
        id=one.id.partition(".")[2],
        name=one.name.ja,
        name_en=one.name.en,
        kind=one.kind.value,
        slots=[slot.value for slot in sorted(one.slots)],
        price_yen=one.price_yen,
        areas=sorted(one.areas),
        weekdays=sorted(one.weekdays),
        min_order=one.min_order,
        lead_days=one.lead_days,
        energy_kcal=one.nutrients["energy_kcal"].value,
        salt_g=one.nutrients["salt_g"].value,
        allergens=sorted(one.allergens.contains),
        allergens_unknown=len(one.allergens.unknown),
        tags=sorted(one.tags),
    )


def _version(one: provider.Version) -> w.CatalogueVersionOut:
    return w.CatalogueVersionOut.model_validate(msgspec.structs.asdict(one))


@api.post("/provider/check", responses={200: w.CatalogueCheckOut})
def check_catalogue(body: w.CatalogueIn) -> Any:
    """Try a file: its dishes, and row by row what is wrong; nothing is kept."""
    with base.read_session() as session:
        found = provider.check(session, actor=people.current_actor(), text=body.text)
    return w.CatalogueCheckOut(
        rows=found.rows,
        errors=len(found.errors),
        warnings=len(found.findings) - len(found.errors),
        findings=[
            w.CatalogueFinding.model_validate(msgspec.structs.asdict(one))
            for one in sorted(found.findings, key=lambda one: (not one.is_error, one.row))[:_MOST_FINDINGS]
        ],
        dishes=[_dish(one) for one in found.dishes],
    ).model_dump(mode="json")


@api.post("/provider/versions", responses={201: w.CatalogueVersionOut})
def load_catalogue(body: w.CatalogueLoadIn) -> Any:
    """Keep a file as the next version; the same client_id answers with the same version."""
    with base.write_unit() as session:
        made = provider.load(
            session,
            actor=people.current_actor(),
            file_name=body.file_name,
            text=body.text,
            client_id=body.client_id,
        )
    return _version(made).model_dump(mode="json"), 201


@api.get("/provider/versions", responses={200: w.CatalogueVersionsOut})
def list_catalogues() -> Any:
    """Return the own versions, newest first."""
    actor = people.current_actor()
    with base.read_session() as session:
        name = people.account(session, account=actor.account).display_name
        found = provider.versions(session, actor=actor)
    return w.CatalogueVersionsOut(provider=name, versions=[_version(one) for one in found]).model_dump(mode="json")


@api.get("/provider/versions/<version>", responses={200: w.CatalogueVersionWhole})
def show_catalogue(path: w.CatalogueVersionPath) -> Any:
    """Return one version with its dishes."""
    with base.read_session() as session:
        one, dishes = provider.version(session, actor=people.current_actor(), version=path.version)
    return w.CatalogueVersionWhole(version=_version(one), dishes=[_dish(dish) for dish in dishes]).model_dump(
        mode="json"
    )


@api.get("/provider/versions/<version>/file")
def catalogue_file(path: w.CatalogueVersionPath) -> Any:
    """Return the file of a version as it came."""
    with base.read_session() as session:
        name, text = provider.content(session, actor=people.current_actor(), version=path.version)
    return _csv(text, name)


@api.post("/provider/versions/<version>/publish", responses={200: w.CatalogueVersionOut})
def publish_catalogue(path: w.CatalogueVersionPath) -> Any:
    """Put a version on offer instead of the one before."""
    with base.write_unit() as session:
        found = provider.publish(session, actor=people.current_actor(), version=path.version)
    return _version(found).model_dump(mode="json")


@api.post("/provider/versions/<version>/withdraw", responses={200: w.CatalogueVersionOut})
def withdraw_catalogue(path: w.CatalogueVersionPath) -> Any:
    """Take a version off."""
    with base.write_unit() as session:
        found = provider.withdraw(session, actor=people.current_actor(), version=path.version)
    return _version(found).model_dump(mode="json")


@api.get("/provider/template")
def catalogue_template() -> Any:
    """Return an empty catalogue with its headings and one example."""
    return _csv(provider.template(), "catalogue.csv")


def _csv(text: str, name: str) -> Response:
    # With its mark of order, so that a spreadsheet reads the letters.
    response = Response("\ufeff" + text.removeprefix("\ufeff"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
