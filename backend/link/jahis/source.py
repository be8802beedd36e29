"""The reader of a medicine notebook: medicines with dose, days and usage, allergies, history and notes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import BinaryIO

from backend import base
from backend.link.jahis import parts
from backend.link.jahis.groups import facts_of
from backend.link.jahis.parts import Line
from backend.link.reading import (
    Fact,
    Format,
    FoundPerson,
    Limits,
    Progress,
    Sex,
    Source,
    ignore_progress,
    is_in_time,
)
from backend.link.unreadable import FileTooLarge, JahisPartsMixed, NobodyOfThatKey
from backend.record import Reading

_ME = "me"
_NEWEST = 8
_SEXES: dict[str, Sex] = {"1": "male", "2": "female"}
_UTF8_BOM = b"\xef\xbb\xbf"


def is_notebook(head: bytes) -> bool:
    """Say whether these are the first bytes of a medicine notebook."""
    return head.removeprefix(_UTF8_BOM).lstrip().startswith(parts.HEAD.encode())


class Notebook(Source):
    """A medicine notebook; everything in it is facts, none of it is a measurement."""

    format: Format = "jahis-notebook"

    def __init__(self, file: BinaryIO, *, filename: str, limits: Limits, clock: base.Clock = base.CLOCK) -> None:
        """Read the whole notebook (it is small); raises FileTooLarge, JahisDamaged or a refusal of its parts."""
        super().__init__(filename=filename)
        file.seek(0)
        content = file.read(limits.jahis_bytes + 1)
        if len(content) > limits.jahis_bytes:
            raise FileTooLarge(limit_mb=limits.jahis_bytes >> 20)
        self._torn: list[int] = []
        self._books = parts.notebooks(self._lines(content))
        if any(book.version > _NEWEST or book.version == 0 for book in self._books):
            self.warn("link.warn_jahis_version")
        self._clock = clock
        self._person = self._whose()
        self._facts: tuple[Fact, ...] | None = None

    def _lines(self, content: bytes) -> Iterator[Line]:
        body = content.removeprefix(_UTF8_BOM)
        try:
            body.decode("utf-8")
            encoding = "utf-8"
        except UnicodeDecodeError:
            encoding = "cp932"  # no byte of a two-byte sign is a comma or an end of line
        for number, row in enumerate(body.splitlines(), start=1):
            try:
                text = row.decode(encoding)
            except UnicodeDecodeError:
                self._torn.append(number)
                continue
            if text.strip(" \x1a\x00\t"):
                yield parts.line_of(number, text)

    def _whose(self) -> FoundPerson:
        found: dict[tuple[str, date | None, str], FoundPerson] = {}
        for book in self._books:
            for line in book.lines:
                if line.text(0) == "1":
                    name, birth, sex = line.text(1), line.day(3), line.text(2)
                    key = ("".join(name.split()), birth, sex)
                    found[key] = FoundPerson(
                        key=_ME, name=name or None, kana=line.text(10) or None, birth=birth, sex=_SEXES.get(sex)
                    )
        if len(found) > 1:
            raise JahisPartsMixed
        return next(iter(found.values()), FoundPerson(key=_ME))

    def persons(self) -> tuple[FoundPerson, ...]:
        """Return the one person whose notebook it is."""
        return (self._person,)

    def readings(self, person_key: str, progress: Progress = ignore_progress) -> Iterator[list[Reading]]:
        """Yield nothing: a notebook holds facts only."""
        self._check(person_key)
        self._facts = None
        self._read()
        progress(1, 1)
        yield []

    def facts(self, person_key: str) -> tuple[Fact, ...]:
        """Return medicines, allergies, past illnesses and notes, each with the line it stands in."""
        self._check(person_key)
        return self._facts if self._facts is not None else self._read()

    def _check(self, person_key: str) -> None:
        if person_key != _ME:
            raise NobodyOfThatKey

    def _read(self) -> tuple[Fact, ...]:
        self.log.forget(_ME)
        self.unknown.clear()
        for number in self._torn:
            self.log.add(_ME, "link.left_torn_line", f"line {number}")
        found: list[Fact] = []
        now = self._clock.now()
        for book in self._books:
            for fact in facts_of(book, lambda key, line: self.log.add(_ME, key, f"line {line.number}"), self.unknown):
                if fact.start is not None and not is_in_time(datetime.combine(fact.start, time(), base.TOKYO), now):
                    self.log.add(_ME, "link.left_future", fact.place)
                else:
                    found.append(fact)
        if self.unknown:
            self.warn("link.warn_types_not_read", kinds=len(self.unknown), count=self.unknown.total())
        self._facts = tuple(found)
        return self._facts
