"""The CSV of our own export: one table of values and answers, and one of samples for each device metric."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import BinaryIO, cast

from backend import base
from backend.link.archive import Archive
from backend.link.reading import BATCH, Format, FoundPerson, Limits, Progress, Sex, Source, ignore_progress, is_in_time
from backend.link.unreadable import CsvChanged
from backend.record import Reading, catalogue, take

_ME = "me"
_FORM = take.csvfile


def is_ours(head: bytes) -> bool:
    """Say whether these are the first bytes of our table."""
    return head.decode("utf-8", "replace").removeprefix(_FORM.BOM).startswith(",".join(_FORM.HEAD))


class MeguriCsv(Source):
    """A CSV export of ours, as the ZIP it came in or the main table alone."""

    format: Format = "meguri-csv"
    is_exact = True

    def __init__(
        self,
        main: Callable[[], io.RawIOBase | BinaryIO],
        tables: Mapping[str, Callable[[], io.RawIOBase | BinaryIO]],
        *,
        filename: str,
        clock: base.Clock = base.CLOCK,
    ) -> None:
        """Read the main table once to its end; raises CsvChanged where somebody changed its form."""
        super().__init__(filename=filename)
        self._main, self._tables, self._clock = main, tables, clock
        self._said: list[take.Said] = []
        person: dict[str, str] = {}
        self._count = 0
        for line, row in self._rows(main, _FORM.HEAD, _FORM.MAIN):
            if row[0] == "本人":
                person[row[1]] = row[3]
            elif row[0] == "答え":
                self._note(row, line)
            self._count += 1
        one = _FORM.identity_of(person)
        sex = cast(Sex, one.sex) if one.sex in ("male", "female") else None
        self._person = FoundPerson(key=_ME, name=one.name or None, kana=one.kana or None, birth=one.birth, sex=sex)

    def _note(self, row: list[str], line: int) -> None:
        try:
            said = _FORM.said_of(row)
        except ValueError as error:
            raise CsvChanged(file=_FORM.MAIN, line=line) from error
        if not take.is_answer(said):
            raise CsvChanged(file=_FORM.MAIN, line=line)
        self._said.append(said)

    def persons(self) -> tuple[FoundPerson, ...]:
        """Return the one person whose record it is."""
        return (self._person,)

    def answers(self, person_key: str) -> tuple[take.Said, ...]:
        """Return the answers of わたしのこと."""
        return tuple(self._said)

    def readings(self, person_key: str, progress: Progress = ignore_progress) -> Iterator[list[Reading]]:
        """Yield the values, then the samples of each metric; raises CsvChanged at a row that is not in order."""
        self.log.forget(person_key)
        total = self._count + 1
        batch: list[Reading] = []
        for line, row in self._rows(self._main, _FORM.HEAD, _FORM.MAIN):
            if row[0] != "値":
                continue
            self._take(batch, partial(_FORM.reading_of, row, f"line {line}"), _FORM.MAIN, line)
            if len(batch) >= BATCH:
                yield batch
                progress(line, total)
                batch = []
        yield batch
        for name, table in sorted(self._tables.items()):
            batch = []
            for line, row in self._rows(table, _FORM.SAMPLE_HEAD, name):
                self._take(batch, partial(_FORM.sample_of, row, f"{name}#{line}"), name, line)
                if len(batch) >= BATCH:
                    yield batch
                    batch = []
            yield batch
        progress(total, total)

    def _take(self, batch: list[Reading], make: Callable[[], Reading], name: str, line: int) -> None:
        try:
            made = make()
        except (ValueError, OverflowError) as error:
            raise CsvChanged(file=name, line=line) from error
        place = f"{name}#{line}"
        if catalogue.find(made.metric) is None:
            self.log.add(_ME, "link.left_unknown_item", place, item=made.metric[:80])
        elif not is_in_time(made.start, self._clock.now()):
            self.log.add(_ME, "link.left_future", place, item=made.metric[:80])
        else:
            batch.append(made)

    def _rows(
        self, table: Callable[[], io.RawIOBase | BinaryIO], head: tuple[str, ...], name: str
    ) -> Iterator[tuple[int, list[str]]]:
        text = io.TextIOWrapper(io.BufferedReader(_Pulled(table()), 1 << 18), encoding="utf-8", newline="")
        try:
            yield from _FORM.rows_of(text, head)
        except _FORM.NotOurs as error:
            raise CsvChanged(file=name, line=error.line) from error
        finally:
            text.detach()


class _Pulled(io.RawIOBase):
    """A stream that has only `read` (a member of an archive, counted while inflating) as one to be buffered."""

    def __init__(self, stream: io.RawIOBase | BinaryIO) -> None:
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill a buffer."""
        found = self._stream.read(len(buffer)) or b""
        buffer[: len(found)] = found
        return len(found)


def from_archive(archive: Archive, name: str, *, filename: str, limits: Limits) -> MeguriCsv:
    """Open the ZIP of our export; `name` is its main table."""
    folder = name.removesuffix(_FORM.MAIN)
    tables = {
        one.removeprefix(folder): partial(archive.open, one)
        for one in archive.members
        if one.startswith(folder + _FORM.SAMPLES) and one.endswith(".csv")
    }
    source = MeguriCsv(lambda: archive.open(name), tables, filename=filename)
    source.owned.append(archive)
    return source


def from_file(file: BinaryIO, *, filename: str) -> MeguriCsv:
    """Open the main table alone."""

    def again() -> BinaryIO:
        file.seek(0)
        return file

    return MeguriCsv(again, {}, filename=filename)
