"""The same town, with its rules, recipients and counsellors, as for consent."""

from __future__ import annotations

import sys
from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from backend import base, consent, governance, record

# Test folders are no packages (import mode importlib), so the neighbour's fixtures are read from its file.
_spec = spec_from_file_location("town_of_consent", Path(__file__).parents[1] / "consent" / "conftest.py")
assert _spec is not None
assert _spec.loader is not None
_town = sys.modules.setdefault(_spec.name, module_from_spec(_spec))
_spec.loader.exec_module(_town)

town, lab = _town.town, _town.lab


@pytest.fixture
def use(town, worker):
    """An approved use of a data user at Suita, of women of 18 to 60, and the data user's phone."""

    class Use:
        name = base.new_id()
        recipient = f"use-{name}"
        phone = worker("suita", "data_user", name="研究 花子")

        def path(self, end=""):
            return f"/bank/uses/{self.name}{end}"

        def verdict(self, *columns, serial=1, days=90, **changed):
            now = base.CLOCK.now()
            words = consent.Words(ja="見本の研究", ja_easy="{見本|みほん}の{研究|けんきゅう}", en="Sample study")
            asked = columns or ("sbp_mmhg", "dbp_mmhg", "hba1c_pct", "age_band", "sex")
            held = {
                "id": base.new_id(),
                "use": self.name,
                "serial": serial,
                "application": base.new_id(),
                "site": "suita",
                "organisation": "org",
                "recipient": self.recipient,
                "kind": consent.RecipientKind.RESEARCH,
                "purpose": consent.Purpose.RESEARCH,
                "columns": tuple(consent.Column(each, _category(each)) for each in asked),
                "cohort": consent.Cohort(age_from=18, age_to=60, sexes=("female",)),
                "identifiability": consent.Identifiability.PSEUDONYMOUS,
                "min_k": 5,
                "min_cell": 10,
                "is_onward_allowed": False,
                "since": now - timedelta(minutes=1),
                "until": now + timedelta(days=days),
                "review_by": now + timedelta(days=days),
                "conditions": ("再識別をしないこと",),
                "texts": consent.PublicText(title=words, benefit=words, reason=words),
                "policy": "test",
            }
            return consent.Verdict(**{**held, **changed})

        def approve(self, verdict, *, added=None, is_renewal=False):
            terms = consent.Terms(
                recipient=self.recipient,
                purpose=verdict.purpose,
                identifiability=verdict.identifiability,
                mode=consent.Mode.STORE,
                categories=tuple(sorted(verdict.categories)),
                text_id="approved-use",
                ends_at=verdict.until,
                erase_after_days=14,
            )
            made = consent.Recipient(
                id=self.recipient, site="suita", kind=verdict.kind, names=verdict.texts.title, terms=(terms,)
            )
            with base.write_unit() as session:
                consent.put_verdict(session, verdict=verdict)
                consent.register_recipient(session, recipient=made)
                consent.add_member(session, recipient=self.recipient, account=town.account(self.phone))
                reached = governance.VerdictReached(
                    verdict=verdict,
                    added=verdict.categories if added is None else frozenset(added),
                    is_renewal=is_renewal,
                )
                base.publish(session, reached)

        def open(self, amount=500, unit="points"):
            body = {"unit": unit, "amount": amount, "due_days": 30, "answer_days": 14}
            answer = self.phone.http.put("/api" + self.path("/programme"), json=body)
            assert answer.status_code == 200, answer.json
            return answer.json

        def offer(self, phone):
            found = phone.get("/bank/offers").json["offers"]
            return next((each for each in found if each["use"] == self.name), None)

        def answer(self, phone, answer, *categories, client_id=None):
            body = {"answer": answer, "categories": list(categories), "client_id": client_id or base.new_id()}
            return phone.post(f"/bank/offers/{self.name}/answer", body)

        def deliver(self, version="2026-11"):
            asked = self.phone.post("/bank/deliveries", {"recipient": self.recipient, "version": version})
            assert asked.status_code == 200, asked.json
            base.run_due_jobs(limit=100)
            return self.fetch(version)

        def fetch(self, version="2026-11"):
            answer = self.phone.get(f"/bank/deliveries/{self.recipient}/{version}")
            assert answer.status_code == 200, answer.json
            return answer.json["packages"]

    made = Use()
    made.approve(made.verdict())
    return made


def _category(column):
    if column in consent.PERSON_COLUMNS:
        return consent.PERSON_COLUMNS[column]
    if column.startswith("derived."):
        return consent.Category.LAB
    return consent.Category(record.catalogue.metric(column).category)
