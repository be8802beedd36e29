"""25 years on: the own percentile of each measured item in the older bands of the national tables. Pure."""

from __future__ import annotations

from backend.record import catalogue
from backend.risk import positions
from backend.risk.inputs import Gathered, day_of, number
from backend.risk.model import CourseShown, CourseStep, RefusalReason, Text
from backend.risk.shape import SOURCES, missing, reason
from models import ndb_course as model
from models import ndb_position
from models.base import Refused

ITEMS = tuple(key for key in positions.ORDER if ndb_position.items()[key].kind == "number")


def build(known: Gathered, *, metric: str | None = None) -> list[CourseShown]:
    """Return the course of every measured item that has a value, or of the one asked for."""
    found = []
    for key in ITEMS:
        item = ndb_position.items()[key]
        reading = positions.reading_of(known, item)
        if metric == item.metric or (metric is None and reading is not None):
            found.append(_course(known, item))
    return found


def _course(known: Gathered, item: ndb_position.Item) -> CourseShown:
    reading = positions.reading_of(known, item)
    metric = catalogue.metric(item.metric)
    head = {
        "metric": item.metric,
        "item": item.key,
        "title": Text(key="risk.course.title", params={"item": f"@risk.item.{item.key}"}),
        "unit": metric.unit_label_ja,
        "decimals": metric.decimals,
        "version": model.CARD.version,
        "source": ndb_position.ATTRIBUTION,
        "notes": [Text(key=f"risk.course.note.{name}") for name in ("one_year", "band", "medication", "cause")],
    }
    value = number(reading)
    if reading is None or value is None:
        name = next((n for n, source in SOURCES.items() if source[1] == item.metric and n != "home_bp"), "checkup")
        return CourseShown.model_validate(
            head | {"state": "missing", "headline": Text(key="risk.state.missing"), "missing": missing([name])}
        )
    head |= {"day": day_of(reading), "reading": reading.id, "value": value}
    pregnant = known.pregnant()
    if pregnant is not False:
        key = "risk.excluded_pregnant" if pregnant else "risk.unknown_exclusion"
        params: dict[str, str | int | float] = {} if pregnant else {"input": "@risk.input.pregnant"}
        why = RefusalReason(text=Text(key=key, params=params), input="pregnant", profile_key="pregnancy")
        return CourseShown.model_validate(
            head
            | {
                "state": "refused" if pregnant else "missing",
                "headline": Text(key=f"risk.state.{'refused' if pregnant else 'missing'}"),
                "reasons": [why],
                "missing": [] if pregnant else missing(["pregnant"]),
            }
        )
    answer = model.course(item, value=value, sex=known.sex, age=known.age)
    if isinstance(answer, Refused):
        return CourseShown.model_validate(
            head
            | {
                "state": "refused",
                "headline": Text(key="risk.state.refused"),
                "reasons": [reason(one) for one in answer.reasons],
            }
        )
    last = answer.own.steps[-1]
    return CourseShown.model_validate(
        head
        | {
            "state": "ok",
            "headline": _headline(last, metric.decimals),
            "below_percent_range": (positions.down(answer.own.below_low), positions.up(answer.own.below_high)),
            "own": [_step(one) for one in answer.own.steps],
            "better": [] if answer.better is None else [_step(one) for one in answer.better.steps],
            "better_label": answer.better_label,
            "better_from": None if answer.better is None else answer.better.value,
            "ends_early": answer.ends_early,
        }
    )


def _step(one: model.Step) -> CourseStep:
    return CourseStep(age=one.age, age_band=one.age_band, low=one.low, high=one.high, point=one.point)


def _headline(last: model.Step, decimals: int) -> Text:
    params: dict[str, str | int | float] = {"age": last.age}
    if last.low is not None:
        params["low"] = f"{last.low:.{decimals}f}"
    if last.high is not None:
        params["high"] = f"{last.high:.{decimals}f}"
    kind = {(True, True): "between", (True, False): "from", (False, True): "below"}.get(
        (last.low is not None, last.high is not None), "open"
    )
    return Text(key=f"risk.course.headline.{kind}", params=params)
