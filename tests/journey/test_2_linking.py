"""Files from the phone: what is in them, whose they are, in, out and in again."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from playwright.sync_api import expect

from tests.journey.harness import Phone, Server
from tests.journey.people import APPLE, CHECKUP, CHECKUP_XML, FHIR, HANAE, bring_in, join, send_file, wait_still


def test_she_joins_and_is_led_to_linking(phone: Phone, server: Server) -> None:
    join(phone, server.invite()["code"], HANAE)
    phone.page.locator("main").get_by_role("link", name="ファイルをつなぐ").first.click()
    phone.heading("つなぐ")


def test_a_check_up_zip_is_shown_asked_about_and_only_then_taken(phone: Phone) -> None:
    send_file(phone, CHECKUP)
    phone.sees("まだ何も保存していません", "見つかった値", "ほかの2人分の結果は、見ず、保存しません。")
    phone.sees_not("タロウ", "ツル")
    # The name in the file is another woman's: no import without an answer.
    phone.sees(re.compile("ファイルの名前が「ミホン.ハナコ」です"))
    phone.press("記録に取りこむ")
    phone.sees("取りこむ前に、どなたのファイルかを答えてください。")
    phone.page.get_by_role("radio", name="自分のものです").check()
    phone.press("記録に取りこむ")
    phone.heading("取りこみました")
    counts = phone.page.locator(".link-counts .figure-number .number")
    expect(counts).to_have_count(3)
    new, already, _ = (int(text) for text in counts.all_inner_texts())
    assert new >= 25
    assert already == 0


def test_the_values_are_those_of_the_file(phone: Phone) -> None:
    for metric, shown in (
        ("hba1c_pct", "5.8"),
        ("glucose_fasting_mgdl", "108"),
        ("ldl_mgdl", "141"),
        ("hdl_mgdl", "58"),
    ):
        phone.go(f"/record/metric/{metric}?range=5y")
        expect(phone.page.locator(".figure-number .number").first).to_have_text(shown)
    phone.go("/record/metric/hba1c_pct?range=5y")
    phone.page.locator("a[href^='/record/reading/']:visible").first.click()
    phone.heading("HbA1c")
    phone.sees("5.8", re.compile("健診機関"), "3D046000001920402", "checkup-three-people.zip", "ファイルの中の位置")


def test_the_whole_import_can_be_taken_back_and_brought_in_again(phone: Phone) -> None:
    phone.go("/link-data/imports")
    phone.page.locator("a[href^='/link-data/import/']").first.click()
    phone.press("この取りこみを取り消す")
    phone.page.get_by_role("dialog").get_by_role("button", name="取り消す").click()
    phone.heading("取り消しました")
    phone.go("/record")
    phone.sees("まだ記録がありません")
    bring_in(phone, CHECKUP, is_mine=True)
    phone.go("/record/metric/hba1c_pct?range=5y")
    expect(phone.page.locator(".figure-number .number").first).to_have_text("5.8")


def test_the_same_file_again_adds_nothing(phone: Phone) -> None:
    send_file(phone, CHECKUP_XML)
    phone.page.get_by_role("radio", name="自分のものです").check()
    phone.press("記録に取りこむ")
    phone.heading("取りこみました")
    phone.sees("同じ値がすべて前からありました。記録は変わっていません。")
    expect(phone.page.locator(".link-counts .number").first).to_have_text("0")


def test_apple_health_comes_in_with_its_questions(phone: Phone) -> None:
    send_file(phone, APPLE)
    phone.sees("見つかった値")
    if phone.page.get_by_role("radio").count():
        phone.page.get_by_role("radio", name="自分のものです").check()
    phone.press("記録に取りこむ")
    phone.heading("取りこみました")
    phone.go("/record/metric/steps_count?range=all")
    expect(phone.page.locator(".figure-number .number").first).to_have_text(re.compile(r"\d"))


def test_a_hospitals_fhir_bundle_leaves_out_what_cannot_be_true(phone: Phone) -> None:
    send_file(phone, FHIR)
    phone.sees(re.compile("取りこまない値 3 件"))
    phone.page.locator("summary", has_text="取りこまない値").click()
    phone.sees("正しいか確かめられない値は、記録に入れません。")
    if phone.page.get_by_role("radio").count():
        phone.page.get_by_role("radio", name="自分のものです").check()
    phone.press("記録に取りこむ")
    phone.heading("取りこみました")
    phone.sees("入れなかった値と理由")


def test_a_file_of_somebody_else_is_refused_in_words(phone: Phone, tmp_path: Path) -> None:
    other = tmp_path / "h999999999920250610100001.xml"
    other.write_bytes(CHECKUP_XML.read_bytes().replace(b"19680412", b"19700101"))
    send_file(phone, other)
    phone.heading("このファイルは取りこめません")
    phone.sees(re.compile("生年月日か性別が登録と合いません。何も保存していません。"))


def test_what_is_no_health_file_is_refused_in_words(phone: Phone, tmp_path: Path) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(CHECKUP.read_bytes()[:2000])
    photos = tmp_path / "photos.zip"
    with zipfile.ZipFile(photos, "w") as archive:
        archive.writestr("IMG_0001.JPG", b"\xff\xd8\xff\xe0" + bytes(2000))
    for file in (cut, photos):
        phone.go("/link-data")
        with phone.troubles.expecting(r"4\d\d POST .*/api/link/uploads"):
            phone.choose_file(file)
            said = phone.page.get_by_role("alert").first
            expect(said).to_be_visible()
            expect(said).to_contain_text(re.compile("[ぁ-ん]{3}"))
            phone.sees(re.compile("記録は前のまま"))


def test_all_sources_stand_on_one_list(phone: Phone) -> None:
    phone.go("/link-data/imports")
    wait_still(phone)
    phone.sees("健診結果のファイル", "iPhone のヘルスケア", "病院などの FHIR ファイル", "取り消しました")
