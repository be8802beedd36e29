"""`meguri advice week`: this week's suggestions of a person, with what is masked and why."""

from __future__ import annotations

import argparse
import json
from typing import Any

from backend import base, demo, people


def register(commands: Any) -> None:
    """Add `week` under `meguri advice`."""
    parser = commands.add_parser("week", help="this week's suggestions of a person, with reasons")
    parser.add_argument(
        "--person", required=True, metavar="REF", help="a person's id, or the reference of a demo resident (demo-01)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=_week)


def _week(given: argparse.Namespace) -> int:
    # Loaded here: rooms take a second to import.
    from backend.advice import api, service
    from backend.advice.week import service as weeks

    person = demo.person_of(given.person) or given.person
    with base.write_unit() as session:  # reading somebody's record is written down where she sees it
        people.person(session, person=person)
        permit = weeks.permit_of(session, person=person)
        known, choice = service.week(session, permit=permit)
        shown = api.shown(known, choice, service.answers(session, permit=permit))
        move = weeks.movement_plan(session, permit=permit)
    if given.json:
        found = shown.model_dump(mode="json")
        found["movement"] = [
            {"day": one.day.isoformat(), "kind": one.kind, "minutes": one.minutes} for one in move.sessions
        ]
        print(json.dumps(found, ensure_ascii=False, allow_nan=False))
        return 0
    for one in shown.suggestions:
        title, value = (base.say(each.key, None, **each.params) for each in (one.title, one.trigger.words))
        print(f"{one.id:24} {title}\n{'':24} {value}")
    for masked in shown.masked:
        print(f"- {masked.id:22} {base.say(masked.reason.key)}")
    return 0
