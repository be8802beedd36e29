"""The command `meguri`: the same code as the app, for operators and for checking."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys

from backend import base

COMMANDS = (
    "serve",
    "database",
    "demo",
    "people",
    "link",
    "record",
    "risk",
    "advice",
    "governance",
    "bank",
    "ledger",
    "anonymise",
    "openapi",
    "standin",
)
"""The modules of this folder, each with `register(subparsers)`."""
_IN_MODULE = {"web": "serve", "worker": "serve", "clock": "serve"}


def _wanted(argv: list[str]) -> tuple[str, ...]:
    """The modules to load: for a known command only its own, since loading every room takes a second."""
    name = _IN_MODULE.get(argv[0], argv[0]) if argv else ""
    return (name,) if name in COMMANDS else COMMANDS


def main(argv: list[str] | None = None) -> int:
    """Run one command; refusals and misuse go to stderr with a non-zero exit code."""
    parser = argparse.ArgumentParser(prog="meguri", description="めぐり: operator's and checker's command")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in _wanted(sys.argv[1:] if argv is None else argv):
        module = f"backend.cli.{name}"
        if importlib.util.find_spec(module):
            importlib.import_module(module).register(subparsers)
    arguments = parser.parse_args(argv)
    try:
        result = arguments.run(arguments)
    except base.Refusal as refusal:
        print(f"meguri: {base.say_refusal(refusal)}", file=sys.stderr)
        return 1
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        print(f"meguri: {base.say('cli.cannot_open', path=error.filename)}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        return 130
    return int(result or 0)
