"""From the file to the card: a check-up file is linked on the phone, the questions answered, the cards appear."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.api.link.conftest import Linking, linking

__all__ = ["linking"]

KENSHIN = {"name": "健診 花子", "kana": "けんしん はなこ", "birth": "1978-03-04", "sex": "female"}


@pytest.mark.feature("C03", "C04")
def test_from_the_file_to_the_card(linking: Callable[..., Linking], shared: Callable[[str], Path]) -> None:
    hanako = linking(**KENSHIN)
    before = _cards(hanako)
    assert {card["state"] for card in before.values()} == {"missing"}
    hanako.take(shared("formats-jp/cda_synthetic/h279999999920250610110001.xml").read_bytes())
    asked = _cards(hanako)["hisayama-jas2022"]
    assert asked["state"] == "missing"
    assert {m["fill"] for m in asked["missing"]} == {"profile"}
    # What the file's questionnaire answers is not asked again; the rest is.
    keys = {m["profile_key"] for m in asked["missing"]}
    assert {"pregnancy", "diabetes", "pad", "familial_hypercholesterolaemia", "ckd"} <= keys
    assert not keys & {"coronary_disease", "stroke", "smoking"}
    for key in keys - {"pregnancy"}:
        _tell(hanako, key, "no")
    _tell(hanako, "pregnancy", {"status": "no", "due": None})
    _tell(hanako, "area", "27205")
    cards = _cards(hanako)
    risk = cards["hisayama-jas2022"]
    # 48 years old, 114/70 (the second measurement), LDL 102, HDL 71: the lowest class.
    assert (risk["state"], risk["klass"]["key"], risk["frequency"]["is_under_one"]) == ("ok", "low", True)
    assert next(i for i in risk["inputs"] if i["name"] == "sbp")["value"] == 114
    assert cards["bp_office"]["klass"]["key"] == "normal"
    assert cards["bp_office"]["headline"]["params"] == {"sbp": 114, "dbp": 70, "days": 1}
    assert cards["tokutei-hoken-shido"]["klass"]["key"] == "information"
    positions = hanako.phone.get("/risk/position").json["positions"]
    assert {p["scopes"][0]["name"] for p in positions if p["state"] == "ok"} == {"豊能"}


def _cards(who: Linking) -> dict[str, Any]:
    return {card["model"]: card for card in who.phone.get("/risk").json["cards"]}


def _tell(who: Linking, key: str, value: Any) -> None:
    said = who.phone.http.put(f"/api/profile/{key}", json={"answer": "value", "value": value})
    assert said.status_code in (200, 204), said.json
