"""From the first look to a second passkey: what a newcomer does on a phone of 360 x 740."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.journey.conftest import PhoneMaker
from tests.journey.harness import Phone, Server
from tests.journey.people import JIRO, join, sign_out


def test_the_first_page_shows_a_marked_sample_before_anything_is_asked(phone: Phone) -> None:
    phone.go("/")
    phone.heading("健康の記録を、自分の手もとに")
    phone.sees("こんな画面が見られます", "見本", "134/86", "めぐりの約束", "これは診断ではありません")
    expect(phone.link("招待コードで始める")).to_be_visible()


def test_it_can_be_installed(phone: Phone) -> None:
    """Chromium itself judges manifest and icons; its only complaint is that a private window installs nothing."""
    phone.go("/")
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    found = phone.passkeys.cdp.send("Page.getAppManifest")
    assert found["errors"] == []
    left = phone.passkeys.cdp.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in left if one["errorId"] != "in-incognito"] == []
    # iOS takes its icon from the page.
    assert phone.page.locator("link[rel=apple-touch-icon]").count() == 1


def test_codes_that_do_not_open_are_refused_with_words(phone: Phone, server: Server) -> None:
    phone.go("/join")
    code = phone.page.get_by_label("招待コード", exact=False)
    with phone.troubles.expecting(r"4\d\d POST .*/api/invites/check"):
        code.fill("AAAAAAAAAA")
        phone.press("次へ")
        said = phone.page.get_by_role("alert")
        expect(said).to_be_visible()
        expect(said).to_contain_text(re.compile("コード"))
    phone.heading("招待コード")


def test_joining_takes_a_code_four_steps_and_a_passkey(phone: Phone, server: Server) -> None:
    join(phone, server.invite()["code"].lower(), JIRO)
    phone.sees("はじめに、記録をつなぎましょう")
    kept = phone.passkeys.credentials(phone.passkeys.ids[0])
    assert len(kept) == 1
    assert kept[0]["isResidentCredential"]
    assert kept[0]["rpId"] == "localhost"


def test_a_code_by_qr_link_fills_itself_in_and_works_once(phones: PhoneMaker, phone: Phone, server: Server) -> None:
    invite = server.invite()
    other = phones()
    other.go(invite["address"])
    other.heading("招待コード")
    other.sees(re.compile("からの招待です"))
    join(other, invite["code"], JIRO)
    sign_out(other)
    with other.troubles.expecting(r"4\d\d POST .*/api/invites/check"):
        other.go(invite["address"])
        expect(other.page.get_by_role("alert")).to_contain_text("使われ")
    other.close()


def test_signing_out_leaves_nothing_of_the_person_on_the_phone(phone: Phone) -> None:
    phone.go("/record/profile")
    phone.heading("わたしのこと")
    before = phone.kept()
    assert before["answers"] > 0
    assert before["keep"] > 0
    sign_out(phone)
    assert sum(phone.kept().values()) == 0
    names = phone.page.evaluate(
        "(async () => (await Promise.all((await caches.keys()).map(async n => (await (await caches.open(n)).keys())"
        ".map(r => new URL(r.url).pathname)))).flat())()"
    )
    assert [name for name in names if name.startswith("/api/")] == []
    # The session is over at the server too: going back to the record leads to the first page.
    phone.go("/record")
    phone.heading("健康の記録を、自分の手もとに")


def test_the_phone_offers_the_passkey_by_itself(phone: Phone) -> None:
    """Conditional UI: nothing is pressed; the offer of the field, which the authenticator takes up, signs in."""
    phone.go("/signin")
    phone.heading(re.compile(JIRO.name))


def test_a_second_passkey_from_another_device(phone: Phone) -> None:
    phone.go("/settings/devices")
    phone.heading("端末とパスキー")
    rows = passkey_rows(phone)
    expect(rows).to_have_count(1)
    # The step-up is answered by the phone, the new passkey is made on a key that is plugged in.
    phone.passkeys.add("usb")
    with phone.troubles.expecting(r"403 POST .*/api/passkeys/begin"):
        phone.press("パスキーを追加")
        expect(phone.toast()).to_contain_text("パスキーを追加しました")
    expect(rows).to_have_count(2)
    assert len(phone.passkeys.credentials(phone.passkeys.ids[1])) == 1


@pytest.mark.feature("G13")
def test_another_device_is_seen_and_signed_out_from_here(phones: PhoneMaker, phone: Phone) -> None:
    second = phones(has_autofill=False)
    phone.passkeys.move(phone.passkeys.ids[1], second.passkeys)
    second.go("/signin")
    second.press("パスキーで入る")
    second.heading(re.compile(JIRO.name))
    phone.go("/settings/devices")
    phone.sees("入っている端末", "この端末")
    phone.press("終わらせる")
    expect(phone.toast()).to_contain_text("サインアウトしました")
    # Its next tap finds the session over and its cache empty.
    with second.troubles.expecting("401 "):
        second.go("/record/profile")
        second.heading("健康の記録を、自分の手もとに")
        second.sees("サインインが終わりました")
    assert sum(second.kept().values()) == 0
    second.close()


def passkey_rows(phone: Phone) -> Locator:
    """The list of passkeys on 端末とパスキー."""
    heading = phone.page.get_by_role("heading", name="パスキー", exact=True)
    return phone.page.locator("section.card", has=heading).locator(".rows > li")


def test_terms_and_privacy_name_the_operator(phone: Phone) -> None:
    for path, title in (("/terms", "利用のきまり"), ("/privacy", "個人情報の取り扱い")):
        phone.go(path)
        phone.heading(title)
        phone.sees("運営", "見本の連絡先")
