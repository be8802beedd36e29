"""Checks the whole ledger and names the row that was changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from sqlmodel import Session, col

from backend.base import ledger
from backend.base.ledger_tables import BodyRow, EdgeRow, HeadRow, LeafRow, NodeRow
from backend.base.ledger_tree import Frontier, leaf_hash
from backend.base.runtime import runtime

_SIGNATURES_AT_MOST = 20_000
"""A million signatures take minutes; above this many heads the newest and a good one before a fault are checked."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One row that is not what it was: table, its key, and what is wrong with it."""

    table: str
    row: str
    what: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a check of the ledger found."""

    size: int
    root: str
    heads: int
    bodies: int
    erased: int
    problems: tuple[Problem, ...]

    @property
    def is_sound(self) -> bool:
        """Return whether nothing was changed."""
        return not self.problems


Check = Callable[[Session], list[Problem]]


def verify(
    session: Session,
    *,
    key: Ed25519PublicKey | None = None,
    witness: ledger.Head | None = None,
    checks: tuple[Check, ...] = (),
) -> Report:
    """Recompute every hash and compare with rows, signed heads and, if given, a head that an outsider kept.

    `checks` are further ones of other rooms, whose tables repeat what the ledger says.
    """
    public = key or runtime().keys.signing_key().public_key()
    problems: list[Problem] = []
    nodes = dict(_nodes(session))
    heads = {row[0]: row for row in _heads(session)}
    tree = Frontier()
    good_until = 0
    first_bad: int | None = None
    n_bodies = 0
    for idx, at, kind, salted, stored, person, salt, body in _leaves(session):
        if idx != tree.size:
            problems.append(Problem(table="ledger_leaf", row=str(tree.size), what="missing"))
            return _report(tree, heads, n_bodies, problems)
        digest = leaf_hash(ledger.leaf_bytes(idx, at, kind, salted))
        if digest != stored:
            problems.append(Problem(table="ledger_leaf", row=str(idx), what="changed"))
        if body is not None:
            n_bodies += 1
            if ledger.salted_hash(salt, person, body) != salted:
                problems.append(Problem(table="ledger_body", row=str(idx), what="changed"))
        # From here on with the hash the row itself claims, so that one changed row is named once.
        for coordinate, node in tree.append(stored):
            if nodes.pop(coordinate, None) != node:
                problems.append(
                    Problem(table="ledger_node", row="{}/{}".format(*coordinate), what="changed or missing")
                )
        head = heads.get(tree.size)
        if head is not None:
            if head[2] == tree.root():
                good_until = tree.size
            elif first_bad is None:
                first_bad = tree.size
                where = f"{good_until}..{tree.size - 1}" if tree.size - 1 > good_until else str(good_until)
                problems.append(Problem(table="ledger_leaf", row=where, what="does not lead to the signed root"))
        if witness is not None and witness.size == tree.size and ledger.unb64(witness.root) != tree.root():
            problems.append(Problem(table="ledger_leaf", row=f"0..{tree.size - 1}", what="differs from the witness"))
    problems += _stray_bodies(session)
    problems += [
        Problem(table="ledger_node", row="{}/{}".format(*name), what="belongs to no leaf") for name in sorted(nodes)
    ]
    problems += _bad_heads(heads, tree, good_until, public)
    problems += _bad_edge(session, tree)
    if witness is not None:
        problems += _bad_witness(witness, tree, public)
    for check in checks:
        problems += check(session)
    return _report(tree, heads, n_bodies, problems)


def _report(tree: Frontier, heads: dict[int, _Head], bodies: int, problems: list[Problem]) -> Report:
    return Report(
        size=tree.size,
        root=ledger.b64(tree.root()),
        heads=len(heads),
        bodies=bodies,
        erased=max(tree.size - bodies, 0),
        problems=tuple(problems),
    )


_Head = tuple[int, datetime, bytes, bytes]


def _heads(session: Session) -> Iterator[_Head]:
    query = select(col(HeadRow.size), col(HeadRow.at), col(HeadRow.root), col(HeadRow.signature))
    yield from session.execute(query.order_by(col(HeadRow.size)))


# Plain tables and the bare connection here: a million rows through the mapper take three times as long.
_LEAF: Any = LeafRow.__table__  # type: ignore[attr-defined]
_BODY: Any = BodyRow.__table__  # type: ignore[attr-defined]
_NODE: Any = NodeRow.__table__  # type: ignore[attr-defined]


def _leaves(session: Session) -> Iterator[tuple[int, datetime, str, str, bytes, str, bytes, str | None]]:
    leaf, body = _LEAF.c, _BODY.c
    query = (
        select(leaf.idx, leaf.at, leaf.kind, leaf.salted, leaf.hash, body.person, body.salt, body.body)
        .select_from(_LEAF.outerjoin(_BODY, body.leaf == leaf.idx))
        .order_by(leaf.idx)
    )
    yield from session.connection().execute(query.execution_options(yield_per=10_000))


def _nodes(session: Session) -> Iterator[tuple[tuple[int, int], bytes]]:
    query = select(_NODE.c.level, _NODE.c.position, _NODE.c.hash).execution_options(yield_per=10_000)
    for level, position, digest in session.connection().execute(query):
        yield (level, position), digest


def _stray_bodies(session: Session) -> list[Problem]:
    query = (
        select(col(BodyRow.leaf))
        .outerjoin(LeafRow, col(LeafRow.idx) == col(BodyRow.leaf))
        .where(col(LeafRow.idx).is_(None))
        .order_by(col(BodyRow.leaf))
    )
    return [
        Problem(table="ledger_body", row=str(leaf), what="has no leaf") for leaf in session.execute(query).scalars()
    ]


def _is_signed(head: _Head, public: Ed25519PublicKey) -> bool:
    size, at, root, signature = head
    try:
        public.verify(signature, ledger.head_bytes(size, at, root))
    except InvalidSignature:
        return False
    return True


def _bad_heads(heads: dict[int, _Head], tree: Frontier, good_until: int, public: Ed25519PublicKey) -> list[Problem]:
    problems = []
    sizes = sorted(heads)
    if tree.size and tree.size not in heads:
        problems.append(Problem(table="ledger_head", row=str(tree.size), what="missing"))
    if sizes and sizes[-1] > tree.size:
        gone = f"{tree.size}..{sizes[-1] - 1}"
        problems.append(Problem(table="ledger_leaf", row=gone, what="missing"))
    checked = sizes if len(sizes) <= _SIGNATURES_AT_MOST else [*{good_until, sizes[-1]} & set(sizes)]
    problems += [
        Problem(table="ledger_head", row=str(size), what="signature is wrong")
        for size in checked
        if not _is_signed(heads[size], public)
    ]
    return problems


def _bad_edge(session: Session, tree: Frontier) -> list[Problem]:
    row = session.execute(select(col(EdgeRow.size), col(EdgeRow.hashes))).first()
    size, joined = (row[0], row[1]) if row else (0, b"")
    if (size, joined) == (tree.size, b"".join(tree.hashes)):
        return []
    return [Problem(table="ledger_edge", row="1", what="does not fit the leaves")]


def _bad_witness(witness: ledger.Head, tree: Frontier, public: Ed25519PublicKey) -> list[Problem]:
    at = datetime.strptime(witness.at, "%Y-%m-%dT%H:%M:%S.%f%z")
    kept = (witness.size, at, ledger.unb64(witness.root), ledger.unb64(witness.signature))
    if not _is_signed(kept, public):
        return [Problem(table="witness", row=str(witness.size), what="is not signed by this installation")]
    if witness.size > tree.size:
        return [Problem(table="ledger_leaf", row=f"{tree.size}..{witness.size - 1}", what="cut off since the witness")]
    return []
