"""Make the record portable: as FHIR, CSV or PDF, in memory, with progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import BinaryIO, Literal

from backend import base
from backend.consent import Permit
from backend.record import service
from backend.record.export import bundle, csvfile, pdf
from backend.record.export.whole import Section, Whole, all_series, gather, tokyo_day
from backend.record.model import DayValue
from backend.record.points import Reader

Form = Literal["fhir", "csv", "pdf"]
FORMS: Mapping[Form, tuple[str, str]] = {
    "fhir": ("application/fhir+json", "json"),
    "csv": ("application/zip", "zip"),
    "pdf": ("application/pdf", "pdf"),
}
"""Each form with its media type and the ending of its file name."""


def export(
    session: Reader,
    out: BinaryIO,
    *,
    permit: Permit,
    form: Form,
    renew: Callable[[], Permit] | None = None,
    progress: bundle.Progress = bundle.ignore,
    clock: base.Clock = base.CLOCK,
) -> None:
    """Write the whole record in a form; `renew` mints a new permit where it takes longer than one lasts."""
    whole = gather(session, permit=permit, clock=clock)
    series = all_series(session, whole, permit=permit, renew=renew, clock=clock)
    if form == "csv":
        csvfile.write(out, whole, series=series, progress=progress)
        return
    days = days_of(session, whole, permit=permit, clock=clock)
    if form == "fhir":
        bundle.write(out, whole, days=days, series=series, progress=progress)
    else:
        pdf.write(out, whole, days=days, progress=progress)


def summary(
    session: Reader,
    out: BinaryIO,
    *,
    permit: Permit,
    sections: Sequence[Section] | None = None,
    since: datetime | None = None,
    clock: base.Clock = base.CLOCK,
) -> Whole:
    """Write an IPS of the chosen sections for somebody else to read: no exact parts, no single samples."""
    whole = gather(session, permit=permit, sections=sections, since=since, clock=clock)
    days = days_of(session, whole, permit=permit, since=since, clock=clock)
    bundle.write(out, whole, days=days, is_exact=False)
    return whole


def days_of(
    session: Reader, whole: Whole, *, permit: Permit, since: datetime | None = None, clock: base.Clock = base.CLOCK
) -> dict[str, list[DayValue]]:
    """The daily figures of every series of the record."""
    first = None if since is None else tokyo_day(since)
    found = {
        metric: service.daily(session, permit=permit, metric=metric, since=first, clock=clock)
        for metric in whole.series
    }
    return {metric: days for metric, days in found.items() if days}
