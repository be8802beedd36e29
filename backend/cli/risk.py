"""`meguri risk`: score a model on given inputs, find a position, print the cards; no record is read."""

from __future__ import annotations

import argparse
import json
import math
import sys
from typing import Any

from backend import base
from models import ndb_position, registry
from models.base import Answer, BadInputError, Reason, Refused


class UnknownModel(base.Refusal):
    """There is no model of that name."""

    status, key = 404, "risk.unknown_model"


class BadJson(base.Refusal):
    """The inputs are not one JSON object."""

    status, key = 422, "risk.bad_json"


class BadValue(base.Refusal):
    """An input is of the wrong kind."""

    status, key = 422, "risk.bad_input"


class UnknownItem(base.Refusal):
    """There is no distribution of that item."""

    status, key = 404, "risk.unknown_item"


class UnknownArea(base.Refusal):
    """There is no medical area or prefecture of that code."""

    status, key = 404, "risk.unknown_area"


def register(subparsers: Any) -> None:
    """Add `risk score`, `risk position` and `risk models`."""
    parser = subparsers.add_parser("risk", help="risk models: score, position, cards")
    commands = parser.add_subparsers(dest="risk_command", required=True, metavar="COMMAND")
    score = commands.add_parser("score", help="run one model on given inputs")
    score.add_argument("model", help="name of the model, as `meguri risk models` prints it")
    score.add_argument("--json", required=True, metavar="INPUTS", help="inputs as one JSON object; - reads stdin")
    score.set_defaults(run=_score)
    position = commands.add_parser("position", help="where a check-up value stands among people of that sex and age")
    position.add_argument("--item", required=True, help="HbA1c, hba1c_pct, sbp, q_smoking, ...")
    position.add_argument("--value", required=True, help="value in the item's unit, or the answer: its words or number")
    position.add_argument("--sex", required=True, choices=ndb_position.SEXES)
    position.add_argument("--age", required=True, type=float, help="years")
    position.add_argument("--area", default="", help="secondary medical area (2701), prefecture (27); without: Japan")
    position.add_argument("--json", action="store_true", help="print JSON")
    position.set_defaults(run=_position)
    models = commands.add_parser("models", help="the cards of all models")
    models.add_argument("--json", action="store_true", help="print JSON")
    models.set_defaults(run=_models)


def _print(found: Any) -> None:
    print(json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False))


def _inputs(text: str) -> dict[str, Any]:
    try:
        found = json.loads(sys.stdin.read() if text == "-" else text)
    except (ValueError, RecursionError) as error:
        raise BadJson from error
    if not isinstance(found, dict):
        raise BadJson
    return found


def _words(reason: Reason) -> str:
    params: dict[str, Any] = dict(reason.params)
    return base.say(reason.key, **params)


def _refused(answer: Refused) -> dict[str, Any]:
    return {
        **answer.result,
        "refused": [{**reason.as_json(), "text": _words(reason)} for reason in answer.reasons],
    }


def answer_json(answer: Answer) -> dict[str, Any]:
    """Return a model's answer as the command prints it: its output keys at the top level, then its reasons."""
    if isinstance(answer, Refused):
        return _refused(answer)
    found: dict[str, Any] = {
        **answer.result,
        "contributions": [
            {"name": part.name, "amount": part.amount, "unit": part.unit, "modifiable": part.is_modifiable}
            for part in answer.contributions
        ],
    }
    if answer.assumed:
        found["assumed"] = list(answer.assumed)
    if answer.awaiting_signoff:
        found["awaiting_signoff"] = list(answer.awaiting_signoff)
    return found


def _score(arguments: argparse.Namespace) -> int:
    model = registry.scores().get(arguments.model)
    if model is None:
        raise UnknownModel(model=arguments.model[:60])
    try:
        answer = model.score(_inputs(arguments.json))
    except BadInputError as error:
        raise BadValue(input=error.name[:60]) from error
    card = model.card
    _print({**answer_json(answer), "model": card.tool, "version": card.version, "class": card.display_class})
    return 0


def _models(arguments: argparse.Namespace) -> int:
    cards = registry.cards()
    if arguments.json:
        _print([card.as_json() for card in cards])
        return 0
    for card in cards:
        print(f"{card.tool:24} {card.display_class:12} {card.version:4} {card.title}")
    return 0


