"""Tables of cuffs and scales (OMRON, Withings): columns by name and unit, mass of fat apart from its share."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path

import pytest

from backend.link import unreadable
from backend.link.opening import open_source
from backend.link.reading import Limits, Source
from backend.record import Reading

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "link"
JA = (SAMPLES / "omron-ja.csv").read_bytes()


def opened(content: bytes, limits: Limits | None = None) -> Source:
    return open_source(io.BytesIO(content), filename="x.csv", limits=limits or Limits())


def readings(source: Source) -> list[Reading]:
    return [one for batch in source.readings("me") for one in batch]


def plain(found: list[Reading]) -> list[tuple[object, ...]]:
    return [(one.metric, one.value, one.start.isoformat(), one.source, one.context) for one in found]


def test_omron_with_japanese_headers() -> None:
    with opened(JA) as source:
        found = plain(readings(source))
        assert source.format == "omron-csv"
        assert Counter(one.key for one in source.left_out) == {"link.left_implausible": 1, "link.left_undated": 3}
        assert source.unknown.total() == 3  # two words and a room's temperature
    at, cuff = "2025-06-10T07:15:00+09:00", "OMRON HEM-MIHON"
    abroad = "2025-06-10T21:40:00-04:00"
    assert found == [
        ("sbp_mmhg", 132.0, at, cuff, "home"),
        ("dbp_mmhg", 84.0, at, cuff, "home"),
        ("pulse_bpm", 66.0, at, cuff, None),
        ("sbp_mmhg", 128.0, abroad, cuff, "home"),
        ("dbp_mmhg", 80.0, abroad, cuff, "home"),
        ("pulse_bpm", 62.0, abroad, cuff, None),
        ("dbp_mmhg", 82.0, "2025-06-11T07:10:00+09:00", cuff, "home"),
        ("pulse_bpm", 64.0, "2025-06-11T07:10:00+09:00", cuff, None),
    ]


def test_omron_with_american_headers() -> None:
    with opened((SAMPLES / "omron-us.csv").read_bytes()) as source:
        found = plain(readings(source))
        assert Counter(one.key for one in source.left_out) == {"link.left_no_number": 1}
    assert found == [
        ("sbp_mmhg", 128.0, "2025-01-12T08:15:00+09:00", "OMRON", "home"),
        ("dbp_mmhg", 82.0, "2025-01-12T08:15:00+09:00", "OMRON", "home"),
        ("pulse_bpm", 64.0, "2025-01-12T08:15:00+09:00", "OMRON", None),
        ("dbp_mmhg", 80.0, "2025-01-12T21:05:00+09:00", "OMRON", "home"),
    ]


def test_omron_scale_and_short_english_headers() -> None:
    header = "測定日,タイムゾーン,体重(kg),体脂肪率(%),内臓脂肪レベル,骨格筋率(%),BMI,機種"
    content = f"{header}\n2025/06/10 06:50,Asia/Tokyo,58.2,30.0,6,26.1,23.3,HBF\n"
    with opened(content.encode()) as source:
        assert [(one.metric, one.value) for one in readings(source)] == [
            ("weight_kg", 58.2),
            ("fat_pct", 30.0),
            ("bmi", 23.3),
        ]
        assert dict(source.unknown) == {"内臓脂肪レベル": 1, "骨格筋率(%)": 1}
    english = b"Measurement Date,Time Zone,SYS,DIA,Pulse,Device Model Name\n2025/06/10 06:50,Asia/Tokyo,120,70,60,HEM\n"
    with opened(english) as source:
        assert [(one.metric, one.value) for one in readings(source)] == [
            ("sbp_mmhg", 120.0),
            ("dbp_mmhg", 70.0),
            ("pulse_bpm", 60.0),
        ]


def test_withings_archive() -> None:
    with opened((SAMPLES / "withings.zip").read_bytes()) as source:
        found = sorted((one.metric, one.value, one.start.isoformat(), one.place) for one in readings(source))
        assert source.format == "withings-csv"
        assert dict(source.unknown) == {"Bone mass (kg)": 1, "Muscle mass (kg)": 1, "Hydration (kg)": 1}
        assert ("link.warn_tables_not_read", {"count": 1}) in [(one.key, dict(one.params)) for one in source.warnings]
    assert found == [
        ("dbp_mmhg", 83.0, "2025-06-10T07:01:00+09:00", "bp.csv#2"),
        ("fat_mass_kg", 17.46, "2025-06-10T06:58:01+09:00", "weight.csv#2"),
        ("height_cm", 158.2, "2025-01-01T09:00:00+09:00", "height.csv#2"),
        ("pulse_bpm", 64.0, "2025-06-10T07:01:00+09:00", "bp.csv#2"),
        ("sbp_mmhg", 131.0, "2025-06-10T07:01:00+09:00", "bp.csv#2"),
        ("weight_kg", 58.2, "2025-06-10T06:58:01+09:00", "weight.csv#2"),
        ("weight_kg", 58.5, "2025-06-09T06:57:00+09:00", "weight.csv#3"),
    ]


@pytest.mark.parametrize(
    ("header", "cell", "expected"),
    [
        ("Fat mass (kg)", "17.46", [("fat_mass_kg", 17.46)]),
        ("Fat mass (%)", "30", [("fat_pct", 30.0)]),
        ("Fat mass (lb)", "10", [("fat_mass_kg", 4.5359237)]),
        ("Fat mass", "30", []),
        ("Fat mass (furlong)", "30", []),
    ],
)
def test_mass_of_fat_is_not_its_share(header: str, cell: str, expected: list[tuple[str, float]]) -> None:
    content = f'Date,Weight (kg),"{header}",Comments\n2025-06-10 06:58:01,58.2,{cell},\n'.encode()
    with opened(content) as source:
        assert [(one.metric, one.value) for one in readings(source)] == [("weight_kg", 58.2), *expected]
        assert len(source.left_out) == 1 - len(expected)


def test_other_tables_stay_unknown() -> None:
    for content in (b"Date,Amount\n2025-01-01,5\n", b"Date,Time,Systolic,Diastolic\n", b"a,b\n1,2\n", b"Date\n"):
        with pytest.raises(unreadable.UnknownFile):
            opened(content)
    with pytest.raises(unreadable.FileTooLarge):
        opened(JA, Limits(table_bytes=50))
    with pytest.raises(unreadable.FileTooLarge):
        opened((SAMPLES / "withings.zip").read_bytes(), Limits(table_bytes=50))
