"""Guidance from goal to the counsellor's answer, a visit booked and prepared, a quote seen before it is asked for."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journey.conftest import PhoneMaker
from tests.journey.harness import DESK, Phone, Server
from tests.journey.people import HANAKO, answer_questions, bring_in, enter_by_link, join, recent_checkup, wait_still


@pytest.fixture(scope="module")
def hana(phones: PhoneMaker, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Phone:
    """見本 花子 with her check-up, waist and triglycerides as they are in the file."""
    made = phones()
    join(made, server.invite()["code"], HANAKO)
    bring_in(made, recent_checkup(tmp_path_factory.mktemp("hana")))
    return made


def shot(phone: Phone, name: str) -> None:
    """A picture of the page where MEGURI_SHOTS names a folder."""
    if folder := os.environ.get("MEGURI_SHOTS"):
        wait_still(phone)
        phone.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_guidance_begins_and_the_counsellor_answers(hana: Phone, phones: PhoneMaker, server: Server) -> None:
    page = hana.page
    hana.go("/advice")
    hana.follow(re.compile("^保健指導"))
    hana.heading("保健指導")
    hana.page.locator('a[href="/record/profile/pregnancy"]').click()
    page.get_by_role("radio", name="いいえ", exact=True).check()
    hana.press("保存する")
    expect(hana.toast()).to_contain_text("保存しました")
    hana.go("/guidance")
    hana.sees("積極的支援")
    shot(hana, "guidance-begin")
    page.get_by_label("3か月後の目標").fill("体重を2 kg減らす")
    page.get_by_role("checkbox", name="食事").check()
    page.get_by_label("何をしますか（食事）").fill("夕食のごはんを小盛りに")
    page.get_by_label("今週すること").fill("夕食のごはんを小盛りにする（週5日）")
    hana.press("この内容で始める")
    hana.press("できた")
    expect(hana.button("できた")).to_have_attribute("aria-pressed", "true")
    shot(hana, "guidance-running")

    nurse = phones(size=DESK)
    enter_by_link(nurse, server.way("counsellor"))
    nurse.go("/care/guidance")
    nurse.page.locator(".staff-row", has_text="見本 花子").first.click()
    nurse.sees("夕食のごはんを小盛りに")
    nurse.page.get_by_label("書く").fill("よく続いています。むりのない範囲で。")
    nurse.press("送る")
    nurse.sees("本人の返事があると数えます")
    contact = nurse.page.locator("form", has=nurse.page.get_by_label("種類"))
    contact.get_by_role("button", name="記録する").click()
    nurse.sees("健診から1週間を過ぎています")
    shot(nurse, "guidance-desk")

    hana.go("/guidance")
    hana.sees("よく続いています。むりのない範囲で。")


def test_a_visit_is_booked_prepared_and_cancelled(hana: Phone, partners: None) -> None:
    del partners
    page = hana.page
    hana.go("/clinics")
    hana.heading("オンライン受診")
    hana.sees("見本（実在しません）")
    shot(hana, "clinics")
    page.get_by_label("診療科").select_option("内科")
    page.locator("a.button", has_text="9:30").first.click()
    hana.heading("予約する")
    page.get_by_role("radio", name="はい、初めてです").check()
    expect(hana.button("この時間で予約する")).to_be_disabled()
    for box in page.get_by_role("checkbox").all():
        box.check()
    shot(hana, "book")
    hana.press("この時間で予約する")
    hana.sees("予約済み")
    with page.expect_download() as held:
        hana.follow("カレンダーに入れる")
    text = Path(held.value.path()).read_text("utf-8")
    assert "BEGIN:VEVENT" in text
    assert "クリニック" not in text
    page.get_by_text("受診の前に送る記録").click()
    page.get_by_role("checkbox", name="薬", exact=True).check()
    shot(hana, "sheet")
    with hana.troubles.expecting("403 POST .*/sheet"):  # takes a fresh passkey confirmation
        hana.press("選んだ記録を送る")
        hana.sees(re.compile("まで開けます"))
    shot(hana, "visits")
    hana.press("予約を取り消す")
    hana.sees("取り消し")


def test_a_quote_is_seen_before_it_is_asked_for_and_erased(hana: Phone, partners: None) -> None:
    del partners
    hana.go("/insurance")
    hana.sees("広告・保険会社", "まだ何も送られません。")
    shot(hana, "insurance-off")
    hana.follow("スイッチを見る")
    # What goes to the information bank takes a fresh passkey confirmation; the first try says so.
    with hana.troubles.expecting("403 PUT .*/api/consent/switch"):
        hana.page.get_by_role("switch").first.click()
        answer_questions(hana)
        expect(hana.page.get_by_role("switch").first).to_be_checked()
    hana.go("/insurance")
    hana.sees("送るもの（これだけです）")
    shot(hana, "insurance-preview")
    hana.press("この内容を送って見積もりを見る")
    hana.sees("見本の医療保険（実在しません）")
    shot(hana, "insurance-quote")
    hana.press("消す（保険会社にも消すよう伝えます）")
    hana.sees_not("見本の医療保険（実在しません）")
