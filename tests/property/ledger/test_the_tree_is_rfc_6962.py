"""The ledger's tree against the definitions of RFC 6962, written down here once more and as naively as possible."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.base import ledger_tree as tree

LEAVES = st.lists(st.binary(max_size=12), min_size=1, max_size=70)


def mth(leaves: list[bytes]) -> bytes:
    """Merkle Tree Hash, section 2.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = split(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def split(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]), section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def proof(m: int, leaves: list[bytes]) -> list[bytes]:
    """PROOF(m, D[n]), section 2.1.2."""
    return subproof(m, leaves, True)


def subproof(m: int, leaves: list[bytes], is_whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b), section 2.1.2."""
    n = len(leaves)
    if m == n:
        return [] if is_whole else [mth(leaves)]
    k = split(n)
    if m <= k:
        return [*subproof(m, leaves[:k], is_whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def grown(leaves: list[bytes]) -> tuple[tree.Frontier, dict[tree.Coordinate, bytes]]:
    """The tree as the ledger grows it, with every node it would have stored."""
    edge, nodes = tree.Frontier(), {}
    for index, leaf in enumerate(leaves):
        digest = tree.leaf_hash(leaf)
        nodes[0, index] = digest
        nodes.update(edge.append(digest))
    return edge, nodes


def fetched(covers: list[list[tree.Coordinate]], nodes: dict[tree.Coordinate, bytes]) -> list[bytes]:
    return [tree.fold([nodes[name] for name in cover]) for cover in covers]


@given(LEAVES)
def test_the_root_is_the_merkle_tree_hash_at_every_size(leaves: list[bytes]) -> None:
    edge = tree.Frontier()
    assert edge.root() == mth([])
    for size, leaf in enumerate(leaves, start=1):
        edge.append(tree.leaf_hash(leaf))
        assert edge.root() == mth(leaves[:size])


@given(LEAVES, st.data())
def test_inclusion_proofs_are_those_of_the_rfc_and_lead_to_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    _, nodes = grown(leaves)
    size = data.draw(st.integers(1, len(leaves)))
    index = data.draw(st.integers(0, size - 1))
    found = fetched(tree.inclusion_covers(index, size), nodes)
    assert found == path(index, leaves[:size])
    leaf = tree.leaf_hash(leaves[index])
    assert tree.root_from_inclusion(leaf, index, size, found) == mth(leaves[:size])


@given(LEAVES, st.data())
def test_an_inclusion_proof_of_another_leaf_place_or_step_fails(leaves: list[bytes], data: st.DataObject) -> None:
    _, nodes = grown(leaves)
    size = len(leaves)
    index = data.draw(st.integers(0, size - 1))
    found = fetched(tree.inclusion_covers(index, size), nodes)
    root, leaf = mth(leaves), tree.leaf_hash(leaves[index])
    assert tree.root_from_inclusion(tree.leaf_hash(leaves[index] + b"x"), index, size, found) != root
    assert tree.root_from_inclusion(leaf, index, size, [*found, b"\x00" * 32]) != root
    if found:
        assert tree.root_from_inclusion(leaf, index, size, found[:-1]) != root
        at = data.draw(st.integers(0, len(found) - 1))
        bent = [bytes([step[0] ^ 1]) + step[1:] if place == at else step for place, step in enumerate(found)]
        assert tree.root_from_inclusion(leaf, index, size, bent) != root
    assert tree.root_from_inclusion(leaf, size, size, found) is None


@given(LEAVES, st.data())
def test_consistency_proofs_are_those_of_the_rfc_and_hold(leaves: list[bytes], data: st.DataObject) -> None:
    _, nodes = grown(leaves)
    new = data.draw(st.integers(1, len(leaves)))
    old = data.draw(st.integers(1, new))
    found = fetched(tree.consistency_covers(old, new), nodes)
    assert found == proof(old, leaves[:new])
    assert tree.is_consistent(old, mth(leaves[:old]), new, mth(leaves[:new]), found)


@given(LEAVES, st.data())
def test_a_rewritten_past_is_not_consistent(leaves: list[bytes], data: st.DataObject) -> None:
    new = len(leaves)
    old = data.draw(st.integers(1, new))
    at = data.draw(st.integers(0, old - 1))
    other = [*leaves[:at], leaves[at] + b"x", *leaves[at + 1 :]]
    _, nodes = grown(other)
    found = fetched(tree.consistency_covers(old, new), nodes)
    assert not tree.is_consistent(old, mth(leaves[:old]), new, mth(other), found)


@settings(max_examples=200)
@given(st.integers(1, 10**9), st.data())
def test_a_proof_at_any_size_is_short(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    covers = tree.inclusion_covers(index, size)
    assert len(covers) <= (size - 1).bit_length()
    assert len(tree.inclusion_covers(0, 1_000_000)) == 20  # 640 bytes
