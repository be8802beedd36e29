"""Risk in the browser: cards, why, what-if, position, 25 years on, the US model on request, a child's growth."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journey.conftest import PhoneMaker
from tests.journey.harness import Phone, Server
from tests.journey.people import HANAE, enter_by_link, join, wait_still


@pytest.fixture(scope="module")
def rich(phones: PhoneMaker, server: Server) -> Phone:
    """A resident of the demo with check-ups; only read here."""
    made = phones()
    enter_by_link(made, server.way("resident_rich"))
    return made


@pytest.fixture(scope="module")
def mother(phones: PhoneMaker, server: Server) -> Phone:
    """Somebody who joined a minute ago."""
    made = phones()
    join(made, server.invite()["code"], HANAE)
    return made


def test_cards_stand_with_their_class_and_open_to_the_reasons(rich: Phone) -> None:
    rich.go("/risk")
    wait_still(rich)
    for title in ("血糖", "脂質", "腎臓", "BMI"):
        expect(rich.page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    rich.page.get_by_role("heading", name="脂質", exact=True).click()
    rich.heading("コレステロールと中性脂肪は、どの線にありますか")
    rich.sees("使った値", "次にすること", "これは診断ではありません")


def test_what_if_only_moves_published_points(rich: Phone) -> None:
    rich.go("/risk/hisayama-jas2022")
    rich.follow("ほかの組み合わせも見る")
    rich.heading("もし点が変わったら")
    group = rich.page.get_by_role("group", name="血圧（上）")
    strip = rich.page.locator(".risk-strip")
    before = re.findall(r"(\d+) 点", strip.inner_text())
    assert before[0] == before[1]
    group.get_by_role("radio").last.check()
    expect(rich.page.get_by_text(re.compile(r"いまより \d+ 点(多い|少ない)組み合わせです"))).to_be_visible()
    after = re.findall(r"(\d+) 点", strip.inner_text())
    assert after[0] == before[0]
    assert int(after[1]) > int(after[0])
    rich.sees(re.compile(r"\d+ 点の、同じ年代の人では"), re.compile("これから 10 年間の割合"))
    rich.press("いまの値に戻す")
    rich.sees("いまと同じ点です")


@pytest.mark.feature("C13")
def test_25_years_on_shows_both_courses_and_where_the_tables_end(rich: Phone) -> None:
    rich.go("/risk")
    rich.follow("25年の見通し")
    rich.heading("25年の見通し")
    wait_still(rich)
    rich.page.get_by_role("link", name=re.compile("^HbA1c")).click()
    rich.heading(re.compile("25年の見通し HbA1c"))
    expect(rich.page.locator("svg .course-band")).to_have_count(2)
    rich.sees(
        "国の表は 74 歳までです", "いまの順位のままの場合", "となりの区分", "同じ人を追いかけた結果ではありません"
    )
    rich.page.get_by_text("表で見る").click()
    rows = rich.page.get_by_role("row")
    expect(rows.nth(1)).to_contain_text("いま")
    assert rows.count() >= 3


def test_answers_of_the_questionnaire_have_their_place(rich: Phone) -> None:
    rich.go("/risk/position")
    rich.heading("あなたの位置")
    rich.sees("生活の質問")
    rich.page.get_by_role("heading", name="たばこ", exact=True).click()
    rich.heading(re.compile("あなたの位置 たばこ"))
    rich.sees(re.compile(r"同じ答えの人は \d+"))
    rich.press("全国")
    rich.sees(re.compile(r"全国・(男性|女性)"))


def test_the_us_model_is_computed_only_when_asked_for(rich: Phone) -> None:
    asked: list[str] = []
    rich.page.on("request", lambda one: asked.append(one.url))
    rich.go("/risk")
    wait_still(rich)
    rich.follow("米国の計算と比べる")
    rich.sees("日本の人に合うかは確かめられていません")
    assert not [url for url in asked if "prevent" in url and "/api/" in url]
    rich.press("それでも見てみる")
    rich.heading("米国の式では、どうなりますか")
    rich.sees("研究用")


@pytest.mark.feature("C07")
def test_a_mother_follows_a_child_born_early_on_the_national_curves(mother: Phone) -> None:
    today = datetime.now(ZoneInfo("Asia/Tokyo")).date()
    birth = today - timedelta(days=400)
    mother.go("/risk")
    mother.follow("お子さんの成長")
    mother.follow("お子さんを加える")
    mother.heading("お子さんを加える")
    page = mother.page
    page.get_by_label("呼び名").fill("みほ")
    page.get_by_label("生年月日").fill(birth.isoformat())
    page.get_by_role("radio", name="女の子").check()
    page.get_by_label("生まれたときの週数").fill("32")
    mother.press("記録する")
    mother.heading("みほ")
    mother.sees("修正月齢")
    page.get_by_label("はかった日").fill(today.isoformat())
    page.get_by_role("textbox", name="体重").fill("8.4")
    page.get_by_role("textbox", name="身長").fill("73")
    mother.press("加える")
    expect(mother.toast()).to_contain_text("加えました")
    mother.sees(re.compile("低いほうから"), re.compile("修正月齢では"), "肥満度")
    expect(page.locator("svg .growth-line")).to_have_count(7)
    mother.press("生まれた日から")
    mother.press("身長")
    expect(page.get_by_role("img", name=re.compile("身長の成長曲線"))).to_be_visible()
    mother.press("この日を消す")
    mother.sees("まだ値がありません")
    mother.press("お子さんの記録を消す")
    mother.press("消す")
    mother.sees("まだお子さんの記録がありません")
