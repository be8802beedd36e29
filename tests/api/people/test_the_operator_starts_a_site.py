"""The operator's command: codes for the first staff, links for demo roles, never a way into a resident's record."""

from __future__ import annotations

import json
from datetime import date

import pytest

from backend import base, people
from backend.cli import main


def test_the_first_staff_joins_with_the_operators_code(phone, runtime, capsys):
    assert main(["people", "invite", "--site", "suita", "--role", "staff", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    code = made["codes"][0]["code"]
    assert made["codes"][0]["address"] == f"http://localhost:8000/join?code={code}"
    staff = phone()
    assert staff.join(code, person=None, display_name="窓口 一郎").status_code == 201
    assert staff.get("/pilot/funnel").status_code == 200
    assert main(["people", "list", "--site", "suita"]) == 0
    assert capsys.readouterr().out.split("\t")[1:] == ["-", "staff", "-", "窓口 一郎\n"]


def test_a_locked_out_worker_gets_a_link_but_nobody_gets_into_a_residents_record(
    phone, worker, resident, runtime, capsys
):
    staff, her = worker("suita", "staff"), resident("suita")
    assert main(["people", "link", staff.get("/me").json["account"]]) == 0
    token = capsys.readouterr().out.strip().partition("#")[2]
    assert phone().post("/signin/link", {"token": token}).json["display_name"] == "窓口 一郎"
    assert main(["people", "link", her.get("/me").json["account"]]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "住民の方のサインイン用リンクは作れません" in told.err


def test_the_list_shows_no_identity(resident, runtime, capsys):
    her = resident("senboku")
    assert main(["people", "list", "--site", "senboku"]) == 0
    out = capsys.readouterr().out
    assert her.get("/me").json["person"]["id"] in out
    assert "花子" not in out


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (["invite", "--site", "kyoto"], "people.unknown_site"),
        (["invite", "--site", "suita", "--count", "501"], "people.batch_implausible"),
        (["invite", "--site", "suita", "--days", "0"], "people.batch_implausible"),
        (["list", "--site", "kyoto"], "people.unknown_site"),
        (["link", "nobody"], "base.not_found"),
    ],
)
def test_misuse_is_told_in_words(runtime, capsys, monkeypatch, arguments, key):
    monkeypatch.setenv("MEGURI_LANG", "en")
    assert main(["people", *arguments]) == 1
    assert capsys.readouterr().err.strip() == f"meguri: {base.say(key, 'en', most=500)}"


def test_a_demo_residents_account_can_be_opened_by_link(phone, runtime):
    with base.write_unit() as session:
        demo = people.create_person(
            session,
            site="suita",
            name="見本 花子",
            kana="ミホン ハナコ",
            birth=date(1960, 1, 1),
            sex="female",
            is_demo=True,
        )
        account = people.create_account(
            session, site="suita", roles=frozenset({people.Role.RESIDENT}), person=demo.id, is_demo=True
        )
        token = people.make_sign_in_link(session, account=account.id).partition("#")[2]
    me = phone().post("/signin/link", {"token": token}).json
    assert (me["is_demo"], me["person"]["is_demo"], me["person"]["id"]) == (True, True, demo.id)
