"""Whatever the bytes: a result or a named refusal, nothing else, and no memory beyond the file's own size."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.link.opening import open_source
from backend.link.reading import Limits
from backend.link.unreadable import Unreadable
from backend.record import catalogue
from tests.fit_file import activity, whole

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "link"
SOUND = {
    file.name: file.read_bytes()
    for file in SAMPLES.iterdir()
    if file.suffix in (".zip", ".xml", ".json", ".csv", ".txt")
}
with zipfile.ZipFile(SAMPLES / "apple-export.zip") as _zip:
    SOUND["export.xml"] = max((_zip.read(one) for one in _zip.infolist()), key=len)[:6000] + b"\n</HealthData>"
SOUND["walk.fit"] = activity(30)
LIMITS = Limits(inflated_bytes=4 << 20, json_bytes=1 << 20, checkup_xml_bytes=1 << 20)
FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(content: bytes) -> None:
    try:
        with open_source(io.BytesIO(content), filename="x", limits=LIMITS) as source:
            for person in source.persons():
                for batch in source.readings(person.key):
                    for reading in batch:
                        known = catalogue.metric(reading.metric)
                        if isinstance(reading.value, float) and known.value == "number":
                            assert known.is_plausible(reading.value)
                source.facts(person.key)
            assert len(source.files) >= 0
    except Unreadable:
        pass


@FEW
@given(st.sampled_from(sorted(SOUND)), st.data())
def test_a_sound_file_with_torn_bytes(name: str, data: st.DataObject) -> None:
    content = bytearray(SOUND[name])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        piece = data.draw(st.binary(max_size=8))
        content[at : at + data.draw(st.integers(0, 40))] = piece
        if not content:
            break
    read(bytes(content))


@FEW
@given(
    st.sampled_from(
        [
            b"",
            b"PK\x03\x04",
            b"<HealthData>",
            b"<ClinicalDocument xmlns='urn:hl7-org:v3'>",
            b'{"resourceType":"Bundle","entry":[',
            b"JAHISTC08,1\r\n5,R070101\r\n201,1,",
            b'[{"heart_rate":{"value":60,"unit":"bpm"},"effective_time_frame":{"date_time":',
        ]
    ),
    st.binary(max_size=300),
)
def test_a_likely_head_and_any_bytes(head: bytes, rest: bytes) -> None:
    read(head + rest)


@FEW
@given(st.data())
def test_a_fit_file_with_torn_messages_and_a_right_check_sum(data: st.DataObject) -> None:
    content = bytearray(SOUND["walk.fit"][14:-2])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(min_size=1, max_size=8))
    read(whole(bytes(content)))


@FEW
@given(
    st.sampled_from(["libreview-mmol.csv", "clarity-ja.csv", "omron-ja.csv", "omron-us.csv"]),
    st.lists(
        st.lists(st.text(max_size=12) | st.sampled_from(["1", "0", "EGV", "2025-06-13 08:00", "LO", "-", "9" * 30])),
        max_size=8,
    ),
)
def test_a_known_table_with_rows_of_any_cells(name: str, rows: list[list[str]]) -> None:
    text = SOUND[name].decode("utf-8-sig" if name != "omron-ja.csv" else "cp932")
    read((text + "\n".join(",".join(row) for row in rows)).encode("utf-8", "surrogatepass"))


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(["Observation", "Patient", "#a", "http://loinc.org", "29463-7", "kg", "2025-01-01"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "resourceType",
                    "code",
                    "coding",
                    "system",
                    "subject",
                    "reference",
                    "valueQuantity",
                    "value",
                    "unit",
                    "component",
                    "contained",
                    "id",
                    "name",
                    "identifier",
                    "effectiveDateTime",
                    "effectivePeriod",
                    "effectiveTiming",
                    "event",
                    "performer",
                    "interpretation",
                    "dataAbsentReason",
                    "status",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@FEW
@given(
    st.sampled_from(
        [
            "Observation",
            "Patient",
            "Condition",
            "MedicationRequest",
            "Coverage",
            "DiagnosticReport",
            "FamilyMemberHistory",
        ]
    ),
    st.dictionaries(st.text(max_size=3), _JSON, max_size=2),
    _JSON,
)
def test_resources_whose_parts_have_any_shape(kind: str, more: dict[str, object], any_part: object) -> None:
    import json

    loinc = {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]}
    made = {
        "resourceType": kind,
        "code": loinc,
        "effectiveDateTime": "2025-01-01",
        "valueQuantity": any_part,
        "subject": any_part,
        "component": any_part,
        "contained": any_part,
        "performer": any_part,
        "name": any_part,
        "identifier": any_part,
        "interpretation": any_part,
        "onsetDateTime": any_part,
        **more,
    }
    read(json.dumps({"resourceType": "Bundle", "entry": [{"resource": made}, {"resource": any_part}]}).encode())


def test_memory_stays_small_on_a_long_export() -> None:
    at = "2025-05-19 08:00:00 +0900"
    record = (
        f'<Record type="HKQuantityTypeIdentifierHeartRate" sourceName="W" unit="count/min" creationDate="{at}" '
        f'startDate="{at}" endDate="{at}" value="72"/>\n'
    ).encode()
    content = b'<?xml version="1.0"?>\n<HealthData locale="ja_JP">\n' + record * 100_000 + b"</HealthData>"
    file = io.BytesIO(content)
    tracemalloc.start()
    with open_source(file, filename="x") as source:
        count = sum(len(batch) for batch in source.readings("me"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 24 << 20
