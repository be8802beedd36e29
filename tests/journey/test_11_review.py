"""審査: the public register, an application, a reviewer's case, the auditor's replay, a resident's vote."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journey.conftest import PhoneMaker
from tests.journey.harness import DESK, Server
from tests.journey.people import JIRO, enter_by_link, join

SITE = "suita"


def test_everybody_reads_the_register_and_the_rules(phones: PhoneMaker) -> None:
    stranger = phones()
    stranger.go("/register")
    page = stranger.page
    page.get_by_role("link", name="血圧と体格の町の集計").first.click()
    expect(page.get_by_role("heading", name="理由")).to_be_visible()
    expect(page.get_by_text("町の健診をよくするために使います。").first).to_be_visible()
    expect(page.get_by_text("10人以上")).to_be_visible()
    stranger.go(f"/rules/{SITE}")
    expect(page.get_by_text("遺伝子の情報は、保険会社には渡しません。")).to_be_visible()


def test_an_application_is_kept_and_what_is_missing_is_named(phones: PhoneMaker, server: Server) -> None:
    user = phones(size=DESK)
    enter_by_link(user, server.way("data_user", SITE))
    user.go("/desk")
    page = user.page
    user.press("新しい申請")
    page.get_by_label("利用の名前", exact=True).fill("旅の見本")
    with user.troubles.expecting(r"422"):
        user.press("審査に出す")
        expect(page.get_by_text("まだ入っていない項目があります。すべて入れると提出できます。")).to_be_visible()
    missing = page.locator(".bullets")
    expect(missing.get_by_text("法的根拠")).to_be_visible()
    expect(missing.get_by_text("保存の終わり")).to_be_visible()
    expect(missing.get_by_text("利用の名前", exact=True)).to_have_count(0)
    user.go("/desk")
    expect(page.get_by_text("旅の見本")).to_be_visible()


def test_a_table_comes_at_once_under_the_verdict(phones: PhoneMaker, server: Server) -> None:
    user = phones(size=DESK)
    enter_by_link(user, server.way("data_user", SITE))
    user.go("/desk")
    page = user.page
    page.get_by_role("link", name="血圧と体格の町の集計").last.click()
    user.press("集計を出す")
    expect(page.get_by_role("cell", name="約")).to_be_visible()


def test_a_reviewer_declares_before_reviewing(phones: PhoneMaker, server: Server) -> None:
    reviewer = phones(size=DESK)
    page = reviewer.page
    for _ in range(3):  # three reviewers, two were asked, one of them has decided
        enter_by_link(reviewer, server.way("reviewer", SITE))
        reviewer.go("/review")
        expect(page.get_by_role("heading", name="審査する案件")).to_be_visible()
        expect(page.locator(".staff-row, .staff-list .pad").first).to_be_visible()
        row = page.locator(".staff-row", has_text="歩数と血圧の関係の研究").filter(has_text="申告を待つ")
        if row.count():
            row.click()
            break
        reviewer = phones(size=DESK)
        page = reviewer.page
    else:
        pytest.fail("no reviewer was asked")
    reviewer.press("利害関係はありません")
    expect(page.get_by_role("heading", name="あなたの審査")).to_be_visible()
    expect(page.get_by_label("専門の理由")).to_have_count(6)


def test_the_auditor_checks_the_ledger_and_replays_a_verdict(phones: PhoneMaker, server: Server) -> None:
    auditor = phones(size=DESK)
    enter_by_link(auditor, server.way("auditor", SITE))
    auditor.go("/audit")
    page = auditor.page
    expect(page.get_by_text("異常なし")).to_be_visible()
    page.get_by_role("button", name="その日のルールでもう一度決める").first.click()
    expect(page.get_by_text("同じ結果").first).to_be_visible()


def test_a_resident_votes_on_what_is_under_review(phones: PhoneMaker, server: Server) -> None:
    jiro = phones()
    join(jiro, server.invite()["code"], JIRO)
    jiro.go("/votes")
    card = jiro.page.locator("section.card", has_text="歩数と血圧の関係の研究")
    card.get_by_text("よいと思う", exact=True).click()
    expect(jiro.page.get_by_text("受け取りました。審査が終わるまで変えられます。")).to_be_visible()
    jiro.go("/votes")
    expect(card.get_by_role("radio", name="よいと思う")).to_be_checked()
