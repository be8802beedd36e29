"""A medicine notebook through the door: preview, yes, and the medicines stand on the record, once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.api.link.conftest import Linking

CONTENT = (Path(__file__).resolve().parents[2] / "samples" / "link" / "notebook-cp932.csv").read_bytes()
MIHON = {"name": "見本 花子", "kana": "みほん はなこ", "birth": "1968-04-12", "sex": "female"}


def test_a_notebook_is_previewed_and_taken_once(linking: Callable[..., Linking]) -> None:
    hanako = linking(**MIHON)
    preview = hanako.look(CONTENT, "okusuri.csv")["preview"]
    assert (preview["format"], preview["source"], preview["identity"]) == ("jahis-notebook", "jahis", "matches")
    assert {kind["category"]: kind["count"] for kind in preview["kinds"]} == {"C-MED": 10, "C-DX": 3}
    assert preview["sources"] == ["見本薬局 千里店", "お薬手帳"]
    done = hanako.take(CONTENT, "okusuri.csv")
    assert (done["new"], done["already"]) == (13, 0)
    again = hanako.take(CONTENT, "okusuri.csv")
    assert (again["new"], again["already"]) == (0, 13)


def test_somebody_elses_notebook_is_not_taken(linking: Callable[..., Linking]) -> None:
    seen = linking().look(CONTENT, "okusuri.csv")
    assert (seen["state"], seen["refusal"]["key"]) == ("refused", "link.not_yours")
