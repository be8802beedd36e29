"""Every refusal that people and pilot can raise has words in three languages, with ruby where needed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from backend import base, people, pilot
from backend.people import accounts, ceremonies, invites, passkeys, places, service, sessions

MODULES = (accounts, ceremonies, invites, passkeys, places, service, sessions)
REFUSALS = sorted(
    {
        found.key
        for module in MODULES
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, base.Refusal) and found.key.startswith("people.")
    }
)
KANJI = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("key", REFUSALS)
def test_a_refusal_speaks_three_languages(key):
    texts = base.all_words()[key]
    assert set(texts) == set(base.LOCALES)
    assert all(texts.values())


@pytest.mark.parametrize("room", [people, pilot])
def test_easy_words_have_ruby_on_every_kanji_and_the_same_params(room):
    words = json.loads((Path(room.__file__).parent / "words.json").read_text("utf-8"))
    for key, texts in words.items():
        bare = re.sub(r"\{[^{}|]+\|[^{}|]+\}", "", texts["ja-easy"])
        assert not KANJI.search(bare), (key, bare)
        for sentence in re.split(r"[。]", re.sub(r"\{([^{}|]+)\|[^{}|]+\}", r"\1", texts["ja-easy"])):
            assert len(sentence) <= 30, (key, sentence)
        names = [set(re.findall(r"\{(\w+)\}", text)) for text in texts.values()]
        assert names[0] == names[1] == names[2], key
        assert not re.search(r"[!！]", "".join(texts.values())), key


def test_no_words_are_left_over():
    words = json.loads((Path(people.__file__).parent / "words.json").read_text("utf-8"))
    assert sorted(words) == REFUSALS
