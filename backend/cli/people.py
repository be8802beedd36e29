"""`meguri people`: first staff, counsellors and reviewers get their codes and links from the operator here."""

from __future__ import annotations

import argparse
import json
from datetime import timedelta
from typing import Any

from backend import base, people


def _invite(arguments: argparse.Namespace) -> int:
    with base.write_unit() as session:
        batch = people.make_batch(
            session,
            site=arguments.site,
            label=arguments.label,
            count=arguments.count,
            expires_at=base.CLOCK.now() + timedelta(days=arguments.days),
            role=people.Role(arguments.role),
        )
    origin = base.runtime().settings.origin
    codes = [{"code": one.code, "address": people.join_address(origin, one.code)} for one in batch.invites]
    if arguments.json:
        print(json.dumps({"batch": batch.id, "expires_at": batch.expires_at.isoformat(), "codes": codes}))
    else:
        for one in codes:
            print(f"{people.grouped(one['code'])}  {one['address']}")
    return 0


def _link(arguments: argparse.Namespace) -> int:
    with base.write_unit() as session:
        print(people.make_sign_in_link(session, account=arguments.account, life=timedelta(hours=arguments.hours)))
    return 0


def _list(arguments: argparse.Namespace) -> int:
    people.site(arguments.site)
    with base.read_session() as session:
        found = people.accounts_at(session, site=arguments.site)
    for one in found:
        roles = ",".join(sorted(one.roles))
        mark = "demo" if one.is_demo else "-"
        print("\t".join((one.id, one.person or "-", roles, mark, one.display_name)))
    return 0


def register(subparsers: Any) -> None:
    """Add `meguri people invite | link | list`."""
    parser = subparsers.add_parser("people", help="invite codes of any role, sign-in links for workers, accounts")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    invite = verbs.add_parser("invite", help="make invite codes, also for staff and counsellors")
    invite.add_argument("--site", required=True)
    invite.add_argument("--role", default="resident", choices=[role.value for role in people.Role])
    invite.add_argument("--count", type=int, default=1)
    invite.add_argument("--days", type=int, default=30, help="how long the codes hold")
    invite.add_argument("--label", default="meguri people invite")
    invite.add_argument("--json", action="store_true")
    invite.set_defaults(run=_invite)

    link = verbs.add_parser("link", help="a one-time sign-in link for a worker's or a demo account")
    link.add_argument("account")
    link.add_argument("--hours", type=int, default=24)
    link.set_defaults(run=_link)

    listed = verbs.add_parser("list", help="accounts of a site: account, person, roles, demo, work name (no identity)")
    listed.add_argument("--site", required=True)
    listed.set_defaults(run=_list)
