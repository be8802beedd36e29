"""What is in a file, as plain values for an operator: parsed only, nothing stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from backend.link.reading import Source
from backend.record import ItemState, Reading


class _Tally:
    """Count, sum, first and last of one metric."""

    def __init__(self) -> None:
        self.count = 0
        self.sum: float | None = None
        self.first: datetime | None = None
        self.last: datetime | None = None

    def add(self, reading: Reading) -> None:
        """Take a value in."""
        self.count += 1
        if isinstance(reading.value, float | int):
            self.sum = (self.sum or 0.0) + reading.value
        if self.first is None or reading.start < self.first:
            self.first = reading.start
        if self.last is None or reading.start > self.last:
            self.last = reading.start

    def as_json(self, is_day: bool) -> dict[str, Any]:
        """Return the shape that is printed; days where the source knows no time."""

        def iso(at: datetime | None) -> str | None:
            if at is None:
                return None
            return at.date().isoformat() if is_day else at.isoformat()

        total = None if self.sum is None else float(f"{self.sum:.12g}")
        return {"count": self.count, "sum": total, "first": iso(self.first), "last": iso(self.last)}


def inspect(source: Source) -> dict[str, Any]:
    """Return {format, persons, metrics, facts, warnings, left_out, unknown} and, for check-ups, `files`.

    `count` and `sum` are over measured values; items that were not done or not measurable stand in `files`.
    """
    tallies: dict[str, _Tally] = {}
    days: dict[str, bool] = {}
    facts: dict[str, int] = {}
    people = source.persons()
    for person in people:
        for batch in source.readings(person.key):
            for reading in batch:
                if reading.state is not ItemState.MEASURED:
                    continue
                tallies.setdefault(reading.metric, _Tally()).add(reading)
                days[reading.metric] = days.get(reading.metric, True) and reading.is_date_only
        for fact in source.facts(person.key):
            facts[fact.kind] = facts.get(fact.kind, 0) + 1
    found: dict[str, Any] = {
        "format": source.format,
        "persons": [
            {
                "key": person.key,
                "name": person.name,
                "kana": person.kana,
                "birth": person.birth.isoformat() if person.birth is not None else None,
                "sex": person.sex,
                "identifiers": [{"system": one.system, "value": one.value} for one in person.identifiers],
            }
            for person in people
        ],
        "metrics": {metric: tally.as_json(days[metric]) for metric, tally in sorted(tallies.items())},
        "facts": dict(sorted(facts.items())),
        "warnings": [{"key": one.key, "params": dict(one.params), "place": one.place} for one in source.warnings],
        "left_out": [
            {"person": one.person, "place": one.place, "key": one.key, "params": dict(one.params)}
            for one in source.left_out
        ],
        "unknown": dict(sorted(source.unknown.items())),
    }
    if source.format.startswith("checkup"):
        found["files"] = {
            name: {
                "exam_date": one.exam_date,
                "birth": one.birth,
                "sex": one.sex,
                "items": [[item.code, item.metric, item.state, item.value, item.flag] for item in one.items],
                "canonical": dict(one.canonical),
            }
            for name, one in source.files.items()
        }
    return found
