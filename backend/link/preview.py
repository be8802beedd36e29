"""What is in a file, for one person: read to its end and counted, nothing kept of the values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from backend import base, record
from backend.link import refusals
from backend.link.facts import as_readings
from backend.link.identity import Choice, Found, Known, TwoPeopleMatch, Verdict, choose
from backend.link.model import KindFound, LeftOut, MetricFound, Note, Preview, Question, SourceKey
from backend.link.reading import FoundPerson, Part, Source
from backend.record import SeriesSamples

SOURCE_OF: dict[str, SourceKey] = {
    "checkup-zip": "checkup",
    "checkup-xml": "checkup",
    "apple-health": "apple",
    "fhir-json": "fhir",
    "fhir-ndjson": "fhir",
    "meguri-csv": "fhir",
    "jahis-notebook": "jahis",
    "glucose-csv": "cgm",
    "omron-csv": "omron",
    "withings-csv": "withings",
    "garmin-fit": "garmin",
    "open-mhealth": "omh",
}
_QUESTION = {Verdict.NAME_DIFFERS: Question.NAME_DIFFERS, Verdict.UNKNOWN: Question.WHOSE}
_SHOWN_PLACES = 5


class Kinds:
    """Counts readings by metric; keeps first and last time, never a value."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._seen: dict[str, list[Any]] = {}
        self.sources: dict[str, None] = {}

    def add(self, part: Part) -> None:
        """Count a batch."""
        if isinstance(part, SeriesSamples):
            self._add_columns(part)
            return
        for reading in part:
            seen = self._seen.get(reading.metric)
            if seen is None:
                self._seen[reading.metric] = [1, reading.start, reading.start]
            else:
                seen[0] += 1
                if reading.start < seen[1]:
                    seen[1] = reading.start
                elif reading.start > seen[2]:
                    seen[2] = reading.start
            self.sources[reading.source] = None

    def counted(self, parts: Iterator[Part]) -> Iterator[Part]:
        """Count parts as they pass by."""
        for part in parts:
            self.add(part)
            yield part

    def _add_columns(self, part: SeriesSamples) -> None:
        if not len(part):
            return
        first, last = (
            datetime.fromtimestamp(int(at) / 1000, base.TOKYO) for at in (part.start_ms.min(), part.start_ms.max())
        )
        seen = self._seen.setdefault(part.metric, [0, first, last])
        self._seen[part.metric] = [seen[0] + len(part), min(seen[1], first), max(seen[2], last)]
        self.sources.update(dict.fromkeys(part.sources))

    def found(self) -> tuple[KindFound, ...]:
        """Return the counts by category and metric, largest first."""
        by_category: dict[str, list[MetricFound]] = {}
        for metric, (count, first, last) in self._seen.items():
            by_category.setdefault(record.catalogue.metric(metric).category, []).append(
                MetricFound(metric=metric, count=count, first=_day(first), last=_day(last))
            )
        kinds = [
            KindFound(
                category=category,
                count=sum(metric.count for metric in metrics),
                metrics=tuple(sorted(metrics, key=lambda metric: (-metric.count, metric.metric))),
            )
            for category, metrics in by_category.items()
        ]
        return tuple(sorted(kinds, key=lambda kind: (-kind.count, kind.category)))


def _day(at: datetime) -> date:
    return at.astimezone(base.TOKYO).date()


def whose(source: Source, known: Known) -> Choice:
    """Choose the resident among the people of a file; raises a Refusal where it is nobody or a guess."""
    people = [_found(person) for person in source.persons()]
    try:
        choice = choose(known, people)
    except TwoPeopleMatch:
        raise refusals.TwoMatch from None
    if choice.verdict is Verdict.OTHER:
        raise refusals.NotYoursAmongMany(people=choice.others) if choice.others > 1 else refusals.NotYours()
    return choice


def _found(person: FoundPerson) -> Found:
    names = tuple(name for name in (person.name, person.kana) if name)
    return Found(key=person.key, names=names, birth=person.birth, sex=person.sex)


def read_all(source: Source, keys: Sequence[str], progress: Callable[[int, int], None]) -> Iterator[Part]:
    """Yield every reading of a person, facts last, in the same order each time; progress runs once to its total."""
    for number, key in enumerate(keys):

        def part(done: int, total: int, before: int = number) -> None:
            progress(before * total + done, len(keys) * total)

        yield from source.parts(key, part)
        facts = as_readings(source.facts(key), source, person_key=key)
        if facts:
            yield facts


def left_out(source: Source, keys: Sequence[str]) -> tuple[LeftOut, ...]:
    """Return why values of a person were left out, the same reason of several files as one."""
    together: dict[str, LeftOut] = {}
    for key in keys:
        for group in source.left_out_groups(key, places=_SHOWN_PLACES):
            together[group.key] = add_left_out(together.get(group.key), group.key, group.count, group.places)
    return tuple(sorted(together.values(), key=lambda one: (-one.count, one.reason)))


def add_left_out(before: LeftOut | None, reason: str, count: int, places: Sequence[str]) -> LeftOut:
    """Return a reason with more of it; only the first places are kept."""
    if before is None:
        return LeftOut(reason=reason, count=count, places=tuple(places)[:_SHOWN_PLACES])
    shown = (*before.places, *places)[:_SHOWN_PLACES]
    return LeftOut(reason=reason, count=before.count + count, places=shown)


def look(
    source: Source,
    *,
    known: Known,
    file_name: str,
    size: int,
    sha256: str,
    already_imported_at: datetime | None,
    progress: Callable[[int, int], None],
    keep: Callable[[Iterator[Part]], None] | None = None,
) -> Preview:
    """Read a file to its end and say what is in it for this person; raises a Refusal where it must not be taken.

    `keep` is given every part as it is read, so that a large file need not be read a second time.
    """
    choice = whose(source, known)
    kinds = Kinds()
    parts = kinds.counted(read_all(source, choice.keys, progress))
    if keep is not None:
        keep(parts)
    for _ in parts:
        pass
    found = kinds.found()
    metrics = [metric for kind in found for metric in kind.metrics]
    answers = sum(len(source.answers(key)) for key in choice.keys)
    if answers:
        source.warn("link.note_own_answers", count=answers)
    return Preview(
        format=source.format,
        source=SOURCE_OF[source.format],
        file_name=file_name,
        size=size,
        sha256=sha256,
        count=sum(kind.count for kind in found),
        answers=answers,
        kinds=found,
        first=min((metric.first for metric in metrics), default=None),
        last=max((metric.last for metric in metrics), default=None),
        sources=tuple(kinds.sources),
        left_out=left_out(source, choice.keys),
        warnings=tuple(Note(key=warning.key, params=dict(warning.params)) for warning in source.warnings),
        other_people=choice.others,
        identity={Verdict.SAME: "matches", Verdict.NAME_DIFFERS: "name_differs"}.get(choice.verdict, "unknown"),  # type: ignore[arg-type]
        name_in_file=choice.name,
        question=_QUESTION.get(choice.verdict),
        already_imported_at=already_imported_at,
    )


def documents(source: Source, keys: Sequence[str]) -> frozenset[str]:
    """Return the names of the documents of an archive that are about a person; needs a source read to its end."""
    places = [reading.place for key in keys for batch in source.readings(key) for reading in batch]
    places += [note.place for note in source.left_out if note.person in keys]
    return frozenset(place.rsplit("#", 1)[0] for place in places)
