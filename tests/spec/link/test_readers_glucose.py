"""Glucose tables of LibreView and Dexcom: columns by place and unit, limits of the sensor kept as limits."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from backend import base
from backend.link import unreadable
from backend.link.opening import open_source
from backend.link.reading import Limits, Source
from backend.record import ItemState, Reading, SeriesSamples
from tests.link_parts import values

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "link"
LIBRE = (SAMPLES / "libreview-mmol.csv").read_bytes()
CLARITY = (SAMPLES / "clarity-ja.csv").read_bytes()
SENSOR = "cgm_glucose_mgdl"


def opened(content: bytes, limits: Limits | None = None) -> Source:
    return open_source(io.BytesIO(content), filename="x", limits=limits or Limits())


def readings(source: Source) -> list[Reading]:
    return [one for batch in source.readings("me") for one in batch]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=base.TOKYO)


def test_libreview_in_mmol_with_german_headers() -> None:
    with opened(LIBRE) as source:
        found = readings(source)
        assert dict(source.unknown) == {"record type 6": 1, "record type 5": 1}
        assert Counter(one.key for one in source.left_out) == {
            "link.left_no_number": 1,
            "link.left_future": 1,
            "link.left_implausible": 1,
        }
        (person,) = source.persons()
        assert (person.name, person.birth) == (None, None)
    assert [(one.metric, one.value, one.state, one.start, one.source, one.original_value) for one in found] == [
        (SENSOR, 99.0858, ItemState.MEASURED, at("2025-06-13 08:00"), "FreeStyle Libre 2", "5,5"),
        (SENSOR, 108.0936, ItemState.MEASURED, at("2025-06-13 08:15"), "FreeStyle Libre 2", "6.0"),
        (SENSOR, 109.89516, ItemState.MEASURED, at("2025-06-13 08:20"), "FreeStyle Libre 2（スキャン）", "6.1"),
        (SENSOR, 40.0, ItemState.BELOW_LIMIT, at("2025-06-13 08:30"), "FreeStyle Libre 2", "LO"),
        (SENSOR, 400.0, ItemState.ABOVE_LIMIT, at("2025-06-13 08:45"), "FreeStyle Libre 2", "HI"),
        ("glucose_mgdl", 129.71232, ItemState.MEASURED, at("2025-06-13 09:00"), "FreeStyle Libre 2", "7.2"),
    ]


def test_clarity_with_japanese_headers() -> None:
    with opened(CLARITY) as source:
        found = readings(source)
        assert dict(source.unknown) == {"Alert": 1, "Insulin": 1, "EGV": 1}
        assert source.persons()[0].name == "見本 花子"
    assert [(one.metric, one.value, one.state, one.start.isoformat()) for one in found] == [
        (SENSOR, 112.0, ItemState.MEASURED, "2025-06-13T08:00:00+09:00"),
        (SENSOR, 40.0, ItemState.BELOW_LIMIT, "2025-06-13T08:05:00+09:00"),
        (SENSOR, 400.0, ItemState.ABOVE_LIMIT, "2025-06-13T08:10:00+09:00"),
        ("glucose_mgdl", 118.0, ItemState.MEASURED, "2025-06-13T08:12:00+09:00"),
    ]


@pytest.mark.parametrize("content", [LIBRE, CLARITY])
def test_columns_hold_what_single_readings_hold(content: bytes) -> None:
    with opened(content) as source:
        alone = readings(source)
        parts = list(source.parts("me"))
    plain = values([[one for one in alone if one.state is ItemState.MEASURED]])
    limits = {(round(one.start.timestamp() * 1000), one.value, one.state.value) for one in alone} - {
        (round(one.start.timestamp() * 1000), one.value, "measured") for one in alone
    }
    columns = values(parts)
    assert {key: n for key, n in columns.items() if key[6] is None} == plain
    assert {(key[2], float(str(key[4])), key[6]) for key in columns if key[6] is not None} == limits
    assert len(limits) == 2


def test_days_that_can_be_read_two_ways_are_refused_or_settled_by_the_file() -> None:
    both = LIBRE.replace(b"13-06-2025", b"05-06-2025").replace(b"31-02-2025", b"05-06-2025")
    with pytest.raises(unreadable.DatesUnclear):
        opened(both)
    with pytest.raises(unreadable.DatesUnclear):
        opened(both.replace(b"05-06-2025 08:00", b"13-06-2025 08:00").replace(b"05-06-2025 08:15", b"06-13-2025 08:15"))
    head, rest = both.split(b"\n", 2)[:2], both.split(b"\n")[2]
    week = [rest.replace(b"05-06-2025", b"%02d-06-2025" % day) for day in range(1, 10)]
    with opened(b"\n".join([*head, *week])) as source:
        assert [one.start.date().isoformat() for one in readings(source)] == [
            f"2025-06-{day:02d}" for day in range(1, 10)
        ]
    american = [rest.replace(b"05-06-2025 08:00", b"06-%02d-2025 08:00 PM" % day) for day in range(1, 10)]
    with opened(b"\n".join([*head, *american])) as source:
        found = readings(source)
        assert [one.start.date().isoformat() for one in found] == [f"2025-06-{day:02d}" for day in range(1, 10)]
        assert {one.start.hour for one in found} == {20}
    japanese = rest.replace(b"05-06-2025", b"2025/06/05")
    with opened(b"\n".join([*head, japanese])) as source:
        assert readings(source)[0].start == at("2025-06-05 08:00")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(encoding: str, delimiter: str) -> None:
    rows = list(csv.reader(io.StringIO(LIBRE.decode("utf-8-sig"))))
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    with opened(out.getvalue().encode(encoding)) as source:
        assert len(readings(source)) == 6


def test_a_table_has_a_limit() -> None:
    with pytest.raises(unreadable.FileTooLarge):
        opened(LIBRE, Limits(table_bytes=100))


def test_the_published_libre_file(shared: Callable[[str], Path]) -> None:
    content = shared("wearables/cgm/FreeStyle_Libre_3_synthetic.csv").read_bytes()
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[2:]
    wanted = {
        (datetime.strptime(row[2], "%d-%m-%Y %H:%M").replace(tzinfo=base.TOKYO), float(row[4] or row[5]), row[3])
        for row in rows
        if row[3] in "01" and (row[4] or row[5])
    }
    with opened(content) as source:
        found = readings(source)
        assert {(one.start, one.value, "1" if "スキャン" in one.source else "0") for one in found} == wanted
        assert len(found) == 4_305 + 316
        assert dict(source.unknown) == {"record type 6": 936}
        assert not source.left_out


def test_the_published_clarity_file(shared: Callable[[str], Path]) -> None:
    with opened(shared("wearables/cgm/Clarity_Export_synthetic.csv").read_bytes()) as source:
        parts = [part for part in source.parts("me") if isinstance(part, SeriesSamples)]
        assert sum(map(len, parts)) == 3_922
        assert sum(int((part.label >= 0).sum()) for part in parts) == 5
        assert {part.labels[label] for part in parts for label in part.label.tolist() if label >= 0} == {"below_limit"}
        assert dict(source.unknown) == {"Insulin": 47, "Alert": 7}
        assert source.persons()[0].name == "Gagarin"
