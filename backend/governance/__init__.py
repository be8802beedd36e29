"""Governance: the rules of a place (kind of data x purpose x recipient), compiled to what the software enforces."""

from backend.governance.model import PolicySource, Row
from backend.governance.service import Board, RulesBroken, compile_rules, put_in_force, read_source

__all__ = ["Board", "PolicySource", "Row", "RulesBroken", "compile_rules", "put_in_force", "read_source"]
