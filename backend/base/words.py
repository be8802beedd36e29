"""The words of backend keys, in ja, ja-easy and en, as the command line prints them."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path

from backend.base.refusal import Refusal

LOCALES = ("ja", "ja-easy", "en")
_RUBY = re.compile(r"\{([^{}|]+)\|[^{}|]+\}")


@cache
def all_words() -> dict[str, dict[str, str]]:
    """Every key of every room's words files: {key: {locale: text}}."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(Path(__file__).parents[1].glob("*/words*.json")):
        for key, texts in json.loads(file.read_text("utf-8")).items():
            if key in found and found[key] != texts:
                raise ValueError(f"{key} stands in two words files")
            found[key] = texts
    return found


def say(key: str, locale: str | None = None, **params: object) -> str:
    """The text of a key with its parameters filled in; the key itself where nobody wrote words."""
    locale = locale or os.environ.get("MEGURI_LANG", "ja")
    text = all_words().get(key, {}).get(locale, key)
    for name, value in params.items():
        text = text.replace("{" + name + "}", str(value))
    return _RUBY.sub(r"\1", text)


def say_refusal(refusal: Refusal, locale: str | None = None) -> str:
    """A refusal in the person's language."""
    return say(refusal.key, locale, **refusal.params)
