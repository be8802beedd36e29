"""`meguri advice`: plan a week of meals out of a catalogue and its rules (no record is read); a person's week."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from backend import base
from backend.cli import advice_care, advice_week

UNFINISHED = 3
"""Exit code when the time ran out before anything was proven."""


def register(subparsers: Any) -> None:
    """Add `advice plan-meals` and `advice week`."""
    parser = subparsers.add_parser("advice", help="advice: the best week of meals, proven; a person's week")
    commands = parser.add_subparsers(dest="advice_command", required=True, metavar="COMMAND")
    plan = commands.add_parser("plan-meals", help="the best plan of a catalogue under rules, or the proof of none")
    plan.add_argument("instance", type=Path, help="catalogue (CSV): id, slot, nutrients, price_yen, ..., al0, al1")
    plan.add_argument("--rules", type=Path, required=True, help="JSON: bands_daily, excluded, salt_hi, budget_yen")
    plan.add_argument("--seconds", type=float, default=600.0, help="give up after so many seconds (default: 600)")
    plan.add_argument(
        "--explain",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help="if there is no plan, look so long for what would have to give way (default: 10; 0: do not)",
    )
    plan.add_argument("--json", action="store_true", help="print JSON")
    plan.set_defaults(run=_plan_meals)
    advice_week.register(commands)
    advice_care.register(commands)


def _plan_meals(given: argparse.Namespace) -> int:
    # Loaded here: the solvers take a second to import, and no other command needs them.
    from backend.advice import meals

    rules = meals.read_rules(given.rules.read_bytes())
    rows = meals.read_catalogue(given.instance.read_bytes(), tuple(rules.bands), rules.excluded)
    problem = meals.problem_of(rows, rules)
    is_watched = sys.stderr.isatty() and not given.json

    def watch(step: meals.Step) -> bool:
        if is_watched:
            print(f"{step.part} {step.best if step.best is not None else '-'} <= {step.bound}", file=sys.stderr)
        return True

    answer = meals.solve(problem, seconds=given.seconds, watch=watch)
    found: dict[str, Any] = {"status": answer.status}
    if answer.objective is not None:
        found["objective"] = float(answer.objective)
    found["proof"] = answer.proof
    if answer.status == "unfinished":
        found["bound"] = None if answer.bound is None else float(answer.bound)
    found["plan"] = [[place.day, place.slot, _id(problem.meals[place.meal].id)] for place in answer.plan]
    if answer.status == "infeasible" and given.explain > 0:
        several, found["relaxations_settled"] = meals.loosened(problem, seconds=given.explain)
        found["relaxations"] = [
            {"limit": one.limit, "end": one.end, "wished": float(one.wished), "needed": float(one.needed)}
            for one in several
        ]
    if given.json:
        print(json.dumps(found, ensure_ascii=False, allow_nan=False))
    else:
        _print(found)
    return UNFINISHED if answer.status == "unfinished" else 0


def _id(text: str) -> int | str:
    # "7" goes out as the number it is in the catalogue, "007" as the text it is.
    return int(text) if text.isascii() and text.isdecimal() and str(int(text)) == text else text


def _print(found: dict[str, Any]) -> None:
    print(base.say(f"advice.meals.status.{found['status']}", objective=found.get("objective", "-")))
    for day in range(7):
        meals = [f"{slot} {name}" for on, slot, name in found["plan"] if on == day]
        if meals:
            print(f"{day}: {', '.join(meals)}")
    for one in found.get("relaxations", ()):
        print(
            base.say(f"advice.meals.loosen.{one['end']}", **{name: one[name] for name in ("limit", "wished", "needed")})
        )
    if found.get("relaxations") == []:
        end = "none" if found["relaxations_settled"] else "unknown"
        print(base.say(f"advice.meals.loosen.{end}"))
