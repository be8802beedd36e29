"""What a provider does: try a file, load it, put a version on offer, take it back; and what is on offer somewhere."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from hashlib import sha256

import msgspec
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from backend import base, people
from backend.advice.food import AllergenSet, CatalogueDish, every_allergen
from backend.advice.provider.model import CatalogueEmpty, CatalogueHasErrors, NoSuchVersion, Reading, State, Version
from backend.advice.provider.reader import read
from backend.advice.provider.tables import CatalogueRow
from backend.people import Actor


def check(session: base.Session, *, actor: Actor, text: str, clock: base.Clock = base.CLOCK) -> Reading:
    """A dry run: what a file holds and what is wrong with it; nothing is kept."""
    name = people.account(session, account=actor.account).display_name
    return read(text, provider=actor.account, provider_name=name, on=_today(clock))


def load(
    session: base.Session,
    *,
    actor: Actor,
    file_name: str,
    text: str,
    client_id: str,
    clock: base.Clock = base.CLOCK,
) -> Version:
    """Keep a file as the next version, not yet on offer; refused as a whole while one row has an error."""
    digest = sha256(text.encode()).hexdigest()
    sent = session.exec(
        select(CatalogueRow).where(CatalogueRow.account == actor.account, CatalogueRow.client_id == client_id)
    ).first()
    if sent is not None:
        if sent.digest != digest:
            raise base.KeyReused
        return _version(sent)
    found = check(session, actor=actor, text=text, clock=clock)
    if found.errors:
        raise CatalogueHasErrors(n=len(found.errors))
    if not found.dishes:
        raise CatalogueEmpty
    newest = session.exec(_own(actor).order_by(col(CatalogueRow.number).desc())).first()
    row = CatalogueRow(
        id=base.new_id(),
        account=actor.account,
        number=1 if newest is None else newest.number + 1,
        client_id=client_id,
        file_name=file_name[:120],
        digest=digest,
        content=gzip.compress(text.encode(), mtime=0),
        dishes=msgspec.json.encode(found.dishes),
        count=len(found.dishes),
        listed=",".join(sorted(every_allergen())),
        loaded_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return _version(row)


def publish(session: base.Session, *, actor: Actor, version: str, clock: base.Clock = base.CLOCK) -> Version:
    """Put a version on offer; the one before it is withdrawn at the same moment."""
    row = _row(session, actor, version)
    if _state(row) == "published":
        return _version(row)
    now = clock.now()
    for other in session.exec(_own(actor).where(col(CatalogueRow.published_at).is_not(None))):
        if _state(other) == "published":
            other.withdrawn_at = now
            session.add(other)
    row.published_at, row.withdrawn_at = now, None
    session.add(row)
    session.flush()
    return _version(row)


def withdraw(session: base.Session, *, actor: Actor, version: str, clock: base.Clock = base.CLOCK) -> Version:
    """Take a version off: from now on no plan proposes its dishes. Doing it twice changes nothing."""
    row = _row(session, actor, version)
    if _state(row) == "published":
        row.withdrawn_at = clock.now()
        session.add(row)
        session.flush()
    return _version(row)


def versions(session: base.Session, *, actor: Actor) -> list[Version]:
    """All versions of the own catalogue, newest first."""
    return [_version(row) for row in session.exec(_own(actor).order_by(col(CatalogueRow.number).desc()))]


def version(session: base.Session, *, actor: Actor, version: str) -> tuple[Version, tuple[CatalogueDish, ...]]:
    """One own version with its dishes."""
    row = _row(session, actor, version)
    return _version(row), _dishes(row.id, row.dishes, row.listed)


def content(session: base.Session, *, actor: Actor, version: str) -> tuple[str, str]:
    """The name and text of the file of an own version, as it came."""
    row = _row(session, actor, version)
    return row.file_name, gzip.decompress(row.content).decode()


def catalogue(session: base.Session, *, municipality: str, weekday: int | None = None) -> tuple[CatalogueDish, ...]:
    """The delivered dishes on offer in a municipality (JIS code), on a weekday (0 = Monday) where one is given."""
    town = municipality[:5]
    rows = session.exec(
        select(CatalogueRow)
        .where(col(CatalogueRow.published_at).is_not(None), col(CatalogueRow.withdrawn_at).is_(None))
        .order_by(CatalogueRow.account)
    )
    return tuple(
        dish
        for row in rows
        for dish in _dishes(row.id, row.dishes, row.listed)
        if town in dish.areas and (weekday is None or weekday in dish.weekdays)
    )


@lru_cache(maxsize=64)
def _dishes(_id: str, packed: bytes, listed: str) -> tuple[CatalogueDish, ...]:
    later = every_allergen() - set(listed.split(","))
    return tuple(_reopened(msgspec.json.decode(packed, type=list[CatalogueDish]), later))


def _reopened(dishes: list[CatalogueDish], later: frozenset[str]) -> Iterator[CatalogueDish]:
    # Whoever stated allergens under an older list said nothing of what came on it since.
    for dish in dishes:
        said = dish.allergens
        unknown = said.unknown | (later - said.contains)
        yield msgspec.structs.replace(dish, allergens=AllergenSet(said.contains, unknown)) if later else dish


def _own(actor: Actor) -> SelectOfScalar[CatalogueRow]:
    return select(CatalogueRow).where(CatalogueRow.account == actor.account)


def _row(session: base.Session, actor: Actor, version: str) -> CatalogueRow:
    row = session.get(CatalogueRow, version)
    if row is None or row.account != actor.account:
        raise NoSuchVersion
    return row


def _state(row: CatalogueRow) -> State:
    if row.published_at is None:
        return "draft"
    return "published" if row.withdrawn_at is None else "withdrawn"


def _version(row: CatalogueRow) -> Version:
    return Version(
        id=row.id,
        number=row.number,
        file_name=row.file_name,
        dishes=row.count,
        state=_state(row),
        loaded_at=row.loaded_at,
        published_at=row.published_at,
        withdrawn_at=row.withdrawn_at,
    )


def _today(clock: base.Clock) -> date:
    return clock.now().astimezone(base.TOKYO).date()
