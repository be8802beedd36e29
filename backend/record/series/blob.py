"""One blob of a series: distinct samples, and for each import which of them it brought and where. Pure.

The content is a function of the set of imports alone, never of their order, so an undo is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from backend.record.model import FloatArray, IntArray, SeriesSamples
from backend.record.series import codec

Bools = npt.NDArray[np.bool_]


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What one import brought: `member` marks the samples; place and zone offset for the members only."""

    member: Bools
    place: IntArray
    offset_min: IntArray
    place_prefix: str


class Blob(msgspec.Struct, frozen=True, kw_only=True):
    """Distinct samples in order of (start, end, source, label, value), and the claims on them."""

    unit: str
    start: IntArray
    end: IntArray
    value: FloatArray
    source: IntArray
    label: IntArray
    sources: tuple[str, ...]
    labels: tuple[str, ...]
    claims: dict[str, Claim]

    def __len__(self) -> int:
        """Count the samples."""
        return len(self.start)


def empty(unit: str) -> Blob:
    """A blob without samples."""
    none = np.zeros(0, np.int64)
    return Blob(
        unit=unit, start=none, end=none, value=np.zeros(0), source=none, label=none, sources=(), labels=(), claims={}
    )


def _merged_names(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[tuple[str, ...], IntArray, IntArray]:
    names = tuple(sorted({*old, *new}))
    at = {name: index for index, name in enumerate(names)}
    # The extra last element keeps -1 (no label) at -1.
    return (
        names,
        np.array([*(at[name] for name in old), -1], np.int64),
        np.array([*(at[name] for name in new), -1], np.int64),
    )


def merge(blob: Blob, samples: SeriesSamples, import_id: str) -> tuple[Blob, int]:
    """Add an import's samples; gives the new blob and how many samples were not there before."""
    held = len(blob)
    sources, old_source, new_source = _merged_names(blob.sources, samples.sources)
    labels, old_label, new_label = _merged_names(blob.labels, samples.labels)
    start = np.concatenate((blob.start, samples.start_ms))
    end = np.concatenate((blob.end, samples.end_ms))
    value = np.concatenate((blob.value, samples.value + 0.0))
    source = np.concatenate((old_source[blob.source], new_source[samples.source]))
    label = np.concatenate((old_label[blob.label], new_label[samples.label]))
    bits = value.view(np.int64)
    # Equal samples stand side by side; the sort is stable, so the held one comes first.
    order = np.lexsort((bits, label, source, end, start))
    keys = np.stack((start, end, source, label, bits))[:, order]
    is_first = np.ones(len(order), np.bool_)
    is_first[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    slot_sorted = np.cumsum(is_first) - 1
    slot = np.empty(len(order), np.int64)
    slot[order] = slot_sorted
    kept = order[is_first]
    n = len(kept)
    claims = {name: _moved(claim, slot[:held], n) for name, claim in blob.claims.items()}
    claims[import_id] = _claimed(claims.get(import_id), samples, slot[held:], n)
    added = n - held
    merged = Blob(
        unit=blob.unit,
        start=start[kept],
        end=end[kept],
        value=value[kept],
        source=source[kept],
        label=label[kept],
        sources=sources,
        labels=labels,
        claims=dict(sorted(claims.items())),
    )
    return merged, added


def _moved(claim: Claim, slot: IntArray, n: int) -> Claim:
    member = np.zeros(n, np.bool_)
    member[slot[claim.member]] = True
    return Claim(member=member, place=claim.place, offset_min=claim.offset_min, place_prefix=claim.place_prefix)


def _claimed(before: Claim | None, samples: SeriesSamples, slot: IntArray, n: int) -> Claim:
    place = np.full(n, -1, np.int64)
    offset = np.zeros(n, np.int64)
    member = np.zeros(n, np.bool_)
    # Of a sample that a file repeats, the first place counts: written last, in reverse.
    place[slot[::-1]] = samples.place[::-1]
    offset[slot[::-1]] = samples.offset_min[::-1]
    member[slot] = True
    prefix = samples.place_prefix
    if before is not None:
        place[before.member] = before.place
        offset[before.member] = before.offset_min
        member |= before.member
        prefix = before.place_prefix
    return Claim(member=member, place=place[member], offset_min=offset[member], place_prefix=prefix)


def without(blob: Blob, import_id: str) -> Blob:
    """The blob as if this import had never been."""
    claims = {name: claim for name, claim in blob.claims.items() if name != import_id}
    stays = np.zeros(len(blob), np.bool_)
    for claim in claims.values():
        stays |= claim.member
    left = {
        name: Claim(
            member=claim.member[stays],
            place=claim.place,
            offset_min=claim.offset_min,
            place_prefix=claim.place_prefix,
        )
        for name, claim in claims.items()
        if claim.member.any()
    }
    sources, source = _used_names(blob.sources, blob.source[stays])
    labels, label = _used_names(blob.labels, blob.label[stays])
    return Blob(
        unit=blob.unit,
        start=blob.start[stays],
        end=blob.end[stays],
        value=blob.value[stays],
        source=source,
        label=label,
        sources=sources,
        labels=labels,
        claims=left,
    )


def _used_names(names: tuple[str, ...], index: IntArray) -> tuple[tuple[str, ...], IntArray]:
    used = [int(at) for at in np.unique(index) if at >= 0]
    move = np.full(len(names) + 1, -1, np.int64)
    move[used] = np.arange(len(used))
    return tuple(names[at] for at in used), move[index]


def masked(blob: Blob, stays: Bools) -> Blob:
    """Only the marked samples; names that are no longer used stay in the tables."""
    claims = {}
    for name, claim in blob.claims.items():
        left = stays[claim.member]
        claims[name] = Claim(
            member=claim.member[stays],
            place=claim.place[left],
            offset_min=claim.offset_min[left],
            place_prefix=claim.place_prefix,
        )
    return Blob(
        unit=blob.unit,
        start=blob.start[stays],
        end=blob.end[stays],
        value=blob.value[stays],
        source=blob.source[stays],
        label=blob.label[stays],
        sources=blob.sources,
        labels=blob.labels,
        claims=claims,
    )


def concatenated(parts: Sequence[Blob]) -> Blob:
    """Blobs of successive periods as one."""
    if len(parts) == 1:
        return parts[0]
    sources = tuple(sorted({name for part in parts for name in part.sources}))
    labels = tuple(sorted({name for part in parts for name in part.labels}))

    def moved(names: tuple[str, ...], into: tuple[str, ...], index: IntArray) -> IntArray:
        table: IntArray = np.array([*(into.index(name) for name in names), -1], np.int64)
        return table[index]

    claims = {}
    for name in sorted({name for part in parts for name in part.claims}):
        held = [part.claims.get(name) for part in parts]
        there = [claim for claim in held if claim is not None]
        claims[name] = Claim(
            member=np.concatenate(
                [np.zeros(len(part), np.bool_) if c is None else c.member for part, c in zip(parts, held, strict=True)]
            ),
            place=np.concatenate([claim.place for claim in there]),
            offset_min=np.concatenate([claim.offset_min for claim in there]),
            place_prefix=there[0].place_prefix,
        )
    return Blob(
        unit=parts[0].unit,
        start=np.concatenate([part.start for part in parts]),
        end=np.concatenate([part.end for part in parts]),
        value=np.concatenate([part.value for part in parts]),
        source=np.concatenate([moved(part.sources, sources, part.source) for part in parts]),
        label=np.concatenate([moved(part.labels, labels, part.label) for part in parts]),
        sources=sources,
        labels=labels,
        claims=claims,
    )


def to_bytes(blob: Blob) -> bytes:
    """The blob as compressed bytes; equal blobs give equal bytes."""
    columns: dict[str, npt.NDArray[Any]] = {
        "start": blob.start,
        "lasts": np.where(blob.end < 0, -1, blob.end - blob.start),
        "value": blob.value,
        "source": blob.source,
        "label": blob.label,
    }
    for index, claim in enumerate(blob.claims.values()):
        columns[f"m{index}"] = np.packbits(claim.member).astype(np.int64)
        columns[f"p{index}"] = claim.place
        columns[f"o{index}"] = claim.offset_min
    facts = {
        "unit": blob.unit,
        "sources": blob.sources,
        "labels": blob.labels,
        "claims": [(name, claim.place_prefix) for name, claim in blob.claims.items()],
    }
    return codec.pack(columns, facts)


def from_bytes(packed: bytes) -> Blob:
    """The blob of `to_bytes`; raises CodecError."""
    columns, facts = codec.unpack(packed)
    start, lasts = columns["start"], columns["lasts"]
    n = len(start)
    claims = {
        name: Claim(
            member=np.unpackbits(columns[f"m{index}"].astype(np.uint8), count=n).astype(np.bool_),
            place=columns[f"p{index}"],
            offset_min=columns[f"o{index}"],
            place_prefix=prefix,
        )
        for index, (name, prefix) in enumerate(facts["claims"])
    }
    return Blob(
        unit=facts["unit"],
        start=start,
        end=np.where(lasts < 0, -1, start + lasts),
        value=columns["value"].astype(np.float64, copy=False),
        source=columns["source"],
        label=columns["label"],
        sources=tuple(facts["sources"]),
        labels=tuple(facts["labels"]),
        claims=claims,
    )


def as_samples(blob: Blob, metric: str) -> SeriesSamples:
    """The samples of a blob, with place and offset as the first import that has them printed them."""
    place = np.full(len(blob), -1, np.int64)
    offset = np.zeros(len(blob), np.int64)
    prefix = "line "
    for claim in reversed(blob.claims.values()):
        place[claim.member] = claim.place
        offset[claim.member] = claim.offset_min
        prefix = claim.place_prefix
    return SeriesSamples(
        metric=metric,
        unit=blob.unit,
        start_ms=blob.start,
        end_ms=blob.end,
        value=blob.value,
        source=blob.source,
        sources=blob.sources,
        label=blob.label,
        labels=blob.labels,
        offset_min=offset,
        place=place,
        place_prefix=prefix,
    )
