"""The risk room over HTTP: own cards, own position, their pictures. Reads only, for the person herself."""

from __future__ import annotations

from typing import Any

from backend import base
from backend.risk import children_api, figures_for, service
from backend.risk.door import api, own_permit
from backend.risk.model import (
    AskedQuery,
    CourseList,
    CourseQuery,
    Detail,
    FigureQuery,
    FigureShown,
    ModelQuery,
    PositionList,
    PositionQuery,
    RiskOverview,
)


@api.get("/risk", responses={200: RiskOverview})
def overview() -> Any:
    """Return every risk card and position of the person who asks."""
    with base.read_session() as session:
        shown = service.overview(session, permit=own_permit(session))
    return shown.model_dump(mode="json")


@api.get("/risk/position", responses={200: PositionList})
def position(query: PositionQuery) -> Any:
    """Return where the person stands among people of the same sex and age band."""
    with base.read_session() as session:
        shown = service.find_positions(session, permit=own_permit(session), metric=query.metric)
    return shown.model_dump(mode="json")


@api.get("/risk/years", responses={200: CourseList})
def years(query: CourseQuery) -> Any:
    """Return the person's percentiles along the older age bands of the national tables."""
    with base.read_session() as session:
        shown = service.find_courses(session, permit=own_permit(session), metric=query.metric)
    return shown.model_dump(mode="json")


@api.get("/risk/<model>", responses={200: Detail, 404: base.Problem})
def detail(path: ModelQuery, query: AskedQuery) -> Any:
    """Return one card with everything behind it."""
    with base.read_session() as session:
        shown = service.detail(session, permit=own_permit(session), model=path.model, asked=query.asked)
    return shown.model_dump(mode="json")


@api.get("/risk/<model>/figure", responses={200: FigureShown, 404: base.Problem})
def figure(path: ModelQuery, query: FigureQuery) -> Any:
    """Return one picture of a card as a Plotly figure with its sentence and its table."""
    with base.read_session() as session:
        shown = figures_for.figure(session, permit=own_permit(session), model=path.model, query=query)
    return shown.model_dump(mode="json")


__all__ = ["api", "children_api"]
