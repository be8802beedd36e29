"""The invented town: the same people each time, plausible values, check-up files that the ministry's schema takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from lxml import etree

from backend import record
from backend.demo.body import checkup
from backend.demo.checkup_file import document, exam
from backend.demo.people import residents

TODAY = date(2026, 11, 22)


def test_the_same_people_each_time() -> None:
    assert residents(TODAY) == residents(TODAY)
    assert len({one.person for one in residents(TODAY)}) == 50
    assert len({one.name for one in residents(TODAY)}) == 50


@pytest.mark.parametrize("today", [date(2026, 2, 28), date(2028, 2, 29), date(2030, 12, 31)])
def test_ages_stay_between_25_and_79(today: date) -> None:
    ages = [one.age(today) for one in residents(today)]
    assert (min(ages), max(ages)) >= (25, 25)
    assert max(ages) <= 79


def test_who_is_there() -> None:
    people = residents(TODAY)
    assert sum(one.is_pregnant for one in people) == 3
    assert all(one.sex == "female" and 20 <= one.age(TODAY) < 45 for one in people if one.is_pregnant)
    assert sum(one.takes_glucose_drug for one in people) >= 3
    assert not any(one.takes_glucose_drug for one in people if one.age(TODAY) < 40)
    assert sum(one.years == 0 for one in people) == 4
    assert {one.site for one in people} == {"suita", "senboku"}


def test_every_value_is_plausible_and_they_hang_together() -> None:
    values = [checkup(one, TODAY) for one in residents(TODAY)]
    for found in values:
        for metric, value in found.items():
            known = record.catalogue.metric(metric)
            if isinstance(value, str):
                assert record.catalogue.choice(metric, value) is not None, (metric, value)
            else:
                assert known.is_plausible(value), (metric, value)
        assert found["sbp_mmhg"] > found["dbp_mmhg"]

    def together(one: str, other: str) -> float:
        return float(np.corrcoef([[float(v[one]) for v in values], [float(v[other]) for v in values]])[0, 1])

    assert together("bmi", "waist_cm") > 0.8
    assert together("bmi", "hba1c_pct") > 0.2
    assert together("tg_fasting_mgdl", "hdl_mgdl") < -0.3


def test_the_main_man_has_what_the_tour_talks_about() -> None:
    main = residents(TODAY)[0]
    newest = checkup(main, date(2026, 7, 1))
    assert (main.age(TODAY), main.sex, main.site) == (57, "male", "suita")
    assert (newest["hba1c_pct"], newest["sbp_mmhg"], newest["dbp_mmhg"]) == (5.9, 134, 86)


def test_check_up_documents_validate(shared: Callable[[str], Path]) -> None:
    schema = etree.XMLSchema(etree.parse(shared("formats-jp/xsd/hc08_V08.xsd")))
    for one in residents(TODAY)[:10]:
        on = date(2026, 6, 3)
        found = etree.fromstring(document(exam(one, on, checkup(one, on))))
        assert schema.validate(found), schema.error_log
