"""`meguri openapi`: print the API description that the phone app's types are made from."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from backend import base


def document() -> str:
    """The OpenAPI document as stable JSON; needs no database."""
    from backend.app import create_app

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(base.Runtime(base.Settings(home=Path(folder))))
        found: dict[str, Any] = app.api_doc  # type: ignore[attr-defined]
    return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _run(arguments: argparse.Namespace) -> int:
    if arguments.out:
        Path(arguments.out).write_text(document(), "utf-8")
    else:
        print(document(), end="")
    return 0


def register(subparsers: Any) -> None:
    """Add `meguri openapi`."""
    parser = subparsers.add_parser("openapi", help="print the OpenAPI document")
    parser.add_argument("--out", help="write to this file instead")
    parser.set_defaults(run=_run)
