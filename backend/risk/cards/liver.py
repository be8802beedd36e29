"""Liver card: FIB-4 from one exam with platelets; shown only where platelets were measured."""

from __future__ import annotations

from typing import Any

from backend.risk.inputs import CHECKUP_LIMIT_DAYS, Gathered, day_of, number
from backend.risk.model import ClassShown, Detail, InputUsed, Text, Tone
from backend.risk.shape import from_account, from_reading, refused, start
from models import fib4 as model
from models.base import Refused

TONES: dict[str, Tone] = {"low": "good", "intermediate": "watch", "high": "act"}
PER_10E4_UL = 10  # 1 x 10^4/uL = 10 x 10^9/L


def card(known: Gathered) -> Detail | None:
    """Return the FIB-4 card, or None where nobody measured platelets."""
    platelets = known.newest("plt_10e4ul")
    if platelets is None:
        return None
    head = start(model.CARD, "liver")
    head |= {
        "age_limit_days": CHECKUP_LIMIT_DAYS,
        "valid_range": [Text(key="risk.valid.adult"), Text(key="risk.liver.valid")],
    }
    day = day_of(platelets)
    age = known.age_on(day)
    values: dict[str, Any] = {"age": age, "pregnant": known.pregnant(), "plt": (number(platelets) or 0) * PER_10E4_UL}
    used: list[InputUsed] = [from_account(known, "age", age=age), from_reading("plt", platelets)]
    for name, metric in (("ast", "ast_ul"), ("alt", "alt_ul")):
        reading = known.on_day(metric, day)
        if reading is not None and number(reading) is not None:
            values[name] = number(reading)
            used.append(from_reading(name, reading))
    answer = model.score(values)
    if isinstance(answer, Refused):
        return refused(head, answer, inputs=used, day=day)
    klass = str(answer.result["fib4_class"])
    value = float(answer.result["fib4"])
    return Detail(
        **head,
        state="ok",
        headline=Text(key="risk.liver.headline", params={"value": f"{value:.2f}"}),
        meaning=Text(key=f"risk.liver.meaning.{klass}"),
        value=round(value, 2),
        value_text=Text(key="risk.value.plain", params={"value": f"{value:.2f}"}),
        klass=ClassShown(key=klass, text=Text(key=f"risk.liver.class.{klass}"), tone=TONES[klass]),
        next_step=Text(key=f"risk.liver.next.{klass}"),
        day=day,
        inputs=used,
    )
