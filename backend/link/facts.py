"""Diagnoses, allergies, medicines and vaccinations of a file as readings of the record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from backend import base, record
from backend.link.reading import Fact, Source
from backend.record import Reading


def as_readings(facts: Sequence[Fact], source: Source, *, person_key: str) -> list[Reading]:
    """Turn facts into readings; what has no day, is refuted or has no metric is noted as left out.

    A fact without a day cannot be placed on the record; one that the file itself marks as refuted or
    entered in error says nothing about the person.
    """
    readings = []
    for fact in facts:
        if fact.is_refuted:
            source.log.add(person_key, "link.left_out_refuted", fact.place)
        elif record.catalogue.find(fact.kind) is None:
            source.log.add(person_key, "link.left_out_fact_kind", fact.place)
        elif fact.start is None:
            source.log.add(person_key, "link.left_out_undated_fact", fact.place)
        else:
            readings.append(_reading(fact, fact.start))
    return readings


def _reading(fact: Fact, start: date) -> Reading:
    return Reading(
        metric=fact.kind,
        value=f"{fact.text} {fact.dose}" if fact.dose else fact.text,
        unit="",
        start=datetime.combine(start, time(), base.TOKYO),
        end=None if fact.end is None else datetime.combine(fact.end, time(), base.TOKYO),
        is_date_only=True,
        source=fact.source,
        code=fact.code,
        code_system=fact.code_system,
        original_value=fact.text,
        place=fact.place,
    )
