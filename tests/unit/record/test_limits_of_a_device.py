"""A sample at the limit of its device stays among the samples, with the limit as its value and its state as a word."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from backend.link.fhir import own
from backend.record import ItemState, Reading
from backend.record.export import csvfile
from backend.record.service import _as_columns, _is_sample


def sample(value: float | str | None, state: ItemState) -> Reading:
    return Reading(
        metric="cgm_glucose_mgdl",
        value=value,
        unit="mg/dL",
        start=datetime(2025, 6, 1, 8, tzinfo=UTC),
        state=state,
        source="s",
        place="line 3",
    )


@pytest.mark.parametrize(
    ("value", "state", "is_sample"),
    [
        (40.0, ItemState.BELOW_LIMIT, True),
        (400.0, ItemState.ABOVE_LIMIT, True),
        (120.0, ItemState.MEASURED, True),
        ("deep", ItemState.MEASURED, True),
        (None, ItemState.BELOW_LIMIT, False),
        (None, ItemState.MEASURED, False),
        (120.0, ItemState.NOT_DONE, False),
    ],
)
def test_what_goes_into_columns(value: float | str | None, state: ItemState, is_sample: bool) -> None:
    assert _is_sample(sample(value, state)) is is_sample


@pytest.mark.parametrize(("value", "state"), [(40.0, ItemState.BELOW_LIMIT), (120.0, ItemState.MEASURED)])
def test_columns_and_our_table_give_the_state_back(value: float, state: ItemState) -> None:
    columns = _as_columns("cgm_glucose_mgdl", "line ", [sample(value, state)])
    assert columns.value.tolist() == [value]
    assert [columns.labels[at] for at in columns.label.tolist() if at >= 0] == ([state.value] if value == 40 else [])
    ((back,),) = own.as_readings(columns)
    assert (back.value, back.state) == (value, state)
    word = state.value if value == 40 else ""
    row = ["cgm_glucose_mgdl", "2025-06-01T08:00:00+00:00", "", repr(value), word, "mg/dL", "s"]
    read = csvfile.sample_of(row, "p")
    assert (read.value, read.state) == (value, state)
    with pytest.raises(ValueError, match="nonsense"):
        csvfile.sample_of([*row[:4], "nonsense", *row[5:]], "p")
