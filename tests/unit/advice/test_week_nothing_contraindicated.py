"""100,000 generated residents: nothing that the safety tables forbid is proposed, checked by a second reading of them.

The check reads masks.json by itself, as columns over all residents at once; it shares no code with the engine.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from backend import advice
from backend.advice import About, Held, model

AT = datetime(2026, 11, 22, tzinfo=UTC)
COUNT = 100_000
FACTS = (
    "pregnancy", "doctor_limits_exercise", "doctor_limits_diet", "coronary_disease", "heart_failure", "stroke",
    "dialysis", "retinopathy", "osteoporosis", "joint_pain", "insulin_or_su", "diabetes_treated",
    "hypertension_treated", "dyslipidaemia_treated",
)  # fmt: skip
NUMBERS = {
    "office_sbp": (90, 200), "office_dbp": (50, 120),
    "last_home_sbp": (90, 200), "last_home_dbp": (50, 120),
    "home_sbp_7d": (90, 200), "home_dbp_7d": (50, 120),
    "glucose_fasting_mgdl": (70, 320), "hba1c_pct": (4.8, 11), "egfr": (8, 110), "bmi": (15, 36),
    "ldl_mgdl": (60, 220), "steps_7d": (0, 14000), "pregnancy_week": (0, 40),
}  # fmt: skip
ANSWERS = ("q_eat_late", "q_snack", "q_skip_breakfast", "q_walk_1h", "q_exercise_30min")
DAY = date(2026, 10, 1)


class Town:
    """Everybody at once, in columns."""

    def __init__(self) -> None:
        draw = np.random.default_rng(20261122)
        self.age = draw.integers(10, 96, COUNT)
        self.sex = draw.choice(["male", "female"], COUNT)
        self.facts = {name: draw.choice(["no", "yes", "unknown"], COUNT, p=[0.86, 0.08, 0.06]) for name in FACTS}
        self.numbers = {
            name: np.where(draw.random(COUNT) < 0.6, np.round(draw.uniform(low, high, COUNT), 1), np.nan)
            for name, (low, high) in NUMBERS.items()
        }
        self.answers = {name: draw.choice(["", "1", "2"], COUNT) for name in ANSWERS}
        self.level = draw.choice(["", "1", "2", "3"], COUNT)

    def abouts(self) -> Any:
        """Each resident as the engine sees one; values that are not on the record are not there."""
        facts = {name: column.tolist() for name, column in self.facts.items()}
        numbers = {name: column.tolist() for name, column in self.numbers.items()}
        words = {name: column.tolist() for name, column in {**self.answers, "guidance_level": self.level}.items()}
        ages, sexes = self.age.tolist(), self.sex.tolist()
        for who in range(COUNT):
            values: dict[str, Held] = {}
            for name, column in numbers.items():
                if column[who] == column[who]:
                    values[name] = Held(value=column[who], metric=name, day=DAY)
            for name, texts in words.items():
                if texts[who]:
                    values[name] = Held(value=texts[who], metric=name, day=DAY)
            yield About(
                age=ages[who],
                sex=sexes[who],
                values=values,
                facts={name: column[who] for name, column in facts.items()},
            )

    def forbidden(self) -> dict[str, np.ndarray]:
        """By name of a rule or a kind: for whom it is forbidden."""
        table = json.loads(Path(model.__file__).with_name("masks.json").read_text("utf-8"))
        found: dict[str, np.ndarray] = {}
        for mask in table:
            when, holds = mask["when"], np.ones(COUNT, dtype=bool)
            known = {"fact", "is", "sex", "any_value", "at_least", "below", "age_from", "age_below"}
            assert set(when) <= known, "a condition that this test does not read"
            if "fact" in when:
                holds &= self.facts[when["fact"]] == when["is"]
            if "sex" in when:
                holds &= self.sex == when["sex"]
            if "age_from" in when:
                holds &= self.age >= when["age_from"]
            if "age_below" in when:
                holds &= self.age < when["age_below"]
            if "any_value" in when:
                reached = np.zeros(COUNT, dtype=bool)
                for name in when["any_value"]:
                    column = self.numbers[name]
                    one = ~np.isnan(column)
                    if "at_least" in when:
                        one &= column >= when["at_least"]
                    if "below" in when:
                        one &= column < when["below"]
                    reached |= one
                holds &= reached
            for name in mask["blocks"]:
                found[name] = found.get(name, np.zeros(COUNT, dtype=bool)) | holds
        return found


def test_a_hundred_thousand_residents_get_nothing_contraindicated() -> None:
    town = Town()
    proposed: dict[str, list[int]] = {}
    kinds = {rule.id: rule.kind for rule in advice.rules()}
    for who, about in enumerate(town.abouts()):
        choice = advice.choose(about, {}, AT)
        assert len(choice.proposed) <= 5
        for one in choice.proposed:
            proposed.setdefault(one.rule.id, []).append(who)
            assert about.values[one.trigger.value] is one.held
    forbidden = town.forbidden()
    none = np.zeros(COUNT, dtype=bool)
    bad = {
        rule: int((forbidden.get(rule, none) | forbidden.get(kinds[rule], none))[who].sum())
        for rule, who in proposed.items()
    }
    assert sum(bad.values()) == 0, bad
    # Enough of everything was proposed, and enough was forbidden, for this to mean something.
    assert len(proposed) == len(kinds)
    assert min(len(who) for who in proposed.values()) > 100
    assert all(forbidden[kind].sum() > 1000 for kind in ("movement", "meal"))
