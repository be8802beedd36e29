"""A card names purpose, range, class and source, and vouches for its data files by hash."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from models import registry
from models.base import DataChangedError, data_hash, load_card

FOLDER = Path(registry.__file__).parent
CARDS = sorted(FOLDER.glob("*/card*.json"))


@pytest.mark.parametrize("path", CARDS, ids=[f"{p.parent.name}/{p.name}" for p in CARDS])
def test_hash_is_that_of_the_data(path: Path) -> None:
    card = load_card(path.parent, path.name)
    assert card.sha256 == data_hash(path.parent, card.data)
    assert card.display_class in ("recognised", "statistical", "research")
    for text in (
        card.purpose,
        card.population,
        card.outcome,
        card.source,
        card.status,
        card.version,
        card.missing_rule,
    ):
        assert text.strip()


def test_changed_coefficient_stops_the_model(tmp_path: Path) -> None:
    copy = tmp_path / "fib4"
    shutil.copytree(FOLDER / "fib4", copy)
    cuts = json.loads((copy / "cuts.json").read_text())
    cuts["high_above"] = 2.68
    (copy / "cuts.json").write_text(json.dumps(cuts))
    with pytest.raises(DataChangedError):
        load_card(copy)


def test_one_source_and_foreign_models_are_research() -> None:
    classes = {card.tool: card.display_class for card in registry.cards()}
    research = {tool for tool, name in classes.items() if name == "research"}
    ours = ("epoch", "suita", "jals", "prevent", "hisayama-original", "nhanes", "next-year")
    assert research == {t for t in classes if t.startswith(ours)}
    assert {tool for tool, name in classes.items() if name == "statistical"} == {"ndb-position", "ndb-course"}


def test_no_folder_without_a_card_in_the_registry() -> None:
    folders = {p.name for p in FOLDER.iterdir() if (p / "__init__.py").exists()}
    assert {p.parent.name for p in CARDS} == folders
