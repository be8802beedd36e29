"""What Cedar says and what the compiled value says is the same, for every combination and for edited tables too."""

from __future__ import annotations

import itertools
import json

import cedarpy
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend import governance
from backend.consent import Category, Identifiability, Offer, Purpose, RecipientKind
from backend.governance import PolicySource

COMBINATIONS = list(itertools.product(Purpose, Category, RecipientKind, Identifiability))
SITES = {site: governance.read_source(site=site) for site in ("suita", "senboku")}


def asked_alone(source: PolicySource, combination: tuple[Purpose, Category, RecipientKind, Identifiability]) -> Offer:
    """Ask Cedar about one combination from the raw texts, with only its two entities, as an outsider would."""
    purpose, category, kind, identifiability = combination
    row = next((row for row in source.rows if (row.purpose, row.category) == (purpose, category)), None)
    entities = [
        {
            "uid": {"type": "RecipientClass", "id": kind.value},
            "attrs": {"purposes": [each.value for each in source.purposes_of.get(kind, ())]},
            "parents": [],
        }
    ]
    if row is not None:
        attrs = {"purpose": purpose.value, "category": category.value, "sensitivity": row.sensitivity, "rule": row.rule}
        use = {"type": "Use", "id": f"{purpose.value}/{category.value}"}
        entities.append({"uid": use, "attrs": attrs, "parents": []})
    for offer in (Offer.ALLOW, Offer.ASK, Offer.BOARD, Offer.AGGREGATE):
        request = {
            "principal": f'RecipientClass::"{kind.value}"',
            "action": f'Action::"{offer.value}"',
            "resource": f'Use::"{purpose.value}/{category.value}"',
            "context": {"identifiability": identifiability.value},
        }
        if cedarpy.is_authorized(request, source.cedar, json.dumps(entities)).allowed:
            return offer
    return Offer.DENY


@pytest.mark.parametrize("site", sorted(SITES))
@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_combination_asked_alone_equals_the_compiled_value(site: str, data: st.DataObject) -> None:
    combination = data.draw(st.sampled_from(COMBINATIONS))
    source = SITES[site]
    rules = governance.compile_rules(source)
    assert rules.offer(*combination) is asked_alone(source, combination)


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(sorted(SITES)), st.data())
def test_they_agree_for_any_edit_of_the_table(site: str, data: st.DataObject) -> None:
    source = SITES[site]
    rule = st.sampled_from(["ask", "allow", "deny", "board", "ask+board", "aggregate", "nonsense"])
    rows = tuple(msgspec.structs.replace(row, rule=data.draw(rule)) for row in source.rows)
    version = "edited-" + "-".join(row.rule for row in rows)
    edited = msgspec.structs.replace(source, rows=rows, version=version)
    rules = governance.compile_rules(edited)
    for combination in data.draw(st.lists(st.sampled_from(COMBINATIONS), min_size=30, max_size=30)):
        assert rules.offer(*combination) is asked_alone(edited, combination)
    # Whatever the board writes into the table, these stay shut.
    for kind, lane in itertools.product(RecipientKind, Identifiability):
        assert rules.offer(Purpose.INSURE, Category.GENE, kind, lane) is Offer.DENY
        for purpose in (Purpose.RESEARCH, Purpose.PRODUCT, Purpose.PUBHEALTH):
            assert rules.offer(purpose, Category.ID, kind, lane) is Offer.DENY
