"""Alembic: run the migrations of every room's tables in one transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import create_engine, pool
from sqlmodel import AutoString, SQLModel

from backend import base
from backend.app import load_rooms

load_rooms()
target_metadata = SQLModel.metadata


def _render(kind: str, found: Any, _context: Any) -> str | Literal[False]:
    """Write our own types in words that a migration can import."""
    if kind == "type" and isinstance(found, base.UtcDateTime):
        return "base.UtcDateTime()"
    if kind == "type" and isinstance(found, AutoString):
        return f"sa.String(length={found.length})"
    return False


def run() -> None:
    """Apply the migrations to the configured database."""
    url = context.config.get_main_option("sqlalchemy.url") or ""
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=target_metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            render_item=_render,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
