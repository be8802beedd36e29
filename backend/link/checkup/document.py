"""One check-up document (CDA R2, hc08 and older): from XML to items exactly as the file states them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

import msgspec
from lxml import etree

from backend import base
from backend.link.checkup.items import ItemRow, table
from backend.link.reading import Identifier, Item, Sex
from backend.link.unreadable import NotACheckup, XmlDamaged, XmlForbidden

_NS = "{urn:hl7-org:v3}"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_LIMIT_SYSTEM = "2.16.840.1.113883.5.83"
_DOCUMENT_SYSTEM = "1.2.392.200119.6.1001"
_FACILITY = "1.2.392.200119.6.102"
_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?\s*")
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2,6}(\.\d+)?)?([+-]\d{4})?")
State = Literal["measured", "not_done", "not_measurable", "at_or_below_input_min", "at_or_above_input_max"]
# MHLW: NI is "done, could not be measured"; these mean that nobody did or asked.
_NOT_DONE = frozenset({"NASK", "NAV", "NA", "UNK", "ASKU"})


class FoundItem(msgspec.Struct, frozen=True, kw_only=True):
    """An observation with everything the file says about it; `number` is its place in the document."""

    number: int
    code: str
    display: str
    row: ItemRow | None
    state: State
    value: float | str | None
    raw: str | None
    unit: str | None
    answer_list: str | None
    method: str | None
    flag: Literal["H", "L", "N"] | None
    on: date | None

    @property
    def metric(self) -> str:
        """The metric of the table, or the code itself."""
        return self.row.metric if self.row is not None else self.code

    def stated(self) -> Item:
        """Return the item as `meguri link inspect` prints it."""
        return Item(code=self.code, metric=self.metric, state=self.state, value=self.value, flag=self.flag)


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A check-up document: whose, when, by whom, and its items in the order of the file."""

    exam: str | None
    exam_date: date | None
    birth: str | None
    birth_date: date | None
    sex_code: str | None
    sex: Sex | None
    name: str | None
    identifiers: tuple[Identifier, ...]
    facility: str | None
    items: tuple[FoundItem, ...]


def parse(content: bytes) -> Document:
    """Parse a document; raises XmlDamaged, XmlForbidden or NotACheckup."""
    root = safe_root(content)
    if not isinstance(root.tag, str) or etree.QName(root).localname != "ClinicalDocument":
        raise NotACheckup
    items = tuple(_items(root))
    kind = root.find(f"{_NS}code")
    is_checkup = kind is not None and (kind.get("codeSystem") or _DOCUMENT_SYSTEM) == _DOCUMENT_SYSTEM
    if not is_checkup and not any(item.row is not None for item in items):
        raise NotACheckup
    patient = f"{_NS}recordTarget/{_NS}patientRole"
    birth = _attribute(root, f"{patient}/{_NS}patient/{_NS}birthTime", "value")
    sex_code = _attribute(root, f"{patient}/{_NS}patient/{_NS}administrativeGenderCode", "code")
    event = root.find(f"{_NS}documentationOf/{_NS}serviceEvent")
    exam = _time_of(event.find(f"{_NS}effectiveTime")) if event is not None else None
    return Document(
        exam=exam,
        exam_date=day(exam),
        birth=birth,
        birth_date=day(birth),
        sex_code=sex_code,
        sex={"1": "male", "2": "female", "M": "male", "F": "female"}.get(sex_code or ""),  # type: ignore[arg-type]
        name=_name(root.find(f"{patient}/{_NS}patient/{_NS}name")),
        identifiers=tuple(
            Identifier(system=found.get("root") or "", value=found.get("extension") or "")
            for found in root.iterfind(f"{patient}/{_NS}id")
            if found.get("extension")
        ),
        facility=_facility(event) or _facility(root.find(f"{_NS}author")),
        items=items,
    )


def safe_root(content: bytes) -> etree._Element:
    """Parse XML that may define nothing and point nowhere; raises XmlDamaged or XmlForbidden."""
    if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content:
        raise XmlForbidden
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise XmlDamaged(line=error.lineno or 0) from error
    except (ValueError, LookupError) as error:
        raise XmlDamaged(line=0) from error
    if root.getroottree().docinfo.doctype:
        raise XmlForbidden
    return root


