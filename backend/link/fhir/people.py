"""Whose resource is it: patients of a FHIR file and the references that point at them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from backend.link.fhir.bundle import Held, Resource, contained, decode, kind_of, obj, objects, text
from backend.link.reading import FoundPerson, Identifier, Sex

NOBODY = "?"
_SEXES: dict[str, Sex] = {"male": "male", "female": "female"}
_WRITTEN = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"


class People:
    """The patients of a file by key, and who a resource is about."""

    def __init__(self, held: list[Held]) -> None:
        """Read every Patient; people who are only pointed at get a key of their own."""
        self.found: dict[str, FoundPerson] = {}
        self._by_reference: dict[str, str] = {}
        self._by_identifier: dict[tuple[str, str], str] = {}
        self._patients = 0
        for one in held:
            resource = decode(one)
            if resource is None:
                continue
            if kind_of(resource) == "Patient":
                self._add(resource, one.url, None)
            for inner in contained(resource):
                if kind_of(inner) == "Patient":
                    self._add(inner, None, one.place)

    def _add(self, patient: Resource, url: str | None, inside: str | None) -> None:
        self._patients += 1
        key = f"patient {self._patients}"
        identity = text(patient.get("id"), 200)
        if inside is not None:
            references = [f"{inside}#{identity}"]
        else:
            references = [one for one in (url, f"Patient/{identity}" if identity else None) if one]
        same = next((self._by_reference[one] for one in references if one in self._by_reference), None)
        if same is not None:
            return
        person = _person(key, patient)
        self.found[key] = person
        for one in references:
            self._by_reference[one] = key
        for identifier in person.identifiers:
            self._by_identifier.setdefault((identifier.system, identifier.value), key)

    def of(self, resource: Resource, place: str) -> str | None:
        """Return the key of whom a resource is about; None where several people could be meant."""
        about = next(
            (found for name in ("subject", "patient", "beneficiary") if (found := obj(resource.get(name)))), {}
        )
        reference = text(about.get("reference"), 1000)
        if reference is not None:
            return self._at(reference, place)
        identifier = obj(about.get("identifier"))
        value = text(identifier.get("value"), 200)
        if value is not None:
            pair = (text(identifier.get("system"), 200) or "", value)
            if pair not in self._by_identifier:
                key = f"identifier {len(self.found) + 1}"
                self._by_identifier[pair] = key
                self.found[key] = FoundPerson(key=key, identifiers=(Identifier(system=pair[0], value=value),))
            return self._by_identifier[pair]
        known = [key for key in self.found if key.startswith("patient ")]
        if len(known) == 1:
            return known[0]
        if known:
            return None
        self.found.setdefault(NOBODY, FoundPerson(key=NOBODY))
        return NOBODY

    def _at(self, reference: str, place: str) -> str:
        if reference.startswith("#"):
            reference = f"{place}{reference}"
        for candidate in _spellings(reference):
            if candidate in self._by_reference:
                return self._by_reference[candidate]
        key = f"reference {len(self.found) + 1}"
        self._by_reference[reference] = key
        self.found[key] = FoundPerson(key=key)
        return key


def _spellings(reference: str) -> Iterator[str]:
    bare = reference.partition("/_history/")[0]
    yield reference
    yield bare
    parts = bare.split("/")
    if len(parts) >= 2:
        yield "/".join(parts[-2:])


def _person(key: str, patient: Resource) -> FoundPerson:
    name, kana = _names(patient)
    gender = text(patient.get("gender"), 20)
    return FoundPerson(
        key=key,
        name=name,
        kana=kana,
        birth=_birth(patient.get("birthDate")),
        sex=_SEXES.get(gender or ""),
        identifiers=tuple(
            Identifier(system=text(one.get("system"), 200) or "", value=value)
            for one in objects(patient.get("identifier"))
            if (value := text(one.get("value"), 200))
        ),
    )


def _names(patient: Resource) -> tuple[str | None, str | None]:
    plain: list[str] = []
    kana: list[str] = []
    for one in objects(patient.get("name")):
        if one.get("use") in ("old", "maiden", "temp"):
            continue
        given = one.get("given")
        parts = [one.get("family"), *(given if isinstance(given, list) else [])]
        written = text(one.get("text"), 200) or " ".join(part for part in parts if isinstance(part, str) and part)
        if not written:
            continue
        codes = {
            extension.get("valueCode")
            for extension in objects(one.get("extension"))
            if extension.get("url") == _WRITTEN
        }
        (kana if "SYL" in codes else plain).append(" ".join(written.split())[:200])
    return (plain[0] if plain else None), (kana[0] if kana else None)


def _birth(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None
