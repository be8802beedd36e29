"""Files made to hurt: they end within seconds and a bounded memory, with words, and nothing is stored."""

from __future__ import annotations

import io
import json
import resource
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from backend import base, record
from backend.demo.checkup_file import Exam, document
from backend.link.opening import open_source
from backend.link.unreadable import FileTooLarge, Unreadable, XmlForbidden, ZipBomb, ZipDamaged, ZipNothingKnown
from backend.record import Reading

HEAD = b'<?xml version="1.0"?>'
TYPE = HEAD + b"<!DOCTYPE HealthData "
BUNDLE = b'{"resourceType":"Bundle","entry":['
HEALTH = HEAD + b"<!DOCTYPE HealthData>\n<HealthData>"
MOST_SECONDS = 5.0


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=9) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def shared_bytes() -> bytes:
    """Two entries of the directory that point at overlapping bytes (the quoted overlap of zip bombs)."""
    plain = packed({"a.xml": HEAD + bytes(range(256)) * 200, "b.xml": HEAD}, zipfile.ZIP_STORED)
    found = bytearray(plain)
    second = plain.rindex(b"PK\x01\x02")
    size = plain.index(b"PK\x01\x02").to_bytes(4, "little")
    found[second + 20 : second + 24] = found[second + 24 : second + 28] = size
    return bytes(found)


def checkup() -> bytes:
    taken = {"height_cm": 158.2, "sbp_mmhg": 114}
    return document(
        Exam(kana="スイタ　ハナコ", birth=date(1980, 4, 2), sex="female", on=date(2025, 5, 20), values=taken)
    )


def small_bombs() -> dict[str, bytes]:
    bomb = checkup() + b"<!--" + b" " * (2 << 20) + b"-->"
    return {f"DATA/h{number}.xml": bomb for number in range(20)}


def read(content: bytes) -> int:
    with open_source(io.BytesIO(content), filename="file") as source:
        return sum(len(batch) for person in source.persons() for batch in source.readings(person.key))


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        pytest.param(HEAD + b"<!--" * 16_000, Unreadable, id="comments-without-end"),
        pytest.param(TYPE + b"<!DOCTYPE " * 90_000 + b"<HealthData>", XmlForbidden, id="doctypes"),
        pytest.param(TYPE + b"<?xml " * 90_000 + b"<HealthData>", Unreadable, id="prologs"),
        pytest.param(packed({f"{n}.xml": HEAD + b"<!--" * 16_000 for n in range(30)}), ZipNothingKnown, id="heads"),
        pytest.param(packed({"export.xml": HEALTH + b" " * (64 << 20)}, zipfile.ZIP_BZIP2), ZipDamaged, id="bzip2"),
        pytest.param(packed({"export.xml": HEALTH + b" " * (8 << 20)}, zipfile.ZIP_LZMA), ZipDamaged, id="lzma"),
        pytest.param(shared_bytes(), ZipBomb, id="overlap"),
        pytest.param(packed(small_bombs()), ZipBomb, id="many-small-bombs"),
        pytest.param(BUNDLE + b",".join([b"{}"] * 2_100_000) + b"]}", FileTooLarge, id="objects"),
        pytest.param(b'{"resourceType":"Patient"}\n' * 2 + b"\n" * 600_000, FileTooLarge, id="lines"),
    ],
)  # fmt: skip
def test_it_is_refused_quickly_and_small(content: bytes, refusal: type[Unreadable]) -> None:
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(refusal):
        read(content)
    assert time.process_time() - started < MOST_SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 << 10


def test_comments_without_end_before_a_health_export_cost_nothing() -> None:
    started = time.process_time()
    read(TYPE + b"<!--" * 200_000 + b"[]><HealthData></HealthData>")
    assert time.process_time() - started < MOST_SECONDS


def test_names_that_a_file_makes_up_do_not_pile_up() -> None:
    weight = b'unit="%06x" value="60" startDate="2024-01-01 08:00:00 +0900" endDate="2024-01-01 08:00:00 +0900"'
    content = HEALTH + b"".join(
        b'<Record type="%06x"/><Record type="HKQuantityTypeIdentifierBodyMass" %s/>' % (n, weight % n)
        for n in range(20_000)
    )
    with open_source(io.BytesIO(content + b"</HealthData>"), filename="export.xml") as source:
        assert sum(len(batch) for batch in source.readings("me")) == 0
        assert source.unknown.total() == 20_000
        assert len(source.unknown) <= 1001
        assert sum(group.count for group in source.left_out_groups("me")) == 20_000


@pytest.mark.parametrize(
    "day",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31", "0001-01-01", "2025-02-30", "2025"],
)
def test_one_odd_date_leaves_out_one_value_and_not_the_file(day: str) -> None:
    def weight(on: str) -> dict[str, Any]:
        quantity = {"value": 60, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}
        coded = {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]}
        found = {"resourceType": "Observation", "status": "final", "code": coded, "valueQuantity": quantity}
        return {"resource": {**found, "effectiveDateTime": on}}

    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [weight(day), weight("2025-01-02")]}
    assert read(json.dumps(bundle).encode()) == 1


@pytest.mark.parametrize(
    ("length", "is_taken"), [(timedelta(days=31), True), (timedelta(days=31, seconds=1), False), (None, True)]
)
def test_a_sample_of_a_hundred_years_does_not_become_36500_days(
    runtime: base.Runtime, length: timedelta | None, is_taken: bool
) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    end = None if length is None else start + length
    unit = record.catalogue.metric("steps_count").unit
    sample = Reading(metric="steps_count", value=100.0, unit=unit, start=start, end=end, source="時計", place="byte 1")
    with base.write_unit() as session:
        added = record.add(session, person=base.new_id(), readings=[sample], import_id=base.new_id())
    assert added.new == is_taken
    assert [reason for _, reason in added.refused] == ([] if is_taken else ["record.refused_implausible"])


def test_a_sample_that_ends_in_the_future_is_refused(runtime: base.Runtime) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    unit = record.catalogue.metric("steps_count").unit
    sample = Reading(
        metric="steps_count", value=1.0, unit=unit, start=start, end=start.replace(year=9998), source="x", place="1"
    )
    with base.write_unit() as session:
        added = record.add(session, person=base.new_id(), readings=[sample], import_id=base.new_id())
    assert [reason for _, reason in added.refused] == ["record.refused_future"]


def test_an_upload_may_be_larger_than_a_request(resident: Callable[..., Any]) -> None:
    sent = resident().http.post(
        "/api/link/uploads",
        data=HEALTH + b" " * (3 << 20) + b"</HealthData>",
        headers={"X-Filename": "export.xml", "Content-Type": "application/octet-stream"},
    )
    assert sent.status_code == 201
