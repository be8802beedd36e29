"""From the records of a notebook to facts: each medicine with its usage, the rest as notes of its day.

Record numbers and fields: JAHIS 電子版お薬手帳データフォーマット仕様書 Ver.2.6 (and the shorter ones before it).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from backend.link.jahis.parts import Line, Notebook
from backend.link.reading import Fact, FactKind

Note = Callable[[str, Line], None]
_BOOK = "お薬手帳"
# Field 5 of a medicine says which list its code is of (the OIDs of JP Core and of JP-CLINS where they name one).
_CODE_SYSTEMS = {
    "2": "JAHIS:receipt",
    "3": "JAHIS:mhlw",
    "4": "urn:oid:1.2.392.100495.20.1.73",
    "6": "JAHIS:hot",
}
# What the dose of a form counts: per day, per dose, or all that was handed out. Form 7 is not stated.
_DOSE_OF_FORM = {"1": "1日量 ", "6": "1日量 ", "3": "1回量 ", "2": "全量 ", "4": "全量 ", "5": "全量 ", "10": "全量 "}
_IN_DAYS = frozenset({"1", "6", "7"})
_MATERIAL, _OTHER = "9", "10"
_LONGEST_DAYS = 999
_REMARKS: dict[str, tuple[FactKind, str]] = {
    "1": ("allergy", ""),
    "2": ("allergy", "副作用歴："),
    "3": ("condition", ""),
    "9": ("medicine_note", ""),
}
_GROUP_NOTES = {"401": "", "411": "", "421": "残薬：", "501": ""}
_KNOWN = frozenset({"1", "2", "3", "31", "4", "5", "11", "15", "51", "55", "201", "281", "291", "301", "311", "391"})
_ALL = _KNOWN | set(_GROUP_NOTES) | {"601", "701"}
_CUT = 2000


class Group:
    """One day at one pharmacy (or hospital): its medicines by the number of the prescription."""

    def __init__(self, head: Line | None) -> None:
        """Start with the record of the day."""
        self.day = head.day(1) if head is not None else None
        self.head = head
        self.place: Line | None = None
        self.staff: Line | None = None
        self.hospital: Line | None = None
        self.drugs: list[tuple[Line, Line | None, list[str]]] = []
        self.usages: dict[str, Line] = {}
        self.more: dict[str, list[str]] = {}
        self.notes: list[tuple[Line, str]] = []
        self._doctor: Line | None = None

    def take(self, line: Line, note: Note) -> None:
        """Take in a record that follows the day."""
        name, rp = line.text(0), line.text(1)
        if name == "11":
            self.place = self.place or line
        elif name == "15":
            self.staff = self.staff or line
        elif name == "51":
            self.hospital = self.hospital or line
        elif name == "55":
            self._doctor = line
        elif name == "201":
            if line.text(2):
                self.drugs.append((line, self._doctor, []))
            else:
                note("link.left_no_value", line)
        elif name == "301":
            if self.usages.setdefault(rp, line) is not line:
                note("link.left_repeated", line)
        elif name == "281":
            if self.drugs and self.drugs[-1][0].text(1) == rp:
                self.drugs[-1][2].append(line.text(2))
            else:
                note("link.left_unplaced", line)
        elif name == "311":
            self.more.setdefault(rp, []).append(line.text(2))
        elif name in ("291", "391"):
            of = [drug for drug, _, _ in self.drugs if drug.text(1) == rp]
            named = of[-1:] if name == "291" else of
            about = "・".join(drug.text(2) for drug in named)
            self.notes.append((line, f"{about}：{line.text(2)}" if about else line.text(2)))
        else:
            self.notes.append((line, _GROUP_NOTES[name] + line.text(1)))

    @property
    def source(self) -> str:
        """Where it was handed out."""
        return (self.place.text(1) if self.place is not None else "") or _BOOK

    def facts(self, newest: date | None) -> Iterator[Fact]:
        """Yield the medicines, then the notes of the day."""
        day = self.day or (newest if self.head is None else None)
        for drug, doctor, supplements in self.drugs:
            yield self._medicine(drug, doctor, supplements, day)
        for line, text in self.notes:
            yield fact("medicine_note", text, line, day, source=self.source)
        if self.place is not None and self.staff is not None and self.staff.text(1):
            text = f"調剤：{self.place.text(1)} {self.staff.text(1)}"
            yield fact("medicine_note", text, self.staff, day, source=self.source)

    def _medicine(self, drug: Line, doctor: Line | None, supplements: list[str], day: date | None) -> Fact:
        rp = drug.text(1)
        usage = self.usages.get(rp)
        form = usage.text(5) if usage is not None else ""
        count = usage.text(3) if usage is not None else ""
        said = []
        if amount := drug.text(3) + drug.text(4):
            said.append(_DOSE_OF_FORM.get(form, "") + amount)
        said += supplements
        if usage is not None:
            said += [usage.text(2), count + usage.text(4)]
        said += self.more.get(rp, [])
        by = (
            self.hospital.text(1) if self.hospital is not None else "",
            doctor.text(2) if doctor is not None else "",
            doctor.text(1) if doctor is not None else "",
        )
        if any(by):
            said.append(f"（処方 {' '.join(filter(None, by))}）")
        coded = drug.text(6) if drug.text(5) in _CODE_SYSTEMS else ""
        is_stuff = form == _MATERIAL or (form == _OTHER and not coded)
        end = None
        if day is not None and form in _IN_DAYS and count.isascii() and count.isdigit():
            days = int(count[:4])
            if 1 <= days <= _LONGEST_DAYS:
                end = day + timedelta(days=days - 1)
        return fact(
            "medicine_note" if is_stuff else "medication",
            drug.text(2),
            drug,
            day,
            end=end,
            code=coded or None,
            code_system=_CODE_SYSTEMS[drug.text(5)] if coded else None,
            dose=" ".join(filter(None, said)) or None,
            source=self.source,
        )


def fact(
    kind: FactKind,
    text: str,
    line: Line,
    day: date | None,
    *,
    end: date | None = None,
    code: str | None = None,
    code_system: str | None = None,
    dose: str | None = None,
    source: str = _BOOK,
) -> Fact:
    """Return a fact of a line, its words cut to what a record needs."""
    return Fact(
        kind=kind,
        text=text[:_CUT],
        code=code,
        code_system=code_system,
        start=day,
        end=end if end is None or day is None or end >= day else None,
        dose=dose[:_CUT] if dose is not None else None,
        place=f"line {line.number}",
        source=source[:200],
    )


def facts_of(book: Notebook, note: Note, unknown: Counter[str]) -> Iterator[Fact]:
    """Yield the facts of a notebook; what no record of the specification is goes into `unknown`.

    Allergies and remarks carry no day of their own: they stand with the newest day of the notebook, when
    they were true at the latest.
    """
    groups: list[Group] = []
    loose: list[Line] = []
    for line in book.lines:
        name = line.text(0)
        if name not in _ALL:
            unknown[f"record {name[:20]}"] += 1
        elif name == "5":
            groups.append(Group(line))
        elif name in ("1", "2", "3", "31", "4", "601", "701"):
            loose.append(line)
        else:
            if not groups:
                groups.append(Group(None))
            groups[-1].take(line, note)
    newest = max((group.day for group in groups if group.day is not None), default=None)
    newest = newest or max((day for line in loose for day in _days(line) if day is not None), default=None)
    for group in groups:
        yield from group.facts(newest)
    yield from _loose(loose, newest, note)


def _days(line: Line) -> tuple[date | None, ...]:
    columns = {"3": (2, 3), "4": (2,), "601": (2,), "701": (4,)}.get(line.text(0), ())
    return tuple(line.day(column) for column in columns)


def _loose(lines: list[Line], newest: date | None, note: Note) -> Iterator[Fact]:
    inside: dict[str, list[str]] = {}
    for line in lines:
        if line.text(0) == "31":
            inside.setdefault(line.text(1), []).append(line.text(2))
    numbers = {line.text(5) for line in lines if line.text(0) == "3"}
    for line in lines:
        name, said = line.text(0), line.text(1)
        if name == "1":
            if line.text(9):
                note("link.left_undated", line)  # body weight without the day it was measured
        elif name == "31":
            if line.text(1) not in numbers:
                note("link.left_unplaced", line)
        elif not (line.text(2) if name == "2" else said):
            note("link.left_no_value", line)
        elif name == "2":
            kind, before = _REMARKS.get(said, _REMARKS["9"])
            yield fact(kind, before + line.text(2), line, newest)
        elif name == "3":
            parts = inside.get(line.text(5), []) if line.text(5) else []
            dose = f"市販薬（{'、'.join(parts)}）" if parts else "市販薬"
            yield fact("medication", said, line, line.day(2) or newest, end=line.day(3), dose=dose)
        elif name == "701":
            text = "かかりつけ薬剤師：" + " ".join(filter(None, (said, line.text(2))))
            yield fact("medicine_note", text, line, line.day(4) or newest, end=line.day(5))
        else:
            yield fact("medicine_note", said, line, line.day(2) or newest)
