"""Apple exports read by numpy and by expat: the same values, left out for the same reasons, broken at the same line."""

from __future__ import annotations

import io
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend import base
from backend.link.apple import columns
from backend.link.opening import open_source
from backend.link.reading import Part
from tests.link_parts import Value, values

TIMES = [
    "2025-05-19 08:00:00 +0900",
    "2025-05-19 23:59:59 +0900",
    "2024-02-29 06:10:05 -0330",
    "2023-02-29 06:10:05 +0900",
    "2025-05-19 6:10:05 PM +0900",
    "2025-13-01 06:10:05 +0900",
    "1899-12-31 23:59:59 +0900",
    "2999-01-01 00:00:00 +0900",
    "2025-05-19T08:00:00+09:00",
    "2025-07-19 08:00:00 +0900",
    "x",
]
TYPES = [
    ("HKQuantityTypeIdentifierHeartRate", ["count/min", "Hz", "furlong"]),
    ("HKQuantityTypeIdentifierStepCount", ["count"]),
    ("HKQuantityTypeIdentifierDistanceWalkingRunning", ["km", "mi", "m"]),
    ("HKQuantityTypeIdentifierOxygenSaturation", ["%"]),
    ("HKQuantityTypeIdentifierActiveEnergyBurned", ["kcal", "kJ", "Cal"]),
    ("HKQuantityTypeIdentifierBodyMass", ["kg", "lb"]),
    ("HKQuantityTypeIdentifierDietaryWater", ["mL"]),
    ("HKCategoryTypeIdentifierSleepAnalysis", [""]),
    ("HKQuantityTypeIdentifierMadeUp", ["count"]),
]
NUMBERS = [
    "72",
    "0.97",
    "97",
    "1.2345678901234",
    "1e3",
    "-4",
    "nan",
    "",
    "abc",
    "1_0",
    " 5 ",
    "123456789012345678",
    "0",
]
STAGES = ["HKCategoryValueSleepAnalysisAsleepREM", "HKCategoryValueSleepAnalysisInBed", "3", "Unheard"]
NAMES = ["Watch", "花子の Apple\u00a0Watch", 'A & "B" <C>', "", "  two   spaces "]


@st.composite
def record(draw: st.DrawFn) -> str:
    """One record, most of them as Health writes them."""
    kind, units = draw(st.sampled_from(TYPES))
    start = draw(st.sampled_from(TIMES[:3]) | st.sampled_from(TIMES))
    value = draw(st.sampled_from(STAGES if "Sleep" in kind else NUMBERS))
    given = {
        "type": kind,
        "sourceName": draw(st.sampled_from(NAMES)),
        "device": "<<HKDevice: 0x1>, name:Apple Watch>",
        "unit": draw(st.sampled_from(units)),
        "startDate": start,
        "endDate": draw(st.just(start) | st.sampled_from(TIMES)),
        "value": value,
    }
    for name in draw(st.lists(st.sampled_from(["device", "unit", "sourceName", "value", "endDate"]), max_size=1)):
        del given[name]
    if draw(st.integers(0, 9)) == 0:
        given = dict(reversed(given.items()))
    head = "<Record " + " ".join(f"{name}={quoteattr(text)}" for name, text in given.items())
    shape = draw(st.integers(0, 100))
    if shape < 60:
        return f"{head}/>"
    inside = '  <MetadataEntry key="a" value="b"/>\n'
    if shape < 80:
        return f"{head}>\n{inside} </Record>"
    if shape < 99:
        beats = ' <HeartRateVariabilityMetadataList>\n  <InstantaneousBeatsPerMinute bpm="61" time="x"/>\n'
        return f"{head}>\n{inside}{beats} </HeartRateVariabilityMetadataList>\n </Record>"
    return f"{head}></Record>"


@st.composite
def element(draw: st.DrawFn) -> str:
    """A record, or something that holds records or none."""
    which = draw(st.integers(0, 14))
    at = TIMES[0]
    if which == 0:
        records = "\n  ".join(draw(st.lists(record(), max_size=3)))
        return f'<Correlation type="x" startDate="{at}" endDate="{at}">\n  {records}\n </Correlation>'
    if which == 1:
        events = '  <WorkoutEvent type="p"/>\n'
        return (
            f'<Workout workoutActivityType="HKWorkoutActivityTypeRunning" startDate="{at}" endDate="{at}" '
            f'totalDistance="3" totalDistanceUnit="km" sourceName="W">\n{events} </Workout>'
        )
    if which == 2:
        return draw(st.sampled_from(["<!-- said -->", '<ActivitySummary a="1"/>', "", "<!-- two\nlines -->"]))
    return draw(record())


def read(content: bytes, *, is_fast: bool) -> tuple[object, ...]:
    """Values and what was left out, or the refusal."""
    with open_source(io.BytesIO(content), filename="x") as source:
        parts: list[Part] = []
        try:
            parts.extend(source.parts("me") if is_fast else source.readings("me"))
        except base.Refusal as refusal:
            return (refusal.key, tuple(refusal.params.items()))
        found: dict[Value, int] = dict(values(parts))
        left_out = sorted((group.key, group.count) for group in source.left_out_groups("me"))
        return found, left_out, dict(source.unknown), source.warnings


@pytest.mark.parametrize("block", [300, 2000, 1 << 20])
@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_both_ways_of_reading_an_export_give_the_same(block: int, data: st.DataObject) -> None:
    elements = data.draw(st.lists(element(), max_size=25))
    end = data.draw(st.sampled_from(["\n", "\n", "\n", "\n", "\n", "\n", "\n", "\r\n"]))
    root = '<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="ja_JP">\n'
    text = root + "".join(f" {one}\n" for one in elements)
    content = f"{text}</HealthData>\n".replace("\n", end).encode()
    if data.draw(st.integers(0, 5)) == 0:
        content = content[: data.draw(st.integers(len(root) + 2, len(content)))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "BLOCK", block)
        assert read(content, is_fast=True) == read(content, is_fast=False)
