"""What every risk model shares: its card, a value with its reasons, and a refusal with its reasons."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

DisplayClass = Literal["recognised", "statistical", "research"]
Scalar = str | int | float | bool | None
Inputs = Mapping[str, Any]


@dataclass(frozen=True)
class Reason:
    """Why a model did not answer; `fill` names the input that would let it answer, if one would."""

    key: str
    params: Mapping[str, str | int | float] = field(default_factory=dict)
    fill: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the reason in the shape the command line prints."""
        out: dict[str, Any] = {"key": self.key}
        if self.params:
            out["params"] = dict(self.params)
        if self.fill:
            out["fill"] = self.fill
        return out


@dataclass(frozen=True)
class Contribution:
    """One exact additive part of a score; the parts of a value add up to its total."""

    name: str
    amount: float
    unit: str
    highest: float
    lowest: float = 0.0
    is_modifiable: bool = False


@dataclass(frozen=True)
class Value:
    """An answer: `result` has the output keys of the model, `contributions` add up to its total."""

    model: str
    result: Mapping[str, Any]
    contributions: tuple[Contribution, ...] = ()
    assumed: tuple[str, ...] = ()
    awaiting_signoff: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """No answer, with every reason found; `result` holds what the guideline still says (a route)."""

    model: str
    reasons: tuple[Reason, ...]
    result: Mapping[str, Any] = field(default_factory=dict)


Answer = Value | Refused


@dataclass(frozen=True)
class Card:
    """What a model is for and where it may be used; read from card.json."""

    tool: str
    title: str
    purpose: str
    population: str
    outcome: str
    horizon_years: int | None
    valid: Mapping[str, Any]
    inputs: Mapping[str, str]
    missing_rule: str
    display_class: DisplayClass
    status: str
    source: str
    version: str
    data: tuple[str, ...]
    sha256: str
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the card as plain JSON values."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in vars(self).items()}


@dataclass(frozen=True)
class Model:
    """A card with its pure scoring function."""

    card: Card
    score: Callable[[Inputs], Answer]


class DataChangedError(Exception):
    """A coefficient file is not the one its card was written for."""


def data_hash(folder: Path, names: Sequence[str]) -> str:
    """Return the SHA-256 over the named data files, in order, each preceded by its name."""
    digest = hashlib.sha256()
    for name in names:
        digest.update(name.encode() + b"\0")
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def load_card(folder: Path, name: str = "card.json") -> Card:
    """Read a card and refuse to go on if its data files are not those it vouches for."""
    raw = json.loads((folder / name).read_text("utf-8"))
    card = Card(
        tool=raw["tool"],
        title=raw["title"],
        purpose=raw["purpose"],
        population=raw["population"],
        outcome=raw["outcome"],
        horizon_years=raw.get("horizon_years"),
        valid=raw["valid"],
        inputs=raw["inputs"],
        missing_rule=raw["missing_rule"],
        display_class=raw["display_class"],
        status=raw["status"],
        source=raw["source"],
        version=raw["version"],
        data=tuple(raw["data"]),
        sha256=raw["sha256"],
        notes=tuple(raw.get("notes", ())),
    )
    if data_hash(folder, card.data) != card.sha256:
        raise DataChangedError(card.tool)
    return card


def load_json(folder: Path, name: str) -> Any:
    """Read one JSON data file of a model."""
    return json.loads((folder / name).read_text("utf-8"))


class BadInputError(Exception):
    """An input that is no answer at all (a word where a number belongs, a sex that is neither)."""

    def __init__(self, name: str, why: str) -> None:
        """Keep the name of the input and what is wrong with it."""
        super().__init__(f"{name}: {why}")
        self.name = name


class Reader:
    """Reads a model's inputs, collecting every missing one so that one refusal names them all.

    None and "unknown" both mean that nobody knows; a wrong type raises BadInputError.
    """

    def __init__(self, inputs: Inputs) -> None:
        """Start reading; nothing is missing yet."""
        self.inputs = inputs
        self.reasons: list[Reason] = []
        self.assumed: list[str] = []

    def _known(self, name: str) -> Any:
        value = self.inputs.get(name)
        return None if value == "unknown" else value

    def missing(self, name: str) -> None:
        """Note that an input is needed and not there."""
        self.reasons.append(Reason("risk.missing_input", {"input": name}, fill=name))

    def number(self, name: str, *, low: float | None = None, high: float | None = None) -> float:
        """Return a finite number; NaN stands in for a missing one, and the refusal will name it.

        `low` and `high` are what a living person can have (both inclusive), not the model's range.
        """
        value = self.optional(name, low=low, high=high)
        if value is None:
            if not any(r.fill == name for r in self.reasons):
                self.missing(name)
            return math.nan
        return value

    def optional(self, name: str, *, low: float | None = None, high: float | None = None) -> float | None:
        """Return a finite number, or None where it is not given."""
        value = self._known(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadInputError(name, "not a number")
        if not math.isfinite(value):
            raise BadInputError(name, "not a finite number")
        if (low is not None and value < low) or (high is not None and value > high):
            self.reasons.append(Reason("risk.implausible_input", {"input": name}, fill=name))
            return None
        return float(value)

    def flag(self, name: str) -> bool:
        """Return a yes/no that the model cannot do without."""
        value = self._flag(name)
        if value is None:
            self.missing(name)
            return False
        return value

    def exclusion(self, name: str) -> bool | None:
        """Return an exclusion: True, False, or None (a reason was noted) where nobody knows.

        A caller who leaves the key out vouches that it does not apply; that is noted as assumed.
        """
        if name not in self.inputs:
            self.assumed.append(name)
            return False
        value = self._flag(name)
        if value is None:
            self.reasons.append(Reason("risk.unknown_exclusion", {"input": name}, fill=name))
        return value

    def _flag(self, name: str) -> bool | None:
        value = self._known(name)
        if value is None:
            return None
        if isinstance(value, bool):
            return value
        if value in (0, 1):
            return bool(value)
        raise BadInputError(name, "neither yes nor no")

    def sex(self, name: str = "sex") -> str:
        """Return "male" or "female"; also reads `male` 0/1 and `female` true/false."""
        value = self._known(name)
        if value is None:
            for other, yes, no in (("male", "male", "female"), ("female", "female", "male")):
                if self._known(other) is not None:
                    return yes if self._flag(other) else no
            self.missing(name)
            return ""
        if value not in ("male", "female"):
            raise BadInputError(name, "neither male nor female")
        return str(value)


def band(value: float, lows: Sequence[float]) -> int:
    """Return the index of the half-open band that holds the value; lows[0] opens the second band."""
    return sum(value >= low for low in lows)
