"""Programs of a data user: tokens, rows, counts; one column more, one day later, replayed, suspended: refused."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta

import pytest

from backend import base, consent, governance

ROWS = "/api/uses/{}/rows"


def token(phone, client, secret, **changed):
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret, **changed}
    return phone().http.post("/api/oauth/token", data=form)


def bearer(made):
    return {"Authorization": f"Bearer {made}"}


@pytest.fixture
def program(board, phone):
    """program(use): a program's own browserless client and its token."""

    class Program:
        def __init__(self, use):
            self.use = use
            self.id, self.secret = board.client(use)
            self.http = phone().http
            del self.http.environ_base["HTTP_X_MEGURI"]
            self.renew()

        def renew(self):
            answer = token(phone, self.id, self.secret)
            assert answer.status_code == 200, answer.json
            assert (answer.json["token_type"], answer.json["expires_in"]) == ("Bearer", 600)
            self.token = answer.json["access_token"]

        def rows(self, use=None, **query):
            return self.http.get(ROWS.format(use or self.use), query_string=query, headers=bearer(self.token))

        def ask(self, **body):
            return self.http.post(f"/api/uses/{self.use}/query", json=body, headers=bearer(self.token))

    return Program


@pytest.mark.feature("A04")
def test_a_program_gets_the_approved_columns_and_not_one_more(board, sharers, program):
    use = board.use()
    people = sharers(use, 10)
    reads = program(use)
    whole = reads.rows()
    assert whole.status_code == 200, whole.json
    assert len(whole.json["rows"]) == 10
    names = {value["column"] for row in whole.json["rows"] for value in row["values"]}
    assert names == {"sbp_mmhg", "dbp_mmhg"}
    assert {frozenset(row["about"]) for row in whole.json["rows"]} == {frozenset({"age_band", "sex"})}
    one = reads.rows(columns="sbp_mmhg").json["rows"]
    assert {value["column"] for row in one for value in row["values"]} == {"sbp_mmhg"}
    more = reads.rows(columns="sbp_mmhg,hba1c_pct")
    assert (more.status_code, more.json["key"]) == (403, "governance.column_not_approved")
    assert more.json["params"] == {"column": "hba1c_pct"}
    derived = reads.rows(columns="sbp_mmhg,derived.dx.hisayama")
    assert (derived.status_code, derived.json["key"]) == (403, "governance.derived_not_named")
    # Each resident sees the read.
    seen = people[0].get("/consent/reads").json["reads"]
    assert [each for each in seen if each["recipient"] == f"use-{use}"]


@pytest.mark.feature("A04")
@pytest.mark.parametrize(
    ("after", "key"), [("until", "governance.use_over"), ("review_by", "governance.use_unreviewed")]
)
def test_one_moment_later_nothing_is_read(board, after, key):
    use = board.use()
    verdict = _verdict(use)
    if after == "review_by":
        verdict = _put(verdict, review_by=verdict.until - timedelta(days=30))
    end = getattr(verdict, after)
    with base.read_session() as session:
        just = base.FixedClock(end - timedelta(microseconds=1))
        governance.require_read(session, use=use, columns=["sbp_mmhg"], clock=just)
        with pytest.raises(governance.BeyondVerdict) as refused:
            governance.require_read(session, use=use, columns=["sbp_mmhg"], clock=base.FixedClock(end))
    assert (refused.value.status, refused.value.key) == (403, key)


def _verdict(use):
    with base.read_session() as session:
        return governance.verdict(session, use=use)


def _put(verdict, **changed):
    import msgspec

    made = msgspec.structs.replace(verdict, **changed)
    with base.write_unit() as session:
        consent.put_verdict(session, verdict=made)
    return made


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"purpose": consent.Purpose.PRODUCT}, "governance.purpose_not_approved"),
        ({"recipient": "use-other"}, "governance.recipient_not_approved"),
        ({"identifiability": consent.Identifiability.NAMED}, "governance.lane_not_approved"),
        ({"columns": []}, "governance.nothing_asked"),
    ],
)
def test_another_purpose_recipient_or_form_is_outside(board, asked, key):
    use = board.use()
    with base.read_session() as session, pytest.raises(governance.BeyondVerdict) as refused:
        governance.require_read(session, use=use, **{"columns": ["sbp_mmhg"], **asked})
    assert refused.value.key == key


