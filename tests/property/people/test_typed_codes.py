"""However a code is split, widened or lowered when typed, the same code comes out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backend.people import model

codes = st.text(alphabet=model.CODE_LETTERS, min_size=10, max_size=10)
between = st.text(alphabet=" -‐－　・.", max_size=3)


@given(codes, st.lists(between, min_size=10, max_size=10), st.lists(st.booleans(), min_size=10, max_size=10))
def test_typing_loses_nothing(code, gaps, widened):
    typed = "".join(
        (chr(ord(letter.lower()) + 0xFEE0) if is_wide else letter.lower()) + gap
        for letter, gap, is_wide in zip(code, gaps, widened, strict=True)
    )
    assert model.normal_code(typed) == code
    assert model.normal_code(model.grouped(code)) == code


@given(st.text(max_size=40))
def test_whatever_is_typed_never_breaks_the_reader(typed):
    code = model.normal_code(typed)
    assert model.normal_code(code) == code
    model.is_code(code)
    kana = model.normal_kana(typed)
    assert kana is None or model.normal_kana(kana) == kana
