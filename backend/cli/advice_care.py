"""`meguri advice read-clinics | import-clinics`: free slots of clinics, and the national open data."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from backend import base


def register(commands: Any) -> None:
    """Add the two commands."""
    read = commands.add_parser("read-clinics", help="read the free slots that the clinics of partners.json publish")
    read.set_defaults(run=_read)
    load = commands.add_parser("import-clinics", help="medical institutions out of the national open data (ナビイ)")
    load.add_argument("facilities", type=Path, help="…_facility_info_….csv")
    load.add_argument("specialities", type=Path, help="…_speciality_hours_….csv")
    load.add_argument("--dry-run", action="store_true", help="say what is wrong and keep nothing")
    load.set_defaults(run=_load)


def _read(given: argparse.Namespace) -> int:
    del given
    from backend.advice.telemed import clinics

    for partner in base.partners("clinic"):
        count, wrong = clinics.read_clinic(partner)
        print(f"{partner.id}: {count}")
        for one in wrong:
            print(f"  {one.file} {one.line}: {one.why}")
    return 0


def _load(given: argparse.Namespace) -> int:
    from backend.advice.telemed import clinics

    found, wrong = clinics.read_open_data(given.facilities.read_bytes(), given.specialities.read_bytes())
    for one in wrong[:100]:
        print(f"{one.file} {one.row}: {one.column}")
    if not given.dry_run:
        with base.write_unit() as session:
            clinics.put_institutions(session, found=found, at=base.CLOCK.now())
    print(base.say("advice.telemed.loaded", n=len(found), wrong=len(wrong)))
    return 0
