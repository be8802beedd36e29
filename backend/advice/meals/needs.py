"""What a person's plan has to keep, which values say so, and when no plan may be made. Pure but for the food tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from backend.advice import food
from backend.advice.food import Band, Condition, Note, Stage

ADULT = 18
KIDNEY_EGFR = 60.0
OBESITY_BMI = 25.0
THIN_BMI = 18.5
HOME_BP = (135.0, 85.0)
OFFICE_BP = (140.0, 90.0)
DIABETES_HBA1C = 6.5
GOAL_SHARE: Mapping[str, float] = {"keep": 1.0, "lose": 0.9, "gain": 1.1}
"""Energy of the plan against the estimated requirement: a rule of this product, shown as such."""
WEEK_ENERGY = (0.95, 1.05)
DAY_ENERGY = (0.88, 1.12)
DAY_SALT = 1.15
"""How far a week and a day may stray from the target; rules of this product (decision meals-proven-weeks)."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A value or an answer that a plan rests on, and where it stands in the record."""

    name: str
    value: float | str
    on: date | None = None
    reading: str | None = None


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the person that a plan is made for; a fact that nobody answered is missing from `facts`."""

    age: int
    sex: str
    weight: Known | None
    values: Mapping[str, Known]
    facts: Mapping[str, Known]
    is_pregnant: bool | None
    pregnancy_week: int | None
    allergies: frozenset[str] | None
    area: str | None


class Trigger(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of the plan and the value that called for it."""

    rule: str
    known: Known
    source: str
    to_be_confirmed: bool = False


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Why no plan may be made, and which answer would change that."""

    rule: str
    source: str
    asks: str | None = None


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a plan of this person has to keep."""

    energy_kcal: float
    requirement_kcal: float
    energy_source: str
    goal: str
    bands: tuple[Band, ...]
    not_checked: tuple[str, ...]
    conditions: frozenset[Condition]
    triggers: tuple[Trigger, ...]
    notes: tuple[Note, ...]
    allergies: frozenset[str]
    counts_mercury: bool


def refusals(person: Person) -> list[Refused]:
    """The reasons for which this person gets no plan; empty where one may be made."""
    found: list[Refused] = []
    if person.age < ADULT:
        found.append(Refused(rule="child", source="献立の基準は成人のもの"))
    if _is(person, "doctor_limits_diet"):
        found.append(Refused(rule="doctor_limits_diet", source="医師・管理栄養士の指示"))
    if _is(person, "dialysis"):
        found.append(Refused(rule="dialysis", source="透析中の食事は医師・管理栄養士の指示による"))
    egfr = person.values.get("egfr")
    is_low = egfr is not None and isinstance(egfr.value, float | int) and egfr.value < KIDNEY_EGFR
    if _is(person, "ckd") or (is_low and not person.is_pregnant):
        # The rows for protein and potassium by kidney grade are not verified: they may forbid a plan, never shape one.
        found.append(Refused(rule="kidney", source="CKD_G3a,protein（未確認の行）"))
    if _is(person, "heart_failure"):
        found.append(Refused(rule="heart_failure", source="水分と食塩の量は主治医が決める"))
    if person.allergies is None:
        found.append(Refused(rule="allergies_unknown", source="", asks="allergies"))
    elif "other" in person.allergies:
        found.append(Refused(rule="allergy_other", source="一覧にないアレルギーは食材がわからない", asks="allergies"))
    if person.weight is None:
        found.append(
            Refused(rule="weight_unknown", source="DRI2025 p.87：必要な量は体重から計算する", asks="weight_kg")
        )
    if person.is_pregnant and person.pregnancy_week is None:
        found.append(Refused(rule="due_unknown", source="DRI2025：足す量は妊娠の時期で変わる", asks="pregnancy"))
    return found


def _is(person: Person, fact: str) -> bool:
    known = person.facts.get(fact)
    return known is not None and known.value == "yes"


def needs(person: Person, *, goal: str = "keep") -> Needs | Refused:
    """The needs of a person without refusals; a Refused where the intake standards have no row."""
    assert person.weight is not None
    assert isinstance(person.weight.value, float | int)
    activity = person.facts.get("activity")
    level = str(activity.value) if activity is not None else "low"
    stage = _stage(person)
    energy = food.energy_need(
        age=person.age,
        sex="male" if person.sex == "male" else "female",
        weight_kg=float(person.weight.value),
        activity="high" if level == "high" else "moderate" if level == "moderate" else "low",
        stage=stage,
    )
    if energy is None:
        return Refused(rule="no_energy_row", source="DRI2025 p.87")
    triggers = [Trigger(rule="energy", known=person.weight, source=energy.source)]
    if activity is not None:
        triggers.append(Trigger(rule="activity", known=activity, source=energy.source))
    else:
        triggers.append(Trigger(rule="activity_unknown", known=Known(name="activity", value="-"), source=energy.source))
    goal, why = _goal(person, goal)
    if why is not None:
        triggers.append(why)
    conditions, because = _conditions(person)
    triggers += because
    target = energy.kcal * GOAL_SHARE[goal]
    bands = food.bands(
        age=person.age,
        sex="male" if person.sex == "male" else "female",
        stage=stage,
        energy_kcal=target,
        conditions=conditions,
    )
    return Needs(
        energy_kcal=target,
        requirement_kcal=energy.kcal,
        energy_source=energy.source,
        goal=goal,
        bands=tuple(band for band in bands if band.is_binding),
        not_checked=tuple(food.not_checked(bands)),
        conditions=conditions,
        triggers=tuple(triggers),
        notes=tuple(food.notes(conditions)),
        allergies=person.allergies or frozenset(),
        counts_mercury=bool(conditions & {Condition.PREGNANT, Condition.PREGNANCY_UNKNOWN, Condition.PLANNING}),
    )


