"""The record as one FHIR R4 document: an IPS Composition on top, every value below it."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC
from typing import Any, BinaryIO

from backend import base, people
from backend.record.export import answers, clinical, codes, observation, samples
from backend.record.export.observation import Resource, moment
from backend.record.export.whole import Section, Whole, section_of
from backend.record.model import Answer, DayValue, SeriesSamples

IPS = "http://hl7.org/fhir/uv/ips/StructureDefinition"
_TITLES: Mapping[str, tuple[str, str, str]] = {
    "medicines": ("10160-0", "History of Medication use Narrative", "薬"),
    "allergies": ("48765-2", "Allergies and adverse reactions Document", "アレルギー"),
    "problems": ("11450-4", "Problem list - Reported", "病名"),
    "immunizations": ("11369-6", "History of Immunization Narrative", "予防接種"),
    "results": ("30954-2", "Relevant diagnostic tests/laboratory data Narrative", "検査・健診の結果"),
    "vitals": ("8716-3", "Vital signs", "からだの測定"),
    "procedures": ("47519-4", "History of Procedures Document", "処置・手術"),
    "social": ("29762-2", "Social history Narrative", "生活"),
    "pregnancy": ("10162-6", "History of pregnancies Narrative", "妊娠"),
}
_OWN_TITLES = {"about_me": "わたしのこと（本人の回答）", "samples": "機器の記録（すべて）"}
_REQUIRED: tuple[Section, ...] = ("medicines", "allergies", "problems")
_SHOWN = 40
Progress = Callable[[int, int], None]


def patient(person: people.PersonFacts, *, id: str = "me") -> Resource:
    """The person: name in kanji and in kana, birth, sex; no numbers of any office."""
    written = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"
    names: list[Resource] = [
        {"extension": [{"url": written, "valueCode": "IDE"}], "use": "official", "text": person.name}
    ]
    if person.kana.strip():
        names.append({"extension": [{"url": written, "valueCode": "SYL"}], "use": "official", "text": person.kana})
    for one in names:
        # IPS asks for a family or a given name; a name that does not part in two stays whole.
        family, _, given = str(one["text"]).partition(" ")
        one["family"] = family
        if given.strip():
            one["given"] = [given.strip()]
    return {
        "resourceType": "Patient",
        "id": id,
        "name": names,
        "gender": person.sex,
        "birthDate": person.birth.isoformat(),
    }


def ignore(done: int, total: int) -> None:
    """Take a progress report and do nothing with it."""


def write(
    out: BinaryIO,
    whole: Whole,
    *,
    days: Mapping[str, list[DayValue]],
    series: Iterable[SeriesSamples] = (),
    is_exact: bool = True,
    progress: Progress = ignore,
) -> None:
    """Write the document; `is_exact` adds what only our own reader needs: exact parts, answers, all samples.

    Bodies are written as they are made, so that of a large record only the bytes are held.
    """
    made = _Document(whole, is_exact=is_exact)
    total = len(whole.readings) + 1000 * len(whole.series) + 1
    for number, reading in enumerate(whole.readings):
        if reading.metric in clinical.KINDS:
            resource = clinical.of_reading(reading, made.subject)
            if not is_exact:
                del resource["extension"]
        else:
            resource = observation.write(
                reading, id=reading.id, subject=made.subject, stored_at=reading.stored_at, is_exact=is_exact
            )
        made.add(section_of(reading.metric), resource)
        if number % 500 == 0:
            progress(number, total)
    for section, resource in clinical.of_facts(whole, made.subject):
        made.add(section, resource)
    for section_name, resource in _about(whole, made.subject):
        made.add(section_name, resource)
    for metric, found in days.items():
        for resource in samples.of_months(metric, found, made.subject):
            made.add(section_of(metric), resource)
    done = len(whole.readings)
    for one in series:
        for piece in samples.pieces(one):
            made.add("samples", samples.write(piece, made.subject, whole.made_at))
        done += 1000
        progress(done, total)
    if is_exact:
        for said in whole.said:
            made.add("about_me", answers.write(said, made.subject))
    made.close(out)
    progress(total, total)


class _Document:
    """Gathers entries by section and writes them below their Composition."""

    def __init__(self, whole: Whole, *, is_exact: bool) -> None:
        self.whole = whole
        self.is_exact = is_exact
        self.me = codes.url_of("Patient", f"{base.new_id()}")
        self.subject: Resource = {"reference": self.me}
        self._entries: list[bytes] = []
        self._references: dict[str, list[str]] = {}
        self._lines: dict[str, list[str]] = {}
        self._urls: set[str] = set()

    def add(self, section: str, resource: Resource) -> None:
        """Take an entry into a section; the same resource twice is one entry."""
        url = codes.url_of(resource["resourceType"], resource["id"])
        if url in self._urls:
            return
        self._urls.add(url)
        self._entries.append(_json({"fullUrl": url, "resource": resource}))
        self._references.setdefault(section, []).append(url)
        self._lines.setdefault(section, []).append(line_of(resource))

    def close(self, out: BinaryIO) -> None:
        """Write everything, required sections that stayed empty included."""
        for section in _REQUIRED:
            if section not in self._references:
                self.add(section, clinical.absent(section, self.whole, self.subject))
        name = base.new_id()
        bundle = codes.url_of("Bundle", name)
        head = {
            "resourceType": "Bundle",
            "id": bundle.removeprefix("urn:uuid:"),
            "meta": {"profile": [f"{IPS}/Bundle-uv-ips"]},
            "language": "ja",
            "identifier": {"system": "urn:ietf:rfc:3986", "value": bundle},
            "type": "document",
            "timestamp": moment(self.whole.made_at.astimezone(UTC)),
        }
        out.write(_json(head)[:-1] + b',"entry":[\n')
        out.write(_json({"fullUrl": codes.url_of("Composition", name), "resource": self._composition(name)}))
        me = {"fullUrl": self.me, "resource": patient(self.whole.person, id=self.me.removeprefix("urn:uuid:"))}
        out.write(b",\n" + _json(me))
        for entry in self._entries:
            out.write(b",\n")
            out.write(entry)
        out.write(b"\n]}\n")

    def _composition(self, name: str) -> Resource:
        wanted = [one for one in (*_TITLES, *_OWN_TITLES) if one in self._references]
        return {
            "resourceType": "Composition",
            "id": codes.url_of("Composition", name).removeprefix("urn:uuid:"),
            "meta": {"profile": [f"{IPS}/Composition-uv-ips"]},
            "language": "ja",
            "text": _narrative(["健康の記録のまとめ（めぐり）"]),
            "status": "final",
            "type": {"coding": [{"system": codes.LOINC, "code": "60591-5", "display": "Patient summary Document"}]},
            "subject": self.subject,
            "date": moment(self.whole.made_at.astimezone(UTC)),
            "author": [self.subject],
            "title": "健康の記録のまとめ（めぐり）",
            "section": [self._section(one) for one in wanted],
        }

    def _section(self, name: str) -> Resource:
        lines = self._lines[name]
        shown = lines[-_SHOWN:][::-1]
        if len(lines) > _SHOWN:
            shown.append(f"ほか {len(lines) - _SHOWN} 件")
        if name in _TITLES:
            code, display, title = _TITLES[name]
            concept = codes.concept(codes.LOINC, code, display)
        else:
            title = _OWN_TITLES[name]
            concept = codes.concept(f"{codes.BASE}/CodeSystem/section", name, title)
        return {
            "title": title,
            "code": concept,
            "text": _narrative(shown),
            "entry": [{"reference": url} for url in self._references[name]],
        }


def _about(whole: Whole, subject: Resource) -> Iterable[tuple[str, Resource]]:
    """Smoking and pregnancy as the Observations that an IPS has a section for; tagged as derived."""
    for fact in whole.facts:
        if fact.answer is not Answer.VALUE or fact.key not in ("smoking", "pregnancy"):
            continue
        code, display, section = {
            "smoking": ("72166-2", "Tobacco smoking status", "social"),
            "pregnancy": ("82810-3", "Pregnancy status", "pregnancy"),
        }[fact.key]
        said = fact.value["status"] if isinstance(fact.value, dict) else fact.value
        answer = codes.concept(codes.ANSWER, said, text=clinical.answer_text(fact))
        yield (
            section,
            _observed(fact.key, codes.concept(codes.LOINC, code, display), fact, subject)
            | {"valueCodeableConcept": answer},
        )
        if isinstance(fact.value, dict) and fact.value.get("due"):
            due = codes.concept(codes.LOINC, "11778-8", "Delivery date Estimated")
            yield "pregnancy", _observed("due", due, fact, subject) | {"valueDateTime": fact.value["due"]}


def _observed(name: str, concept: Resource, fact: Any, subject: Resource) -> Resource:
    made: Resource = {
        "resourceType": "Observation",
        "id": codes.url_of("Observation", f"about/{name}").removeprefix("urn:uuid:"),
        "meta": {"tag": [codes.DERIVED]},
        "status": "final",
        "category": [codes.concept(f"{codes.HL7}/observation-category", "social-history", "Social History")],
        "code": concept,
        "subject": subject,
    }
    if fact.on is not None:
        made["effectiveDateTime"] = fact.on.isoformat()
    return made


def line_of(resource: Resource) -> str:
    """One line for a person who reads the narrative: day, what, value."""
    concept = resource.get("code") or resource.get("medicationCodeableConcept") or resource.get("vaccineCode")
    concept = concept or resource.get("type") or {}
    what = concept.get("text") or next((one.get("display") for one in concept.get("coding", [])), None)
    if resource["resourceType"] == "QuestionnaireResponse":
        what = resource["item"][0]["text"]
    period = resource.get("effectivePeriod") or resource.get("onsetPeriod") or {}
    day = resource.get("effectiveDateTime") or resource.get("onsetDateTime") or resource.get("occurrenceDateTime")
    day = day or period.get("start") or resource.get("authored") or ""
    return " ".join(part for part in (str(day)[:10], str(what or ""), value_text(resource)) if part)


def value_text(resource: Resource) -> str:
    """The value of an Observation as a person reads it."""
    if (quantity := resource.get("valueQuantity")) is not None:
        return f"{quantity.get('comparator', '')}{quantity['value']:g} {quantity.get('unit', '')}".strip()
    if (concept := resource.get("valueCodeableConcept")) is not None:
        return str(concept.get("text") or concept["coding"][0]["code"])
    if "dataAbsentReason" in resource:
        return {"not-performed": "未実施", "error": "測定不能"}.get(
            resource["dataAbsentReason"]["coding"][0]["code"], "値なし"
        )
    return str(resource.get("valueString") or resource.get("valueDateTime") or "")


def _narrative(lines: Sequence[str]) -> Resource:
    rows = "".join(f"<li>{html.escape(_visible(line))}</li>" for line in lines)
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><ul>{rows}</ul></div>'}


def _visible(text: str) -> str:
    return "".join(char for char in text if char >= " ")[:400]


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
