"""`meguri serve`: web, worker and clock together; and each of them alone for a Procfile."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

from backend import base
from backend.cli.database import upgrade


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
        if base.run_due_jobs(limit=20) == 0:
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
    return [*granian, "--workers", "1", "--blocking-threads", "8", "--no-access-log", "backend.app:application"]


def _web(arguments: argparse.Namespace) -> int:
    os.execv(sys.executable, _web_command(arguments.host, arguments.port or base.runtime().settings.port))  # noqa: S606


def _serve(arguments: argparse.Namespace) -> int:
    settings = base.runtime().settings
    upgrade(base.runtime())
    me = [sys.executable, "-m", "backend.cli"]
    commands = [_web_command(arguments.host, arguments.port or settings.port), [*me, "worker"], [*me, "clock"]]
    children = [subprocess.Popen(command) for command in commands]  # noqa: S603
    stop = _stop_event()
    print(f"めぐり: {settings.origin}  (Ctrl+C で止まります)", flush=True)
    ended = None
    while not stop.wait(0.3) and ended is None:
        ended = next((child for child in children if child.poll() is not None), None)
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + 8
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
    return 0 if ended is None else 1


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
