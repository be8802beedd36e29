"""`meguri link inspect`: look into a file without storing anything."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from backend import base, link
from backend.record import catalogue


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the `inspect` command below `link`."""
    parser = commands.add_parser("inspect", help="read a file and say what is in it; nothing is stored")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    path: Path = arguments.file
    with link.open_source(path, filename=path.name) as source:
        found = link.look_into(source)
    if arguments.json:
        json.dump(found, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    else:
        _print(found)
    return 0


def _print(found: dict[str, Any]) -> None:
    print(found["format"])
    for person in found["persons"]:
        print(" ", person["name"] or "-", person["birth"] or "-", person["sex"] or "-")
    for metric, one in found["metrics"].items():
        print(f"  {one['count']:>8}  {catalogue.metric(metric).ja}  {one['first']} - {one['last']}")
    for kind, count in found["facts"].items():
        print(f"  {count:>8}  {catalogue.metric(kind).ja if catalogue.find(kind) else kind}")
    for note in found["warnings"]:
        print("  !", base.say(note["key"], **note["params"]), note["place"])
    for left in found["left_out"]:
        print("  -", left["place"], base.say(left["key"]), " ".join(str(one) for one in left["params"].values()))
