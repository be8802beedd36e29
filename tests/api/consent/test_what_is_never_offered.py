"""What the rules of a place forbid has no switch, on the screen or behind it."""

from __future__ import annotations

import pytest

from backend import base, consent
from backend.consent import Category, Identifiability, Mode, Purpose, Recipient, RecipientKind, Terms, Words


def _asks_for_everything(recipient: str, kind: RecipientKind, purpose: Purpose) -> None:
    terms = Terms(
        recipient=recipient,
        purpose=purpose,
        identifiability=Identifiability.PSEUDONYMOUS,
        mode=Mode.QUERY,
        categories=tuple(Category),
        text_id="insurance-quote",
    )
    names = Words(ja="よくばりな相手", ja_easy="よくばり", en="Greedy")
    with base.write_unit() as session:
        made = Recipient(id=recipient, site="suita", kind=kind, names=names, terms=(terms,))
        consent.register_recipient(session, recipient=made)


def test_an_insurer_is_never_offered_genes_diagnoses_or_names(town, resident):
    _asks_for_everything("greedy-life", RecipientKind.INSURER, Purpose.INSURE)
    hanako = resident("suita")
    offered = {each["category"] for each in town.card(hanako, "greedy-life")["categories"]}
    assert offered == {"C-DEMO", "C-VITAL", "C-ACT", "C-CHECKUP", "C-LAB", "C-MED", "C-IMM", "C-LIFE"}
    for category in ("C-GENE", "C-DX", "C-MENTAL", "C-MCH", "C-ID", "C-LOC"):
        refused = town.switch(hanako, "greedy-life", "P-INSURE", category, True)
        assert (refused.status_code, refused.json["key"]) == (422, "consent.not_offered"), category
    assert hanako.get("/consent/history").json["changes"] == []


def test_what_waits_for_the_board_is_shown_but_cannot_be_turned_on(town, resident):
    _asks_for_everything("greedy-univ", RecipientKind.RESEARCH, Purpose.RESEARCH)
    hanako = resident("suita")
    waiting = {
        each["category"] for each in town.card(hanako, "greedy-univ")["categories"] if each["why_not"] == "needs_board"
    }
    assert waiting == {"C-MENTAL", "C-GENE"}
    refused = town.switch(hanako, "greedy-univ", "P-RESEARCH", "C-GENE", True)
    assert (refused.status_code, refused.json["key"]) == (422, "consent.needs_board")


def test_a_purpose_the_recipient_does_not_ask_for_and_another_place_are_gone(town, resident):
    hanako = resident("suita")
    for recipient, purpose in (
        ("sample-life-suita", "P-RESEARCH"),
        ("sample-gym-senboku", "P-ADVICE"),
        ("nobody", "P-ADVICE"),
    ):
        refused = town.switch(hanako, recipient, purpose, "C-VITAL", True)
        assert (refused.status_code, refused.json["key"]) == (404, "consent.recipient_gone"), recipient
    assert not any(each["recipient"].endswith("senboku") for each in hanako.get("/consent").json["bank"])


def test_a_place_without_rules_offers_nothing(runtime, resident):
    from backend import bank

    with base.write_unit() as session:
        bank.put_recipients(session, site="suita")
    hanako = resident("suita")
    assert all(each["categories"] == [] for each in hanako.get("/consent").json["bank"])


@pytest.mark.parametrize(
    "body",
    [
        {"recipient": "x", "purpose": "P-NOTHING", "category": "C-VITAL", "on": True, "client_id": "client-01"},
        {"recipient": "x", "purpose": "P-ADVICE", "category": "C-EVERYTHING", "on": True, "client_id": "client-01"},
        {"recipient": "x", "purpose": "P-ADVICE", "category": "C-VITAL", "on": "maybe", "client_id": "client-01"},
        {"recipient": "x", "purpose": "P-ADVICE", "category": "C-VITAL", "on": True},
    ],
)
def test_a_request_of_the_wrong_form_is_refused(town, resident, body):
    assert resident("suita").http.put("/api/consent/switch", json=body).status_code == 422
