"""Pages of the record: a glucose sensor, the emergency sheet (paper, no net), gaps, a value that is wrong."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journey.harness import Phone
from tests.journey.people import send_file, wait_still

PATIENT = "urn:uuid:00000000-0000-4000-8000-000000000001"


def sensor_file(folder: Path, days: int) -> Path:
    """A FHIR bundle of 見本 花子 with a sensor's readings every 15 minutes: 200 from 13 to 15 o'clock, else 120."""
    today = datetime.now(ZoneInfo("Asia/Tokyo")).replace(hour=0, minute=0, second=0, microsecond=0)
    entries = [
        {
            "fullUrl": PATIENT,
            "resource": {
                "resourceType": "Patient",
                "name": [{"text": "見本 花子"}],
                "gender": "female",
                "birthDate": "1968-04-12",
            },
        }
    ]
    for minute in range(0, days * 24 * 60, 15):
        at = today - timedelta(days=days) + timedelta(minutes=minute)
        value = {"value": 200 if 13 <= at.hour < 15 else 120, "system": "http://unitsofmeasure.org", "code": "mg/dL"}
        entries.append(
            {
                "resource": {
                    "resourceType": "Observation",
                    "status": "final",
                    "code": {"coding": [{"system": "http://loinc.org", "code": "99504-3"}]},
                    "subject": {"reference": PATIENT},
                    "effectiveDateTime": at.isoformat(),
                    "valueQuantity": value | {"unit": "mg/dL"},
                }
            }
        )
    made = folder / "sensor.json"
    made.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}), "utf-8")
    return made


def answer_contact(phone: Phone) -> None:
    """緊急シート → 入力する → name, relation, number."""
    phone.page.locator("a[href='/record/profile/emergency_contact']").first.click()
    phone.page.get_by_label("お名前").fill("見本 太郎")
    phone.page.get_by_label("続柄").fill("夫")
    phone.page.get_by_label("電話番号").fill("０９０-0000-0000")
    phone.press("保存する")
    expect(phone.toast()).to_contain_text("保存しました")


def test_a_sensor_is_brought_in_and_shows_time_in_range(hanako: Phone, tmp_path: Path) -> None:
    hanako.go("/record/glucose")
    hanako.sees("センサーの値がまだありません")
    send_file(hanako, sensor_file(tmp_path, 14))
    if hanako.page.get_by_role("radio").count():
        hanako.page.get_by_role("radio", name="自分のものです").check()
    hanako.press("記録に取りこむ")
    hanako.heading("取りこみました")
    hanako.go("/record/glucose")
    hanako.heading("持続血糖")
    # 22 of 24 hours at 120: 91.7 %, and the rest at 200.
    expect(hanako.page.locator(".figure-number .number").first).to_have_text("92")
    hanako.sees("91.7 %", "8.3 %", "1日の動き", "まとめの数字", "GMI", "これは診断ではありません")
    expect(hanako.page.locator("svg path.agp-outer").first).to_be_attached()
    hanako.press("グラフを動かして見る")
    expect(hanako.page.locator(".plot .main-svg").first).to_be_visible()


@pytest.mark.feature("C11")
def test_the_emergency_sheet_prints_and_opens_without_a_net(hanako: Phone) -> None:
    hanako.go("/record")
    hanako.follow("緊急シート")
    hanako.heading("緊急シート")
    hanako.sees("まだ分かりません")
    answer_contact(hanako)
    hanako.go("/record/profile/allergies")
    hanako.page.get_by_role("checkbox", name="卵", exact=True).check()
    hanako.press("保存する")
    expect(hanako.toast()).to_contain_text("保存しました")
    hanako.go("/record/profile/medicines")
    hanako.page.get_by_role("textbox").first.fill("見本錠 5mg")
    hanako.press("保存する")
    expect(hanako.toast()).to_contain_text("保存しました")
    hanako.go("/record/profile/pregnancy")
    hanako.page.get_by_role("radio", name="いいえ").check()
    hanako.press("保存する")
    expect(hanako.toast()).to_contain_text("保存しました")
    hanako.go("/record/emergency")
    hanako.sees("卵", "見本錠 5mg", "なし（回答による）", "見本 太郎")
    expect(hanako.link("090-0000-0000")).to_have_attribute("href", "tel:09000000000")
    wait_still(hanako)
    # Paper outlives the year it was printed in.
    hanako.sees(re.compile(r"20\d\d年\d+月\d+日 \d+:\d\d 現在"))
    box = hanako.page.locator(".sheet-edit", has_text="直す").first.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 47.5
    # On paper: one page of A4, without what is for pressing.
    hanako.page.emulate_media(media="print")
    expect(hanako.button("印刷する（A4）")).to_be_hidden()
    expect(hanako.page.locator(".emergency-sheet")).to_be_visible()
    paper = hanako.page.pdf(prefer_css_page_size=True)
    hanako.page.emulate_media(media="screen")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    hanako.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    with hanako.troubles.expecting("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch"):
        hanako.context.set_offline(True)
        hanako.page.reload()
        hanako.heading("緊急シート")
        hanako.sees("卵", "見本錠 5mg", "見本 太郎")
        hanako.context.set_offline(False)
        hanako.page.reload()
        wait_still(hanako)


@pytest.mark.feature("C09")
def test_what_is_missing_is_filled_from_the_meter(hanako: Phone) -> None:
    hanako.go("/record")
    hanako.follow("記録のそろい具合")
    hanako.heading("記録のそろい具合")
    weight = hanako.page.get_by_role("link", name=re.compile("この30日の体重"))
    weight.click()
    hanako.heading("体重を入れる")
    hanako.page.get_by_role("button", name=re.compile("を記録する$")).first.click()
    hanako.page.wait_for_url("**/")
    hanako.go("/record/complete")
    hanako.heading("記録のそろい具合")
    hanako.sees("家で測る値")
    expect(weight).to_have_count(0)


@pytest.mark.feature("B16")
def test_a_wrong_value_is_corrected_with_a_receipt_and_taken_back(hanako: Phone) -> None:
    hanako.go("/record/metric/hba1c_pct?range=5y")
    hanako.page.locator("a[href^='/record/reading/']:visible").first.click()
    hanako.press("この値はちがう")
    dialog = hanako.page.get_by_role("dialog")
    dialog.get_by_role("radio", name="数字がちがう").check()
    dialog.get_by_label("正しい値", exact=False).fill("5.6")
    dialog.get_by_label("メモ", exact=False).fill("紙の結果は 5.6")
    dialog.get_by_role("button", name="訂正する").click()
    hanako.sees("あとで直された値", "今の値は 5.6 %", "訂正の記録")
    hanako.go("/record/corrections")
    hanako.heading("訂正の記録")
    hanako.sees("5.8 %", "5.6 %", "紙の結果は 5.6", "訂正中")
    hanako.follow("訂正の控え")
    hanako.sees("本物です")
    hanako.go("/record/corrections")
    hanako.follow("出どころへの訂正のお願い")
    hanako.heading("出どころへの訂正のお願い")
    hanako.sees(re.compile("健診機関 .* 御中"), "数字がちがう", "5.8 %", "5.6 %", "見本 花子")
    hanako.go("/record/corrections")
    hanako.press("訂正を取り消す")
    hanako.sees("取り消し済み")
    hanako.go("/record/metric/hba1c_pct?range=5y")
    expect(hanako.page.locator(".figure-number .number").first).to_have_text("5.8")