def _stage(person: Person) -> Stage:
    if person.is_pregnant is None:
        return Stage.UNKNOWN
    if not person.is_pregnant:
        return Stage.NONE
    week = person.pregnancy_week or 0
    # Trimesters as the intake standards count them: up to 13 weeks 6 days, up to 27 weeks 6 days, from 28 weeks.
    return Stage.PREGNANT_1 if week < 14 else Stage.PREGNANT_2 if week < 28 else Stage.PREGNANT_3


def _goal(person: Person, goal: str) -> tuple[str, Trigger | None]:
    """Losing weight only from BMI 25 on and never in pregnancy; gaining only below 18.5."""
    bmi = person.values.get("bmi")
    number = bmi.value if bmi is not None and isinstance(bmi.value, float | int) else None
    if goal == "keep":
        return "keep", None
    if goal == "lose" and (number is None or number < OBESITY_BMI or person.is_pregnant is not False):
        return "keep", None if bmi is None else Trigger(
            rule="goal_not_lose", known=bmi, source="BMI 25 未満、または妊娠"
        )
    if goal == "lose" and _is(person, "insulin_or_su"):
        return "keep", Trigger(rule="goal_insulin", known=person.facts["insulin_or_su"], source="低血糖に注意が要る薬")
    if goal == "gain" and (number is None or number >= THIN_BMI):
        return "keep", None if bmi is None else Trigger(rule="goal_not_gain", known=bmi, source="BMI 18.5 以上")
    assert bmi is not None
    return goal, Trigger(rule=f"goal_{goal}", known=bmi, source="この計画のきまり")


def _conditions(person: Person) -> tuple[frozenset[Condition], list[Trigger]]:
    found: set[Condition] = set()
    why: list[Trigger] = []

    def note(condition: Condition, rule: str, known: Known, source: str, *, unsure: bool = False) -> None:
        if condition not in found:
            found.add(condition)
            why.append(Trigger(rule=rule, known=known, source=source, to_be_confirmed=unsure))

    jsh = "JSH；DRI2025 p.258（secondary）"
    for fact in ("hypertension", "hypertension_treated"):
        if _is(person, fact):
            note(Condition.HYPERTENSION, "salt_hypertension", person.facts[fact], jsh, unsure=True)
    for name, line in (
        ("home_sbp_7d", HOME_BP[0]),
        ("home_dbp_7d", HOME_BP[1]),
        ("office_sbp", OFFICE_BP[0]),
        ("office_dbp", OFFICE_BP[1]),
    ):
        known = person.values.get(name)
        if known is not None and isinstance(known.value, float | int) and known.value >= line:
            note(Condition.HYPERTENSION, "salt_hypertension", known, jsh, unsure=True)
    for fact in ("diabetes", "diabetes_treated"):
        if _is(person, fact):
            note(Condition.DIABETES, "diabetes", person.facts[fact], "食品のきまり（糖尿病）", unsure=True)
    hba1c = person.values.get("hba1c_pct")
    if hba1c is not None and isinstance(hba1c.value, float | int) and hba1c.value >= DIABETES_HBA1C:
        note(Condition.DIABETES, "diabetes", hba1c, "食品のきまり（糖尿病）", unsure=True)
    if _is(person, "warfarin"):
        note(Condition.WARFARIN, "warfarin", person.facts["warfarin"], "食品のきまり（ワルファリン）", unsure=True)
    pregnancy = person.facts.get("pregnancy") or Known(name="pregnancy", value="unknown")
    if person.is_pregnant:
        note(Condition.PREGNANT, "pregnancy", pregnancy, "魚の水銀・生もの・レバーのきまり")
    elif person.is_pregnant is None:
        note(Condition.PREGNANCY_UNKNOWN, "pregnancy_unknown", pregnancy, "魚の水銀・生もの・レバーのきまり")
    if person.age >= 65:
        found.add(Condition.OLDER)
    return frozenset(found), why
