"""A program of an approved use fetches packages, reads orders and certifies, by token; one step outside is refused."""

from __future__ import annotations

import msgspec
import pytest

from backend import base, consent, governance


def _token(phone, client, secret):
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
    answer = phone().http.post("/api/oauth/token", data=form)
    assert answer.status_code == 200, answer.json
    return {"Authorization": f"Bearer {answer.json['access_token']}"}


@pytest.fixture
def machine(phone):
    """A program without browser, cookie or our header."""
    http = phone().http
    del http.environ_base["HTTP_X_MEGURI"]
    return http


@pytest.mark.feature("E08")
def test_a_program_fetches_and_certifies_with_its_token(board, sharers, phone, machine):
    use = board.use()
    here = f"use-{use}"
    (hanako,) = sharers(use, 1)
    token = _token(phone, *board.client(use))
    started = machine.post("/api/bank/deliveries", json={"recipient": here, "version": "v1"}, headers=token)
    assert started.status_code == 200, started.json
    base.run_due_jobs(limit=100)
    (listed,) = machine.get(f"/api/bank/deliveries?recipient={here}", headers=token).json["deliveries"]
    assert listed["packages"] == 1
    (package,) = machine.get(f"/api/bank/deliveries/{here}/v1", headers=token).json["packages"]
    assert {one["metric"] for one in package["provision"]["values"]} == {"sbp_mmhg", "dbp_mmhg"}
    (person,) = machine.get(f"/api/bank/provisions/{here}/people", headers=token).json["people"]
    assert machine.get(f"/api/bank/provisions/{here}/people/{person['pseudonym']}", headers=token).status_code == 200

    card = {"recipient": here, "purpose": "P-RESEARCH", "category": "C-VITAL", "on": False, "client_id": base.new_id()}
    assert hanako.http.put("/api/consent/switch", json=card).status_code == 200
    assert machine.get(f"/api/bank/deliveries/{here}/v1", headers=token).json["packages"] == []
    orders = machine.get(f"/api/bank/orders?recipient={here}", headers=token).json["erasures"]
    order = next(one for one in orders if one["categories"] == ["C-VITAL"])
    day = base.CLOCK.now().astimezone(base.TOKYO).date().isoformat()
    body = {"erased_on": day, "method": "上書き", "signer": "解析サーバー"}
    done = machine.post(f"/api/bank/orders/{order['id']}/certificate", json=body, headers=token)
    assert (done.status_code, done.json["state"]) == (200, "certified"), done.json
    assert "certified" in {one["state"] for one in hanako.get("/bank/erasures").json["erasures"]}


def test_a_token_of_another_use_a_made_up_one_and_none_are_refused(board, sharers, phone, machine):
    use, other = board.use(), board.use(title="べつの研究")
    sharers(use, 1)
    here = f"use-{use}"
    foreign, own = _token(phone, *board.client(other)), _token(phone, *board.client(use))
    machine.post("/api/bank/deliveries", json={"recipient": here, "version": "v1"}, headers=own)
    base.run_due_jobs(limit=100)
    reads = (
        f"/api/bank/deliveries/{here}/v1",
        f"/api/bank/deliveries?recipient={here}",
        f"/api/bank/orders?recipient={here}",
        f"/api/bank/provisions/{here}/people",
        f"/api/bank/provisions/{here}/people/abc",
    )
    for path in reads:
        for header in (foreign, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}, {"Authorization": "x"}):
            refused = machine.get(path, headers=header)
            assert (refused.status_code, refused.json["key"]) == (401, "governance.token_refused"), path
        assert machine.get(path).status_code == 401
    refused = machine.post("/api/bank/deliveries", json={"recipient": here, "version": "v2"}, headers=foreign)
    assert (refused.status_code, refused.json["key"]) == (401, "governance.token_refused")
    body = {"erased_on": "2026-01-01", "method": "上書き", "signer": "解析サーバー"}
    nobody = machine.post(f"/api/bank/orders/{base.new_id()}/certificate", json=body, headers=own)
    assert (nobody.status_code, nobody.json["key"]) == (401, "governance.token_refused")
    # A token opens the routes for programs only.
    assert machine.get("/api/governance/desk", headers=own).status_code == 401
    assert machine.get(f"/api/governance/uses/{use}", headers=own).status_code == 401


def test_a_suspended_use_hands_a_program_nothing(board, sharers, phone, machine):
    use = board.use()
    sharers(use, 1)
    here = f"use-{use}"
    token = _token(phone, *board.client(use))
    machine.post("/api/bank/deliveries", json={"recipient": here, "version": "v1"}, headers=token)
    base.run_due_jobs(limit=100)
    (person,) = machine.get(f"/api/bank/provisions/{here}/people", headers=token).json["people"]
    stopped = board.reviewers[0].post(f"/governance/uses/{use}/suspend", {"why": "確認します。"})
    assert stopped.status_code == 200
    refused = machine.get(f"/api/bank/provisions/{here}/people/{person['pseudonym']}", headers=token)
    assert refused.status_code == 403, refused.json
    taken = machine.get(f"/api/bank/deliveries/{here}/v1", headers=token)
    assert taken.status_code == 403 or taken.json["packages"] == []


def test_a_secret_needs_the_passkey(board, app):
    use = board.use()
    with base.write_unit() as session:
        session.connection().exec_driver_sql("UPDATE people_session SET stepped_up_at = NULL")
    refused = board.user.post(f"/governance/uses/{use}/clients", {"label": "解析サーバー"})
    assert (refused.status_code, refused.json["key"]) == (403, "base.step_up_needed")
    assert board.user.get(f"/governance/uses/{use}").json["clients"] == []
    assert board.user.step_up().status_code == 200
    assert board.client(use)


def test_a_risk_score_leaves_under_no_verdict_that_does_not_name_it(board, sharers, phone, machine):
    use = board.use()
    sharers(use, 1)
    token = _token(phone, *board.client(use))
    refused = machine.get(f"/api/uses/{use}/rows?columns=derived.dx.hisayama", headers=token)
    assert (refused.status_code, refused.json["key"]) == (403, "governance.derived_not_named")
    # Nothing in this house offers computed values, so none can be asked for.
    asked = board.start(columns=["derived.dx.hisayama", "sex"])
    unknown = board.user.post(f"/governance/applications/{asked}/file")
    assert (unknown.status_code, unknown.json["key"]) == (422, "governance.unknown_column")
    assert unknown.json["params"] == {"column": "derived.dx.hisayama"}


def test_a_verdict_that_names_a_risk_score_is_read_with_it_and_with_no_other(board, sharers, phone, machine):
    use = board.use()
    sharers(use, 6)
    named = "derived.dx.hisayama"
    with base.write_unit() as session:
        verdict = governance.verdict(session, use=use)
        columns = (*verdict.columns, consent.Column(named, consent.Category.DX))
        consent.put_verdict(session, verdict=msgspec.structs.replace(verdict, columns=columns))
    with base.read_session() as session:
        found = governance.require_read(session, use=use, columns=["sbp_mmhg", named])
        assert named in found.names
        with pytest.raises(governance.DerivedNotNamed):
            governance.require_read(session, use=use, columns=["derived.dx.other"])
    # No room offers the value so far: the rest is read, and nothing is made up in its place.
    token = _token(phone, *board.client(use))
    rows = machine.get(f"/api/uses/{use}/rows?columns=sbp_mmhg,{named}", headers=token)
    assert rows.status_code == 200, rows.json
    assert {value["column"] for row in rows.json["rows"] for value in row["values"]} == {"sbp_mmhg"}
