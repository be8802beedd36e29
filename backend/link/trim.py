"""Takes other people's documents out of a file before it is kept."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Collection
from typing import BinaryIO, cast

from backend import base

_IN_MEMORY = 4 << 20


def own_part(person: str, stream: BinaryIO, names: Collection[str], *, limit: int) -> base.FileRef:
    """Seal a new ZIP with only the named documents of a check-up ZIP, under their old paths.

    Places such as "h...xml#12" stay right, and reading it again gives the same readings.
    """
    stream.seek(0)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as out:
        with zipfile.ZipFile(stream) as whole, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as part:
            for member in whole.infolist():
                if member.filename in names or member.filename.rsplit("/", 1)[-1] in names:
                    part.writestr(member.filename, whole.read(member))
        out.seek(0)
        return base.files.put(person, cast(BinaryIO, out), limit=limit)
