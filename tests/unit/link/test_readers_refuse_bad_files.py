"""Bad files: each a named refusal with words in three languages, or read as far as it is sound."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from backend import base
from backend.cli import main
from backend.link import unreadable
from backend.link.opening import open_source
from backend.link.reading import Limits

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "link"
DOCUMENT = (SAMPLES / "h278888888820250610100001.xml").read_bytes()
GLUCOSE = (SAMPLES / "clarity-ja.csv").read_bytes()
CHECKUP_ZIP = (SAMPLES / "checkup-three-people.zip").read_bytes()
APPLE_ZIP = (SAMPLES / "apple-export.zip").read_bytes()
LAUGHS = (
    b'<!DOCTYPE ClinicalDocument [<!ENTITY a "ha"><!ENTITY b "'
    + b"&a;" * 50
    + b'"><!ENTITY c "'
    + b"&b;" * 50
    + b'">]>'
)
OUTSIDE = b'<!DOCTYPE ClinicalDocument [<!ENTITY file SYSTEM "file:///etc/hostname">]>'


def packed(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def health(before: bytes = b"", inside: bytes = b"") -> bytes:
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        + before
        + b'<HealthData locale="ja_JP">'
        + inside
        + b"</HealthData>"
    )


def with_type(kind: bytes) -> bytes:
    return DOCUMENT.replace(b"<ClinicalDocument", kind + b"<ClinicalDocument", 1)


def read_all(content: bytes, limits: Limits | None = None) -> int:
    with open_source(io.BytesIO(content), filename="x", limits=limits or Limits()) as source:
        return sum(len(batch) for one in source.persons() for batch in source.readings(one.key))


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", unreadable.NothingInFile),
        (b"just some words", unreadable.UnknownFile),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), unreadable.UnknownFile),
        (b"%PDF-1.7 ...", unreadable.UnknownFile),
        (b"<html><body/></html>", unreadable.NotACheckup),
        (b"<gpx/>", unreadable.UnknownFile),
        (b"<?xml version='1.0'?>", unreadable.XmlDamaged),
        (
            b'<ClinicalDocument xmlns="urn:hl7-org:v3"><code code="x" codeSystem="2.16.840.1.113883.6.1"/>'
            b"</ClinicalDocument>",
            unreadable.NotACheckup,
        ),
        (DOCUMENT[:3000], unreadable.XmlDamaged),
        (DOCUMENT.replace(b"UTF-8", b"UTF-99", 1), unreadable.XmlDamaged),
        (with_type(OUTSIDE), unreadable.XmlForbidden),
        (with_type(LAUGHS), unreadable.XmlForbidden),
        (with_type(b'<!DOCTYPE ClinicalDocument SYSTEM "http://example.invalid/x.dtd">'), unreadable.XmlForbidden),
        (with_type(OUTSIDE).decode().replace("UTF-8", "UTF-16").encode("utf-16"), unreadable.XmlForbidden),
        (health(b'<!DOCTYPE HealthData [<!ENTITY a "ha">]>'), unreadable.XmlForbidden),
        (health(b'<!DOCTYPE HealthData SYSTEM "http://example.invalid/x.dtd">'), unreadable.XmlForbidden),
        (health(b"<!DOCTYPE HealthData [<!ELEMENT HealthData ANY> %outside; ]>"), unreadable.XmlForbidden),
        (health(inside=b"&secret;"), unreadable.XmlDamaged),
        (health(inside=b"<Record"), unreadable.XmlDamaged),
        (health()[:-5], unreadable.XmlDamaged),
        (health(inside=b"<a>" * 5000), unreadable.XmlDamaged),
        (CHECKUP_ZIP[: len(CHECKUP_ZIP) // 2], unreadable.ZipDamaged),
        (APPLE_ZIP[:-10], unreadable.ZipDamaged),
        (APPLE_ZIP[:600] + bytes(64) + APPLE_ZIP[664:], unreadable.ZipDamaged),
        (packed(a_xml=b"<gpx/>"), unreadable.ZipNothingKnown),
        (packed(), unreadable.ZipNothingKnown),
        (packed(inner=CHECKUP_ZIP), unreadable.ZipNothingKnown),
        (b'{"resourceType": "Patient", "id": ', unreadable.JsonDamaged),
        (b'{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": ]}', unreadable.JsonDamaged),
        (b'{"steps": [1, 2, 3]}', unreadable.NotFhir),
        (b'{"resourceType": "Horoscope"}', unreadable.NotFhir),
        (b'{"resourceType": 5}', unreadable.NotFhir),
        (b'{"resourceType": "Bundle", "entry": "many"}', unreadable.NotFhir),
        (b"[1, 2, 3]", unreadable.NotFhir),
        (b"[" * 200_000, unreadable.NotFhir),
        (b'{"a":' * 200_000, unreadable.JsonDamaged),
        (b'{"resourceType": "Patient", "x": "\xff\xfe"}', unreadable.JsonDamaged),
        (b"JAHISTC", unreadable.JahisDamaged),
        (b"\x0e\x20\0\0\xff\xff\xff\xff.FIT\0\0" + bytes(20), unreadable.FitDamaged),
        (GLUCOSE + b'1,"' + b"x" * 200_000, unreadable.TableDamaged),
        (b"Date,Heart rate,Systolic,Diastolic,Comments\n05-06-2025 08:00,60,120,80,\n", unreadable.DatesUnclear),
        (b'Date,"Height (m)",Comments\n1,"' + b"x" * 200_000, unreadable.TableDamaged),
        (GLUCOSE.replace(b"2025-06-13", b"05-06-2025"), unreadable.DatesUnclear),
        (b"JAHISTC99x,1", unreadable.JahisDamaged),
        (b"JAHISTC08,1\r\n911,1,2,3", unreadable.JahisPartsMixed),
        (b"JAHISTC08,1\r\n911,1,2,1", unreadable.JahisPartsMissing),
        (b"JAHISTC08,1\r\n911,1,,1", unreadable.JahisDamaged),
        (b"JAHISTC08,1\r\n1,a,1,R010101\r\n1,b,1,R010101", unreadable.JahisPartsMixed),
    ],
)
def test_a_bad_file_is_refused_by_name(content: bytes, refusal: type[unreadable.Unreadable]) -> None:
    with pytest.raises(unreadable.Unreadable) as caught:
        read_all(content)
    assert type(caught.value) is refusal


def test_every_refusal_has_words_in_three_languages() -> None:
    for refusal in [unreadable.Unreadable, *unreadable.Unreadable.__subclasses__()]:
        for language in ("ja", "ja-easy", "en"):
            assert (
                base.say(refusal.key, language, limit_mb=5, line=3, place="byte 7", have=1, total=2, byte=9)
                != refusal.key
            )


def test_a_zip_bomb_stops_at_the_bytes_really_inflated() -> None:
    spaces = b'<?xml version="1.0"?><HealthData>' + b" " * (80 << 20)
    with pytest.raises(unreadable.ZipBomb):
        read_all(packed(export_xml=spaces))
    with pytest.raises(unreadable.FileTooLarge):
        read_all(packed(export_xml=spaces), Limits(inflated_bytes=1 << 20, ratio=10_000))
    with pytest.raises(unreadable.FileTooLarge):
        read_all(packed(DATA__h1_xml=DOCUMENT + b" " * (17 << 20)))


def test_a_bomb_beside_the_document_is_never_inflated() -> None:
    assert read_all(packed(DATA__h1_xml=DOCUMENT, bomb=bytes(64 << 20)), Limits(inflated_bytes=1 << 20)) > 30


def test_a_directory_of_too_many_files_is_refused() -> None:
    content = packed(**{f"f{number}": b"" for number in range(300)})
    with pytest.raises(unreadable.ZipBomb):
        read_all(content, Limits(members=200))


def test_names_that_lead_outside_are_not_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in ("../../h9.xml", "/etc/h8.xml", "C:/h7.xml", "DATA/h1.xml"):
            made.writestr(name, DOCUMENT)
    with open_source(io.BytesIO(out.getvalue()), filename="x") as source:
        assert list(source.files) == ["h1.xml"]
        assert [(one.key, dict(one.params)) for one in source.warnings] == [("link.warn_names_ignored", {"count": 3})]


def test_a_locked_zip_says_so() -> None:
    content = bytearray(CHECKUP_ZIP)
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        content[at + 8] |= 1
        at += 4
    with pytest.raises(unreadable.ZipLocked):
        read_all(bytes(content))


def test_the_limit_of_json_is_told() -> None:
    with pytest.raises(unreadable.FileTooLarge) as caught:
        read_all(b'{"resourceType": "Patient"}' + b" " * (3 << 20), Limits(json_bytes=2 << 20))
    assert caught.value.params == {"limit_mb": 2}


@pytest.mark.parametrize("name", ["photo.jpg", "export.zip", "h1.xml"])
def test_the_name_of_a_file_proves_nothing(name: str) -> None:
    with open_source(io.BytesIO(DOCUMENT), filename=name) as source:
        assert source.format == "checkup-xml"


def test_the_command_refuses_on_stderr_with_a_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEGURI_LANG", "en")
    broken = tmp_path / "export.zip"
    broken.write_bytes(APPLE_ZIP[:-10])
    assert main(["link", "inspect", str(broken), "--json"]) != 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "The ZIP file is cut off or damaged" in printed.err
    assert main(["link", "inspect", str(tmp_path / "absent.zip")]) != 0
    assert capsys.readouterr().out == ""


def test_the_command_prints_json_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["link", "inspect", str(SAMPLES / "fhir-bundle.json"), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["format"] == "fhir-json"
    assert [one["place"] for one in printed["left_out"]] == ["entry[6]", "entry[7]", "entry[8]"]
    assert printed["unknown"] == {"CarePlan": 1}
    assert main(["link", "inspect", str(SAMPLES / "fhir-bundle.json")]) == 0
    assert "高血圧症" not in capsys.readouterr().out
