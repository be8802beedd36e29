"""Packing: what comes back is what went in, small, and anything else is an error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.record.series import codec

big = st.integers(-(2**62), 2**62)
floats = st.floats(allow_nan=True, allow_infinity=True, width=64)


@given(st.lists(big, max_size=50), st.lists(floats, max_size=50))
def test_round_trip(whole: list[int], real: list[float]) -> None:
    columns, facts = codec.unpack(
        codec.pack({"i": np.array(whole, np.int64), "f": np.array(real, np.float64)}, {"unit": "kg"})
    )
    assert columns["i"].tolist() == whole
    np.testing.assert_array_equal(columns["f"], np.array(real, np.float64))
    assert facts == {"unit": "kg"}


def test_heart_rates_take_few_bytes() -> None:
    dice = np.random.default_rng(1)
    n = 20_000
    start = np.cumsum(dice.integers(240, 420, n)) * 1000
    value = np.clip(np.cumsum(dice.integers(-3, 4, n)) % 60 + 60, 50, 130).astype(float)
    packed = codec.pack({"start": start, "lasts": np.zeros(n, np.int64), "value": value}, {})
    assert len(packed) / n < 4.5


@pytest.mark.parametrize("blob", [b"", b"\x00", b"not packed", codec.pack({"a": np.arange(9)}, {})[:-2]])
def test_other_bytes_are_an_error(blob: bytes) -> None:
    with pytest.raises(codec.CodecError):
        codec.unpack(blob)
