"""Over ten thousand generated residents no card gives a number where its own range forbids it."""

from __future__ import annotations

import random

from backend import base
from backend.risk import cards, positions
from backend.risk.figures_for import put
from backend.risk.inputs import Gathered
from backend.risk.model import Detail, Text
from tests.samples.risk.residents import random_person

ADULT = {
    "hisayama-jas2022",
    "bp_office",
    "bp_home",
    "glucose_class",
    "egfr_cr_jsn",
    "tokutei-hoken-shido",
    "fib4",
    "lipid_class",
    "bmi_class",
}
PEOPLE = 10_000
HISAYAMA_NEEDS_NO = ("diabetes", "coronary_disease", "stroke", "ckd", "pad", "familial_hypercholesterolaemia")


def faults(known: Gathered, card: Detail) -> list[str]:
    if card.state != "ok":
        named = card.reasons or card.missing
        return [] if named else [f"{card.model} refuses without a reason"]
    found = []
    if card.model in ADULT and known.pregnant() is not False:
        found.append(f"{card.model} answers although pregnancy is {known.pregnant()}")
    if card.model in ADULT and known.age < 18 and card.model not in ("egfr_cr_jsn", "fib4"):
        found.append(f"{card.model} answers at {known.age}")
    if card.model == "hisayama-jas2022":
        if not 40 <= known.age <= 79:
            found.append(f"hisayama answers at {known.age}")
        found += [
            f"hisayama answers although {key} is not no" for key in HISAYAMA_NEEDS_NO if known.yes(key) is not False
        ]
        if known.yes("diabetes_treated") or known.yes("insulin_or_su") or known.yes("dialysis"):
            found.append("hisayama answers under treatment")
        if known.smokes() is None:
            found.append("hisayama answers without smoking")
        names = {i.name for i in card.inputs}
        if not {"sbp", "ldl", "hdl", "igt", "age", "sex", "smoking"} <= names:
            found.append(f"hisayama used only {names}")
    if card.model == "glucose_class" and known.yes("diabetes_treated") is not False:
        found.append("glucose answers although a treatment is not excluded")
    if card.display_class == "research":
        found.append(f"{card.model} is research")
    return found


def words_of(card: object) -> list[Text]:
    if isinstance(card, Text):
        return [card]
    if isinstance(card, list | tuple):
        return [text for one in card for text in words_of(one)]
    fields = getattr(type(card), "model_fields", None)
    return [] if fields is None else [text for name in fields for text in words_of(getattr(card, name))]


def test_no_adult_score_where_it_is_forbidden() -> None:
    dice = random.Random(20261122)
    states: dict[tuple[str, str], int] = {}
    texts: dict[str, Text] = {}
    for n in range(PEOPLE):
        known = random_person(dice)
        for card in cards.build(known):
            states[card.model, card.state] = states.get((card.model, card.state), 0) + 1
            assert faults(known, card) == []
            if n % 20 == 0:
                texts.update({text.key: text for text in words_of(card)})
    # The generator must reach answers and refusals of every card, or the assertions above prove nothing.
    for name in ADULT:
        assert states.get((name, "ok"), 0) > 20, name
        assert states.get((name, "refused"), 0) + states.get((name, "missing"), 0) > 20, name
    for key, text in texts.items():
        assert set(base.all_words().get(key, {})) == set(base.LOCALES), key
        for locale in base.LOCALES:
            said = put(text, locale)
            assert "{" not in said, f"{key} {locale}: {said}"
            assert "@" not in said, f"{key} {locale}: {said}"
            assert "risk." not in said, f"{key} {locale}: {said}"


def test_positions_stay_inside_their_interval_and_age_range() -> None:
    dice = random.Random(5)
    answered = 0
    for _ in range(400):
        known = random_person(dice)
        for found in positions.build(known):
            if found.state != "ok":
                assert found.reasons or found.missing
                continue
            answered += 1
            assert known.pregnant() is not True
            assert found.day is not None
            assert 40 <= known.age_on(found.day) <= 74
            for scope in found.scopes:
                low, high = scope.above_percent_range
                assert 0 <= low <= high <= 100
                if scope.above_percent_point is not None:
                    assert low - 0.1 <= scope.above_percent_point <= high + 0.1
                assert sum(c.is_mine for c in scope.classes) == 1
    assert answered > 1_000
