"""The built phone app as the server gives it out: files with lasting names for ever, the page itself fresh."""

from __future__ import annotations

import gzip
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request

from backend import base

_LONGEST = 200
"""Longer than any address of the app; names of files end at 255 bytes."""
DIST = Path(__file__).parents[1] / "pwa" / "dist"
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("text/javascript", ".js")


@lru_cache(maxsize=256)
def _load(path: str, changed_at: int) -> tuple[bytes, bytes | None]:
    del changed_at  # part of the key: a new build is read anew
    plain = Path(path).read_bytes()
    packed = gzip.compress(plain, 9, mtime=0) if Path(path).suffix not in {".png", ".woff2"} else None
    return plain, packed


def _send(file: Path, *, lasting: bool) -> Response:
    plain, packed = _load(str(file), file.stat().st_mtime_ns)
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    if packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        response = Response(packed, content_type=kind)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = Response(plain, content_type=kind)
    if kind.startswith("text/") or kind.endswith("javascript"):
        response.headers["Content-Type"] = f"{kind}; charset=utf-8"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if lasting else "no-cache"
    return response


def install_pages(app: Flask) -> None:
    """Serve the built app: its files by name, and the page itself for every screen's address."""

    def page(path: str) -> Response:
        if path.startswith("api/"):
            raise base.NotFound
        root = DIST.resolve()
        if len(path) > _LONGEST or "\0" in path:  # no file system takes them, and it says so by raising
            raise base.NotFound
        file = (root / path).resolve()
        if path and file.is_relative_to(root) and file.is_file():
            return _send(file, lasting=path.startswith("assets/"))
        if "." in path.rsplit("/", 1)[-1]:
            raise base.NotFound
        index = root / "index.html"
        if not index.is_file():
            raise base.NotFound
        return _send(index, lasting=False)

    # Not through the API framework: a page is no part of the API's description.
    app.add_url_rule("/", "app.page", page, defaults={"path": ""})
    app.add_url_rule("/<path:path>", "app.page", page)
