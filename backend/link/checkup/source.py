"""The check-up reader: a single document, or every document of an exchange ZIP grouped by person."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from lxml import etree

from backend.link.archive import Archive
from backend.link.checkup.chosen import canonical, readings
from backend.link.checkup.document import Document, parse, safe_root
from backend.link.prolog import without_comments
from backend.link.reading import (
    CheckupFile,
    FoundPerson,
    Limits,
    Progress,
    Source,
    ignore_progress,
)
from backend.link.unreadable import FileTooLarge, NobodyOfThatKey, NotACheckup, XmlDamaged, ZipNothingKnown
from backend.record import Reading

_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")


def root_name(head: bytes) -> str:
    """Return the local name of the first element in the first bytes of an XML file, or ""."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", errors="ignore").encode()
    found = _ROOT.search(without_comments(head))
    return found[1].decode("ascii", errors="ignore") if found else ""


class _Checkups(Source):
    """What a single document and a ZIP have in common: documents by name, each parsed when needed."""

    def __init__(self, *, filename: str, limits: Limits) -> None:
        super().__init__(filename=filename)
        self._limits = limits
        self._people: dict[str, FoundPerson] | None = None
        self._of_person: dict[str, list[str]] = {}

    def _names(self) -> list[str]:
        raise NotImplementedError

    def _load(self, name: str) -> Document:
        raise NotImplementedError

    def _label(self, name: str) -> str:
        return name.rpartition("/")[2]

    def persons(self) -> tuple[FoundPerson, ...]:
        """Return the persons of the documents; the same name, birth, sex and insurance number are one person."""
        if self._people is None:
            self._people = self._find_people()
        return tuple(self._people.values())

    def _find_people(self) -> dict[str, FoundPerson]:
        keys: dict[object, str] = {}
        people: dict[str, FoundPerson] = {}
        damaged: XmlDamaged | NotACheckup | FileTooLarge | None = None
        for name in self._names():
            try:
                found = self._load(name)
            except (XmlDamaged, NotACheckup, FileTooLarge) as error:
                damaged = error
                self.warn("link.warn_document_unreadable", place=self._label(name))
                continue
            identity = (found.name, found.birth, found.sex_code, found.identifiers)
            if found.name is None and found.birth is None and not found.identifiers:
                identity = (name, None, None, ())  # nobody says that two nameless documents are one person
            key = keys.setdefault(identity, f"p{len(keys) + 1}")
            people.setdefault(
                key,
                FoundPerson(
                    key=key,
                    name=found.name,
                    kana=None,
                    birth=found.birth_date,
                    sex=found.sex,
                    identifiers=found.identifiers,
                ),
            )
            self._of_person.setdefault(key, []).append(name)
        if not people:
            raise damaged if damaged is not None else ZipNothingKnown()
        return people

    def readings(self, person_key: str, progress: Progress = ignore_progress) -> Iterator[list[Reading]]:
        """Yield one batch for each document of the person."""
        self.persons()
        names = self._of_person.get(person_key)
        if names is None:
            raise NobodyOfThatKey
        self.log.forget(person_key)
        for done, name in enumerate(names):
            progress(done, len(names))
            batch = readings(
                self._load(name),
                person=person_key,
                file_name=self._label(name),
                log=self.log,
                text_limit=self._limits.text_length,
            )
            if batch:
                yield batch
        progress(len(names), len(names))

    @property
    def files(self) -> Mapping[str, CheckupFile]:
        """Every document exactly as stated, with the one value of each metric that counts."""
        found: dict[str, CheckupFile] = {}
        labels = Counter(self._label(name) for name in self._names())
        self.persons()
        for names in self._of_person.values():
            for name in names:
                document = self._load(name)
                label = self._label(name) if labels[self._label(name)] == 1 else name
                found[label] = CheckupFile(
                    name=label,
                    exam_date=document.exam,
                    birth=document.birth,
                    sex=document.sex_code,
                    items=tuple(item.stated() for item in document.items),
                    canonical=canonical(document),
                )
        return dict(sorted(found.items()))


class CheckupXml(_Checkups):
    """A single check-up document."""

    format = "checkup-xml"

    def __init__(self, file: BinaryIO, *, filename: str, limits: Limits) -> None:
        """Read and parse the document at once: it is small, and broken ones are refused before any preview."""
        super().__init__(filename=filename, limits=limits)
        file.seek(0)
        content = file.read(limits.checkup_xml_bytes + 1)
        if len(content) > limits.checkup_xml_bytes:
            raise FileTooLarge(limit_mb=limits.checkup_xml_bytes >> 20)
        self._document = parse(content)
        self._name = filename.rpartition("/")[2].rpartition("\\")[2] or "checkup.xml"

    def _names(self) -> list[str]:
        return [self._name]

    def _load(self, name: str) -> Document:
        return self._document


class CheckupZip(_Checkups):
    """The exchange ZIP: DATA/h*.xml of several people, with index and summary beside them."""

    format = "checkup-zip"

    def __init__(self, archive: Archive, names: list[str], *, filename: str, limits: Limits) -> None:
        """Take the documents that were found in the archive."""
        super().__init__(filename=filename, limits=limits)
        self._archive = archive
        self.owned.append(archive)
        self._documents = sorted(names)[: limits.checkup_files]
        archive.check_total(self._documents)
        if len(names) > limits.checkup_files:
            self.warn("link.warn_too_many_documents", count=len(names), limit=limits.checkup_files)
        if archive.skipped:
            self.warn("link.warn_names_ignored", count=archive.skipped)
        self._compare_with_index()

    def _names(self) -> list[str]:
        return self._documents

    def _load(self, name: str) -> Document:
        return parse(self._archive.read(name, limit=self._limits.checkup_xml_bytes))

    def _compare_with_index(self) -> None:
        for name in self._archive.members:
            label = self._label(name).lower()
            if not (label.startswith("ix") and label.endswith(".xml")):
                continue
            try:
                root = safe_root(self._archive.read(name, limit=1 << 20))
            except (XmlDamaged, FileTooLarge):
                self.warn("link.warn_document_unreadable", place=self._label(name))
                return
            for element in root.iter():
                is_count = isinstance(element.tag, str) and etree.QName(element).localname == "totalRecordCount"
                stated = element.get("value", "") if is_count else ""
                if stated.isdigit() and int(stated) != len(self._documents):
                    self.warn("link.warn_index_differs", stated=int(stated), found=len(self._documents))
            return