@pytest.mark.feature("A08")
def test_a_suspended_use_answers_403_at_once_and_goes_on_after(board, sharers, program):
    use = board.use()
    sharers(use, 6)
    reads = program(use)
    assert reads.rows().status_code == 200
    why = {"why": "再識別のおそれがあるため、確認します。"}
    stopped = board.reviewers[0].post(f"/governance/uses/{use}/suspend", why)
    assert (stopped.status_code, stopped.json["state"]) == (200, "suspended")
    for answer in (reads.rows(), reads.ask(measure="count")):
        assert (answer.status_code, answer.json["key"]) == (403, "governance.use_suspended")
    assert _state(board, use) == "suspended"
    board.reviewers[0].post(f"/governance/uses/{use}/resume", {"why": "確認が済みました。"})
    assert reads.rows().status_code == 200


def _state(board, use):
    return next(line for line in board.user.get("/governance/register").json["lines"] if line["use"] == use)["standing"]


def test_a_suspended_use_gets_no_new_token(board, phone):
    use = board.use()
    client, secret = board.client(use)
    board.reviewers[0].post(f"/governance/uses/{use}/suspend", {"why": "確認します。"})
    refused = token(phone, client, secret)
    assert (refused.status_code, refused.json["error"]) == (403, "access_denied")


def test_a_replayed_a_revoked_and_a_foreign_token_are_refused(board, program):
    use, other = board.use(), board.use(title="べつの研究")
    reads = program(use)
    old = reads.token
    reads.renew()
    replayed = reads.http.get(ROWS.format(use), headers=bearer(old))
    assert (replayed.status_code, replayed.json["key"]) == (401, "governance.token_refused")
    foreign = reads.rows(use=other)
    assert (foreign.status_code, foreign.json["key"]) == (401, "governance.token_refused")
    assert reads.rows().status_code == 200
    gone = board.user.http.delete(f"/api/governance/clients/{reads.id}")
    assert gone.json["revoked_at"] is not None
    assert reads.rows().status_code == 401
    assert reads.http.get(ROWS.format(use), headers={"Authorization": "Basic x"}).status_code == 401
    assert reads.http.get(ROWS.format(use)).status_code == 401


def test_wrong_secrets_and_grants_get_no_token(board, phone):
    client, secret = board.client(board.use())
    for wrong in (token(phone, client, "x"), token(phone, "nobody", secret), token(phone, "", "")):
        assert (wrong.status_code, wrong.json["error"]) == (401, "invalid_client")
        assert wrong.headers["WWW-Authenticate"].startswith("Basic")
    odd = token(phone, client, secret, grant_type="password")
    assert (odd.status_code, odd.json["error"]) == (400, "unsupported_grant_type")
    basic = b64encode(f"{client}:{secret}".encode()).decode()
    form = {"grant_type": "client_credentials"}
    made = phone().http.post("/api/oauth/token", data=form, headers={"Authorization": f"Basic {basic}"})
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"


def test_a_token_lives_ten_minutes_on_any_clock(board):
    use = board.use()
    client, secret = board.client(use)
    now = base.CLOCK.now()
    with base.write_unit() as session:
        made, life = governance.make_token(session, client=client, secret=secret, clock=base.FixedClock(now))

    def at(seconds):
        with base.read_session() as session:
            clock = base.FixedClock(now + timedelta(seconds=seconds))
            governance.actor_of_token(session, token=made, use=use, clock=clock)

    assert life == timedelta(minutes=10)
    at(0)
    at(599)
    at(-5)  # another server's clock is a little behind
    for late in (600, 601, -6, -3600):
        with pytest.raises(governance.TokenRefused):
            at(late)


def test_a_secret_is_nowhere_on_the_disk(board, runtime):
    _, secret = board.client(board.use())
    runtime.write_engine.dispose()
    for path in runtime.settings.home.rglob("meguri.db*"):
        assert secret.encode() not in path.read_bytes()


@pytest.mark.feature("A06")
def test_the_k_of_the_condition_is_enforced_when_rows_leave(board, sharers, program):
    use = board.approve(board.file(), conditions={"min_k": 6})["use"]
    sharers(use, 11)  # one age band; 6 men and 5 women
    got = program(use).rows().json["rows"]
    assert [row["about"]["sex"] for row in got] == ["male"] * 6


