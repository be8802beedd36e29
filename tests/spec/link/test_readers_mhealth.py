"""Open mHealth and IEEE 1752: measurements read, statistics and times without a zone left out."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.link import unreadable
from backend.link.opening import open_source
from backend.link.reading import Limits, Source

SAMPLE = (Path(__file__).resolve().parents[2] / "samples" / "link" / "open-mhealth.json").read_bytes()


def opened(content: bytes, limits: Limits | None = None) -> Source:
    return open_source(io.BytesIO(content), filename="x.json", limits=limits or Limits())


def plain(source: Source) -> list[tuple[object, ...]]:
    return [
        (one.metric, one.value, one.start.isoformat(), one.end.isoformat() if one.end else None, one.source)
        for batch in source.readings("me")
        for one in batch
    ]


def test_data_points_with_and_without_headers() -> None:
    at, own = "2025-06-10T07:00:00+09:00", "Open mHealth"
    with opened(SAMPLE) as source:
        assert plain(source) == [
            ("sbp_mmhg", 131.0, at, None, "Mihon Cuff"),
            ("dbp_mmhg", 83.0, at, None, "Mihon Cuff"),
            ("glucose_fasting_mgdl", 99.0858, at, None, own),
            ("steps_count", 120.0, at, "2025-06-10T07:10:00+09:00", own),
            ("weight_kg", 58.19590107, at, None, own),
        ]
        assert dict(source.unknown) == {"total_sleep_time": 1}
        assert Counter(one.key for one in source.left_out) == {
            "link.left_statistic": 1,
            "link.left_undated": 1,
            "link.left_no_number": 1,
        }


@pytest.mark.parametrize(
    "content",
    [
        b'{"effective_time_frame": ',
        b'[{"effective_time_frame": {}}, \xff]',
        b'{"effective_time_frame": ' + b"[" * 100_000,
    ],
)
def test_damaged_points_are_refused(content: bytes) -> None:
    with pytest.raises(unreadable.JsonDamaged):
        opened(content)


def test_shapes_that_are_no_points() -> None:
    for shape in ([1, {"x": {"effective_time_frame": 1}}], {"body": 5, "note": {"effective_time_frame": 1}}):
        with pytest.raises(unreadable.NotFhir):
            opened(json.dumps(shape).encode())
    with pytest.raises(unreadable.FileTooLarge):
        opened(SAMPLE, Limits(json_bytes=100))
    frames: list[Any] = [None, 5, {}, {"time_interval": 3}, {"date_time": 3}, {"date_time": "2025-06-10"}]
    frames.append(
        {"time_interval": {"start_date_time": "2025-06-10T07:00:00Z", "duration": {"value": 1, "unit": "Mo"}}}
    )
    for frame in frames:
        with opened(
            json.dumps({"heart_rate": {"value": 60, "unit": "bpm"}, "effective_time_frame": frame}).encode()
        ) as source:
            assert plain(source) == []
            assert [one.key for one in source.left_out] == ["link.left_undated"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("omh-blood-glucose-4.0__with-temporal-relationship-to-meal", [("glucose_fasting_mgdl", 95.0)]),
        ("omh-blood-glucose-4.0__with-temporal-relationship-to-sleep", [("glucose_mgdl", 95.0)]),
        ("omh-blood-pressure-4.0__with-posture-and-location", [("sbp_mmhg", 140.0), ("dbp_mmhg", 60.0)]),
        ("omh-blood-pressure-4.0__with-posture-location-relation", [("sbp_mmhg", 125.0), ("dbp_mmhg", 60.0)]),
        ("omh-body-weight-3.0__body-weight-only", [("weight_kg", 50.0)]),
        ("omh-body-weight-3.0__with-descriptive-statistic", []),
        ("omh-heart-rate-2.0__with-descriptive-statistic", []),
        ("omh-heart-rate-2.0__with-temporal-relationship-to-sleep", [("heart_rate_bpm", 67.5)]),
        ("omh-oxygen-saturation-2.0__saturation-with-statistics", []),
        ("omh-oxygen-saturation-2.0__with-oxygen", [("spo2_pct", 95.0)]),
        ("omh-sleep-episode-1.0__valid-sleep-episode", []),
        ("omh-sleep-episode-1.1__valid-sleep-episode", []),
        ("omh-step-count-3.0__with-maximum", []),
        ("omh-step-count-3.0__with-session", []),
    ],
)
def test_the_published_points(shared: Callable[[str], Path], name: str, expected: list[tuple[str, float]]) -> None:
    with opened(shared(f"wearables/omh/{name}.json").read_bytes()) as source:
        assert [one[:2] for one in plain(source)] == expected
        assert expected or source.left_out or source.unknown
