"""FIT files: equal messages to two other decoders, check sums, clocks of 16 and 5 bits, counters of the day."""

from __future__ import annotations

import io
import struct
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fitdecode
import garmin_fit_sdk
import pytest

from backend.link import unreadable
from backend.link.fit.decode import crc, messages
from backend.link.opening import open_source
from backend.link.reading import Limits, Source
from backend.record import Reading
from tests import fit_file
from tests.fit_file import ENUM, SINT16, STRING, UINT8, UINT16, UINT32, data, definition, whole

FILES = ["Activity", "MonitoringFile", "WeightScaleMultiUser", "garmin-fenix-5-walk"]
AT = 1_118_847_600  # 2025-06-15T00:00+09:00 in seconds of FIT
MONITORING = [(253, 4, UINT32), (5, 1, ENUM), (3, 4, UINT32)]
_LENIENT = fitdecode.ErrorHandling.IGNORE
"""Developer fields without their description, which we skip, do not stop it either."""
SHORT = [(26, 2, UINT16), (27, 1, UINT8)]


def opened(content: bytes, limits: Limits | None = None) -> Source:
    return open_source(io.BytesIO(content), filename="x.fit", limits=limits or Limits())


def readings(content: bytes, key: str = "me") -> list[Reading]:
    with opened(content) as source:
        return [one for batch in source.readings(key) for one in batch]


def plain(found: list[Reading]) -> list[tuple[object, ...]]:
    return [
        (one.metric, one.value, one.start.isoformat(), None if one.end is None else one.end.isoformat())
        for one in found
    ]


def ours(content: bytes) -> list[tuple[int, dict[int, Any]]]:
    return [(one.number, one.fields) for one in messages(content)]


def by_fitdecode(content: bytes) -> list[tuple[int, dict[int, Any]]]:
    """The same from fitdecode: the fields that stand in the file, unscaled, without those it derives."""
    found = []
    with fitdecode.FitReader(io.BytesIO(content), error_handling=_LENIENT) as reader:
        for frame in reader:
            if frame.frame_type != fitdecode.FIT_FRAME_DATA:
                continue
            fields = {}
            for field in frame.fields:
                own = field.field_def
                is_own = own is not None and not isinstance(own, fitdecode.types.DevFieldDefinition)
                raw = field.raw_value
                if own is None and field.name == "timestamp":
                    fields[253] = raw  # of a compressed clock
                if not is_own or raw is None or raw == "" or (isinstance(raw, tuple) and set(raw) == {None}):
                    continue
                # It gives even a single byte as a tuple.
                fields[own.def_num] = raw[0] if isinstance(raw, tuple) and len(raw) == 1 else raw
            found.append((frame.global_mesg_num, fields))
    return found


def by_garmin(content: bytes) -> Counter[tuple[str, int]]:
    """How often each message and each of its fields stands in a file, as Garmin's own decoder counts them."""
    stream = garmin_fit_sdk.Stream.from_byte_array(bytearray(content))
    found: Counter[tuple[str, int]] = Counter()

    def count(number: int, fields: dict[Any, Any]) -> None:
        del fields
        found["message", number] += 1

    garmin_fit_sdk.Decoder(stream).read(
        mesg_listener=count, expand_sub_fields=False, expand_components=False, merge_heart_rates=False
    )
    return found


@pytest.mark.parametrize("name", FILES)
def test_messages_equal_those_of_two_other_decoders(shared: Callable[[str], Path], name: str) -> None:
    content = shared(f"wearables/fit/{name}.fit").read_bytes()
    assert ours(content) == by_fitdecode(content)
    assert Counter(("message", number) for number, _ in ours(content)) == by_garmin(content)


def test_generated_messages_equal_too() -> None:
    content = fit_file.activity(3_000)
    assert ours(content) == by_fitdecode(content)
    assert Counter(("message", number) for number, _ in ours(content)) == by_garmin(content)
    twice = content + fit_file.activity(50, seed=9)
    assert len(ours(twice)) == len(ours(content)) + 52


