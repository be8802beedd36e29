"""Runs a notebook from top to bottom and prints its output types as JSON: `python notebooks/run.py FILE`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient


def main(path: Path) -> None:
    """Execute the notebook with this interpreter; an error in a cell ends the process with its trace."""
    book = nbformat.read(path, as_version=4)
    manager = KernelManager()
    # This interpreter, whatever kernels the machine has installed.
    assert manager.kernel_spec is not None
    manager.kernel_spec.argv[0] = sys.executable
    NotebookClient(book, km=manager, timeout=50, resources={"metadata": {"path": str(path.parent)}}).execute()
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    print(json.dumps([sorted(output.get("data", {output.output_type: ""})) for output in outputs]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
