"""An Apple Health export as Apple writes it: each record once, in our units, whatever the phone's language."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from backend.cli import main
from backend.link.apple.rules import moment
from backend.link.opening import open_source
from backend.link.reading import Source
from backend.record import Reading
from tests.link_parts import values

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "link"
ME = (
    '<Me HKCharacteristicTypeIdentifierDateOfBirth="1968-04-12"'
    ' HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexFemale"/>'
)
BROKEN_DTD = """<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 12 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ELEMENT VisionPrescription ((RightEye|LeftEye)*)>
<!ATTLIST VisionPrescription
  type CDATA #REQUIRED
  brand CDATA #IMPLIED
<!ELEMENT RightEye EMPTY>
<!ATTLIST RightEye
  sphere CDATA #IMPLIED
  device CDATA #IMPLIED
>
>
]>
"""


def opened(*lines: str, before: str = "", me: str = ME) -> Source:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{before}<HealthData locale="ja_JP">\n{me}\n' + "\n".join(lines)
    return open_source(io.BytesIO(f"{text}\n</HealthData>".encode()), filename="書き出したデータ.xml")


def line(
    kind: str,
    value: str,
    unit: str = "",
    *,
    at: str = "2025-05-19 08:00:00 +0900",
    end: str = "",
    source: str = "Watch",
    device: str = "0x1",
) -> str:
    return (
        f'<Record type="{kind}" sourceName="{source}" device="&lt;&lt;HKDevice: {device}&gt;&gt;" '
        f'unit="{escape(unit)}" '
        f'creationDate="{at}" startDate="{at}" endDate="{end or at}" value="{value}"/>'
    )


def read(source: Source) -> list[Reading]:
    """The readings one by one; the same values come as columns."""
    found = [reading for batch in source.readings("me") for reading in batch]
    reasons = [(group.key, group.count) for group in source.left_out_groups("me")]
    assert values(source.parts("me")) == values([found])
    assert sorted((group.key, group.count) for group in source.left_out_groups("me")) == sorted(reasons)
    return found


def quantity(name: str) -> str:
    return f"HKQuantityTypeIdentifier{name}"


def inspected(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, float | str]]:
    assert main(["link", "inspect", str(path), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["format"] == "apple-health"
    return {metric: (one["count"], one["sum"]) for metric, one in printed["metrics"].items()}


def test_the_shared_samples_are_counted_and_summed(
    shared: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shared("wearables/apple")
    parser = {
        "heart_rate_bpm": (2, 149.0),
        "active_energy_kcal": (2, 0.2),
        "exercise_min": (1, 1.0),
        "stand_min": (1, 2.0),
        "sleep_stage": (2, None),
    }
    assert inspected(folder / "apple-health-parser_export.xml", capsys) == parser
    assert inspected(folder / "apple-health-parser_export.zip", capsys) == parser
    sqlite = {
        "bmi": (1, 22.5312),
        "heart_rate_bpm": (1, 72.0),
        "workout": (1, None),
        "workout_distance_m": (1, pytest.approx(0.4971749504535062 * 1609.344)),
        "workout_energy_kcal": (1, pytest.approx(48.745)),
    }
    assert inspected(folder / "healthkit-to-sqlite_export.xml", capsys) == sqlite
    assert inspected(folder / "healthkit-to-sqlite_zip_export.xml", capsys) == sqlite


def test_our_own_export_counts_correlated_blood_pressure_once() -> None:
    with open_source(SAMPLES / "apple-export.zip", filename="x") as source:
        person = source.persons()[0]
        assert (str(person.birth), person.sex) == ("1968-04-12", "female")
        found = read(source)
        upper = [reading.value for reading in found if reading.metric == "sbp_mmhg"]
        assert upper == [136.0 + day % 9 for day in range(21)]
        assert {reading.context for reading in found if reading.metric == "sbp_mmhg"} == {"home"}
        assert [one.key for one in source.warnings] == ["link.warn_ecg_not_read", "link.warn_routes_not_read"]
        assert "花子のApple Watch" in {reading.source for reading in found}


def test_a_record_that_stands_only_inside_a_correlation_is_not_lost() -> None:
    upper = line(quantity("BloodPressureSystolic"), "131", "mmHg")
    lower = line(quantity("BloodPressureDiastolic"), "82", "mmHg")
    source = opened(lower, f'<Correlation type="HKCorrelationTypeIdentifierBloodPressure">{upper}{lower}</Correlation>')
    assert sorted((one.metric, one.value) for one in read(source)) == [("dbp_mmhg", 82.0), ("sbp_mmhg", 131.0)]


@pytest.mark.parametrize(
    ("name", "value", "unit", "metric", "expected"),
    [
        ("BodyMass", "136.2", "lb", "weight_kg", 61.779280794),
        ("BodyMass", "61.8", "kg", "weight_kg", 61.8),
        ("BodyMass", "9", "st", "weight_kg", 57.15263862),
        ("Height", "5.25", "ft", "height_cm", 160.02),
        ("Height", "1.6", "m", "height_cm", 160.0),
        ("BodyTemperature", "98.6", "degF", "body_temp_c", 37.0),
        ("BodyTemperature", "36.5", "degC", "body_temp_c", 36.5),
        ("DistanceWalkingRunning", "1.5", "km", "distance_walk_m", 1500.0),
        ("DistanceWalkingRunning", "1", "mi", "distance_walk_m", 1609.344),
        ("ActiveEnergyBurned", "418.4", "kJ", "active_energy_kcal", 100.0),
        ("ActiveEnergyBurned", "100", "Cal", "active_energy_kcal", 100.0),
        ("ActiveEnergyBurned", "0.5", "kcal", "active_energy_kcal", 0.5),
        ("BloodGlucose", "5.5", "mmol<180.1558800000541>/L", "glucose_mgdl", 99.0858),
        ("BloodGlucose", "99", "mg/dL", "glucose_mgdl", 99.0),
        ("OxygenSaturation", "0.97", "%", "spo2_pct", 97.0),
        ("OxygenSaturation", "1", "%", "spo2_pct", 100.0),
        ("BodyFatPercentage", "0.283", "%", "fat_pct", 28.3),
        ("HeartRate", "1.2", "count/s", "heart_rate_bpm", 72.0),
        ("RespiratoryRate", "14", "count/min", "resp_rate_bpm", 14.0),
        ("BodyMassIndex", "24.1", "count", "bmi", 24.1),
        ("VO2Max", "38.2", "mL/min·kg", "vo2max_mlkgmin", 38.2),
        ("WalkingSpeed", "5", "km/hr", "walking_speed_kmh", 5.0),
        ("DietaryWater", "8", "fl_oz_us", "water_ml", 236.5882365),
    ],
)
def test_units_become_ours(name: str, value: str, unit: str, metric: str, expected: float) -> None:
    source = opened(line(quantity(name), value, unit))
    (reading,) = read(source)
    assert reading.metric == metric
    assert reading.value == pytest.approx(expected, rel=1e-9)
    assert (reading.original_value, reading.original_unit) == (value, unit)


def test_sleep_stages_old_and_new() -> None:
    stages = ["InBed", "Asleep", "AsleepUnspecified", "Awake", "AsleepCore", "AsleepDeep", "AsleepREM"]
    source = opened(
        *[line("HKCategoryTypeIdentifierSleepAnalysis", f"HKCategoryValueSleepAnalysis{one}") for one in stages]
    )
    assert [one.value for one in read(source)] == ["in_bed", "asleep", "asleep", "awake", "core", "deep", "rem"]


def test_the_broken_document_type_of_ios_16_is_read() -> None:
    source = opened(line(quantity("StepCount"), "777", "count"), before=BROKEN_DTD)
    assert str(source.persons()[0].birth) == "1968-04-12"
    assert [(one.metric, one.value) for one in read(source)] == [("steps_count", 777.0)]


def test_the_memory_address_of_a_device_is_in_no_reading() -> None:
    one, two = (
        read(opened(line(quantity("HeartRate"), "72", "count/min", device=device))) for device in ("0xaaa1", "0xbbb2")
    )
    assert [(r.metric, r.source, r.start, r.end, r.value, r.unit) for r in one] == [
        (r.metric, r.source, r.start, r.end, r.value, r.unit) for r in two
    ]
    assert "0xaaa1" not in repr(one)


@pytest.mark.parametrize(
    "text",
    [
        "2025-05-19 18:05:09 +0900",
        "2025-05-19 6:05:09 PM +0900",
        "2025-05-19 午後6:05:09 +0900",
        "2025-05-19T18:05:09+09:00",
        "2025-05-19 09:05:09 +0000",
        "2025-05-19 6:05:09\u202fPM +0900",
    ],
)
def test_times_of_every_clock(text: str) -> None:
    assert moment(text) == datetime(2025, 5, 19, 9, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "2025-05-19", "2025-05-19 18:05:09", "2025-13-19 18:05:09 +0900", "yesterday"])
def test_times_without_a_place_in_time(text: str) -> None:
    assert moment(text) is None


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (line(quantity("RespiratoryRate"), "400", "count/min"), "link.left_implausible"),
        (line(quantity("StepCount"), "many", "count"), "link.left_no_number"),
        (line(quantity("StepCount"), "nan", "count"), "link.left_implausible"),
        (line(quantity("BodyMass"), "60", "mmHg"), "link.left_unit"),
        (line(quantity("BodyMass"), "60", ""), "link.left_unit"),
        (line(quantity("BodyMass"), "60", "kg", at="2025-05-19"), "link.left_undated"),
        (line(quantity("BodyMass"), "60", "kg", at="2099-05-19 08:00:00 +0900"), "link.left_future"),
        (
            line("HKCategoryTypeIdentifierSleepAnalysis", "HKCategoryValueSleepAnalysisFloating"),
            "link.left_unknown_answer",
        ),
    ],
)
def test_what_cannot_be_right_is_left_out_with_its_place(made: str, reason: str) -> None:
    source = opened(line(quantity("HeartRate"), "70", "count/min"), made)
    assert [one.metric for one in read(source)] == ["heart_rate_bpm"]
    (left,) = source.left_out
    assert left.key == reason
    assert left.place.startswith("byte ")


def test_the_place_is_the_byte_where_the_record_stands() -> None:
    made = line(quantity("HeartRate"), "70", "count/min")
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n{BROKEN_DTD}<HealthData locale="ja_JP">\n{ME}\n'
    text = f"{head}{made}\n</HealthData>".encode()
    (reading,) = read(open_source(io.BytesIO(text), filename="x.xml"))
    assert reading.place == f"byte {text.index(made.encode())}"


def test_types_that_we_do_not_know_are_counted() -> None:
    source = opened(
        line(quantity("UVExposure"), "3", "count"),
        line(quantity("UVExposure"), "4", "count"),
        '<ActivitySummary dateComponents="2025-05-19"/>',
    )
    assert read(source) == []
    assert dict(source.unknown) == {quantity("UVExposure"): 2, "ActivitySummary": 1}
    assert [(one.key, dict(one.params)) for one in source.warnings] == [
        ("link.warn_types_not_read", {"kinds": 1, "count": 3})
    ]


def test_workout_statistics_of_the_whole_count_not_those_of_a_part() -> None:
    inner = '<WorkoutStatistics type="HKQuantityTypeIdentifierDistanceWalkingRunning" sum="{}" unit="km"/>'
    at = 'startDate="2025-05-19 08:00:00 +0900" endDate="2025-05-19 09:00:00 +0900"'
    source = opened(
        f'<Workout workoutActivityType="HKWorkoutActivityTypeTraditionalStrengthTraining" {at}>'
        f"<WorkoutActivity>{inner.format(1)}</WorkoutActivity>{inner.format(3)}</Workout>"
    )
    assert [(one.metric, one.value) for one in read(source)] == [
        ("workout", "traditional_strength_training"),
        ("workout_distance_m", 3000.0),
    ]


def test_an_export_that_says_nothing_of_its_owner() -> None:
    person = opened(line(quantity("HeartRate"), "70", "count/min"), me="").persons()[0]
    assert (person.birth, person.sex, person.name) == (None, None, None)


def test_progress_runs_to_its_total_once() -> None:
    seen: list[tuple[int, int]] = []
    with open_source(SAMPLES / "apple-export.zip", filename="x") as source:
        for _ in source.readings("me", lambda done, total: seen.append((done, total))):
            pass
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1] > 0