def test_the_published_counts_and_values(shared: Callable[[str], Path]) -> None:
    def count(name: str, number: int) -> int:
        return sum(one.number == number for one in messages(shared(f"wearables/fit/{name}.fit").read_bytes()))

    assert count("Activity", 20) == 14
    assert count("MonitoringFile", 55) == 337
    assert count("WeightScaleMultiUser", 30) == 2
    assert count("garmin-fenix-5-walk", 20) == 17
    scale = shared("wearables/fit/WeightScaleMultiUser.fit").read_bytes()
    assert [(one.metric, one.value, one.start) for one in readings(scale, "user 0")] == [
        ("weight_kg", 75.8, datetime(2009, 9, 9, 21, 38, tzinfo=UTC)),
        ("fat_pct", 22.3, datetime(2009, 9, 9, 21, 38, tzinfo=UTC)),
    ]
    assert [one.key for one in opened(scale).persons()] == ["user 0", "user 1"]
    walk = readings(shared("wearables/fit/garmin-fenix-5-walk.fit").read_bytes())
    assert [(one.metric, one.value) for one in walk if one.metric.startswith("workout")] == [
        ("workout", "walking"),
        ("workout_distance_m", 67.85),
        ("workout_energy_kcal", 4.0),
    ]


def test_steps_of_the_published_day_add_up_to_its_last_counters(shared: Callable[[str], Path]) -> None:
    content = shared("wearables/fit/MonitoringFile.fit").read_bytes()
    last: dict[str, float] = {}
    with fitdecode.FitReader(io.BytesIO(content)) as reader:
        for frame in reader:
            if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name == "monitoring" and frame.has_field("steps"):
                kind = frame.get_value("activity_type")
                assert frame.get_value("steps") >= last.get(kind, 0)
                last[kind] = frame.get_value("steps")
    steps = [one for one in readings(content) if one.metric == "steps_count"]
    assert sum(float(one.value or 0) for one in steps) == sum(last.values())
    assert all(one.end is not None and one.start < one.end for one in steps)


@pytest.mark.parametrize("is_big", [False, True])
def test_clocks_of_16_bits_run_on(is_big: bool) -> None:
    order = ">" if is_big else "<"
    late = (AT & ~0xFFFF) + 0xFFF0
    content = whole(
        fit_file.file_id(AT, 32)
        + definition(1, 55, MONITORING, is_big=is_big)
        + data(1, struct.pack(f"{order}IBI", late, 6, 100))
        + definition(2, 55, SHORT, is_big=is_big)
        + data(2, struct.pack(f"{order}HB", 0xFFFA, 61))
        + data(2, struct.pack(f"{order}HB", 0x0010, 62))
        + data(2, struct.pack(f"{order}HB", 0x0020, 0xFF))
        + data(1, struct.pack(f"{order}IBI", late + 60, 6, 130))
    )
    found = [(one.metric, one.value, round(one.start.timestamp()) - fit_file.EPOCH - late) for one in readings(content)]
    # The file does not begin at midnight: 100 steps are where counting stood, 30 are new.
    assert found == [("heart_rate_bpm", 61.0, 10), ("heart_rate_bpm", 62.0, 32), ("steps_count", 30.0, 0)]


def test_counters_begin_at_local_midnight_and_begin_anew() -> None:
    info = definition(3, 103, [(253, 4, UINT32), (0, 4, UINT32)])
    content = whole(
        fit_file.file_id(AT, 32)
        + info
        + data(3, struct.pack("<II", AT, AT + 9 * 3600))
        + definition(1, 55, [*MONITORING, (2, 4, UINT32), (19, 2, UINT16)])
        + data(1, struct.pack("<IBIIH", AT + 600, 6, 100, 7_500, 5))
        + data(1, struct.pack("<IBIIH", AT + 1200, 6, 100, 7_500, 5))
        + data(1, struct.pack("<IBIIH", AT + 1800, 2, 900, 99_999, 40))
        + data(1, struct.pack("<IBIIH", AT + 2400, 6, 20, 1_500, 1))
    )
    assert plain(readings(content)) == [
        ("steps_count", 100.0, "2025-06-15T00:00:00+09:00", "2025-06-15T00:10:00+09:00"),
        ("distance_walk_m", 75.0, "2025-06-15T00:00:00+09:00", "2025-06-15T00:10:00+09:00"),
        ("active_energy_kcal", 5.0, "2025-06-15T00:00:00+09:00", "2025-06-15T00:10:00+09:00"),
        ("active_energy_kcal", 40.0, "2025-06-15T00:00:00+09:00", "2025-06-15T00:30:00+09:00"),
        ("steps_count", 20.0, "2025-06-15T00:20:00+09:00", "2025-06-15T00:40:00+09:00"),
        ("distance_walk_m", 15.0, "2025-06-15T00:20:00+09:00", "2025-06-15T00:40:00+09:00"),
        ("active_energy_kcal", 1.0, "2025-06-15T00:20:00+09:00", "2025-06-15T00:40:00+09:00"),
    ]


