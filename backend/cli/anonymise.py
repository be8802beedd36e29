"""`meguri anonymise`: write an anonymised table and its report; `meguri anonymise attack`: judge a release."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from backend import anonymise as room
from backend import base


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(",") if name)


def _mark(text: str) -> str:
    return "\t" if text == r"\t" else text  # as it is typed in most shells


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        column, mark, kind = text.partition("=")
        if not mark:
            raise room.Refused(what=text)
        pairs[column] = kind
    return pairs


def _shift(given: argparse.Namespace) -> room.Shift | None:
    if not given.shift_dates:
        return None
    if not given.person:
        given.usage.error("--shift-dates needs --person")
    return room.Shift(given.person, _names(given.shift_dates), given.shift_days, given.shift_seed)


def _run(given: argparse.Namespace) -> int:
    if given.table == "attack":
        return _attack(given)
    missing = [
        flag
        for flag, value in (
            ("--quasi", given.quasi),
            ("--k", given.k is not None),
            ("--out", given.out),
            ("--report", given.report),
        )
        if not value
    ]
    if missing or given.release is not None:
        given.usage.error("missing: " + " ".join(missing) if missing else f"unexpected: {given.release}")
    outcome = room.anonymise(
        room.Request(
            table=Path(given.table),
            quasi=_names(given.quasi),
            demand=room.Demand(given.k, given.l, given.t, room.Diversity(given.l_kind)),
            out=given.out,
            report=given.report,
            sensitive=_names(given.sensitive),
            direct=_names(given.direct),
            other=_names(given.other),
            hierarchies=given.hierarchies,
            builtin=_pairs(given.builtin),
            form=room.Form(given.form),
            delimiter=given.delimiter,
            distance=room.Distance(given.distance) if given.distance else None,
            page=given.page or given.report.with_suffix(".html"),
            method_sheet=given.sheet,
            sampled_share=given.sampled_share,
            max_risk=given.max_risk,
            shift=_shift(given),
            rare_below=given.rare,
        )
    )
    held = outcome.report["release"]
    line = base.say(
        "anonymise.done", rows=outcome.report["table"]["rows"], k=held["k"], loss=outcome.report["loss"]["mean"]
    )
    print(line)
    return 0


def _attack(given: argparse.Namespace) -> int:
    if given.release is None or given.original is None or given.control is None:
        given.usage.error("attack RELEASE --original TABLE --control TABLE [--json]")
    verdicts = room.attack(
        room.Target(
            release=Path(given.release),
            original=given.original,
            control=given.control,
            report=given.report,
            earlier=given.earlier,
            quasi=_names(given.quasi),
            sensitive=_names(given.sensitive),
            hierarchies=given.hierarchies,
            delimiter=given.delimiter,
        )
    )
    if given.json:
        json.dump(verdicts, sys.stdout, ensure_ascii=False, indent=1, sort_keys=True)
        print()
    else:
        for one in verdicts["attacks"]:
            print(base.say("anonymise.verdict." + one["verdict"], attack=base.say("anonymise.attack." + one["attack"])))
    return 0 if verdicts["verdict"] == "withstood" else 3


def register(subparsers: Any) -> None:
    """Add `meguri anonymise`."""
    parser = subparsers.add_parser("anonymise", help="anonymise a table, or attack a release", description=__doc__)
    parser.add_argument("table", metavar="TABLE.csv|attack", help="the table, or the word attack")
    parser.add_argument("release", nargs="?", metavar="RELEASE", help="after attack: the released file")
    parser.add_argument("--quasi", default="", metavar="A,B,...", help="quasi-identifiers")
    parser.add_argument("--sensitive", default="", metavar="S", help="sensitive columns")
    parser.add_argument("--direct", default="", metavar="C", help="direct identifiers: left out")
    parser.add_argument("--other", default="", metavar="C", help="columns kept as they are")
    parser.add_argument("--hierarchies", type=Path, metavar="DIR", help="<column>.csv or *hierarchy_<column>.csv")
    parser.add_argument("--builtin", action="append", default=[], metavar="COLUMN=KIND", help=", ".join(room.KINDS))
    parser.add_argument("--k", type=int, help="rows that must share their labels")
    parser.add_argument("--l", type=float, help="values of the sensitive column in each class")
    parser.add_argument("--l-kind", choices=[kind.value for kind in room.Diversity], default="distinct")
    parser.add_argument("--t", type=float, help="largest distance of a class from the table")
    parser.add_argument(
        "--distance", choices=[kind.value for kind in room.Distance], help="default: ordered for numbers"
    )
    parser.add_argument("--form", choices=[form.value for form in room.Form], default="labels")
    parser.add_argument("--delimiter", type=_mark, help="default: sniffed")
    parser.add_argument("--sampled-share", type=float, default=1.0, help="share of the population in the table")
    parser.add_argument("--max-risk", type=float, metavar="R", help="refuse if the highest risk is above R")
    parser.add_argument("--rare", type=int, metavar="N", help="sensitive values of fewer than N rows become one")
    parser.add_argument("--shift-dates", metavar="A,B", help="shift these dates, by the same days for one person")
    parser.add_argument("--person", metavar="COLUMN", help="with --shift-dates: whose row it is")
    parser.add_argument("--shift-days", type=int, default=30, help="at most so many days either way")
    parser.add_argument("--shift-seed", help="shift the same way again; default: a fresh secret that nobody keeps")
    parser.add_argument("--out", type=Path, metavar="FILE")
    parser.add_argument("--report", type=Path, metavar="FILE.json")
    parser.add_argument(
        "--page", type=Path, metavar="FILE.html", help="the report as a page of pictures (default: beside the report)"
    )
    parser.add_argument("--sheet", type=Path, metavar="FILE.txt", help="the method sheet in Japanese")
    parser.add_argument("--original", type=Path, metavar="TABLE", help="attack: the table the release was made from")
    parser.add_argument("--control", type=Path, metavar="TABLE", help="attack: people who are not in the release")
    parser.add_argument("--earlier", type=Path, metavar="RELEASE", help="attack: an earlier release of the same people")
    parser.add_argument("--json", action="store_true", help="attack: verdicts as JSON")
    parser.set_defaults(run=_run, usage=parser)
