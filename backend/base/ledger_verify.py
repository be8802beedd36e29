"""Checks the whole ledger and names the row that was changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select
from sqlmodel import Session, col

from backend.base import ledger
from backend.base.ledger_tables import BodyRow, EdgeRow, HeadRow, LeafRow, NodeRow
from backend.base.ledger_tree import EMPTY_ROOT, fold
from backend.base.runtime import runtime

_SIGNATURES_AT_MOST = 20_000
"""A million signatures take minutes; above this many heads the newest and a good one before a fault are checked."""
_PAGE = 50_000


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
    stored, n_bodies = _check_leaves(session, problems)
    tree = _Tree(stored)
    heads = {row[0]: row for row in _heads(session)}
    if _is_cut_in_the_middle(session, len(stored)):
        problems.append(Problem(table="ledger_leaf", row=str(len(stored)), what="missing"))
        return _report(tree, heads, n_bodies, problems)
    good_until = _check_roots(tree, heads, problems)
    if witness is not None and 0 < witness.size <= tree.size and ledger.unb64(witness.root) != tree.root(witness.size):
        problems.append(Problem(table="ledger_leaf", row=f"0..{witness.size - 1}", what="differs from the witness"))
    problems += _stray_bodies(session)
    problems += _bad_nodes(session, tree)
    problems += _bad_heads(heads, tree, good_until, public)
    problems += _bad_edge(session, tree)
    if witness is not None:
        problems += _bad_witness(witness, tree, public)
    for check in checks:
        problems += check(session)
    return _report(tree, heads, n_bodies, problems)


class _Tree:
    """All hashes of a tree, level by level, from the leaf hashes that the rows claim."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.levels = [leaves]
        below = leaves
        while len(below) > 1:
            # A complete pair each; what is left over on the right has no inner node yet.
            below = [
                sha256(b"\x01" + left + right).digest() for left, right in zip(below[::2], below[1::2], strict=False)
            ]
            self.levels.append(below)

    @property
    def size(self) -> int:
        """Return how many leaves there are."""
        return len(self.levels[0])

    def edge(self, size: int) -> list[bytes]:
        """Return the complete subtrees of the first `size` leaves, largest first."""
        return [
            self.levels[level][(size >> level) - 1]
            for level in range(size.bit_length() - 1, -1, -1)
            if size >> level & 1
        ]

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the first `size` leaves, of all where none is given."""
        wanted = self.size if size is None else size
        return fold(self.edge(wanted)) if wanted else EMPTY_ROOT


def _check_leaves(session: Session, problems: list[Problem]) -> tuple[list[bytes], int]:
    """Return the leaf hashes as the rows claim them, so that one changed row is named once, and how many have bodies.

    Stops at the first gap: nothing behind a missing leaf can be in its place.
    """
    stored: list[bytes] = []
    n_bodies = 0
    for idx, at, kind, salted, digest, person, salt, body in _leaves(session):
        if idx != len(stored):
            break
        text = f"meguri-leaf-1\n{idx}\n{at}\n{kind}\n{salted}"
        if sha256(b"\x00" + text.encode()).digest() != digest:
            problems.append(Problem(table="ledger_leaf", row=str(idx), what="changed"))
        if body is not None:
            n_bodies += 1
            if sha256(salt + f"{person}\n{body}".encode()).hexdigest() != salted:
                problems.append(Problem(table="ledger_body", row=str(idx), what="changed"))
        stored.append(digest)
    return stored, n_bodies


def _is_cut_in_the_middle(session: Session, size: int) -> bool:
    return session.execute(select(col(LeafRow.idx)).where(col(LeafRow.idx) >= size).limit(1)).first() is not None


def _check_roots(tree: _Tree, heads: dict[int, _Head], problems: list[Problem]) -> int:
    """Compare every signed root with the leaves; the first that differs bounds where the change is."""
    good_until, is_found = 0, False
    for size in sorted(each for each in heads if 0 < each <= tree.size):
        if heads[size][2] == tree.root(size):
            good_until = size
        elif not is_found:
            is_found = True
            where = f"{good_until}..{size - 1}" if size - 1 > good_until else str(good_until)
            problems.append(Problem(table="ledger_leaf", row=where, what="does not lead to the signed root"))
    return good_until


def _report(tree: _Tree, heads: dict[int, _Head], bodies: int, problems: list[Problem]) -> Report:
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

_LeafAndBody = tuple[int, str, str, str, bytes, str, bytes, str | None]


def _leaves(session: Session) -> Iterator[_LeafAndBody]:
    leaf, body = _LEAF.c, _BODY.c
    query = (
        select(leaf.idx, leaf.at, leaf.kind, leaf.salted, leaf.hash, body.person, body.salt, body.body)
        .select_from(_LEAF.outerjoin(_BODY, body.leaf == leaf.idx))
        .order_by(leaf.idx)
    )
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        # SQLite keeps times as text that differs from the hashed spelling only in its end: no parsing, no rows of
        # SQLAlchemy. A million rows in 2 s instead of 12.
        cursor = connection.connection.cursor()
        try:
            cursor.execute(str(query.compile(connection)))
            while page := cursor.fetchmany(_PAGE):
                for idx, at, *rest in page:
                    yield (idx, f"{at[:26]}Z" if at.endswith("+00:00") and len(at) == 32 else at, *rest)
        finally:
            cursor.close()
        return
    for idx, at, *rest in connection.execute(query.execution_options(yield_per=_PAGE)):
        yield (idx, ledger.time_text(at), *rest)


def _bad_nodes(session: Session, tree: _Tree) -> list[Problem]:
    """Compare the inner nodes kept for proofs with those computed, level by level."""
    problems = []
    top = session.execute(select(func.max(_NODE.c.level))).scalar_one() or 0
    for level in range(1, max(top, len(tree.levels) - 1) + 1):
        right = tree.levels[level] if level < len(tree.levels) else []
        query = select(_NODE.c.position, _NODE.c.hash).where(_NODE.c.level == level).order_by(_NODE.c.position)
        rows = session.connection().execute(query.execution_options(yield_per=_PAGE))
        held: dict[int, bytes] = {row[0]: row[1] for row in rows}
        if len(held) == len(right) and all(held.get(at) == node for at, node in enumerate(right)):
            continue
        problems += [
            Problem(table="ledger_node", row=f"{level}/{at}", what="changed or missing")
            for at, node in enumerate(right)
            if held.get(at) != node
        ]
        problems += [
            Problem(table="ledger_node", row=f"{level}/{at}", what="belongs to no leaf")
            for at in sorted(held)
            if not 0 <= at < len(right)
        ]
    return problems


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


def _bad_heads(heads: dict[int, _Head], tree: _Tree, good_until: int, public: Ed25519PublicKey) -> list[Problem]:
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


def _bad_edge(session: Session, tree: _Tree) -> list[Problem]:
    row = session.execute(select(col(EdgeRow.size), col(EdgeRow.hashes))).first()
    size, joined = (row[0], row[1]) if row else (0, b"")
    if (size, joined) == (tree.size, b"".join(tree.edge(tree.size))):
        return []
    return [Problem(table="ledger_edge", row="1", what="does not fit the leaves")]


def _bad_witness(witness: ledger.Head, tree: _Tree, public: Ed25519PublicKey) -> list[Problem]:
    at = datetime.strptime(witness.at, "%Y-%m-%dT%H:%M:%S.%f%z")
    kept = (witness.size, at, ledger.unb64(witness.root), ledger.unb64(witness.signature))
    if not _is_signed(kept, public):
        return [Problem(table="witness", row=str(witness.size), what="is not signed by this installation")]
    if witness.size > tree.size:
        return [Problem(table="ledger_leaf", row=f"{tree.size}..{witness.size - 1}", what="cut off since the witness")]
    return []
