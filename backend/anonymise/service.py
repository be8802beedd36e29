"""Anonymise one table: read, classify, group, enforce, write release and report; or refuse and write nothing."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np

from backend.anonymise import builtin, columns, partition, release, reporting
from backend.anonymise.diversity import Enforced, enforce
from backend.anonymise.hierarchy import Hierarchy, find, read
from backend.anonymise.model import Column, Outcome, Request, Role
from backend.anonymise.page import page
from backend.anonymise.prepare import prepare
from backend.anonymise.privacy import Demand, Distance, Diversity, Secret
from backend.anonymise.refusals import BadDemand, NoHierarchy, NoSensitive, RiskTooHigh, TooFewRows, WouldOverwrite
from backend.anonymise.sheet import method_sheet
from backend.anonymise.table import Table, open_table

Steps = Callable[[str], None]


def _check(request: Request) -> None:
    demand = request.demand
    if demand.k < 2:
        raise BadDemand(what="k", value=demand.k)
    if demand.l is not None and not 1 <= demand.l < math.inf:
        raise BadDemand(what="l", value=demand.l)
    if demand.l is not None and demand.diversity is Diversity.DISTINCT and demand.l != int(demand.l):
        raise BadDemand(what="l", value=demand.l)
    if demand.t is not None and not 0 <= demand.t <= 1:
        raise BadDemand(what="t", value=demand.t)
    if not 0 < request.sampled_share <= 1:
        raise BadDemand(what="--sampled-share", value=request.sampled_share)
    if request.max_risk is not None and not 0 <= request.max_risk <= 1:  # NaN would let every risk pass
        raise BadDemand(what="--max-risk", value=request.max_risk)
    if not request.quasi:
        raise BadDemand(what="--quasi", value="")
    targets = [p.resolve() for p in (request.out, request.report, request.page, request.method_sheet) if p is not None]
    read_from = {request.table.resolve(), *_hierarchy_files(request)}
    if len(set(targets)) != len(targets) or read_from & set(targets):
        raise WouldOverwrite(file=request.out.name)
    for target in targets:
        if target.is_dir() or not target.parent.is_dir():
            raise WouldOverwrite(file=str(target.name))


def _hierarchy_files(request: Request) -> set[Path]:
    if request.hierarchies is None:
        return set()
    found = [find(request.hierarchies, name) for name in request.quasi]
    return {path.resolve() for path in found if path is not None}


def hierarchy_for(request: Request, name: str, table: Table) -> Hierarchy:
    """A named built-in, else the file in the folder, else the built-in for columns of this name.

    Raises NoHierarchy where there is none.
    """
    if name in request.builtin:
        return builtin.load(request.builtin[name], name, table.texts(name))
    path = find(request.hierarchies, name) if request.hierarchies is not None else None
    if path is not None:
        return read(path, name, table.texts(name), table.delimiter)
    kind = builtin.kind_by_name(name)
    if kind is None:
        raise NoHierarchy(column=name, row=1)
    return builtin.load(kind, name, table.texts(name))


def _secrets(table: Table, classified: list[Column], distance: Distance | None) -> list[Secret]:
    names = [column.name for column in classified if column.role is Role.SENSITIVE]
    made = []
    for name, codes in zip(names, table.codes(names) if names else [], strict=True):
        texts = table.texts(name)
        on_scale = columns.is_scale(texts)
        chosen = distance or (Distance.ORDERED if on_scale else Distance.EQUAL)
        if on_scale:  # texts are sorted as text; a scale needs them by number
            order = sorted(range(len(texts)), key=lambda code: float(texts[code]))
            place = np.empty(len(texts), np.int32)
            place[order] = np.arange(len(texts), dtype=np.int32)
            codes, texts = place[codes], [texts[code] for code in order]
        made.append(Secret(name, codes, tuple(texts), chosen))
    return made


def _enforced(demand: Demand, grouped: partition.Grouped, source: partition.Source, secrets: list[Secret]) -> Enforced:
    if demand.l is None and demand.t is None:
        return Enforced(grouped.of_row, grouped.boxes, 0, 0)
    if not secrets:
        raise NoSensitive(what="l" if demand.l is not None else "t")
    return enforce(grouped.of_row, grouped.boxes, source.hierarchies, secrets, demand)


def anonymise(request: Request) -> Outcome:
    """Write the anonymised table and its report; the same table gives the same bytes, whatever the order of its rows.

    Raises a Refused that names the column and row; then nothing is written.
    """
    _check(request)
    with open_table(request.table, request.delimiter) as table:
        prepared = prepare(table, request.shift, request.rare_below, request.sensitive)
        classified = columns.classify(table, request)
        if table.rows < request.demand.k:
            raise TooFewRows(k=request.demand.k, rows=table.rows)
        hierarchies = [hierarchy_for(request, name, table) for name in request.quasi]
        leaf_of = [
            partition.small(h, columns.leaf_of(table, name, h))
            for name, h in zip(request.quasi, hierarchies, strict=True)
        ]
        source = partition.Source(table, request.quasi, hierarchies, leaf_of)
        grouped = partition.group(source, request.demand.k, request.partition_rows)
        secrets = _secrets(table, classified, request.distance)
        enforced = _enforced(request.demand, grouped, source, secrets)
        made = release.spans(enforced.boxes, hierarchies, request.form)
        measured = reporting.measure_release(source, enforced, made, secrets, request.demand.k)
        report = reporting.report(request, classified, source, grouped, enforced, measured, prepared)
        highest = report["risk"]["after"]["prosecutor"]["highest"]
        if request.max_risk is not None and highest > request.max_risk:
            raise RiskTooHigh(risk=round(highest, 4), limit=request.max_risk)
        sheet = method_sheet(report)
        release.write(table, classified, enforced.of_row, request.quasi, made, request.out)
        report["method_sheet_ja"] = sheet
        report["release"]["sha256"] = reporting.sha256(request.out)
        release.write_text(request.report, json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
        if request.page is not None:
            release.write_text(request.page, page(report))
        if request.method_sheet is not None:
            release.write_text(request.method_sheet, sheet)
    return Outcome(request.out, request.report, report)


def with_table(request: Request, table: Path) -> Request:
    """The same request for another table."""
    return dataclasses.replace(request, table=table)
