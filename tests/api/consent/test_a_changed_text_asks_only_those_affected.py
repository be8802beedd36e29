"""A switch pins the wording it was agreed under; a change of meaning asks anew just those whom it touches."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from backend import consent
from backend.consent import texts as shipped

LAB, RESEARCH, TEXT = "sample-univ-obstetrics", "P-RESEARCH", "research-pregnancy-bp"


@pytest.fixture
def second_version(tmp_path: Path):
    """Put a second version in force whose meaning changed for blood pressure and weight."""

    def publish(asks_again: str) -> None:
        folder = tmp_path / "texts"
        folder.mkdir(exist_ok=True)
        for file in Path(shipped.__code__.co_filename).with_name("texts").glob("*.json"):
            shutil.copy(file, folder)
        old = (folder / f"{TEXT}-v1.json").read_text("utf-8")
        new = old.replace('"version": 1,', f'"version": 2,\n  "asks_again": {asks_again},')
        (folder / f"{TEXT}-v2.json").write_text(new.replace("早く気づける方法", "入院を減らす方法"), "utf-8")
        consent.use_texts(consent.read_texts(folder))

    yield publish
    consent.use_texts(None)


@pytest.mark.feature("E08")
def test_only_holders_of_the_changed_category_are_asked_and_paused_until_then(town, resident, lab, second_version):
    hanako, taro, jiro = resident("suita"), resident("suita"), resident("suita")
    for phone in (hanako, taro, jiro):
        town.put(phone, sbp_mmhg=118, hba1c_pct=5.4)
    town.switch(hanako, LAB, RESEARCH, "C-VITAL", True)
    town.switch(hanako, LAB, RESEARCH, "C-LAB", True)
    town.switch(taro, LAB, RESEARCH, "C-LAB", True)
    assert len(town.readable(lab, LAB)) == 2

    second_version('["C-VITAL"]')
    assert [phone.get("/consent").json["asks_again"] for phone in (hanako, taro, jiro)] == [1, 0, 0]
    assert [each["categories"] for each in town.readable(lab, LAB)] == [["C-LAB"], ["C-LAB"]]
    vital = next(each for each in town.card(hanako, LAB)["categories"] if each["category"] == "C-VITAL")
    assert (vital["is_on"], vital["must_ask_again"]) == (True, True)

    agreed = town.switch(hanako, LAB, RESEARCH, "C-VITAL", True)
    assert agreed.status_code == 200
    assert hanako.get("/consent").json["asks_again"] == 0
    assert sorted(len(each["categories"]) for each in town.readable(lab, LAB)) == [1, 2]
    line = hanako.get("/consent/history").json["changes"][0]
    assert (line["text_id"], line["text_version"]) == (TEXT, 2)
    assert (
        hanako.get(f"/consent/texts/{TEXT}/1").json["ja"]["why"]
        != hanako.get(f"/consent/texts/{TEXT}/2").json["ja"]["why"]
    )


def test_a_change_of_wording_alone_asks_nobody(town, resident, lab, second_version):
    hanako = resident("suita")
    town.switch(hanako, LAB, RESEARCH, "C-VITAL", True)
    second_version("[]")
    assert hanako.get("/consent").json["asks_again"] == 0
    assert len(town.readable(lab, LAB)) == 1
    assert town.card(hanako, LAB)["text"]["version"] == 2


def test_a_change_of_the_whole_meaning_stops_everything_until_asked(town, resident, lab, second_version):
    hanako = resident("suita")
    town.switch(hanako, LAB, RESEARCH, "C-VITAL", True)
    second_version('"all"')
    assert town.card(hanako, LAB)["status"] == "ask_again"
    assert town.readable(lab, LAB) == []
