"""Ids of another place open nothing, to nobody; what an applicant writes stays text."""

from __future__ import annotations

import pytest

from backend import base


def _key(answer):
    return answer.status_code, answer.json["key"]


@pytest.fixture
def made(board):
    """A use in force and an application under review, both of Suita."""
    return board.use(), board.file(title="まだ審査中の研究")


def test_a_reviewer_of_another_place_sees_and_stops_nothing(board, made, worker):
    use, application = made
    other = worker("senboku", "reviewer", name="よその審査員")
    assert other.get("/governance/cases").json["cases"] == []
    assert other.get("/governance/uses").json["uses"] == []
    tries = {
        "case": other.get(f"/governance/cases/{application}"),
        "declare": other.post(f"/governance/cases/{application}/declare", {"has_conflict": False}),
        "decide": other.post(f"/governance/cases/{application}/decide", board.judgement()),
        "suspend": other.post(f"/governance/uses/{use}/suspend", {"why": "止めます。"}),
        "resume": other.post(f"/governance/uses/{use}/resume", {"why": "x"}),
    }
    for name, answer in tries.items():
        assert answer.status_code in {403, 404}, (name, answer.json)
    assert board.user.get(f"/governance/uses/{use}").json["state"] == "live"


def test_a_data_user_of_another_place_reads_and_changes_nothing(board, made, worker, sharers):
    use, application = made
    sharers(use, 1)
    other = worker("senboku", "data_user", name="よその研究者")
    body = {"unit": "points", "amount": 1, "due_days": 30, "answer_days": 14}
    tries = {
        "use": other.get(f"/governance/uses/{use}"),
        "application": other.get(f"/governance/applications/{application}"),
        "withdraw": other.post(f"/governance/applications/{application}/withdraw"),
        "finish": other.post(f"/governance/uses/{use}/finish"),
        "amend": other.post(f"/governance/uses/{use}/amend", {"client_id": "client-other-1"}),
        "client": other.post(f"/governance/uses/{use}/clients", {"label": "x"}),
        "rows": other.get(f"/uses/{use}/rows"),
        "query": other.post(f"/uses/{use}/query", {"measure": "count"}),
        "result": other.post(f"/governance/uses/{use}/results", {"title": "x", "text": "x", "text_easy": "x"}),
        "people": other.get(f"/bank/provisions/use-{use}/people"),
        "deliveries": other.get(f"/bank/deliveries?recipient=use-{use}"),
        "orders": other.get(f"/bank/orders?recipient=use-{use}"),
        "programme": other.http.put(f"/api/bank/uses/{use}/programme", json=body),
    }
    for name, answer in tries.items():
        assert answer.status_code in {403, 404}, (name, answer.json)
        assert "sbp" not in answer.text


def test_a_resident_of_another_place_has_no_vote_and_no_offer(board, made, resident):
    use, application = made
    other = resident("senboku")
    assert other.get("/governance/ballots").json["ballots"] == []
    refused = other.post(f"/governance/ballots/{application}", {"vote": "for"})
    assert _key(refused) == (404, "base.not_found")
    assert _key(other.post(f"/bank/offers/{use}/answer", {
        "answer": "decline", "categories": [], "client_id": base.new_id()})) == (404, "bank.offer_gone")  # fmt: skip


def test_an_auditor_replays_only_what_was_decided_at_the_own_place(board, made, worker):
    use, _ = made
    verdict = board.user.get(f"/governance/uses/{use}").json["verdict"]["id"]
    own, other = worker("suita", "auditor", name="監査"), worker("senboku", "auditor", name="よその監査")
    assert own.get(f"/governance/audit/{verdict}").json["is_same"] is True
    assert _key(other.get(f"/governance/audit/{verdict}")) == (404, "base.not_found")


def test_what_an_applicant_writes_is_never_a_page_and_no_address_runs(board, phone):
    title = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    use = board.use(title=title)
    verdict = board.user.get(f"/governance/uses/{use}").json["verdict"]["id"]
    public = phone().get(f"/governance/register/{verdict}")
    assert public.json["line"]["title"]["ja"] == title
    assert public.headers["Content-Type"].startswith("application/json")
    assert public.headers["X-Content-Type-Options"] == "nosniff"
    page = phone().http.get(f"/register/{verdict}")
    assert "onerror" not in page.text
    for link in ("javascript:alert(1)", "http://plain.example", "data:text/html,x", " https://a b"):
        body = {"title": "結果", "text": "結果です。", "text_easy": "けっかです。", "link": link}
        refused = board.user.post(f"/governance/uses/{use}/results", body)
        assert _key(refused) == (422, "base.invalid"), link


def test_huge_texts_and_lists_are_refused_whole(board):
    name = board.start()
    for changed in ({"plan": "あ" * 4001}, {"columns": ["x"] * 201}, {"title": "あ" * 121}):
        refused = board.user.http.put(f"/api/governance/applications/{name}", json={"form": changed})
        assert _key(refused) == (422, "base.invalid"), changed.keys()
