"""A town with its rules, its recipients and its counsellors, and residents with values on their record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from backend import bank, base, care, consent, governance, record
from backend.record import Reading

LAB = "sample-univ-obstetrics"


@dataclass
class Town:
    """What tests of consent do over and over."""

    ids: Any = field(default_factory=count)

    def switch(
        self, phone: Any, recipient: str, purpose: str, category: str, on: bool, client_id: str | None = None
    ) -> Any:
        body = {"recipient": recipient, "purpose": purpose, "category": category, "on": on}
        body["client_id"] = client_id or f"client-{next(self.ids):04}"
        return phone.http.put("/api/consent/switch", json=body)

    def pause(self, phone: Any, on: bool) -> Any:
        return phone.http.put("/api/consent/pause", json={"on": on, "client_id": f"client-{next(self.ids):04}"})

    def person(self, phone: Any) -> str:
        return str(phone.get("/me").json["person"]["id"])

    def account(self, phone: Any) -> str:
        return str(phone.get("/me").json["account"])

    def join(self, phone: Any, recipient: str) -> None:
        with base.write_unit() as session:
            consent.add_member(session, recipient=recipient, account=self.account(phone))

    def put(self, phone: Any, **values: float) -> None:
        """Put one value a metric on a resident's record, measured an hour ago."""
        at = base.CLOCK.now() - timedelta(hours=1)
        readings = [self.reading(metric, value, at) for metric, value in values.items()]
        with base.write_unit() as session:
            added = record.add(session, person=self.person(phone), readings=readings, import_id=base.new_id())
        assert added.refused == ()

    @staticmethod
    def reading(metric: str, value: float, at: datetime) -> Reading:
        unit = record.catalogue.metric(metric).unit
        return Reading(metric=metric, value=value, unit=unit, start=at, source="見本の機器", place=f"entry {metric}")

    def card(self, phone: Any, recipient: str) -> dict[str, Any]:
        seen = phone.get("/consent").json
        return next(each for each in seen["bank"] + seen["counsellors"] if each["recipient"] == recipient)

    def is_on(self, phone: Any, recipient: str, category: str) -> bool:
        card = self.card(phone, recipient)
        return bool(next(each for each in card["categories"] if each["category"] == category)["is_on"])

    def readable(self, phone: Any, recipient: str) -> list[dict[str, Any]]:
        answer = phone.get(f"/bank/provisions/{recipient}/people")
        assert answer.status_code == 200, answer.json
        found: list[dict[str, Any]] = answer.json["people"]
        return found


@pytest.fixture
def town(runtime: base.Runtime) -> Town:
    """Suita and Senboku with rules in force, recipients of the information bank, and counsellors."""
    del runtime
    with base.write_unit() as session:
        for site in ("suita", "senboku"):
            governance.put_in_force(session, site=site)
            bank.put_recipients(session, site=site)
            care.put_team(session, site=site)
    return Town()


@pytest.fixture
def lab(town: Town, worker: Callable[..., Any]) -> Any:
    """The phone of a researcher of the sample university."""
    made = worker("suita", "data_user", name="研究 太郎")
    town.join(made, LAB)
    return made
