"""Find the reader of a file by looking into it; a name proves nothing."""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO

from backend.link import own_csv
from backend.link.apple import AppleHealth
from backend.link.archive import Archive, Measured
from backend.link.cgm import GlucoseCsv, is_glucose
from backend.link.checkup import CheckupXml, CheckupZip
from backend.link.checkup.source import root_name
from backend.link.fhir import FhirJson
from backend.link.fit import FitFile, is_fit
from backend.link.homedevices import HomeTables, app_of
from backend.link.homedevices.source import from_archive as home_tables
from backend.link.jahis import Notebook, is_notebook
from backend.link.mhealth import OpenMHealth, is_mhealth
from backend.link.reading import DEFAULT, Limits, Source
from backend.link.unreadable import NotACheckup, NothingInFile, UnknownFile, XmlDamaged, ZipDamaged, ZipNothingKnown

_HEAD = 1 << 16
_OTHER_XML = 1000
"""How many XML files besides check-ups an archive may have before its document is no longer found."""
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def open_source(path_or_file: Path | str | BinaryIO, *, filename: str, limits: Limits = DEFAULT) -> Source:
    """Open a file as the source it is; raises a refusal of `unreadable` where it is none we know.

    Detection is by content. A file object must be seekable and stays open until `Source.close()`.
    """
    if isinstance(path_or_file, str | Path):
        file: BinaryIO = Path(path_or_file).open("rb")  # noqa: SIM115  (the source owns it)
        try:
            source = _open(file, filename, limits)
        except BaseException:
            file.close()
            raise
        source.owned.append(file)
        return source
    return _open(path_or_file, filename, limits)


def _open(file: BinaryIO, filename: str, limits: Limits) -> Source:
    file.seek(0)
    head = file.read(_HEAD)
    if not head:
        raise NothingInFile
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return _open_zip(file, filename, limits)
    if is_fit(head):
        return FitFile(file, filename=filename, limits=limits)
    text = head
    for bom in _BOMS:
        text = text.removeprefix(bom)
    text = text.replace(b"\x00", b"").lstrip()
    if text.startswith(b"<"):
        return _open_xml(file, head, filename, limits)
    if text[:1] in (b"{", b"["):
        if is_mhealth(text):
            return OpenMHealth(file, filename=filename, limits=limits)
        return FhirJson(file, filename=filename, limits=limits)
    if own_csv.is_ours(head):
        return own_csv.from_file(file, filename=filename)
    if is_notebook(head):
        return Notebook(file, filename=filename, limits=limits)
    if is_glucose(head):
        return GlucoseCsv(file, filename=filename, limits=limits)
    if (app := app_of(head)) is not None:
        return HomeTables(app, {filename: file}, filename=filename, limits=limits)
    raise UnknownFile


def _open_xml(file: BinaryIO, head: bytes, filename: str, limits: Limits) -> Source:
    root = root_name(head)
    if root == "HealthData" or b"<!DOCTYPE HealthData" in head:
        size = file.seek(0, io.SEEK_END)
        return AppleHealth(
            lambda: Measured(file, limit=limits.inflated_bytes), size=size, filename=filename, limits=limits
        )
    if root == "ClinicalDocument":
        return CheckupXml(file, filename=filename, limits=limits)
    if not root:
        raise XmlDamaged(line=1)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        # Say what is wrong with it before saying that we do not know it.
        CheckupXml(file, filename=filename, limits=limits).close()
    if root in ("index", "summary", "claim", "html", "svg"):
        raise NotACheckup
    raise UnknownFile


def _open_zip(file: BinaryIO, filename: str, limits: Limits) -> Source:
    archive = Archive(file, limits)
    try:
        return _reader_of(archive, file, filename, limits)
    except BaseException:
        archive.close()
        raise


def _reader_of(archive: Archive, file: BinaryIO, filename: str, limits: Limits) -> Source:
    if not archive.members:
        raise ZipNothingKnown
    documents: list[str] = []
    health: list[str] = []
    damaged: ZipDamaged | None = None
    heads = [name for name in archive.members if name.lower().endswith(".xml")]
    for name in heads[: limits.checkup_files + _OTHER_XML]:
        try:
            head = archive.head(name, _HEAD)
        except ZipDamaged as error:
            damaged = error
            continue
        root = root_name(head)
        if root == "HealthData" or b"<!DOCTYPE HealthData" in head:
            health.append(name)
        elif root == "ClinicalDocument" and not name.lower().endswith("_cda.xml"):
            documents.append(name)
    if health:
        name = max(health, key=lambda one: archive.members[one].file_size)
        source = AppleHealth(
            lambda: archive.open(name), size=archive.members[name].file_size, filename=filename, limits=limits
        )
        source.note_members(list(archive.members), name)
        source.owned.append(archive)
        return source
    if documents:
        return CheckupZip(archive, documents, filename=filename, limits=limits)
    if damaged is not None:
        raise damaged
    for name in archive.members:
        if name.endswith("record.csv") and own_csv.is_ours(archive.head(name, _HEAD)):
            return own_csv.from_archive(archive, name, filename=filename, limits=limits)
    if (tables := home_tables(archive, filename=filename, limits=limits)) is not None:
        tables.owned.append(archive)
        return tables
    if len(jsons := [name for name in archive.members if name.lower().endswith((".json", ".ndjson"))]) == 1:
        content = archive.read(jsons[0], limit=limits.json_bytes)
        archive.close()
        return FhirJson(io.BytesIO(content), filename=jsons[0].rpartition("/")[2], limits=limits)
    raise ZipNothingKnown
