"""Home, timeline, metric pages, risk and advice on a record that came from a check-up and a watch."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.journey.conftest import PhoneMaker
from tests.journey.harness import Phone, Server
from tests.journey.people import APPLE, enter_by_link, send_file, wait_still


def answer(phone: Phone, key: str, choice: str) -> None:
    """One answer of わたしのこと."""
    phone.go(f"/record/profile/{key}")
    phone.page.get_by_role("radio", name=choice, exact=True).check()
    phone.press("保存する")
    expect(phone.toast()).to_contain_text("保存しました")


def card(phone: Phone, title: str | re.Pattern[str]) -> Locator:
    """The card of that heading."""
    return phone.page.locator(".card", has=phone.page.get_by_role("heading", name=title)).first


def test_home_shows_todays_numbers_and_what_would_fill_the_rest(hanako: Phone) -> None:
    send_file(hanako, APPLE)
    if hanako.page.get_by_role("radio").count():
        hanako.page.get_by_role("radio", name="自分のものです").check()
    hanako.press("記録に取りこむ")
    hanako.heading("取りこみました")
    hanako.go("/")
    hanako.heading(re.compile("見本 花子"))
    tiles = hanako.page.locator(".tile")
    expect(tiles.first).to_be_visible()
    assert tiles.count() >= 2
    hanako.sees("記録する", "これは診断ではありません")


def test_where_there_are_many_values_each_tile_has_its_line(phones: PhoneMaker, server: Server) -> None:
    rich = phones()
    enter_by_link(rich, server.way("resident_rich"))
    rich.go("/")
    rich.sees("見本の住民です。値は作りものです")
    tile = rich.page.locator(".tile", has_text="朝の血圧")
    expect(tile.locator("svg")).to_be_visible()
    expect(tile).to_contain_text(re.compile(r"\d{3}/\d{2}"))
    rich.close()


def test_the_timeline_is_filtered_by_kind_and_source(hanako: Phone) -> None:
    hanako.go("/record")
    wait_still(hanako)
    total = hanako.page.locator("[role=status]", has_text=re.compile(r"^[\d,]+件$"))
    whole = int(total.inner_text().replace(",", "").rstrip("件"))
    hanako.page.get_by_role("group", name="出どころでしぼる").get_by_role("button").nth(1).click()
    expect(total).not_to_have_text(f"{whole:,}件")
    by_source = int(total.inner_text().replace(",", "").rstrip("件"))
    assert 0 < by_source < whole
    kinds = hanako.page.get_by_role("group", name="種類でしぼる").get_by_role("button")
    kinds.last.click()
    expect(kinds.last).to_have_attribute("aria-pressed", "true")
    assert "category=" in hanako.page.url
    assert "source=" in hanako.page.url


def test_a_metric_page_has_line_sentence_range_and_table(hanako: Phone) -> None:
    hanako.go("/record/metric/hba1c_pct?range=5y")
    expect(hanako.page.locator(".figure-number .number").first).to_have_text("5.8")
    hanako.sees("目安の範囲", "どこからの値か")
    hanako.page.locator("summary", has_text="表で見る").first.click()
    expect(hanako.page.locator("table tbody tr").first).to_be_visible()
    unit = hanako.page.get_by_label("単位")
    unit.select_option(index=1)
    # NGSP 5.8 % is 40 mmol/mol (IFCC = 10.93 x NGSP - 23.50).
    expect(hanako.page.locator(".figure-number .number").first).to_have_text(re.compile("^40"))


def test_the_explorable_chart_is_loaded_only_when_asked_for(hanako: Phone) -> None:
    asked: list[str] = []
    hanako.page.on("request", lambda request: asked.append(request.url))
    hanako.go("/record/metric/steps_count?range=all")
    wait_still(hanako)
    expect(hanako.page.locator("figure.chart svg")).to_be_visible()
    assert [url for url in asked if "plotly" in url] == []
    hanako.press("グラフを動かして見る")
    expect(hanako.page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    assert [url for url in asked if "plotly" in url]


@pytest.mark.feature("C10", "B15")
def test_any_value_opens_its_source(hanako: Phone) -> None:
    hanako.go("/record/metric/hba1c_pct?range=5y")
    hanako.page.locator("a[href^='/record/reading/']:visible").first.click()
    hanako.heading("HbA1c")
    hanako.sees(
        "出どころ", "この値を運んだもの", "h278888888820250610100001.xml", "保存した日時", "ファイルの指紋（SHA-256）"
    )
    hanako.sees("あなたのほかに、だれも見ていません。")


def test_a_model_asks_before_it_answers_and_refuses_where_it_is_not_valid(hanako: Phone) -> None:
    hanako.go("/risk")
    hanako.sees("血圧（健診・医療機関）", "これは診断ではありません")
    hanako.go("/risk/hisayama-jas2022")
    # Nothing is known about heart disease and stroke yet: no number, but what is missing.
    hanako.sees("足りないもの")
    expect(hanako.page.locator(".icon-array, .people")).to_have_count(0)
    for key in ("diabetes", "coronary_disease", "stroke", "ckd", "pad", "familial_hypercholesterolaemia"):
        answer(hanako, key, "いいえ")
    answer(hanako, "pregnancy", "いいえ")


@pytest.mark.feature("C04")
def test_the_answers_remove_the_refusal(hanako: Phone) -> None:
    hanako.go("/risk/hisayama-jas2022")
    wait_still(hanako)
    hanako.sees(
        re.compile("人 / 100人中"),
        "何が効いているか",
        "もし変わったら",
        "点がいちばん減る",
        "使った値",
        "これは診断ではありません",
    )
    hanako.page.locator("summary", has_text="根拠を見る").first.click()
    hanako.sees("出典", "もとの集団", "使える範囲")
    # Every input leads to its source.
    hanako.page.locator("a.list-row[href^='/record/reading/']").first.click()
    hanako.sees("この値を運んだもの")


def test_a_disease_makes_it_refuse_with_the_reason(hanako: Phone) -> None:
    answer(hanako, "stroke", "はい")
    hanako.go("/risk/hisayama-jas2022")
    wait_still(hanako)
    hanako.sees("この計算は、いまのあなたには使えません。")
    answer(hanako, "stroke", "いいえ")


def test_position_among_people_of_the_same_sex_and_age(hanako: Phone) -> None:
    hanako.go("/record/profile/area")
    hanako.page.get_by_label("お住まいの市町村").select_option("27205")
    hanako.press("保存する")
    expect(hanako.toast()).to_contain_text("保存しました")
    hanako.go("/risk/position")
    hanako.sees(re.compile(r"女性 \d\d[-〜]\d\d歳"))
    hanako.go("/risk/position/hba1c_pct")
    wait_still(hanako)
    places = hanako.page.get_by_role("group", name="比べる地域").get_by_role("button")
    assert places.count() >= 2
    hanako.sees(re.compile("高いほうから"))


@pytest.mark.feature("D01")
def test_advice_says_value_guideline_and_why_this_one(hanako: Phone) -> None:
    hanako.go("/advice")
    wait_still(hanako)
    first = hanako.page.locator("section.card", has=hanako.button("やってみる")).first
    expect(first).to_contain_text("きっかけ")
    first.get_by_role("link", name="理由と根拠を見る").click()
    hanako.sees("なぜこの提案か", "もとの資料", "値の日付")
    hanako.sees(re.compile("次の候補は|これだけです"))


def test_what_could_harm_is_masked_first_and_says_why(hanako: Phone) -> None:
    hanako.go("/advice")
    wait_still(hanako)
    before = hanako.page.locator("a.link-button[href^='/advice/']").count()
    answer(hanako, "doctor_limits_exercise", "はい")
    hanako.go("/advice")
    wait_still(hanako)
    hanako.page.locator("summary", has_text="安全のため出していない提案").click()
    hanako.sees(re.compile("運動"))
    assert hanako.page.locator("a.link-button[href^='/advice/move']").count() == 0
    answer(hanako, "doctor_limits_exercise", "いいえ")
    for key in ("joint_pain", "heart_failure"):
        answer(hanako, key, "いいえ")
    hanako.go("/advice")
    wait_still(hanako)
    assert hanako.page.locator("a.link-button[href^='/advice/']").count() >= before


@pytest.mark.feature("D10")
def test_a_suggestion_is_taken_put_off_sent_away_and_brought_back(hanako: Phone) -> None:
    hanako.go("/advice")
    wait_still(hanako)
    hanako.button("やってみる").first.click()
    expect(hanako.toast().last).to_contain_text("取り組み中")
    hanako.sees("取り組み中")
    hanako.button("元に戻す").last.click()
    expect(hanako.page.locator(".chip", has_text="取り組み中")).to_have_count(0)
    gone = hanako.page.locator("a.link-button[href^='/advice/']").first.get_attribute("href")
    hanako.button("わたしには合わない").first.click()
    dialog = hanako.page.get_by_role("dialog")
    dialog.get_by_role("radio", name="時間がない").check()
    dialog.get_by_role("button", name="この提案を出さない").click()
    expect(hanako.page.locator(f"a.link-button[href='{gone}']")).to_have_count(0)
    hanako.page.reload()
    hanako.page.locator("summary", has_text="いま出していない提案 1 件").click()
    hanako.sees(re.compile("まで"))
    hanako.press("戻す")
    expect(hanako.page.locator(f"a.link-button[href='{gone}']")).to_have_count(1)
    hanako.button("あとで").first.click()
    expect(hanako.page.locator("summary", has_text="いま出していない提案 1 件")).to_be_visible()
