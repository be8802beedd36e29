"""Every key of the record stands in all three languages; the easy words put a reading on every kanji."""

from __future__ import annotations

import json
import re
from pathlib import Path

from backend import record

WORDS = json.loads((Path(record.__file__).parent / "words.json").read_text("utf-8"))
KANJI = re.compile(r"[\u4e00-\u9fff々]")
PARAM = re.compile(r"\{[a-z_0-9]+\}")


def test_three_languages_with_the_same_parameters() -> None:
    for key, texts in WORDS.items():
        assert set(texts) == {"ja", "ja-easy", "en"}, key
        assert "！" not in texts["ja"], key
        for text in texts.values():
            assert set(PARAM.findall(text)) <= set(PARAM.findall(texts["ja"])), key


def test_easy_words_have_a_reading_on_every_kanji() -> None:
    for key, texts in WORDS.items():
        bare = re.sub(r"\{[^{}|]+\|[^{}|]+\}", "", texts["ja-easy"])
        assert not KANJI.search(bare), f"{key}: {bare}"


def test_easy_sentences_are_short() -> None:
    for key, texts in WORDS.items():
        plain = PARAM.sub("", re.sub(r"\{([^{}|]+)\|[^{}|]+\}", r"\1", texts["ja-easy"]))
        for sentence in re.split(r"[。？]", plain):
            assert len(sentence) < 30, f"{key}: {sentence}"


def test_every_key_in_the_code_has_words() -> None:
    folder = Path(record.__file__).parent
    for file in folder.rglob("*.py"):
        for key in re.findall(
            r'"(record\.(?:refused_|chip\.|tile\.|missing\.|sentence\.|rule\.)[a-z_0-9.]+)"', file.read_text("utf-8")
        ):
            assert key in WORDS, f"{file.name}: {key}"
