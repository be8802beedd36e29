"""The notebooks run from top to bottom on the code as it is, assertions and all, within a minute."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_both_notebooks_are_there() -> None:
    assert {"hisayama.ipynb", "ndb_position.ipynb"} <= {path.name for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_notebook_runs(path: Path) -> None:
    # In a process of its own: the kernel's client leaves sockets behind, which are errors here.
    done = subprocess.run(
        [sys.executable, ROOT / "notebooks" / "run.py", path],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    outputs = json.loads(done.stdout)
    assert any("application/vnd.plotly.v1+json" in types for types in outputs)
    assert not any("error" in types or "stream" in types for types in outputs)
