"""Any text at all is read or refused by row and column; unknown allergens are never taken for none."""

from __future__ import annotations

import csv
import io
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.advice import food, provider
from backend.advice.provider.columns import COLUMNS

ON = date(2026, 11, 22)
HEADS = [column.ja for column in COLUMNS]
CELLS = st.one_of(
    st.sampled_from([column.example for column in COLUMNS]),
    st.sampled_from(
        ["", "なし", "すべて", "義務", "0", "-1", "1e9", "NaN", "９９", "毎日", "キンメダイ:80", ";;", "可"]
    ),
    st.text(max_size=12),
)


def read(text):
    return provider.read(text, provider="p", provider_name="見本", on=ON)


@given(st.text(max_size=300))
def test_any_text(text):
    found = read(text)
    assert found.dishes == () or not any(one.row == 1 and one.is_error for one in found.findings)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=len(HEADS), max_size=len(HEADS)), max_size=4))
def test_any_rows_under_the_right_headings(rows):
    out = io.StringIO()
    csv.writer(out).writerows([HEADS, *rows])
    found = read(out.getvalue())
    wrong = {one.row for one in found.errors}
    assert len(found.dishes) + len(wrong) >= found.rows
    every = food.every_allergen()
    for dish in found.dishes:
        assert dish.allergens.contains <= every
        assert not dish.allergens.contains & dish.allergens.unknown
        assert 50 <= dish.price_yen <= 10_000
        assert dish.areas
        assert dish.weekdays <= set(range(7))
        for total in dish.nutrients.values():
            assert total.is_known == (total.at_most is not None)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(food.ingredients())), st.floats(0, 500)), min_size=1, max_size=8))
def test_a_sum_lies_between_its_ends_and_more_food_is_never_less(parts):
    whole = food.sum_of(parts)
    less = food.sum_of(parts[1:])
    for key in food.NUTRIENTS:
        total = whole[key]
        assert total.at_most is None or total.at_least <= total.at_most + 1e-9
        assert total.at_least >= less[key].at_least - 1e-9
        assert total.is_known == (total.value is not None)
        if total.is_known:
            assert total.at_most is not None
            assert abs(total.at_most - total.at_least) <= 1e-9 * max(1.0, total.at_least)
