"""Blood pressure in pregnancy: which numbers must be told to the clinic today. Shown to pregnant people only."""

from __future__ import annotations

from datetime import date, timedelta

from backend.risk.inputs import Gathered, Pair
from backend.risk.model import ClassShown, Detail, Finding, InputUsed, Text, Tone
from backend.risk.shape import label, missing, refused, start
from models import hdp as model
from models.base import Refused

KEYS = {
    "none": "none",
    "hypertension": "call_today",
    "chronic hypertension": "call_today",
    "severe: immediate contact": "call_now",
}
TONES: dict[str, Tone] = {"none": "good", "call_today": "act", "call_now": "act"}
RANKS = ("none", "call_today", "call_now")
PREGNANCY_DAYS = 280
FRESH_DAYS = 14


def pressure(known: Gathered) -> Detail | None:
    """Return the card of the newest office pair of this pregnancy; a home pair on its lines raises the alarm too."""
    if known.pregnant() is not True:
        return None
    head = start(model.CARD, "hdp")
    head |= {
        "age_limit_days": FRESH_DAYS,
        "valid_range": [Text(key="risk.hdp.valid")],
        "notes": [Text(key="risk.hdp.note")],
    }
    alarm = _alarm(known.last_home())
    due = known.due()
    pair = known.office()
    if pair is not None and (known.today - pair.day).days > FRESH_DAYS:
        pair = None
    if pair is None:
        gap = refused(head, model.score({}) if alarm is None else _empty())  # type: ignore[arg-type]
        gap = gap.model_copy(update={"missing": missing(["sbp"]), "state": "missing", "reasons": []})
        return gap if alarm is None else _alarmed(gap, alarm)
    week = _week(due, pair.day)
    used = [_used(pair, "sbp", pair.sbp), _used(pair, "dbp", pair.dbp)]
    answer = model.score({"sbp": pair.sbp, "dbp": pair.dbp} | ({} if week is None else {"week": week}))
    if isinstance(answer, Refused):
        gap = refused(head, answer, inputs=used, day=pair.day)
        gap = gap.model_copy(update={"missing": missing(["due"]), "state": "missing", "reasons": []})
        is_high = pair.sbp >= model.CUTS["hypertension"]["sbp"] or pair.dbp >= model.CUTS["hypertension"]["dbp"]
        found = _finding("call_today", pair) if is_high else None
        found = max((one for one in (alarm, found) if one is not None), key=_rank, default=None)
        return gap if found is None else _alarmed(gap, found)
    key = KEYS[str(answer.result["result"])]
    shown = Detail(
        **head,
        state="ok",
        headline=Text(
            key="risk.bp_office.headline", params={"sbp": round(pair.sbp), "dbp": round(pair.dbp), "days": 1}
        ),
        meaning=Text(key=f"risk.hdp.{key}"),
        value_text=Text(key="risk.bp.value", params={"sbp": round(pair.sbp), "dbp": round(pair.dbp)}),
        unit="mmHg",
        klass=ClassShown(key=key, text=Text(key=f"risk.hdp.class.{key}"), tone=TONES[key], unit="mmHg"),
        next_step=Text(key=f"risk.hdp.next.{key}"),
        day=pair.day,
        inputs=used,
    )
    if alarm is None or _rank(alarm) <= RANKS.index(key):
        return shown
    louder = RANKS[_rank(alarm)]
    klass = ClassShown(key=louder, text=Text(key=f"risk.hdp.class.{louder}"), tone=TONES[louder], unit="mmHg")
    return _alarmed(shown, alarm).model_copy(update={"klass": klass, "meaning": alarm.text, "findings": []})


def _empty() -> Refused:
    return Refused(model.CARD.tool, ())


def _week(due: date | None, day: date) -> int | None:
    if due is None:
        return None
    days = (day - (due - timedelta(days=PREGNANCY_DAYS))).days
    return days // 7 if 0 <= days <= 44 * 7 else None


def _finding(key: str, pair: Pair) -> Finding:
    return Finding(
        text=Text(key=f"risk.hdp.found.{key}", params={"sbp": round(pair.sbp), "dbp": round(pair.dbp)}), tone="act"
    )


def _alarm(pair: Pair | None) -> Finding | None:
    """The lines are office lines; a home value at or above one is never below it at the clinic's door."""
    if pair is None:
        return None
    for key, line in (("call_now", model.CUTS["severe"]), ("call_today", model.CUTS["hypertension"])):
        if pair.sbp >= line["sbp"] or pair.dbp >= line["dbp"]:
            return _finding(key, pair)
    return None


def _rank(found: Finding) -> int:
    return RANKS.index(found.text.key.rpartition(".")[2])


def _alarmed(card: Detail, alarm: Finding) -> Detail:
    next_step = Text(key=f"risk.hdp.next.{RANKS[_rank(alarm)]}")
    return card.model_copy(update={"findings": [alarm, *card.findings], "next_step": next_step})


def _used(pair: Pair, name: str, value: float) -> InputUsed:
    return InputUsed(
        name=name, label=label(name), value=value,
        shown=Text(key="risk.value.number", params={"value": f"{value:.0f}", "unit": "mmHg"}), unit="mmHg",
        day=pair.day, origin="reading", metric=f"{name}_mmhg", source=pair.source,
        reading=pair.reading if name == "sbp" else None,
    )  # fmt: skip
