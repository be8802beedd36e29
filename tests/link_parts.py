"""What a reader gives, value by value: so that columns and single readings can be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from backend.link.reading import Part
from backend.record import Reading, SeriesSamples

Value = tuple[object, ...]


def values(parts: Iterable[Part]) -> Counter[Value]:
    """Every value with all that is kept of it, in no order."""
    found: Counter[Value] = Counter()
    for part in parts:
        found.update(_of_columns(part) if isinstance(part, SeriesSamples) else map(_of_reading, part))
    return found


def _of_columns(part: SeriesSamples) -> Iterable[Value]:
    columns = (part.start_ms, part.end_ms, part.value, part.source, part.label, part.offset_min, part.place)
    for start, end, value, source, label, offset, place in zip(*(one.tolist() for one in columns), strict=True):
        word = part.labels[label] if label >= 0 else None
        where = f"{part.place_prefix}{place}"
        yield (part.metric, part.unit, start, end, repr(value), part.sources[source], word, offset, where)


def _of_reading(one: Reading) -> Value:
    start = round(one.start.timestamp() * 1000)
    end = -1 if one.end is None else round(one.end.timestamp() * 1000)
    word = one.value if isinstance(one.value, str) else None
    number = "nan" if one.value is None or word is not None else repr(float(one.value))
    gap = one.start.utcoffset()
    offset = 0 if gap is None else round(gap.total_seconds() / 60)
    return (one.metric, one.unit, start, end, number, one.source, word, offset, one.place)
