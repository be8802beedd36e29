"""The reader of tables of cuffs and scales: each column by its name and unit (columns.csv), in Japanese or English."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zoneinfo
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from functools import cache
from importlib import resources
from typing import BinaryIO, Literal, NamedTuple

from backend import base
from backend.link.archive import Archive
from backend.link.reading import BATCH, FoundPerson, Limits, Progress, Source, ignore_progress, is_in_time
from backend.link.tables_csv import Moment, head_rows, in_zone, moment, number, orders, rows
from backend.link.tables_csv.moments import Order
from backend.link.units import UnitMismatch, to_canonical, ucum
from backend.link.unreadable import FileTooLarge, NobodyOfThatKey, ZipNothingKnown
from backend.record import Reading, catalogue

_ME = "me"
App = Literal["omron", "withings"]
_NAMES: Mapping[App, str] = {"omron": "OMRON", "withings": "Withings"}
_UNIT = re.compile(r"(.*?)\s*\(([^()]*)\)")
_AT_HOME = frozenset({"sbp_mmhg", "dbp_mmhg"})
_EMPTY = frozenset({"", "-", "--", "n/a", "null"})
_MOST_TABLES = 50
_WITHINGS = ({"heart rate", "systolic", "diastolic"}, {"weight", "fat mass"}, {"height"})


class Column(NamedTuple):
    """What a column of a table becomes: a metric in a unit, or `@...` for what belongs to the whole row."""

    at: int
    header: str
    becomes: str
    unit: str


@cache
def _known() -> Mapping[tuple[str, str], tuple[tuple[str, str, str], ...]]:
    found: dict[tuple[str, str], tuple[tuple[str, str, str], ...]] = {}
    text = resources.files("backend.link.homedevices").joinpath("columns.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        key = (row["app"], row["name"])
        found[key] = (*found.get(key, ()), (row["unit"], row["becomes"], row["default_unit"]))
    return found


def _split(header: str) -> tuple[str, str]:
    """Return the name of a column and the unit in its brackets, width and case evened out."""
    plain = unicodedata.normalize("NFKC", header).strip().casefold()
    found = _UNIT.fullmatch(plain)
    return (found[1].strip(), found[2].strip()) if found else (plain, "")


def _columns(app: App, header: list[str]) -> list[Column]:
    """Return the columns of a header; one that we do not take becomes ''."""
    found = []
    for at, cell in enumerate(header):
        name, unit = _split(cell)
        becomes, taken = "", unit
        for wanted, metric, default in _known().get((app, name), ()):
            if unit == wanted or (unit and wanted == "*") or (not unit and (default or wanted == "*")):
                becomes, taken = metric, unit or default
                break
        found.append(Column(at, cell.strip()[:80], becomes, taken))
    return found


def app_of(head: bytes) -> App | None:
    """Return whose table these first bytes begin, or None where they begin no table of a home device that we know."""
    for row in head_rows(head, most=1):
        names = {_split(cell)[0] for cell in row}
        if "測定日" in names and names & {"最高血圧", "体重", "体温"}:
            return "omron"
        if "measurement date" in names and names & {"sys", "weight"}:
            return "omron"
        if {"date", "time", "systolic", "diastolic", "truread"} <= names:
            return "omron"
        is_withings = _split(row[0])[0] == "date" and "comments" in names and "time" not in names if row else False
        if is_withings and any(wanted <= names for wanted in _WITHINGS):
            return "withings"
    return None


class HomeTables(Source):
    """One or more tables of a cuff or a scale; the same person's as far as the files say."""

    def __init__(
        self,
        app: App,
        tables: Mapping[str, BinaryIO],
        *,
        filename: str,
        limits: Limits,
        clock: base.Clock = base.CLOCK,
    ) -> None:
        """Read the tables once; raises FileTooLarge, TableDamaged, or DatesUnclear."""
        super().__init__(filename=filename)
        self.format = "omron-csv" if app == "omron" else "withings-csv"
        self._app: App = app
        self._tables, self._limits, self._clock = tables, limits, clock
        # Each table alone: an app that changed its language between two exports writes two orders.
        self._orders: dict[str, Order] = {
            name: orders([found for _, cells, columns in self._rows(name) if (found := _moment(cells, columns))])
            for name in tables
        }

    def persons(self) -> tuple[FoundPerson, ...]:
        """Return one person of whom the tables say nothing."""
        return (FoundPerson(key=_ME),)

    def readings(self, person_key: str, progress: Progress = ignore_progress) -> Iterator[list[Reading]]:
        """Yield every value of the columns we know; the others are counted by the name of their column."""
        if person_key != _ME:
            raise NobodyOfThatKey
        self.log.forget(_ME)
        self.unknown.clear()
        batch: list[Reading] = []
        for done, name in enumerate(self._tables):
            for line, cells, columns in self._rows(name):
                place = f"line {line}" if len(self._tables) == 1 else f"{name}#{line}"
                batch += self._of_row(cells, columns, place, self._orders[name])
                if len(batch) >= BATCH:
                    yield batch
                    batch = []
            progress(done + 1, len(self._tables))
        yield batch
        if self.unknown:
            self.warn("link.warn_types_not_read", kinds=len(self.unknown), count=self.unknown.total())

    def _rows(self, name: str) -> Iterator[tuple[int, list[str], list[Column]]]:
        columns: list[Column] | None = None
        for line, cells in rows(self._tables[name], limit=self._limits.table_bytes):
            if columns is None:
                columns = _columns(self._app, cells)
            else:
                yield line, cells, columns

    def _of_row(self, cells: list[str], columns: list[Column], place: str, order: Order) -> Iterator[Reading]:
        found = _moment(cells, columns)
        zone = _zone(_cell(cells, columns, "@zone"), _cell(cells, columns, "@moment"))
        at = None if found is None or zone is None else found.at(order, zone)
        device = _cell(cells, columns, "@device")
        own = _NAMES[self._app]
        source = own if not device or device in _EMPTY else f"{own} {device}"[:100]
        for column in columns:
            cell = cells[column.at] if column.at < len(cells) else ""
            if column.becomes.startswith("@") or cell.casefold() in _EMPTY:
                continue
            if not column.becomes:
                self.unknown[column.header] += 1
                continue
            if found is None or at is None:
                self.log.add(_ME, "link.left_undated", place)
            elif not is_in_time(at, self._clock.now()):
                self.log.add(_ME, "link.left_future", place)
            else:
                value = self._value(column, cell, place)
                if value is None:
                    continue
                yield Reading(
                    metric=column.becomes,
                    value=value,
                    unit=catalogue.metric(column.becomes).unit,
                    start=at,
                    is_date_only=not found.has_time,
                    source=source,
                    original_value=cell,
                    original_unit=column.unit or None,
                    place=place,
                    context="home" if column.becomes in _AT_HOME else None,
                )

    def _value(self, column: Column, cell: str, place: str) -> float | None:
        found = number(cell)
        if found is None:
            self.log.add(_ME, "link.left_no_number", place)
            return None
        if not column.unit:
            self.log.add(_ME, "link.left_no_unit", place)
            return None
        try:
            value = to_canonical(column.becomes, found, ucum(column.unit) or column.unit)
        except UnitMismatch:
            self.log.add(_ME, "link.left_unit", place)
            return None
        if not catalogue.metric(column.becomes).is_plausible(value):
            self.log.add(_ME, "link.left_implausible", place)
            return None
        return value


