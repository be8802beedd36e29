"""Meals: from a weight and a blood pressure to a planned week, a swapped dinner, a list to buy; then a pregnancy."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journey.conftest import PhoneMaker
from tests.journey.harness import Phone, Server
from tests.journey.people import Person, join, say, send, unsafe_choice, wait_still


def picture(phone: Phone, name: str) -> None:
    """A picture for the eye, when somebody asked for pictures."""
    folder = os.environ.get("MEGURI_MEAL_PICTURES")
    if folder:
        wait_still(phone)
        phone.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.feature("D04")
def test_a_week_of_meals_is_planned_changed_bought_for_and_made_safe(phones: PhoneMaker, server: Server) -> None:
    phone = phones()
    join(phone, server.invite()["code"], Person("献立 花子", "こんだて はなこ", (1990, 4, 2), "女性"))
    phone.go("/meals")
    phone.sees("先に、アレルギーがあるかどうかを教えてください。", "体重を記録すると")
    picture(phone, "refused")
    phone.go("/meals/wishes")
    phone.heading(re.compile("希望"))
    phone.page.get_by_label("えび").check()
    picture(phone, "wishes")
    phone.press("希望を保存する")
    phone.sees("体重を記録すると")
    say(phone, "pregnancy", {"status": "no", "due": None})
    now = datetime.now(UTC).isoformat()
    send(phone, "POST", "/entries", {"client_id": "meals-weight-0001", "kind": "weight", "weight_kg": 55.0, "at": now})
    phone.go("/meals")
    phone.press("1週間の献立を作る")
    expect(phone.page.locator(".meal")).to_have_count(21)
    picture(phone, "week")
    phone.page.locator("a[href='/meals/swap/1/D']").click()
    phone.heading("別の食事にかえる")
    chosen = phone.page.locator("section.card h2, .card h2").nth(1).inner_text()
    picture(phone, "swap")
    phone.page.get_by_role("button", name="これにする").first.click()
    expect(phone.page.locator(".meal")).to_have_count(21)
    expect(phone.page.locator(".meal", has_text=chosen)).to_have_count(1)
    phone.sees("固定")
    phone.page.locator(".meal-head a").first.click()
    phone.sees("材料（1人分）", "作り方", "アレルゲン")
    picture(phone, "dish")
    phone.go("/meals/shopping")
    box = phone.page.get_by_role("checkbox").first
    box.check()
    expect(box).to_be_checked()
    picture(phone, "shopping")
    phone.go("/meals/rejected")
    phone.sees("安全のため", "えび")
    picture(phone, "rejected")


def test_when_she_becomes_pregnant_unsafe_meals_go_at_once_with_the_reason(phones: PhoneMaker, server: Server) -> None:
    phone = phones()
    join(phone, server.invite()["code"], Person("献立 月子", "こんだて つきこ", (1992, 4, 2), "女性"))
    phone.go("/meals")
    phone.heading("今週の献立")
    say(phone, "pregnancy", {"status": "no", "due": None})
    say(phone, "allergies", [])
    now = datetime.now(UTC).isoformat()
    send(phone, "POST", "/entries", {"client_id": "meals-weight-0002", "kind": "weight", "weight_kg": 52.0, "at": now})
    wishes = send(phone, "GET", "/meals/wishes")["wishes"]
    send(phone, "PUT", "/meals/wishes", wishes | {"liked_groups": ["fish"]})
    send(phone, "POST", "/meals/plan")
    # On a busy machine the plan is a job: the screen shows it when it is there.
    phone.go("/meals")
    expect(phone.page.locator(".meal")).to_have_count(21)
    slot, meal = unsafe_choice(phone)
    send(phone, "POST", "/meals/swap", {"day": 3, "slot": slot, "meal": meal})
    phone.go("/meals")
    expect(phone.page.locator(".meal")).to_have_count(21)
    expect(phone.page.get_by_text("固定", exact=True).first).to_be_visible()
    expect(phone.page.locator(".meal-removed")).to_have_count(0)
    say(phone, "pregnancy", {"status": "yes", "due": (date.today() + timedelta(days=120)).isoformat()})
    phone.go("/meals")
    expect(phone.page.locator(".meal-removed").first).to_be_visible()
    expect(phone.page.locator(".meal-removed .notice").first).to_contain_text("妊娠")
    picture(phone, "removed")
    phone.press("献立を作り直す")
    expect(phone.page.locator(".meal-removed")).to_have_count(0)
    expect(phone.page.locator(".meal")).to_have_count(21)
