"""`meguri ledger verify` finds whichever row was edited, and an outsider's kept head finds what was cut off."""

from __future__ import annotations

import json

import pytest

from backend import base
from backend.cli import main

LAB, RESEARCH = "sample-univ-obstetrics", "P-RESEARCH"


def _sql(statement: str, *values: object) -> None:
    with base.write_unit() as session:
        session.connection().exec_driver_sql(statement, values)


def _verify(capsys, *more: str) -> tuple[int, dict]:
    capsys.readouterr()
    code = main(["ledger", "verify", "--json", *more])
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture
def busy_town(town, resident, lab):
    """Some changes, a read, a refused try, a pause and a rule: every kind of leaf."""
    hanako = resident("suita")
    town.put(hanako, sbp_mmhg=118)
    town.switch(hanako, LAB, RESEARCH, "C-VITAL", True)
    town.switch(hanako, LAB, RESEARCH, "C-LAB", True)
    pseudonym = town.readable(lab, LAB)[0]["pseudonym"]
    path = f"/bank/provisions/{LAB}/people/{pseudonym}"
    assert lab.get(path).status_code == 200
    town.pause(hanako, True)
    assert lab.get(path).status_code == 403
    town.pause(hanako, False)
    rule = {"kind": "service", "purpose": "P-ADVICE", "categories": ["C-VITAL"], "effect": "create"}
    assert hanako.post("/consent/rules", {**rule, "client_id": "rule-0001"}).status_code == 200
    return hanako


@pytest.mark.feature("K03")
def test_an_untouched_ledger_is_sound(busy_town, capsys):
    code, report = _verify(capsys)
    assert (code, report["sound"], report["problems"]) == (0, True, [])
    assert report["size"] == report["heads"] == report["bodies"] == 8


@pytest.mark.feature("K03")
@pytest.mark.parametrize(
    ("statement", "table", "row"),
    [
        ("UPDATE ledger_leaf SET kind = 'consent.pause' WHERE idx = 1", "ledger_leaf", "1"),
        ("UPDATE ledger_leaf SET at = '2020-01-01T00:00:00.000000+00:00' WHERE idx = 2", "ledger_leaf", "2"),
        ("UPDATE ledger_leaf SET hash = zeroblob(32) WHERE idx = 3", "ledger_leaf", "3"),
        (
            "UPDATE ledger_leaf SET salted = replace(salted, substr(salted, 1, 4), 'beef') WHERE idx = 0",
            "ledger_leaf",
            "0",
        ),
        ("DELETE FROM ledger_leaf WHERE idx = 4", "ledger_leaf", "4"),
        ("UPDATE ledger_body SET body = replace(body, 'C-VITAL', 'C-GENE') WHERE leaf = 0", "ledger_body", "0"),
        ("UPDATE ledger_body SET person = 'somebody-else' WHERE leaf = 2", "ledger_body", "2"),
        ("UPDATE ledger_node SET hash = zeroblob(32) WHERE level = 1 AND position = 0", "ledger_node", "1/0"),
        ("UPDATE ledger_head SET signature = zeroblob(64) WHERE size = 2", "ledger_head", "2"),
        ("UPDATE ledger_head SET root = zeroblob(32) WHERE size = 3", "ledger_head", "3"),
        ("DELETE FROM ledger_head WHERE size = 8", "ledger_head", "8"),
        ("UPDATE ledger_edge SET size = 7", "ledger_edge", "1"),
    ],
)
def test_an_edited_row_of_the_ledger_is_named(busy_town, capsys, statement, table, row):
    _sql(statement)
    code, report = _verify(capsys)
    assert code == 1
    assert (table, row) in {(each["table"], each["row"]) for each in report["problems"]}


