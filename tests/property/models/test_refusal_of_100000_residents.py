"""Over 100,000 generated residents no model answers where its card forbids it, nor with an input missing."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from models import hisayama_jas2022, registry
from models.base import Inputs, Refused, Value

PEOPLE = 100_000
UNKNOWN = (None, "unknown")
# The person as every model would be asked about her: name -> (least, greatest) of a number.
NUMBERS: dict[str, tuple[float, float]] = {
    "sbp": (85, 220), "dbp": (45, 84), "ldl": (50, 260), "hdl": (25, 110), "tc": (120, 330), "tg": (40, 400),
    "fpg": (70, 190), "hba1c": (4.6, 9.5), "cr": (0.4, 3), "egfr": (20, 110), "acr": (3, 500), "waist": (60, 120),
    "bmi": (19, 39), "ast": (10, 90), "alt": (8, 90), "plt": (80, 400), "total_c": (135, 315), "hdl_c": (25, 95),
}  # fmt: skip
FLAGS = ("smoking", "igt", "t2dm", "urineprotein", "on_medication", "bp_tx", "statin", "dm", "male", "ht_medication")
# Cards for adults, the inputs each cannot do without, and the ages it may be used at.
ADULT: dict[str, tuple[tuple[str, ...], int, int]] = {
    "hisayama-jas2022": (("age", "sex", "sbp", "ldl", "hdl", "igt", "smoking"), 40, 79),
    "bp_class": (("age", "sbp", "dbp", "context"), 18, 130),
    "glucose_class": (("age",), 18, 130),
    "lipid_class": (("age",), 18, 130),
    "bmi_class": (("age", "bmi"), 18, 130),
    "egfr_cr_jsn": (("age", "sex", "cr"), 18, 130),
    "ckd": (("egfr", "acr"), 18, 130),
    "fib4": (("age", "ast", "alt", "plt"), 18, 130),
    "tokutei-hoken-shido": (("age", "sex"), 40, 74),
    "prevent": (
        ("age", "sex", "sbp", "total_c", "hdl_c", "bmi", "egfr", "bp_tx", "statin", "dm", "smoking"), 30, 79,
    ),
    "epoch-japan-stroke": (("age", "sbp", "t2dm", "urineprotein", "smoking"), 40, 79),
    "epoch-japan-chd": (("age", "sex", "sbp", "tc", "hdl", "t2dm", "urineprotein", "smoking"), 40, 79),
}  # fmt: skip
TREATED = {"glucose_class": "treated_diabetes", "hisayama-jas2022": "diabetes"}
EXCLUDED = ("diabetes", "cad", "stroke", "ckd", "pad", "fh", "treated_diabetes")


def residents(count: int) -> list[dict[str, Any]]:
    """People of any age with anything missing, unknown or excluded; drawn a column at a time."""
    dice = np.random.default_rng(20261122)
    columns: dict[str, list[Any]] = {"age": dice.integers(0, 100, count).tolist()}
    columns["sex"] = np.where(dice.random(count) < 0.5, "male", "female").tolist()
    columns["context"] = np.where(dice.random(count) < 0.5, "office", "home").tolist()
    for name, (low, high) in NUMBERS.items():
        columns[name] = np.round(dice.uniform(low, high, count), 1).tolist()
    for name in FLAGS:
        columns[name] = (dice.random(count) < 0.3).tolist()
    for name in EXCLUDED:
        columns[name] = (dice.random(count) < 0.03).tolist()
    columns["pregnant"] = (dice.random(count) < 0.05).tolist()
    names = list(columns)
    found = [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    # One in three lacks something or has it unknown; the pregnancy question is left open like the others.
    holes = dice.random(count) < 0.33
    which, how = dice.integers(0, len(names), (count, 2)), dice.integers(0, 3, count)
    for person, is_holed, gaps, kind in zip(found, holes.tolist(), which.tolist(), how.tolist(), strict=True):
        for at in gaps if is_holed else ():
            if kind == 2 and names[at] not in ("pregnant", *EXCLUDED):
                person.pop(names[at], None)
            else:
                person[names[at]] = UNKNOWN[kind % 2]
    return found


def forbidden(tool: str, person: Inputs) -> str | None:
    """Say why the card forbids an answer, or None; written from the cards, not from the code of the models."""
    needed, low, high = ADULT[tool]
    if person.get("pregnant") is not False:
        return "pregnancy is not excluded"
    if any(person.get(name) in UNKNOWN for name in needed if name != "sex"):
        return "an input is missing"
    if "sex" in needed and person.get("sex") in UNKNOWN and person.get("male") in UNKNOWN:
        return "sex is missing"
    age = person.get("age")
    if age not in UNKNOWN and age is not None and not low <= age <= high:
        return "age"
    if tool in TREATED and person.get(TREATED[tool]) is not False:
        return "diabetes is not excluded"
    if tool == "hisayama-jas2022" and any(person.get(n) is not False for n in ("cad", "stroke", "ckd", "pad", "fh")):
        return "an exclusion is not answered with no"
    return None


def is_deeper(tool: str, answer: Value) -> bool:
    """Whether the model's own answer names the model and carries something to show."""
    return answer.model.startswith(tool.split("-")[0].split("_")[0]) and bool(answer.result)


def test_no_adult_answer_where_the_card_forbids_it() -> None:
    scores: dict[str, Callable[[Inputs], Any]] = {tool: registry.scores()[tool].score for tool in ADULT}
    people = residents(PEOPLE)
    answers = dict.fromkeys(ADULT, 0)
    refusals = dict.fromkeys(ADULT, 0)
    wrong: list[tuple[str, str, Inputs]] = []
    unnamed: list[tuple[str, Inputs]] = []
    reasons: dict[str, int] = {}
    # Everybody is asked of the two models most often shown; of the others each is asked in turn.
    turns = itertools.cycle([tool for tool in ADULT if tool not in ("hisayama-jas2022", "glucose_class")])
    for person in people:
        for tool in ("hisayama-jas2022", "glucose_class", next(turns), next(turns)):
            answer = scores[tool](person)
            why = forbidden(tool, person)
            if isinstance(answer, Refused):
                refusals[tool] += 1
                if not answer.reasons:
                    unnamed.append((tool, person))
                continue
            answers[tool] += 1
            if why is not None:
                wrong.append((tool, why, person))
                reasons[why] = reasons.get(why, 0) + 1
            elif not is_deeper(tool, answer):
                unnamed.append((tool, person))
    assert wrong[:3] == [], reasons
    assert unnamed[:3] == []
    # Both must have been reached often, or nothing was shown.
    for tool in ADULT:
        assert answers[tool] > 300, (tool, answers[tool])
        assert refusals[tool] > 300, (tool, refusals[tool])


def test_a_person_without_a_hole_gets_the_score() -> None:
    """The generator forbids by chance only: a whole person of the right age is answered, so refusals mean something."""
    for person in residents(4_000):
        answer = hisayama_jas2022.score(person)
        assert isinstance(answer, Value) is (forbidden("hisayama-jas2022", person) is None), person
