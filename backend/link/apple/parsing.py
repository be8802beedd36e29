"""The hot loop: expat's events to readings. Kept apart so that a faster scan can take its place."""

from __future__ import annotations

import math
import pyexpat
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from backend.link.apple.rules import SLEEP, Rule, activity, moment, rule, types
from backend.link.reading import BATCH, LeftOutLog
from backend.link.units import UnitMismatch, to_canonical
from backend.link.unreadable import XmlDamaged, XmlForbidden
from backend.record import Reading, catalogue

# Health exports are six deep; deeper nesting is no export and would fill the parser's memory.
_DEEPEST = 64
_TWINS = 500_000
# A file chooses its names of types, units and devices; a phone of ten years has a hundred.
_KINDS = 1000
_SYSTEM = "urn:apple:healthkit"


def parser_for(
    start: Callable[[str, dict[str, str]], None], end: Callable[[str], None] | None, encoding: str | None
) -> pyexpat.XMLParserType:
    """Return a parser that defines no entity and opens nothing."""
    parser = pyexpat.ParserCreate(encoding)
    parser.StartElementHandler = start
    parser.EndElementHandler = end

    def refuse(*_: object) -> None:
        raise XmlForbidden

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


class Records:
    """Collects readings while the parser runs; `take` hands them out in batches."""

    def __init__(self, log: LeftOutLog, unknown: Counter[str], *, person: str, now: datetime) -> None:
        """Start empty; values after tomorrow are left out."""
        self._log = log
        self._unknown = unknown
        self._person = person
        self.latest = now + timedelta(days=1)
        self._ready: list[Reading] = []
        self._rules: dict[tuple[str, str], Rule | None] = {}
        self._sources: dict[str, str] = {}
        self._parser: pyexpat.XMLParserType | None = None
        self._before = 0
        self._depth = 0
        self._correlated = 0
        self._activity = 0
        self._workout: dict[str, str] | None = None
        self._workout_place = ""
        self._twins: set[int] = set()
        self._nested: list[tuple[int, Reading]] = []
        self.routes = 0

    def at(self, parser: pyexpat.XMLParserType, before: int) -> None:
        """Tell where the parser stands: `before` bytes of the file were not given to it."""
        self._parser = parser
        self._before = before

    def place(self) -> str:
        """Return where in export.xml the current element starts."""
        return f"byte {self._before + (self._parser.CurrentByteIndex if self._parser is not None else 0)}"

    def take(self, *, full_only: bool) -> list[Reading]:
        """Hand out a batch; with `full_only` nothing before there is a full one."""
        if full_only and len(self._ready) < BATCH:
            return []
        batch, self._ready = self._ready[: 4 * BATCH], self._ready[4 * BATCH :]
        return batch

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take an opening tag."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise XmlDamaged(line=self._parser.CurrentLineNumber if self._parser is not None else 0)
        if name == "Record":
            self._record(attributes)
        elif name == "MetadataEntry":
            return
        elif name == "Correlation":
            self._correlated = self._depth
        elif name == "Workout":
            self._workout, self._workout_place = attributes, self.place()
        elif name == "WorkoutActivity":
            self._activity = self._depth
        elif name == "WorkoutStatistics":
            self._statistics(attributes)
        elif name == "FileReference":
            self.routes += attributes.get("path", "").endswith(".gpx")
        elif name in ("ActivitySummary", "ClinicalRecord", "Audiogram", "VisionPrescription"):
            self._unknown[name] += 1

    def end(self, name: str) -> None:
        """Take a closing tag."""
        if self._depth == self._correlated:
            self._correlated = 0
        elif self._depth == self._activity:
            self._activity = 0
        elif name == "Workout" and self._workout is not None:
            self._finish_workout(self._workout)
            self._workout = None
        self._depth -= 1

    def finish(self) -> None:
        """Add what stood only inside a correlation; a twin on its own was counted already."""
        self._ready.extend(reading for key, reading in self._nested if key not in self._twins)
        self._nested.clear()

    def count_unknown(self, kind: str, count: int = 1) -> None:
        """Count records of a type that we do not know."""
        # Names are the file's own: past a number of them they are only counted.
        name = kind[:100] or "Record"
        self._unknown[name if name in self._unknown or len(self._unknown) < _KINDS else "HK…"] += count

    def _record(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("type", "")
        if kind not in types():
            return self.count_unknown(kind)
        start_text, end_text = attributes.get("startDate", ""), attributes.get("endDate", "")
        start = moment(start_text)
        end = start if end_text == start_text else moment(end_text)
        if start is None:
            return self._leave("link.left_undated", item=kind)
        if start > self.latest or start.year < 1900:
            return self._leave("link.left_future", item=kind)
        if end is None or end < start:
            end = start
        text, unit = attributes.get("value", ""), attributes.get("unit", "")
        if kind == "HKCategoryTypeIdentifierSleepAnalysis":
            stage = SLEEP.get(text)
            if stage is None:
                return self._leave("link.left_unknown_answer", item=kind, text=text[:60])
            metric, value, canonical, home = "sleep_stage", stage, "", False
            made = self._reading(metric, value, canonical, start, end, attributes, text, unit, home)
            self._ready.append(made)
            return None
        key = (kind, unit)
        if len(self._rules) > _KINDS:
            self._rules.clear()
        found = self._rules[key] if key in self._rules else self._rules.setdefault(key, rule(kind, unit))
        if found is None:
            return self._leave("link.left_unit", item=kind, unit=unit[:40])
        try:
            number = float(text)
        except ValueError:
            return self._leave("link.left_no_number", item=kind, text=text[:40])
        if found.is_fraction and abs(number) <= 1.0:
            number = float(f"{number * 100:.10g}")  # HealthKit writes 97 % as 0.97 with the unit %
        elif found.slope != 1.0 or found.offset != 0.0:
            number = float(f"{number * found.slope + found.offset:.10g}")
        if not found.low <= number <= found.high or math.isnan(number):
            return self._leave("link.left_implausible", item=found.metric, text=text[:40], unit=unit[:40])
        made = self._reading(found.metric, number, found.unit, start, end, attributes, text, unit, found.is_home)
        if found.is_correlated:
            twin = hash((made.metric, start, end, number, made.source))
            if self._correlated:
                if len(self._nested) < _TWINS:
                    self._nested.append((twin, made))
                return None
            if len(self._twins) < _TWINS:
                self._twins.add(twin)
        elif self._correlated:
            return None
        self._ready.append(made)
        return None

    def _reading(
        self,
        metric: str,
        value: float | str,
        unit: str,
        start: datetime,
        end: datetime,
        attributes: dict[str, str],
        text: str,
        original_unit: str,
        is_home: bool,
    ) -> Reading:
        return Reading(
            metric=metric,
            value=value,
            unit=unit,
            start=start,
            end=end,
            source=self.source(attributes.get("sourceName", "")),
            code=attributes.get("type"),
            code_system=_SYSTEM,
            original_value=text,
            original_unit=original_unit or None,
            place=self.place(),
            context="home" if is_home else None,
        )

    def source(self, name: str) -> str:
        """Return the device as the record names it."""
        found = self._sources.get(name)
        if found is None:
            if len(self._sources) >= _KINDS:
                return "Apple Health"
            # Apple writes a no-break space into "Hanako's Apple Watch"; versions differ in it.
            found = self._sources[name] = " ".join(name.split())[:200] or "Apple Health"
        return found

    def _leave(self, reason: str, **params: str) -> None:
        self._log.add(self._person, reason, self.place(), **params)

    def _statistics(self, attributes: dict[str, str]) -> None:
        if self._workout is None or self._activity:
            return
        kind = attributes.get("type", "").removeprefix("HKQuantityTypeIdentifier")
        if kind == "ActiveEnergyBurned":
            self._workout.setdefault("totalEnergyBurned", attributes.get("sum", ""))
            self._workout.setdefault("totalEnergyBurnedUnit", attributes.get("unit", ""))
        elif kind.startswith("Distance"):
            self._workout.setdefault("totalDistance", attributes.get("sum", ""))
            self._workout.setdefault("totalDistanceUnit", attributes.get("unit", ""))

    def _finish_workout(self, found: dict[str, str]) -> None:
        kind = found.get("workoutActivityType", "")
        start = moment(found.get("startDate", ""))
        if start is None or start > self.latest or start.year < 1900:
            reason = "link.left_undated" if start is None else "link.left_future"
            self._log.add(self._person, reason, self._workout_place, item=kind)
            return
        end = moment(found.get("endDate", "")) or start
        end = max(start, end)
        source, name = self.source(found.get("sourceName", "")), activity(kind)[:60]
        self._ready.append(
            Reading(
                metric="workout",
                value=name,
                unit="",
                start=start,
                end=end,
                source=source,
                code=kind,
                code_system=_SYSTEM,
                original_value=kind,
                place=self._workout_place,
            )
        )
        for metric, key in (("workout_distance_m", "totalDistance"), ("workout_energy_kcal", "totalEnergyBurned")):
            text, unit = found.get(key, ""), found.get(f"{key}Unit", "")
            if not text:
                continue
            try:
                number = to_canonical(metric, float(text), unit)
            except (UnitMismatch, ValueError):
                self._log.add(self._person, "link.left_unit", self._workout_place, item=metric, unit=unit[:40])
                continue
            if number == 0:
                continue
            if not catalogue.metric(metric).is_plausible(number):
                self._log.add(
                    self._person,
                    "link.left_implausible",
                    self._workout_place,
                    item=metric,
                    text=text[:40],
                    unit=unit[:40],
                )
                continue
            self._ready.append(
                Reading(
                    metric=metric,
                    value=number,
                    unit=catalogue.metric(metric).unit,
                    start=start,
                    end=end,
                    source=source,
                    code=kind,
                    code_system=_SYSTEM,
                    original_value=text,
                    original_unit=unit,
                    place=self._workout_place,
                )
            )
