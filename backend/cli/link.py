"""`meguri link`: look into a file, import it for a person."""

from __future__ import annotations

import argparse
import importlib
import importlib.util

PARTS = ("backend.cli.link_inspect", "backend.cli.link_import")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `link` and what stands below it."""
    parser = subparsers.add_parser("link", help="look into health files and import them")
    commands = parser.add_subparsers(dest="link_command", required=True, metavar="COMMAND")
    for module in PARTS:
        if importlib.util.find_spec(module):
            importlib.import_module(module).register(commands)
