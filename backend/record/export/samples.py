"""Samples of devices: the days' figures as Observations for others, all samples exactly in attachments.

R4's SampledData knows only even steps, and one Observation a sample would make gigabytes of a few years of
pulse. So the samples stand in a DocumentReference as gzipped JSON columns (docs/decisions), about 5 bytes each.
"""

from __future__ import annotations

import base64
import gzip
import io
import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import numpy as np

from backend.record import catalogue
from backend.record.export import codes
from backend.record.export.observation import Resource, moment, quantity
from backend.record.model import DayValue, SeriesSamples
from backend.record.series.days import SLEEP

PIECE = 30_000
_FORMAT = "meguri-samples-1"
_LARGEST = 64 << 20
_TITLE = "application/gzip: JSON columns; start_ms counts from 1970-01-01 UTC, each as the step from the one before"


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """What the attachment holds: equal columns; `start_ms` as steps, `lasts_ms` -1 without an end."""

    format: str
    metric: str
    unit: str
    sources: list[str]
    labels: list[str]
    start_ms: list[int]
    lasts_ms: list[int]
    value: list[float | None]
    source: list[int]
    label: list[int]
    offset_min: list[int]


_decode = msgspec.json.Decoder(Columns).decode


def pieces(samples: SeriesSamples) -> Iterator[SeriesSamples]:
    """The samples in pieces that a phone can hold."""
    for at in range(0, len(samples), PIECE):
        here = slice(at, at + PIECE)
        yield SeriesSamples(
            metric=samples.metric,
            unit=samples.unit,
            start_ms=samples.start_ms[here],
            end_ms=samples.end_ms[here],
            value=samples.value[here],
            source=samples.source[here],
            sources=samples.sources,
            label=samples.label[here],
            labels=samples.labels,
            offset_min=samples.offset_min[here],
            place=samples.place[here],
            place_prefix=samples.place_prefix,
        )


def packed(samples: SeriesSamples) -> bytes:
    """The attachment's bytes: the same samples give the same bytes."""
    lasts = np.where(samples.end_ms < 0, -1, samples.end_ms - samples.start_ms)
    columns = Columns(
        format=_FORMAT,
        metric=samples.metric,
        unit=samples.unit,
        sources=list(samples.sources),
        labels=list(samples.labels),
        start_ms=np.diff(samples.start_ms, prepend=0).tolist(),
        lasts_ms=lasts.tolist(),
        value=[None if one != one else one for one in samples.value.tolist()],
        source=samples.source.tolist(),
        label=samples.label.tolist(),
        offset_min=samples.offset_min.tolist(),
    )
    return gzip.compress(msgspec.json.encode(columns), compresslevel=6, mtime=0)


def write(samples: SeriesSamples, subject: Resource, made_at: datetime) -> Resource:
    """A piece of samples as a DocumentReference."""
    known = catalogue.metric(samples.metric)
    start, end = int(samples.start_ms[0]), int(max(samples.start_ms[-1], samples.end_ms.max()))
    name = f"{samples.metric}/{start}"
    return {
        "resourceType": "DocumentReference",
        "id": codes.url_of("DocumentReference", name).removeprefix("urn:uuid:"),
        "extension": [{"url": codes.SAMPLES, "valueCode": samples.metric}],
        "status": "current",
        "type": codes.of_metric(samples.metric),
        "subject": subject,
        "date": moment(made_at.astimezone(UTC)),
        "description": f"{known.ja}の記録（{len(samples)}件）",
        "content": [
            {
                "attachment": {
                    "contentType": "application/gzip",
                    "title": _TITLE,
                    "data": base64.b64encode(packed(samples)).decode(),
                }
            }
        ],
        "context": {"period": {"start": moment(_at(start)), "end": moment(_at(max(end, start)))}},
    }


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def is_ours(resource: Resource) -> bool:
    """Whether a DocumentReference says that it holds samples of ours."""
    extensions = resource.get("extension")
    listed = extensions if isinstance(extensions, list) else []
    return any(isinstance(one, dict) and one.get("url") == codes.SAMPLES for one in listed)


