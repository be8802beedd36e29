"""Double review: independence, conflict of interest, the third reviewer, conditions, two at once."""

from __future__ import annotations

import threading

import pytest

from backend import base, governance


def state(board, application):
    return board.user.get(f"/governance/applications/{application}").json["state"]


@pytest.mark.feature("A02")
def test_two_are_asked_and_neither_sees_the_other_before_the_own_decision(board):
    case = board.file()
    first, second = board.asked(case)
    assert board.review(first, case, summary="一人めの意見です。").json["state"] == "review"
    hidden = second.get(f"/governance/cases/{case}").json["reviews"]
    assert [(one["is_mine"], one["summary"]) for one in hidden] == [(True, "")]
    assert board.review(second, case).json["state"] == "approved"
    seen = second.get(f"/governance/cases/{case}").json["reviews"]
    assert "一人めの意見です。" in [one["summary"] for one in seen]


@pytest.mark.feature("A02")
def test_a_third_is_asked_by_itself_when_two_disagree(board):
    case = board.file()
    first, second = board.asked(case)
    board.review(first, case)
    assert board.asked(case) == [second]
    assert board.review(second, case, decision="reject").json["state"] == "review"
    (third,) = board.asked(case)
    assert third is not first
    assert third is not second
    assert board.review(third, case, decision="reject").json["state"] == "rejected"
    assert state(board, case) == "rejected"


def test_who_was_not_asked_sees_and_decides_nothing(board):
    case = board.file()
    asked = board.asked(case)
    outsider = next(phone for phone in board.reviewers if phone not in asked)
    for answer in (
        outsider.get(f"/governance/cases/{case}"),
        outsider.post(f"/governance/cases/{case}/decide", board.judgement()),
    ):
        assert (answer.status_code, answer.json["key"]) == (403, "governance.not_your_review")


@pytest.mark.feature("A02")
def test_nobody_reviews_the_own_case(board):
    # The same people work at the university and on the board: they are never asked, nor let in.
    members = board.reviewers[:2]
    with base.write_unit() as session:
        for phone in members:
            governance.add_organisation_member(session, organisation=board.organisation, account=board.account(phone))
    case = board.file()
    assert board.asked(case) == [board.reviewers[2]]
    for phone in members:
        refused = phone.post(f"/governance/cases/{case}/decide", board.judgement())
        assert (refused.status_code, refused.json["key"]) == (403, "governance.own_case")
    # A reviewer who joins later is asked by the clock.
    late = board.add_reviewer()
    governance.keep_uses_current()
    assert late in board.asked(case)


def test_a_conflict_of_interest_asks_somebody_else(board):
    case = board.file()
    first, _ = board.asked(case)
    early = first.post(f"/governance/cases/{case}/decide", board.judgement())
    assert (early.status_code, early.json["key"]) == (409, "governance.declare_first")
    said = first.post(f"/governance/cases/{case}/declare", {"has_conflict": True, "conflict": "共同研究者です。"})
    assert said.json["state"] == "conflict"
    assert first not in board.asked(case)
    assert len(board.asked(case)) == 2


def test_a_decision_is_not_changed(board):
    case = board.file()
    first, _ = board.asked(case)
    board.review(first, case)
    again = first.post(f"/governance/cases/{case}/decide", board.judgement("reject"))
    assert (again.status_code, again.json["key"]) == (409, "governance.already_decided")


@pytest.mark.feature("A03")
def test_every_item_needs_a_reason_in_both_wordings(board):
    case = board.file()
    first, _ = board.asked(case)
    first.post(f"/governance/cases/{case}/declare", {"has_conflict": False})
    thin = board.judgement()
    thin["findings"][3]["plain"] = " "
    refused = first.post(f"/governance/cases/{case}/decide", thin)
    assert (refused.json["key"], refused.json["params"]) == ("governance.findings_missing", {"items": "privacy"})
    heavy = board.judgement()
    heavy["findings"][1]["plain"] = "あ" * 61 + "。"
    refused = first.post(f"/governance/cases/{case}/decide", heavy)
    assert (refused.json["key"], refused.json["params"]) == ("governance.not_plain", {"item": "basis", "most": 60})
    heavy["findings"][1]["plain"] = "あ" * 60 + "。"
    assert first.post(f"/governance/cases/{case}/decide", heavy).status_code == 200


