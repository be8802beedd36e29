"""Reading a delimited table through DuckDB into integer codes, and saying exactly where a bad one is bad."""

from __future__ import annotations

import csv
import io
import itertools
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from backend.anonymise.refusals import (
    BadDemand,
    DuplicateColumn,
    FreeText,
    MixedEncodings,
    NoSuchColumn,
    NotReadable,
    Ragged,
)

Codes = npt.NDArray[np.integer[Any]]

DELIMITERS = ",;\t|"
MISSING = frozenset({"", "nan", "na", "n/a", "null", "none", "nil", "-", "?", "欠損", "不明"})
"""Cells that say "not known", compared without case; a hierarchy that lists one of them makes it a value."""
BLANK = frozenset({"", "nan", "null"})
ON_DISK_FROM_BYTES = 400_000_000  # larger files are kept in DuckDB's own file beside memory
MEMORY_LIMIT = "1200MB"
THREADS = 2
LONGEST_CELL = 100_000


def sniff_delimiter(line: str) -> str:
    """The likeliest delimiter of a header or first line: the one that stands in it most often outside quotes."""
    bare = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=lambda mark: (bare.count(mark), -DELIMITERS.index(mark)))


def _check_delimiter(delimiter: str | None) -> None:
    if delimiter is not None and (len(delimiter.encode()) != 1 or delimiter in '"\r\n'):
        raise BadDemand(what="--delimiter", value=delimiter)


def decode(path: Path) -> tuple[str, str]:
    """The text of a file and its encoding, UTF-8 or CP932; MixedEncodings names the first line that does not fit."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig"), "utf-8-sig" if raw.startswith(b"\xef\xbb\xbf") else "utf-8"
    except UnicodeDecodeError:
        pass
    broken, is_utf8_elsewhere = 0, False
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if line.isascii():
            continue
        try:
            line.decode("utf-8-sig")
            is_utf8_elsewhere = True
        except UnicodeDecodeError:
            broken = broken or number
    if not is_utf8_elsewhere:
        try:
            return raw.decode("cp932"), "cp932"
        except UnicodeDecodeError as error:
            broken = raw[: error.start].count(b"\n") + 1
    raise MixedEncodings(file=path.name, row=broken, column=_broken_column(raw, broken))


def _broken_column(raw: bytes, row: int) -> str:
    """The name of the first column of line `row` that is not UTF-8, or its number where the header is broken too."""
    lines = raw.split(b"\n")
    mark = sniff_delimiter(lines[0].decode("latin-1")).encode()
    for place, cell in enumerate(lines[row - 1].split(mark)):
        try:
            cell.decode("utf-8-sig")
        except UnicodeDecodeError:
            names = lines[0].split(mark)
            if place < len(names):
                return names[place].decode("utf-8", "replace").strip('"\r\ufeff')
            return str(place + 1)
    return "1"


@dataclass
class Table:
    """A table held by DuckDB; columns come out as codes into their sorted distinct texts."""

    path: Path
    header: tuple[str, ...]
    delimiter: str
    encoding: str
    newline: str
    rows: int
    connection: duckdb.DuckDBPyConnection
    _folder: tempfile.TemporaryDirectory[str] | None = None
    _enums: dict[str, list[str]] = field(default_factory=dict)

    def __enter__(self) -> Table:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()
        if self._folder is not None:
            self._folder.cleanup()

    def _place(self, column: str) -> int:
        if column not in self.header:
            raise NoSuchColumn(column=column, file=self.path.name)
        return self.header.index(column)

    def texts(self, column: str) -> list[str]:
        """The distinct texts of a column, sorted; a cell's code is its place in this list."""
        if column not in self._enums:
            place = self._place(column)
            found = self.connection.execute(f"SELECT DISTINCT c{place} FROM t ORDER BY 1").fetchall()
            self._enums[column] = [value for (value,) in found]
            quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in self._enums[column])
            self.connection.execute(f"CREATE TYPE e{place} AS ENUM ({quoted})")
        return self._enums[column]

    def codes(self, columns: Sequence[str]) -> list[Codes]:
        """The codes of some columns, in the row order of the file."""
        for column in columns:
            self.texts(column)
        places = [self._place(column) for column in columns]
        picked = ", ".join(f"enum_code(c{place}::e{place}) AS c{place}" for place in places)
        got = self.connection.execute(f"SELECT {picked} FROM t").fetchnumpy()
        return [np.asarray(got[f"c{place}"]) for place in places]

    def line(self, row: int) -> int:
        """The line of the file (header = 1) that holds the row numbered from 0, multi-line cells aside."""
        return row + 2


