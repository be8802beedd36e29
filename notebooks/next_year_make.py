"""Writes `next_year.ipynb` from the cells below: `python notebooks/next_year_make.py`."""

from __future__ import annotations

from pathlib import Path

import nbformat

CELLS = [
    (
        "md",
        "# A check-up item a year on: coverage on simulated people nobody was fitted on\n\n"
        "Simulated people only, nobody real: `docs/models/next-year.md`. Never shown to residents.",
    ),
    (
        "code",
        "import numpy as np\nimport plotly.graph_objects as go\n"
        "from models import next_year as model\nfrom models.next_year import simulator, train\n"
        "from models.next_year.process import GROUPS, predict\n\n"
        "rows = []\n"
        "for metric in model.ITEMS:\n"
        "    for sex in ('male', 'female'):\n"
        "        parameters, held, better = model.PARAMETERS[metric][sex], [], []\n"
        "        for seed in (201, 202, 203):\n"
        "            panel = simulator.panel(metric, sex, people=4000, seed=seed)\n"
        "            off, seen = train.ratios(parameters, panel)\n"
        "            held.append(off <= np.select([seen <= high for _, high in GROUPS], parameters['reach']))\n"
        "        rows.append((metric, sex, float(np.mean(held))))\n"
        "assert all(.88 <= share <= .92 for *_, share in rows), rows\nrows",
    ),
    (
        "code",
        "figure = go.Figure()\n"
        "for sex in ('male', 'female'):\n"
        "    mine = [row for row in rows if row[1] == sex]\n"
        "    figure.add_scatter(x=[row[0] for row in mine], y=[100 * row[2] for row in mine], mode='markers', name=sex)\n"
        "figure.add_hrect(y0=88, y1=92, opacity=.15, fillcolor='green', line_width=0)\n"
        "figure.update_layout(yaxis_title='held, %', height=380)\nfigure",
    ),
    ("md", "One invented man: the parts of the prediction, and its interval."),
    (
        "code",
        "answer = model.score({'metric': 'sbp_mmhg', 'age': 57, 'sex': 'male', 'pregnant': False,\n"
        "                      'history': [{'year': 2024, 'value': 128}, {'year': 2025, 'value': 134}, {'year': 2026, 'value': 138}]})\n"
        "assert abs(sum(part.amount for part in answer.contributions) - answer.result['expected']) <= .06\n"
        "answer.result, {part.name: round(part.amount, 1) for part in answer.contributions}",
    ),
]


def main() -> None:
    """Write the notebook without outputs; ids are counted, so that the file is the same every time."""
    book = nbformat.v4.new_notebook()
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for n, (kind, text) in enumerate(CELLS):
        cell = nbformat.v4.new_markdown_cell(text) if kind == "md" else nbformat.v4.new_code_cell(text)
        cell["id"] = f"cell-{n}"
        book.cells.append(cell)
    nbformat.write(book, Path(__file__).parent / "next_year.ipynb")


if __name__ == "__main__":
    main()
