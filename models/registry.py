"""Every model by the name of its tool; the only place that knows all folders."""

from __future__ import annotations

from functools import cache

from models import (
    anaemia_pregnancy,
    bmi_class,
    bp_class,
    cgm,
    ckd,
    danger_signs_pregnancy,
    edd,
    efw,
    egfr_cr_jsn,
    epds,
    epoch_japan,
    fib4,
    gdm,
    glucose_class,
    growth_jp_2023,
    hdp,
    himando_infant_2023,
    himando_school,
    hisayama_jas2022,
    hisayama_original,
    jals_2019,
    lipid_class,
    lipid_target,
    ndb_course,
    ndb_position,
    next_year,
    nhanes_hba1c,
    pregnancy_weight_gain,
    prevent_2023,
    suita_cvd_2020,
    tokutei_hoken_shido,
)
from models.base import Card, Model


@cache
def scores() -> dict[str, Model]:
    """Return every score by its tool name, recognised ones first."""
    found = [
        hisayama_jas2022.MODEL,
        bp_class.MODEL,
        glucose_class.MODEL,
        lipid_class.MODEL,
        lipid_target.MODEL,
        bmi_class.MODEL,
        egfr_cr_jsn.MODEL,
        ckd.MODEL,
        tokutei_hoken_shido.MODEL,
        fib4.MODEL,
        hdp.MODEL,
        gdm.MODEL,
        danger_signs_pregnancy.MODEL,
        anaemia_pregnancy.MODEL,
        epds.MODEL,
        edd.MODEL,
        *efw.MODELS,
        pregnancy_weight_gain.MODEL,
        growth_jp_2023.MODEL,
        himando_school.MODEL,
        himando_infant_2023.MODEL,
        hisayama_original.MODEL,
        *epoch_japan.MODELS,
        *suita_cvd_2020.MODELS,
        *jals_2019.MODELS,
        prevent_2023.MODEL,
        *nhanes_hba1c.MODELS,
        next_year.MODEL,
    ]
    return {model.card.tool: model for model in found}


def cards() -> list[Card]:
    """Return the card of every model, the statistical position and the glucose figures among them."""
    return [*(model.card for model in scores().values()), ndb_position.CARD, ndb_course.CARD, cgm.CARD]
