"""The decision as a table: which condition fails first, and what a permit can and cannot do."""

from __future__ import annotations

import copy
import dataclasses
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from backend.consent import (
    Category,
    Grant,
    Identifiability,
    Mode,
    Offer,
    Permit,
    Purpose,
    Reason,
    Recipient,
    RecipientKind,
    RuleSet,
    TextRef,
    Words,
)
from backend.consent.decide import usable
from backend.consent.model import _MINT, Switch

NOON = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
TEXT = TextRef("study", 1, "00")
LANE = Identifiability.PSEUDONYMOUS
MEANINGS = {"study": {Category.VITAL: 1, Category.LAB: 1}}


def grant(*categories: Category, **changed) -> Grant:
    given = {
        "id": "g",
        "person": "p",
        "recipient": "r",
        "purpose": Purpose.RESEARCH,
        "identifiability": LANE,
        "mode": Mode.QUERY,
        "start": NOON - timedelta(days=1),
        "end": NOON + timedelta(days=1),
        "erase_at": None,
        "reads_per_day": 3,
        "switches": tuple(Switch(category=each, since=NOON, text=TEXT) for each in categories),
    }
    return Grant(**{**given, **changed})


def recipient(**changed) -> Recipient:
    names = Words("見本", "みほん", "Sample")
    return Recipient(**{"id": "r", "site": "suita", "kind": RecipientKind.RESEARCH, "names": names, **changed})


def rules(*asked: Category) -> RuleSet:
    keys = (RuleSet.key(Purpose.RESEARCH, each, RecipientKind.RESEARCH, LANE) for each in asked)
    return RuleSet(site="suita", version="1", is_draft=True, offers=dict.fromkeys(keys, Offer.ASK))


BOTH = (Category.VITAL, Category.LAB)


def decide(held: Grant, **changed):
    given = {
        "recipient": recipient(),
        "rules": rules(*BOTH),
        "meanings": MEANINGS,
        "is_paused": False,
        "at": NOON,
        "reads_today": 0,
    }
    return usable(held, **{**given, **changed})


def test_what_is_on_and_allowed_is_open():
    assert decide(grant(*BOTH)) == ({*BOTH}, None)
    assert decide(grant(Category.VITAL)) == ({Category.VITAL}, None)


@pytest.mark.parametrize(
    ("held", "changed", "reason"),
    [
        (grant(), {}, Reason.WITHDRAWN),
        (grant(*BOTH), {"recipient": recipient(is_open=False)}, Reason.RECIPIENT_CLOSED),
        (grant(*BOTH), {"is_paused": True}, Reason.PAUSED),
        (grant(*BOTH, start=NOON + TICK), {}, Reason.NOT_YET),
        (grant(*BOTH, end=NOON), {}, Reason.ENDED),
        (grant(*BOTH), {"reads_today": 3}, Reason.TOO_OFTEN),
        (grant(*BOTH), {"meanings": {"study": dict.fromkeys(BOTH, 2)}}, Reason.TEXT_CHANGED),
        (grant(*BOTH), {"rules": rules()}, Reason.RULES_FORBID),
    ],
)
def test_the_first_condition_that_fails_is_named(held, changed, reason):
    assert decide(held, **changed) == (frozenset(), reason)


@pytest.mark.parametrize(
    ("held", "changed"),
    [
        (grant(*BOTH, start=NOON), {}),
        (grant(*BOTH, end=NOON + TICK), {}),
        (grant(*BOTH, end=None), {}),
        (grant(*BOTH), {"reads_today": 2}),
        (grant(*BOTH, reads_per_day=None), {"reads_today": 10_000}),
    ],
)
def test_the_other_side_of_each_border_is_open(held, changed):
    assert decide(held, **changed) == ({*BOTH}, None)


def test_a_changed_meaning_and_a_stricter_rule_shut_only_what_they_touch():
    assert decide(grant(*BOTH), meanings={"study": {Category.VITAL: 2}})[0] == {Category.LAB}
    assert decide(grant(*BOTH), rules=rules(Category.VITAL))[0] == {Category.VITAL}


def test_rules_speak_about_the_lane_that_was_agreed_to():
    assert decide(grant(*BOTH, identifiability=Identifiability.NAMED)) == (frozenset(), Reason.RULES_FORBID)


def test_a_pause_does_not_touch_counsellors():
    counsellor = recipient(kind=RecipientKind.COUNSELLOR)
    keys = (RuleSet.key(Purpose.RESEARCH, each, RecipientKind.COUNSELLOR, LANE) for each in BOTH)
    asked = RuleSet(site="suita", version="1", is_draft=True, offers=dict.fromkeys(keys, Offer.ASK))
    assert decide(grant(*BOTH), recipient=counsellor, rules=asked, is_paused=True) == ({*BOTH}, None)


def permit(**changed) -> Permit:
    given = {
        "id": "x",
        "person": "p",
        "purpose": Purpose.CARE,
        "categories": frozenset({Category.VITAL}),
        "basis": "counsellor",
        "recipient": "r",
        "account": "a",
        "site": "suita",
        "grants": ("g",),
        "identifiability": Identifiability.NAMED,
        "since": NOON,
        "until": NOON + timedelta(seconds=60),
        "epoch": 1,
        "mint": _MINT,
    }
    return Permit(**{**given, **changed})


def test_a_permit_covers_its_categories_for_its_time():
    made = permit()
    assert made.allows(Category.VITAL, NOON)
    assert made.allows(Category.VITAL, NOON + timedelta(seconds=60) - TICK)
    assert not made.allows(Category.VITAL, NOON + timedelta(seconds=60))
    assert not made.allows(Category.VITAL, NOON - TICK)
    assert not made.allows(Category.LAB, NOON)


def test_a_permit_cannot_be_made_copied_wider_or_changed():
    with pytest.raises(TypeError):
        permit(mint=None)
    with pytest.raises(TypeError):
        permit(mint=object())
    with pytest.raises((TypeError, ValueError)):
        dataclasses.replace(permit(), categories=frozenset(Category))
    with pytest.raises(dataclasses.FrozenInstanceError):
        permit().person = "q"  # type: ignore[misc]
    assert copy.copy(permit()).categories == {Category.VITAL}


def test_grants_and_rule_sets_are_frozen():
    with pytest.raises(AttributeError):
        grant().person = "q"  # type: ignore[misc]
    assert msgspec.structs.replace(grant(), person="q").person == "q"
