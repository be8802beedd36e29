"""Who may see what: switches with receipts, a consultation seen from both sides, and the desk of the pilot."""

from __future__ import annotations

import base64
import re
from typing import Any

import numpy as np
import pytest
import zxingcpp
from playwright.sync_api import Locator, Page, expect

from tests.journey.conftest import PhoneMaker
from tests.journey.harness import DESK, Phone, Server
from tests.journey.people import answer_questions, enter_by_link, wait_still

TEAM = "吹田の保健師・助産師"
STEP_UP = r"403 PUT .*/api/consent/switch"


@pytest.fixture(scope="module")
def counsellor(phones: PhoneMaker, server: Server) -> Phone:
    """The counsellor of Suita at her desk, in through the one-time link of the demo."""
    desk = phones(size=DESK)
    enter_by_link(desk, server.way("counsellor"))
    desk.heading("端末とパスキー")
    return desk


def as_seen(page: Page) -> np.ndarray[Any, Any]:
    """The page as a camera gets it: grey pixels of a screenshot, decoded by the browser itself."""
    shot = base64.b64encode(page.screenshot(full_page=True)).decode()
    width, grey = page.context.browser.new_page().evaluate(  # type: ignore[union-attr]
        """async shot => {
          const image = await createImageBitmap(await (await fetch('data:image/png;base64,' + shot)).blob());
          const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
          canvas.drawImage(image, 0, 0);
          const data = canvas.getImageData(0, 0, image.width, image.height).data;
          let text = '';
          for (let at = 1; at < data.length; at += 4) text += String.fromCharCode(data[at]);
          return [image.width, btoa(text)];
        }""",
        shot,
    )
    return np.frombuffer(base64.b64decode(grey), np.uint8).reshape(-1, width)


def switch(phone: Phone, name: str) -> Locator:
    return phone.page.get_by_role("switch", name=re.compile(f"^{name}"))


def open_bank(phone: Phone) -> None:
    """The first recipient of the information bank: the town's health planning."""
    phone.go("/meguri/others")
    phone.page.locator("a.card", has_text="見本市 健康づくり課").click()
    phone.heading(re.compile("見本市 健康づくり課"))


def open_team(phone: Phone) -> None:
    phone.go("/meguri/others")
    phone.page.locator("a.card", has_text=TEAM).click()
    phone.heading(re.compile(TEAM))


@pytest.mark.feature("E01", "G13")
def test_a_switch_says_who_what_why_until_and_asks_for_the_passkey(hanako: Phone) -> None:
    open_bank(hanako)
    hanako.sees("だれが", "何のために", "いつまで", "やめると", re.compile("この説明は第 1 版です"))
    first = switch(hanako, "血圧・体重")
    expect(first).not_to_be_checked()
    with hanako.troubles.expecting(STEP_UP):
        first.click()
        answer_questions(hanako)  # the first time anything is entrusted
        expect(first).to_be_checked()
    expect(hanako.page.locator(".topbar .chip")).to_have_text("提供中")
    expect(switch(hanako, "血液・尿の検査")).not_to_be_checked()


@pytest.mark.feature("E07")
def test_its_receipt_is_checked_on_the_phone_alone(hanako: Phone) -> None:
    hanako.go("/meguri/history")
    hanako.page.locator("a[href^='/meguri/receipt/']").first.click()
    hanako.sees("本物です", "署名が正しく、台帳に書かれていることを、サーバーに聞かずに確かめました。")
    # Also without a net, from what the phone kept.
    with hanako.troubles.expecting("ERR_INTERNET_DISCONNECTED", "ERR_FAILED"):
        hanako.context.set_offline(True)
        hanako.page.reload()
        hanako.sees("本物です")
        hanako.context.set_offline(False)


@pytest.mark.feature("E01")
def test_off_and_pause_hold_at_once_and_stand_in_the_history(hanako: Phone) -> None:
    open_bank(hanako)
    switch(hanako, "血圧・体重").click()
    expect(switch(hanako, "血圧・体重")).not_to_be_checked()
    hanako.go("/meguri")
    hanako.page.get_by_role("switch", name="すべて一時停止").click()
    expect(hanako.page.get_by_role("switch", name="すべて一時停止")).to_be_checked()
    hanako.go("/meguri/history")
    rows = hanako.page.locator("a[href^='/meguri/receipt/']")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("すべて一時停止しました")
    expect(rows.nth(1)).to_contain_text("切りました")
    expect(rows.nth(2)).to_contain_text("入れました")


def test_a_resident_opens_a_consultation(hanako: Phone) -> None:
    hanako.go("/consultations")
    hanako.sees("まだ相談はありません")
    hanako.follow("相談を書く")
    hanako.page.get_by_label("件名").fill("健診の血圧のこと")
    hanako.page.get_by_label("相談したいこと").fill("上が144でした。家ではどう測ればよいですか。")
    hanako.press("送る")
    hanako.heading("健診の血圧のこと")
    hanako.sees(re.compile("に届きました"), re.compile("まだ読まれていません"))


