"""Whatever is wrong with a file: words a resident understands, and the record stays as it was."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest

from backend import base
from tests.api.link.conftest import Linking, checkup_xml, checkup_zip, exam, fhir, observation

XXE = b"""<?xml version="1.0"?><!DOCTYPE ClinicalDocument [<!ENTITY who SYSTEM "file:///etc/passwd">]>
<ClinicalDocument xmlns="urn:hl7-org:v3"><title>&who;</title></ClinicalDocument>"""
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE HealthData [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<HealthData locale="ja_JP"><Me note="&b;"/></HealthData>"""


def bomb() -> bytes:
    """400 MB of nothing in 400 KB."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("apple_health_export/export.xml", "w", force_zip64=True) as member,
    ):
        member.write(b'<?xml version="1.0"?>\n<HealthData locale="ja_JP">\n')
        block = b" " * (1 << 20)
        for _ in range(400):
            member.write(block)
        member.write(b"</HealthData>")
    return out.getvalue()


def locked() -> bytes:
    """A ZIP whose entries say that they are encrypted."""
    content = bytearray(checkup_zip(exam()))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(mark, at + 4)
    return bytes(content)


def _broken_apple() -> bytes:
    record = (
        '<Record type="HKQuantityTypeIdentifierStepCount" sourceName="w" unit="count" value="10"'
        ' startDate="2025-05-01 08:00:00 +0900" endDate="2025-05-01 08:05:00 +0900"/>\n'
    )
    return ('<?xml version="1.0"?>\n<HealthData locale="ja_JP">\n' + record * 5000 + "<Record type=").encode()


BAD = {
    "a photo": (b"\xff\xd8\xff\xe0" + bytes(2000), "link.file_unknown"),
    "a text": ("こんにちは".encode(), "link.file_unknown"),
    "a web page": (b"<html><body>result</body></html>", "link.xml_not_checkup"),
    "half a ZIP": (checkup_zip(exam())[:1500], "link.zip_damaged"),
    "a ZIP with a flipped byte": (
        checkup_zip(exam())[:900] + b"\x00\xff" + checkup_zip(exam())[902:],
        "link.zip_damaged",
    ),
    "a ZIP bomb": (bomb(), "link.zip_bomb"),
    "a locked ZIP": (locked(), "link.zip_locked"),
    "an entity that reads a file": (XXE, "link.xml_forbidden"),
    "entities that swell": (LAUGHS, "link.xml_forbidden"),
    "half an XML": (checkup_xml()[:2500], "link.xml_damaged"),
    "an export that breaks in its middle": (_broken_apple(), "link.xml_damaged"),
    "half a JSON": (fhir(observation("4548-4", 5.6, "%"))[:-9], "link.json_damaged"),
    "JSON of another kind": (b'{"hello": "world"}', "link.json_not_fhir"),
    "only values without a date": (fhir(observation("4548-4", 5.6, "%", None)), "link.nothing_found"),
    "only an impossible value": (fhir(observation("9279-1", 400, "/min")), "link.nothing_found"),
    "albumin in milligrams a litre": (fhir(observation("1751-7", 3.9, "mg/L")), "link.nothing_found"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_refused_in_words(linking: Callable[..., Linking], what: str) -> None:
    content, key = BAD[what]
    hanako = linking()
    hanako.take(checkup_xml(), "前からある.xml")
    before, files = hanako.record_hash(), hanako.sealed_files()
    seen = hanako.look(content, "ファイル")
    assert seen["state"] == "refused"
    assert seen["refusal"]["key"] == key
    assert hanako.record_hash() == before
    assert hanako.sealed_files() == files, "the bytes of a refused file are not kept"
    for locale in base.LOCALES:
        words = base.say(key, locale, **seen["refusal"]["params"])
        assert words != key
        assert not re.search(r"\{[a-z_]+\}", words), f"a parameter is missing in {words}"
    assert hanako.confirm(seen["id"]).status_code == 409
    assert hanako.record_hash() == before


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (fhir(observation("4548-4", 5.6, "%"), observation("9279-1", 400, "/min")), "link.left_implausible"),
        (fhir(observation("4548-4", 5.6, "%"), observation("1751-7", 3.9, "mg/L")), None),
        (fhir(observation("4548-4", 5.6, "%"), observation("4548-4", 5.9, "%", None)), "link.left_undated"),
        (checkup_xml(values={"hba1c_pct": 5.4, "weight_kg": 514.0, "sbp_mmhg": 700}), "link.left_implausible"),
    ],
)
def test_one_bad_value_is_left_out_and_said(
    linking: Callable[..., Linking], content: bytes, reason: str | None
) -> None:
    hanako = linking()
    done = hanako.take(content, "結果")
    reasons = {left["reason"]["key"]: left for left in done["receipt"]["left_out"]}
    assert len(reasons) == 1
    (key,) = reasons
    assert reason is None or key == reason
    assert reasons[key]["places"]
    assert base.say(key) != key
    metrics = {metric["metric"] for kind in done["receipt"]["kinds"] for metric in kind["metrics"]}
    assert metrics == {"hba1c_pct"}


def test_a_file_over_the_limit_is_stopped_on_the_way(linking: Callable[..., Linking]) -> None:
    from msgspec.structs import replace

    hanako = linking()
    runtime = base.runtime()
    object.__setattr__(runtime, "settings", replace(runtime.settings, upload_limit_mb=1))
    said = hanako.send(bytes(1 << 20) + b"x", "大きい.zip")
    assert (said.status_code, said.json["key"], said.json["params"]) == (413, "base.too_large", {"limit_mb": 1})
    assert hanako.sealed_files() == 0


def test_an_empty_file_and_a_missing_name(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    assert hanako.send(b"", "空.zip").json["key"] == "link.empty_file"
    assert hanako.send(checkup_xml(), " ").json["key"] == "link.file_name_missing"
    nameless = hanako.phone.http.post("/api/link/uploads", data=b"x")
    assert nameless.status_code == 422
    assert hanako.sealed_files() == 0


def test_an_altered_sealed_file_is_an_error_and_no_record(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    before = hanako.record_hash()
    sent = hanako.send(checkup_xml())
    (path,) = [path for path in (base.runtime().settings.home / "files").rglob("*") if path.is_file()]
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    base.run_due_jobs()
    seen = hanako.phone.get(f"/link/uploads/{sent.json['id']}").json
    assert seen["state"] == "refused"
    assert seen["refusal"]["key"] == "base.seal_broken"
    assert hanako.record_hash() == before
