"""`meguri demo`: load the demo site where it is missing, and print one-time ways in."""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import timedelta
from typing import Any

from backend import base, demo, people
from backend.cli.database import upgrade

_LINK_LIFE = timedelta(hours=24)


def register(subparsers: Any) -> None:
    """Add `meguri demo`."""
    parser = subparsers.add_parser("demo", help="load the demo site (invented residents) and print ways in")
    parser.add_argument("--json", action="store_true", help="print the ways in as JSON")
    parser.add_argument("--no-links", action="store_true", help="load only")
    parser.set_defaults(run=_run)


def prepare() -> None:
    """Load the demo site where it is missing, and say how far it is."""
    started = time.monotonic()
    if demo.load(tell=_tell):
        print(f"\r{base.say('demo.loaded', seconds=round(time.monotonic() - started))}", file=sys.stderr)


def _run(arguments: argparse.Namespace) -> int:
    import backend.app

    backend.app.load_rooms()
    upgrade(base.runtime())
    prepare()
    if not arguments.no_links:
        print_ways(as_json=arguments.json)
    return 0


def _tell(done: int, total: int) -> None:
    line = base.say("demo.loading", done=done, total=total)
    if sys.stderr.isatty():
        print(f"\r{line}", end="", file=sys.stderr, flush=True)
    elif done % 10 == 0:
        print(line, file=sys.stderr, flush=True)


def print_ways(*, as_json: bool = False) -> None:
    """Make fresh one-time sign-in links for the demo's roles and print them."""
    ways = []
    with base.write_unit() as session:
        for way in demo.ways_in():
            address = people.make_sign_in_link(session, account=way.account, life=_LINK_LIFE)
            ways.append({"key": way.key, "site": way.site, "address": address})
        for site in demo.SITES:
            code = demo.open_code(session, site=site)
            address = people.join_address(base.runtime().settings.origin, code)
            ways.append({"key": "invite", "site": site, "code": people.grouped(code), "address": address})
    if as_json:
        print(json.dumps(ways, ensure_ascii=False, indent=1))
        return
    print(base.say("demo.ways"))
    for each in ways:
        code = f"  {each['code']}" if "code" in each else ""
        site = base.say(f"demo.site_{each['site']}")
        print(f"  {base.say('demo.way_' + each['key'], site=site)}{code}\n    {each['address']}")
