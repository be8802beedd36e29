"""Reads and writes the fitted model as a skops file: known types only, the same bytes for the same numbers."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

STAMP = (1980, 1, 1, 0, 0, 0)


class UntrustedModelError(Exception):
    """A model file asks for types beyond the list of skops; nothing of it was built."""


def load(data: bytes) -> dict[str, Any]:
    """Build the model out of the bytes; raises UntrustedModelError before anything is built of a foreign type."""
    from skops import io as skops_io

    if skops_io.get_untrusted_types(data=data):
        raise UntrustedModelError
    found: dict[str, Any] = skops_io.loads(data, trusted=[])
    return found


def dump(model: dict[str, Any]) -> bytes:
    """Return the model as a skops file. skops names parts by memory address and stamps the time: both are replaced."""
    from skops import io as skops_io

    with zipfile.ZipFile(io.BytesIO(skops_io.dumps(model))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(parts.pop("schema.json"))
    files: dict[str, str] = {}
    ids: dict[int, int] = {}

    def rename(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("__id__"), int):
                node["__id__"] = ids.setdefault(node["__id__"], len(ids) + 1)
            if isinstance(node.get("file"), str):
                node["file"] = files.setdefault(node["file"], f"{len(files) + 1}.npy")
            for child in node.values():
                rename(child)
        elif isinstance(node, list):
            for child in node:
                rename(child)

    rename(schema)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for old, new in files.items():
            archive.writestr(zipfile.ZipInfo(new, STAMP), parts[old], zipfile.ZIP_DEFLATED, 9)
        archive.writestr(zipfile.ZipInfo("schema.json", STAMP), json.dumps(schema), zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()
