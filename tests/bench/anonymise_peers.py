"""Run one installable peer on one table, inside that peer's own environment; writes what the peer releases.

    PEER_PYTHON anonymise_peers.py PEER TABLE HIERARCHIES a,b,... K OUT

Imports nothing of ours. Each peer is called as its documentation shows, with its defaults.
"""

from __future__ import annotations

import csv
import json
import logging
import sys
import time
import warnings
from pathlib import Path

import pandas as pd

warnings.filterwarnings("ignore")


def paths(folder: Path, column: str) -> list[list[str]]:
    """The rows of a column's hierarchy."""
    found = [
        p
        for p in sorted(folder.glob("*.csv"))
        if p.name == f"{column}.csv" or p.name.endswith(f"hierarchy_{column}.csv")
    ]
    with found[0].open(encoding="utf-8") as file:
        return [row for row in csv.reader(file, delimiter=";") if row]


def is_number(rows: list[list[str]]) -> bool:
    return all(row[0].lstrip("-").isdigit() for row in rows)


def anjana(table: pd.DataFrame, trees: dict[str, list[list[str]]], k: int) -> pd.DataFrame:
    """Full-domain generalisation; no row may be suppressed."""
    from anjana.anonymity import k_anonymity

    levels = {
        column: {level: [row[level] for row in rows] for level in range(len(rows[0]))} for column, rows in trees.items()
    }
    return k_anonymity(table, [], list(trees), k, 0, levels)


def umbra(table: pd.DataFrame, trees: dict[str, list[list[str]]], k: int) -> pd.DataFrame:
    """Mondrian with ranges and sets; knows no hierarchies."""
    from umbra_k import MondrianAnonymizer

    typed = table.copy()
    for column, rows in trees.items():
        if is_number(rows):
            typed[column] = typed[column].astype(int)
    return MondrianAnonymizer(k=k, quasi_id=list(trees)).fit(typed).transform(typed)


def lighthouse(table: pd.DataFrame, trees: dict[str, list[list[str]]], k: int) -> pd.DataFrame:
    """Core Mondrian by generalisation trees, numbers too: of numbers it would release means."""
    from project_lighthouse_anonymize.gtrees import GTree
    from project_lighthouse_anonymize.wrappers.k_anonymize import k_anonymize

    typed = table.copy()
    typed["row_id"] = range(len(typed))
    made = {}
    for column, rows in trees.items():
        tree = GTree()
        nodes = {("*",): tree.create_node("*")}
        for row in rows:
            branch = [*reversed(row)]
            for depth in range(2, len(branch) + 1):
                place = tuple(branch[:depth])
                if place not in nodes:
                    nodes[place] = tree.create_node(branch[depth - 1], parent=nodes[place[:-1]])
        tree.add_default_geometric_sizes()
        tree.update_highest_node_with_value_if()
        tree.update_lowest_node_with_descendant_leaves_if()
        tree.update_descendant_leaf_values_if()
        made[column] = tree
        typed[column] = typed[column].astype(object)
    nothing = dict.fromkeys(
        ("pct_non_suppressed", "rilm_categorical__minimum", "pearsons__minimum", "nmi_sampled_scaled_v1__minimum"), 0.0
    )
    released, _, _ = k_anonymize(
        logging.getLogger("peer"),
        typed,
        list(trees),
        k,
        made,
        "row_id",
        dq_metric_to_minimum_dq=nothing,
        parallelism=None,
    )
    return released.drop(columns=["row_id"])


PEERS = {"anjana": anjana, "umbra-k": umbra, "project-lighthouse-anonymize": lighthouse}


def cell(value: object) -> str:
    """A released cell as text the scorer reads; a pair of numbers becomes a range."""
    if isinstance(value, tuple) and len(value) == 2:
        return f"{float(value[0]):g}-{float(value[1]):g}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def main() -> None:
    """Command line; prints the CPU seconds of the peer's own call."""
    peer, table, folder, quasi, k, out = sys.argv[1:7]
    with Path(table).open(encoding="utf-8") as file:
        mark = max(",;\t", key=file.readline().count)
    read = pd.read_csv(table, sep=mark, dtype=str, keep_default_na=False)
    trees = {column: paths(Path(folder), column) for column in quasi.split(",")}
    start = time.process_time()
    released = PEERS[peer](read, trees, int(k))
    used = time.process_time() - start
    for column in trees:
        if column in released:
            released[column] = [cell(value) for value in released[column]]
    released.to_csv(out, sep=";", index=False)
    print(json.dumps({"peer": peer, "cpu_s": round(used, 2)}))


if __name__ == "__main__":
    main()
