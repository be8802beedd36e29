"""`meguri database`: bring the tables to this version."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config

from backend import base

MIGRATIONS = Path(__file__).parents[1] / "migrations"


def config(url: str) -> Config:
    """Alembic's configuration for a database URL."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return made


def upgrade(runtime: base.Runtime) -> None:
    """Create or upgrade the tables; doing it twice changes nothing."""
    runtime.settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    command.upgrade(config(runtime.settings.database), "head")


def _run(arguments: argparse.Namespace) -> int:
    del arguments
    upgrade(base.runtime())
    return 0


def register(subparsers: Any) -> None:
    """Add `meguri database`."""
    parser = subparsers.add_parser("database", help="create or upgrade the tables (migrations)")
    parser.set_defaults(run=_run)