def test_a_use_for_the_public_needs_the_finding_that_it_serves_it(board):
    case = board.file()
    first, _ = board.asked(case)
    first.post(f"/governance/cases/{case}/declare", {"has_conflict": False})
    doubtful = board.judgement()
    doubtful["findings"][0]["mark"] = "concern"
    refused = first.post(f"/governance/cases/{case}/decide", doubtful)
    assert (refused.status_code, refused.json["key"]) == (422, "governance.no_public_interest")


@pytest.mark.parametrize(
    ("conditions", "key"),
    [
        ({"min_k": 4}, "governance.condition_too_weak"),
        ({"min_cell": 9}, "governance.condition_too_weak"),
        ({"dropped": ["hba1c_pct"]}, "governance.condition_invalid"),
        ({"dropped": ["sbp_mmhg", "dbp_mmhg", "age_band", "sex"]}, "governance.condition_invalid"),
        ({"review_on": "2020-01-01"}, "governance.condition_invalid"),
    ],
)
def test_conditions_are_stricter_than_the_place_or_refused(board, conditions, key):
    case = board.file()
    first, _ = board.asked(case)
    refused = board.review(first, case, conditions=conditions)
    assert (refused.status_code, refused.json["key"]) == (422, key)


def test_the_strictest_condition_of_both_is_what_the_applicant_answers(board):
    case = board.file()
    first, second = board.asked(case)
    board.review(first, case, conditions={"min_k": 5, "min_cell": 20, "others": ["結果を町で報告する。"]})
    board.review(second, case, conditions={"min_k": 7, "min_cell": 10, "dropped": ["dbp_mmhg"]})
    seen = board.user.get(f"/governance/applications/{case}").json
    assert seen["state"] == "conditions"
    assert (seen["conditions"]["min_k"], seen["conditions"]["min_cell"]) == (7, 20)
    done = board.user.post(f"/governance/applications/{case}/answer", {"is_accepted": True}).json
    verdict = board.user.get(f"/governance/uses/{done['use']}").json["verdict"]
    assert (verdict["min_k"], verdict["min_cell"]) == (7, 20)
    assert [one["name"] for one in verdict["columns"]] == ["age_band", "sbp_mmhg", "sex"]
    assert verdict["conditions"] == ["結果を町で報告する。"]
    assert verdict["is_onward_allowed"] is False


def test_conditions_may_be_declined(board):
    case = board.file()
    for phone in board.asked(case):
        board.review(phone, case, conditions={"min_k": 50})
    done = board.user.post(f"/governance/applications/{case}/answer", {"is_accepted": False})
    assert done.json["state"] == "withdrawn"
    assert board.user.get("/governance/desk").json["uses"] == []


def test_two_reviewers_at_once_settle_the_case_once(board, app):
    case = board.file()
    asked = board.asked(case)
    for phone in asked:
        phone.post(f"/governance/cases/{case}/declare", {"has_conflict": False})
    gate, answers = threading.Barrier(2), []

    def press(phone):
        gate.wait(20)
        answers.append(phone.post(f"/governance/cases/{case}/decide", board.judgement()))

    threads = [threading.Thread(target=press, args=(phone,)) for phone in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answer.json["state"] for answer in answers) == ["approved", "review"]
    lines = board.user.get("/governance/register").json["lines"]
    assert len(lines) == 1


@pytest.mark.feature("A12")
def test_residents_vote_and_reviewers_see_how_many(board, resident):
    case = board.file()
    votes = ["for", "for", "against", "unsure"]
    residents = [resident("suita") for _ in votes]
    for phone, vote in zip(residents, votes, strict=True):
        ballot = phone.get("/governance/ballots").json["ballots"][0]
        assert (ballot["application"], ballot["mine"]) == (case, None)
        assert phone.post(f"/governance/ballots/{case}", {"vote": vote}).status_code == 200
    residents[0].post(f"/governance/ballots/{case}", {"vote": "against"})
    first, second = board.asked(case)
    assert first.get(f"/governance/cases/{case}").json["votes"] == {"for_it": 1, "against": 2, "unsure": 1}
    # It binds nobody: the reviewers approve all the same, and then the vote is closed.
    board.review(first, case)
    assert board.review(second, case).json["state"] == "approved"
    late = residents[1].post(f"/governance/ballots/{case}", {"vote": "against"})
    assert (late.status_code, late.json["key"]) == (409, "governance.wrong_state")
    assert resident("senboku").post(f"/governance/ballots/{case}", {"vote": "for"}).status_code == 404
