"""A file that was sent and not confirmed is found again after leaving, until its person decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backend import base
from tests.api.link.conftest import Linking, checkup_xml


def _waiting(linking: Linking) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = linking.phone.get("/link/sources").json["waiting"]
    return found


def test_a_sent_file_is_listed_until_it_is_confirmed(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    assert _waiting(hanako) == []
    seen = hanako.look(checkup_xml(), "健診.xml")
    [waiting] = _waiting(hanako)
    assert (waiting["id"], waiting["file_name"], waiting["state"]) == (seen["id"], "健診.xml", "ready")
    hanako.take(checkup_xml(), "健診.xml")
    assert [one["id"] for one in _waiting(hanako)] == [seen["id"]], "only the confirmed one goes"


def test_a_refused_or_dropped_file_does_not_wait(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    hanako.look(checkup_xml(sex="male"), "別の人.xml")
    assert _waiting(hanako) == []
    seen = hanako.look(checkup_xml(), "健診.xml")
    assert hanako.phone.http.delete(f"/api/link/uploads/{seen['id']}").status_code == 204
    assert _waiting(hanako) == []


def test_the_eleventh_waiting_file_is_refused_and_its_bytes_are_gone(
    linking: Callable[..., Linking], runtime: base.Runtime
) -> None:
    hanako = linking()
    for number in range(10):
        hanako.look(checkup_xml(), f"健診{number}.xml")
    kept = {path.name for path in (runtime.settings.home / "files").rglob("*") if path.is_file()}
    refused = hanako.phone.http.post(
        "/api/link/uploads", data=checkup_xml(), headers={"X-Filename": "one-more.xml"}, content_type="application/xml"
    )
    assert (refused.status_code, refused.json["key"]) == (429, "link.too_many_waiting")
    assert {path.name for path in (runtime.settings.home / "files").rglob("*") if path.is_file()} == kept
