"""Pictures: valid Plotly of the small bundle, never colour alone, chances as absolute numbers in both frames."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from backend import base, record
from backend.record import figures
from backend.record.figures import Picture, Said
from models import cgm, ckd

WORDS = json.loads((Path(record.__file__).parent / "words_figures.json").read_text("utf-8"))
KANJI = re.compile(r"[\u4e00-\u9fff々]")
LOCALES: tuple[figures.Locale, ...] = ("ja", "ja-easy", "en")


def drawn(theme: figures.Theme = "light", locale: figures.Locale = "ja") -> dict[str, Picture]:
    days = [date(2026, 10, 1) + timedelta(days=n) for n in range(30)]
    minutes = np.arange(0, 14 * 24 * 60, 5, dtype=np.int64)
    glucose = 130 + 40 * np.sin(minutes / 230.0)
    both = {"theme": theme, "locale": locale}
    return {
        "trend": figures.trend(
            points=[figures.Point(at=day, value=130.0 + n, flag="H" if n > 25 else None) for n, day in enumerate(days)],
            second=[figures.Point(at=day, value=80.0) for day in days],
            bands=[figures.Band(low=None, high=135)],
            name="血圧",
            unit="mmHg",
            **both,
        ),
        "counted": figures.trend(
            points=[figures.Point(at=days[0], value=4000.0)], name="歩数", unit="歩", is_counted=True, **both
        ),
        "distribution": figures.distribution(
            classes=[
                figures.ClassBar(label="5.6未満", low=55.1, high=55.1, people=551),
                figures.ClassBar(label="5.6以上6.0未満", low=30, high=30, is_mine=True, people=300),
                figures.ClassBar(label="8.4以上", low=0, high=0.9),
            ],
            item="HbA1c",
            group="全国",
            **both,
        ),
        "icon_array": chance(6, 2, locale=locale, theme=theme),
        "ckd_map": figures.ckd_map(g="G3a", a="A1", **both),
        "growth": figures.growth(
            curves={p: [(float(m), 3 + p / 50 + m / 3) for m in range(13)] for p in (3, 10, 25, 50, 75, 90, 97)},
            own=[figures.Measured(age_months=1, value=4.2), figures.Measured(age_months=4, value=6.8)],
            name="体重",
            unit="kg",
            **both,
        ),
        "agp": figures.agp(profile=cgm.profile(minutes * 60_000, glucose), **both),
    }


def chance(
    percent: float, beside: float | None = None, *, locale: figures.Locale = "ja", theme: figures.Theme = "light"
) -> Picture:
    return figures.icon_array(
        percent=percent,
        outcome=Said(key="record.figure.growth.child"),
        years=10,
        baseline_percent=beside,
        baseline=None if beside is None else Said(key="record.figure.agp.median"),
        locale=locale,
        theme=theme,
    )


@pytest.mark.parametrize("name", sorted(drawn()))
@pytest.mark.parametrize("locale", LOCALES)
def test_each_picture_is_plotly_of_the_small_bundle_with_its_sentence_and_its_table(
    name: str, locale: figures.Locale
) -> None:
    picture = drawn("dark", locale)[name]
    go.Figure(picture.figure)
    json.dumps(picture.figure, allow_nan=False)
    assert {trace["type"] for trace in picture.figure["data"]} <= {"scatter", "bar"}
    said = picture.takeaway.put(locale)
    assert said != picture.takeaway.key
    assert "{" not in said
    assert picture.rows
    for head in picture.head:
        assert head.put(locale) != head.key
    assert {len(row) for row in picture.rows} == {len(picture.head)}


def test_a_hundred_people_in_two_shapes_beside_the_baseline_person() -> None:
    mine, others, theirs, rest = chance(6, 2).figure["data"]
    assert (len(mine["x"]), len(others["x"])) == (6, 94)
    assert (len(theirs["x"]), len(rest["x"])) == (2, 98)
    assert mine["marker"]["symbol"] != others["marker"]["symbol"]
    assert theirs["xaxis"] != mine.get("xaxis", "x")


def test_both_frames_with_the_horizon() -> None:
    said = chance(6.2).takeaway.put("en")
    assert "6 " in said
    assert "94" in said
    assert "10 years" in said
    assert chance(6.2).rows[0][1:] == ("100人のうち 6 人", "100人のうち 94 人")


@pytest.mark.parametrize(("percent", "filled"), [(0, 0), (0.99, 0), (1, 1), (1.49, 1), (1.5, 2), (99.6, 100)])
def test_below_one_percent_no_number_is_printed(percent: float, filled: int) -> None:
    picture = chance(percent)
    assert len(picture.figure["data"][0]["x"]) == filled
    assert ("1 % 未満" in picture.takeaway.put("ja")) is (percent < 1)
    assert (picture.rows[0][1] == "1 % 未満") is (percent < 1)


@pytest.mark.parametrize("percent", [-0.1, 100.1])
def test_no_chance_outside_0_to_100(percent: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 100"):
        chance(percent)


def test_the_baseline_person_has_a_name() -> None:
    with pytest.raises(ValueError, match="needs a name"):
        figures.icon_array(percent=5, outcome=Said(key="record.figure.growth.child"), years=5, baseline_percent=2)


def test_the_own_class_is_marked_by_arrow_word_and_pattern() -> None:
    picture = drawn()["distribution"]
    bars = picture.figure["data"][0]
    labels = picture.figure["layout"]["yaxis"]["ticktext"]
    assert [("▶" in label) for label in labels] == [False, True, False]
    assert ["あなた" in text for text in bars["text"]] == [False, True, False]
    assert bars["marker"]["pattern"]["shape"] == ["/", "", "/"]
    assert bars["text"][2] == "0-0.9 %"


def test_without_urine_the_whole_row_is_marked_and_no_cell_is_claimed() -> None:
    whole = figures.ckd_map(g="G2", a=None)
    frame = whole.figure["layout"]["shapes"][-1]
    assert (frame["x0"], frame["x1"]) == (pytest.approx(0.03), pytest.approx(2.97))
    assert whole.takeaway.key == "record.figure.ckd.row_only"
    cells = {row[0]: row[1:] for row in figures.ckd_map(g="G3a", a="A1", locale="en").rows}
    assert cells == {stage: tuple(ckd.HEAT["colours"][stage]) for stage in ("G1", "G2", "G3a", "G3b", "G4", "G5")}
    with pytest.raises(ValueError, match="no such stage"):
        figures.ckd_map(g="G6", a=None)


def test_words_of_the_pictures() -> None:
    for key, texts in WORDS.items():
        assert set(texts) == {"ja", "ja-easy", "en"}, key
        bare = re.sub(r"\{[^{}|]+\|[^{}|]+\}", "", texts["ja-easy"])
        assert not KANJI.search(bare), f"{key}: {bare}"
        assert base.say(key, "ja") == texts["ja"]
