"""Rules of a place: Cedar policy files and tables, asked by Cedar, compiled to one frozen value."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import cedarpy
from sqlmodel import Session

from backend import base, consent
from backend.consent import Category, Identifiability, Offer, Purpose, RecipientKind, RuleSet
from backend.governance.model import PolicySource, Row
from backend.governance.refusals import RulesBroken

POLICIES = Path(__file__).parent / "policies"
_COMPILER = "2"
_ORDER = (Offer.ALLOW, Offer.ASK, Offer.BOARD, Offer.AGGREGATE)


def read_source(*, site: str, folder: Path = POLICIES) -> PolicySource:
    """Return the policy files and tables of a place; raises RulesBroken if they do not fit the schema."""
    names = ["common.cedar", f"{site}.cedar", "meguri.cedarschema", "purpose_category.csv", "recipient_kinds.csv"]
    texts = {name: (folder / name).read_text("utf-8") if (folder / name).exists() else "" for name in names}
    return source_from(site=site, texts=texts)


def source_from(*, site: str, texts: Mapping[str, str]) -> PolicySource:
    """Return the rules of a place from the texts of its files; raises RulesBroken if they do not fit the schema."""
    digest = sha256(json.dumps([_COMPILER, site, texts], sort_keys=True).encode()).hexdigest()
    cedar = texts["common.cedar"] + "\n" + texts[f"{site}.cedar"]
    checked = cedarpy.validate_policies(cedar, texts["meguri.cedarschema"])
    if not checked.validation_passed:
        raise RulesBroken(detail=str(checked.errors[0])[:200])
    rows = tuple(
        Row(
            purpose=Purpose(row["purpose"]),
            category=Category(row["category"]),
            rule=row["rule"],
            sensitivity=int(row["sensitivity"]),
            ground=row["ground"],
            default_mode=row["default_mode"],
            actreason=row["actreason"],
            duo=row["duo"],
            status=row["status"],
            source=row["source"],
        )
        for row in csv.DictReader(texts["purpose_category.csv"].splitlines())
    )
    kinds = list(csv.DictReader(texts["recipient_kinds.csv"].splitlines()))
    return PolicySource(
        site=site,
        version=digest,
        cedar=cedar,
        schema=texts["meguri.cedarschema"],
        rows=rows,
        purposes_of={RecipientKind(row["kind"]): tuple(map(Purpose, row["purposes"].split())) for row in kinds},
        texts=dict(texts),
        is_draft=any(row.status == "draft" for row in rows) or any(row["status"] == "draft" for row in kinds),
    )


class Board:
    """The rules of a place, ready to be asked: policies parsed once, entities only those that rules speak of."""

    def __init__(self, source: PolicySource) -> None:
        self._policies = cedarpy.PolicySet.from_str(source.cedar)
        self._schema = cedarpy.Schema.from_str(source.schema)
        entities = [
            {
                "uid": {"type": "RecipientClass", "id": kind},
                "attrs": {"purposes": list(source.purposes_of.get(kind, ()))},
                "parents": [],
            }
            for kind in RecipientKind
        ] + [
            {
                "uid": {"type": "Use", "id": f"{row.purpose}/{row.category}"},
                "attrs": {
                    "purpose": row.purpose,
                    "category": row.category,
                    "sensitivity": row.sensitivity,
                    "rule": row.rule,
                },
                "parents": [],
            }
            for row in source.rows
        ]
        self._entities = cedarpy.Entities.from_json_str(json.dumps(entities), self._schema)

    def offer(
        self, purpose: Purpose, category: Category, kind: RecipientKind, identifiability: Identifiability
    ) -> Offer:
        """Return what Cedar decides about one combination; a combination without a row is denied."""
        asked = [_request(offer, purpose, category, kind, identifiability) for offer in _ORDER]
        return self._first_allowed(self._ask(asked))

    def offers(self) -> Iterator[tuple[tuple[Purpose, Category, RecipientKind, Identifiability], Offer]]:
        """Yield what Cedar decides about every combination there is."""
        whole = list(itertools.product(Purpose, Category, RecipientKind, Identifiability))
        asked = [_request(offer, *combination) for combination in whole for offer in _ORDER]
        allowed = self._ask(asked)
        for index, combination in enumerate(whole):
            start = index * len(_ORDER)
            yield combination, self._first_allowed(allowed[start : start + len(_ORDER)])

    def _ask(self, requests: list[dict[str, Any]]) -> list[bool]:
        answers = cedarpy.is_authorized_batch(requests, self._policies, self._entities)
        return [bool(answer.allowed) for answer in answers]

    @staticmethod
    def _first_allowed(allowed: list[bool]) -> Offer:
        return next((offer for offer, is_so in zip(_ORDER, allowed, strict=True) if is_so), Offer.DENY)


def _request(
    offer: Offer, purpose: Purpose, category: Category, kind: RecipientKind, identifiability: Identifiability
) -> dict[str, Any]:
    return {
        "principal": {"type": "RecipientClass", "id": str(kind)},
        "action": {"type": "Action", "id": str(offer)},
        "resource": {"type": "Use", "id": f"{purpose}/{category}"},
        "context": {"identifiability": str(identifiability)},
    }


_compiled: dict[str, RuleSet] = {}


def compile_rules(source: PolicySource) -> RuleSet:
    """Ask Cedar about every combination and return the answers as one plain value; once per version."""
    if source.version in _compiled:
        return _compiled[source.version]
    offers = {
        RuleSet.key(*combination): offer for combination, offer in Board(source).offers() if offer is not Offer.DENY
    }
    made = RuleSet(site=source.site, version=source.version, is_draft=source.is_draft, offers=offers)
    _compiled[source.version] = made
    return made


def put_in_force(session: Session, *, site: str, folder: Path = POLICIES, clock: base.Clock = base.CLOCK) -> RuleSet:
    """Put the policy files of a place in force; unchanged files are not compiled again."""
    source = read_source(site=site, folder=folder)
    held = consent.rule_set(session, site=site)
    if held.version == source.version:
        return held
    compiled = compile_rules(source)
    kept = json.dumps({"texts": source.texts}, ensure_ascii=False)
    consent.adopt_rule_set(session, rule_set=compiled, source=kept, clock=clock)
    return compiled
