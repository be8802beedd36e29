"""A wording somebody may have agreed to is never edited: a change is a new file with the next version."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backend.consent import Category, read_texts, texts

# Published wordings. A line may be added here, never changed.
PUBLISHED = {
    "approved-use-v1": "2e32466321e26b520cf79ad45160a1ae8b751e8f2b1e2edac1ac54374ae51fda",
    "counselling-v1": "c46aa6b8acc0cb700fbbbdb049f1f2cc270306e09fe5fae6f629604a1229b65e",
    "fitness-v1": "d452746861b1d16447c335b1e4e8eaeff1e4e98e4d65c13425ae951bcb6ba01e",
    "insurance-quote-v1": "7746c170a6848670b916082dab8df294b41f529eb2c334bdd654a07329ed308e",
    "meal-delivery-v1": "6fb282b2ea2ee92ce911bb68745096d8f76d72ec7a0ed4bfb79a6d8049313c95",
    "public-health-v1": "3155f304386649286deb5ac50fac5b370e209c21d155f713122ad2837e56a05e",
    "research-pregnancy-bp-v1": "1d68bdcb8435e1996aff986f304ee1b927ceb8a91a6b21617be846971b1be287",
    "research-walking-v1": "68d4d66098f2905228717a5cad0dd55c1d2697035888811a6a57cda5ee7b065d",
}
RUBY = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")
KANJI = re.compile(r"[\u4e00-\u9fff々]")
LOCALES = ("ja", "ja_easy", "en")
PARTS = ("short", "who", "what", "why", "until", "stop")


def test_every_published_wording_is_as_it_was():
    assert {f"{name}-v{version}": text.sha256 for (name, version), text in texts().all().items()} == PUBLISHED


@pytest.mark.parametrize("text", texts().all().values(), ids=lambda text: f"{text.id}-v{text.version}")
def test_every_wording_says_who_what_why_until_when_and_what_stopping_does(text):
    for locale in LOCALES:
        wording = getattr(text, locale)
        assert all(getattr(wording, part).strip() for part in PARTS), locale
        assert not any(mark in getattr(wording, part) for part in PARTS for mark in "!！"), locale


@pytest.mark.parametrize("text", texts().all().values(), ids=lambda text: f"{text.id}-v{text.version}")
def test_easy_japanese_has_short_sentences_and_ruby_on_every_kanji(text):
    for part in PARTS:
        written = getattr(text.ja_easy, part)
        assert KANJI.search(RUBY.sub("", written)) is None, written
        assert all(KANJI.search(base) for base, _ in RUBY.findall(written)), written
        for sentence in RUBY.sub(r"\1", written).split("。"):
            assert len(sentence) < 30, sentence


def test_a_file_must_be_what_its_name_says(tmp_path: Path):
    shipped = texts().newest("fitness")
    source = next(Path(read_texts.__code__.co_filename).with_name("texts").glob("fitness-v1.json"))
    (tmp_path / "fitness-v2.json").write_bytes(source.read_bytes())
    with pytest.raises(ValueError, match="fitness version 1"):
        read_texts(tmp_path)
    assert shipped.version == 1


def test_the_first_version_asks_nobody_again():
    assert all(set(changed) == set(Category) for changed in texts().meanings.values())
    assert all(version == 1 for changed in texts().meanings.values() for version in changed.values())
