"""Erasing a whole person as one act: the key first of all, then every row that was hers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, select
from sqlmodel import Session, SQLModel, col

from backend import base
from backend.base import journal, ledger
from backend.people.tables import Account, Person

_PERSON = ("person", "person_id")
"""What rooms call the column that says whose a row is."""
_FILE = "file_id"
"""What rooms call the column that names a sealed file."""


class PersonErased(msgspec.Struct, frozen=True, kw_only=True):
    """Event, inside the unit and before any row goes: rooms stop what leaves and ask recipients to erase."""

    person: str
    at: datetime


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """What is left: the day, and a signed receipt without any name."""

    at: datetime
    receipt: str


def erase_person(*, person: str, clock: base.Clock = base.CLOCK) -> Erased:
    """Erase a person: rows, account, sign-in and the key that opens everything in files and backups. For good.

    Opens its own unit. Raises NotFound where there is no such person.
    """
    with base.write_unit() as session:
        if session.get(Person, person) is None:
            raise base.NotFound
        journal.note(session, kind="people.erase", body={"person": person}, clock=clock)
        leaf, files = _erase(session, person, clock)
        receipt = ledger.receipt(session, person=person, leaf=leaf)
    # After the commit: a crash in between is made good by the journal, a rollback must not cost anybody her record.
    base.erase_person_key(person)
    _drop(person, files)
    return Erased(at=clock.now(), receipt=receipt)


def _drop(person: str, files: list[str]) -> None:
    """Take the sealed files off the disk: nobody can open them any more, and nobody should have to keep them."""
    for each in files:
        base.files.delete(person, each)


def _erase(session: Session, person: str, clock: base.Clock) -> tuple[int, list[str]]:
    base.publish(session, PersonErased(person=person, at=clock.now()))
    session.flush()
    account = session.execute(select(col(Account.id)).where(col(Account.person) == person)).scalar_one_or_none()
    session.expunge_all()
    ledger.forget(session, person=person)
    files: list[str] = []
    for table in reversed(SQLModel.metadata.sorted_tables):
        whose = _whose(table, person, account)
        if whose is not None and _FILE in table.c:
            held = select(table.c[_FILE]).where(whose, table.c[_FILE].is_not(None))
            files += [str(each) for each in session.connection().execute(held).scalars()]
        if whose is not None:
            session.connection().execute(delete(table).where(whose))
    # The id alone says nothing about anybody; with it the receipt can be checked.
    return ledger.append(session, kind="people.erased", person=person, body={"act": "erased"}, clock=clock), files


def _whose(table: Any, person: str, account: str | None) -> Any:
    """The condition that finds a person's rows in any room's table: by person, or by her account."""
    if table.name == "people_person":
        return table.c.id == person
    if table.name == "ledger_body":
        return None
    if table.name == "people_account":
        return table.c.person == person
    for name in _PERSON:
        if name in table.c:
            return table.c[name] == person
    if account is not None and any(key.target_fullname == "people_account.id" for key in table.foreign_keys):
        column = next(key.parent for key in table.foreign_keys if key.target_fullname == "people_account.id")
        return column == account
    return None


@journal.replays("people.erase")
def _again(session: Session, line: journal.Line) -> None:
    person = str(line.body["person"])
    files = _erase(session, person, base.CLOCK)[1] if session.get(Person, person) is not None else []
    base.erase_person_key(person)
    _drop(person, files)
