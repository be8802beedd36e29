"""`meguri governance`: put the rules of a place in force, and see which are."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from typing import Any

from backend import base, care, consent, governance, people


def _apply(arguments: argparse.Namespace) -> int:
    sites = [arguments.site] if arguments.site else [site.id for site in people.sites()]
    with base.write_unit() as session:
        for site in sites:
            people.site(site)
            governance.put_in_force(session, site=site)
            care.put_team(session, site=site)
    return _show(arguments)


def _show(arguments: argparse.Namespace) -> int:
    sites = [arguments.site] if arguments.site else [site.id for site in people.sites()]
    found = []
    with base.read_session() as session:
        for site in sites:
            rules = consent.rule_set(session, site=site)
            offers = Counter(str(offer) for offer in rules.offers.values())
            found.append(
                {
                    "site": site,
                    "version": rules.version,
                    "is_draft": rules.is_draft,
                    "offers": dict(sorted(offers.items())),
                }
            )
    if arguments.json:
        print(json.dumps(found, ensure_ascii=False))
        return 0
    for each in found:
        key = "governance.rules_shown" if each["version"] else "governance.rules_none"
        print(base.say(key, site=each["site"], version=str(each["version"])[:12]))
        if each["version"] and each["is_draft"]:
            print("  " + base.say("consent.draft_rules"))
    return 0


def register(subparsers: Any) -> None:
    """Add `meguri governance`."""
    parser = subparsers.add_parser("governance", help="the rules of a place")
    actions = parser.add_subparsers(dest="action", required=True)
    for name, run, what in (
        ("apply", _apply, "put the policy files in force and open the counsellors' team; twice is fine"),
        ("show", _show, "which rules are in force"),
    ):
        action = actions.add_parser(name, help=what)
        action.add_argument("--site", help="one site; all where left out")
        action.add_argument("--json", action="store_true", help="print as JSON")
        action.set_defaults(run=run)
