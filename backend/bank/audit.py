"""Compares the tables of the bank with the ledger, and the books with themselves."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session

from backend.bank import benefits, deliveries
from backend.bank.tables import ErasureRow
from backend.base import ledger
from backend.base.ledger_verify import Problem


def differences_from_ledger(session: Session) -> list[Problem]:
    """Return every row of the bank that does not say what its ledger entry says, and books that do not balance."""
    return [*deliveries.differences(session), *benefits.unbalanced(session), *_erasures(session)]


def _erasures(session: Session) -> list[Problem]:
    ordered = {each.leaf: each for each in ledger.all_entries(session, prefix="bank.erase_order")}
    certified = {str(each.body["erasure"]) for each in ledger.all_entries(session, prefix="bank.erased")}
    problems, known = [], set()
    for row in session.execute(select(ErasureRow.__table__)):  # type: ignore[attr-defined]
        entry = ordered.pop(row.leaf, None)
        known.add(row.id)
        if row.subject is None:  # erased: what the order stood for is gone from the ledger too
            continue
        body = entry.body if entry else {}
        if (body.get("erasure"), body.get("recipient"), body.get("categories")) != (
            row.id,
            row.recipient,
            row.categories,
        ):
            problems.append(Problem(table="bank_erasure", row=row.id, what="differs from the ledger"))
        if (row.certified_at is not None) != (row.id in certified):
            problems.append(Problem(table="bank_erasure", row=row.id, what="certificate is not what the ledger says"))
    missing = {str(each.body["erasure"]) for each in ordered.values()} | (certified - known)
    return problems + [Problem(table="bank_erasure", row=each, what="missing") for each in sorted(missing)]
