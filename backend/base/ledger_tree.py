"""The arithmetic of an RFC 6962 Merkle tree: hashes, proofs and their checks, without a database.

A complete subtree is named (level, position): it covers leaves position * 2**level and the next
2**level - 1. Proofs are asked for as lists of such names, so that a store fetches them in one go.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from hashlib import sha256

Coordinate = tuple[int, int]

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf (RFC 6962, 2.1: prefix 0x00)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (RFC 6962, 2.1: prefix 0x01)."""
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the hash of neighbouring complete subtrees, largest first, joined from the right."""
    return (
        reduce(lambda right, left: node_hash(left, right), reversed(hashes[:-1]), hashes[-1]) if hashes else EMPTY_ROOT
    )


def cover(start: int, end: int) -> list[Coordinate]:
    """Return the complete subtrees of leaves start..end-1, largest first; `start` must be aligned to them."""
    names = []
    while start < end:
        level = (end - start).bit_length() - 1
        names.append((level, start >> level))
        start += 1 << level
    return names


class Frontier:
    """The right edge of a growing tree: one hash for each bit that is set in its size."""

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if size.bit_count() != len(hashes):
            raise ValueError("a frontier has one hash for each bit of its size")
        self.size = size
        self.hashes = list(hashes)

    def append(self, leaf: bytes) -> list[tuple[Coordinate, bytes]]:
        """Add a leaf hash; return the inner subtrees that it completed."""
        done = []
        level, node = 0, leaf
        while self.size >> level & 1:
            node = node_hash(self.hashes.pop(), node)
            level += 1
            done.append(((level, self.size >> level), node))
        self.hashes.append(node)
        self.size += 1
        return done

    def root(self) -> bytes:
        """Return the root of the tree as it stands."""
        return fold(self.hashes)


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def inclusion_covers(index: int, size: int) -> list[list[Coordinate]]:
    """Return what to fetch and fold for the audit path of a leaf, leaf side first (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of this size")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(cover(middle, end))
            end = middle
        else:
            path.append(cover(start, middle))
            start = middle
    return path[::-1]


def consistency_covers(old: int, new: int) -> list[list[Coordinate]]:
    """Return what to fetch and fold to prove that a tree of `old` leaves grew to `new` (RFC 6962, 2.1.2)."""
    if not 0 < old <= new:
        raise ValueError("a tree grows from at least one leaf")
    path = []
    start, end, is_whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(cover(middle, end))
            end = middle
        else:
            path.append(cover(start, middle))
            start, is_whole = middle, False
    if not is_whole:
        path.append(cover(start, end))
    return path[::-1]


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that an audit path leads to, None if its shape is wrong (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    place, last, node = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return None
        if place & 1 or place == last:
            node = node_hash(step, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, step)
        place, last = place >> 1, last >> 1
    return node if last == 0 else None


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether a proof shows that the new tree only added leaves to the old (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof:
        return False
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, step)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root
