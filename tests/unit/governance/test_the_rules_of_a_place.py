"""The policy files: all rows of the draft table are ours, sites differ, a faulty file leaves the old rules in force."""

from __future__ import annotations

import csv
import shutil
from collections import Counter

import pytest

from backend import base, consent, governance
from backend.consent import Category, Identifiability, Offer, Purpose, RecipientKind
from backend.governance.service import POLICIES

CODED, NAMED = Identifiability.PSEUDONYMOUS, Identifiability.NAMED


@pytest.mark.parametrize(
    ("purpose", "category", "kind", "lane", "suita", "senboku"),
    [
        ("P-SELF", "C-GENE", "person", NAMED, "allow", "allow"),
        ("P-INSURE", "C-GENE", "insurer", CODED, "deny", "deny"),
        ("P-INSURE", "C-DX", "insurer", CODED, "deny", "deny"),
        ("P-INSURE", "C-VITAL", "insurer", CODED, "ask", "ask"),
        ("P-INSURE", "C-VITAL", "research", CODED, "deny", "deny"),
        ("P-RESEARCH", "C-VITAL", "research", CODED, "ask", "ask"),
        ("P-RESEARCH", "C-VITAL", "research", NAMED, "deny", "deny"),
        ("P-RESEARCH", "C-GENE", "research", CODED, "board", "board"),
        ("P-RESEARCH", "C-MCH", "research", CODED, "ask", "deny"),
        ("P-RESEARCH", "C-LOC", "research", CODED, "deny", "ask"),
        ("P-ADVICE", "C-ID", "service", NAMED, "ask", "ask"),
        ("P-ADVICE", "C-ID", "service", CODED, "deny", "deny"),
        ("P-ADVICE", "C-GENE", "service", NAMED, "deny", "deny"),
        ("P-CARE", "C-MENTAL", "counsellor", NAMED, "ask", "ask"),
        ("P-CARE", "C-VITAL", "counsellor", CODED, "deny", "deny"),
        ("P-STATS", "C-DX", "municipality", Identifiability.ANONYMOUS, "aggregate", "aggregate"),
        ("P-STATS", "C-DX", "municipality", CODED, "deny", "deny"),
        ("P-NEXTGEN", "C-VITAL", "research", CODED, "deny", "deny"),
    ],
)
def test_examples(purpose, category, kind, lane, suita, senboku):
    asked = Purpose(purpose), Category(category), RecipientKind(kind), lane
    found = [governance.compile_rules(governance.read_source(site=site)).offer(*asked) for site in ("suita", "senboku")]
    assert found == [Offer(suita), Offer(senboku)]


def test_the_table_has_a_row_for_every_purpose_and_category_and_is_marked_a_draft(shared):
    source = governance.read_source(site="suita")
    assert {(row.purpose, row.category) for row in source.rows} == {(p, c) for p in Purpose for c in Category}
    assert len(source.rows) == len(Purpose) * len(Category)
    assert source.is_draft
    assert {row.status for row in source.rows} == {"draft"}
    assert all(row.source for row in source.rows)
    with shared("trust/purpose_category_draft.csv").open(encoding="utf-8") as file:
        drafted = {(row["purpose"], row["category"]): row["draft_rule"] for row in csv.DictReader(file)}
    assert {(row.purpose.value, row.category.value): row.rule for row in source.rows} == drafted


def test_unchanged_files_are_put_in_force_once_and_a_change_is_a_new_serial(runtime, tmp_path):
    folder = tmp_path / "policies"
    shutil.copytree(POLICIES, folder)
    with base.write_unit() as session:
        first = governance.put_in_force(session, site="suita", folder=folder)
        again = governance.put_in_force(session, site="suita", folder=folder)
        assert again.version == first.version
        rows = session.connection().exec_driver_sql("SELECT count(*) FROM consent_rule_set").scalar_one()
        assert rows == 1
    shut = 'forbid (principal, action, resource is Use) when { resource.category == "C-VITAL" };\n'
    with (folder / "suita.cedar").open("a", encoding="utf-8") as file:
        file.write(shut)
    with base.write_unit() as session:
        governance.put_in_force(session, site="suita", folder=folder)
        rules = consent.rule_set(session, site="suita")
        assert rules.offer(Purpose.RESEARCH, Category.VITAL, RecipientKind.RESEARCH, CODED) is Offer.DENY
        assert rules.offer(Purpose.RESEARCH, Category.ACT, RecipientKind.RESEARCH, CODED) is Offer.ASK
        rows = session.connection().exec_driver_sql("SELECT serial FROM consent_rule_set ORDER BY 1").all()
        assert [row[0] for row in rows] == [1, 2]


@pytest.mark.parametrize(
    "fault",
    [
        'permit (principal, action, resource is Use) when { resource.colour == "red" };',
        "permit (principal, action, resource",
        "forbid (principal is Stranger, action, resource);",
    ],
)
def test_a_faulty_file_is_refused_and_the_rules_before_it_stay(runtime, tmp_path, fault):
    folder = tmp_path / "policies"
    shutil.copytree(POLICIES, folder)
    with base.write_unit() as session:
        before = governance.put_in_force(session, site="suita", folder=folder)
    with (folder / "suita.cedar").open("a", encoding="utf-8") as file:
        file.write(fault)
    with pytest.raises(governance.RulesBroken), base.write_unit() as session:
        governance.put_in_force(session, site="suita", folder=folder)
    with base.read_session() as session:
        assert consent.rule_set(session, site="suita").version == before.version


def test_both_sites_offer_something_and_most_is_denied():
    for site in ("suita", "senboku"):
        counted = Counter(governance.compile_rules(governance.read_source(site=site)).offers.values())
        assert counted[Offer.ASK] > 50
        assert sum(counted.values()) < len(Purpose) * len(Category) * len(RecipientKind) * len(Identifiability) / 5