def day(text: str | None) -> date | None:
    """Return the day of an HL7 time (YYYYMMDD...), or None where it names no day."""
    found = _DATE.fullmatch((text or "").strip())
    if found is None:
        return None
    try:
        made = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    return made if 1900 <= made.year <= 2200 else None


def midnight(on: date) -> datetime:
    """Return the start of a Japanese day."""
    return datetime(on.year, on.month, on.day, tzinfo=base.TOKYO)


def _items(root: etree._Element) -> Iterator[FoundItem]:
    for number, found in enumerate(root.iter(f"{_NS}observation"), start=1):
        code = found.find(f"{_NS}code")
        key = (code.get("code") or "").strip() if code is not None else ""
        if code is None or not key:
            continue
        row = table().get(key)
        state, value, raw, element = _value(found, row)
        flag = _attribute(found, f"{_NS}interpretationCode", "code")
        yield FoundItem(
            number=number,
            code=key,
            display=code.get("displayName") or (row.name if row is not None else ""),
            row=row,
            state=state,
            value=value,
            raw=raw,
            unit=element.get("unit") if element is not None else None,
            answer_list=element.get("codeSystem") if element is not None else None,
            method=_attribute(found, f"{_NS}methodCode", "code"),
            flag=flag if flag in ("H", "L", "N") else None,  # type: ignore[arg-type]
            on=day(_time_of(found.find(f"{_NS}effectiveTime"))),
        )


def _value(
    found: etree._Element, row: ItemRow | None
) -> tuple[State, float | str | None, str | None, etree._Element | None]:
    """Read the state and the value of an observation (MHLW rule: 健診項目の実施状態)."""
    if (found.get("negationInd") or "").strip().lower() in ("true", "1"):
        return "not_done", None, None, None
    element = found.find(f"{_NS}value")
    missing = found.get("nullFlavor") or (element.get("nullFlavor") if element is not None else None)
    if missing:
        return ("not_done" if missing in _NOT_DONE else "not_measurable"), None, None, element
    if element is None:
        return "not_done", None, None, None
    kind = (element.get(_TYPE) or "").rpartition(":")[2]
    code = (element.get("code") or "").strip()
    is_limit = element.get("codeSystem") == _LIMIT_SYSTEM or (row is not None and row.value_type == "PQ")
    if is_limit and code in ("H", "L"):
        return ("at_or_above_input_max" if code == "H" else "at_or_below_input_min"), None, code, element
    if code and kind != "PQ":
        return "measured", code, code, element
    number = element.get("value")
    if number is not None and kind in ("PQ", "INT", "REAL", "MO", ""):
        if _NUMBER.fullmatch(number):
            return "measured", float(number), number, element
        return "measured", None, number, element
    text = "".join(element.itertext()).strip()
    if not text:
        return "not_measurable", None, None, element
    return "measured", text, text, element


def _attribute(root: etree._Element, path: str, name: str) -> str | None:
    found = root.find(path)
    text = found.get(name) if found is not None else None
    return text.strip() if text and text.strip() else None


def _time_of(element: etree._Element | None) -> str | None:
    if element is None:
        return None
    for candidate in (element, element.find(f"{_NS}low"), element.find(f"{_NS}center")):
        if candidate is not None and candidate.get("value"):
            return (candidate.get("value") or "").strip()
    return None


def _name(element: etree._Element | None) -> str | None:
    if element is None:
        return None
    return " ".join(" ".join(element.itertext()).split()) or None


def _facility(within: etree._Element | None) -> str | None:
    if within is None:
        return None
    for organisation in within.iter(f"{_NS}representedOrganization"):
        for found in organisation.iterfind(f"{_NS}id"):
            if found.get("root") == _FACILITY and found.get("extension"):
                return f"健診機関 {found.get('extension')}"
        name = _name(organisation.find(f"{_NS}name"))
        if name:
            return name
    return None
