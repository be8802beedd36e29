"""Free slots of the clinics that the operator wrote down, and medical institutions out of the national open data."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from datetime import datetime

import msgspec
from sqlalchemy import delete
from sqlmodel import col, select

from backend import base
from backend.advice.telemed import scheduling
from backend.advice.telemed.scheduling import FreeSlot, LineError
from backend.advice.telemed.tables import InstitutionRow, SlotRow

EVERY = 300
FACILITY = ("ID", "正式名称", "都道府県コード", "市区町村コード", "所在地")
HOMEPAGE = "案内用ホームページアドレス"
SPECIALITY = ("ID", "診療科目名")


class NotOpenData(base.Invalid):
    """The file does not have the columns of the national open data; `missing` names them."""

    key = "advice.telemed.not_open_data"


class RowError(msgspec.Struct, frozen=True, kw_only=True):
    """One row that was left out."""

    file: str
    row: int
    column: str


class Institution(msgspec.Struct, frozen=True, kw_only=True):
    """One medical institution."""

    id: str
    name: str
    area: str
    address: str
    homepage: str
    departments: tuple[str, ...]


def read_clinic(partner: base.Partner, *, clock: base.Clock = base.CLOCK) -> tuple[int, list[LineError]]:
    """Read what a clinic publishes and keep it; returns how many slots and the lines left out.

    Raises PartnerAway; what was read before stays then.
    """
    wrong: list[LineError] = []
    found: dict[str, dict[str, dict[str, object]]] = {}
    try:
        files = scheduling.files_of(base.ask_partner(partner, "$bulk-publish"))
    except ValueError:
        raise base.PartnerAway from None
    for kind in scheduling.KINDS:
        found[kind] = {}
        for address in files[kind][:5]:
            lines, left = scheduling.lines_of(base.ask_partner(partner, address), kind, kind)
            found[kind].update(lines)
            wrong += left
    slots, left = scheduling.slots_of(partner.id, found["Location"], found["Schedule"], found["Slot"])
    with base.write_unit() as session:
        session.connection().execute(delete(SlotRow).where(col(SlotRow.partner) == partner.id))
        session.add_all(SlotRow(**msgspec.structs.asdict(one), read_at=clock.now()) for one in slots)
    return len(slots), wrong + left


@base.every("advice.read_clinics", seconds=EVERY)
def read_all() -> None:
    """Read every clinic; one that is away keeps the slots it had."""
    for partner in base.partners("clinic"):
        try:
            read_clinic(partner)
        except (base.PartnerAway, base.PartnerRefused):
            continue


def free_slots(
    session: base.Session, *, site: str | None, department: str = "", clock: base.Clock = base.CLOCK
) -> list[FreeSlot]:
    """Free slots from now on of the clinics of a site (None: of all), earliest first."""
    known = [one.id for one in base.partners("clinic") if site is None or one.site == site]
    query = select(SlotRow).where(
        col(SlotRow.partner).in_(known), col(SlotRow.is_free), col(SlotRow.start) > clock.now()
    )
    if department:
        query = query.where(SlotRow.department == department)
    return [_slot(row) for row in session.exec(query.order_by(col(SlotRow.start)).limit(500))]


def slot(session: base.Session, *, partner: str, slot: str) -> FreeSlot:
    """One slot as it was last read; NotFound."""
    row = session.get(SlotRow, (partner, slot))
    if row is None:
        raise base.NotFound
    return _slot(row)


def _slot(row: SlotRow) -> FreeSlot:
    return FreeSlot(**{name: getattr(row, name) for name in FreeSlot.__struct_fields__})


# --- national open data --------------------------------------------------------------------------


def read_open_data(facilities: bytes, specialities: bytes) -> tuple[list[Institution], list[RowError]]:
    """Institutions out of the two CSV files (UTF-8, with or without a mark); rows that cannot be used are named.

    Raises NotOpenData where a column is missing.
    """
    wrong: list[RowError] = []
    departments: dict[str, list[str]] = defaultdict(list)
    for number, row in _rows(specialities, SPECIALITY):
        name = row["診療科目名"].strip()
        if not row["ID"].strip() or not name:
            wrong.append(RowError(file="speciality", row=number, column="ID" if name else "診療科目名"))
        elif name not in departments[row["ID"].strip()]:
            departments[row["ID"].strip()].append(name[:40])
    found: dict[str, Institution] = {}
    for number, row in _rows(facilities, FACILITY):
        held = {name: row[name].strip() for name in FACILITY}
        area = held["都道府県コード"].zfill(2) + held["市区町村コード"].zfill(3)
        empty = next((name for name in FACILITY if not held[name]), None)
        if empty is None and not (len(area) == 5 and area.isascii() and area.isdigit()):
            empty = "市区町村コード"
        if empty is None and (len(held["ID"]) > 20 or held["ID"] in found):
            empty = "ID"
        if empty is not None:
            wrong.append(RowError(file="facility", row=number, column=empty))
            continue
        homepage = (row.get(HOMEPAGE) or "").strip()
        found[held["ID"]] = Institution(
            id=held["ID"],
            name=held["正式名称"][:200],
            area=area,
            address=held["所在地"][:300],
            homepage=homepage[:400] if homepage.startswith(("https://", "http://")) else "",
            departments=tuple(departments.get(held["ID"], ())),
        )
    return list(found.values()), wrong


def _rows(raw: bytes, wanted: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    try:
        reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
        missing = [name for name in wanted if name not in (reader.fieldnames or ())]
        if missing:
            raise NotOpenData(missing="、".join(missing))
        return [
            (number, {name: row.get(name) or "" for name in (*wanted, HOMEPAGE)})
            for number, row in enumerate(reader, 2)
        ]
    except (UnicodeDecodeError, csv.Error):
        raise NotOpenData(missing="UTF-8") from None


def put_institutions(session: base.Session, *, found: list[Institution], at: datetime) -> None:
    """Keep institutions in place of all that were kept before."""
    session.connection().execute(delete(InstitutionRow))
    session.add_all(
        InstitutionRow(
            **{**msgspec.structs.asdict(one), "departments": json.dumps(one.departments, ensure_ascii=False)},
            loaded_at=at,
        )
        for one in found
    )


def institutions(
    session: base.Session, *, area: str = "", department: str = "", name: str = "", most: int = 50
) -> list[Institution]:
    """Institutions of an area (five digits, or two for a prefecture), with a department, whose name holds a word."""
    query = select(InstitutionRow)
    if area:
        query = query.where(col(InstitutionRow.area).startswith(area, autoescape=True))
    if department:
        query = query.where(col(InstitutionRow.departments).contains(json.dumps(department, ensure_ascii=False)))
    if name:
        query = query.where(col(InstitutionRow.name).contains(name, autoescape=True))
    rows = session.exec(query.order_by(col(InstitutionRow.name)).limit(most))
    return [
        Institution(
            id=row.id,
            name=row.name,
            area=row.area,
            address=row.address,
            homepage=row.homepage,
            departments=tuple(json.loads(row.departments)),
        )
        for row in rows
    ]
