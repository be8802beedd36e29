"""`meguri risk`: output keys at the top level, refusals with reasons, errors on stderr with a non-zero exit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from backend.cli import main
from models import registry


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["risk", *arguments]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


HISAYAMA = {"sex": "male", "age": 55, "sbp": 145, "igt": 1, "ldl": 165, "hdl": 38, "smoking": 1}


def test_score_prints_the_expected_keys_and_class_and_parts(capsys: pytest.CaptureFixture[str]) -> None:
    found = run(capsys, "score", "hisayama-jas2022", "--json", json.dumps(HISAYAMA))
    assert (found["points"], found["risk_percent"], found["category"]) == (18, 9.1, "intermediate")
    assert (found["class"], found["model"], found["version"]) == ("recognised", "hisayama-jas2022", "1")
    assert sum(part["amount"] for part in found["contributions"]) == 18
    assert "no diabetes" in found["assumed"]


@pytest.mark.feature("C05")
@pytest.mark.parametrize(
    ("changed", "key", "route"),
    [
        ({"age": 39}, "risk.age_outside", "out_of_range_age"),
        ({"diabetes": True}, "risk.excluded_diabetes", "primary prevention high, score not used"),
        ({"ckd": "unknown"}, "risk.unknown_exclusion", None),
        ({"ldl": None}, "risk.missing_input", None),
    ],
)
def test_a_refusal_prints_its_reasons(
    capsys: pytest.CaptureFixture[str], changed: dict[str, Any], key: str, route: str | None
) -> None:
    found = run(capsys, "score", "hisayama-jas2022", "--json", json.dumps(HISAYAMA | changed))
    assert [reason["key"] for reason in found["refused"]] == [key]
    assert found["refused"][0]["text"] != key
    assert found.get("route") == route
    assert "risk_percent" not in found


def test_research_models_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    inputs = {"age": 45, "urineprotein": 1, "sbp": 184, "t2dm": 0, "smoking": 1}
    assert run(capsys, "score", "epoch-japan-stroke", "--json", json.dumps(inputs))["class"] == "research"


def test_position(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--item", "HbA1c", "--value", "5.9", "--sex", "male", "--age", "57", "--area", "2701", "--json")
    found = run(capsys, "position", *arguments)
    assert (found["people"], found["above_percent"]) == (15_436, [20.0, 50.7])
    assert found["next_better"]["label"] == "5.6未満"
    assert [wider["place"]["level"] for wider in found["wider"]] == ["prefecture", "japan"]


@pytest.mark.parametrize("answer", ["はい", "1"])
def test_position_of_an_answer(capsys: pytest.CaptureFixture[str], answer: str) -> None:
    arguments = ("--item", "q_smoking", "--value", answer, "--sex", "male", "--age", "57", "--area", "2701", "--json")
    found = run(capsys, "position", *arguments)
    assert (found["people"], found["same_answer_percent"]) == (18_587, [28.1, 28.2])
    assert found["next_better"]["label"] == "いいえ"
    assert "below_percent" not in found


def test_position_refuses_at_39(capsys: pytest.CaptureFixture[str]) -> None:
    found = run(capsys, "position", "--item", "BMI", "--value", "22", "--sex", "male", "--age", "39", "--json")
    assert found["refused"][0]["key"] == "risk.age_outside"


def test_models_prints_every_card(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["risk", "models", "--json"]) == 0
    cards = json.loads(capsys.readouterr().out)
    assert {card["tool"] for card in cards} >= {*registry.scores(), "ndb-position", "ndb-course"}
    assert len(cards) == len({card["tool"] for card in cards}) >= 39
    assert all(card["display_class"] and card["source"] and len(card["sha256"]) == 64 for card in cards)


@pytest.mark.parametrize(
    "arguments",
    [
        ("score", "nope", "--json", "{}"),
        ("score", "fib4", "--json", "{"),
        ("score", "fib4", "--json", "[1]"),
        ("score", "fib4", "--json", '{"age": "old"}'),
        ("score", "fib4", "--json", '{"age": NaN}'),
        ("score", "epds", "--json", '{"item_scores": [4,0,0,0,0,0,0,0,0,0]}'),
        ("score", "edd", "--json", '{"lmp": "2026-13-01"}'),
        ("position", "--item", "nope", "--value", "1", "--sex", "male", "--age", "50"),
        ("position", "--item", "q_smoking", "--value", "ときどき", "--sex", "male", "--age", "50"),
        ("position", "--item", "BMI", "--value", "high", "--sex", "male", "--age", "50"),
        ("position", "--item", "BMI", "--value", "22", "--sex", "male", "--age", "50", "--area", "9999"),
    ],
)
def test_errors_go_to_stderr_with_a_non_zero_exit(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert main(["risk", *arguments]) != 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("meguri: ")
    assert "risk." not in printed.err.replace("meguri risk", "")