def open_table(path: Path, delimiter: str | None = None) -> Table:
    """Read `path` (UTF-8 or CP932, any of four delimiters) or refuse, naming the line.

    Raises NotReadable, Ragged, MixedEncodings, DuplicateColumn, BadDemand (a delimiter of more than one character).
    """
    _check_delimiter(delimiter)
    with path.open("rb") as file:
        head = file.readline()
    if not head.strip() or b"\0" in head or b"\r" in head.rstrip(b"\r\n"):  # UTF-16, or lines ended by CR alone
        raise NotReadable(file=path.name)
    encoding = _encoding(path)
    first = head.decode(encoding if encoding != "utf-8" else "utf-8-sig")
    mark = delimiter or sniff_delimiter(first)
    header = tuple(next(csv.reader([first.rstrip("\r\n")], delimiter=mark)))
    for place, name in enumerate(header):
        if not name.strip() or name in header[:place]:
            raise DuplicateColumn(column=name or str(place + 1), row=1)
    is_large = path.stat().st_size > ON_DISK_FROM_BYTES
    folder = tempfile.TemporaryDirectory(prefix="meguri-") if is_large or encoding == "cp932" else None
    base = Path(folder.name) if folder else Path()
    readable = path
    if encoding == "cp932":
        readable = base / "utf8.csv"
        readable.write_text(path.read_text("cp932"), "utf-8")
    connection = duckdb.connect(str(base / "table.duckdb") if is_large else ":memory:", config={"threads": THREADS})
    if is_large:
        connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        connection.execute(f"SET temp_directory = '{base}'")
    try:
        _load(connection, readable, path, header, mark)
    except BaseException:
        connection.close()
        if folder:
            folder.cleanup()
        raise
    ((rows,),) = connection.execute("SELECT count(*) FROM t").fetchall()
    newline = "\r\n" if head.endswith(b"\r\n") else "\n"
    return Table(path, header, mark, encoding, newline, int(rows), connection, folder)


def _encoding(path: Path) -> str:
    """UTF-8 if every megabyte of the file is, CP932 if all of it is; otherwise MixedEncodings."""
    with path.open("rb") as file:
        start = file.read(3)
        file.seek(0)
        tail = b""
        while block := file.read(1 << 24):
            cut = block.rfind(b"\n") + 1
            try:
                (tail + block[:cut]).decode("utf-8")
            except UnicodeDecodeError:
                return decode(path)[1]
            tail = block[cut:]
    try:
        tail.decode("utf-8")
    except UnicodeDecodeError:
        return decode(path)[1]
    return "utf-8-sig" if start == b"\xef\xbb\xbf" else "utf-8"


def _load(
    connection: duckdb.DuckDBPyConnection, readable: Path, path: Path, header: tuple[str, ...], mark: str
) -> None:
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(header)))
    blank = ", ".join(f"coalesce(c{place}, '') AS c{place}" for place in range(len(header)))
    try:
        connection.execute(
            f"CREATE TABLE t AS SELECT {blank} FROM read_csv(?, columns={{{columns}}}, delim=?, "
            "quote='\"', escape='\"', header=false, skip=1, auto_detect=false, strict_mode=true, null_padding=false)",
            [str(readable), mark],
        )
    except duckdb.Error as error:
        refuse_ragged(readable, header, mark)
        raise NotReadable(file=path.name) from error
    ((rows,),) = connection.execute("SELECT count(*) FROM t").fetchall()
    if rows == 0:
        raise NotReadable(file=path.name)


def refuse_ragged(readable: Path, header: tuple[str, ...], mark: str) -> None:
    """Look for the first line with another number of cells and refuse, naming it and the column where it ends."""
    with readable.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=mark)
        for row in _rows(reader, header):
            if row and len(row) != len(header):
                place = min(len(row), len(header)) - 1
                raise Ragged(row=reader.line_num, column=header[place], found=len(row), expected=len(header))


def _rows(reader: Any, header: tuple[str, ...]) -> Iterator[list[str]]:
    """The rows; a cell too long for any value (an unclosed quote, a whole document) is free text."""
    before = csv.field_size_limit(LONGEST_CELL * 100)
    try:
        for row in reader:
            for place, cell in enumerate(row[: len(header)]):
                if len(cell) > LONGEST_CELL:
                    raise FreeText(column=header[place], row=reader.line_num)
            yield row
    except csv.Error:
        return
    finally:
        csv.field_size_limit(before)


def write_lines(out: io.TextIOBase, delimiter: str, newline: str, segments: list[tuple[list[str], Codes]]) -> None:
    """Write one line a row; each segment is (text of each code, code of each row), already quoted."""
    for start in range(0, len(segments[0][1]), 500_000):
        stop = start + 500_000
        parts: list[Iterator[str]] = [map(texts.__getitem__, codes[start:stop].tolist()) for texts, codes in segments]
        if len(parts) == 1:
            lines: Iterator[str] = parts[0]
        else:
            lines = map(delimiter.join, zip(*parts, strict=True))
        out.write(newline.join(itertools.chain(lines, [""])))


def quote(text: str, delimiter: str) -> str:
    """A cell as CSV text: quoted only where it must be."""
    if any(mark in text for mark in (delimiter, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text
