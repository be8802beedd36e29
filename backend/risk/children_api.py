"""The children of the person who asks, over HTTP: their measurements with percentile, 肥満度 and curves."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from backend import base, record
from backend.risk import children, growth
from backend.risk.door import api, own_permit
from backend.risk.model import FigureShown, Frozen, Text
from models import growth_jp_2023

Short = Annotated[str, Field(min_length=1, max_length=40)]
Id = Annotated[str, Field(min_length=1, max_length=40)]
Value = Annotated[float, Field(allow_inf_nan=False)]
WEEK = 7


class ChildIn(Frozen):
    """A child as a parent writes it down; weeks and days at birth as the handbook prints them."""

    client_id: Id
    name: Short
    birth: date
    sex: Literal["male", "female"]
    gestation_weeks: Annotated[int, Field(ge=22, le=44)] | None = None
    gestation_days: Annotated[int, Field(ge=0, le=6)] = 0


class MeasureIn(Frozen):
    """What was measured on one day."""

    client_id: Id
    day: date
    weight: Value | None = None
    height: Value | None = None
    head: Value | None = None


class StandingOut(Frozen):
    """One value, its unit, and where it stands by age since birth and by corrected age."""

    measure: Literal["weight", "height", "head"]
    value: float
    unit: str
    age_months: float
    text: Text
    corrected_months: float | None = None
    corrected_text: Text | None = None


class GrowthDay(Frozen):
    """Everything measured on one day."""

    id: str
    day: date
    age: Text
    corrected_age: Text | None
    standings: list[StandingOut]
    himando: Text | None = None
    himando_class: Text | None = None


class CurvePoint(Frozen):
    """One age of the national curves: values at percentiles 3, 10, 25, 50, 75, 90, 97."""

    months: float
    values: list[float]


class GrowthCurves(Frozen):
    """The national curves of one measure for the child's sex."""

    measure: Literal["weight", "height", "head"]
    unit: str
    percentiles: list[int]
    points: list[CurvePoint]


class ChildOut(Frozen):
    """A child with the age of today; `days` newest first."""

    id: str
    name: str
    birth: date
    sex: Literal["male", "female"]
    gestation_weeks: int | None
    gestation_days: int | None
    is_preterm: bool
    age: Text
    corrected_age: Text | None
    days: list[GrowthDay]
    curves: list[GrowthCurves]
    source: str
    version: str
    not_a_diagnosis: Text = Text(key="risk.not_a_diagnosis")


class ChildList(Frozen):
    """The children of the person."""

    children: list[ChildOut]


class ChildPath(Frozen):
    """Which child."""

    child: str


class MeasurePath(ChildPath):
    """Which measurement of which child."""

    measure: str


class GrowthFigureQuery(Frozen):
    """Which curve, in which language; `corrected` counts the age of a preterm child from the due date."""

    measure: Literal["weight", "height", "head"] = "weight"
    corrected: bool = False
    locale: Literal["ja", "ja-easy", "en"] = "ja"
    theme: Literal["light", "dark"] = "light"


UNITS = {"weight": "kg", "height": "cm", "head": "cm"}


