"""What the invented people of the journey do more than once: join, enter by a link, bring a file in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from backend.advice import food
from tests.journey.harness import SAMPLES, Phone


@dataclass(frozen=True)
class Person:
    """Who joins; the sample files hold ミホン ハナコ."""

    name: str
    kana: str
    birth: tuple[int, int, int]
    sex: str


HANAKO = Person("見本 花子", "みほん はなこ", (1968, 4, 12), "女性")
# Born on the same day as the woman in the files, under another name: the file has to ask.
HANAE = Person("見本 花恵", "みほん はなえ", (1968, 4, 12), "女性")
JIRO = Person("見本 二郎", "みほん じろう", (1963, 9, 6), "男性")

CHECKUP = SAMPLES / "checkup-three-people.zip"
CHECKUP_XML = SAMPLES / "h278888888820250610100001.xml"
APPLE = SAMPLES / "apple-export.zip"
FHIR = SAMPLES / "fhir-bundle.json"


def recent_checkup(folder: Path) -> Path:
    """The sample check-up of ミホン ハナコ as if it were two months old: models and advice look at recent values."""
    exam = datetime.now(ZoneInfo("Asia/Tokyo")).date() - timedelta(days=60)
    text = CHECKUP_XML.read_text("utf-8").replace("20250512", f"{exam:%Y%m%d}").replace("20250610", f"{exam:%Y%m%d}")
    made = folder / CHECKUP_XML.name
    made.write_text(text, "utf-8")
    return made


def fill_about(phone: Phone, person: Person) -> None:
    """The second step of joining."""
    page = phone.page
    page.get_by_label("お名前").fill(person.name)
    page.get_by_label("ふりがな").fill(person.kana)
    for label, value in zip(("年", "月", "日"), person.birth, strict=True):
        page.get_by_role("combobox", name=label).select_option(str(value))
    page.get_by_role("radio", name=person.sex).check()


def join(phone: Phone, code: str, person: Person) -> None:
    """From the typed code to the home screen, with a passkey made on this phone."""
    phone.go("/join")
    phone.page.get_by_label("招待コード", exact=False).fill(code)
    phone.press("次へ")
    phone.heading("あなたのこと")
    fill_about(phone, person)
    phone.press("次へ")
    phone.heading("使う前に")
    phone.page.get_by_role("checkbox").check()
    phone.press("次へ")
    phone.heading("パスキーを作る")
    phone.press("パスキーを作って始める")
    phone.heading(re.compile(person.name))


def enter_by_link(phone: Phone, address: str) -> None:
    """The one-time link of a desk: opened, then pressed."""
    phone.go(address)
    phone.press("サインインする")
    expect(phone.page.get_by_role("button", name="サインインする")).to_have_count(0)


def send_file(phone: Phone, file: Path) -> None:
    """つなぐ: choose a file and wait for what the server found in it."""
    phone.go("/link-data")
    phone.choose_file(file)
    phone.heading(re.compile("取りこむ前に|取りこめません"))


def bring_in(phone: Phone, file: Path, *, is_mine: bool = False) -> None:
    """Choose a file, say yes (and whose it is where asked), wait for the receipt."""
    send_file(phone, file)
    if is_mine:
        phone.page.get_by_role("radio", name="自分のものです").check()
    phone.press("記録に取りこむ")
    phone.heading("取りこみました")


def sign_out(phone: Phone) -> None:
    """設定 → サインアウト, and back on the first page."""
    phone.go("/settings")
    phone.press("サインアウト")
    phone.page.get_by_role("dialog").get_by_role("button", name="サインアウト").click()
    phone.heading("健康の記録を、自分の手もとに")


def wait_still(phone: Phone) -> None:
    """The page has its heading, no answer is under way, and the first load is over."""
    page = phone.page
    expect(page.locator("h1, h2").locator("visible=true").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".loading-bar[data-on=true]")).to_have_count(0)
    expect(page.get_by_text("読み込んでいます。")).to_have_count(0)


def settle(phone: Phone) -> None:
    """A change of looks has been drawn: what still fades has ended."""
    phone.page.evaluate(
        "async () => { for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);"
        " await Promise.allSettled(document.getAnimations().map(one => one.finished)); }"
    )


def answer_questions(phone: Phone) -> None:
    """The three questions that come before the first entrustment, with the right answers."""
    dialog = phone.page.get_by_role("dialog")
    for answer in (
        "いつでも切れて、次の読み取りから渡らない",
        "何も変わらない",
        "渡したデータは消されるが、集計の結果からは取り出せない",
    ):
        dialog.get_by_role("radio", name=answer).check()
    dialog.get_by_role("button", name="答える").click()
    expect(dialog).to_have_count(0)


_SEND = """async ([method, path, body]) => {
  const answer = await fetch("/api" + path, {method, body: body === null ? undefined : JSON.stringify(body),
    headers: {"Content-Type": "application/json", "X-Meguri": "1"}});
  return {status: answer.status, body: await answer.json()};
}"""


def send(phone: Phone, method: str, path: str, body: Any = None) -> Any:
    """What the app itself would send, in the signed-in page."""
    answer = phone.page.evaluate(_SEND, [method, path, body])
    assert answer["status"] < 300, answer
    return answer["body"]


def say(phone: Phone, key: str, value: Any) -> None:
    """Answer a question of わたしのこと."""
    send(phone, "PUT", f"/profile/{key}", {"answer": "value", "value": value})


def unsafe_choice(phone: Phone) -> tuple[str, str]:
    """A dish that may stand in the plan today and must not in pregnancy: (slot, meal)."""
    forbidden = {dish.id for dish in food.dishes() if food.forbidden(dish, [food.Condition.PREGNANT])}
    for slot in ("D", "L", "B"):
        for choice in send(phone, "GET", f"/meals/choices/3/{slot}")["choices"]:
            if forbidden & {plate["dish"] for plate in choice["plates"]}:
                return slot, choice["id"]
    raise AssertionError("no dish of the choices is forbidden in pregnancy")
