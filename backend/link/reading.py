"""What every file reader gives: persons, readings in batches, facts, and what was left out and why.

A reader is pure: bytes in, frozen values out, no database, no network, bounded memory. `open_source` (in
`backend.link.opening`) finds the reader by looking into the file; its name is never trusted.
"""

from __future__ import annotations

import abc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from types import TracebackType
from typing import Literal, Protocol, Self

import msgspec

from backend.record import Reading, SeriesSamples, take

Format = Literal[
    "checkup-zip",
    "checkup-xml",
    "apple-health",
    "fhir-json",
    "fhir-ndjson",
    "meguri-csv",
    "jahis-notebook",
    "glucose-csv",
    "omron-csv",
    "withings-csv",
    "garmin-fit",
    "open-mhealth",
]
Sex = Literal["male", "female"]
Part = list[Reading] | SeriesSamples
"""Some of what a file holds: readings one by one, or a series in columns."""
Progress = Callable[[int, int], None]
FactKind = Literal[
    "condition",
    "allergy",
    "medication",
    "medicine_note",
    "immunization",
    "coverage",
    "report",
    "procedure",
    "family_history",
]

BATCH = 2000
KEPT_PLACES = 1000


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much a reader may take in; bytes count what was really inflated, not what a header claims."""

    inflated_bytes: int = 8 << 30
    ratio: int = 200
    ratio_from_bytes: int = 32 << 20
    members: int = 100_000
    directory_bytes: int = 32 << 20
    checkup_xml_bytes: int = 16 << 20
    checkup_files: int = 20_000
    json_bytes: int = 48 << 20
    ndjson_line_bytes: int = 8 << 20
    jahis_bytes: int = 4 << 20
    table_bytes: int = 32 << 20
    fit_bytes: int = 32 << 20
    text_length: int = 20_000


DEFAULT = Limits()


class Identifier(msgspec.Struct, frozen=True, kw_only=True):
    """A number that a file gives a person, with the system that gave it."""

    system: str
    value: str


class FoundPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person as a file describes them; None where the file is silent. `key` has meaning only in this file."""

    key: str
    name: str | None = None
    kana: str | None = None
    birth: date | None = None
    sex: Sex | None = None
    identifiers: tuple[Identifier, ...] = ()


class FileWarning(msgspec.Struct, frozen=True, kw_only=True):
    """Something about the file that the person should know; the words are in words_readers.json."""

    key: str
    params: Mapping[str, str | int | float] = msgspec.field(default_factory=dict)
    place: str = ""


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """One value that was not taken: where it stands, and why (a key of words_readers.json)."""

    person: str
    place: str
    key: str
    params: Mapping[str, str | int | float] = msgspec.field(default_factory=dict)


class LeftOutGroup(msgspec.Struct, frozen=True, kw_only=True):
    """One reason for leaving values of a person out, how often, and the first places."""

    key: str
    count: int
    places: tuple[str, ...]


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something about a person that is no measurement: a diagnosis, an allergy, a medicine, a vaccination."""

    kind: FactKind
    text: str
    code: str | None = None
    code_system: str | None = None
    start: date | None = None
    end: date | None = None
    status: str | None = None
    is_refuted: bool = False
    dose: str | None = None
    place: str = ""
    source: str = "FHIR"


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One item of a check-up file exactly as the file states it."""

    code: str
    metric: str
    state: Literal["measured", "not_done", "not_measurable", "at_or_below_input_min", "at_or_above_input_max"]
    value: float | str | None
    flag: Literal["H", "L", "N"] | None


class CheckupFile(msgspec.Struct, frozen=True, kw_only=True):
    """One check-up document: whose, when, its items and the one value per metric that counts."""

    name: str
    exam_date: str | None
    birth: str | None
    sex: str | None
    items: tuple[Item, ...]
    canonical: Mapping[str, float | str]


def ignore_progress(done: int, total: int) -> None:
    """Take a progress report and do nothing with it."""


