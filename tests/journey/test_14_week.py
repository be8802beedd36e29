"""From a check-up with high blood pressure and HbA1c 6.1 to a planned week; pregnant, the unsafe is gone at once."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journey.conftest import PhoneMaker
from tests.journey.harness import Phone, Server
from tests.journey.people import Person, bring_in, join, recent_checkup, say, send, unsafe_choice, wait_still

SACHI = Person("見本 花子", "みほん はなこ", (1990, 4, 12), "女性")


@pytest.fixture(scope="module")
def sachi(phones: PhoneMaker, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Phone:
    """A younger woman of the sample's name, her check-up with HbA1c 6.1 on record."""
    made = phones()
    join(made, server.invite()["code"], SACHI)
    file: Path = recent_checkup(tmp_path_factory.mktemp("sachi"))
    text = file.read_text("utf-8").replace('value="19680412"', 'value="19900412"')
    changed = text.replace('value="5.8" unit="%"', 'value="6.1" unit="%"')
    assert changed != text
    file.write_text(changed, "utf-8")
    bring_in(made, file)
    for key in ("doctor_limits_exercise", "osteoporosis", "joint_pain"):
        answer(made, key, "いいえ")
    answer(made, "pregnancy", "いいえ")
    return made


def answer(phone: Phone, key: str, choice: str) -> None:
    """One answer of わたしのこと."""
    phone.go(f"/record/profile/{key}")
    phone.page.get_by_role("radio", name=choice, exact=True).check()
    phone.press("保存する")
    expect(phone.toast()).to_contain_text("保存しました")


def test_a_declined_item_stays_away_and_the_next_one_comes(sachi: Phone) -> None:
    sachi.go("/advice")
    meal = sachi.page.locator(".card", has=sachi.page.get_by_role("heading", name=re.compile("うす味")))
    expect(meal).to_contain_text(re.compile("14[26]"))
    meal.get_by_role("button", name="わたしには合わない").click()
    dialog = sachi.page.get_by_role("dialog")
    dialog.get_by_role("radio", name="好みに合わない").check()
    dialog.get_by_role("button", name="この提案を出さない").click()
    expect(meal).to_have_count(0)
    sachi.go("/advice")
    wait_still(sachi)
    sachi.sees_not("夕食を、週に3回うす味の献立にかえる")


def test_movement_is_planned_and_marked_and_stands_in_the_week(sachi: Phone) -> None:
    sachi.go("/advice")
    sachi.page.get_by_role("link", name=re.compile("^今週の運動")).last.click()
    sachi.heading("今週の運動")
    # Monday has a walk, so that on any day of the week there is one to mark.
    sachi.page.get_by_role("button", name="できた", exact=True).first.click()
    expect(sachi.page.get_by_role("button", name="印を消す").first).to_be_visible()
    sachi.go("/advice/week")
    sachi.heading("今週の予定")
    expect(sachi.page.get_by_text(re.compile(r"(歩く|筋トレ) \d+ 分 できた")).first).to_be_visible()


def test_reminders_are_set_within_a_budget(sachi: Phone) -> None:
    sachi.go("/advice/settings")
    twice = sachi.page.get_by_role("radio", name="週 2 回まで")
    twice.click()  # shown as set once the server has it
    expect(twice).to_be_checked()
    switch = sachi.page.get_by_role("switch", name=re.compile("わたしの答えを使ってよい"))
    expect(switch).not_to_be_checked()
    sachi.go("/advice/week")
    sachi.sees(re.compile("週に 2 回まで"))


def test_a_dinner_of_the_planned_week_is_swapped(sachi: Phone) -> None:
    say(sachi, "allergies", [])
    now = datetime.now(ZoneInfo("Asia/Tokyo")).isoformat()
    send(sachi, "POST", "/entries", {"client_id": "week-weight-0001", "kind": "weight", "weight_kg": 55.0, "at": now})
    sachi.go("/meals")
    sachi.press("1週間の献立を作る")
    expect(sachi.page.locator(".meal")).to_have_count(21, timeout=120_000)
    sachi.page.locator("a[href='/meals/swap/1/D']").click()
    sachi.heading("別の食事にかえる")
    chosen = sachi.page.locator("section.card h2, .card h2").nth(1).inner_text()
    sachi.page.get_by_role("button", name="これにする").first.click()
    expect(sachi.page.locator(".meal", has_text=chosen).first).to_be_visible(timeout=120_000)
    # One that she would not be given once she is pregnant.
    slot, meal = unsafe_choice(sachi)
    send(sachi, "POST", "/meals/swap", {"day": 3, "slot": slot, "meal": meal})


def test_a_slot_at_a_clinic_is_booked(sachi: Phone, partners: None) -> None:
    del partners
    sachi.go("/clinics")
    sachi.page.get_by_label("診療科").select_option("内科")
    sachi.page.locator("a.button", has_text="9:30").first.click()
    sachi.heading("予約する")
    sachi.page.get_by_role("radio", name="はい、初めてです").check()
    for box in sachi.page.get_by_role("checkbox").all():
        box.check()
    sachi.press("この時間で予約する")
    sachi.sees("予約済み")


def test_pregnant_everything_unsafe_is_gone_at_once_with_the_reason(sachi: Phone) -> None:
    sachi.go("/record/profile/pregnancy")
    sachi.page.get_by_role("radio", name="はい", exact=True).check()
    due = datetime.now(ZoneInfo("Asia/Tokyo")).date() + timedelta(days=150)
    sachi.page.locator("input[type=date]").fill(due.isoformat())
    sachi.press("保存する")
    expect(sachi.toast()).to_contain_text("保存しました")
    sachi.go("/advice/movement")
    sachi.heading("今週の運動")
    sachi.sees("いまは運動の予定を出していません", "妊娠中は、動く量を健診で相談してください。")
    sachi.go("/advice")
    wait_still(sachi)
    expect(sachi.page.locator(".chip", has_text=re.compile("^運動$"))).to_have_count(0)
    sachi.page.locator("summary", has_text="安全のため出していない提案").click()
    sachi.sees("妊娠中は、動く量を健診で相談してください。")
    sachi.go("/meals")
    expect(sachi.page.locator(".meal-removed .notice").first).to_contain_text("妊娠")


@pytest.mark.feature("D09")
def test_a_red_flag_shows_whom_to_call_also_offline(sachi: Phone) -> None:
    sachi.go("/consultations/new")
    sachi.page.get_by_label("相談したいこと").fill("朝から胸が痛くて、つらいです")
    alert = sachi.page.get_by_role("alert")
    expect(alert.get_by_role("link", name=re.compile("119"))).to_have_attribute("href", "tel:119")
    sachi.page.get_by_label("相談したいこと").fill("もう死にたいです")
    expect(alert.get_by_role("link", name=re.compile("0120-279-338"))).to_have_attribute("href", "tel:0120279338")
    sachi.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    with sachi.troubles.expecting("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch"):
        sachi.context.set_offline(True)
        try:
            sachi.go("/urgent")
            sachi.heading("つらいとき・急ぐとき")
            for number in ("119", "%237119", "%238000"):
                expect(sachi.page.locator(f"a[href='tel:{number}']").first).to_be_visible()
            sachi.page.get_by_role("checkbox", name=re.compile("性器から出血")).check()
            sachi.sees("かかっている産院に、いま電話してください")
            sachi.page.get_by_role("checkbox", name=re.compile("大量に出血")).check()
            expect(sachi.page.locator(".card").first).to_contain_text("119")
        finally:
            sachi.context.set_offline(False)
