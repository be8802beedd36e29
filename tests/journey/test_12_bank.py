"""One chain over four roles: application, two reviews with a condition, offer, part of it agreed to, provision, the
resident sees the read, the benefit arrives, withdrawal, the next read fails, certificate, public register and result.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journey.conftest import PhoneMaker
from tests.journey.harness import DESK, Phone, Server
from tests.journey.people import HANAKO, answer_questions, bring_in, enter_by_link, join, recent_checkup

ITEMS = ("purpose", "basis", "minimal", "privacy", "fairness", "return")
TITLE = "健診の血圧の研究"


def ask(phone: Phone, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """What a screen of the desk sends, with the cookie of this phone; returns the answer."""
    answer = phone.page.request.fetch(
        f"/api{path}", method=method, data=None if body is None else json.dumps(body),
        headers={"X-Meguri": "1", "Content-Type": "application/json"},
    )  # fmt: skip
    assert answer.ok, f"{method} {path}: {answer.status} {answer.text()[:500]}"
    return answer.json() if answer.body() else None


@dataclass
class Chain:
    """What one step leaves for the next."""

    user: Phone
    application: str = ""
    use: str = ""
    pseudonym: str = ""


def codes(server: Server, role: str, count: int) -> list[dict[str, str]]:
    """Codes of Senboku: the board of the other place belongs to the other journeys."""
    words = ("people", "invite", "--site", "senboku", "--role", role, "--count", str(count), "--json")
    found: list[dict[str, str]] = json.loads(server.command(*words))["codes"]
    return found


@pytest.fixture(scope="module")
def hanako(phones: PhoneMaker, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Phone:
    """見本 花子 of Senboku with her check-up on record, on her phone."""
    made = phones()
    join(made, codes(server, "resident", 1)[0]["code"], HANAKO)
    bring_in(made, recent_checkup(tmp_path_factory.mktemp("hanako")))
    return made


@pytest.fixture(scope="module")
def chain(phones: PhoneMaker, server: Server) -> Chain:
    """A university that was let in, with its data user at a desk."""
    staff = phones(size=DESK)
    enter_by_link(staff, server.way("staff", "senboku"))
    body = {
        "site": "senboku",
        "kind": "research",
        "name": "見本大学 循環器",
        "contact": "研究支援課",
        "security": "ISMS",
    }
    organisation = ask(staff, "POST", "/governance/organisations", body)["id"]
    link = ask(staff, "POST", f"/governance/organisations/{organisation}/decide", {"is_approved": True})["link"]
    user = phones(size=DESK)
    enter_by_link(user, link)
    return Chain(user)


def today() -> datetime:
    return datetime.now(ZoneInfo("Asia/Tokyo"))


def test_an_application_is_filed(chain: Chain) -> None:
    form = {
        "title": TITLE,
        "title_easy": "{血圧|けつあつ}の{研究|けんきゅう}",
        "title_en": "Blood pressure at check-ups",
        "purpose": "P-RESEARCH",
        "legal_basis": "consent",
        "columns": ["sbp_mmhg", "dbp_mmhg", "bmi", "age_band", "sex"],
        "cohort": {"age_from": 40, "age_to": 74, "sexes": ["female"], "municipalities": []},
        "identifiability": "pseudonymous",
        "retention_end": (today() + timedelta(days=200)).date().isoformat(),
        "recipient": "見本大学 循環器内科",
        "benefit": "町の健診のすすめ方に役立てます。",
        "benefit_easy": "{町|まち}の{健診|けんしん}に{役|やく}だてます。",
        "benefit_en": "It helps the town to plan its check-ups.",
        "plan": "健診の血圧と体格の関係を調べる。",
        "safeguards": "鍵のかかる部屋の端末だけで扱う。",
    }
    started = ask(chain.user, "POST", "/governance/applications", {"form": form, "client_id": "journey-bank-1"})
    chain.application = started["id"]
    filed = ask(chain.user, "POST", f"/governance/applications/{chain.application}/file")
    assert filed["state"] not in {"draft", "approved"}


def test_two_reviewers_decide_on_their_own_and_tie_it_to_a_condition(
    chain: Chain, phones: PhoneMaker, server: Server
) -> None:
    decided = 0
    for _ in range(9):  # the board has three; whoever was asked comes to the desk in turn
        if decided == 2:
            break
        reviewer = phones(size=DESK)
        enter_by_link(reviewer, server.way("reviewer", "senboku"))
        cases = ask(reviewer, "GET", "/governance/cases")["cases"]
        if not any(one["application"] == chain.application and one["mine"] == "assigned" for one in cases):
            continue
        path = f"/governance/cases/{chain.application}"
        ask(reviewer, "POST", f"{path}/declare", {"has_conflict": False})
        findings = [
            {"item": item, "mark": "ok", "reason": f"{item}: 妥当である。", "plain": "心配はありません。"}
            for item in ITEMS
        ]
        judgement = {
            "decision": "approve",
            "findings": findings,
            "summary": "町の役に立ち、名前も渡りません。",
            "conditions": {"others": ["結果を住民に知らせること"]},
        }
        ask(reviewer, "POST", f"{path}/decide", judgement)
        decided += 1
    assert decided == 2
    seen = ask(chain.user, "GET", f"/governance/applications/{chain.application}")
    assert seen["state"] == "conditions", "a condition waits for the data user's word"
    body = {"is_accepted": True, "answer": "守ります。"}
    approved = ask(chain.user, "POST", f"/governance/applications/{chain.application}/answer", body)
    assert approved["state"] == "approved"
    chain.use = approved["use"]


def test_the_data_user_promises_a_benefit_and_sends_the_request(chain: Chain) -> None:
    chain.user.go(f"/bank/{chain.use}")
    chain.user.heading("承認された利用の運び")
    chain.user.page.get_by_label("1人あたりの謝礼").fill("500")
    chain.user.press("お願いを出す")
    chain.user.sees("500 ポイント")


@pytest.mark.feature("E03", "E04")
def test_the_resident_reads_the_offer_and_agrees_to_a_part(chain: Chain, hanako: Phone) -> None:
    hanako.go("/meguri")
    hanako.sees("いま、だれにも渡していません")
    hanako.page.locator("a.list-row", has_text="データのお願い").click()
    hanako.page.locator("a.card", has_text=TITLE).click()
    hanako.heading(re.compile(TITLE))
    hanako.sees("500 ポイント", "審査の結論", "町の役に立ち、名前も渡りません。", "結果を住民に知らせること")
    hanako.page.get_by_role("checkbox", name=re.compile("性別")).uncheck()
    with hanako.troubles.expecting(r"403 POST .*/api/bank/offers/"):
        hanako.press("この内容で渡す")
        answer_questions(hanako)
        hanako.sees("やめる（すぐに止まります）")
    hanako.go("/meguri")
    hanako.sees("いま、1 の相手に渡しています")


def test_the_data_user_takes_exactly_that(chain: Chain) -> None:
    page = chain.user.page
    chain.user.go(f"/bank/{chain.use}")
    chain.user.press("新しく作る")
    take = chain.user.button("受け取る")
    for _ in range(60):  # a worker makes the packages; the screen is asked again as a person would
        if take.count() and take.first.is_enabled():
            break
        chain.user.press("更新")
        page.wait_for_timeout(250)
    expect(take.first).to_be_enabled()
    take.first.click()
    chain.user.sees("1 人分を受け取りました")
    version = ask(chain.user, "GET", f"/bank/deliveries?recipient=use-{chain.use}")["deliveries"][0]["version"]
    (package,) = ask(chain.user, "GET", f"/bank/deliveries/use-{chain.use}/{version}")["packages"]
    given = package["provision"]
    chain.pseudonym = given["pseudonym"]
    assert given["identity"] is None
    assert given["demographics"] is None, "age and sex were left out"
    assert {"sbp_mmhg", "dbp_mmhg"} <= {one["metric"] for one in given["values"]} <= {"sbp_mmhg", "dbp_mmhg", "bmi"}


@pytest.mark.feature("E06")
def test_the_resident_sees_what_was_read_and_the_benefit_arrive(chain: Chain, hanako: Phone) -> None:
    hanako.go("/meguri/reads")
    row = hanako.page.locator(".list-row", has_text=TITLE).first
    expect(row).to_contain_text("血圧（上）")
    expect(row).to_contain_text("読まれました")
    hanako.go("/meguri/benefits")
    hanako.sees("約束")
    chain.user.button("謝礼を届けた").click()
    expect(chain.user.toast()).to_contain_text("届いた日を記録しました")
    hanako.page.reload()
    hanako.sees("届きました")


@pytest.mark.feature("E05")
def test_two_taps_stop_it_and_the_next_read_fails(chain: Chain, hanako: Phone) -> None:
    path = f"/api/bank/provisions/use-{chain.use}/people/{chain.pseudonym}"
    assert chain.user.page.request.get(path).status == 200
    hanako.go(f"/meguri/offers/{chain.use}")
    hanako.press("やめる（すぐに止まります）")
    hanako.sees("考え直す")
    refused = chain.user.page.request.get(path)
    assert (refused.status, refused.json()["key"]) == (403, "consent.not_permitted")
    hanako.go("/meguri/reads")
    hanako.sees("断られました")
    hanako.go("/meguri/erasures")
    hanako.sees("待っています")


@pytest.mark.feature("E05")
def test_the_certificate_of_erasure_arrives(chain: Chain, hanako: Phone) -> None:
    chain.user.go(f"/bank/{chain.use}")
    certify = chain.user.button("証明を出す")
    expect(certify.first).to_be_visible()
    for left in range(certify.count(), 0, -1):
        certify.first.click()
        chain.user.page.get_by_label("消し方").fill("保存媒体ごと上書きした")
        chain.user.page.get_by_label("証明する人").fill("研究 太郎")
        chain.user.press("消したことを証明する")
        expect(certify).to_have_count(left - 1)
    hanako.go("/meguri/erasures")
    hanako.sees("証明が届きました", re.compile("保存媒体ごと上書きした"))
    hanako.sees_not("待っています")


@pytest.mark.feature("A05", "K03")
def test_everybody_reads_the_register_and_the_result_and_the_ledger_is_sound(chain: Chain, server: Server) -> None:
    result = {"title": "血圧の結果", "text": "町の平均は下がっていました。", "text_easy": "{下|さ}がっていました。"}
    ask(chain.user, "POST", f"/governance/uses/{chain.use}/results", result)
    public = chain.user.page.context.browser
    assert public is not None
    stranger = public.new_context(base_url=server.origin)
    lines = stranger.request.get("/api/governance/register").json()
    found = next(one for one in lines["lines"] if one["use"] == chain.use)
    entry = stranger.request.get(f"/api/governance/register/{found['verdict']}").json()
    assert any(one["title"] == "血圧の結果" for one in entry["results"])
    stranger.close()
    report = json.loads(server.command("ledger", "verify", "--json"))
    assert (report["sound"], report["problems"]) == (True, [])
