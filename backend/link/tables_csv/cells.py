"""Cells of a table: its encoding and delimiter found from its first bytes, its rows one by one."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from typing import BinaryIO

from backend.link.unreadable import FileTooLarge, TableDamaged

_NUMBER = re.compile(r"[-+]?\d{1,9}(?:[.,]\d{1,9})?")
_LONGEST_CELL = 100_000


def head_rows(head: bytes, *, most: int = 8) -> list[list[str]]:
    """Return the first rows of what may be a table; empty where it is none."""
    encoding = _encoding(head)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[: most + 1]
    complete = lines[:most] if len(lines) > most or len(head) < 1 << 15 else lines[:-1]
    try:
        return list(csv.reader(complete, delimiter=_delimiter(complete)))
    except csv.Error:
        return []


def rows(file: BinaryIO, *, limit: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a table with the number of their last line; raises FileTooLarge or TableDamaged."""
    size = file.seek(0, io.SEEK_END)
    if size > limit:
        raise FileTooLarge(limit_mb=limit >> 20)
    file.seek(0)
    head = file.read(1 << 16)
    file.seek(0)
    delimiter = _delimiter(head_text(head))
    text = io.TextIOWrapper(file, encoding=_encoding(head), errors="replace", newline="")
    try:
        reader = csv.reader(text, delimiter=delimiter)
        while True:
            try:
                row = next(reader, None)
            except (csv.Error, UnicodeError) as error:
                raise TableDamaged(line=reader.line_num) from error
            if row is None:
                return
            if any(row):
                yield reader.line_num, [cell.strip() for cell in row]
    finally:
        text.detach()


def head_text(head: bytes) -> list[str]:
    """Return the first lines as text."""
    return codecs.getincrementaldecoder(_encoding(head))("replace").decode(head).splitlines()[:8]


def number(cell: str) -> float | None:
    """Return a cell as a number, the comma of other countries read as its point; None where it is none."""
    found = unicodedata.normalize("NFKC", cell).strip()
    if len(found) > 20 or not _NUMBER.fullmatch(found):
        return None
    return float(found.replace(",", "."))


def _encoding(head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8", "cp932"):
        try:
            codecs.getincrementaldecoder(encoding)("strict").decode(head)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def _delimiter(lines: list[str]) -> str:
    widest = max(lines, key=len, default="")[:_LONGEST_CELL]
    counts = {sign: widest.count(sign) for sign in (",", ";", "\t")}
    return max(counts, key=lambda sign: counts[sign])
