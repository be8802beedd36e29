"""What everybody can read, what an auditor can decide again, what the clock ends, what an amendment changes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from backend import base, consent, governance
from backend.cli import main
from backend.governance.service import POLICIES
from backend.governance.tables import DecidedRow


@pytest.mark.feature("A03", "A05", "A11")
def test_everybody_reads_approved_and_rejected_uses_with_reasons(board, phone):
    use = board.use()
    case = board.file(title="広告に使う計画")
    for reviewer in board.asked(case):
        board.review(reviewer, case, decision="reject", summary="町の役に立つとは言えません。")
    stranger = phone()
    lines = stranger.get("/governance/register?site=suita").json["lines"]
    assert [(line["title"]["ja"], line["standing"]) for line in lines] == [
        ("広告に使う計画", "rejected"),
        ("血圧と歩数の研究", "live"),
    ]
    found = stranger.get("/governance/register?q=広告").json["lines"]
    assert [line["title"]["ja"] for line in found] == ["広告に使う計画"]
    whole = stranger.get(f"/governance/register/{lines[0]['verdict']}").json
    assert [review["summary"] for review in whole["reviews"]] == ["町の役に立つとは言えません。"] * 2
    assert {finding["item"] for finding in whole["reviews"][0]["findings"]} == {item["id"] for item in whole["items"]}
    assert all(finding["plain"] for review in whole["reviews"] for finding in review["findings"])
    assert [review["has_declared"] for review in whole["reviews"]] == [True, True]
    # Nobody's name: neither a reviewer's nor a resident's.
    assert "審査 " not in json.dumps(whole, ensure_ascii=False)
    assert stranger.get(f"/governance/register/{lines[1]['verdict']}").json["verdict"]["use"] == use


@pytest.mark.feature("A05")
def test_results_come_back_into_the_register_and_ended_uses_stay(board, phone):
    use = board.use()
    result = {"title": "中間の結果", "text": "歩く人ほど血圧が低い傾向でした。", "text_easy": "{歩|ある}くとよいです。"}
    assert board.user.post(f"/governance/uses/{use}/results", result).status_code == 200
    assert board.user.post(f"/governance/uses/{use}/finish").json["state"] == "ended"
    line = phone().get("/governance/register").json["lines"][0]
    assert (line["standing"], line["why"], line["has_results"]) == ("ended", "ended_by_user", True)
    whole = phone().get(f"/governance/register/{line['verdict']}").json
    assert whole["results"][0]["text"] == "歩く人ほど血圧が低い傾向でした。"
    assert [event["kind"] for event in whole["events"]] == ["ended"]


def test_the_rules_of_a_place_are_readable_without_login(town, phone):
    rules = phone().get("/governance/rules/senboku").json
    assert rules["is_draft"]
    words = json.loads((POLICIES.parent / "words.json").read_text("utf-8"))
    for rule in rules["rules"]:
        assert f"governance.rule.{rule['id']}" in words
        assert rule["cedar"].startswith("@id(")
    assert [rule["id"] for rule in rules["rules"] if rule["is_local"]] == ["senboku-no-mother-and-child-record"]
    assert phone().get("/governance/rules/nowhere").status_code == 404


def newest(board):
    return board.user.get("/governance/register").json["lines"][0]["verdict"]


@pytest.mark.feature("A10")
def test_an_old_verdict_is_replayed_under_the_rules_of_its_day(board, worker, capsys, tmp_path):
    board.use()
    verdict = newest(board)
    held = board.user.get(f"/governance/register/{verdict}").json
    # The rules change: the same application would now be refused.
    for name in ("common.cedar", "suita.cedar", "meguri.cedarschema", "purpose_category.csv", "recipient_kinds.csv"):
        text = (POLICIES / name).read_text("utf-8")
        (tmp_path / name).write_text(text.replace("P-RESEARCH,C-VITAL,ask", "P-RESEARCH,C-VITAL,deny"), "utf-8")
    with base.write_unit() as session:
        changed = governance.put_in_force(session, site="suita", folder=tmp_path)
    assert changed.version != held["policy"]
    refused = board.user.post(f"/governance/applications/{board.start()}/file")
    assert refused.json["params"] == {"categories": "C-VITAL"}
    assert main(["governance", "replay", verdict, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["is_same"], told["differences"], told["policy"]) == (True, [], held["policy"])
    auditor = worker("suita", "auditor")
    assert auditor.get(f"/governance/audit/{verdict}").json["is_same"]
    assert auditor.get("/governance/audit").json["is_sound"]
    assert main(["governance", "replay", "nothing"]) == 1


@pytest.mark.feature("K03")
def test_an_edited_verdict_is_found_by_replay_and_by_the_ledger(board, worker, capsys):
    board.use()
    verdict = newest(board)
    assert main(["ledger", "verify", "--json"]) == 0
    capsys.readouterr()
    with base.write_unit() as session:
        row = session.get_one(DecidedRow, verdict)
        body = row.body.replace('"min_k":5', '"min_k":2')
        assert body != row.body
        session.execute(update(DecidedRow).where(col(DecidedRow.id) == verdict).values(body=body))
    assert main(["governance", "replay", verdict, "--json"]) == 1
    assert set(json.loads(capsys.readouterr().out)["differences"]) == {"ledger.body", "min_k"}
    assert main(["ledger", "verify", "--json"]) == 1
    found = {(one["table"], one["what"]) for one in json.loads(capsys.readouterr().out)["problems"]}
    assert found == {
        ("governance_verdict", "differs from the ledger"),
        ("consent_verdict", "is not what the board decided"),
    }
    told = worker("suita", "auditor").get("/governance/audit").json
    assert (told["is_sound"], len(told["problems"])) == (False, 2)


def test_a_verdict_widened_behind_the_boards_back_is_found(board, capsys):
    use = board.use()
    with base.write_unit() as session:
        held = governance.verdict(session, use=use)
        import msgspec

        wider = msgspec.structs.replace(held, min_cell=1)
        consent.put_verdict(session, verdict=wider)
    assert main(["ledger", "verify", "--json"]) == 1
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["table"], problem["row"]) == ("consent_verdict", use)


@pytest.mark.feature("A09")
def test_a_use_is_put_up_for_review_in_time_and_ends_by_itself_without_one(board):
    case = board.file(retention_end=(base.CLOCK.now() + timedelta(days=900)).date().isoformat())
    use = board.approve(case)["use"]
    with base.read_session() as session:
        verdict = governance.verdict(session, use=use)
    reminded = base.FixedClock(verdict.review_by - timedelta(days=60))
    governance.keep_uses_current(clock=base.FixedClock(verdict.review_by - timedelta(days=61)))
    kinds = [one["kind"] for one in board.user.get("/governance/desk").json["applications"]]
    assert kinds == ["new"]
    governance.keep_uses_current(clock=reminded)
    governance.keep_uses_current(clock=reminded)
    found = board.user.get("/governance/desk").json["applications"]
    assert sorted(one["kind"] for one in found) == ["new", "renewal"]
    governance.keep_uses_current(clock=base.FixedClock(verdict.review_by))
    line = board.user.get("/governance/register").json["lines"][0]
    assert (line["standing"], line["why"]) == ("ended", "unreviewed")


def test_a_renewal_keeps_the_use_going_and_asks_nobody_again(board):
    case = board.file(retention_end=(base.CLOCK.now() + timedelta(days=900)).date().isoformat())
    use = board.approve(case)["use"]
    news = []
    base.subscribe(governance.VerdictReached, lambda session, told: news.append(told))
    with base.read_session() as session:
        verdict = governance.verdict(session, use=use)
    governance.keep_uses_current(clock=base.FixedClock(verdict.review_by - timedelta(days=60)))
    renewal = next(one for one in board.user.get("/governance/desk").json["applications"] if one["kind"] == "renewal")
    board.approve(renewal["id"])
    with base.read_session() as session:
        renewed = governance.verdict(session, use=use)
    assert (renewed.serial, renewed.columns) == (2, verdict.columns)
    told = [each for each in news if each.verdict.use == use][-1]
    assert (told.is_renewal, told.added) == (True, frozenset())


@pytest.mark.feature("A07")
def test_an_amendment_is_reviewed_anew_and_what_it_adds_is_asked_anew(board, sharers, town):
    use = board.use()
    (person,) = sharers(use, 1)
    begun = board.user.post(f"/governance/uses/{use}/amend", {"client_id": "client-amend"}).json
    form = {**begun["form"], "columns": [*begun["form"]["columns"], "hba1c_pct"]}
    board.user.http.put(f"/api/governance/applications/{begun['id']}", json={"form": form})
    second = board.user.post(f"/governance/uses/{use}/amend", {"client_id": "client-amend2"})
    assert (second.status_code, second.json["key"]) == (409, "governance.wrong_state")
    news = []
    base.subscribe(governance.VerdictReached, lambda session, told: news.append(told))
    board.user.post(f"/governance/applications/{begun['id']}/file")
    before = board.user.get(f"/governance/uses/{use}").json["verdict"]
    assert "hba1c_pct" not in [one["name"] for one in before["columns"]]  # runs unchanged until decided
    board.approve(begun["id"])
    after = board.user.get(f"/governance/uses/{use}").json["verdict"]
    assert (after["serial"], "hba1c_pct" in [one["name"] for one in after["columns"]]) == (2, True)
    told = [each for each in news if each.verdict.use == use][-1]
    assert told.added == {consent.Category.LAB}
    # The new kind of data is off until the resident says so.
    assert not town.is_on(person, f"use-{use}", "C-LAB")
    assert len(board.user.get("/governance/register").json["lines"]) == 1
