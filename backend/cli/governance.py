"""`meguri governance`: put the rules of a place in force, see which are, and replay old verdicts."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from typing import Any

import msgspec

from backend import base, care, consent, governance, people


def _apply(arguments: argparse.Namespace) -> int:
    sites = _sites(arguments)
    with base.write_unit() as session:
        for site in sites:
            governance.put_in_force(session, site=site)
            care.put_team(session, site=site)
    return _show(arguments)


def _sites(arguments: argparse.Namespace) -> list[str]:
    return [people.site(arguments.site).id] if arguments.site else [site.id for site in people.sites()]


def _show(arguments: argparse.Namespace) -> int:
    sites = _sites(arguments)
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


def _replay(arguments: argparse.Namespace) -> int:
    with base.read_session() as session:
        found = governance.replay(session, verdict=arguments.verdict)
    if arguments.json:
        print(json.dumps(msgspec.to_builtins(found), ensure_ascii=False))
    elif found.is_same:
        print(base.say("governance.replay_same", verdict=found.verdict, policy=found.policy[:12]))
    else:
        what = ", ".join(found.differences)
        print(base.say("governance.replay_differs", verdict=found.verdict, what=what), file=sys.stderr)
    return 0 if found.is_same else 1


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
    again = actions.add_parser("replay", help="decide an old verdict again under the rules of its day")
    again.add_argument("verdict", help="the id of the verdict, as the public register shows it")
    again.add_argument("--json", action="store_true", help="print as JSON")
    again.set_defaults(run=_replay)
