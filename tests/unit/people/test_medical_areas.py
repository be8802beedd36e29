"""Municipalities of Osaka: every one lies in a medical area that the national statistics know."""

from __future__ import annotations

import csv
from collections import Counter

from backend import people
from backend.people import places


def test_every_site_lies_in_the_medical_area_of_its_municipalities(runtime):
    for site in people.sites():
        for code in site.municipalities:
            town = people.municipality(code)
            assert town is not None
            assert (town.area_code, town.area_name) == (site.area_code, site.area_name)


def test_codes_and_names_are_those_of_the_check_up_statistics(shared):
    import pyarrow.parquet as pq

    table = pq.read_table(
        shared("risk/ndb/ndb9_checkup_distribution.parquet"),
        columns=["prefecture", "area_code", "area_name"],
        filters=[("level", "=", "area"), ("prefecture", "=", "大阪府")],
    )
    known = set(zip(*(table[name].to_pylist() for name in ("prefecture", "area_code", "area_name")), strict=True))
    assert len(known) == 8
    assert {(town.prefecture, town.area_code, town.area_name) for town in people.municipalities()} == known


def test_the_forty_three_municipalities_are_spread_as_the_medical_plan_says():
    spread = Counter(town.area_name for town in people.municipalities())
    assert spread == {
        "豊能": 6,
        "三島": 4,
        "北河内": 7,
        "中河内": 3,
        "南河内": 9,
        "堺市": 1,
        "泉州": 12,
        "大阪市": 1,
    }
    assert people.municipality("272051") == people.municipality("27205")  # with check digit
    assert people.municipality("99999") is None


def test_every_row_names_its_source():
    with (places.HERE / "municipalities.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 43
    assert all(row["source"] for row in rows)