def test_compressed_clocks_developer_fields_texts_and_arrays() -> None:
    content = whole(
        definition(0, 0, [(0, 1, ENUM), (1, 2, UINT16), (8, 8, STRING)])
        + data(0, struct.pack("<BH8s", 4, 1, b"Mihon\0xx"))
        + definition(1, 20, [(253, 4, UINT32), (3, 1, UINT8)], developer=5)
        + data(1, struct.pack("<IB5s", AT + 30, 70, b"devel"))
        + definition(2, 20, [(3, 1, UINT8), (200, 4, UINT16), (201, 3, UINT16), (202, 2, SINT16)])
        + bytes((0x80 | 2 << 5 | (AT + 33) & 31,))
        + struct.pack("<BHH3sh", 71, 5, 0xFFFF, b"\x01\xff\x03", 0x7FFF)
        + bytes((0x80 | 2 << 5 | (AT + 64) & 31,))
        + struct.pack("<BHH3sh", 72, 0xFFFF, 0xFFFF, b"\xff\xff\xff", -3)
    )
    assert ours(content) == by_fitdecode(content)
    assert [one[1] for one in ours(content)[2:]] == [
        {3: 71, 200: (5, None), 201: (1, 255, 3), 253: AT + 33},
        {3: 72, 202: -3, 253: AT + 64},
    ]
    assert {one.source for one in readings(content)} == {"Garmin Mihon"}


def test_other_measurements_and_values_that_are_none() -> None:
    content = whole(
        fit_file.file_id(AT, 14)
        + definition(1, 51, [(253, 4, UINT32), (0, 2, UINT16), (1, 2, UINT16), (6, 1, UINT8)])
        + data(1, struct.pack("<IHHB", AT, 128, 82, 64))
        + definition(2, 269, [(253, 4, UINT32), (0, 1, UINT8)])
        + data(2, struct.pack("<IB", AT, 97))
        + definition(3, 297, [(253, 4, UINT32), (0, 2, SINT16)])
        + data(3, struct.pack("<Ih", AT, 1425))
        + data(3, struct.pack("<Ih", AT, -100))
        + definition(4, 30, [(253, 4, UINT32), (0, 2, UINT16), (1, 2, UINT16)])
        + data(4, struct.pack("<IHH", AT, 0xFFFE, 2230))
        + data(4, struct.pack("<IHH", 1000, 5820, 2230))
        + definition(5, 275, [(253, 4, UINT32), (0, 1, ENUM)])
        + data(5, struct.pack("<IB", AT, 2))
    )
    with opened(content) as source:
        found = [one for batch in source.readings("me") for one in batch]
        assert Counter(one.key for one in source.left_out) == {"link.left_implausible": 1, "link.left_future": 2}
        assert dict(source.unknown) == {"message 275": 1}
    assert [(one.metric, one.value, one.context) for one in found] == [
        ("sbp_mmhg", 128.0, "home"),
        ("dbp_mmhg", 82.0, "home"),
        ("pulse_bpm", 64.0, None),
        ("spo2_pct", 97.0, None),
        ("resp_rate_bpm", 14.25, None),
        ("fat_pct", 22.3, None),
    ]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 255, 256, 1001])
def test_the_check_sum_is_that_of_the_protocol(size: int) -> None:
    content = bytes((7 * at * at) & 0xFF for at in range(size))
    assert crc(content) == fit_file.crc(content)


def test_damaged_files_are_refused_by_name() -> None:
    sound = fit_file.activity(20)
    assert len(readings(sound)) == 19  # one of the hearts is not known
    for at in range(0, len(sound), 7):
        if at in range(8, 12):
            continue
        torn = bytearray(sound)
        torn[at] ^= 0x55
        with pytest.raises(unreadable.Unreadable):
            readings(bytes(torn))
    for cut in (13, 14, 40, len(sound) - 1):
        with pytest.raises(unreadable.FitDamaged):
            readings(sound[:cut])
    with pytest.raises(unreadable.FitDamaged):
        readings(sound + b"more")
    for broken in (data(3, b"x"), definition(1, 20, [(253, 4, UINT32)]) + data(1, b"ab"), b"\x41\0\x02\0\0\0", b"\x41"):
        with pytest.raises(unreadable.FitDamaged):
            readings(whole(broken))
    with pytest.raises(unreadable.FileTooLarge):
        opened(sound, Limits(fit_bytes=100))
