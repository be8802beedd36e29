"""What must not wait for a weekly suggestion: a very high blood pressure that was just measured at home. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from backend.advice.model import SHOWABLE, About, Held


class AlertRule(msgspec.Struct, frozen=True):
    """From which single value on somebody has to be told at once; most pressing first in the file."""

    id: str
    tone: Literal["now", "look"]
    pregnant: bool
    sbp: float
    dbp: float
    row: str
    status: str
    source: str


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that the newest home measurement has reached."""

    rule: AlertRule
    sbp: float
    dbp: float
    may_be_pregnant: bool


@cache
def alert_rules() -> tuple[AlertRule, ...]:
    """The rules whose line may be shown."""
    text = resources.files(__package__).joinpath("alerts.json").read_bytes()
    return tuple(rule for rule in msgspec.json.decode(text, type=list[AlertRule]) if rule.status in SHOWABLE)


def alert(about: About) -> Alert | None:
    """The most pressing rule that the newest single home pair reaches; never an average, never a class."""
    pair = _pair(about.values)
    if pair is None:
        return None
    known = about.facts.get("pregnancy", "unknown")
    for rule in alert_rules():
        if rule.pregnant is (known == "yes") and (pair[0] >= rule.sbp or pair[1] >= rule.dbp):
            return Alert(rule=rule, sbp=pair[0], dbp=pair[1], may_be_pregnant=known == "unknown")
    return None


def _pair(values: Mapping[str, Held]) -> tuple[float, float] | None:
    upper, lower = values.get("last_home_sbp"), values.get("last_home_dbp")
    if upper is None or lower is None or isinstance(upper.value, str) or isinstance(lower.value, str):
        return None
    return upper.value, lower.value
