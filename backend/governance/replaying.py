"""Replays: an old verdict compiled again under the rules of its day, and every table row held against the ledger."""

from __future__ import annotations

import msgspec
from sqlalchemy import select
from sqlmodel import Session, col

from backend import base
from backend.base import ledger
from backend.base.ledger_verify import Problem
from backend.consent import UseState, Verdict, held_uses
from backend.governance.forms import Decision
from backend.governance.policies_held import board_of
from backend.governance.refusals import TooBroad
from backend.governance.settling import Inputs, compile_verdict, digest, encode_verdict, outcome
from backend.governance.tables import DecidedRow, UseEventRow


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """What a replay found: the policy it ran under, and every place where it did not come out the same."""

    verdict: str
    use: str
    site: str
    policy: str
    is_approved: bool
    leaf: int
    is_same: bool
    differences: tuple[str, ...]


def replay(session: Session, *, verdict: str) -> Replay:
    """Decide an old case again from what was kept of it; raises NotFound for an unknown verdict."""
    row = session.get(DecidedRow, verdict)
    if row is None:
        raise base.NotFound
    differences = list(_against_ledger(session, row))
    try:
        inputs = msgspec.json.decode(row.inputs, type=Inputs)
    except msgspec.DecodeError:
        differences.append("inputs")
    else:
        differences += _again(session, row, inputs)
    return Replay(
        verdict=row.id,
        use=row.use,
        site=row.site,
        policy=row.policy,
        is_approved=row.is_approved,
        leaf=row.leaf,
        is_same=not differences,
        differences=tuple(dict.fromkeys(differences)),
    )


def _again(session: Session, row: DecidedRow, inputs: Inputs) -> list[str]:
    found = []
    try:
        source, board = board_of(session, site=row.site, version=inputs.policy)
    except base.NotFound:
        return ["policy_text"]
    if source.version != row.policy or inputs.policy != row.policy:
        found.append("policy")
    decided = outcome([each.decision for each in inputs.opinions])
    if (decided is Decision.APPROVE) != row.is_approved:
        found.append("decision")
    if not row.is_approved:
        return found
    try:
        compiled = encode_verdict(compile_verdict(inputs, source, board))
    except (TooBroad, StopIteration):
        return [*found, "rules"]
    if compiled == row.body:
        return found
    try:
        held = msgspec.json.decode(row.body, type=Verdict)
    except msgspec.DecodeError:
        return [*found, "body"]
    made = msgspec.json.decode(compiled, type=Verdict)
    return [*found, *(name for name in Verdict.__struct_fields__ if getattr(held, name) != getattr(made, name))]


def _against_ledger(session: Session, row: DecidedRow) -> list[str]:
    said = next(
        (each for each in ledger.all_entries(session, prefix="governance.verdict") if each.leaf == row.leaf), None
    )
    if said is None:
        return ["ledger"]
    expected = {
        "verdict": row.id,
        "use": row.use,
        "application": row.application,
        "is_approved": row.is_approved,
        "policy": row.policy,
        "inputs": digest(row.inputs),
        "body": digest(row.body),
    }
    return [f"ledger.{name}" for name, value in expected.items() if said.body.get(name) != value]


def differences_from_ledger(session: Session) -> list[Problem]:
    """Return every row of governance that does not say what its ledger entry says."""
    bodies = {each.leaf: each for each in ledger.all_entries(session, prefix="governance.")}
    problems, known = [], set()
    newest: dict[str, str] = {}
    for row in session.scalars(select(DecidedRow).order_by(col(DecidedRow.leaf))):
        known.add(row.leaf)
        said = bodies.get(row.leaf)
        expected = (row.id, row.use, row.is_approved, row.policy, digest(row.inputs), digest(row.body))
        names = ("verdict", "use", "is_approved", "policy", "inputs", "body")
        if said is None or tuple(said.body.get(name) for name in names) != expected:
            problems.append(Problem(table="governance_verdict", row=row.id, what="differs from the ledger"))
        if row.is_approved:
            newest[row.use] = row.body
    states = dict.fromkeys(newest, UseState.LIVE)
    after = {"suspended": UseState.SUSPENDED, "resumed": UseState.LIVE, "ended": UseState.ENDED}
    for event in session.scalars(select(UseEventRow).order_by(col(UseEventRow.leaf))):
        known.add(event.leaf)
        said = bodies.get(event.leaf)
        told = None if said is None else (said.kind, said.body.get("use"), said.body.get("why"))
        if told != (f"governance.{event.kind}", event.use, event.why):
            problems.append(Problem(table="governance_use_event", row=event.id, what="differs from the ledger"))
        states[event.use] = after[event.kind]
    for leaf, each in bodies.items():
        if each.kind == "governance.verdict" and leaf not in known:
            problems.append(Problem(table="governance_verdict", row=str(each.body["verdict"]), what="missing"))
        elif each.kind.removeprefix("governance.") in after and leaf not in known:
            problems.append(Problem(table="governance_use_event", row=str(each.body["use"]), what="missing"))
    for use in held_uses(session):
        name = use.verdict.use
        if newest.get(name) != encode_verdict(use.verdict) or states.get(name) is not use.state:
            problems.append(Problem(table="consent_verdict", row=name, what="is not what the board decided"))
    return problems
