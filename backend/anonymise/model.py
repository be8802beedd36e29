"""The values of the anonymisation engine: what is asked, how a column is treated, what came out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from backend.anonymise.prepare import Shift
from backend.anonymise.privacy import Demand, Distance


class Form(StrEnum):
    """How a released cell is written: a hierarchy label, or the range of values of its class."""

    LABELS = "labels"
    RANGES = "ranges"


class Role(StrEnum):
    """What a column is; anything else blocks the release."""

    DIRECT = "direct"
    QUASI = "quasi"
    SENSITIVE = "sensitive"
    OTHER = "other"


@dataclass(frozen=True)
class Column:
    """One column of the table with its role and the rule that gave it."""

    name: str
    role: Role
    rule: str


@dataclass(frozen=True)
class Request:
    """What is asked of the engine: the table, its columns' roles, hierarchies, and what the release must hold."""

    table: Path
    quasi: tuple[str, ...]
    demand: Demand
    out: Path
    report: Path
    sensitive: tuple[str, ...] = ()
    direct: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    hierarchies: Path | None = None
    builtin: dict[str, str] = field(default_factory=dict)
    """Column -> name of a built-in hierarchy."""
    form: Form = Form.LABELS
    delimiter: str | None = None
    distance: Distance | None = None
    """None: ordered where all values are numbers, equal elsewhere."""
    page: Path | None = None
    method_sheet: Path | None = None
    shift: Shift | None = None
    rare_below: int | None = None
    """Sensitive values of fewer rows become one."""
    max_risk: float | None = None
    """The policy's limit on the highest prosecutor risk (1 / smallest class); above it nothing is written."""
    partition_rows: int = 2_000_000
    sampled_share: float = 1.0
    """The share of the population that the table holds, for the journalist's risk."""


@dataclass(frozen=True)
class Outcome:
    """What was written, and the report as it stands in the JSON file."""

    out: Path
    report_path: Path
    report: dict[str, Any]