def test_the_counsellor_sees_the_question_but_no_value_before_she_may(hanako: Phone, counsellor: Phone) -> None:
    counsellor.go("/care")
    counsellor.page.locator("a.staff-row", has_text="見本 花子").first.click()
    counsellor.sees("この人は、いまデータを共有していません。相談には答えられます。")
    expect(counsellor.page.locator("main .figure-number")).to_have_count(0)
    # Pages of others' roles are closed to her, whatever she types.
    with counsellor.troubles.expecting("403 "):
        assert counsellor.page.request.get("/api/pilot/funnel").status == 403
        assert counsellor.page.request.get("/api/home").status == 403


@pytest.mark.feature("E01")
def test_she_reads_only_the_shared_kind(hanako: Phone, counsellor: Phone) -> None:
    open_team(hanako)
    with hanako.troubles.expecting(STEP_UP):
        switch(hanako, "血圧・体重").click()
        expect(switch(hanako, "血圧・体重")).to_be_checked()
    counsellor.page.reload()
    wait_still(counsellor)
    counsellor.sees("見本 花子 さん", "血圧（上）", "体重")
    for hidden in ("HbA1c", "LDLコレステロール", "クレアチニン"):
        counsellor.sees_not(hidden)


def test_she_answers_and_both_see_truthful_states(hanako: Phone, counsellor: Phone) -> None:
    counsellor.page.locator("a.list-row", has_text="健診の血圧のこと").click()
    counsellor.sees("上が144でした。家ではどう測ればよいですか。")
    counsellor.page.get_by_label("返事を書く").fill("朝、起きて1時間以内に、座って測ってください。")
    counsellor.press("送る")
    counsellor.sees(re.compile("まだ読まれていません"))
    hanako.go("/")
    hanako.sees("お知らせ 1 件")
    hanako.go("/consultations")
    hanako.page.locator("a.list-row", has_text="健診の血圧のこと").click()
    hanako.sees("朝、起きて1時間以内に、座って測ってください。", re.compile("に読まれました"))
    expect(hanako.page.get_by_text("まだ読まれていません")).to_have_count(0)
    counsellor.page.reload()
    wait_still(counsellor)
    counsellor.sees(re.compile("に読まれました"))


@pytest.mark.feature("C10")
def test_the_resident_sees_who_looked(hanako: Phone) -> None:
    hanako.go("/meguri/reads")
    row = hanako.page.locator(".list-row", has_text="血圧（上）").first
    expect(row).to_contain_text("相談・支援")
    expect(row).to_contain_text("読まれました")
    expect(hanako.page.locator("main")).not_to_contain_text("血液・尿の検査")
    hanako.go("/record/metric/weight_kg?range=5y")
    hanako.page.locator("a[href^='/record/reading/']:visible").first.click()
    expect(hanako.page.locator(".card", has_text="この種類を見た人")).to_contain_text(re.compile(f"{TEAM}.*相談・支援"))


@pytest.mark.feature("E01")
def test_off_means_off_at_her_next_look(hanako: Phone, counsellor: Phone) -> None:
    open_team(hanako)
    switch(hanako, "血圧・体重").click()
    expect(switch(hanako, "血圧・体重")).not_to_be_checked()
    counsellor.go("/care")
    counsellor.page.locator("a.staff-row", has_text="見本 花子").first.click()
    counsellor.sees("この人は、いまデータを共有していません。相談には答えられます。")
    expect(counsellor.page.locator("main .figure-number")).to_have_count(0)


def test_staff_make_codes_and_a_qr_sheet_that_a_camera_reads(phones: PhoneMaker, server: Server) -> None:
    staff = phones(size=DESK)
    enter_by_link(staff, server.way("staff"))
    staff.go("/pilot/invites")
    staff.press("コードを作る")
    staff.page.get_by_label("どこで配るか").fill("千里の4か月健診")
    staff.page.get_by_role("textbox", name="枚数").fill("3")
    staff.press("作る")
    expect(staff.page.get_by_role("heading", name="千里の4か月健診")).to_be_visible()
    codes = staff.page.locator(".staff-case .list-row-title .number")
    expect(codes).to_have_count(3)
    printed = {code.replace("-", "") for code in codes.all_inner_texts()}
    with staff.context.expect_page() as opened:
        staff.page.get_by_role("link", name="QRの紙を開く").click()
    sheet = opened.value
    expect(sheet.get_by_text("招待コード").first).to_be_visible()
    read = zxingcpp.read_barcodes(as_seen(sheet))
    assert {one.text for one in read} == {f"{server.origin}/join?code={code}" for code in printed}
    sheet.close()


def test_the_funnel_counts_people_and_shows_no_health_value(phones: PhoneMaker, server: Server) -> None:
    staff = phones(size=DESK)
    enter_by_link(staff, server.way("staff"))
    staff.go("/pilot")
    rows = staff.page.locator(".funnel-row")
    expect(rows).to_have_count(5)
    counts = [int(text.replace(",", "")) for text in rows.locator("b").all_inner_texts()]
    assert counts[2] >= counts[3] >= 1
    expect(staff.page.locator("main")).not_to_contain_text(re.compile("mmHg|HbA1c|見本 花子"))
    for path in ("/api/care/people", "/api/home", "/api/risk"):
        assert staff.page.request.get(path).status == 403
