"""The Apple Health reader: a stream of export.xml through expat, in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pyexpat import ExpatError

from backend import base
from backend.link.apple.columns import Columns, blocks
from backend.link.apple.parsing import Records, parser_for
from backend.link.archive import Inflated, Measured, Opener
from backend.link.prolog import without_comments
from backend.link.reading import FoundPerson, Limits, Part, Progress, Sex, Source, ignore_progress
from backend.link.unreadable import NobodyOfThatKey, UnknownFile, XmlDamaged, XmlForbidden
from backend.record import Reading

_ROOT = re.compile(rb"<HealthData[\s/>]")
_OUTSIDE = re.compile(rb"<!doctype\s[^\[>]*\b(?:system|public)\b")
_ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding=[\"']([A-Za-z0-9._-]+)[\"']")
_SEXES: dict[str, Sex] = {"HKBiologicalSexMale": "male", "HKBiologicalSexFemale": "female"}
_PROLOG = 1 << 20
_CHUNK = 1 << 18
# The longest tag that is waited for; a file that never closes one must not fill the memory.
_LONGEST_TAG = 16 << 20
PERSON = "me"


class AppleHealth(Source):
    """An export of the Health app; everything in it is of one person."""

    format = "apple-health"
    is_large = True

    def __init__(
        self, opener: Opener, *, size: int, filename: str, limits: Limits, clock: base.Clock = base.CLOCK
    ) -> None:
        """Take a function that opens export.xml anew; `size` is what it claims to inflate to."""
        super().__init__(filename=filename)
        self._opener = opener
        self._size = size
        self._limits = limits
        self._clock = clock
        self._me: FoundPerson | None = None

    def note_members(self, names: list[str], read: str) -> None:
        """Note what lies beside export.xml and is not read yet."""
        folders = {
            "electrocardiograms": "link.warn_ecg_not_read",
            "workout-routes": "link.warn_routes_not_read",
            "clinical-records": "link.warn_clinical_not_read",
        }
        for folder, key in folders.items():
            count = sum(1 for name in names if f"/{folder}/" in f"/{name}" and name != read)
            if count:
                self.warn(key, count=count)

    def persons(self) -> tuple[FoundPerson, ...]:
        """Return the owner of the phone; birth and sex are known where the Health app knows them."""
        if self._me is None:
            self._me = self._find_me()
        return (self._me,)

    def _find_me(self) -> FoundPerson:
        found: dict[str, str] = {}
        finished = False

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal found, finished
            if name == "Me":
                found, finished = attributes, True
            elif name in ("Record", "Workout", "Correlation"):
                finished = True

        for _ in self._feed(start, None, lambda: finished, ignore_progress):
            pass
        birth = found.get("HKCharacteristicTypeIdentifierDateOfBirth", "")[:10]
        return FoundPerson(
            key=PERSON,
            birth=_date(birth),
            sex=_SEXES.get(found.get("HKCharacteristicTypeIdentifierBiologicalSex", "")),
        )

    def readings(self, person_key: str, progress: Progress = ignore_progress) -> Iterator[list[Reading]]:
        """Yield every record that we know, workouts last of their place; raises XmlDamaged where the file breaks."""
        if person_key != PERSON:
            raise NobodyOfThatKey
        self.log.forget(PERSON)
        self.unknown.clear()
        records = Records(self.log, self.unknown, person=PERSON, now=self._clock.now())
        for _ in self._feed(records.start, records.end, lambda: False, progress, records):
            if batch := records.take(full_only=True):
                yield batch
        records.finish()
        while batch := records.take(full_only=False):
            yield batch
        self._warn(records)

    def parts(self, person_key: str, progress: Progress = ignore_progress) -> Iterator[Part]:
        """Yield what `readings` yields, most of it as columns; raises XmlDamaged where the file breaks."""
        if person_key != PERSON:
            raise NobodyOfThatKey
        self.log.forget(PERSON)
        self.unknown.clear()
        records = Records(self.log, self.unknown, person=PERSON, now=self._clock.now())
        columns = Columns(records)
        try:
            for at in self._scan(records, columns):
                progress(min(at, self._size), self._size)
                yield from columns.take(full_only=True)
                if batch := records.take(full_only=True):
                    yield batch
        except ExpatError as error:
            for _ in self.readings(person_key):  # only from its first byte on can it say the line
                pass
            raise XmlDamaged(line=error.lineno) from error
        yield from columns.take(full_only=False)
        records.finish()
        while batch := records.take(full_only=False):
            yield batch
        progress(self._size, self._size)
        self._warn(records)

    def _scan(self, records: Records, columns: Columns) -> Iterator[int]:
        with self._opener() as stream:
            opening, body = _to_root(stream)
            encoding = _check_prolog(opening)
            parser = parser_for(records.start, records.end, encoding)
            fed = 0

            def feed(piece: bytes, at: int) -> None:
                nonlocal fed
                records.at(parser, at - fed)
                parser.Parse(piece, False)
                fed += len(piece)
                if fed - parser.CurrentByteIndex > _LONGEST_TAG:
                    raise XmlDamaged(line=parser.CurrentLineNumber)

            is_utf8 = encoding in ("UTF-8", "US-ASCII")
            yield from blocks(stream, body, len(opening), columns, feed, is_plain=is_utf8)
            parser.Parse(b"", True)

    def _warn(self, records: Records) -> None:
        kinds = sum(1 for name in self.unknown if name.startswith("HK"))
        if kinds:
            self.warn("link.warn_types_not_read", kinds=kinds, count=self.unknown.total())
        if records.routes and not any(note.key == "link.warn_routes_not_read" for note in self.warnings):
            self.warn("link.warn_routes_not_read", count=records.routes)

    def _feed(
        self,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None,
        is_finished: Callable[[], bool],
        progress: Progress,
        records: Records | None = None,
    ) -> Iterator[None]:
        with self._opener() as stream:
            opening, body = _to_root(stream)
            encoding = _check_prolog(opening)
            parser = parser_for(start, end, encoding)
            if records is not None:
                records.at(parser, len(opening))
            fed = 0
            try:
                while body:
                    parser.Parse(body, False)
                    fed += len(body)
                    if fed - parser.CurrentByteIndex > _LONGEST_TAG:
                        raise XmlDamaged(line=parser.CurrentLineNumber + opening.count(b"\n"))
                    progress(min(len(opening) + fed, self._size), self._size)
                    yield
                    if is_finished():
                        return
                    body = stream.read(_CHUNK)
                parser.Parse(b"", True)
            except ExpatError as error:
                raise XmlDamaged(line=error.lineno + opening.count(b"\n")) from error
            progress(self._size, self._size)


def _to_root(stream: Inflated | Measured) -> tuple[bytes, bytes]:
    """Read on to the root's tag; gives what stands before it, and the rest of what was read."""
    head = b""
    while (root := _ROOT.search(head)) is None:
        piece = stream.read(_CHUNK)
        if not piece or len(head) > _PROLOG:
            raise XmlDamaged(line=1) if head.lstrip()[:1] == b"<" else UnknownFile()
        head += piece
    return head[: root.start()], head[root.start() :]


def _check_prolog(opening: bytes) -> str | None:
    """Refuse entities and outside references; Apple's own document type is skipped, sound or broken.

    The one of iOS 16 is not well formed (an attribute list left open), so it must not reach a parser.
    """
    lower = opening.lower()
    if b"<!entity" in lower:
        raise XmlForbidden
    if (at := lower.find(b"<!doctype")) >= 0:
        # Only one place is looked at: a search at each of many would take hours on a hostile prolog.
        said = without_comments(lower)
        if lower.count(b"<!doctype") > 1 or _OUTSIDE.match(lower, at) or b"%" in said:
            raise XmlForbidden
    if opening.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnknownFile
    named = _ENCODING.match(opening[:400])
    encoding = named[1].decode("ascii").upper() if named else "UTF-8"
    if encoding not in ("UTF-8", "UTF8", "US-ASCII", "ISO-8859-1"):
        raise XmlDamaged(line=1)
    return "UTF-8" if encoding == "UTF8" else encoding


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year >= 1880 else None
