"""`meguri ledger`: verify the ledger, print a signed head to keep, and check a receipt."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from backend import bank, base, consent, governance
from backend.base import ledger
from backend.base.ledger_verify import Report, verify


def _verify(arguments: argparse.Namespace) -> int:
    witness = None
    if arguments.witness is not None:
        witness = msgspec.json.decode(arguments.witness.read_bytes(), type=ledger.Head)
    with base.read_session() as session:
        checks = (
            consent.differences_from_ledger,
            bank.differences_from_ledger,
            governance.differences_from_ledger,
        )
        report = verify(session, witness=witness, checks=checks)
    if arguments.json:
        print(json.dumps({"sound": report.is_sound, **msgspec.to_builtins(report)}, ensure_ascii=False))
    else:
        _print(report)
    return 0 if report.is_sound else 1


def _print(report: Report) -> None:
    print(base.say("base.ledger_size", size=report.size, heads=report.heads, erased=report.erased))
    for problem in report.problems:
        print(f"{problem.table} {problem.row}: {problem.what}", file=sys.stderr)
    if report.is_sound:
        print(base.say("base.ledger_sound"))


def _head(arguments: argparse.Namespace) -> int:
    del arguments
    with base.read_session() as session:
        head = ledger.head(session)
    if head is None:
        raise base.NotFound
    print(msgspec.json.encode(head).decode())
    return 0


def register(subparsers: Any) -> None:
    """Add `meguri ledger`."""
    parser = subparsers.add_parser("ledger", help="verify the ledger of consent changes and reads")
    actions = parser.add_subparsers(dest="action", required=True)
    check = actions.add_parser("verify", help="recompute every hash; names a changed row")
    check.add_argument("--json", action="store_true", help="print the report as JSON")
    check.add_argument("--witness", type=Path, metavar="FILE", help="a head printed earlier by `meguri ledger head`")
    check.set_defaults(run=_verify)
    head = actions.add_parser("head", help="print the newest signed head, for an outsider to keep")
    head.set_defaults(run=_head)
