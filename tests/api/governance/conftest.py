"""A town with a review board: a university with an application, three reviewers, residents with values."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from backend import base, governance

# Test folders are no packages (import mode importlib), so the neighbour's fixtures are read from its file.
_spec = spec_from_file_location("town_of_consent", Path(__file__).parents[1] / "consent" / "conftest.py")
assert _spec is not None
assert _spec.loader is not None
_town = sys.modules.setdefault(_spec.name, module_from_spec(_spec))
_spec.loader.exec_module(_town)

town = _town.town

ITEMS = ("purpose", "basis", "minimal", "privacy", "fairness", "return")


def today() -> date:
    return base.CLOCK.now().astimezone(base.TOKYO).date()


def form(**changed: Any) -> dict[str, Any]:
    """A complete application for research under pseudonyms."""
    whole = {
        "title": "血圧と歩数の研究",
        "title_easy": "{血圧|けつあつ}と{歩数|ほすう}の{研究|けんきゅう}",
        "title_en": "Blood pressure and steps",
        "purpose": "P-RESEARCH",
        "legal_basis": "consent",
        "columns": ["sbp_mmhg", "dbp_mmhg", "age_band", "sex"],
        "cohort": {"age_from": 18, "age_to": 90, "sexes": [], "municipalities": []},
        "identifiability": "pseudonymous",
        "retention_end": (today() + timedelta(days=200)).isoformat(),
        "recipient": "見本大学 公衆衛生学教室",
        "benefit": "町の健診のすすめ方に役立てます。",
        "benefit_easy": "{町|まち}の{健診|けんしん}に{役|やく}だてます。",
        "plan": "血圧と歩数の関係を調べる。",
        "safeguards": "鍵のかかる部屋の端末だけで扱う。",
    }
    return {**whole, **changed}


def judgement(decision: str = "approve", **changed: Any) -> dict[str, Any]:
    """A complete review."""
    mark = "ok" if decision == "approve" else "no"
    findings = [
        {"item": item, "mark": mark, "reason": f"{item}: 計画書のとおり妥当である。", "plain": "心配はありません。"}
        for item in ITEMS
    ]
    return {"decision": decision, "findings": findings, "summary": "町の役に立ち、名前も渡りません。", **changed}


@dataclass
class Board:
    """What tests of governance do over and over."""

    worker: Callable[..., Any]
    ids: Any = field(default_factory=count)
    reviewers: list[Any] = field(default_factory=list)
    user: Any = None
    organisation: str = ""

    judgement = staticmethod(judgement)

    def account(self, phone: Any) -> str:
        return str(phone.get("/me").json["account"])

    def add_reviewer(self) -> Any:
        made = self.worker("suita", "reviewer", name=f"審査 {next(self.ids)}")
        self.reviewers.append(made)
        return made

    def start(self, **changed: Any) -> str:
        body = {"form": form(**changed), "client_id": f"client-{next(self.ids):04}"}
        answer = self.user.post("/governance/applications", body)
        assert answer.status_code == 200, answer.json
        return str(answer.json["id"])

    def file(self, **changed: Any) -> str:
        name = self.start(**changed)
        answer = self.user.post(f"/governance/applications/{name}/file")
        assert answer.status_code == 200, answer.json
        return name

    def asked(self, application: str) -> list[Any]:
        """The phones of the reviewers who were asked and have not decided."""
        found = []
        for phone in self.reviewers:
            cases = phone.get("/governance/cases").json["cases"]
            if any(one["application"] == application and one["mine"] in {"assigned", "declared"} for one in cases):
                found.append(phone)
        return found

    def review(self, phone: Any, application: str, **changed: Any) -> Any:
        phone.post(f"/governance/cases/{application}/declare", {"has_conflict": False})
        return phone.post(f"/governance/cases/{application}/decide", judgement(**changed))

    def approve(self, application: str, **changed: Any) -> dict[str, Any]:
        for phone in self.asked(application):
            answer = self.review(phone, application, **changed)
            assert answer.status_code == 200, answer.json
        seen = self.user.get(f"/governance/applications/{application}").json
        if seen["state"] == "conditions":
            body = {"is_accepted": True, "answer": "守ります。"}
            seen = self.user.post(f"/governance/applications/{application}/answer", body).json
        assert seen["state"] == "approved", seen
        return dict(seen)

    def use(self, **changed: Any) -> str:
        """An approved use."""
        return str(self.approve(self.file(**changed))["use"])

    def client(self, use: str) -> tuple[str, str]:
        made = self.user.post(f"/governance/uses/{use}/clients", {"label": "解析サーバー"})
        assert made.status_code == 200, made.json
        return made.json["client"]["id"], made.json["secret"]


@pytest.fixture
def board(town: Any, worker: Callable[..., Any]) -> Board:
    """Suita's board: an approved university with its data user, and three reviewers."""
    made = Board(worker)
    made.user = worker("suita", "data_user", name="研究 太郎")
    staff = worker("suita", "staff")
    body = {"site": "suita", "kind": "research", "name": "見本大学", "contact": "研究支援課", "security": "ISMS"}
    registered = staff.post("/governance/organisations", body)
    assert registered.status_code == 200, registered.json
    made.organisation = registered.json["id"]
    decided = staff.post(f"/governance/organisations/{made.organisation}/decide", {"is_approved": True})
    assert decided.status_code == 200, decided.json
    with base.write_unit() as session:
        governance.add_organisation_member(session, organisation=made.organisation, account=made.account(made.user))
    for _ in range(3):
        made.add_reviewer()
    return made


@pytest.fixture
def sharers(town: Any, resident: Callable[..., Any]) -> Callable[..., list[Any]]:
    """sharers(use, 12): residents with a blood pressure who switch everything of this use on."""

    def make(use: str, many: int, *, categories: tuple[str, ...] = ("C-VITAL", "C-DEMO")) -> list[Any]:
        made = []
        for index in range(many):
            sex = "female" if index % 2 else "male"
            phone = resident("suita", name=f"見本 {index}", birth=f"{1958 + index % 3}-04-02", sex=sex)
            town.put(phone, sbp_mmhg=120 + index, dbp_mmhg=80)
            for category in categories:
                answer = town.switch(phone, f"use-{use}", "P-RESEARCH", category, True)
                assert answer.status_code == 200, answer.json
            made.append(phone)
        return made

    return make
