"""Somebody else's file is refused without showing anything of it; a doubt is asked about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from backend import base
from tests.api.link.conftest import VALUES, Linking, checkup_xml, checkup_zip, exam, fhir, observation


def _says(seen: dict[str, Any]) -> str:
    return base.say(seen["refusal"]["key"], "ja", **seen["refusal"]["params"])


@pytest.mark.parametrize(
    "content",
    [
        checkup_xml(birth=date(1980, 4, 3)),
        checkup_xml(sex="male"),
        checkup_xml(kana="ヨソノ　ヒト", birth=date(1955, 12, 24)),
        fhir(observation("4548-4", 5.6, "%"), patient={"birthDate": "1980-02-04"}),
    ],
)
def test_another_persons_file_is_refused(linking: Callable[..., Linking], content: bytes) -> None:
    hanako = linking()
    before = hanako.record_hash()
    seen = hanako.look(content)
    assert seen["state"] == "refused"
    assert seen["refusal"] == {"key": "link.not_yours", "params": {}}
    assert seen["preview"] is None
    assert "この端末の方のものではないようです" in _says(seen)
    assert hanako.record_hash() == before
    assert hanako.sealed_files() == 0
    said = hanako.confirm(seen["id"])
    assert (said.status_code, said.json["key"]) == (409, "link.was_refused")
    assert hanako.record_hash() == before


def test_a_file_of_many_others_says_only_how_many(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    content = checkup_zip(exam(birth=date(1961, 1, 2)), exam(kana="ヨソノ　ヒト", sex="male"))
    seen = hanako.look(content, "一括.zip")
    assert seen["refusal"] == {"key": "link.not_yours_many", "params": {"people": 2}}
    assert hanako.sealed_files() == 0


def test_two_who_could_be_meant_are_refused(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    seen = hanako.look(checkup_zip(exam(kana="タニン　アキ"), exam(kana="タニン　ハル")), "一括.zip")
    assert seen["refusal"]["key"] == "link.two_match"
    assert "タニン" not in str(seen)
    assert hanako.sealed_files() == 0


def test_another_name_is_asked_about(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    before = hanako.record_hash()
    seen = hanako.look(checkup_xml(kana="キュウセイ　ハナコ"))
    assert seen["state"] == "ready"
    assert seen["preview"]["question"] == "name_differs"
    assert seen["preview"]["name_in_file"] == "キュウセイ ハナコ"
    unanswered = hanako.confirm(seen["id"])
    assert (unanswered.status_code, unanswered.json["key"]) == (422, "link.answer_needed")
    assert hanako.confirm(seen["id"], whose="mine").json["key"] == "link.answer_needed"
    assert hanako.record_hash() == before
    assert hanako.confirm(seen["id"], name_differs="mine").status_code == 202
    base.run_due_jobs()
    assert hanako.phone.get("/link/imports").json["imports"][0]["new"] == len(VALUES)


def test_a_file_without_any_identity_asks_whose_it_is(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    content = fhir(observation("4548-4", 5.6, "%"), patient={"name": None, "birthDate": None, "gender": None})
    seen = hanako.look(content, "結果.json")
    assert seen["preview"]["question"] == "whose"
    assert seen["preview"]["name_in_file"] is None
    assert hanako.confirm(seen["id"], whose="mine").status_code == 202


def test_a_file_called_somebody_elses_is_thrown_away(linking: Callable[..., Linking]) -> None:
    hanako = linking()
    before = hanako.record_hash()
    seen = hanako.look(checkup_xml(kana="キュウセイ　ハナコ"))
    said = hanako.confirm(seen["id"], name_differs="not_mine")
    assert (said.status_code, said.json["key"]) == (422, "link.said_not_mine")
    assert hanako.sealed_files() == 0
    assert hanako.phone.get(f"/link/uploads/{seen['id']}").status_code == 404
    assert hanako.record_hash() == before


@pytest.mark.parametrize("kana", ["ｽｲﾀ ﾊﾅｺ", "スイタハナコ", "すいた　はなこ"])
def test_ways_of_writing_a_name_are_not_asked_about(linking: Callable[..., Linking], kana: str) -> None:
    seen = linking().look(checkup_xml(kana=kana))
    assert seen["preview"]["question"] is None
