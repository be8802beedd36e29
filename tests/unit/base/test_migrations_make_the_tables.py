"""The migrations make exactly the tables that the code describes, on an empty and on a filled database."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from backend import base
from backend.app import load_rooms
from backend.cli.database import upgrade


def test_migrations_and_code_agree_and_a_second_upgrade_changes_nothing(tmp_path: Path) -> None:
    load_rooms()
    runtime = base.Runtime(base.Settings(home=tmp_path))
    for _ in range(2):
        upgrade(runtime)
        with runtime.read_engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, SQLModel.metadata) == []
    runtime.close()
