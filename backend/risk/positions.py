"""Where the person stands among examinees of the same sex and age band: area, prefecture, Japan. Pure."""

from __future__ import annotations

import math
from typing import Any, Literal, cast

from backend import base, people
from backend.record import StoredReading, catalogue
from backend.risk.inputs import Gathered, day_of, number
from backend.risk.model import ClassShare, PositionShown, RefusalReason, ScopePosition, Text
from backend.risk.shape import SOURCES, missing, reason
from models import ndb_position as model
from models.base import Refused

Scope = Literal["area", "prefecture", "japan"]
# Answers of the urine items in check-up files (code list 1.2.392.200119.6.2102) as the publisher prints them.
URINE = {"1": "－", "2": "±", "3": "＋", "4": "＋＋", "5": "＋＋＋"}
# In the order of the screen: what a person can act on first.
ORDER = (
    "hba1c", "sbp", "dbp", "ldl", "hdl", "tg", "glucose_fasting", "waist", "bmi", "egfr", "creatinine", "ast", "alt",
    "ggt", "hb", "urine_protein", "urine_sugar", "glucose_casual",
    "q_smoking", "q_exercise_30min", "q_walk_1h", "q_walk_fast", "q_weight_gain_20y", "q_eat_speed", "q_eat_late",
    "q_snack", "q_skip_breakfast", "q_chewing", "q_alcohol_freq", "q_alcohol_amount", "q_sleep_ok",
    "q_stage_of_change", "q_anaemia", "q_med_bp", "q_med_glucose", "q_med_lipid", "q_hist_stroke", "q_hist_heart",
    "q_hist_renal",
)  # fmt: skip


def regions(known: Gathered) -> list[model.Region]:
    """Return area, prefecture and Japan of the place the person named; only Japan where she named none."""
    code = known.profile.value("area")
    town = people.municipality(code) if isinstance(code, str) else None
    area = model.find_region(town.area_code) if town is not None else None
    return [model.JAPAN] if area is None else [area, model.prefecture_of(area), model.JAPAN]


def build(known: Gathered, *, metric: str | None = None) -> list[PositionShown]:
    """Return the position of every metric that has a value and a distribution, or of the one asked for."""
    found = []
    for key in ORDER:
        item = model.items()[key]
        reading = reading_of(known, item)
        if metric is None and reading is None:
            continue
        if metric is None or metric == item.metric:
            found.append(_position(known, item, reading))
    return found


def reading_of(known: Gathered, item: model.Item) -> StoredReading | None:
    """Return the reading that is compared: the newest one, of blood pressure only one from a check-up or clinic."""
    if item.metric in ("sbp_mmhg", "dbp_mmhg"):
        # The distribution is of check-up values: a home value is never set against it.
        pair = known.office()
        if pair is None:
            return None
        value = pair.sbp if item.metric == "sbp_mmhg" else pair.dbp
        rows = known.readings[item.metric]
        return next((r for r in rows if day_of(r) == pair.day and number(r) == value), None)
    return known.newest(item.metric)


def value_of(item: model.Item, reading: StoredReading) -> float | str | None:
    """Return the value as the distribution counts it: a number, or the printed word of a urine answer."""
    if item.kind == "answer":
        return item.answer_of(str(reading.value), day_of(reading))
    return URINE.get(str(reading.value)) if item.kind == "ordinal" else number(reading)


