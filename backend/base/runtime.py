"""What a running process stands on: settings, engines, keys, files; and the units made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import current_app, has_app_context
from sqlalchemy import Connection, Engine
from sqlmodel import Session

from backend.base import seal as _seal
from backend.base.db import make_engines, run_afterwards, write_session
from backend.base.files import SealedFiles
from backend.base.keys import Keyring, PersonKeys
from backend.base.settings import Settings, settings_from_env


@dataclass(frozen=True)
class Runtime:
    """One installation as one process sees it."""

    settings: Settings

    @cached_property
    def _engines(self) -> tuple[Engine, Engine]:
        return make_engines(self.settings.database)

    @property
    def write_engine(self) -> Engine:
        """The engine whose transactions take the write lock at once."""
        return self._engines[0]

    @property
    def read_engine(self) -> Engine:
        """The engine for reads, in autocommit."""
        return self._engines[1]

    @cached_property
    def keys(self) -> Keyring:
        """The installation's own secrets."""
        return Keyring(self.settings.home / "keyring.json")

    @cached_property
    def person_keys(self) -> PersonKeys:
        """The persons' data keys."""
        return PersonKeys(self.settings.home / "person-keys.db", self.keys.master())

    @cached_property
    def files(self) -> SealedFiles:
        """The sealed uploads."""
        return SealedFiles(self.settings.home / "files", self.person_keys)

    def close(self) -> None:
        """Give back the database connections."""
        for engine in self._engines:
            engine.dispose()


_default: Runtime | None = None


def use(runtime: Runtime | None) -> None:
    """Make this the runtime of the process (command line, worker, tests)."""
    global _default
    _default = runtime


def runtime() -> Runtime:
    """The runtime of the current app, else of the process, else one from the environment."""
    if has_app_context() and "meguri" in current_app.extensions:
        held: Runtime = current_app.extensions["meguri"]
        return held
    if _default is None:
        use(Runtime(settings_from_env()))
    assert _default is not None
    return _default


@contextmanager
def write_unit(*, urgent: bool = False) -> Iterator[Session]:
    """A unit of work: committed whole at the end, or rolled back whole when anything is raised.

    An urgent one (a withdrawal) goes before the writers that wait already.
    """
    with write_session(runtime().write_engine, urgent=urgent) as session:
        yield session


@contextmanager
def read_unit() -> Iterator[Connection]:
    """A connection for Core reads; every statement sees what is committed at its start."""
    with runtime().read_engine.connect() as connection:
        yield connection


@contextmanager
def read_session() -> Iterator[Session]:
    """A session for reads through services; writing through it is a fault."""
    session = Session(runtime().read_engine, expire_on_commit=False)
    try:
        with session:
            yield session
    finally:
        run_afterwards(session)


def seal(person: str, *, table: str, column: str, row: str, version: int, plain: bytes) -> bytes:
    """Seal a value with the person's key for this very place (AES-256-GCM)."""
    return _seal.seal(runtime().person_keys, person, _seal.place(table, column, person, row, version), plain)


def unseal(person: str, *, table: str, column: str, row: str, version: int, sealed: bytes) -> bytes:
    """Open a sealed value; raises SealBroken if it was altered, moved, or its key is destroyed."""
    return _seal.unseal(runtime().person_keys, person, _seal.place(table, column, person, row, version), sealed)


def unsealer(person: str, *, table: str, column: str) -> Callable[[str, int, bytes], bytes]:
    """`unseal` for many rows of one person and column: the key is looked up once.

    The function takes row, version and sealed value, and raises SealBroken like `unseal`; keep it for
    one request only, so that an erased key is not used any longer than that.
    """
    return _seal.unsealer(runtime().person_keys, person, table, column)


def keyed_hash(person: str, message: bytes) -> bytes:
    """32 bytes that are equal for equal messages of one person and say nothing without the keys."""
    return runtime().person_keys.keyed_hash(person, message)


def erase_person_key(person: str) -> None:
    """Destroy a person's data key: all sealed values of the person are gone for good."""
    runtime().person_keys.erase(person)


class _Files:
    """The sealed files of the current runtime."""

    def __getattr__(self, name: str) -> Any:
        return getattr(runtime().files, name)


files: SealedFiles = _Files()  # type: ignore[assignment]
