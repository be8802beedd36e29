"""The position: totals of the release, a shape-free interval, hidden cells that widen it, no mixed sections."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from models import ndb_position as ndb
from models.base import Refused


def of(name: str) -> ndb.Item:
    item = ndb.find_item(name)
    assert item is not None
    return item


def at(code: str) -> ndb.Region:
    region = ndb.find_region(code)
    assert region is not None
    return region


@pytest.mark.parametrize(("name", "people"), [("BMI", 30_024_789), ("HbA1c", 23_661_398)])
def test_prefectures_add_up_to_the_published_total(name: str, people: int) -> None:
    item = of(name)
    assert sum(sum(ndb.counts(item, ndb.JAPAN, sex, band)[0]) for sex in ndb.SEXES for band in range(7)) == people


def test_toyono_men_55_59_hba1c() -> None:
    low, high = ndb.counts(of("HbA1c"), at("2701"), "male", 3)
    assert low == high == [7_611, 4_736, 1_576, 1_207, 94, 212]
    found = ndb.position(of("HbA1c"), value=5.9, sex="male", age=57, region=at("2701"))
    assert isinstance(found, ndb.Position)
    assert (found.people_low, found.age_band, found.region.name) == (15_436, "55-59", "豊能")
    assert found.below_low == pytest.approx(100 * 7_611 / 15_436)
    assert found.below_high == pytest.approx(100 * (7_611 + 4_736) / 15_436)
    assert found.below_point is not None
    assert found.below_low <= found.below_point <= found.below_high
    assert found.next_better == 0


@pytest.mark.parametrize(
    ("value", "label"),
    [(5.59, "5.6未満"), (5.6, "5.6以上6.0未満"), (5.99, "5.6以上6.0未満"), (6.0, "6.0以上6.5未満"), (8.4, "8.4以上")],
)
def test_class_borders(value: float, label: str) -> None:
    item = of("hba1c_pct")
    where = ndb.class_of(item, value)
    assert where is not None
    assert item.labels[where] == label


@pytest.mark.parametrize(
    ("name", "value", "label"),
    [
        ("ast_ul", 30, "30以下"),
        ("ast_ul", 31, "31以上50以下"),
        ("ast_ul", 50, "31以上50以下"),
        ("ast_ul", 51, "51以上"),
        ("hb_gdl", 12.0, "12.0以下"),
        ("hb_gdl", 12.1, "12.1以上13.0以下"),
        ("hb_gdl", 13.1, "13.1以上"),
    ],
)
def test_classes_that_end_with_a_value_of_their_own(name: str, value: float, label: str) -> None:
    where = ndb.class_of(of(name), value)
    assert where is not None
    assert of(name).labels[where] == label


@pytest.mark.parametrize(("age", "is_refused"), [(39, True), (40, False), (74, False), (74.9, False), (75, True)])
def test_only_40_to_74(age: float, is_refused: bool) -> None:
    found = ndb.position(of("BMI"), value=22, sex="female", age=age)
    assert isinstance(found, Refused) is is_refused


def test_open_classes_have_no_point() -> None:
    for value in (5.0, 9.0):
        found = ndb.position(of("HbA1c"), value=value, sex="female", age=50)
        assert isinstance(found, ndb.Position)
        assert found.below_point is None


def test_a_hidden_cell_is_not_zero_and_widens_the_interval() -> None:
    item = of("HbA1c")
    low, high = ndb.bounds(item.key)
    hidden = np.argwhere(high > low)
    assert len(hidden) == 35 + 4_674
    region, sex, band, _ = hidden[0]
    place = ndb.regions()[region]
    found = ndb.position(item, value=6.2, sex=ndb.SEXES[sex], age=40 + 5 * int(band), region=place)
    assert isinstance(found, ndb.Position)
    visible = low[region, sex, band]
    width = 100 * visible[found.at] / visible.sum()
    assert found.below_high - found.below_low > width
    assert any(c.is_hidden and c.count_low == 0 and c.count_high >= 9 for c in found.classes)


def test_whatever_the_hidden_cells_hold_the_interval_holds_the_truth() -> None:
    item = of("eGFR")
    low, high = ndb.bounds(item.key)
    random = np.random.default_rng(7)
    wide = np.argwhere((high > low).any(axis=3))[:200]
    for region, sex, band in wide[::10]:
        found = ndb.position(item, value=50, sex=ndb.SEXES[sex], age=40 + 5 * int(band), region=ndb.regions()[region])
        if isinstance(found, Refused):
            continue
        for _ in range(20):
            people = random.integers(low[region, sex, band], high[region, sex, band] + 1)
            inside = random.integers(0, people[found.at] + 1)
            share = 100 * (people[: found.at].sum() + inside) / max(people.sum(), 1)
            assert found.below_low - 1e-9 <= share <= found.below_high + 1e-9


def test_sections_are_never_mixed() -> None:
    assert of("ヘモグロビン").section == of("hb_gdl").section == of("eGFR").section == "all examinees"
    subset = of("egfr_detailed")
    assert subset.section == "detailed-examination subset"
    assert ndb.counts(subset, ndb.JAPAN, "male", 0) != ndb.counts(of("egfr"), ndb.JAPAN, "male", 0)


def test_next_better_goes_towards_the_guideline_and_stops_there() -> None:
    def better(name: str, value: float, sex: str = "male") -> str | None:
        item = of(name)
        where = ndb.class_of(item, value)
        assert where is not None
        step = ndb.next_better(item, sex, where)
        return None if step is None else item.labels[step]

    assert better("hba1c", 6.2) == "5.6以上6.0未満"
    assert better("hba1c", 5.5) is None
    assert better("hdl", 36) == "40以上"
    assert better("hdl", 60) is None
    assert better("bmi", 27) == "20.0以上25.0未満"
    assert better("bmi", 17) == "18.5以上20.0未満"
    assert better("bmi", 24) is None
    assert better("waist", 86) == "85.0未満"
    assert better("waist", 86, "female") is None
    assert better("ast", 60) is None


def test_points_rise_with_the_value_and_stay_inside_their_interval() -> None:
    for item in ndb.items().values():
        borders = [upper for _, upper in item.limits if upper is not None]
        if len(borders) < 2:
            continue
        points = []
        for value in np.linspace(borders[0], borders[-1], 60):
            found = ndb.position(item, value=float(value), sex="female", age=62)
            assert isinstance(found, ndb.Position)
            if found.below_point is not None:
                assert found.below_low <= found.below_point <= found.below_high
                points.append(found.below_point)
        assert points == sorted(points)


def test_areas_and_prefectures_are_found() -> None:
    assert (at("2706").name, at("27").name, at("大阪府").code) == ("堺市", "大阪府", "27")
    assert ndb.prefecture_of(at("2701")).name == "大阪府"
    assert sum(r.level == "area" and r.code != "" for r in ndb.regions()) == 335
    assert ndb.find_region("9999") is None
    assert ndb.find_region("") is None


def test_our_file_is_the_release(shared: Callable[[str], Path]) -> None:
    import duckdb

    source = shared("risk/ndb/ndb9_checkup_distribution.parquet")
    found = duckdb.sql(f"select sum(count), count(*), count(*) - count(count) from '{source}'").fetchall()[0]
    cells = [ndb.bounds(key) for key, item in ndb.items().items() if item.section != ndb.QUESTIONNAIRE]
    assert found == (
        sum(int(low.sum()) for low, _ in cells),
        sum(low.size for low, _ in cells),
        sum(int((high > low).sum()) for low, high in cells),
    )
    assert sum(path.stat().st_size for path in Path(ndb.__file__).parent.iterdir() if path.is_file()) < 3_000_000


QUESTIONS = [item for item in ndb.items().values() if item.section == ndb.QUESTIONNAIRE]


def test_the_questionnaire_is_the_release(shared: Callable[[str], Path]) -> None:
    import duckdb

    source = shared("risk/ndb/ndb9_questionnaire.parquet")
    by_question = {
        row[0]: row[1:]
        for row in duckdb.sql(
            f"select question, sum(count), count(*), count(*) - count(count) from '{source}' group by question"
        ).fetchall()
    }
    assert len(QUESTIONS) == len(by_question) == 22
    for number, item in enumerate(QUESTIONS, start=1):
        low, high = ndb.bounds(item.key)
        assert by_question[number] == (int(low.sum()), low.size, int((high > low).sum())), item.key


def test_every_answer_of_the_questionnaire_is_found_by_its_words() -> None:
    for item in QUESTIONS:
        for label in item.labels:
            found = ndb.position(item, value=label, sex="female", age=62, region=at("2706"))
            assert isinstance(found, ndb.Position)
            assert found.classes[found.at].label == label
            assert found.below_point is None
            assert sum(c.share_low for c in found.classes) <= 100 + 1e-9
    assert isinstance(ndb.position(of("q_smoking"), value="ときどき", sex="male", age=50), Refused)


def test_smokers_among_men_of_toyono() -> None:
    low, high = ndb.counts(of("q_smoking"), at("2701"), "male", 3)
    assert low == high == [5_227, 13_360]
    assert ndb.next_better(of("q_smoking"), "male", 0) == 1
    assert ndb.next_better(of("q_smoking"), "male", 1) is None


def test_codes_of_a_check_up_file_follow_the_year_of_the_list() -> None:
    from datetime import date

    alcohol = of("q_alcohol_freq")
    assert alcohol.answer_of("2", date(2023, 6, 1)) == "時々"
    assert alcohol.answer_of("2", date(2024, 4, 1)) is None  # "5 to 6 days a week" has no class of 2021
    assert alcohol.answer_of("8", date(2024, 4, 1)) == "ほとんど飲まない（飲めない）"
    assert (
        of("q_smoking").answer_of("2", date(2024, 4, 1))
        == of("q_smoking").answer_of("2", date(2024, 3, 31))
        == "いいえ"
    )
    assert of("q_alcohol_amount").answer_of("5", date(2026, 4, 1)) == "3合以上"
