"""Risk from the record: recognised scores and classes with their reasons, and where one stands; never a diagnosis."""

from backend.risk.inputs import Gathered, gather
from backend.risk.model import (
    CardShown,
    Detail,
    PositionList,
    PositionShown,
    RiskOverview,
    ScopePosition,
    Text,
)
from backend.risk.service import NoOwnRecord, NoSuchCard, detail, find_positions, overview
from backend.risk.signoff import signed_rows

__all__ = [
    "CardShown",
    "Detail",
    "Gathered",
    "NoOwnRecord",
    "NoSuchCard",
    "PositionList",
    "PositionShown",
    "RiskOverview",
    "ScopePosition",
    "Text",
    "detail",
    "find_positions",
    "gather",
    "overview",
    "signed_rows",
]
