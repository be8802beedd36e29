"""Writes the notebooks from the cells below: `python notebooks/make.py` (a notebook's own JSON is no place to edit)."""

from __future__ import annotations

from pathlib import Path

import nbformat

HERE = Path(__file__).parent

HISAYAMA = [
    (
        "md",
        "# 久山町スコア（JAS 2022）: the table we carry, against the original closed form\n\n"
        "The guideline prints 80 cells. The closed form of Honda 2022 with 2 points added reproduces 79 of them; "
        "the last one (19 points, 70-79 years) is 41.1 in print and 41.4 by the formula. Residents see the print.",
    ),
    (
        "code",
        "import math\nfrom models import hisayama_jas2022 as model, hisayama_original as original\n\n"
        "offsets = dict(zip(model.AGE_BANDS, original.POINTS['age']['points']))\n"
        "def closed_form(points, band):\n"
        "    total = points + offsets[band] + 2\n"
        "    p = original.POINTS\n"
        "    return 100 * (1 - p['S0'] ** math.exp(p['slope'] * total - p['offset']))\n\n"
        "def agrees(printed, value):\n"
        "    return value < 1.0 if printed is None else abs(printed - value) <= 0.05 + 1e-9\n\n"
        "apart = [(points, band, printed, round(closed_form(points, band), 2))\n"
        "         for (points, band), printed in model.TABLE.items() if not agrees(printed, closed_form(points, band))]\n"
        "assert len(model.TABLE) == 80 and [cell[:3] for cell in apart] == [(19, '70-79', 41.1)], apart\n"
        "apart",
    ),
    (
        "code",
        "import plotly.graph_objects as go\n"
        "figure = go.Figure()\n"
        "for band in model.AGE_BANDS:\n"
        "    figure.add_scatter(x=list(range(20)), y=[model.TABLE[p, band] or 0.5 for p in range(20)], name=band,\n"
        "                       mode='lines+markers')\n"
        "figure.update_layout(xaxis_title='点', yaxis_title='10年 % （<1.0 は 0.5 に描く）', height=380)\n"
        "figure",
    ),
    ("md", "One invented man of 57, as his card shows him: the same builder as in the app."),
    (
        "code",
        "from backend.risk import figures\n"
        "answer = model.score({'sex': 'male', 'age': 57, 'sbp': 134, 'igt': 0, 'ldl': 142, 'hdl': 52, 'smoking': 1})\n"
        "baseline = model.cell(model.least_points('male'), 57)\n"
        "assert sum(part.amount for part in answer.contributions) == answer.result['points']\n"
        "go.Figure(figures.icon_array(filled=round(answer.result['risk_percent']), words=('なる人', 'ならない人'),\n"
        "                             baseline=round(baseline.percent)))",
    ),
]
POSITION = [
    ("md", "# あなたの位置: NDB オープンデータ 第9回\n\n"
           "The interval is the shape-free bound inside the printed class; the curve gives the point only. "
           "出典: 厚生労働省 第9回NDBオープンデータ（2021年度の特定健診）を加工して作成。薬を飲んでいる人もふくむ。"),
    ("code", "import numpy as np\nimport plotly.graph_objects as go\nfrom models import ndb_position as ndb\n\n"
             "item, area = ndb.find_item('HbA1c'), ndb.find_region('2701')\n"
             "totals = {name: sum(sum(ndb.counts(ndb.find_item(name), ndb.JAPAN, sex, band)[0])\n"
             "                    for sex in ndb.SEXES for band in range(7)) for name in ('BMI', 'HbA1c')}\n"
             "assert totals == {'BMI': 30_024_789, 'HbA1c': 23_661_398}\ntotals"),
    ("code", "values = np.round(np.arange(5.0, 9.01, 0.05), 2)\n"
             "found = [ndb.position(item, value=float(v), sex='male', age=57, region=area) for v in values]\n"
             "figure = go.Figure()\n"
             "figure.add_scatter(x=values, y=[p.below_low for p in found], mode='lines', line_shape='hv', name='少なくとも')\n"
             "figure.add_scatter(x=values, y=[p.below_high for p in found], mode='lines', line_shape='hv', name='多くても',\n"
             "                   fill='tonexty')\n"
             "figure.add_scatter(x=values, y=[p.below_point for p in found], mode='lines', name='点（補間）')\n"
             "figure.update_layout(xaxis_title='HbA1c %', yaxis_title='これより低い人 %', height=380)\n"
             "points = [p.below_point for p in found if p.below_point is not None]\n"
             "assert points == sorted(points)\n"
             "assert all(p.below_low <= p.below_point <= p.below_high for p in found if p.below_point is not None)\nfigure"),
    ("md", "The same numbers as the screen draws them, for an invented man of 57 with HbA1c 5.9."),
    ("code", "from backend.risk import figures, positions\n"
             "mine = ndb.position(item, value=5.9, sex='male', age=57, region=area)\n"
             "assert (mine.people_low, round(mine.above_low), round(mine.above_high)) == (15_436, 20, 51)\n"
             "scope = positions.scope_of(mine)\n"
             "go.Figure(figures.distribution(classes=scope.classes, names=[c.label for c in scope.classes], you='あなた'))"),
]  # fmt: skip


def write(name: str, cells: list[tuple[str, str]]) -> None:
    """Write one notebook without outputs; ids are counted, so that the file is the same every time."""
    book = nbformat.v4.new_notebook()
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for n, (kind, text) in enumerate(cells):
        cell = nbformat.v4.new_markdown_cell(text) if kind == "md" else nbformat.v4.new_code_cell(text)
        cell["id"] = f"cell-{n}"
        book.cells.append(cell)
    nbformat.write(book, HERE / name)


if __name__ == "__main__":
    write("hisayama.ipynb", HISAYAMA)
    write("ndb_position.ipynb", POSITION)
