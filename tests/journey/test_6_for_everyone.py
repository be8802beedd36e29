"""axe on every screen in light, dark, narrow and large; nothing wider than the phone; targets for a thumb."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.journey.harness import DESK, PHONE, ROOT, Phone, Server
from tests.journey.people import settle, wait_still
from tests.journey.shots import SCREENS, enter, open_screen, set_look

AXE = ROOT / "pwa" / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

_TARGETS = """() => [...document.querySelectorAll(
    'main .button, .nav a, main .list-row[href], main button.list-row, .stepper button, .icon-button, main .choice')]
  .filter(one => one.offsetParent !== null)
  .map(one => [one.textContent.trim().slice(0, 30) || one.getAttribute('aria-label'), one.getBoundingClientRect()])
  .filter(([, box]) => box.height < 47.5 || box.width < 47.5)
  .map(([name, box]) => `${name} ${Math.round(box.width)}x${Math.round(box.height)}`)"""
_WIDE = """() => {
  const over = document.documentElement.scrollWidth - innerWidth;
  if (over <= 0) return [];
  return [`${over}px: ` + [...document.querySelectorAll('main *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map(one => one.outerHTML.slice(0, 120)).join(' | ')];
}"""


def judge(phone: Phone) -> list[str]:
    """What axe calls serious or critical on the screen as it is now."""
    phone.page.evaluate("source => { if (!window.axe) (0, eval)(source); }", AXE.read_text("utf-8"))
    found: list[dict[str, Any]] = phone.page.evaluate(
        "async rules => (await axe.run(document, rules)).violations"
        ".map(v => ({id: v.id, impact: v.impact, nodes: v.nodes.slice(0, 3).map(n => n.target.join(' '))}))",
        RULES,
    )
    return [json.dumps(one, ensure_ascii=False) for one in found if one["impact"] in {"serious", "critical"}]


@pytest.mark.feature("J07")
@pytest.mark.parametrize("role", ["out", "resident_rich", "counsellor", "staff"])
def test_every_screen(role: str, browser: Browser, server: Server, phones: Callable[..., Phone]) -> None:
    phone = enter(browser, server, role, PHONE, bypass_csp=True)
    phones.made.append(phone)  # type: ignore[attr-defined]
    page = phone.page
    wrong: list[str] = []
    for name, address in SCREENS[role]:
        set_look(phone, "ja", "light")
        open_screen(phone, address)
        wrong += [f"{name} light: {one}" for one in judge(phone)]
        wrong += [f"{name} 360: {one}" for one in page.evaluate(_WIDE) + page.evaluate(_TARGETS)]
        set_look(phone, "ja", "dark")
        page.reload()
        wait_still(phone)
        settle(phone)
        wrong += [f"{name} dark: {one}" for one in judge(phone)]
        # 320 px with large type is harder than either of them.
        page.evaluate("document.documentElement.dataset.type = 'large'")
        page.set_viewport_size({"width": 320, "height": 640})
        settle(phone)
        wrong += [f"{name} 320 large: {one}" for one in judge(phone) + page.evaluate(_WIDE)]
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert not wrong, "\n".join(wrong)


@pytest.mark.feature("J07")
@pytest.mark.parametrize("role", ["counsellor", "staff"])
def test_staff_at_a_desk(role: str, browser: Browser, server: Server, phones: Callable[..., Phone]) -> None:
    phone = enter(browser, server, role, DESK, bypass_csp=True)
    phones.made.append(phone)  # type: ignore[attr-defined]
    wrong: list[str] = []
    for name, address in SCREENS[role]:
        open_screen(phone, address)
        wait_still(phone)
        wrong += [f"{name} desk: {one}" for one in judge(phone) + phone.page.evaluate(_WIDE)]
    assert not wrong, "\n".join(wrong)


def test_the_five_places_and_a_dialog_by_keyboard(
    browser: Browser, server: Server, phones: Callable[..., Phone]
) -> None:
    phone = enter(browser, server, "resident_rich", PHONE)
    phones.made.append(phone)  # type: ignore[attr-defined]
    page = phone.page
    phone.go("/")
    wait_still(phone)
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('href') ?? ''"))
    assert {"/", "/record", "/advice", "/consultations", "/meguri", "/record/enter/blood-pressure"} <= set(reached)
    phone.go("/settings")
    wait_still(phone)
    phone.button("サインアウト").focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_be_visible()
    assert page.evaluate("document.querySelector('dialog[open]').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert "サインアウト" in page.evaluate("document.activeElement.textContent")
