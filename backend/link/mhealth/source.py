"""The reader of Open mHealth data points: a body with its time frame, with or without a header.

A data point with a descriptive statistic (lowest of a day, mean of a month) is no measurement: it is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from backend import base
from backend.link.fhir.times import moment
from backend.link.reading import BATCH, Format, FoundPerson, Limits, Progress, Source, ignore_progress, is_in_time
from backend.link.units import UnitMismatch, to_canonical
from backend.link.unreadable import FileTooLarge, JsonDamaged, NobodyOfThatKey, NotFhir
from backend.record import LONGEST, Reading, catalogue

_ME = "me"
# The measure's name in the body -> metric; glucose and the place of a cuff are settled below.
_MEASURES: Mapping[str, str] = {
    "blood_glucose": "glucose_mgdl",
    "systolic_blood_pressure": "sbp_mmhg",
    "diastolic_blood_pressure": "dbp_mmhg",
    "body_weight": "weight_kg",
    "body_height": "height_cm",
    "body_temperature": "body_temp_c",
    "heart_rate": "heart_rate_bpm",
    "oxygen_saturation": "spo2_pct",
    "respiratory_rate": "resp_rate_bpm",
    "step_count": "steps_count",
}
_SPANS = {"sec": 1, "min": 60, "h": 3_600, "d": 86_400, "wk": 604_800}


def is_mhealth(head: bytes) -> bool:
    """Say whether the first bytes of a JSON file are those of data points."""
    return b'"effective_time_frame"' in head and b'"resourceType"' not in head


class OpenMHealth(Source):
    """Data points of one person of whom the file says nothing."""

    format: Format = "open-mhealth"

    def __init__(self, file: BinaryIO, *, filename: str, limits: Limits, clock: base.Clock = base.CLOCK) -> None:
        """Read the whole file; raises FileTooLarge, JsonDamaged, or NotFhir where it holds no data point."""
        super().__init__(filename=filename)
        file.seek(0)
        content = file.read(limits.json_bytes + 1)
        if len(content) > limits.json_bytes:
            raise FileTooLarge(limit_mb=limits.json_bytes >> 20)
        try:
            held = json.loads(content.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise JsonDamaged(place=f"byte {getattr(error, 'pos', 0)}") from error
        points = held if isinstance(held, list) else [held]
        self._points: list[object] = points
        self._clock = clock
        if not any(_body(one) for one in points):
            raise NotFhir

    def persons(self) -> tuple[FoundPerson, ...]:
        """Return one person of whom nothing is known."""
        return (FoundPerson(key=_ME),)

    def readings(self, person_key: str, progress: Progress = ignore_progress) -> Iterator[list[Reading]]:
        """Yield the measurements; points of other kinds are counted by their names."""
        if person_key != _ME:
            raise NobodyOfThatKey
        self.log.forget(_ME)
        self.unknown.clear()
        batch: list[Reading] = []
        for number, one in enumerate(self._points, start=1):
            batch += self._of_point(one, f"point {number}")
            if len(batch) >= BATCH:
                yield batch
                batch = []
        progress(1, 1)
        yield batch
        if self.unknown:
            self.warn("link.warn_types_not_read", kinds=len(self.unknown), count=self.unknown.total())

    def _of_point(self, point: object, place: str) -> Iterator[Reading]:
        body = _body(point)
        measures = [name for name in _MEASURES if isinstance(body.get(name), dict)]
        if not measures:
            kind = next((name for name in body if name != "effective_time_frame"), "?")
            self.unknown[str(kind)[:40]] += 1
            return
        if body.get("descriptive_statistic"):
            self.log.add(_ME, "link.left_statistic", place)
            return
        when = _when(body.get("effective_time_frame"))
        if when is None:
            self.log.add(_ME, "link.left_undated", place)
            return
        start, end = when
        if not is_in_time(start, self._clock.now()) or (end is not None and not start <= end <= start + LONGEST):
            self.log.add(_ME, "link.left_future", place)
            return
        for name in measures:
            metric = _MEASURES[name]
            fasting = body.get("temporal_relationship_to_meal") == "fasting" if name == "blood_glucose" else None
            if fasting:
                metric = "glucose_fasting_mgdl"
            value = self._value(metric, body[name], place)
            if value is None:
                continue
            yield Reading(
                metric=metric,
                value=value,
                unit=catalogue.metric(metric).unit,
                start=start,
                end=end,
                source=_source(point),
                original_value=str(body[name].get("value"))[:40],
                original_unit=str(body[name].get("unit"))[:40],
                place=place,
                is_fasting=True if fasting else None,
            )

    def _value(self, metric: str, given: Mapping[str, Any], place: str) -> float | None:
        number, unit = given.get("value"), given.get("unit")
        if isinstance(number, bool) or not isinstance(number, int | float):
            self.log.add(_ME, "link.left_no_number", place)
            return None
        if not isinstance(unit, str):
            self.log.add(_ME, "link.left_no_unit", place)
            return None
        try:
            value = to_canonical(metric, float(number), unit)
        except (UnitMismatch, OverflowError):
            self.log.add(_ME, "link.left_unit", place)
            return None
        if not catalogue.metric(metric).is_plausible(value):
            self.log.add(_ME, "link.left_implausible", place)
            return None
        return value


def _body(point: object) -> Mapping[str, Any]:
    if not isinstance(point, dict):
        return {}
    body = point.get("body", point)
    return body if isinstance(body, dict) and "effective_time_frame" in body else {}


def _source(point: object) -> str:
    header = point.get("header") if isinstance(point, dict) else None
    origin = header.get("acquisition_provenance") if isinstance(header, dict) else None
    name = origin.get("source_name") if isinstance(origin, dict) else None
    return name[:100] if isinstance(name, str) and name.strip() else "Open mHealth"


def _when(frame: object) -> tuple[datetime, datetime | None] | None:
    """Return begin and end of a time frame; one without a zone or with an unknown length has none."""
    if not isinstance(frame, dict):
        return None
    if (at := _aware(frame.get("date_time"))) is not None:
        return at, None
    span = frame.get("time_interval")
    if not isinstance(span, dict):
        return None
    start, end = _aware(span.get("start_date_time")), _aware(span.get("end_date_time"))
    length = span.get("duration")
    if isinstance(length, dict):
        number, unit = length.get("value"), length.get("unit")
        seconds = _SPANS.get(unit) if isinstance(unit, str) else None
        if seconds is None or isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number < 1e6:
            return None
        lasts = timedelta(seconds=float(number) * seconds)
        try:
            start, end = (start, start + lasts) if start is not None else (end - lasts if end else None, end)
        except OverflowError:
            return None
    return None if start is None or end is None else (start, end)


def _aware(value: object) -> datetime | None:
    """Return a moment that names its zone and a time of day."""
    if not isinstance(value, str) or len(value) < 17 or not (value[-1] == "Z" or value[-6] in "+-"):
        return None
    found = moment(value)
    return None if found is None else found[0]
