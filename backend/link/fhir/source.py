"""The FHIR reader: patients first, then each resource decoded once in turn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from backend import base
from backend.link.fhir import observation, own
from backend.link.fhir.bundle import Held, Resource, contained, decode, hold, kind_of, obj, objects, text
from backend.link.fhir.facts import KINDS, fact
from backend.link.fhir.people import NOBODY, People
from backend.link.reading import BATCH, Fact, Format, FoundPerson, Limits, Part, Progress, Source, ignore_progress
from backend.link.unreadable import JsonDamaged, NobodyOfThatKey
from backend.record import Reading, SeriesSamples, take

_FACILITY = "1.2.392.200119.6.102"
_INSTITUTION = "http://jpfhir.jp/fhir/core/IdSystem/insurance-medical-institution-no"
# Resources that carry others or say who and where; they hold no value of their own.
_FRAME = frozenset(
    {
        "Patient",
        "Practitioner",
        "PractitionerRole",
        "Organization",
        "Location",
        "Encounter",
        "Composition",
        "Medication",
        "Specimen",
        "BodyStructure",
        "Device",
        "Provenance",
        "OperationOutcome",
        "MessageHeader",
    }
)


class FhirJson(Source):
    """A FHIR R4 file: single resource, Bundle of any kind, or NDJSON."""

    format: Format = "fhir-json"

    def __init__(self, file: BinaryIO, *, filename: str, limits: Limits, clock: base.Clock = base.CLOCK) -> None:
        """Cut the file into resources; raises JsonDamaged, NotFhir or FileTooLarge."""
        super().__init__(filename=filename)
        self._clock = clock
        self._held, is_lines = hold(file, limits)
        if is_lines:
            self.format = "fhir-ndjson"
        if self._held and not any(decode(one) is not None for one in self._held):
            raise JsonDamaged(place=self._held[0].place)
        self._people = People(self._held)
        self._index: dict[str, Held] = {}
        self._names: dict[str, str] = {}
        for one in self._held:
            resource = decode(one)
            if resource is None:
                self.unknown["?"] += 1
                continue
            kind = kind_of(resource)
            for reference in (one.url, f"{kind}/{resource.get('id')}"):
                if reference:
                    self._index.setdefault(reference, one)
            if kind not in _FRAME and kind not in KINDS and kind != "Observation" and not own.is_other(resource):
                self.unknown[kind if len(kind) < 60 and kind.isalnum() else "?"] += 1
        self._seen = observation.Seen()
        self._owners: list[str | None] = []
        self._look_at_all()
        if not self._people.found:
            self._people.found[NOBODY] = FoundPerson(key=NOBODY)
        if self.unknown:
            self.warn("link.warn_resources_not_read", kinds=len(self.unknown), count=self.unknown.total())

    def _look_at_all(self) -> None:
        """Find the owner of every resource and what single values cannot know of each other."""
        for one in self._held:
            resource = decode(one)
            kind = kind_of(resource) if resource is not None else ""
            is_other = resource is not None and own.is_other(resource)
            if resource is None or (kind not in KINDS and kind != "Observation" and not is_other):
                self._owners.append(None)
                continue
            owner = self._people.of(resource, one.place)
            self._owners.append(owner)
            if owner is None:
                self.log.add("", "link.left_whose", one.place, item=kind)
                continue
            if is_other or own.is_repeat(resource) or own.reading(resource, one.place) is not None:
                self.is_exact = True
                continue
            for found, place, inherited in _observations(resource, one.place):
                at = observation.when(found, inherited)
                if at is None:
                    continue
                for part in observation.parts(found, place, None, owner):
                    self._seen.note(part, owner, at.day)

    def persons(self) -> tuple[FoundPerson, ...]:
        """Return the patients, and whoever else a resource points at."""
        owners = {owner for owner in self._owners if owner is not None}
        people = [one for one in self._people.found.values() if one.key in owners or one.key.startswith("patient ")]
        return tuple(people or self._people.found.values())

    def _owned(self, person_key: str) -> Iterator[tuple[int, Held, Resource]]:
        if person_key not in self._people.found:
            raise NobodyOfThatKey
        for number, (one, owner) in enumerate(zip(self._held, self._owners, strict=True)):
            if owner == person_key and (resource := decode(one)) is not None:
                yield number, one, resource

    def readings(self, person_key: str, progress: Progress = ignore_progress) -> Iterator[list[Reading]]:
        """Yield the observations of a person, those inside reports too."""
        for part in self.parts(person_key, progress):
            if isinstance(part, SeriesSamples):
                yield from own.as_readings(part)
            else:
                yield part

    def parts(self, person_key: str, progress: Progress = ignore_progress) -> Iterator[Part]:
        """Yield the same, the samples of our own exports as columns."""
        self.log.forget(person_key)
        batch: list[Reading] = []
        now = self._clock.now()
        for number, one, resource in self._owned(person_key):
            if own.is_repeat(resource):
                continue
            if (exact := own.reading(resource, one.place)) is not None:
                batch.append(exact)
            elif (held := take.samples_of(resource)) is not None:
                yield own.checked(held, one.place, now, self.log, person_key)
            elif own.is_other(resource) and not take.answers_of(resource):
                self.log.add(person_key, "link.left_no_value", one.place, item=kind_of(resource))
            for found, place, inherited in () if exact is not None else _observations(resource, one.place):
                at = observation.when(found, inherited)
                source = self._source_of(found) or self._source_of(resource) or "FHIR"
                for part in observation.parts(found, place, self.log, person_key):
                    try:
                        made = observation.reading(
                            found, part, person=person_key, at=at, seen=self._seen, source=source, now=now
                        )
                    except observation.Left as left:
                        self.log.add(person_key, left.key, part.place, **left.params)
                    else:
                        batch.append(made)
            if len(batch) >= BATCH:
                yield batch
                batch = []
                progress(number + 1, len(self._held))
        if batch:
            yield batch
        progress(len(self._held), len(self._held))

    def facts(self, person_key: str) -> tuple[Fact, ...]:
        """Return what is known of a person besides measurements."""
        found: list[Fact] = []
        for _, one, resource in self._owned(person_key):
            if (
                kind_of(resource) not in KINDS
                or own.is_repeat(resource)
                or own.reading(resource, one.place) is not None
            ):
                continue
            made = fact(resource, place=one.place, resolve=self._resolve)
            if made is None:
                self.log.add(person_key, "link.left_no_value", one.place, item=kind_of(resource))
            else:
                found.append(made)
        return tuple(found)

    def answers(self, person_key: str) -> tuple[take.Said, ...]:
        """Return the answers of わたしのこと that an export of ours carries, each with its own time."""
        owned = (resource for _, _, resource in self._owned(person_key))
        return tuple(said for resource in owned for said in take.answers_of(resource))

    def _resolve(self, reference: str) -> Resource | None:
        bare = reference.partition("/_history/")[0]
        for candidate in (reference, bare, "/".join(bare.split("/")[-2:])):
            if candidate in self._index:
                return decode(self._index[candidate])
        return None

    def _source_of(self, resource: Resource) -> str | None:
        """Return who measured: the facility by its number as check-up files name it, else by its name."""
        for performer in objects(resource.get("performer")):
            pointer = obj(performer.get("actor")) or performer
            reference = text(pointer.get("reference"), 1000)
            if reference is None:
                continue
            if reference not in self._names:
                self._names[reference] = _facility(self._performer(resource, reference))
            if self._names[reference]:
                return self._names[reference]
        return None

    def _performer(self, resource: Resource, reference: str) -> Resource:
        if reference.startswith("#"):
            return next((one for one in contained(resource) if one.get("id") == reference[1:]), {})
        return self._resolve(reference) or {}


def _facility(found: Resource) -> str:
    if kind_of(found) != "Organization":
        return ""  # a person's name is no source
    for identifier in objects(found.get("identifier")):
        system, value = text(identifier.get("system"), 200) or "", text(identifier.get("value"), 40)
        if value and (system == _INSTITUTION or system.endswith(_FACILITY)):
            return f"健診機関 {value}"
    return text(found.get("name"), 200) or ""


def _observations(resource: Resource, place: str) -> Iterator[tuple[Resource, str, observation.When | None]]:
    """Yield an Observation and those inside the resource, which share its time where they have none."""
    if kind_of(resource) == "Observation":
        yield resource, place, None
    for number, inner in enumerate(contained(resource)):
        if kind_of(inner) == "Observation":
            yield inner, f"{place}.contained[{number}]", observation.when(resource)
