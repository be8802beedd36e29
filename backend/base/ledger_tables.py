"""Tables of the ledger: leaves, the bodies they stand for, inner nodes, signed tree heads."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from backend.base.db import Table, UtcDateTime


class LeafRow(Table, table=True):
    """One leaf: holds only a salted hash, so that a body can be erased and the tree stays whole."""

    __tablename__ = "ledger_leaf"

    idx: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    salted: str
    hash: bytes


class BodyRow(Table, table=True):
    """What a leaf stands for, in the words of the room that wrote it; goes when the person is erased."""

    __tablename__ = "ledger_body"

    person: str = Field(primary_key=True)
    leaf: int = Field(primary_key=True, unique=True, sa_column_kwargs={"autoincrement": False})
    salt: bytes
    body: str


class NodeRow(Table, table=True):
    """The hash of one complete inner subtree, so that a proof among a million leaves is one query."""

    __tablename__ = "ledger_node"

    level: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    hash: bytes


class HeadRow(Table, table=True):
    """A signed tree head: size, root, signature."""

    __tablename__ = "ledger_head"

    size: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    root: bytes
    kid: str
    signature: bytes


class EdgeRow(Table, table=True):
    """The right edge of the tree; one row, which is also what two writers wait for each other on."""

    __tablename__ = "ledger_edge"

    id: int = Field(default=1, primary_key=True)
    size: int = 0
    hashes: bytes = b""
