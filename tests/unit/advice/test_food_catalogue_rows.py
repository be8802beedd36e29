"""Row errors of a catalogue: which row, which column, what; and what silence means."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest

from backend import advice, base
from backend.advice import provider
from backend.advice.provider.columns import COLUMNS

ON = date(2026, 11, 22)
GOOD = {column.ja: column.example for column in COLUMNS}


def read(*rows, heads=None):
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=heads or list(GOOD), extrasaction="ignore")
    writer.writeheader()
    writer.writerows({**GOOD, "料理番号": f"A{n}", **row} for n, row in enumerate(rows))
    return provider.read(out.getvalue(), provider="p", provider_name="見本", on=ON)


WRONG = [
    ("料理名", "", "missing"),
    ("料理名", "あ" * 81, "too_long"),
    ("よみ", "鯖の弁当", "not_hiragana"),
    ("区分", "ランチ", "unknown_word"),
    ("食事", "夜", "unknown_word"),
    ("主な材料", "きのこ", "unknown_word"),
    ("価格（円）", "七百", "not_a_number"),
    ("価格（円）", "-1", "not_a_number"),
    ("価格（円）", "49", "out_of_range"),
    ("価格（円）", "10001", "out_of_range"),
    ("価格（円）", "780.5", "not_whole"),
    ("配達地域", "吹田市;東吹田市", "unknown_area"),
    ("曜日", "月祝", "unknown_weekday"),
    ("エネルギー（kcal）", "54O", "not_a_number"),
    ("エネルギー（kcal）", "NaN", "not_a_number"),
    ("食塩相当量（g）", "21", "out_of_range"),
    ("アレルゲン", "こむぎこ", "unknown_allergen"),
    ("アレルゲン", "", "allergens_empty"),
    ("アレルゲンの範囲", "28", "unknown_word"),
    ("特徴", "おいしい", "unknown_word"),
    ("妊娠中", "たぶん", "unknown_word"),
    ("水銀に注意する魚（g）", "キンメダイ", "unknown_fish"),
    ("水銀に注意する魚（g）", "さば:80", "unknown_fish"),
    ("最小注文数", "0", "out_of_range"),
    ("何日前まで", "31", "out_of_range"),
]


@pytest.mark.parametrize(("column", "cell", "what"), WRONG)
def test_a_wrong_cell_is_said_with_row_and_column(column, cell, what):
    found = read({}, {column: cell})
    errors = [(one.row, one.column, one.key) for one in found.errors]
    assert (3, column, f"provider.row.{what}") in errors
    assert {row for row, _, _ in errors} == {3}
    assert len(found.dishes) == 1


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("価格（円）", "50"),
        ("価格（円）", "10000"),
        ("価格（円）", "1,200"),
        ("価格（円）", "７８０"),
        ("曜日", "毎日"),
        ("食事", "朝、昼・"),
    ],
)
def test_cells_people_write_are_read(column, cell):
    if "・" in cell:
        cell = cell.rstrip("・")
    assert not read({column: cell}).errors


def test_every_finding_has_words_in_three_languages():
    words = json.loads((Path(advice.__file__).parent / "words_provider.json").read_text("utf-8"))
    for column, cell, _ in WRONG:
        for one in read({column: cell}).findings:
            assert set(words[one.key]) == {"ja", "ja-easy", "en"}
            for locale in ("ja", "en"):
                assert "{" not in base.say(one.key, locale, **one.params)


def test_the_same_number_twice_names_the_first():
    found = read({"料理番号": "X"}, {"料理番号": "X"})
    assert [(one.row, one.key, one.params) for one in found.errors] == [
        (3, "provider.row.twice", {"value": "X", "row": 2})
    ]


def test_a_missing_column_is_said_once_and_nothing_is_read():
    found = read({}, heads=[name for name in GOOD if name != "価格（円）"])
    assert [(one.row, one.column, one.key) for one in found.errors] == [
        (1, "価格（円）", "provider.row.missing_column")
    ]
    assert found.dishes == ()


@pytest.mark.parametrize("text", ["", "\n\n", '"', '料理番号,"料理名\n', "\x00", "a,b\n1,2\n"])
def test_what_is_no_catalogue_is_refused_not_crashed_on(text):
    assert provider.read(text, provider="p", provider_name="見本", on=ON).errors


def test_doubts_do_not_stop_loading():
    found = read({"エネルギー（kcal）": "900"}, {"エネルギー（kcal）": ""}, {"食塩相当量（g）": "6.1"})
    assert [one.key.rpartition(".")[2] for one in found.findings] == ["energy_differs", "energy_unknown", "very_salty"]
    assert not found.errors
    assert len(found.dishes) == 3


@pytest.mark.parametrize(
    ("allergens", "scope", "wheat", "soy", "egg"),
    [
        ("小麦", "すべて", True, False, False),
        ("なし", "すべて", False, False, False),
        ("小麦", "義務", True, True, False),
        ("なし", "義務", False, True, False),
        ("小麦", "", True, True, True),
        ("", "", True, True, True),
    ],
)
def test_an_allergen_that_nobody_stated_may_be_in_it(allergens, scope, wheat, soy, egg):
    dish = read({"アレルゲン": allergens, "アレルゲンの範囲": scope}).dishes[0]
    hits = {one: bool(dish.allergens.hits({one})) for one in ("wheat", "soy", "egg")}
    assert hits == {"wheat": wheat, "soy": soy, "egg": egg}


def test_fish_of_the_week_becomes_a_share():
    dish = read({"水銀に注意する魚（g）": "キンメダイ:40;キダイ:80"}).dishes[0]
    assert advice.food.mercury_share(dish) == pytest.approx(0.5 + 0.5)
