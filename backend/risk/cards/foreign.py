"""PREVENT: a comparison with a US model, only for somebody who asks for it; never part of the overview."""

from __future__ import annotations

from typing import Any

from backend.risk.cards.kidney import results as egfr_results
from backend.risk.inputs import CHECKUP_LIMIT_DAYS, Gathered, number
from backend.risk.model import Detail, InputUsed, Text
from backend.risk.shape import frequency, from_account, from_profile, from_reading, newest_day, refused, start
from models import prevent_2023 as model
from models.base import Reason, Refused


def card(known: Gathered) -> Detail:
    """Return the 10-year comparison; who had a disease of heart or brain gets none."""
    head = start(model.CARD, "prevent")
    head |= {
        "age_limit_days": CHECKUP_LIMIT_DAYS,
        "valid_range": [Text(key="risk.valid.age", params={"low": model.AGES[0], "high": model.AGES[1]}),
                        Text(key="risk.prevent.valid")],
        "notes": [Text(key="risk.prevent.note.us"), Text(key="risk.prevent.note.ranges")],
    }  # fmt: skip
    values: dict[str, Any] = {"age": known.age, "sex": known.sex, "pregnant": known.pregnant()}
    used: list[InputUsed] = [from_account(known, "age"), from_account(known, "sex")]
    ill = [name for name in ("coronary_disease", "stroke", "heart_failure") if known.yes(name) is True]
    if ill:
        return refused(head, Refused(model.CARD.tool, (Reason("risk.prevent.disease"),)), inputs=used)
    office = known.office()
    if office is not None:
        values["sbp"] = office.sbp
        used.append(from_reading("sbp", next(r for r in known.readings["sbp_mmhg"] if r.id == office.reading)))
    for name, metric in (("total_c", "tc_mgdl"), ("hdl_c", "hdl_mgdl"), ("bmi", "bmi")):
        reading = known.newest(metric)
        if reading is not None and number(reading) is not None:
            values[name] = number(reading)
            used.append(from_reading(name, reading))
    nonhdl = known.newest("nonhdl_mgdl")
    if "total_c" not in values and nonhdl is not None and "hdl_c" in values:
        # By definition: total = non-HDL + HDL.
        values["total_c"] = (number(nonhdl) or 0) + float(values["hdl_c"])
        used.append(from_reading("nonhdl", nonhdl))
    kidneys = egfr_results(known)
    if kidneys:
        values["egfr"] = kidneys[0][1]
    for name, key in (("bp_tx", "hypertension_treated"), ("dm", "diabetes"), ("statin", "dyslipidaemia_treated")):
        told = known.yes(key)
        # A lipid medicine need not be a statin: only "none" is certain.
        if told is not None and not (name == "statin" and told):
            values[name] = told
            used.append(from_profile(known, name, key=key, value=told))
    if known.smokes() is not None:
        values["smoking"] = known.smokes()
        used.append(from_profile(known, "smoking", key="smoking", value=str(known.profile.value("smoking"))))
    answer = model.score(values)
    if isinstance(answer, Refused):
        if known.yes("dyslipidaemia_treated") is True:
            kept = tuple(r for r in answer.reasons if r.fill != "statin")
            answer = Refused(answer.model, (*kept, Reason("risk.prevent.statin")))
        return refused(head, answer, inputs=used, day=newest_day(used))
    own = frequency(100 * float(answer.result["y10"]["total_cvd"]))
    return Detail(
        **head,
        state="ok",
        headline=Text(key="risk.prevent.headline.under_one" if own.is_under_one else "risk.prevent.headline",
                      params={} if own.is_under_one else {"n": own.happens or 0}),
        meaning=Text(key="risk.prevent.meaning"),
        value=own.percent,
        unit="%",
        frequency=own,
        next_step=Text(key="risk.prevent.next"),
        day=newest_day(used),
        inputs=used,
    )  # fmt: skip
