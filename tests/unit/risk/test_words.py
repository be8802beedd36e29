"""The room's words: three languages, ruby on every kanji of ja-easy, no blame, no exclamation marks."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from backend import risk
from models import registry
from models.base import Refused

WORDS: dict[str, dict[str, str]] = {
    key: texts
    for path in sorted(Path(risk.__file__).parent.glob("words*.json"))
    if path.name not in ("words_basis.json", "words_places.json")
    for key, texts in json.loads(path.read_text("utf-8")).items()
}
RUBY = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")


@pytest.mark.parametrize("key", sorted(WORDS))
def test_words(key: str) -> None:
    texts = WORDS[key]
    assert set(texts) == {"ja", "ja-easy", "en"}
    rest = RUBY.sub("", texts["ja-easy"])
    assert not re.search(r"[一-龯々]", rest), rest
    assert all(re.fullmatch(r"[ぁ-んァ-ヶー]+", reading) for _, reading in RUBY.findall(texts["ja-easy"]))
    for sentence in re.split("。", RUBY.sub(r"\1", re.sub(r"\{[a-z_]+\}", "", texts["ja-easy"]))):
        assert len(sentence) <= 30, sentence
    for text in texts.values():
        assert "!" not in text
        assert "！" not in text
        assert "疑い" not in text
    names = [set(re.findall(r"\{([a-z_]+)\}", text)) for text in texts.values()]
    assert names[1] <= names[0], "ja-easy names a parameter that ja has not"
    assert names[2] == names[0]


def test_every_refusal_of_every_model_has_words() -> None:
    keys = set()
    for model in registry.scores().values():
        for age in (-1, 5, 17, 39, 95):
            for inputs in ({"age": age}, {"age": age, "pregnant": True}, {}, {"age": 50, "pregnant": None}):
                answer = model.score(inputs)
                if isinstance(answer, Refused):
                    keys |= {reason.key for reason in answer.reasons}
    assert keys <= set(WORDS), keys - set(WORDS)
