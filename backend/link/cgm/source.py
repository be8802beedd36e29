"""The reader of glucose tables: columns are found by place and unit, since their names change with the language.

Both apps write the clock of the phone without its zone; it is read as Japan's. A reading outside of what the
sensor shows (LO and HI, Low and High) keeps the limit as its value and its state as a label, so that shares of
time below and above a range count it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, NamedTuple

import numpy as np

from backend import base
from backend.link.reading import (
    BATCH,
    Format,
    FoundPerson,
    Limits,
    Part,
    Progress,
    Source,
    ignore_progress,
    is_in_time,
)
from backend.link.tables_csv import Moment, head_rows, moment, number, orders, rows
from backend.link.units import to_canonical
from backend.link.unreadable import NobodyOfThatKey, UnknownFile
from backend.record import ItemState, Reading, SeriesSamples, catalogue

_ME = "me"
SENSOR, FINGER = "cgm_glucose_mgdl", "glucose_mgdl"
_PIECE = 20_000
# The lowest and highest value the sensors show. Some Libre sensors show up to 500: at or above 400 holds for all.
_LOWEST, _HIGHEST = 40.0, 400.0
_LOW = frozenset(
    [
        "low",
        "lo",
        "低",
        "低値",
        "niedrig",
        "bas",
        "bajo",
        "basso",
        "laag",
        "baixo",
        "lav",
        "lavt",
        "låg",
        "lågt",
        "낮음",
    ]
)
_HIGH = frozenset(
    ["high", "hi", "高", "高値", "hoch", "haut", "élevé", "alto", "hoog", "høy", "høj", "hög", "högt", "높음"]
)
_ABOUT = frozenset({"FirstName", "LastName", "DateOfBirth", "Device"})
_STATES = {"low": (ItemState.BELOW_LIMIT, _LOWEST), "high": (ItemState.ABOVE_LIMIT, _HIGHEST)}


class Taken(NamedTuple):
    """One value before its day is known for sure."""

    line: int
    metric: str
    moment: Moment
    value: float
    state: ItemState
    source: str
    cell: str


class Form(NamedTuple):
    """Where the columns of a table are, and which app wrote it."""

    app: str
    head: int
    unit: str


def form_of(head: bytes) -> Form | None:
    """Return the form of a glucose table from its first bytes, or None where it is none."""
    for at, row in enumerate(head_rows(head)):
        cells = [cell.casefold() for cell in row]
        for unit, sign in (("mg/dL", "mg/dl"), ("mmol/L", "mmol/l")):
            if len(cells) >= 15 and sign in cells[4] and sign in cells[5] and sign in cells[14]:
                return Form("libreview", at, unit)
            is_rate = len(cells) >= 12 and sign in cells[11] and "/min" in cells[11].replace(sign, "")
            if is_rate and sign in cells[7] and "/min" not in cells[7].replace(sign, ""):
                return Form("clarity", at, unit)
    return None


def is_glucose(head: bytes) -> bool:
    """Say whether these are the first bytes of a glucose table."""
    return form_of(head) is not None


class GlucoseCsv(Source):
    """A table of glucose readings of one person."""

    format: Format = "glucose-csv"

    def __init__(self, file: BinaryIO, *, filename: str, limits: Limits, clock: base.Clock = base.CLOCK) -> None:
        """Read the table once; raises FileTooLarge, TableDamaged, or DatesUnclear."""
        super().__init__(filename=filename)
        file.seek(0)
        form = form_of(file.read(1 << 16))
        if form is None:
            raise UnknownFile
        self._file, self._form, self._limits, self._clock = file, form, limits, clock
        self._name: dict[str, str] = {}
        self._order = orders([one.moment for one in self._values()])

    def persons(self) -> tuple[FoundPerson, ...]:
        """Return the one person of the table, with the name that Clarity writes into it."""
        names = [self._name[key] for key in ("LastName", "FirstName") if self._name.get(key)]
        birth = moment(self._name.get("DateOfBirth", ""))
        born = birth.at("day first", base.TOKYO) if birth is not None and birth.is_clear else None
        return (
            FoundPerson(key=_ME, name=" ".join(names)[:200] or None, birth=born.date() if born is not None else None),
        )

    def readings(self, person_key: str, progress: Progress = ignore_progress) -> Iterator[list[Reading]]:
        """Yield every value by itself, the limits of the sensor with their state."""
        batch: list[Reading] = []
        for one, at in self._placed(person_key):
            batch.append(self._reading(one, at))
            if len(batch) >= BATCH:
                yield batch
                batch = []
        progress(1, 1)
        yield batch

    def parts(self, person_key: str, progress: Progress = ignore_progress) -> Iterator[Part]:
        """Yield the sensor's values as columns and those of the finger one by one."""
        alone: list[Reading] = []
        held: list[tuple[Taken, datetime]] = []
        for one, at in self._placed(person_key):
            if one.metric != SENSOR:
                alone.append(self._reading(one, at))
                continue
            held.append((one, at))
            if len(held) >= _PIECE:
                yield _columns(held)
                held = []
        if held:
            yield _columns(held)
        progress(1, 1)
        yield alone

    def _placed(self, person_key: str) -> Iterator[tuple[Taken, datetime]]:
        if person_key != _ME:
            raise NobodyOfThatKey
        self.log.forget(_ME)
        self.unknown.clear()
        now = self._clock.now()
        for one in self._values(self.log.add):
            at = one.moment.at(self._order, base.TOKYO)
            place = f"line {one.line}"
            if at is None or not is_in_time(at, now):
                self.log.add(_ME, "link.left_future", place)
            elif not catalogue.metric(one.metric).is_plausible(one.value):
                self.log.add(_ME, "link.left_implausible", place)
            else:
                yield one, at
        if self.unknown:
            self.warn("link.warn_types_not_read", kinds=len(self.unknown), count=self.unknown.total())

    def _values(self, note: Callable[..., None] | None = None) -> Iterator[Taken]:
        """Yield every value; with `note` count also what is left out."""
        take = self._libre if self._form.app == "libreview" else self._clarity
        for number_of, (line, row) in enumerate(rows(self._file, limit=self._limits.table_bytes)):
            if number_of <= self._form.head:
                continue
            for metric, when, cell, source in take(row, is_counted=note is not None):
                found = moment(when)
                state, value = self._value(cell, metric)
                if found is not None and value is not None:
                    yield Taken(line, metric, found, value, state, source, cell)
                elif note is not None:
                    note(_ME, "link.left_undated" if found is None else "link.left_no_number", f"line {line}")

    def _value(self, cell: str, metric: str) -> tuple[ItemState, float | None]:
        found = number(cell)
        if found is not None:
            return ItemState.MEASURED, to_canonical(metric, found, self._form.unit)
        word = cell.casefold().strip(" .<>")
        if word in _LOW or word in _HIGH:
            return _STATES["low" if word in _LOW else "high"]
        return ItemState.MEASURED, None

    def _libre(self, row: list[str], *, is_counted: bool) -> Iterator[tuple[str, str, str, str]]:
        """Device, serial number, time, kind of record, then one column a kind: 0 sensor, 1 scan, 2 finger."""
        kind = row[3] if len(row) > 5 else ""
        column = {"0": 4, "1": 5, "2": 14}.get(kind)
        if column is not None and column < len(row) and row[column]:
            # A scan is a second look at the same sensor: never mixed with its own rhythm.
            name = (row[0] or "FreeStyle Libre")[:100] + ("（スキャン）" if kind == "1" else "")
            yield SENSOR if column != 14 else FINGER, row[2], row[column], name
        elif is_counted:
            self.unknown[f"record type {kind[:10]}"] += 1

    def _clarity(self, row: list[str], *, is_counted: bool) -> Iterator[tuple[str, str, str, str]]:
        """Index, time, event, its kind, patient, device, source, glucose; an EGV has its transmitter's clock."""
        row = [*row, *[""] * (14 - len(row))]
        event, kind = row[2], row[3]
        is_sensor = event == "EGV" or (row[12].isdigit() and bool(row[13]) and not kind)
        if is_sensor and row[7]:
            name = row[6] or "Dexcom"
            yield SENSOR, row[1], row[7], (name if "dexcom" in name.casefold() else f"Dexcom {name}")[:100]
        elif event == "Calibration" and row[7]:
            yield FINGER, row[1], row[7], "Dexcom"
        elif not row[1] and not row[7] and event in _ABOUT:
            if row[4]:
                self._name[event] = row[4]
        elif is_counted:
            self.unknown[event[:40] or "?"] += 1

    def _reading(self, one: Taken, at: datetime) -> Reading:
        return Reading(
            metric=one.metric,
            value=one.value,
            unit="mg/dL",
            start=at,
            state=one.state,
            source=one.source,
            original_value=one.cell,
            original_unit=self._form.unit,
            place=f"line {one.line}",
        )


def _columns(held: list[tuple[Taken, datetime]]) -> SeriesSamples:
    held = sorted(held, key=lambda one: one[1])
    sources = tuple(sorted({one.source for one, _ in held}))
    labels = tuple(sorted({one.state.value for one, _ in held if one.state is not ItemState.MEASURED}))
    source_at = {name: index for index, name in enumerate(sources)}
    label_at = {name: index for index, name in enumerate(labels)}
    n = len(held)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return SeriesSamples(
        metric=SENSOR,
        unit="mg/dL",
        start_ms=np.array([(at - epoch) // timedelta(milliseconds=1) for _, at in held], np.int64),
        end_ms=np.full(n, -1, np.int64),
        value=np.array([one.value for one, _ in held], np.float64),
        source=np.array([source_at[one.source] for one, _ in held], np.int64),
        sources=sources,
        label=np.array([label_at.get(one.state.value, -1) for one, _ in held], np.int64),
        labels=labels,
        offset_min=np.array([round((at.utcoffset() or timedelta(0)).total_seconds() / 60) for _, at in held], np.int64),
        place=np.array([one.line for one, _ in held], np.int64),
    )