def _cell(cells: list[str], columns: list[Column], role: str) -> str:
    return next((cells[one.at] for one in columns if one.becomes == role and one.at < len(cells)), "")


def _moment(cells: list[str], columns: list[Column]) -> Moment | None:
    return moment(f"{_cell(cells, columns, '@moment')} {_cell(cells, columns, '@time')}".strip())


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _zone(cell: str, when: str) -> tzinfo | None:
    """Return the zone of a row: what it names, else Japan's; None where it names one that nobody knows."""
    if not cell:
        return base.TOKYO if in_zone(when) in (None, 540) else None
    return zoneinfo.ZoneInfo(cell) if cell in _zones() else None


def from_archive(archive: Archive, *, filename: str, limits: Limits) -> HomeTables | None:
    """Open the tables of an archive; None where it holds none. The archive is closed then or read to its end."""
    tables: dict[str, BinaryIO] = {}
    apps: dict[App, None] = {}
    beside: list[str] = []
    total = 0
    for name in archive.members:
        if not name.lower().endswith(".csv"):
            continue
        app = app_of(archive.head(name, 1 << 12))
        if app is None:
            beside.append(name)
            continue
        if len(tables) >= _MOST_TABLES:
            raise ZipNothingKnown
        content = archive.read(name, limit=limits.table_bytes)
        total += len(content)
        if total > limits.table_bytes:
            raise FileTooLarge(limit_mb=limits.table_bytes >> 20)
        tables[name.rpartition("/")[2] if name.rpartition("/")[2] not in tables else name] = io.BytesIO(content)
        apps[app] = None
    if len(apps) != 1:
        return None
    source = HomeTables(next(iter(apps)), tables, filename=filename, limits=limits)
    if beside:
        source.warn("link.warn_tables_not_read", count=len(beside))
    return source