def read(resource: Resource) -> SeriesSamples | None:
    """The samples of a DocumentReference of ours; None where it is somebody else's or not in order."""
    if resource.get("resourceType") != "DocumentReference" or not is_ours(resource):
        return None
    try:
        raw = base64.b64decode(resource["content"][0]["attachment"]["data"], validate=True)
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as stream:
            plain = stream.read(_LARGEST + 1)
        if len(plain) > _LARGEST:
            return None
        return _samples(_decode(plain))
    except (KeyError, IndexError, TypeError, ValueError, OSError, EOFError, OverflowError, msgspec.DecodeError):
        return None


def _samples(columns: Columns) -> SeriesSamples | None:
    n = len(columns.start_ms)
    others = (columns.lasts_ms, columns.value, columns.source, columns.label, columns.offset_min)
    known = catalogue.find(columns.metric)
    if columns.format != _FORMAT or known is None or known.kind != "series" or known.unit != columns.unit:
        return None
    source, label = np.array(columns.source, np.int64), np.array(columns.label, np.int64)
    lasts, offset = np.array(columns.lasts_ms, np.int64), np.array(columns.offset_min, np.int64)
    if any(len(one) != n for one in others) or not n:
        return None
    if source.min() < 0 or source.max() >= len(columns.sources) or label.min() < -1:
        return None
    if label.max() >= len(columns.labels) or lasts.min() < -1 or np.abs(offset).max() > 1439:
        return None
    start = np.cumsum(np.array(columns.start_ms, np.int64))
    return SeriesSamples(
        metric=columns.metric,
        unit=columns.unit,
        start_ms=start,
        end_ms=np.where(lasts < 0, -1, start + lasts),
        value=np.array([np.nan if one is None else one for one in columns.value], np.float64),
        source=source,
        sources=tuple(columns.sources),
        label=label,
        labels=tuple(columns.labels),
        offset_min=offset,
        place=np.arange(n, dtype=np.int64),
        place_prefix="sample ",
    )


def of_months(metric: str, found: list[DayValue], subject: Resource) -> Iterator[Resource]:
    """The figures of days, a month each, as SampledData for others: days are even steps, so R4 has the form for it.

    Tagged as derived and never read back: the samples themselves say it exactly.
    """
    known = catalogue.metric(metric)
    what = "1日の合計" if known.additive else "1日の時間" if metric == SLEEP else "1日の平均"
    origin = (
        {"value": 0.0, "unit": "分", "system": codes.UCUM, "code": "min"} if metric == SLEEP else quantity(metric, 0.0)
    )
    for month, group in itertools.groupby(found, lambda one: one.day.replace(day=1)):
        held = {one.day: one for one in group}
        first, last = min(held), max(held)
        steps = (first + timedelta(days=number) for number in range((last - first).days + 1))
        concept: dict[str, Any] = codes.of_metric(metric)
        concept["text"] = f"{known.ja}（{what}）"
        yield {
            "resourceType": "Observation",
            "id": month_id(metric, month),
            "meta": {"tag": [codes.DERIVED]},
            "status": "final",
            "category": codes.category_of(metric),
            "code": concept,
            "subject": subject,
            "effectivePeriod": {"start": first.isoformat(), "end": last.isoformat()},
            "valueSampledData": {
                "origin": origin,
                "period": 86_400_000,
                "dimensions": 1,
                "data": " ".join(f"{held[day].value:.10g}" if day in held else "E" for day in steps),
            },
            "note": [
                {"text": f"{sum(one.n for one in held.values())}件の記録から、日本時間の1日ごとに計算。E は記録なし"}
            ],
        }


def month_id(metric: str, month: date) -> str:
    """The id of a month's Observation: the same month has the same."""
    return codes.url_of("Observation", f"month/{metric}/{month.isoformat()}").removeprefix("urn:uuid:")
