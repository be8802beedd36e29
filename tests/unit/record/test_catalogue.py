"""The metric catalogue: every metric named in three languages, every border both ways, every code once."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from backend.consent import Category
from backend.record import catalogue

KANJI = re.compile(r"[一-鿿]")
RUBY = re.compile(r"\{[^{}|]+\|[ぁ-ゖァ-ヺー]+\}")


def test_every_metric_has_names_in_three_languages() -> None:
    for metric in catalogue.all_metrics().values():
        assert metric.ja, metric.code
        assert metric.en, metric.code
        assert not KANJI.search(metric.en), metric.code
        assert not KANJI.search(RUBY.sub("", metric.ja_easy)), f"{metric.code}: a kanji without ruby"
        assert metric.source, metric.code
        assert metric.category in {one.value for one in Category}, metric.code


def test_every_answer_has_words_in_three_languages() -> None:
    lists = {metric.choices for metric in catalogue.all_metrics().values() if metric.choices}
    for metric in catalogue.all_metrics().values():
        if metric.value == "code" and metric.choices:
            assert any(
                catalogue.choice(metric.code, answer) for answer in ("0", "1", "2", "asleep", "walking", "stood")
            ), metric.code
    assert len(lists) > 40
    smoking = catalogue.choice("q_smoking", "3")
    assert smoking is not None
    assert (smoking.name("ja"), smoking.name("en")) == ("いいえ", "No")
    assert catalogue.choice("q_smoking", "9") is None


def test_every_code_names_one_metric() -> None:
    for codes in (
        [one for metric in catalogue.all_metrics().values() for one in metric.loinc],
        [one for metric in catalogue.all_metrics().values() for one in metric.jlac10],
    ):
        assert [code for code, count in Counter(codes).items() if count > 1] == []
    for metric in catalogue.all_metrics().values():
        assert all(_is_loinc(code) for code in metric.loinc), metric.code


def _is_loinc(code: str) -> bool:
    """Check the Luhn digit, so that a mistyped code cannot stand."""
    number, _, check = code.partition("-")
    total = 0
    for place, digit in enumerate(reversed(number)):
        twice = int(digit) * (2 if place % 2 == 0 else 1)
        total += twice // 10 + twice % 10
    return check == str(-total % 10)


@pytest.mark.parametrize(
    "code",
    sorted(
        code
        for code, metric in catalogue.all_metrics().items()
        if metric.value == "number" and metric.plausible_high is not None
    ),
)
def test_both_sides_of_every_plausible_border(code: str) -> None:
    metric = catalogue.metric(code)
    low, high = metric.plausible_low, metric.plausible_high
    assert low is not None
    assert high is not None
    assert low < high
    assert metric.is_plausible(low)
    assert metric.is_plausible(high)
    assert not metric.is_plausible(low - 0.001)
    assert not metric.is_plausible(high + 0.001)


def test_what_no_number_is_plausible_for() -> None:
    weight = catalogue.metric("weight_kg")
    assert not weight.is_plausible(float("nan"))
    assert not weight.is_plausible(float("inf"))


def test_a_laboratory_code_without_a_row_is_a_metric_of_its_own() -> None:
    own = catalogue.metric("3B010000002327201")
    assert (own.code, own.kind, own.plausible_low) == ("3B010000002327201", "point", None)
    with pytest.raises(catalogue.UnknownMetric):
        catalogue.metric("no_such_metric")
    assert catalogue.find("3B0100000023272") is None


@pytest.mark.parametrize(
    ("loinc", "metric"),
    [
        ("8480-6", "sbp_mmhg"),
        ("8462-4", "dbp_mmhg"),
        ("4548-4", "hba1c_pct"),
        ("1558-6", "glucose_fasting_mgdl"),
        ("2345-7", "glucose_mgdl"),
        ("29463-7", "weight_kg"),
        ("9279-1", "resp_rate_bpm"),
    ],
)
def test_loinc_finds_the_metric(loinc: str, metric: str) -> None:
    found = catalogue.by_loinc(loinc)
    assert found is not None
    assert found.code == metric


def test_every_17_digit_code_of_a_metric_is_found() -> None:
    for metric in catalogue.all_metrics().values():
        for code in metric.jlac10:
            assert catalogue.by_jlac10(code) is metric
