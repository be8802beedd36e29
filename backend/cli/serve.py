"""`meguri serve`: web, worker and clock together; and each of them alone for a Procfile."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Any

from backend import base, care, governance, people
from backend.cli.database import upgrade

BLOCKING_THREADS = 64
"""A thread is held as long as a phone sends its file: with a few, as many slow phones stopped everybody."""
MOST_RESTARTS = 5


def _log() -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")


def _stop_event() -> threading.Event:
    stop = threading.Event()
    for kind in (signal.SIGTERM, signal.SIGINT):
        signal.signal(kind, lambda *_: stop.set())
    return stop


def _worker(arguments: argparse.Namespace) -> int:
    del arguments
    _log()
    import backend.app

    backend.app.load_rooms()
    stop = _stop_event()
    while not stop.is_set():
        try:
            done = base.run_due_jobs(limit=20)
        except Exception as error:  # ended by a busy or full disk, it would leave jobs lying for good
            logging.getLogger("meguri.jobs").error("jobs wait: %s", type(error).__name__)
            done = 0
            stop.wait(1.0)
        if done == 0:
            stop.wait(0.2)
    return 0


def _clock(arguments: argparse.Namespace) -> int:
    del arguments
    _log()
    import backend.app

    backend.app.load_rooms()
    stop = _stop_event()
    while not stop.is_set():
        base.run_due_tasks()
        stop.wait(1.0)
    return 0


def _web_command(host: str, port: int) -> list[str]:
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    return [
        *granian,
        "--workers",
        "1",
        "--blocking-threads",
        str(BLOCKING_THREADS),
        "--no-access-log",
        "--log-level",
        "error",
        "backend.app:application",
    ]


def _web(arguments: argparse.Namespace) -> int:
    from backend import app

    app.load_rooms()
    base.journal.replay()
    os.execv(sys.executable, _web_command(arguments.host, arguments.port or base.runtime().settings.port))  # noqa: S606


def _serve(arguments: argparse.Namespace) -> int:
    from backend import app
    from backend.cli import demo

    runtime = base.runtime()
    port = arguments.port or runtime.settings.port
    app.load_rooms()
    upgrade(runtime)
    if not (runtime.settings.home / "keyring.json").exists():
        assert runtime.keys  # made here once, so that web and worker find the same
    base.journal.replay()
    _prepare_sites()
    if runtime.settings.demo:
        demo.prepare()
    me = [sys.executable, "-m", "backend.cli"]
    commands = [_web_command(arguments.host, port), [*me, "worker"], [*me, "clock"]]
    stop = _stop_event()
    children = [subprocess.Popen(command) for command in commands]  # noqa: S603
    ended = _wait_until_up(children, arguments.host, port, stop)
    if ended is None and not stop.is_set():
        print(f"\nめぐり: {runtime.settings.origin}\n", flush=True)
        if runtime.settings.demo:
            demo.print_ways()
        print(base.say("cli.stop_with"), flush=True)
    restarts: list[float] = []
    while ended is None and not stop.wait(0.3):
        for place, child in enumerate(children):
            if child.poll() is None:
                continue
            # A killed worker must not take the web down with it; one that cannot stand must.
            restarts = [*(at for at in restarts if at > time.monotonic() - 60), time.monotonic()]
            if len(restarts) > MOST_RESTARTS:
                ended = child
                break
            children[place] = subprocess.Popen(commands[place])  # noqa: S603
    _end(children)
    return 0 if ended is None else 1


def _prepare_sites() -> None:
    """Put the rules and the counsellors' team of every site in force: without rules everything is refused."""
    with base.write_unit() as session:
        for site in people.sites():
            governance.put_in_force(session, site=site.id)
            care.put_team(session, site=site.id)


Child = subprocess.Popen[bytes]


def _wait_until_up(children: list[Child], host: str, port: int, stop: threading.Event) -> Child | None:
    """Wait until the web server takes connections; returns the child that ended instead, if one did."""
    while not stop.is_set():
        ended = next((child for child in children if child.poll() is not None), None)
        if ended is not None:
            return ended
        with socket.socket() as knock:
            knock.settimeout(0.2)
            if knock.connect_ex((host if host != "0.0.0.0" else "127.0.0.1", port)) == 0:  # noqa: S104
                return None
        stop.wait(0.1)
    return None


def _end(children: list[Child]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + 8
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()


def register(subparsers: Any) -> None:
    """Add `meguri serve`, `web`, `worker` and `clock`."""
    for name, run, text in (
        ("serve", _serve, "web, worker and clock in one go, tables upgraded first"),
        ("web", _web, "the web server alone"),
        ("worker", _worker, "the worker that runs jobs"),
        ("clock", _clock, "the clock that starts repeating tasks"),
    ):
        parser = subparsers.add_parser(name, help=text)
        if name in {"serve", "web"}:
            parser.add_argument("--host", default="127.0.0.1")
            parser.add_argument("--port", type=int, default=0, help="default: the port of MEGURI_ORIGIN")
        parser.set_defaults(run=run)
