"""A resident whose record is filled as an importer would fill it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from backend import base, record
from backend.record import Reading


def tokyo_today() -> datetime:
    """Midnight today in Tokyo."""
    return base.CLOCK.now().astimezone(base.TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.fixture
def put(runtime: base.Runtime) -> Callable[..., record.Added]:
    """put(phone, import_id, readings): what an import does."""

    def add(phone: Any, import_id: str, readings: list[Reading]) -> record.Added:
        person = phone.get("/me").json["person"]["id"]
        with base.write_unit() as session:
            record.note_import(
                session, person=person, import_id=import_id, source="Apple", file_name="export.zip", sha256="ab" * 32
            )
            return record.add(session, person=person, readings=readings, import_id=import_id)

    return add


def steps(days_ago: int, hour: int, count: float, source: str, *, minutes: int = 60, line: int = 1) -> Reading:
    """Steps counted by a device on a day."""
    start = tokyo_today() - timedelta(days=days_ago) + timedelta(hours=hour)
    return Reading(
        metric="steps_count",
        value=count,
        unit="{steps}",
        start=start,
        end=start + timedelta(minutes=minutes),
        source=source,
        place=f"line {line}",
    )


def lab(metric: str, value: float | str, days_ago: int, **more: Any) -> Reading:
    """A check-up item."""
    unit = record.catalogue.metric(metric).unit
    start = tokyo_today() - timedelta(days=days_ago)
    return Reading(
        **{
            "metric": metric,
            "value": value,
            "unit": unit,
            "start": start,
            "is_date_only": True,
            "source": "健診機関 2799999999",
            "place": "h1.xml#12",
            "original_value": str(value),
            "original_unit": unit,
            "code": "3D046000001906202",
            "context": "office",
            **more,
        }
    )
