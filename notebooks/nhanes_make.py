"""Writes `nhanes_hba1c.ipynb` from the cells below: `python notebooks/nhanes_make.py`."""

from __future__ import annotations

from pathlib import Path

import nbformat

CELLS = [
    (
        "md",
        "# HbA1c of 6.5 % or more, without glucose: two research models on NHANES\n\n"
        "Never shown to residents. How they were made and where they fail: `docs/models/nhanes-hba1c.md`. With the "
        "extract at hand (`MEGURI_NHANES=DIR`) the last cells fit both models again and compare them with the files.",
    ),
    (
        "code",
        "import json, os\nfrom pathlib import Path\nimport numpy as np\nimport plotly.graph_objects as go\n"
        "from models import nhanes_hba1c as model\n\n"
        "figures = {w: json.loads((model.FOLDER / f'performance_{w}.json').read_text()) for w in 'ab'}\n"
        "assert all(f['auroc_all_rows_filled']['value'] >= f['baseline_same_rows'] for f in figures.values())\n"
        "[(w, f['auroc_all_rows_filled'], f['baseline_same_rows']) for w, f in figures.items()]",
    ),
    ("md", "Predicted and observed by tenth of the prediction, waves 2013 to 2018, people who get an answer."),
    (
        "code",
        "figure = go.Figure()\n"
        "for w, f in figures.items():\n"
        "    tenths = f['deciles_answered']\n"
        "    figure.add_scatter(x=[t['predicted'] for t in tenths], y=[t['observed'] for t in tenths],\n"
        "                       mode='markers+lines', name=f'({w})')\n"
        "figure.add_scatter(x=[0, .5], y=[0, .5], mode='lines', line_dash='dot', name='equal')\n"
        "figure.update_layout(xaxis_title='predicted', yaxis_title='observed', height=380)\nfigure",
    ),
    ("md", "Calibration slope with its interval, by group. The band is the bar, 0.9 to 1.1; what lies outside it is said in the card."),
    (
        "code",
        "figure = go.Figure()\n"
        "for w, f in figures.items():\n"
        "    groups = f['calibration_answered']\n"
        "    figure.add_scatter(x=list(groups), y=[g['slope'] for g in groups.values()], mode='markers', name=f'({w})',\n"
        "                       error_y={'type': 'data', 'symmetric': False,\n"
        "                                'array': [g['high'] - g['slope'] for g in groups.values()],\n"
        "                                'arrayminus': [g['slope'] - g['low'] for g in groups.values()]})\n"
        "figure.add_hrect(y0=.9, y1=1.1, opacity=.15, fillcolor='green', line_width=0)\n"
        "figure.update_layout(yaxis_title='slope', height=380)\nfigure",
    ),
    ("md", "One invented man of 57: the parts of his log odds add up to the probability."),
    (
        "code",
        "answer = model.MODELS[0].score({'age': 57, 'sex': 'male', 'height': 170, 'weight': 82, 'waist': 98, 'sbp': 138,\n"
        "                                'dbp': 84, 'pregnant': False, 'treated_diabetes': False})\n"
        "total = sum(part.amount for part in answer.contributions)\n"
        "assert abs(1 / (1 + np.exp(-total)) - answer.result['probability']) < 1e-6\n"
        "answer.result, {part.name: round(part.amount, 3) for part in answer.contributions}",
    ),
    (
        "code",
        "again = {}\n"
        "if os.environ.get('MEGURI_NHANES'):\n"
        "    from models.nhanes_hba1c import artefact, train\n"
        "    people = train.read(Path(os.environ['MEGURI_NHANES']))\n"
        "    for w in 'ab':\n"
        "        fitted, values = train.train(people, w)\n"
        "        made = artefact.dump({name: fitted[name] for name in train.KEPT})\n"
        "        again[w] = made == (model.FOLDER / f'model_{w}.skops').read_bytes()\n"
        "        mine = model.log_odds(model.open_model(model.CARDS[w]), w, values, people.male)\n"
        "        theirs = model.log_odds(fitted, w, values, people.male)\n"
        "        assert np.abs(1 / (1 + np.exp(-mine)) - 1 / (1 + np.exp(-theirs))).max() <= 1e-4\n"
        "again  # True: bit for bit",
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
    nbformat.write(book, Path(__file__).parent / "nhanes_hba1c.ipynb")


if __name__ == "__main__":
    main()
