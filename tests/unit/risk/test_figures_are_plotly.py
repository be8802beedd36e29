"""Every figure is valid Plotly, uses only traces of the small bundle, and never relies on colour alone."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import pytest

from backend.risk import figures, positions
from backend.risk.cards import hisayama
from tests.samples.risk.residents import person


def drawn() -> dict[str, dict[str, Any]]:
    known = person()
    scopes = [p.scopes[0] for p in positions.build(known) if p.state == "ok"]
    parts = hisayama.card(known).contributions
    one = scopes[0].classes
    panels = [(str(n), scope.classes) for n, scope in enumerate(scopes)]
    return {
        "icon": figures.icon_array(filled=6, words=("a", "b"), baseline=2, theme="dark"),
        "distribution": figures.distribution(classes=one, names=[c.label for c in one], you="you"),
        "multiples": figures.small_multiples(panels=panels, you="you"),
        "parts": figures.contributions(parts=parts, names=[p.name for p in parts], unit="点"),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["icon", "distribution", "multiples", "parts"])
def test_figure_is_plotly_of_the_basic_bundle(name: str) -> None:
    figure = drawn()[name]
    go.Figure(figure)
    assert {trace["type"] for trace in figure["data"]} <= {"scatter", "bar"}


def test_icon_array_has_100_people_and_two_shapes() -> None:
    full, empty = drawn()["icon"]["data"]
    assert (len(full["x"]), len(empty["x"])) == (6, 94)
    assert full["marker"]["symbol"] != empty["marker"]["symbol"]
    with pytest.raises(ValueError, match="0 to 100"):
        figures.icon_array(filled=101, words=("a", "b"))


def test_distribution_marks_exactly_one_class() -> None:
    bars, arrow = drawn()["distribution"]["data"]
    assert len(arrow["x"]) == 1
    assert arrow["x"][0] in bars["x"]
    assert arrow["text"] == ["you"]