@pytest.mark.feature("A06")
def test_the_smallest_cell_of_the_condition_is_enforced_when_counts_leave(board, sharers, program):
    case = board.file(identifiability="anonymous")
    use = board.approve(case, conditions={"min_cell": 12})["use"]
    sharers(use, 13)
    reads = program(use)
    whole = reads.ask(measure="count").json
    assert ([cell["n"] for cell in whole["cells"]], whole["least"]) == ([15], 12)
    parted = reads.ask(measure="count", by=["sex"]).json
    assert [cell["n"] for cell in parted["cells"]] == [None, None]
    mean = reads.ask(measure="mean", column="sbp_mmhg").json
    assert [cell["mean"] for cell in mean["cells"]] == [126.0]
    rows = reads.rows()
    assert (rows.status_code, rows.json["key"]) == (403, "governance.counts_only")


def test_paging_tricks_find_nothing_to_shift(board, sharers, program):
    use = board.use(identifiability="anonymous")
    sharers(use, 12)
    reads = program(use)
    for trick in ({"offset": 1}, {"limit": 1}, {"where": "sex = 'male'"}, {"filter": {"age": 64}}, {"page": 2}):
        refused = reads.ask(measure="count", **trick)
        assert (refused.status_code, refused.json["key"]) == (422, "base.invalid")
    for by in (["sex", "sex"], ["sex", "age_band", "area"], ["sbp_mmhg"]):
        assert reads.ask(measure="count", by=by).status_code == 422
    area = reads.ask(measure="count", by=["area"])
    assert (area.status_code, area.json["key"]) == (403, "governance.column_not_approved")
    odd = reads.ask(measure="mean", column="sex")
    assert (odd.status_code, odd.json["key"]) == (422, "governance.not_countable")


def test_the_same_question_has_the_same_answer_all_day(board, sharers, program):
    use = board.use(identifiability="anonymous")
    people = sharers(use, 12)
    reads = program(use)
    first = reads.ask(measure="count", by=["sex"])
    # Somebody leaves between two questions: the difference of the answers must not tell.
    for category in ("C-VITAL", "C-DEMO"):
        people[0].http.put(
            "/api/consent/switch",
            json={
                "recipient": f"use-{use}",
                "purpose": "P-RESEARCH",
                "category": category,
                "on": False,
                "client_id": f"client-off-{category}",
            },
        )
    assert reads.ask(measure="count", by=["sex"]).data == first.data


def test_the_cursor_tells_no_more_than_the_rows(board, sharers, program, monkeypatch):
    import sys

    monkeypatch.setattr(sys.modules["backend.governance.answers"], "PAGE", 4)
    use = board.use()
    sharers(use, 10)
    reads = program(use)
    seen, after = [], None
    while True:
        page = reads.rows(**({"after": after} if after else {})).json
        assert set(page) == {"use", "verdict", "as_of", "rows", "after"}  # no total anywhere
        seen += [row["pseudonym"] for row in page["rows"]]
        after = page["after"]
        if after is None:
            break
    assert seen == sorted(seen)
    assert len(set(seen)) == 10
    # A cursor that was made up leads to whatever comes after it, never to a person who was left out.
    made_up = reads.rows(after="m").json["rows"]
    assert {row["pseudonym"] for row in made_up} <= set(seen)


def test_who_withdraws_is_gone_from_the_next_page(board, sharers, program, town):
    use = board.use()
    people = sharers(use, 7)
    reads = program(use)
    before = {row["pseudonym"] for row in reads.rows(columns="sbp_mmhg").json["rows"]}
    town.switch(people[0], f"use-{use}", "P-RESEARCH", "C-VITAL", False)
    after = {row["pseudonym"] for row in reads.rows(columns="sbp_mmhg").json["rows"]}
    assert len(before) == 7
    assert len(after) == 6


def test_an_expired_certificate_stops_the_next_read(board):
    use = board.use()
    from sqlalchemy import update
    from sqlmodel import col

    from backend.governance.tables import OrganisationRow

    ended = base.CLOCK.now()
    with base.write_unit() as session:
        session.execute(update(OrganisationRow).values(certified_until=ended).where(col(OrganisationRow.id) != ""))
    with base.read_session() as session:
        just = base.FixedClock(ended - timedelta(microseconds=1))
        with pytest.raises(governance.UseNotBegun):
            governance.require_read(
                session, use=use, columns=["sbp_mmhg"], clock=base.FixedClock(ended - timedelta(days=1))
            )
        governance.require_read(session, use=use, columns=["sbp_mmhg"], clock=just)
        with pytest.raises(governance.CertificateExpired):
            governance.require_read(session, use=use, columns=["sbp_mmhg"], clock=base.FixedClock(ended))
