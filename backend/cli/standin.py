"""`meguri standin`: invented partners as processes of their own, for demos and tests."""

from __future__ import annotations

import argparse
from typing import Any

from backend import base
from backend.cli import standin_clinic, standin_insurer

NAMES = {
    "clinic": (
        "見本オンラインクリニック（見本）",
        "{見本|みほん}クリニック（{見本|みほん}）",
        "Sample Online Clinic (stand-in)",
    ),
    "insurer": ("見本生命（見本）", "{見本|みほん}{生命|せいめい}（{見本|みほん}）", "Sample Life (stand-in)"),
}
SERVERS = {"clinic": standin_clinic.serve, "insurer": standin_insurer.serve}


def register(subparsers: Any) -> None:
    """Add `standin clinic` and `standin insurer`."""
    parser = subparsers.add_parser("standin", help="an invented partner as a process (for demos and tests)")
    kinds = parser.add_subparsers(dest="standin_command", required=True, metavar="KIND")
    for kind in NAMES:
        one = kinds.add_parser(kind, help=f"an invented {kind}, speaking the real protocol on this machine only")
        one.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
        one.add_argument("--site", action="append", help="write it down as a partner of this site (may be repeated)")
        one.set_defaults(run=_run, kind=kind)


def _run(given: argparse.Namespace) -> int:
    server = SERVERS[given.kind](given.port)
    address = f"http://localhost:{server.server_address[1]}"
    for site in given.site or ():
        base.put_partner(partner(given.kind, site=site, address=address))
    print(address, flush=True)
    try:
        server.serve_forever()
    finally:
        server.server_close()
    return 0


def partner(kind: Any, *, site: str, address: str) -> base.Partner:
    """The invented partner of a site, with 見本 in its name."""
    ja, ja_easy, en = NAMES[kind]
    names = base.PartnerNames(ja=ja, ja_easy=ja_easy, en=en)
    recipient = f"sample-life-{site}" if kind == "insurer" else ""
    return base.Partner(
        id=f"standin-{kind}-{site}", kind=kind, site=site, base=address, names=names, recipient=recipient,
        is_standin=True,
    )  # fmt: skip
