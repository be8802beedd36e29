"""Every border of every range shown: one printed step below it and on it; rows agree with the reference table."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from backend import base, record
from backend.record import reference, units

ROWS = [row for metric in reference._table() for row in reference._table()[metric]]
BORDERS = [(row, edge) for row in ROWS for edge in (row.low, row.high) if edge is not None]


@pytest.mark.parametrize(("row", "edge"), BORDERS, ids=lambda value: getattr(value, "id", str(value)))
def test_a_border_belongs_to_the_upper_range(row: reference.Range, edge: float) -> None:
    step = 10.0 ** -record.catalogue.metric(row.metric).decimals
    below = reference.range_of(row.metric, round(edge - step, 6), row.context)
    upon = reference.range_of(row.metric, edge, row.context)
    assert below != upon
    assert row in (below, upon)
    assert (upon is row) == (edge == row.low)


def test_ranges_of_one_metric_never_overlap_and_have_words_and_source() -> None:
    words = base.all_words()
    for row in ROWS:
        assert row.status in reference.SHOWABLE
        assert row.source
        assert set(words[row.label]) == {"ja", "ja-easy", "en"}
        if row.metric != "steps_count":
            assert row.label.replace(".ref.", ".chip.") in words
        same = [other for other in reference.ranges(row.metric, row.context) if other is not row]
        assert not [other for other in same if row.low is not None and other.holds(row.low)]


@pytest.mark.parametrize(
    ("sbp", "dbp", "context", "wanted"),
    [
        (114.4, 74.4, "home", "bp_home_sbp_normal"),
        (114.5, 74.4, "home", "bp_home_sbp_target"),
        (114.4, 74.5, "home", "bp_home_dbp_above"),
        (124.4, 74.0, "home", "bp_home_sbp_target"),
        (124.5, 74.0, "home", "bp_home_sbp_above"),
        (119, 79, "office", "bp_office_sbp_normal"),
        (120, 79, "office", "bp_office_sbp_target"),
        (130, 79, "office", "bp_office_sbp_above"),
        (129, 80, "office", "bp_office_sbp_target"),
        (139, 89, "office", "bp_office_sbp_above"),
        (140, 89, "office", "bp_office_sbp_high"),
        (139, 90, "office", "bp_office_dbp_high"),
        (159, 99, "office", "bp_office_sbp_high"),
        (160, 99, "office", "bp_office_sbp_referral"),
        (159, 100, "office", "bp_office_dbp_referral"),
    ],
)
def test_the_worse_of_the_two_pressures_counts(sbp: float, dbp: float, context: str, wanted: str) -> None:
    assert reference.blood_pressure(sbp, dbp, context).id == wanted


def test_the_verified_rows_of_the_reference_table_are_the_ones_used(shared: Callable[[str], Path]) -> None:
    with shared("risk/guidelines/thresholds.csv").open(encoding="utf-8") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    borders = {
        "home-normal": ("sbp_mmhg", "home", 115.0, "<115 and <75"),
        "target-2025-home": ("sbp_mmhg", "home", 125.0, "<125 and <75"),
        "office-normal": ("sbp_mmhg", "office", 120.0, "<120 and <80"),
        "target-2025": ("sbp_mmhg", "office", 130.0, "<130 and <80"),
        "office-grade1": ("sbp_mmhg", "office", 140.0, "140-159 or 90-99"),
        "referral-tokutei": ("sbp_mmhg", "office", 160.0, ">=160 or >=100"),
        "diabetic-hba1c": ("hba1c_pct", "", 6.5, ">=6.5"),
        "tokutei-hba1c": ("hba1c_pct", "", 5.6, ">=5.6"),
        "diabetic-fpg": ("glucose_fasting_mgdl", "", 126.0, ">=126"),
        "tokutei-fpg": ("glucose_fasting_mgdl", "", 100.0, ">=100"),
        "high-normal": ("glucose_fasting_mgdl", "", 110.0, "100-109"),
        "diabetic-casual": ("glucose_casual_mgdl", "", 200.0, ">=200"),
        "ldl180": ("ldl_mgdl", "", 180.0, ">=180"),
    }
    for name, (metric, context, edge, printed) in borders.items():
        assert rows[name]["status"] == "verified", name
        assert rows[name]["value"] == printed, name
        assert edge in {row.low for row in reference.ranges(metric, context)}, name


@pytest.mark.parametrize(
    ("metric", "unit", "canonical", "shown"),
    [
        ("hba1c_pct", "mmol/mol", 6.5, 48),
        ("hba1c_pct", "mmol/mol", 5.6, 38),
        ("glucose_fasting_mgdl", "mmol/L", 126, 7.0),
        ("ldl_mgdl", "mmol/L", 180, 4.65),
        ("tg_fasting_mgdl", "mmol/L", 150, 1.69),
        ("creatinine_mgdl", "umol/L", 1.0, 88),
    ],
)
def test_units_both_ways(metric: str, unit: str, canonical: float, shown: float) -> None:
    choice = units.choice(metric, unit)
    assert round(choice.shown(canonical), choice.decimals) == shown
    assert choice.canonical(choice.shown(canonical)) == pytest.approx(canonical)