def _number(text: str) -> float | str:
    try:
        value = float(text)
    except ValueError:
        return text
    if not math.isfinite(value):
        raise BadValue(input="value")
    return value


def _value(item: ndb_position.Item, text: str) -> float | str:
    if item.kind != "answer":
        value = _number(text)
        if item.kind == "number" and isinstance(value, str):
            raise BadValue(input="value")
        return value
    # An answer by its words, or by its place in the release.
    if text.isascii() and text.isdigit() and 1 <= int(text) <= len(item.labels):
        return item.labels[int(text) - 1]
    if text not in item.labels:
        raise BadValue(input="value")
    return text


def _place(code: str) -> list[ndb_position.Region]:
    if not code:
        return [ndb_position.JAPAN]
    region = ndb_position.find_region(code)
    if region is None:
        raise UnknownArea(area=code[:20])
    above = [ndb_position.prefecture_of(region)] if region.level == "area" and region.prefecture_code else []
    return [region, *above, ndb_position.JAPAN]


def scope_json(found: ndb_position.Position) -> dict[str, Any]:
    """Return one position as the command prints it; percents are rounded to a tenth, outwards for intervals."""
    next_better = found.next_better
    mine = found.classes[found.at]
    # An answer has no below and above: how many gave the same one is all there is to say.
    standing: dict[str, Any] = (
        {"same_answer_percent": [_down(mine.share_low), _up(mine.share_high)]}
        if found.item.kind == "answer"
        else {
            "below_percent": [_down(found.below_low), _up(found.below_high)],
            "above_percent": [_down(found.above_low), _up(found.above_high)],
            "below_percent_point": None if found.below_point is None else round(found.below_point, 1),
        }
    )
    return {
        "place": {"level": found.region.level, "code": found.region.code, "name": found.region.name},
        "people": found.people_low,
        "people_at_most": found.people_high,
        **standing,
        "classes": [
            {
                "label": c.label,
                "lower": c.lower,
                "upper": c.upper,
                "count": None if c.is_hidden else c.count_low,
                "count_range": [c.count_low, c.count_high],
                "share_percent": [_down(c.share_low), _up(c.share_high)],
                "mine": c.is_mine,
            }
            for c in found.classes
        ],
        "next_better": None
        if next_better is None
        else {
            "label": found.classes[next_better].label,
            "share_percent": [
                _down(found.classes[next_better].share_low),
                _up(found.classes[next_better].share_high),
            ],
        },
    }


def _down(percent: float) -> float:
    return max(0.0, math.floor(percent * 10 + 1e-9) / 10)


def _up(percent: float) -> float:
    return min(100.0, math.ceil(percent * 10 - 1e-9) / 10)


def _position(arguments: argparse.Namespace) -> int:
    item = ndb_position.find_item(arguments.item)
    if item is None:
        raise UnknownItem(item=arguments.item[:40])
    value = _value(item, arguments.value)
    places = _place(arguments.area)
    answers = [
        ndb_position.position(item, value=value, sex=arguments.sex, age=arguments.age, region=place) for place in places
    ]
    first = answers[0]
    card = ndb_position.CARD
    head: dict[str, Any] = {
        "item": item.item_ja,
        "metric": item.metric,
        "unit": item.unit,
        "section": item.section,
        "value": value,
        "sex": arguments.sex,
    }
    tail = {
        "model": card.tool,
        "version": card.version,
        "class": card.display_class,
        "source": ndb_position.ATTRIBUTION,
    }
    if isinstance(first, Refused):
        found = {**head, **_refused(first), **tail}
    else:
        wider = [scope_json(answer) for answer in answers[1:] if not isinstance(answer, Refused)]
        found = {**head, "age_band": first.age_band, **scope_json(first), "wider": wider, **tail}
        found["note"] = base.say("risk.note_medication")
    if arguments.json:
        _print(found)
    elif isinstance(first, Refused):
        for reason in first.reasons:
            print(_words(reason))
    else:
        low, high = found.get("above_percent") or found["same_answer_percent"]
        print(f"{item.item_ja} {arguments.value} {item.unit}  {first.region.name} {first.age_band}: {low:g}-{high:g} %")
    return 0
