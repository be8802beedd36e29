"""記録を持ち出す: a file that comes back as the same record, a QR for viewers of others, a key for a program."""

from __future__ import annotations

import io
import json
import re
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.journey.harness import ROOT, Phone, Server
from tests.journey.people import HANAKO, bring_in, join, recent_checkup


@pytest.fixture(scope="module")
def taker(phones: Callable[..., Phone], server: Server, tmp_path_factory: pytest.TempPathFactory) -> Phone:
    """見本 花子 with her check-up, on a phone and in an account of this file's own."""
    made = phones(scale=2)
    join(made, server.invite()["code"], HANAKO)
    bring_in(made, recent_checkup(tmp_path_factory.mktemp("taker")))
    return made


def hash_of(phone: Phone) -> str:
    me = phone.page.evaluate("fetch('/api/me').then((answer) => answer.json())")
    return phone.server.command("record", "hash", "--person", me["person"]["id"]).strip()


@pytest.mark.feature("C12")
def test_a_file_brings_the_same_record_to_an_empty_account(
    taker: Phone, phones: Callable[..., Phone], server: Server, tmp_path: Path
) -> None:
    page = taker.page
    taker.go("/record")
    page.get_by_role("link", name=re.compile("記録を持ち出す")).click()
    taker.heading("記録を持ち出す")
    saved: dict[str, Path] = {}
    for form, press in (("PDF", "PDF を作る"), ("CSV", "CSV を作る"), ("FHIR", "FHIR を作る")):
        taker.press(press)
        card = page.locator("section.card-good", has_text=form)
        with page.expect_download() as waiting:
            card.get_by_role("button", name="保存する").click()
        saved[form] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(saved[form])
    assert saved["PDF"].read_bytes().startswith(b"%PDF-")
    fresh = phones()
    join(fresh, server.invite()["code"], HANAKO)
    assert hash_of(fresh) != hash_of(taker)
    bring_in(fresh, saved["FHIR"])
    assert hash_of(fresh) == hash_of(taker)
    bring_in(fresh, saved["CSV"])  # the same once more, in the other form
    assert hash_of(fresh) == hash_of(taker)


@pytest.mark.feature("E12")
def test_a_qr_is_opened_by_a_viewer_of_others(taker: Phone) -> None:
    page = taker.page
    taker.go("/record/links")
    page.get_by_role("link", name="リンクを作る").click()
    taker.heading("リンクを作る")
    page.get_by_role("radio", name="選んだものだけ").check()
    passcode = page.get_by_label("暗証番号", exact=False).last.input_value()
    page.get_by_label("リンクの名前", exact=False).fill("初診のときの記録")
    taker.press("QR コードを作る")
    taker.heading("初診のときの記録")
    shown = page.locator(".take-qr")
    expect(page.locator(".take-code strong")).to_have_text(passcode)
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(shown.screenshot())))
    assert read.text.startswith("shlink:/")
    for code, ok in (("wrong-one", False), (passcode, True)):
        found = view(read.text, code)
        assert found["ok"] is ok, found
    assert "HbA1c" in json.dumps(found["resources"], ensure_ascii=False)
    page.reload()
    taker.heading("初診のときの記録")
    expect(page.get_by_text("千里クリニック")).to_have_count(2)
    expect(page.get_by_text("番号ちがい")).to_have_count(1)
    expect(page.get_by_text("あと 4 回まちがえると止まります")).to_be_visible()
    expect(page.locator(".take-code")).to_have_count(0)  # said once, and kept nowhere
    taker.press("止める")
    page.get_by_role("dialog").get_by_role("button", name="止める").click()
    taker.heading("リンクで見せる")
    expect(page.get_by_text("止めました").first).to_be_visible()
    assert view(read.text, passcode)["error"] == "SHLManifestNotFoundError"


def view(uri: str, passcode: str) -> dict[str, Any]:
    """What kill-the-clipboard makes of a link."""
    asked = json.dumps({"uri": uri, "passcode": passcode, "recipient": "千里クリニック"})
    ran = subprocess.run(
        ["node", "judges/health-link.mjs"], cwd=ROOT / "pwa", input=asked, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@pytest.mark.feature("K01")
def test_a_key_lets_a_program_read_and_shows_that_it_did(taker: Phone) -> None:
    page = taker.page
    taker.go("/record/tokens")
    taker.press("鍵を作る")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("アプリの名前", exact=False).fill("わたしの表")
    dialog.get_by_role("button", name="作る", exact=True).click()
    key = page.locator(".card-good .take-token").inner_text()
    asked = urllib.request.Request(
        f"{taker.server.origin}/api/fhir/Observation?_count=3", headers={"Authorization": f"Bearer {key}"}
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:
        found = json.loads(answer.read())
    assert (found["resourceType"], len(found["entry"])) == ("Bundle", 3)
    page.reload()
    expect(page.get_by_text("1 回使われました", exact=False)).to_be_visible()
    expect(page.get_by_text(key)).to_have_count(0)
    taker.go("/meguri/reads")
    expect(page.get_by_text("ほかのアプリ（アクセスキー）").first).to_be_visible()
