"""Fixtures of all tests: a fresh installation each, the shared references, and the record of proven features."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import SQLModel

from backend import base
from backend.app import create_app, load_rooms

SHARED = Path(__file__).resolve().parents[2] / "shared"
ORIGIN = "http://localhost:8000"


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """shared("risk/worked-examples.csv"): a reference file; skips only where the whole folder is absent."""

    def find(path: str) -> Path:
        if not SHARED.is_dir():
            pytest.skip("the shared references are not here")
        found = SHARED / path
        assert found.exists(), f"{path} is missing from the shared references"
        return found

    return find


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("template")
    runtime = base.Runtime(base.Settings(home=home))
    load_rooms()
    SQLModel.metadata.create_all(runtime.write_engine)
    with runtime.write_engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    assert runtime.keys
    runtime.close()
    return home


@pytest.fixture
def runtime(_template: Path, tmp_path: Path) -> Iterator[base.Runtime]:
    """A fresh installation on SQLite with all tables, set as the process's own."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("meguri.db", "keyring.json"):
        shutil.copy(_template / name, home / name)
    made = base.Runtime(base.Settings(home=home, origin=ORIGIN, lease_seconds=5))
    base.use(made)
    yield made
    base.use(None)
    made.close()


@pytest.fixture
def app(runtime: base.Runtime) -> Flask:
    """The web application on that installation."""
    made = create_app(runtime)
    made.testing = False
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A test client that sends what our pages send."""
    made = app.test_client()
    made.environ_base["HTTP_X_MEGURI"] = "1"
    return made


# --- which features have a passing test ----------------------------------------------------------


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Carry each test's feature ids in its report, so that parallel workers hand them back."""
    for item in items:
        ids = [str(found) for mark in item.iter_markers("feature") for found in mark.args]
        if ids:
            item.user_properties.append(("feature", ids))


class _Features:
    def __init__(self) -> None:
        self.passed: dict[str, list[str]] = {}
        self.skipped = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped:
            self.skipped += 1
        if report.when != "call" or not report.passed:
            return
        for name, ids in report.user_properties:
            if name == "feature":
                for found in list(ids):  # type: ignore[call-overload]
                    self.passed.setdefault(found, []).append(report.nodeid)


def pytest_configure(config: pytest.Config) -> None:
    """Start counting on the controlling process."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Features(), "meguri-features")


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    """Say how many tests were skipped, and print the proven features when --features is given."""
    del exitstatus
    counted: Any = config.pluginmanager.get_plugin("meguri-features")
    if counted is None:
        return
    terminalreporter.write_line(f"skipped tests: {counted.skipped}")
    if not config.getoption("--features"):
        return
    import csv

    table = Path(__file__).parents[1] / "docs" / "features.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        tests = counted.passed.get(row["id"], [])
        terminalreporter.write_line(
            f"{row['id']} {row['priority']} {'proven' if tests else '-':7} {row['feature'][:70]}"
        )
    for priority in ("P0", "P1", "P2"):
        of = [row for row in rows if row["priority"] == priority]
        done = sum(1 for row in of if counted.passed.get(row["id"]))
        terminalreporter.write_line(f"{priority}: {done} of {len(of)} proven by a passing test")
    unknown = sorted(set(counted.passed) - {row["id"] for row in rows})
    if unknown:
        terminalreporter.write_line(f"unknown feature ids: {', '.join(unknown)}")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --features."""
    parser.addoption("--features", action="store_true", help="print which features have a passing test")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where the shared references exist, a skip is a failure."""
    counted: Any = session.config.pluginmanager.get_plugin("meguri-features")
    if counted is not None and counted.skipped and SHARED.is_dir():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
