"""The pilot room over HTTP: invite codes, their printed sheet, the funnel; always the staff member's own site."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from flask import Response

from backend import base, people
from backend.people import BatchFacts
from backend.pilot import service
from backend.pilot import sheet as printed
from backend.pilot import wire as w

api = base.APIBlueprint("pilot")


def _summary(batch: BatchFacts) -> w.BatchSummary:
    states = [one.state for one in batch.invites]
    last_day = (batch.expires_at.astimezone(base.TOKYO) - timedelta(microseconds=1)).date()
    return w.BatchSummary(
        id=batch.id,
        label=batch.label,
        created_at=batch.created_at,
        expires_at=batch.expires_at,
        last_day=last_day,
        count=len(states),
        open=states.count("open"),
        opened=sum(1 for one in batch.invites if one.opened_at is not None),
        used=states.count("used"),
        expired=states.count("expired"),
        revoked=states.count("revoked"),
        sheet=f"/api/pilot/invites/{batch.id}/sheet",
    )


def _whole(batch: BatchFacts) -> w.BatchOut:
    invites = [
        w.InviteOut(
            code=one.code,
            grouped=people.grouped(one.code),
            state=one.state,
            opened_at=one.opened_at,
            used_at=one.used_at,
        )
        for one in batch.invites
    ]
    return w.BatchOut(**_summary(batch).model_dump(), invites=invites)


@api.post("/pilot/invites", responses={201: w.BatchOut})
def make_invites(body: w.BatchIn) -> Any:
    """Make a batch of invite codes for the own site; the same client_id answers with the same batch."""
    with base.write_unit() as session:
        made = service.make_invites(
            session,
            actor=people.current_actor(),
            label=body.label,
            count=body.count,
            last_day=body.last_day,
            client_id=body.client_id,
        )
    return _whole(made).model_dump(mode="json"), 201


@api.get("/pilot/invites", responses={200: w.BatchesOut})
def list_invites() -> Any:
    """Return the own site's batches, newest first."""
    with base.read_session() as session:
        found = service.batches(session, actor=people.current_actor())
    return w.BatchesOut(batches=[_summary(one) for one in found]).model_dump(mode="json")


@api.get("/pilot/invites/<batch>", responses={200: w.BatchOut})
def show_invites(path: w.BatchPath) -> Any:
    """Return one batch with its codes and how far each got."""
    with base.read_session() as session:
        found = service.batch(session, actor=people.current_actor(), batch_id=path.batch)
    return _whole(found).model_dump(mode="json")


@api.post("/pilot/invites/<batch>/revoke", responses={200: w.RevokedOut})
def revoke_invites(path: w.BatchPath, body: w.RevokeIn) -> Any:
    """Take back unused codes: all of the batch, or one."""
    with base.write_unit() as session:
        revoked = service.revoke(session, actor=people.current_actor(), batch_id=path.batch, code=body.code)
    return w.RevokedOut(revoked=revoked).model_dump(mode="json")


@api.get("/pilot/invites/<batch>/sheet")
def sheet(path: w.BatchPath, query: w.SheetQuery) -> Any:
    """Return the batch's open codes as a printable A4 page with QR codes (HTML, no script)."""
    with base.read_session() as session:
        found = service.batch(session, actor=people.current_actor(), batch_id=path.batch)
    page = printed.page(found, site=people.site(found.site), origin=base.runtime().settings.origin, locale=query.locale)
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = printed.POLICY
    return response


@api.get("/pilot/funnel", responses={200: w.FunnelOut})
def funnel() -> Any:
    """Return the own site's enrolment funnel, in total and by week; no names, no health value."""
    actor = people.current_actor()
    with base.read_session() as session:
        counted = service.funnel(session, actor=actor)
    return w.FunnelOut.model_validate({"site": actor.site, **msgspec.to_builtins(counted)}).model_dump(mode="json")
