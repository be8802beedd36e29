"""`meguri bank`: what was provided of a person, the books, and the list of sensitive items."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from backend import app, bank, base, consent, people


def _provisions(arguments: argparse.Namespace) -> int:
    with base.read_session() as session:
        people.person(session, person=arguments.person)  # refuses a name that does not exist
        found = bank.provided(session, person=arguments.person)
        reads = consent.reads_of(session, person=arguments.person)
        orders = bank.my_erasures(session, person=arguments.person)
    if arguments.json:
        whole = {"person": arguments.person, "provisions": found, "reads": reads, "erasures": orders}
        print(json.dumps(msgspec.to_builtins(whole), ensure_ascii=False))
        return 0
    for each in found:
        categories = " ".join(each.categories)
        print(f"{each.at:%Y-%m-%d %H:%M} {each.recipient} {each.purpose} {each.version} {categories} {each.n_values}")
    print(base.say("bank.provisions_sum", provisions=len(found), reads=len(reads), erasures=len(orders)))
    return 0


def _books(arguments: argparse.Namespace) -> int:
    with base.read_session() as session:
        problems = bank.unbalanced(session)
    if arguments.json:
        print(json.dumps({"balanced": not problems, "problems": msgspec.to_builtins(problems)}))
    else:
        for problem in problems:
            print(f"{problem.table} {problem.row}: {problem.what}", file=sys.stderr)
        if not problems:
            print(base.say("bank.books_balance"))
    return 1 if problems else 0


def _sensitive(arguments: argparse.Namespace) -> int:
    items = consent.load_list(arguments.file.read_bytes())
    print(base.say("bank.list_loaded", n=sum(map(len, items.items.values())), source=items.source))
    return 0


def _replay(arguments: argparse.Namespace) -> int:
    del arguments
    app.load_rooms()
    print(base.say("bank.replayed", n=base.journal.replay()))
    return 0


def register(subparsers: Any) -> None:
    """Add `meguri bank`."""
    parser = subparsers.add_parser("bank", help="the information bank: provisions, books, permitted items, replay")
    actions = parser.add_subparsers(dest="action", required=True)
    given = actions.add_parser("provisions", help="everything that was provided of one person")
    given.add_argument("--person", required=True, metavar="REF", help="the person's id")
    given.add_argument("--json", action="store_true")
    given.set_defaults(run=_provisions)
    books = actions.add_parser("books", help="check that the double-entry ledger of benefits balances")
    books.add_argument("--json", action="store_true")
    books.set_defaults(run=_books)
    items = actions.add_parser("sensitive", help="load the list of sensitive items that the bank may hold")
    items.add_argument("file", type=Path)
    items.set_defaults(run=_sensitive)
    replay = actions.add_parser("replay", help="do again the withdrawals and erasures that a restored database lacks")
    replay.set_defaults(run=_replay)