def age_text(birth: date, day: date) -> Text:
    """Return an age in words: days in the first month, months to two years, then years and months."""
    whole, days = growth.months(birth, day), (day - birth).days
    if days < 0:
        return Text(key="risk.child.age_before", params={"weeks": -(days // WEEK)})
    if whole < 1:
        return Text(key="risk.child.age_days", params={"days": days})
    if whole < 12:
        return Text(key="risk.child.age_months", params={"months": whole})
    return Text(key="risk.child.age_years", params={"years": whole // 12, "months": whole % 12})


def _place(found: growth.Standing) -> Text:
    if found.percentile is None:
        return Text(key="risk.child.no_row")
    if found.percentile == "<3":
        return Text(key="risk.child.under_3")
    if found.percentile == ">97":
        return Text(key="risk.child.over_97")
    if found.between is None:
        return Text(key="risk.child.at", params={"p": int(found.percentile)})
    return Text(key="risk.child.between", params={"low": found.between[0], "high": found.between[1]})


def _day(child: children.Child, one: children.Measured, due: date | None) -> GrowthDay:
    # The corrected age stands beside the other one until three years.
    is_young = growth.months(child.birth, one.day) < growth.CORRECTED_MONTHS
    other = due if due is not None and is_young else None
    standings = []
    for name in growth.MEASURES:
        value: float | None = getattr(one, name)
        if value is None:
            continue
        plain = growth.standing(name, sex=child.sex, birth=child.birth, day=one.day, value=value)
        fixed = None if other is None else growth.standing(name, sex=child.sex, birth=other, day=one.day, value=value)
        standings.append(
            StandingOut(
                measure=name, value=value, unit=UNITS[name], age_months=plain.age_months, text=_place(plain),
                corrected_months=None if fixed is None else fixed.age_months,
                corrected_text=None if fixed is None else _place(fixed),
            )
        )  # fmt: skip
    body = None
    if one.height is not None and one.weight is not None:
        body = growth.himando(sex=child.sex, birth=child.birth, day=one.day, height=one.height, weight=one.weight)
    return GrowthDay(
        id=one.id,
        day=one.day,
        age=age_text(child.birth, one.day),
        corrected_age=None if other is None else age_text(other, one.day),
        standings=standings,
        himando=None
        if body is None
        else Text(key=f"risk.child.himando_{body[0]}", params={"value": f"{body[1]:+.0f}"}),
        himando_class=None if body is None else Text(key=f"risk.himando.class.{body[2]}"),
    )


def shown(child: children.Child, today: date, *, with_curves: bool) -> ChildOut:
    """Return a child as the screens need it."""
    due = growth.corrected(child.birth, child.gestation_days)
    is_young = growth.months(child.birth, today) < growth.CORRECTED_MONTHS
    curves = []
    for name in growth.MEASURES if with_curves else ():
        table = growth.curves(name, child.sex)
        ages = [months for months, _ in table[50]]
        points = [CurvePoint(months=age, values=[table[p][at][1] for p in table]) for at, age in enumerate(ages)]
        curves.append(GrowthCurves(measure=name, unit=UNITS[name], percentiles=list(table), points=points))
    weeks = None if child.gestation_days is None else divmod(child.gestation_days, WEEK)
    return ChildOut(
        id=child.id,
        name=child.name,
        birth=child.birth,
        sex=child.sex,
        gestation_weeks=None if weeks is None else weeks[0],
        gestation_days=None if weeks is None else weeks[1],
        is_preterm=due is not None,
        age=age_text(child.birth, today),
        corrected_age=age_text(due, today) if due is not None and is_young else None,
        days=[_day(child, one, due) for one in reversed(child.measures)],
        curves=curves,
        source=growth_jp_2023.CARD.source,
        version=growth_jp_2023.CARD.version,
    )


def _today() -> date:
    return base.CLOCK.now().astimezone(base.TOKYO).date()


def _gestation(body: ChildIn) -> int | None:
    return None if body.gestation_weeks is None else body.gestation_weeks * WEEK + body.gestation_days


@api.get("/children", responses={200: ChildList})
def child_list() -> Any:
    """Return the children of the person with their measurements."""
    with base.read_session() as session:
        found = children.children(session, permit=own_permit(session))
    return ChildList(children=[shown(one, _today(), with_curves=False) for one in found]).model_dump(mode="json")


@api.get("/children/<child>", responses={200: ChildOut, 404: base.Problem})
def child_page(path: ChildPath) -> Any:
    """Return one child with measurements and the national curves."""
    with base.read_session() as session:
        found = children.child(session, permit=own_permit(session), child_id=path.child)
    return shown(found, _today(), with_curves=True).model_dump(mode="json")


@api.post("/children", responses={200: ChildOut, 422: base.Problem})
def child_add(body: ChildIn) -> Any:
    """Write down a child; the same `client_id` again gives the same child."""
    with base.write_unit() as session:
        found = children.keep(
            session, permit=own_permit(session), client_id=body.client_id, name=body.name, birth=body.birth,
            sex=body.sex, gestation_days=_gestation(body),
        )  # fmt: skip
    return shown(found, _today(), with_curves=True).model_dump(mode="json")


@api.put("/children/<child>", responses={200: ChildOut, 404: base.Problem, 422: base.Problem})
def child_change(path: ChildPath, body: ChildIn) -> Any:
    """Change what was written down about a child."""
    with base.write_unit() as session:
        found = children.keep(
            session, permit=own_permit(session), client_id=body.client_id, name=body.name, birth=body.birth,
            sex=body.sex, gestation_days=_gestation(body), child_id=path.child,
        )  # fmt: skip
    return shown(found, _today(), with_curves=True).model_dump(mode="json")


@api.delete("/children/<child>", responses={204: None})
def child_forget(path: ChildPath) -> Any:
    """Delete a child with every measurement."""
    with base.write_unit() as session:
        children.forget(session, permit=own_permit(session), child_id=path.child)
    return "", 204


@api.post("/children/<child>/measures", responses={200: ChildOut, 404: base.Problem, 422: base.Problem})
def child_measure(path: ChildPath, body: MeasureIn) -> Any:
    """Add what was measured on a day; the same `client_id` again is stored once."""
    measured = children.Measured(
        id=body.client_id, day=body.day, weight=body.weight, height=body.height, head=body.head
    )
    with base.write_unit() as session:
        found = children.measure(session, permit=own_permit(session), child_id=path.child, measured=measured)
    return shown(found, _today(), with_curves=True).model_dump(mode="json")


@api.delete("/children/<child>/measures/<measure>", responses={200: ChildOut, 404: base.Problem})
def child_unmeasure(path: MeasurePath) -> Any:
    """Take a measurement back."""
    with base.write_unit() as session:
        found = children.unmeasure(session, permit=own_permit(session), child_id=path.child, measure_id=path.measure)
    return shown(found, _today(), with_curves=True).model_dump(mode="json")


@api.get("/children/<child>/figure", responses={200: FigureShown, 404: base.Problem})
def child_figure(path: ChildPath, query: GrowthFigureQuery) -> Any:
    """Return the growth curves with the child's values as a Plotly figure with its sentence and its table."""
    with base.read_session() as session:
        found = children.child(session, permit=own_permit(session), child_id=path.child)
    due = growth.corrected(found.birth, found.gestation_days) if query.corrected else None
    start = found.birth if due is None else due
    own = [
        record.figures.Measured(age_months=(one.day - start).days / 30.4375, value=float(getattr(one, query.measure)))
        for one in found.measures
        if getattr(one, query.measure) is not None and one.day >= start
    ]
    picture = record.figures.growth(
        curves=growth.curves(query.measure, found.sex),
        own=own,
        name=base.say(f"risk.child.{query.measure}", query.locale),
        unit=UNITS[query.measure],
        is_corrected=due is not None,
        theme=query.theme,
        locale=query.locale,
    )
    answer = FigureShown(
        figure=picture.figure,
        takeaway=Text(key=picture.takeaway.key, params=dict(picture.takeaway.params)),
        table_head=[Text(key=head.key, params=dict(head.params)) for head in picture.head],
        table=[list(row) for row in picture.rows],
    )
    return answer.model_dump(mode="json")
