"""わたしのこと: answers with date and source; the newer stands; "don't know" is an answer; history is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from backend import base
from tests.api.record.conftest import lab


def question(phone: Any, key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in phone.get("/profile").json["questions"] if one["key"] == key)
    return found


def answer(phone: Any, key: str, value: Any = None, kind: str = "value") -> Any:
    return phone.http.put(f"/api/profile/{key}", json={"answer": kind, "value": value})


def test_every_question_has_words_in_three_languages(resident: Callable[..., Any]) -> None:
    words = base.all_words()
    for one in resident().get("/profile").json["questions"]:
        for key in (one["question"]["key"], one["why"]["key"], *[choice["key"] for choice in one["choices"]]):
            assert set(words[key]) == {"ja", "ja-easy", "en"}, key


def test_an_answer_keeps_date_source_and_history(resident: Callable[..., Any]) -> None:
    phone = resident()
    before = phone.get("/profile").json["unanswered"]
    assert question(phone, "smoking")["current"]["answer"] == "unanswered"
    assert answer(phone, "smoking", "current").status_code == 200
    after = answer(phone, "smoking", "ex").json
    assert (after["current"]["value"], after["current"]["source"]) == ("ex", "self")
    assert [one["value"] for one in after["history"]] == ["ex", "current"]
    assert phone.get("/profile").json["unanswered"] == before - 1
    unknown = answer(phone, "smoking", kind="unknown").json
    assert unknown["current"]["answer"] == "unknown"
    assert answer(phone, "smoking", kind="unanswered").json["current"]["answer"] == "unanswered"


def test_the_newer_of_own_answer_and_check_up_stands_and_both_are_shown(
    resident: Callable[..., Any], put: Callable[..., Any]
) -> None:
    phone = resident()
    put(phone, "i1", [lab("q_med_bp", "1", 100, code="9N701000000000011")])
    derived = question(phone, "hypertension_treated")
    assert (derived["current"]["value"], derived["current"]["source"]) == ("yes", "健診機関 2799999999")
    assert derived["current"]["reading"] is not None
    own = answer(phone, "hypertension_treated", "no").json
    assert (own["current"]["value"], own["current"]["source"]) == ("no", "self")
    assert [one["value"] for one in own["others"]] == ["yes"]
    # "I don't know" does not silence a document that knows.
    assert answer(phone, "hypertension_treated", kind="unknown").json["current"]["value"] == "yes"


def test_the_smoking_code_two_meant_something_else_before_april_2024(
    resident: Callable[..., Any], put: Callable[..., Any]
) -> None:
    from datetime import datetime

    phone = resident()
    for day, wanted in (("2024-03-31", "not_current"), ("2024-04-01", "ex")):
        start = datetime.fromisoformat(day).replace(tzinfo=base.TOKYO)
        put(phone, day, [lab("q_smoking", "2", 0, start=start, code="9N736000000000011")])
        assert question(phone, "smoking")["current"]["value"] == wanted


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("area", "27205", "27205"),
        ("allergies", ["milk", "egg", "egg"], ["egg", "milk"]),
        ("allergies", [], []),
        ("medicines", [" アムロジピン 5mg "], ["アムロジピン 5mg"]),
        ("pregnancy", {"status": "yes", "due": "2027-03-01"}, {"status": "yes", "due": "2027-03-01"}),
        ("pregnancy", {"status": "no"}, {"status": "no", "due": None}),
    ],
)
def test_answers_of_every_kind(resident: Callable[..., Any], key: str, value: Any, kept: Any) -> None:
    assert answer(resident(), key, value).json["current"]["value"] == kept


@pytest.mark.parametrize(
    ("key", "value", "status", "problem"),
    [
        ("smoking", "sometimes", 422, "record.wrong_kind"),
        ("smoking", None, 422, "record.wrong_kind"),
        ("smoking", "not_current", 422, "record.wrong_kind"),
        ("allergies", "egg", 422, "record.wrong_kind"),
        ("area", "99999", 422, "record.wrong_kind"),
        ("pregnancy", {"status": "no", "due": "2027-03-01"}, 422, "record.wrong_kind"),
        ("pregnancy", {"status": "yes", "due": "soon"}, 422, "record.wrong_kind"),
        ("medicines", [""], 422, "record.wrong_kind"),
        ("shoe_size", 27, 404, "record.unknown_question"),
    ],
)
def test_what_is_no_answer_is_refused(
    resident: Callable[..., Any], key: str, value: Any, status: int, problem: str
) -> None:
    refused = answer(resident(), key, value)
    assert (refused.status_code, refused.json["key"]) == (status, problem)


def test_a_man_is_not_asked_about_pregnancy(resident: Callable[..., Any]) -> None:
    his = resident("suita", sex="male").get("/profile").json
    hers = resident("suita", sex="female").get("/profile").json
    assert "pregnancy" not in {one["key"] for one in his["questions"]}
    assert "pregnancy" in {one["key"] for one in hers["questions"]}
    assert hers["unanswered"] == his["unanswered"] + 1
