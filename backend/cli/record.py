"""`meguri record`: the hash of a person's record, and the record itself as a file; for operators who move a server."""

from __future__ import annotations

import argparse
import io
from pathlib import Path
from typing import Any

from backend import base, consent, people, record


def _permit(session: base.Session, person: str) -> consent.Permit:
    """The person's own permit; an operator acts for the person, with the keys of this server in hand."""
    facts = people.person(session, person=person)
    actor = people.Actor(
        account="operator",
        person=facts.id,
        roles=frozenset({people.Role.RESIDENT}),
        site=facts.site,
        session="meguri record",
    )
    return consent.permit(session, actor=actor, person=facts.id, purpose=consent.Purpose.SELF)


def _hash(arguments: argparse.Namespace) -> int:
    with base.read_session() as session:
        print(record.take.record_hash(session, permit=_permit(session, arguments.person)))
    return 0


def _export(arguments: argparse.Namespace) -> int:
    out = io.BytesIO()
    with base.read_session() as session:

        def mint() -> consent.Permit:
            return _permit(session, arguments.person)

        record.take.export(session, out, permit=mint(), form=arguments.form, renew=mint)
    arguments.out.write_bytes(out.getvalue())
    return 0


def register(subparsers: Any) -> None:
    """Add `meguri record`."""
    parser = subparsers.add_parser("record", help="hash or write out the record of one person")
    actions = parser.add_subparsers(dest="action", required=True)
    check = actions.add_parser("hash", help="print the hash: two servers that hold the same record print the same")
    check.add_argument("--person", required=True, metavar="ID")
    check.set_defaults(run=_hash)
    write = actions.add_parser("export", help="write the whole record into a file")
    write.add_argument("--person", required=True, metavar="ID")
    write.add_argument("--form", choices=sorted(record.take.FORMS), default="fhir")
    write.add_argument("--out", required=True, type=Path, metavar="FILE")
    write.set_defaults(run=_export)
