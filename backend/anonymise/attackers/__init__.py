"""Attackers that judge a release before anybody may take it away."""

from backend.anonymise.attackers.judge import Target, attack

__all__ = ["Target", "attack"]
