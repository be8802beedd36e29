"""Invented residents for the risk tests: a builder for one, and a generator of thousands."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from backend import base, people
from backend.record import Answer, Fact, Profile, StoredReading, catalogue
from backend.record.profile.questions import questions
from backend.risk.inputs import Gathered, gather

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
CODED = {"guidance_level", "metsyn_class", "urine_protein", "urine_sugar", "draw_time_class"}
NO_DISEASE = dict.fromkeys(
    ("diabetes", "diabetes_treated", "hypertension_treated", "dyslipidaemia_treated", "coronary_disease", "stroke",
     "ckd", "dialysis", "pad", "familial_hypercholesterolaemia", "insulin_or_su"), "no",
)  # fmt: skip
CHECKUP: dict[str, Any] = {
    "sbp_mmhg": 134, "dbp_mmhg": 86, "ldl_mgdl": 142, "hdl_mgdl": 52, "glucose_fasting_mgdl": 98, "hba1c_pct": 5.9,
    "creatinine_mgdl": 0.8, "waist_cm": 88.0, "bmi": 24.1, "tg_fasting_mgdl": 160, "metsyn_class": "2",
    "guidance_level": "2", "ast_ul": 25, "alt_ul": 24, "plt_10e4ul": 22.0,
}  # fmt: skip


def reading(metric: str, value: float | str, day: date, **more: Any) -> StoredReading:
    at = datetime(day.year, day.month, day.day, 3, 0, tzinfo=UTC)
    fields: dict[str, Any] = {
        "metric": metric,
        "value": value if isinstance(value, str) else float(value),
        "unit": catalogue.metric(metric).unit,
        "start": at,
        "is_date_only": True,
        "source": "健診機関 2799999999",
        "id": f"{metric}-{day}-{more.get('n', 0)}",
        "import_id": "import",
        "stored_at": at,
    }
    if metric in ("sbp_mmhg", "dbp_mmhg"):
        fields["context"] = "office"
    more.pop("n", None)
    return StoredReading(**{**fields, **more})


def profile(answers: dict[str, Any], on: date = TODAY - timedelta(days=10)) -> Profile:
    facts = {}
    for key in questions():
        if key not in answers:
            facts[key] = Fact(key=key, answer=Answer.UNANSWERED)
        elif answers[key] is None:
            facts[key] = Fact(key=key, answer=Answer.UNKNOWN, on=on, source="self")
        else:
            facts[key] = Fact(key=key, answer=Answer.VALUE, value=answers[key], on=on, source="self")
    return Profile(person="p", facts=facts)


def person(
    *,
    sex: str = "male",
    birth: date = date(1969, 5, 2),
    checkup: dict[str, Any] | None = None,
    day: date = date(2026, 6, 10),
    answers: dict[str, Any] | None = None,
    more: list[StoredReading] | None = None,
    signed: frozenset[str] = frozenset(),
) -> Gathered:
    """A man of 57 without known disease who smokes, with a check-up of last June, unless told otherwise."""
    told = NO_DISEASE | {"smoking": "current", "area": "27205"} | (answers or {})
    values = CHECKUP if checkup is None else checkup
    facts: Any = people.PersonFacts(
        id="p",
        name="見本 太郎",
        kana="ミホン タロウ",
        birth=birth,
        sex=sex,  # type: ignore[arg-type]
        site="suita",
        is_demo=True,
    )
    rows = [reading(metric, value, day) for metric, value in values.items() if value is not None]
    return gather(facts, today=TODAY, profile=profile(told), readings=[*rows, *(more or [])], signed=signed)


def home_days(sbp: float, dbp: float, days: int, last: date = TODAY, hour: int = 20) -> list[StoredReading]:
    """Home pairs, one a day, at an hour of Tokyo."""
    found = []
    for n in range(days):
        day = last - timedelta(days=n)
        at = datetime(day.year, day.month, day.day, hour, tzinfo=base.TOKYO)
        found += [
            reading(
                metric, value, day, context="home", source="home", start=at, is_date_only=False, id=f"{metric}-{at}"
            )
            for metric, value in (("sbp_mmhg", sbp), ("dbp_mmhg", dbp))
        ]
    return found


def random_person(dice: random.Random) -> Gathered:
    """A resident with anything missing, unknown or excluded, of any age."""
    birth = TODAY - timedelta(days=dice.randrange(0, 36_000))
    ranges = {
        "sbp_mmhg": (85, 210), "dbp_mmhg": (45, 84), "ldl_mgdl": (50, 260), "hdl_mgdl": (25, 110),
        "glucose_fasting_mgdl": (70, 190), "glucose_casual_mgdl": (70, 260), "hba1c_pct": (4.6, 9.5),
        "creatinine_mgdl": (0.4, 3), "egfr": (20, 110), "waist_cm": (60, 120), "bmi": (16, 40),
        "tg_fasting_mgdl": (40, 400), "tg_casual_mgdl": (40, 400), "ast_ul": (10, 90), "alt_ul": (8, 90),
        "plt_10e4ul": (8, 40), "uacr_mg_gcr": (3, 500),
    }  # fmt: skip
    checkup: dict[str, Any] = {
        name: round(dice.uniform(*limits), 1) for name, limits in ranges.items() if dice.random() < 0.85
    }
    checkup |= {name: dice.choice("1234") for name in CODED - {"urine_protein", "urine_sugar"} if dice.random() < 0.7}
    answers: dict[str, Any] = {}
    for key in NO_DISEASE:
        answers[key] = dice.choices(["no", "yes", None, "skip"], [92, 2, 2, 4])[0]
    answers["smoking"] = dice.choice(["current", "ex", "never", "not_current", None, "skip"])
    answers["pregnancy"] = dice.choice(
        [
            {"status": "no", "due": None},
            {"status": "no", "due": None},
            {"status": "yes", "due": "2027-03-01"},
            None,
            "skip",
        ]
    )
    told = {key: value for key, value in answers.items() if value != "skip"}
    facts: Any = people.PersonFacts(
        id="p", name="x", kana="x", birth=birth, sex=dice.choice(("male", "female")), site="suita", is_demo=True
    )
    day = TODAY - timedelta(days=dice.randrange(0, 1_500))
    rows = [reading(metric, value, day) for metric, value in checkup.items()]
    rows += home_days(dice.uniform(95, 200), dice.uniform(50, 90), dice.randrange(0, 8))
    return gather(facts, today=TODAY, profile=profile(told), readings=rows)