class LeftOutLog:
    """Counts everything left out and keeps the first places, so that a bad file of gigabytes stays small."""

    def __init__(self) -> None:
        """Start empty."""
        self._kept: dict[str, list[LeftOut]] = {}
        self._counts: dict[str, Counter[str]] = {}

    def add(self, person: str, key: str, place: str, **params: str | int | float) -> None:
        """Note one value that was not taken."""
        self._counts.setdefault(person, Counter())[key] += 1
        kept = self._kept.setdefault(person, [])
        if len(kept) < KEPT_PLACES:
            kept.append(LeftOut(person=person, place=place, key=key, params=params))

    def forget(self, person: str) -> None:
        """Drop what was noted for a person, before their readings are read again."""
        self._counts.pop(person, None)
        self._kept.pop(person, None)

    def all(self) -> tuple[LeftOut, ...]:
        """Return the kept notes of everybody, in the order of the file."""
        return tuple(note for kept in self._kept.values() for note in kept)

    def groups(self, person: str, *, places: int = 5) -> tuple[LeftOutGroup, ...]:
        """Return the reasons for one person with full counts and the first places."""
        kept = self._kept.get(person, [])
        return tuple(
            LeftOutGroup(key=key, count=count, places=tuple([note.place for note in kept if note.key == key][:places]))
            for key, count in self._counts.get(person, Counter()).items()
        )


class Closable(Protocol):
    """Something to be closed."""

    def close(self) -> None:
        """Let go."""


class Source(abc.ABC):
    """An opened file of one format.

    `left_out`, `warnings` and `unknown` are complete once the readings of every wanted person were drained.
    Reading can raise a Refusal at any batch (a file may break in its middle): store only what came to its end.
    """

    format: Format
    filename: str
    is_large = False
    """Whether reading it is long work, so that what was read for the preview is worth keeping."""
    is_exact = False
    """Whether this is an export of ours: values that a person confirmed as unusual come back unasked."""

    def __init__(self, *, filename: str) -> None:
        """Remember the name; readers open lazily."""
        self.filename = filename
        self.owned: list[Closable] = []
        self.unknown: Counter[str] = Counter()
        self.log = LeftOutLog()
        self._warnings: dict[tuple[str, str], FileWarning] = {}

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What was not taken, with place and reason (the first of each person; `left_out_groups` has all counts)."""
        return self.log.all()

    def left_out_groups(self, person_key: str, *, places: int = 5) -> tuple[LeftOutGroup, ...]:
        """Return the reasons for one person with full counts and the first places."""
        return self.log.groups(person_key, places=places)

    @property
    def warnings(self) -> tuple[FileWarning, ...]:
        """What the person should know about the file."""
        return tuple(self._warnings.values())

    def warn(self, key: str, *, place: str = "", **params: str | int | float) -> None:
        """Note a warning once per place."""
        self._warnings.setdefault((key, place), FileWarning(key=key, params=params, place=place))

    @abc.abstractmethod
    def persons(self) -> tuple[FoundPerson, ...]:
        """Return the persons of the file; a file without identity has one person of whom nothing is known."""

    @abc.abstractmethod
    def readings(self, person_key: str, progress: Progress = ignore_progress) -> Iterator[list[Reading]]:
        """Yield the readings of a person in batches; `progress(done, total)` counts bytes of the source."""

    def parts(self, person_key: str, progress: Progress = ignore_progress) -> Iterator[Part]:
        """Yield what `readings` yields, dense series as columns where the reader can (the same values, far faster)."""
        yield from self.readings(person_key, progress)

    def facts(self, person_key: str) -> tuple[Fact, ...]:
        """Return the diagnoses, allergies, medicines and vaccinations of a person."""
        return ()

    def answers(self, person_key: str) -> tuple[take.Said, ...]:
        """Return the answers of わたしのこと that an export of ours carries."""
        return ()

    @property
    def files(self) -> Mapping[str, CheckupFile]:
        """The single check-up documents by file name; empty for other formats."""
        return {}

    def close(self) -> None:
        """Let go of what was opened for this source; a file that the caller opened stays open."""
        while self.owned:
            self.owned.pop().close()

    def __enter__(self) -> Self:
        """Use as a context manager."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close at the end."""
        self.close()


def is_in_time(start: datetime, now: datetime) -> bool:
    """Say whether a time can be that of a value: not before 1900, not after the day that follows now."""
    return start.year >= 1900 and (start - now).total_seconds() <= 86_400