@pytest.mark.feature("K03")
@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE consent_switch SET is_on = 1 - is_on WHERE category = 'C-LAB'", "consent_switch"),
        ("UPDATE consent_change SET is_on = 0 WHERE leaf = 0", "consent_change"),
        ("UPDATE consent_change SET category = 'C-GENE' WHERE leaf = 1", "consent_change"),
        ("DELETE FROM consent_change WHERE leaf = 1", "consent_change"),
        ("UPDATE consent_standing SET paused_since = '2026-01-01T00:00:00.000000+00:00'", "consent_standing"),
        ("""UPDATE consent_read SET what = '{"C-VITAL": 0}' WHERE is_denied = 0""", "consent_read"),
        ("DELETE FROM consent_read WHERE is_denied = 1", "consent_read"),
        ("UPDATE consent_read SET is_denied = 1, reason = 'paused' WHERE is_denied = 0", "consent_read"),
    ],
)
def test_an_edited_row_of_consent_is_named(busy_town, capsys, statement, table):
    _sql(statement)
    code, report = _verify(capsys)
    assert code == 1
    assert table in {each["table"] for each in report["problems"]}


@pytest.mark.feature("K03")
def test_a_forger_who_recomputes_every_hash_still_lacks_the_signature(busy_town, capsys):
    """The forger rewrites leaf 1 and all that follows from it, roots included: only the key is missing."""
    from sqlalchemy import text

    from backend.base import ledger
    from backend.base.ledger_tree import Frontier, leaf_hash

    with base.write_unit() as session:
        session.execute(text("UPDATE ledger_leaf SET kind = 'consent.none' WHERE idx = 1"))
        tree = Frontier()
        for each in session.execute(text("SELECT idx, at, kind, salted FROM ledger_leaf ORDER BY idx")).all():
            at = base.UtcDateTime().process_result_value(each.at, None)
            digest = leaf_hash(ledger.leaf_bytes(each.idx, at, each.kind, each.salted))
            session.execute(text("UPDATE ledger_leaf SET hash = :h WHERE idx = :i"), {"h": digest, "i": each.idx})
            for (level, position), node in tree.append(digest):
                done = {"h": node, "l": level, "p": position}
                session.execute(text("UPDATE ledger_node SET hash = :h WHERE level = :l AND position = :p"), done)
            session.execute(
                text("UPDATE ledger_head SET root = :r WHERE size = :s"), {"r": tree.root(), "s": tree.size}
            )
        session.execute(text("UPDATE ledger_edge SET hashes = :h"), {"h": b"".join(tree.hashes)})
    code, report = _verify(capsys)
    assert code == 1
    unsigned = [int(each["row"]) for each in report["problems"] if each["table"] == "ledger_head"]
    assert min(unsigned) == 2, "the head of size 1 still stands, so the change is at leaf 1"


@pytest.mark.feature("K03")
def test_a_kept_head_finds_what_was_cut_off(busy_town, capsys, tmp_path):
    capsys.readouterr()
    assert main(["ledger", "head"]) == 0
    kept = tmp_path / "head.json"
    kept.write_text(capsys.readouterr().out, "utf-8")
    assert _verify(capsys, "--witness", str(kept))[0] == 0

    for table, key in (("ledger_leaf", "idx"), ("ledger_body", "leaf"), ("ledger_head", "size - 1")):
        _sql(f"DELETE FROM {table} WHERE {key} >= 7")
    _sql("DELETE FROM ledger_node WHERE (position + 1) << level > 7")
    _rewind_edge(7)
    _sql("DELETE FROM consent_change WHERE leaf >= 7")
    _sql("DELETE FROM consent_switch WHERE rule IS NOT NULL")
    _, alone = _verify(capsys)
    code, witnessed = _verify(capsys, "--witness", str(kept))
    assert code == 1
    assert {"table": "ledger_leaf", "row": "7..7", "what": "cut off since the witness"} in witnessed["problems"]
    assert not any(each["table"].startswith("ledger") for each in alone["problems"]), "alone it looks sound"


def _rewind_edge(size: int) -> None:
    from backend.base.ledger_tree import Frontier

    tree = Frontier()
    with base.read_unit() as connection:
        for (digest,) in connection.exec_driver_sql("SELECT hash FROM ledger_leaf ORDER BY idx"):
            tree.append(digest)
    assert tree.size == size
    _sql("UPDATE ledger_edge SET size = ?, hashes = ?", size, b"".join(tree.hashes))


def test_erasing_a_person_leaves_the_tree_sound(busy_town, town, capsys):
    from backend.base import ledger

    with base.write_unit() as session:
        assert ledger.forget(session, person=town.person(busy_town)) == 8
    with base.read_session() as session:
        report = base.ledger_verify.verify(session)
    assert (report.problems, report.erased, report.size) == ((), 8, 8)
