"""The wordings of consent, kept verbatim as files and pinned by their hash.

A file is never edited after somebody agreed to it: a change is a new file `<id>-v<n>.json`. If the
meaning changed, `asks_again` names the categories (or "all") whose holders are asked anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Literal

import msgspec

from backend.base import NotFound
from backend.consent.model import Category, TextRef


class Wording(msgspec.Struct, frozen=True):
    """What a person reads before switching: in one line, then who, what, why, until when, what stopping does."""

    short: str
    who: str
    what: str
    why: str
    until: str
    stop: str


class ConsentText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of one wording in the three languages."""

    id: str
    version: int
    asks_again: Literal["all"] | tuple[Category, ...] = ()
    ja: Wording
    ja_easy: Wording = msgspec.field(name="ja-easy")
    en: Wording
    sha256: str = ""

    @property
    def ref(self) -> TextRef:
        """Return what a switch pins."""
        return TextRef(id=self.id, version=self.version, sha256=self.sha256)


class Texts:
    """All wordings under one folder."""

    def __init__(self, texts: tuple[ConsentText, ...]) -> None:
        self._by_version = {(each.id, each.version): each for each in texts}
        self._newest: dict[str, ConsentText] = {}
        self.meanings: dict[str, dict[Category, int]] = {}
        for each in sorted(texts, key=lambda text: (text.id, text.version)):
            self._newest[each.id] = each
            changed = tuple(Category) if each.asks_again == "all" or each.version == 1 else each.asks_again
            self.meanings.setdefault(each.id, {}).update(dict.fromkeys(changed, each.version))

    def newest(self, text_id: str) -> ConsentText:
        """Return the wording in force; raises NotFound."""
        if text_id not in self._newest:
            raise NotFound
        return self._newest[text_id]

    def version(self, text_id: str, version: int) -> ConsentText:
        """Return one version, old ones included; raises NotFound."""
        found = self._by_version.get((text_id, version))
        if found is None:
            raise NotFound
        return found

    def all(self) -> Mapping[tuple[str, int], ConsentText]:
        """Return every version of every wording."""
        return dict(self._by_version)


def read_texts(folder: Path) -> Texts:
    """Return the wordings of a folder; raises ValueError where a file's name and content disagree."""
    found = []
    for path in sorted(folder.glob("*.json")):
        raw = path.read_bytes()
        text = msgspec.structs.replace(msgspec.json.decode(raw, type=ConsentText), sha256=sha256(raw).hexdigest())
        if path.name != f"{text.id}-v{text.version}.json":
            raise ValueError(f"{path.name} says it is {text.id} version {text.version}")
        found.append(text)
    return Texts(tuple(found))


@lru_cache(maxsize=1)
def _shipped() -> Texts:
    return read_texts(Path(str(files("backend.consent") / "texts")))


_override: Texts | None = None


def texts() -> Texts:
    """Return the wordings in force."""
    return _override or _shipped()


def use_texts(value: Texts | None) -> None:
    """Put other wordings in force in this process (None: the shipped ones again)."""
    global _override
    _override = value
