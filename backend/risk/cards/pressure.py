"""Blood-pressure cards, office and home apart; only verified or signed-off lines are named."""

from __future__ import annotations

from typing import Any, Literal

from backend.record import StoredReading
from backend.risk.inputs import (
    CHECKUP_LIMIT_DAYS,
    HOME_DAYS_NEEDED,
    HOME_LIMIT_DAYS,
    Gathered,
    Pair,
)
from backend.risk.model import ClassShown, Detail, Finding, InputUsed, Text, Tone
from backend.risk.shape import from_account, from_reading, label, missing, newest_day, refused, start
from models import bp_class as model
from models.base import Reason, Refused

TONES: dict[str, Tone] = {
    "normal": "good",
    "below_target": "good",
    "above_target": "watch",
    "at_or_above_140_90": "watch",
    "at_or_above_135_85": "watch",
    "prompt_visit": "act",
}
# Printed limits of the line a statement rests on: (context, statement) -> upper pair.
CLASS_TONES: dict[str, Tone] = {
    "normal": "good", "high_normal": "info", "elevated": "watch", "grade1": "watch", "grade2": "act", "grade3": "act",
}  # fmt: skip


def office(known: Gathered) -> Detail:
    """Return the card of the newest pair from a check-up or clinic."""
    return _card(known, "office", known.office())


def home(known: Gathered) -> Detail:
    """Return the card of the 7-day mean at home; single values are never classified."""
    pair, days = known.home()
    if pair is None:
        head = _head("home")
        gap = refused(head, Refused(model.CARD.tool, _too_few(days)))
        return gap.model_copy(update={"state": "missing", "missing": missing(["home_bp"]), "findings": _alert(known)})
    return _card(known, "home", pair)


def _too_few(days: int) -> tuple[Reason, ...]:
    return (Reason("risk.home_days_missing", {"days": days, "needed": HOME_DAYS_NEEDED}),)


def _alert(known: Gathered) -> list[Finding]:
    """A single home pair at or above the check-up line must not wait for a mean."""
    last = known.last_home()
    if last is None or known.pregnant() is not False:
        return []
    if model.judge("home", last.sbp, last.dbp, signed=known.signed).statement != "prompt_visit":
        return []
    return [Finding(text=Text(key="risk.bp.single_high", params=_numbers(last)), tone="act")]


def _numbers(pair: Pair) -> dict[str, str | int | float]:
    return {"sbp": round(pair.sbp), "dbp": round(pair.dbp)}


def _head(context: Literal["office", "home"]) -> dict[str, Any]:
    head = start(model.CARD, f"bp_{context}")
    head["model"] = f"bp_{context}"
    head["age_limit_days"] = CHECKUP_LIMIT_DAYS if context == "office" else HOME_LIMIT_DAYS
    head["valid_range"] = [Text(key="risk.valid.adult"), Text(key=f"risk.bp_{context}.valid")]
    head["notes"] = [Text(key="risk.bp.note.alone"), Text(key="risk.bp.note.signoff")]
    return head


def _card(known: Gathered, context: Literal["office", "home"], pair: Pair | None) -> Detail:
    head = _head(context)
    values: dict[str, Any] = {"context": context, "age": known.age, "pregnant": known.pregnant()}
    used: list[InputUsed] = [from_account(known, "age")]
    if pair is not None:
        values |= {"sbp": pair.sbp, "dbp": pair.dbp}
        used += _used(known, pair)
    answer = model.score(values)
    if isinstance(answer, Refused):
        return refused(head, answer, inputs=used, day=newest_day(used))
    assert pair is not None
    judged = model.judge(context, pair.sbp, pair.dbp, signed=known.signed)
    statement = judged.statement
    shown = _numbers(pair)
    return Detail(
        **head,
        state="ok",
        headline=Text(key=_headline(context, pair), params=shown | {"days": pair.days}),
        meaning=Text(key=f"risk.bp_{context}.{statement}"),
        value_text=Text(key="risk.bp.value", params=shown),
        unit="mmHg",
        klass=ClassShown(
            key=statement, text=Text(key=f"risk.bp.class.{statement}"), tone=TONES[statement], unit="mmHg"
        ),
        findings=_alone(judged),
        next_step=Text(key=f"risk.bp.next.{statement}"),
        day=pair.day,
        inputs=used,
        awaiting_signoff=list(judged.awaiting),
    )


def _headline(context: str, pair: Pair) -> str:
    is_morning = context == "home" and pair.is_morning
    return f"risk.bp_{context}.headline{'_morning' if is_morning else ''}"


def _alone(judged: model.Judged) -> list[Finding]:
    """A class name for each number alone, where an allowed row gives one."""
    return [
        Finding(text=Text(key=f"risk.bp.alone.{number}.{klass}"), tone=CLASS_TONES[klass])
        for number, klass in (("sbp", judged.sbp_class), ("dbp", judged.dbp_class))
        if klass is not None
    ]


def _used(known: Gathered, pair: Pair) -> list[InputUsed]:
    upper = next((r for r in known.readings.get("sbp_mmhg", ()) if r.id == pair.reading), None)
    if pair.days == 1 and upper is not None:
        lower = next(
            (r for r in known.readings.get("dbp_mmhg", ()) if r.start == upper.start and r.value == pair.dbp), None
        )
        return [from_reading(name, r) for name, r in (("sbp", upper), ("dbp", lower)) if r is not None]
    return [_mean("sbp", pair.sbp, pair, upper), _mean("dbp", pair.dbp, pair, upper)]


def _mean(name: str, value: float, pair: Pair, newest: StoredReading | None) -> InputUsed:
    return InputUsed(
        name=name, label=label(name), value=round(value, 1),
        shown=Text(key="risk.value.mean", params={"value": round(value), "unit": "mmHg", "days": pair.days}),
        unit="mmHg", day=pair.day, origin="reading", metric=f"{name}_mmhg",
        reading=newest.id if newest is not None else None, source=pair.source,
    )  # fmt: skip
