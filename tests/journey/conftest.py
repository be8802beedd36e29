"""One running server and one browser for the journey; every test ends without a complaint of any page."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journey.harness import ROOT, Phone, Server, launch
from tests.journey.people import HANAKO, bring_in, join, recent_checkup

PhoneMaker = Callable[..., Phone]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in this folder needs a browser."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo site, served as `make run` serves it."""
    # While working on these tests: MEGURI_JOURNEY_HOME keeps the loaded demo from run to run, and
    # where a server already answers at MEGURI_JOURNEY_ORIGIN, that one is used.
    kept = os.environ.get("MEGURI_JOURNEY_HOME")
    home = Path(kept) if kept else tmp_path_factory.mktemp("journey") / "home"
    made = Server(home, os.environ.get("MEGURI_JOURNEY_ORIGIN", ""))
    try:
        made.start()
        yield made
    finally:
        made.stop()
    assert made.errors() == ""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, once."""
    with sync_playwright() as playwright:
        made = launch(playwright)
        yield made
        made.close()


@pytest.fixture(scope="session")
def phones(browser: Browser, server: Server) -> Iterator[Callable[..., Phone]]:
    """Make phones that live as long as the session."""
    made: list[Phone] = []

    def make(**how: object) -> Phone:
        made.append(Phone(browser, server, **how))  # type: ignore[arg-type]
        return made[-1]

    make.made = made  # type: ignore[attr-defined]
    yield make
    for phone in made:
        phone.close()


@pytest.fixture(autouse=True)
def _no_complaints(phones: Callable[..., Phone]) -> Iterator[None]:
    """After each test: no console error, no failed request, no refusal that the test did not announce."""
    yield
    found = [text for phone in phones.made for text in phone.troubles.take()]  # type: ignore[attr-defined]
    assert found == []


@pytest.fixture(scope="module")
def phone(phones: PhoneMaker) -> Phone:
    """A fresh phone for the steps of one file, in their order."""
    return phones()


@pytest.fixture(scope="module")
def hanako(phones: PhoneMaker, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Phone:
    """見本 花子 with her check-up on record, on her phone."""
    made = phones()
    join(made, server.invite()["code"], HANAKO)
    bring_in(made, recent_checkup(tmp_path_factory.mktemp("hanako")))
    return made


@pytest.fixture(scope="session")
def partners(server: Server) -> Iterator[None]:
    """An invented clinic and an invented insurer, each a process of its own."""
    made = []
    for kind in ("clinic", "insurer"):
        command = [sys.executable, "-m", "backend.cli", "standin", kind, "--site", "suita"]
        one = subprocess.Popen(command, cwd=ROOT, env=server.env, stdout=subprocess.PIPE, text=True)
        assert one.stdout is not None
        assert one.stdout.readline().startswith("http://localhost:")
        made.append(one)
    server.command("advice", "read-clinics")
    yield
    for one in made:
        one.terminate()
        one.communicate(timeout=30)  # waits, and closes the pipe
