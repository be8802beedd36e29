"""A sensor's table on the record: the glucose page counts the limits of the sensor as below and above the range."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.api.link.conftest import Linking

HEAD = (
    "Index,Timestamp (YYYY-MM-DDThh:mm:ss),Event Type,Event Subtype,Patient Info,Device Info,Source Device ID,"
    "Glucose Value (mg/dL),Insulin Value (u),Carb Value (grams),Duration (hh:mm:ss),"
    "Glucose Rate of Change (mg/dL/min),Transmitter Time (Long Integer),Transmitter ID\n"
)


def _table() -> bytes:
    start = datetime(2025, 6, 1)
    rows = []
    for step in range(15 * 288):
        value = "Low" if step % 10 == 0 else "High" if step % 10 == 1 else "120"
        at = (start + timedelta(minutes=5 * step)).isoformat()
        rows.append(f"{step},{at},EGV,,,,G7,{value},,,,,{step * 300},MIHON1\n")
    return (HEAD + "".join(rows)).encode()


def test_the_glucose_page_counts_the_sensors_limits(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    upload = hanako.look(_table(), "clarity.csv")
    assert upload["preview"]["source"] == "cgm"
    assert upload["preview"]["question"] == "whose"
    done = hanako.take(_table(), "clarity.csv", whose="mine")
    assert done["new"] == 15 * 288
    page = hanako.phone.get("/glucose").json
    shares = {one["id"]: one["percent"] for one in page["ranges"]}
    assert page["state"] == "ok"
    assert sum(shares.values()) == pytest.approx(100)
    assert sorted(shares.values()) == pytest.approx([0, 0, 10, 10, 80], abs=0.05)
