"""The ledger: an append-only Merkle tree in the same database, with receipts that verify offline.

A leaf holds a salted hash; what it stands for is kept beside it and can be erased without breaking
the tree. Tree heads are signed with Ed25519, receipts are compact JWS with an inclusion proof.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import and_, delete, insert, or_, select, update
from sqlmodel import Session, col

from backend.base.clock import CLOCK, Clock
from backend.base.ledger_tables import BodyRow, EdgeRow, HeadRow, LeafRow, NodeRow
from backend.base.ledger_tree import Coordinate, Frontier, consistency_covers, fold, inclusion_covers, leaf_hash
from backend.base.refusal import NotFound
from backend.base.runtime import runtime

RECEIPT_TYPE = "meguri-receipt+jwt"
_LEAF: Any = LeafRow.__table__  # type: ignore[attr-defined]
_BODY: Any = BodyRow.__table__  # type: ignore[attr-defined]
_NODE: Any = NodeRow.__table__  # type: ignore[attr-defined]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be written down: what kind, about whom, in which words (no health values)."""

    kind: str
    person: str
    body: Mapping[str, Any]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was written down, with its place in the tree."""

    leaf: int
    at: datetime
    kind: str
    person: str
    body: Mapping[str, Any]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """A signed tree head: an outsider who keeps one can prove later that nothing before it changed."""

    size: int
    at: str
    root: str
    kid: str
    signature: str


def b64(raw: bytes) -> str:
    """Return base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Return the bytes of base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def time_text(at: datetime) -> str:
    """Return the one spelling of a time that is hashed and signed."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def salted_hash(salt: bytes, person: str, body: str) -> str:
    """Return what a leaf says about its body: SHA-256 of salt, person and body, in hex."""
    return sha256(salt + person.encode() + b"\n" + body.encode()).hexdigest()


def leaf_bytes(index: int, at: datetime, kind: str, salted: str) -> bytes:
    """Return the bytes of a leaf; place and time are in it, so that rows cannot change places."""
    return leaf_text(index, time_text(at), kind, salted)


def leaf_text(index: int, at: str, kind: str, salted: str) -> bytes:
    """Return the bytes of a leaf whose time is spelled already."""
    return f"meguri-leaf-1\n{index}\n{at}\n{kind}\n{salted}".encode()


def head_bytes(size: int, at: datetime, root: bytes) -> bytes:
    """Return the bytes that a tree head signs."""
    return f"meguri-head-1\n{size}\n{time_text(at)}\n{root.hex()}".encode()


def jwk(key: Ed25519PublicKey) -> dict[str, str]:
    """Return a public key as a JWK (RFC 8037) whose kid is its thumbprint (RFC 7638)."""
    x = b64(key.public_bytes_raw())
    thumb = sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'.encode()).digest()
    return {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": b64(thumb), "use": "sig", "alg": "EdDSA"}


def public_keys() -> list[dict[str, str]]:
    """Return the public keys that verify receipts and heads of this installation."""
    return [jwk(runtime().keys.signing_key().public_key())]


def append(session: Session, *, kind: str, person: str, body: Mapping[str, Any], clock: Clock = CLOCK) -> int:
    """Write one thing down inside the caller's unit and return its leaf number; no health values in `body`."""
    return append_many(session, entries=[Entry(kind=kind, person=person, body=body)], clock=clock)[0]


def append_many(
    session: Session,
    *,
    entries: Iterable[Entry],
    clock: Clock = CLOCK,
    salts: Callable[[int], bytes] = secrets.token_bytes,
    key: Ed25519PrivateKey | None = None,
) -> list[int]:
    """Write many things down under one signed head and return their leaf numbers."""
    at = clock.now()
    at_text = time_text(at)
    edge = _edge(session)
    first = edge.size
    leaves, bodies, nodes = [], [], []
    for entry in entries:
        body = msgspec.json.encode(entry.body, order="deterministic").decode()
        salt = salts(16)
        salted = salted_hash(salt, entry.person, body)
        digest = leaf_hash(leaf_text(edge.size, at_text, entry.kind, salted))
        leaves.append({"idx": edge.size, "at": at, "kind": entry.kind, "salted": salted, "hash": digest})
        bodies.append({"person": entry.person, "leaf": edge.size, "salt": salt, "body": body})
        nodes += [{"level": level, "position": at_, "hash": node} for (level, at_), node in edge.append(digest)]
    if not leaves:
        return []
    # The bare connection: through the mapper each row takes four times as long.
    connection = session.connection()
    connection.execute(insert(_LEAF), leaves)
    connection.execute(insert(_BODY), bodies)
    if nodes:
        connection.execute(insert(_NODE), nodes)
    session.execute(update(EdgeRow).where(col(EdgeRow.id) == 1).values(size=edge.size, hashes=b"".join(edge.hashes)))
    signing = key or runtime().keys.signing_key()
    root = edge.root()
    head = {
        "size": edge.size,
        "at": at,
        "root": root,
        "kid": jwk(signing.public_key())["kid"],
        "signature": signing.sign(head_bytes(edge.size, at, root)),
    }
    session.execute(insert(HeadRow), [head])
    return list(range(first, edge.size))


def _edge(session: Session) -> Frontier:
    # FOR UPDATE is what PostgreSQL writers queue on; SQLite writers already queue on BEGIN IMMEDIATE.
    row = session.execute(
        select(col(EdgeRow.size), col(EdgeRow.hashes)).where(col(EdgeRow.id) == 1).with_for_update()
    ).first()
    if row is None:
        session.execute(insert(EdgeRow), [{"id": 1, "size": 0, "hashes": b""}])
        return Frontier()
    size, joined = row
    return Frontier(size, [joined[i : i + 32] for i in range(0, len(joined), 32)])


