"""Compares the tables of consent with what the ledger says: a switch turned behind its back is found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from backend.base import ledger
from backend.base.ledger_verify import Problem
from backend.consent.tables import ChangeRow, GrantRow, ReadRow, StandingRow, SwitchRow


def differences_from_ledger(session: Session) -> list[Problem]:
    """Return every row of consent that does not say what its ledger entry says."""
    bodies = {each.leaf: (each.kind, each.person, each.body) for each in ledger.all_entries(session, prefix="consent.")}
    return [*_changes(session, bodies), *_reads(session, bodies), *_states(session, bodies)]


Bodies = dict[int, tuple[str, str, Mapping[str, Any]]]


def _changes(session: Session, bodies: Bodies) -> list[Problem]:
    problems, known = [], set()
    for row in session.execute(select(ChangeRow.__table__)):  # type: ignore[attr-defined]
        known.add(row.leaf)
        kind, person, body = bodies.get(row.leaf, ("", "", {}))
        said = (kind, person, body.get("change"), body.get("on"), body.get("recipient"), body.get("category"))
        if said != (f"consent.{row.kind}", row.person, row.id, row.is_on, row.recipient, row.category):
            problems.append(Problem(table="consent_change", row=row.id, what="differs from the ledger"))
    for leaf, (kind, _, body) in bodies.items():
        if kind in {"consent.switch", "consent.pause", "consent.rule", "consent.nextgen"} and leaf not in known:
            problems.append(Problem(table="consent_change", row=str(body["change"]), what="missing"))
    return problems


def _reads(session: Session, bodies: Bodies) -> list[Problem]:
    problems, known = [], set()
    for row in session.execute(select(ReadRow.__table__)):  # type: ignore[attr-defined]
        known.add(row.leaf)
        kind, person, body = bodies.get(row.leaf, ("", "", {}))
        what = dict.fromkeys(sorted(row.what)) if row.is_denied else row.what
        said = dict.fromkeys(body.get("asked", [])) if row.is_denied else body.get("what")
        expected = "consent.denied" if row.is_denied else "consent.read"
        if (kind, person, body.get("read"), body.get("recipient"), said) != (
            expected,
            row.person,
            row.id,
            row.recipient,
            what,
        ):
            problems.append(Problem(table="consent_read", row=row.id, what="differs from the ledger"))
    for leaf, (kind, person, body) in bodies.items():
        # A try at nobody has no person who could be shown it, so no row.
        if kind in {"consent.read", "consent.denied"} and leaf not in known and person:
            problems.append(Problem(table="consent_read", row=str(body["read"]), what="missing"))
    return problems


def _states(session: Session, bodies: Bodies) -> list[Problem]:
    """Replay the changes: what they leave switched on must be just what the tables have on."""
    on: set[tuple[str, str, str]] = set()
    paused: set[str] = set()
    grants: dict[tuple[str, str, str], str] = {}
    for _, (kind, person, body) in sorted(bodies.items()):
        if kind == "consent.pause":
            (paused.add if body["on"] else paused.discard)(person)
        elif kind == "consent.switch" and body["grant"] is not None:
            place = (person, str(body["recipient"]), str(body["purpose"]))
            grant = str(body["grant"])
            if grants.get(place, grant) != grant:  # a new grant: the one before was closed whole
                on = {each for each in on if each[1] != grants[place]}
            grants[place] = grant
            (on.add if body["on"] else on.discard)((person, grant, str(body["category"])))
    query = select(col(SwitchRow.person), col(SwitchRow.grant), col(SwitchRow.category)).where(col(SwitchRow.is_on))
    held = {(row[0], row[1], row[2]) for row in session.execute(query)}
    open_grants = set(session.execute(select(col(GrantRow.id)).where(col(GrantRow.closed_at).is_(None))).scalars())
    held_paused = set(
        session.execute(select(col(StandingRow.person)).where(col(StandingRow.paused_since).is_not(None))).scalars()
    )
    differ = {"/".join(each[1:]): "is not what the changes in the ledger lead to" for each in on ^ held}
    closed = {each[1] for each in held} - open_grants
    return [
        *(Problem(table="consent_switch", row=row, what=what) for row, what in sorted(differ.items())),
        *(Problem(table="consent_grant", row=row, what="is closed with a switch on") for row in sorted(closed)),
        *(
            Problem(table="consent_standing", row=row, what="pause is not what the ledger says")
            for row in sorted(paused ^ held_paused)
        ),
    ]