def _position(known: Gathered, item: model.Item, reading: StoredReading | None) -> PositionShown:
    metric = catalogue.metric(item.metric)
    head: dict[str, Any] = {
        "metric": item.metric,
        "item": item.key,
        "title": Text(key="risk.position.title", params={"item": f"@risk.item.{item.key}"}),
        "kind": item.kind,
        "unit": metric.unit_label_ja,
        "sex": known.sex,
        "version": model.CARD.version,
        "source": model.ATTRIBUTION,
        "notes": [Text(key="risk.position.note.medication"),
                  Text(key=f"risk.position.note.{'answers' if item.kind == 'answer' else 'interval'}")],
    }  # fmt: skip
    if reading is None:
        name = next((n for n, source in SOURCES.items() if source[1] == item.metric and n != "home_bp"), "checkup")
        return PositionShown.model_validate(
            head | {"state": "missing", "headline": Text(key="risk.state.missing"), "missing": missing([name])}
        )
    day = day_of(reading)
    head |= {"day": day, "reading": reading.id, "value": number(reading)}
    if known.pregnant() is True:
        return _no(head, RefusalReason(text=Text(key="risk.excluded_pregnant"), input="pregnant"))
    value = value_of(item, reading)
    if item.kind == "answer":
        if value is None:
            return _no(head, RefusalReason(text=Text(key="risk.question_changed")))
        head["answer"] = value
    places = regions(known)
    if item.metric == "tg_fasting_mgdl" and reading.is_fasting is None:
        # The national table is of the same item; whether this one was taken fasting nobody noted.
        head["notes"] = [*head["notes"], Text(key="risk.position.note.meal")]
    found = []
    for place in places:
        if value is None:
            break
        answer = model.position(item, value=value, sex=known.sex, age=known.age_on(day), region=place)
        if isinstance(answer, Refused):
            if place.level != "japan":
                continue
            return _no(head, reason(answer.reasons[0]))
        found.append(answer)
    if not found:
        return _no(head, RefusalReason(text=Text(key="risk.value_in_no_class")))
    scopes = [scope_of(one) for one in found]
    return PositionShown.model_validate(
        head
        | {
            "state": "ok",
            "headline": scopes[0].text,
            "age_band": found[0].age_band,
            "scopes": scopes,
            "missing": missing(["area"]) if len(places) == 1 else [],
        }
    )


def _no(head: dict[str, object], why: RefusalReason) -> PositionShown:
    return PositionShown.model_validate(
        head | {"state": "refused", "headline": Text(key="risk.state.refused"), "reasons": [why]}
    )


def down(percent: float) -> float:
    """Round to a tenth, downwards: an interval never shrinks by rounding."""
    return max(0.0, math.floor(percent * 10 + 1e-9) / 10)


def up(percent: float) -> float:
    """Round to a tenth, upwards."""
    return min(100.0, math.ceil(percent * 10 - 1e-9) / 10)


def scope_of(found: model.Position) -> ScopePosition:
    """Return one position in the shape of the screen, with its sentence."""
    shares = [_share(one) for one in found.classes]
    low, high = found.above_low, found.above_high
    point = found.below_point
    params: dict[str, str | int | float] = {
        "place": _place(found.region),
        "sex": f"@risk.sex.{found.sex}",
        "ages": found.age_band,
        "people": f"{found.people_low:,}",
        "low": math.floor(low + 1e-9),
        "high": math.ceil(high - 1e-9),
    }
    mine = found.classes[found.at]
    if found.item.kind == "answer":
        is_known = mine.share_low == mine.share_high
        params["low"] = round(mine.share_low) if is_known else math.floor(mine.share_low + 1e-9)
        params["high"] = params["low"] if is_known else math.ceil(mine.share_high - 1e-9)
    return ScopePosition(
        scope=cast(Scope, found.region.level),
        kind=cast(Literal["number", "ordinal", "answer"], found.item.kind),
        code=found.region.code,
        name=found.region.name,
        people=found.people_low,
        people_is_lower_bound=found.people_low != found.people_high,
        below_percent_range=(down(found.below_low), up(found.below_high)),
        above_percent_range=(down(low), up(high)),
        below_percent_point=None if point is None else round(point, 1),
        above_percent_point=None if point is None else round(100 - point, 1),
        classes=shares,
        next_better=None if found.next_better is None else shares[found.next_better],
        text=Text(key=_sentence(found, params), params=params),
    )


def _sentence(found: model.Position, params: dict[str, str | int | float]) -> str:
    if found.item.kind != "answer":
        return "risk.position.sentence"
    if found.classes[found.at].share_high < 1:
        return "risk.position.answer_under_one"
    return "risk.position.answer_one" if params["low"] == params["high"] else "risk.position.answer"


def _place(region: model.Region) -> str:
    """The key of a place that has a name in every language, else the name as the statistics print it."""
    if region.level == "japan":
        return "@risk.position.japan"
    key = f"risk.place.{region.code}"
    return f"@{key}" if key in base.all_words() else region.name


def _share(one: model.ClassShare) -> ClassShare:
    return ClassShare(
        label=one.label,
        lower=one.lower,
        upper=one.upper,
        count=None if one.is_hidden else one.count_low,
        count_range=(one.count_low, one.count_high),
        share_percent=None if one.is_hidden or one.share_low != one.share_high else round(one.share_low, 1),
        share_percent_range=(down(one.share_low), up(one.share_high)),
        is_mine=one.is_mine,
    )
