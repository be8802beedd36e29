"""Three taps, no net, other languages, dark and large: the same journey in harder places."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journey.harness import Phone
from tests.journey.people import settle, wait_still


def entries(phone: Phone, metric: str) -> list[dict[str, Any]]:
    """What the server has of a metric that was typed in by hand."""
    answer = phone.page.request.get(f"/api/metrics/{metric}?range=30d")
    assert answer.ok
    return [one for one in answer.json()["points"] if not one["is_deleted"]]


def test_blood_pressure_in_three_taps_with_undo(hanako: Phone) -> None:
    hanako.go("/")
    wait_still(hanako)
    hanako.page.locator("main").get_by_role("link", name="血圧を入れる").first.click()  # one
    hanako.button("上の血圧を増やす").click()  # two
    hanako.button(re.compile("を記録する$")).click()  # three
    expect(hanako.toast()).to_contain_text("を記録しました（サーバーに届きました）")
    assert len(entries(hanako, "sbp_mmhg")) == 1
    hanako.button("元に戻す").click()
    expect(hanako.toast().last).to_contain_text("取り消しました")
    assert entries(hanako, "sbp_mmhg") == []


def test_weight_in_three_taps(hanako: Phone) -> None:
    hanako.go("/")
    hanako.page.locator("main").get_by_role("link", name="体重を入れる").first.click()
    hanako.button("体重を減らす").click()
    hanako.button(re.compile("を記録する$")).click()
    expect(hanako.toast()).to_contain_text("を記録しました（サーバーに届きました）")
    assert len(entries(hanako, "weight_kg")) == 1


def test_an_unusual_number_is_asked_about_first(hanako: Phone) -> None:
    hanako.go("/record/enter/blood-pressure")
    hanako.page.get_by_label("上の血圧", exact=True).fill("70")
    with hanako.troubles.expecting(r"4\d\d POST .*/api/entries"):
        hanako.button(re.compile("を記録する$")).click()
        expect(hanako.page.get_by_role("dialog")).to_contain_text("確かめてください")
    hanako.press("数字を直す")
    assert entries(hanako, "sbp_mmhg") == []


@pytest.mark.feature("J02", "J03")
def test_without_a_net_one_reads_what_was_seen_and_enters_what_is_sent_once(hanako: Phone) -> None:
    for path in ("/", "/record", "/record/metric/hba1c_pct?range=5y"):
        hanako.go(path)
        wait_still(hanako)
    hanako.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    before = len(entries(hanako, "weight_kg"))
    with hanako.troubles.expecting("ERR_INTERNET_DISCONNECTED", "ERR_FAILED"):
        hanako.context.set_offline(True)
        # A cold start without a net: the page itself comes from the phone.
        started = time.monotonic()
        hanako.go("/record/metric/hba1c_pct?range=5y")
        expect(hanako.page.locator(".figure-number .number").first).to_have_text("5.8")
        assert time.monotonic() - started < 2
        hanako.sees(re.compile("つながっていません"))
        hanako.go("/record")
        hanako.sees("いつ、何があったか", re.compile("健診"))
        for path, label in (("blood-pressure", "mmHg"), ("weight", "kg")):
            hanako.go(f"/record/enter/{path}")
            hanako.button(re.compile(f"{label} を記録する$")).click()
            expect(hanako.toast().last).to_contain_text("この端末にあります。つながると送ります")
        hanako.go("/")
        hanako.sees(
            re.compile("^2件(はこの端末にあります。つながると送ります|がまだ届いていません。もう一度送ります)$")
        )
        hanako.sees_not("すべてサーバーに届いています")
        hanako.go("/record/outbox")
        expect(hanako.page.locator(".chip", has_text="待っています")).to_have_count(2)
        hanako.go("/")
        hanako.context.set_offline(False)
        hanako.page.evaluate("dispatchEvent(new Event('online'))")
        hanako.sees(re.compile("この端末の入力は、すべてサーバーに届いています"))
    assert len(entries(hanako, "sbp_mmhg")) == 1
    assert len(entries(hanako, "dbp_mmhg")) == 1
    assert len(entries(hanako, "weight_kg")) == before + 1
    hanako.page.reload()
    wait_still(hanako)
    assert len(entries(hanako, "sbp_mmhg")) == 1


def test_easy_japanese_has_readings_and_large_type_is_large(hanako: Phone) -> None:
    hanako.go("/settings")
    size = "() => parseFloat(getComputedStyle(document.body).fontSize)"
    plain = hanako.page.evaluate(size)
    hanako.page.get_by_role("switch", name=re.compile("大きい文字")).click()
    expect(hanako.page.locator("html")).to_have_attribute("data-type", "large")
    settle(hanako)
    assert hanako.page.evaluate(size) >= plain * 1.15
    hanako.page.get_by_role("radio", name="やさしい日本語").check()
    expect(hanako.page.locator("html")).to_have_attribute("data-locale", "ja-easy")
    for path in ("/", "/record", "/risk", "/advice", "/consultations", "/meguri"):
        hanako.go(path)
        wait_still(hanako)
        expect(hanako.page.locator("main ruby rt").first).to_be_visible()
        overflow = hanako.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, path


def test_english_everywhere_and_back_by_the_account(hanako: Phone) -> None:
    hanako.go("/settings")
    hanako.page.get_by_role("radio", name="English").check()
    hanako.heading("Settings")
    expect(hanako.page.locator("html")).to_have_attribute("lang", "en")
    for path in ("/", "/record", "/risk", "/advice", "/consultations", "/meguri", "/settings/devices"):
        hanako.go(path)
        wait_still(hanako)
        said = hanako.page.locator("main h1, main h2, main button, main .chip").all_inner_texts()
        own = re.compile("見本|花子|日本語|吹田|健診の血圧")
        left = [text for text in said if re.search("[ぁ-んァ-ヶ一-龠]", text) and not own.search(text)]
        assert left == [], path
    hanako.go("/settings")
    hanako.page.get_by_role("radio", name="日本語", exact=True).check()
    hanako.heading("設定")


def test_dark_is_dark(hanako: Phone) -> None:
    hanako.go("/settings")
    hanako.page.get_by_role("radio", name="暗い").check()
    expect(hanako.page.locator("html")).to_have_attribute("data-theme", "dark")
    settle(hanako)
    lightness = hanako.page.evaluate(
        "(() => { const c = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number);"
        " return (c[0] + c[1] + c[2]) / 3; })()"
    )
    assert lightness < 70
    hanako.page.get_by_role("radio", name="明るい").check()
