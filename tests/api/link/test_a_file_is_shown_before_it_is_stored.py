"""First what is in the file, then the person's yes, then a receipt whose numbers add up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.api.link.conftest import VALUES, Linking, checkup_xml, checkup_zip, exam, fhir, observation


@pytest.mark.feature("B01")
def test_a_check_up_from_preview_to_record(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    before = hanako.record_hash()
    seen = hanako.look(checkup_xml(), "h279999999920250520110001.xml", **{"Idempotency-Key": "try-0001"})

    assert seen["state"] == "ready"
    assert hanako.record_hash() == before, "a preview must not touch the record"
    preview = seen["preview"]
    assert preview["format"] == "checkup-xml"
    assert preview["source"] == "checkup"
    assert preview["file_name"] == "h279999999920250520110001.xml"
    assert (preview["first"], preview["last"]) == ("2025-05-20", "2025-05-20")
    assert preview["identity"] == "matches"
    assert preview["question"] is None
    assert preview["name_in_file"] == "スイタ ハナコ"
    assert preview["other_people"] == 0
    counted = {metric["metric"]: metric["count"] for kind in preview["kinds"] for metric in kind["metrics"]}
    assert counted == dict.fromkeys(VALUES, 1)
    assert preview["count"] == len(VALUES)

    said = hanako.confirm(seen["id"])
    assert said.status_code == 202
    assert said.json["state"] == "running"
    assert said.json["receipt"] is None, "no receipt before the server has it"
    done = hanako_done(hanako, said.json["id"])
    assert done["state"] == "complete"
    assert done["receipt"]["new"] == len(VALUES)
    assert done["receipt"]["already"] == 0
    assert done["receipt"]["left_out"] == []
    assert done["receipt"]["sources"] == ["健診機関 2799999999"]
    assert done["progress"] == {"stage": "finished", "done": done["size"], "total": done["size"]}
    page = hanako.phone.get("/metrics/hba1c_pct?range=5y").json
    assert [point["value"] for point in page["points"]] == [VALUES["hba1c_pct"]]


def hanako_done(hanako: Linking, import_id: str) -> dict[str, Any]:
    from backend import base

    base.run_due_jobs()
    done: dict[str, Any] = hanako.phone.get(f"/link/imports/{import_id}").json
    return done


@pytest.mark.feature("B02")
def test_a_fhir_bundle_by_upload(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    allergy = {
        "resourceType": "AllergyIntolerance",
        "patient": {"reference": "Patient/p1"},
        "code": {"text": "そば"},
        "recordedDate": "2024-03-01",
    }
    content = fhir(observation("4548-4", 5.6, "%"), observation("4548-4", 5.7, "%", None), allergy)
    done = hanako.take(content, "病院.json")
    assert done["receipt"]["new"] == 2
    assert {metric["metric"] for kind in done["receipt"]["kinds"] for metric in kind["metrics"]} == {
        "hba1c_pct",
        "allergy",
    }
    (left,) = done["receipt"]["left_out"]
    assert left["reason"]["key"] == "link.left_undated"
    assert left["count"] == 1
    assert left["places"], "the receipt says where the value stands"
    assert done["left_out"] == 1


def test_only_the_own_documents_of_a_file_with_several_people(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    others = [
        exam(kana="ヨソノ　タロウ", birth=date(1961, 1, 2), sex="male"),
        exam(kana="ヨソノ　ジロウ", birth=date(1980, 4, 2), sex="male"),
    ]
    content = checkup_zip(others[0], exam(), others[1], exam(on=date(2024, 5, 21)))
    seen = hanako.look(content, "一括.zip")
    assert seen["preview"]["other_people"] == 2
    assert seen["preview"]["count"] == 2 * len(VALUES)
    assert "ヨソノ" not in str(seen)
    done = hanako_done(hanako, hanako.confirm(seen["id"]).json["id"])
    assert done["receipt"]["new"] == 2 * len(VALUES)
    assert done["receipt"]["other_people"] == 2
    assert done["receipt"]["original"] == "own_part"
    kept = hanako.phone.get(f"/link/imports/{done['id']}/file").data
    assert_only_hanako(kept)
    assert hanako.sealed_files() == 1


def assert_only_hanako(kept: bytes) -> None:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(kept)) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist()]
    assert len(texts) == 2
    assert all("スイタ　ハナコ" in text for text in texts)
    assert not any("ヨソノ" in text for text in texts)


def test_other_peoples_bytes_are_gone_before_anything_is_confirmed(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    other = exam(kana="ヨソノ　タロウ", birth=date(1961, 1, 2), sex="male")
    content = checkup_zip(other, exam())
    hanako.look(content, "一括.zip")
    assert hanako.sealed_files() == 1
    from backend import base

    (path,) = [path for path in (base.runtime().settings.home / "files").rglob("*") if path.is_file()]
    plain = base.files.open(hanako.person, path.name).read()
    assert_no_other(plain)


def assert_no_other(plain: bytes) -> None:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        assert [archive.read(name).decode().count("ヨソノ") for name in archive.namelist()] == [0]


def test_nobody_else_sees_an_upload_or_an_import(linking: Callable[..., Linking]) -> None:
    hanako, taro = linking(), linking(name="堺 太郎", kana="さかい たろう", birth="1970-01-01", sex="male")
    done = hanako.take(checkup_xml())
    for path in (
        f"/link/uploads/{done['upload_id']}",
        f"/link/imports/{done['id']}",
        f"/link/imports/{done['id']}/file",
    ):
        assert taro.phone.get(path).status_code == 404
    assert taro.phone.post(f"/link/imports/{done['id']}/undo").status_code == 404
    assert taro.phone.post(f"/link/uploads/{done['upload_id']}/confirm", {"answers": {}}).status_code == 404
    assert taro.phone.get("/link/imports").json == {"imports": []}


def test_the_same_try_sent_twice_is_one_upload(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    one = hanako.send(checkup_xml(), **{"Idempotency-Key": "try-0001"})
    two = hanako.send(checkup_xml(), **{"Idempotency-Key": "try-0001"})
    assert one.json["id"] == two.json["id"]
    assert hanako.sealed_files() == 1
    other = hanako.send(checkup_xml(on=date(2024, 1, 2)), **{"Idempotency-Key": "try-0001"})
    assert other.status_code == 422
    assert other.json["key"] == "base.key_reused"
    assert hanako.sealed_files() == 1


def test_an_unconfirmed_file_can_be_thrown_away(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    before = hanako.record_hash()
    seen = hanako.look(checkup_xml())
    assert hanako.sealed_files() == 1
    assert hanako.phone.http.delete(f"/api/link/uploads/{seen['id']}").status_code == 204
    assert hanako.sealed_files() == 0
    assert hanako.phone.get(f"/link/uploads/{seen['id']}").status_code == 404
    assert hanako.confirm(seen["id"]).status_code == 404
    assert hanako.record_hash() == before
