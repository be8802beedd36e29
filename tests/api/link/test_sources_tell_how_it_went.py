"""Where data can come from, when it last worked, and what failed, in words; unconfirmed files do not stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from backend import base
from backend.link import service
from tests.api.link.conftest import Linking, checkup_xml, fhir, observation


def _source(hanako: Linking, key: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = hanako.phone.get("/link/sources").json["sources"]
    return next(one for one in found if one["key"] == key)


def test_every_source_says_how_in_three_languages(linking: Callable[..., Linking]) -> None:
    listed = linking().phone.get("/link/sources").json["sources"]
    assert [one["key"] for one in listed] == [
        "checkup",
        "apple",
        "fhir",
        "jahis",
        "cgm",
        "omron",
        "withings",
        "garmin",
        "omh",
    ]
    for one in listed:
        for words in (one["title"], *one["how"]):
            assert all(base.say(words["key"], locale) != words["key"] for locale in base.LOCALES)
        assert one["imports"] == 0
        assert one["last_success_at"] is None


def test_success_and_failure_stand_beside_their_source(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    done = hanako.take(checkup_xml())
    assert _source(hanako, "checkup")["last_success_at"] == done["finished_at"]
    assert _source(hanako, "checkup")["imports"] == 1

    sent = hanako.phone.http.post(
        "/api/link/uploads?source=apple", data=b"PK\x03\x04broken", headers={"X-Filename": "e.zip"}
    )
    base.run_due_jobs()
    assert sent.status_code == 201
    failed = _source(hanako, "apple")
    assert failed["last_failure"]["key"] == "link.zip_damaged"
    assert failed["last_failure_at"] is not None
    assert _source(hanako, "checkup")["last_failure"] is None

    hanako.look(fhir(observation("4548-4", 5.6, "%", None)), "日付なし.json")
    assert _source(hanako, "fhir")["last_failure"]["key"] == "link.nothing_found"
    hanako.take(fhir(observation("4548-4", 5.6, "%")), "日付あり.json")
    assert _source(hanako, "fhir")["last_failure"] is None, "a failure counts only until it works"


def test_an_unconfirmed_file_goes_after_a_day(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    done = hanako.take(checkup_xml())
    waiting = hanako.look(checkup_xml(on=date(2024, 5, 21)), "去年.xml")
    refused = hanako.look(checkup_xml(sex="male"), "別の人.xml")
    assert hanako.sealed_files() == 2

    def after(wait: timedelta) -> None:
        clock = base.FixedClock(base.CLOCK.now() + wait)
        with base.write_unit() as session:
            gone = service.expire(session, clock=clock)
        for person, file_id in gone:
            base.files.delete(person, file_id)

    after(timedelta(hours=23))
    assert hanako.phone.get(f"/link/uploads/{waiting['id']}").status_code == 200
    after(timedelta(hours=25))
    assert hanako.phone.get(f"/link/uploads/{waiting['id']}").status_code == 404
    assert hanako.sealed_files() == 1, "the imported file stays"
    assert hanako.phone.get(f"/link/imports/{done['id']}/file").status_code == 200
    assert hanako.phone.get(f"/link/uploads/{refused['id']}").status_code == 200, "why it failed is shown for a month"
    after(timedelta(days=31))
    assert hanako.phone.get(f"/link/uploads/{refused['id']}").status_code == 404


@pytest.mark.parametrize("role", ["counsellor", "staff"])
def test_people_without_a_record_cannot_link(worker: Callable[..., Any], role: str) -> None:
    phone = worker("suita", role)
    assert phone.get("/link/sources").status_code == 403
    sent = phone.http.post("/api/link/uploads", data=b"x", headers={"X-Filename": "a.xml"})
    assert sent.status_code == 403
