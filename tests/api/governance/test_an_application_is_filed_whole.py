"""Who applies, what filing needs, and what the rules of the place do not let through."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend import base

REQUIRED = (
    "title,title_easy,purpose,legal_basis,columns,identifiability,retention_end,recipient,"
    "benefit,benefit_easy,plan,safeguards"
)


def in_days(days):
    return (base.CLOCK.now().astimezone(base.TOKYO).date() + timedelta(days=days)).isoformat()


def test_an_organisation_registers_and_gets_in_through_staff(town, worker, phone):
    stranger, staff = phone(), worker("suita", "staff")
    body = {"site": "suita", "kind": "company", "name": "見本製薬", "contact": "窓口", "security": "Pマーク"}
    received = stranger.post("/governance/organisations", body)
    assert (received.status_code, received.json["state"]) == (200, "pending")
    listed = staff.get("/governance/organisations").json["organisations"]
    assert [(one["names"]["ja"], one["state"]) for one in listed] == [("見本製薬", "pending")]
    link = staff.post(f"/governance/organisations/{received.json['id']}/decide", {"is_approved": True}).json["link"]
    entered = stranger.post("/signin/link", {"token": link.partition("#")[2]})
    assert entered.status_code == 200, entered.json
    assert stranger.get("/governance/desk").json["organisation"]["names"]["ja"] == "見本製薬"
    again = staff.post(f"/governance/organisations/{received.json['id']}/decide", {"is_approved": False})
    assert (again.status_code, again.json["key"]) == (409, "governance.wrong_state")


def test_a_person_cannot_register_as_an_organisation(town, phone):
    body = {"site": "suita", "kind": "person", "name": "だれか", "contact": "x", "security": "x"}
    assert phone().post("/governance/organisations", body).status_code == 422


def test_staff_of_another_place_decide_nothing_here(board, worker):
    other = worker("senboku", "staff")
    answer = other.post(f"/governance/organisations/{board.organisation}/decide", {"is_approved": True})
    assert answer.status_code == 404


def test_a_data_user_without_an_approved_organisation_can_do_nothing(town, worker):
    answer = worker("suita", "data_user").get("/governance/desk")
    assert (answer.status_code, answer.json["key"]) == (403, "governance.organisation_not_approved")


@pytest.mark.feature("A01")
def test_filing_is_refused_with_every_missing_field_named(board):
    draft = board.user.post("/governance/applications", {"client_id": "client-empty"}).json
    assert draft["state"] == "draft"
    assert draft["missing"] == REQUIRED.split(",")
    refused = board.user.post(f"/governance/applications/{draft['id']}/file")
    assert (refused.status_code, refused.json["key"]) == (422, "governance.incomplete")
    assert refused.json["params"]["fields"] == REQUIRED


@pytest.mark.feature("A01")
@pytest.mark.parametrize("gone", ["purpose", "legal_basis", "retention_end", "recipient", "benefit", "columns"])
def test_one_missing_field_is_enough(board, gone):
    empty = [] if gone == "columns" else None if gone in {"purpose", "legal_basis", "retention_end"} else "  "
    refused = board.user.post(f"/governance/applications/{board.start(**{gone: empty})}/file")
    assert (refused.status_code, refused.json["params"]["fields"]) == (422, gone)


def test_a_draft_is_kept_and_the_same_client_id_begins_only_one(board):
    body = {"form": {"title": "とちゅう"}, "client_id": "client-same"}
    first, second = (board.user.post("/governance/applications", body).json for _ in range(2))
    assert first["id"] == second["id"]
    path = f"/api/governance/applications/{first['id']}"
    kept = board.user.http.put(path, json={"form": {"title": "つづき"}}).json
    assert kept["form"]["title"] == "つづき"
    assert board.user.get(f"/governance/applications/{first['id']}").json["form"]["title"] == "つづき"


@pytest.mark.parametrize(
    ("changed", "key", "params"),
    [
        ({"columns": ["sbp_mmhg", "name"]}, "governance.too_broad", {"categories": "C-ID"}),
        ({"identifiability": "named"}, "governance.too_broad", {"categories": "C-DEMO,C-VITAL"}),
        ({"purpose": "P-INSURE"}, "governance.purpose_not_for_kind", {}),
        ({"purpose": "P-PUBHEALTH"}, "governance.purpose_not_for_kind", {}),
        ({"columns": ["sbp_mmhg", "shoe_size"]}, "governance.unknown_column", {"column": "shoe_size"}),
        ({"is_onward": True}, "governance.onward_refused", {}),
        ({"retention_end": "2020-01-01"}, "governance.retention_past", {}),
        ({"retention_end": in_days(366 * 6)}, "governance.retention_too_long", {"years": 5}),
    ],
)
def test_an_over_broad_application_is_refused_by_name(board, changed, key, params):
    refused = board.user.post(f"/governance/applications/{board.start(**changed)}/file")
    assert (refused.status_code, refused.json["key"]) == (422, key)
    assert refused.json.get("params", {}) == params


def test_too_many_columns_are_refused(board):
    allowed = {"C-LAB", "C-CHECKUP", "C-VITAL", "C-ACT"}
    found = board.user.get("/governance/form").json["columns"]
    many = [one["name"] for one in found if one["category"] in allowed]
    refused = board.user.post(f"/governance/applications/{board.start(columns=many[:41])}/file")
    assert (refused.status_code, refused.json["key"]) == (422, "governance.too_many_columns")
    assert refused.json["params"] == {"most": 40}
    assert board.user.post(f"/governance/applications/{board.start(columns=many[:40])}/file").status_code == 200


def test_the_form_helps_with_what_the_rules_allow(board):
    found = board.user.get("/governance/form").json
    assert found["purposes"] == ["P-RESEARCH", "P-STATS", "P-NEXTGEN"]
    offers = {(one["purpose"], one["category"], one["identifiability"]): one["offer"] for one in found["offers"]}
    assert offers["P-RESEARCH", "C-VITAL", "pseudonymous"] == "ask"
    assert offers["P-RESEARCH", "C-GENE", "pseudonymous"] == "board"
    assert offers["P-STATS", "C-DX", "anonymous"] == "aggregate"
    assert ("P-RESEARCH", "C-VITAL", "named") not in offers


def test_another_organisation_sees_none_of_it(board, worker, phone):
    name = board.start()
    staff = worker("suita", "staff")
    body = {"site": "suita", "kind": "research", "name": "別の大学", "contact": "x", "security": "x"}
    other_id = staff.post("/governance/organisations", body).json["id"]
    link = staff.post(f"/governance/organisations/{other_id}/decide", {"is_approved": True}).json["link"]
    other = phone()
    other.post("/signin/link", {"token": link.partition("#")[2]})
    assert other.get(f"/governance/applications/{name}").status_code == 404
    assert other.post(f"/governance/applications/{name}/file").status_code == 404
    assert other.get("/governance/desk").json["applications"] == []
