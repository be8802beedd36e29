"""Before the classes are formed: dates shifted person by person, rare sensitive values grouped."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from backend.anonymise.refusals import BadDemand, DateAsText, NoSuchColumn
from backend.anonymise.table import Table

RARE = "その他（少数）"
MOST_DAYS = 3650


@dataclass(frozen=True)
class Shift:
    """Shift these columns by up to `days` either way, by the same number for all rows of one person."""

    person: str
    columns: tuple[str, ...]
    days: int
    seed: str | None = None
    """None: a fresh secret for this release, which nobody keeps; given: the same shift again."""


@dataclass(frozen=True)
class Prepared:
    """What was done, for the report and the method sheet."""

    shifted: tuple[str, ...] = ()
    days: int = 0
    is_repeatable: bool = True
    rare_below: int | None = None
    grouped: dict[str, int] = field(default_factory=dict)
    """Column -> how many values became one."""


def prepare(table: Table, shift: Shift | None, rare_below: int | None, sensitive: Sequence[str]) -> Prepared:
    """Change the loaded table (never the file); raises DateAsText, NoSuchColumn or BadDemand."""
    grouped: dict[str, int] = {}
    if rare_below is not None:
        if rare_below < 2:
            raise BadDemand(what="--rare", value=rare_below)
        grouped = {name: _group_rare(table, name, rare_below) for name in sensitive}
    if shift is None:
        return Prepared(rare_below=rare_below, grouped=grouped)
    if not 1 <= shift.days <= MOST_DAYS:
        raise BadDemand(what="--shift-days", value=shift.days)
    key = shift.seed if shift.seed is not None else secrets.token_hex(32)
    for name in shift.columns:
        _shift(table, name, shift, key)
    return Prepared(shift.columns, shift.days, shift.seed is not None, rare_below, grouped)


def _place(table: Table, name: str) -> int:
    if name not in table.header:
        raise NoSuchColumn(column=name, file=table.path.name)
    return table.header.index(name)


def _group_rare(table: Table, name: str, below: int) -> int:
    """Values of fewer rows than `below` become one; the next rarest join until that one has enough rows itself."""
    place = _place(table, name)
    counted = table.connection.execute(
        f"SELECT c{place}, count(*) AS n FROM t WHERE c{place} <> '' GROUP BY 1 ORDER BY n, 1"
    ).fetchall()
    rare: list[str] = []
    rows = 0
    for text, count in counted:
        if count >= below and (not rare or rows >= below):
            break
        rare.append(text)
        rows += count
    if rare:
        marks = ", ".join("?" for _ in rare)
        table.connection.execute(f"UPDATE t SET c{place} = ? WHERE c{place} IN ({marks})", [RARE, *rare])
    return len(rare)


def _shift(table: Table, name: str, shift: Shift, key: str) -> None:
    date, person = _place(table, name), _place(table, shift.person)
    found = table.connection.execute(
        f"SELECT min(rowid) FROM t WHERE NOT regexp_full_match(c{date}, '\\d{{4}}-\\d{{2}}-\\d{{2}}') "
        f"OR try_cast(c{date} AS DATE) IS NULL"
    ).fetchall()
    if found[0][0] is not None:
        raise DateAsText(column=name, row=table.line(int(found[0][0])))
    width = 2 * shift.days + 1
    table.connection.execute(
        f"UPDATE t SET c{date} = strftime(c{date}::DATE + "
        f"(('0x' || left(sha256(? || chr(0) || c{person}), 15))::BIGINT % {width} - {shift.days})::INTEGER, "
        "'%Y-%m-%d')",
        [key],
    )