def entries(
    session: Session, *, person: str, kinds: Sequence[str] | None = None, before: int | None = None, limit: int = 50
) -> list[Record]:
    """Return what was written down about a person, newest first."""
    query = (
        select(col(LeafRow.idx), col(LeafRow.at), col(LeafRow.kind), col(BodyRow.body))
        .join(BodyRow, col(BodyRow.leaf) == col(LeafRow.idx))
        .where(col(BodyRow.person) == person)
        .order_by(col(LeafRow.idx).desc())
        .limit(limit)
    )
    if kinds is not None:
        query = query.where(col(LeafRow.kind).in_(kinds))
    if before is not None:
        query = query.where(col(LeafRow.idx) < before)
    return [
        Record(leaf=leaf, at=at, kind=kind, person=person, body=msgspec.json.decode(body))
        for leaf, at, kind, body in session.execute(query)
    ]


def all_entries(session: Session, *, prefix: str) -> Iterator[Record]:
    """Yield everything ever written down whose kind starts with a prefix and was not erased, oldest first."""
    query = (
        select(col(LeafRow.idx), col(LeafRow.at), col(LeafRow.kind), col(BodyRow.person), col(BodyRow.body))
        .join(BodyRow, col(BodyRow.leaf) == col(LeafRow.idx))
        .where(col(LeafRow.kind).startswith(prefix, autoescape=True))
        .order_by(col(LeafRow.idx))
    )
    for leaf, at, kind, person, body in session.execute(query.execution_options(yield_per=10_000)):
        yield Record(leaf=leaf, at=at, kind=kind, person=person, body=msgspec.json.decode(body))


def head(session: Session, *, size: int | None = None) -> Head | None:
    """Return the newest signed head, or the first one that covers `size` leaves."""
    query = select(col(HeadRow.size), col(HeadRow.at), col(HeadRow.root), col(HeadRow.kid), col(HeadRow.signature))
    if size is None:
        query = query.order_by(col(HeadRow.size).desc())
    else:
        query = query.where(col(HeadRow.size) >= size).order_by(col(HeadRow.size))
    row = session.execute(query.limit(1)).first()
    if row is None:
        return None
    return Head(size=row[0], at=time_text(row[1]), root=b64(row[2]), kid=row[3], signature=b64(row[4]))


def receipt(session: Session, *, person: str, leaf: int, key: Ed25519PrivateKey | None = None) -> str:
    """Return the signed receipt of a leaf about this person: equal each time it is asked for.

    Raises NotFound if the leaf is another person's, or was erased.
    """
    row = session.execute(
        select(col(LeafRow.at), col(LeafRow.kind), col(BodyRow.salt), col(BodyRow.body))
        .join(BodyRow, col(BodyRow.leaf) == col(LeafRow.idx))
        .where(col(BodyRow.person) == person, col(BodyRow.leaf) == leaf)
    ).first()
    signed = head(session, size=leaf + 1)
    if row is None or signed is None:
        raise NotFound
    at, kind, salt, body = row
    payload = {
        "iss": runtime().settings.origin,
        "person": person,
        "leaf": {"index": leaf, "at": time_text(at), "kind": kind},
        "salt": b64(salt),
        "body": body,
        "proof": [b64(step) for step in inclusion_proof(session, leaf=leaf, size=signed.size)],
        "head": msgspec.to_builtins(signed),
    }
    return _jws(payload, key or runtime().keys.signing_key())


def inclusion_proof(session: Session, *, leaf: int, size: int) -> list[bytes]:
    """Return the audit path of a leaf in the tree of `size` leaves."""
    return _fetch(session, inclusion_covers(leaf, size))


def consistency_proof(session: Session, *, old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of `new` leaves only added to the tree of `old` leaves."""
    return _fetch(session, consistency_covers(old, new))


def forget(session: Session, *, person: str) -> int:
    """Erase what the leaves about a person stand for; the tree and its proofs stay whole. Returns how many."""
    gone = delete(BodyRow).where(col(BodyRow.person) == person)
    return int(session.connection().execute(gone).rowcount)


def _fetch(session: Session, covers: list[list[Coordinate]]) -> list[bytes]:
    names = [name for each in covers for name in each]
    bottom = [position for level, position in names if level == 0]
    inner = [name for name in names if name[0] > 0]
    found: dict[Coordinate, bytes] = {}
    if bottom:
        rows = session.execute(select(col(LeafRow.idx), col(LeafRow.hash)).where(col(LeafRow.idx).in_(bottom)))
        found |= {(0, index): digest for index, digest in rows}
    if inner:
        # One condition a level: SQLite finds each by the key, where a list of pairs would read the whole table.
        places: dict[int, list[int]] = {}
        for level, position in inner:
            places.setdefault(level, []).append(position)
        at_level = [
            and_(col(NodeRow.level) == level, col(NodeRow.position).in_(here)) for level, here in places.items()
        ]
        rows_ = session.execute(
            select(col(NodeRow.level), col(NodeRow.position), col(NodeRow.hash)).where(or_(*at_level))
        )
        found |= {(level, position): digest for level, position, digest in rows_}
    return [fold([found[name] for name in each]) for each in covers]


def _jws(payload: Mapping[str, Any], key: Ed25519PrivateKey) -> str:
    header = {"alg": "EdDSA", "kid": jwk(key.public_key())["kid"], "typ": RECEIPT_TYPE}
    signed = f"{b64(msgspec.json.encode(header))}.{b64(msgspec.json.encode(payload, order='deterministic'))}"
    return f"{signed}.{b64(key.sign(signed.encode()))}"
