"""Anonymised data sets (匿名加工): classes of at least k, attacked before anybody may take them away."""

from backend.anonymise.attackers import Target, attack
from backend.anonymise.builtin import KINDS
from backend.anonymise.model import Form, Outcome, Request
from backend.anonymise.prepare import Shift
from backend.anonymise.privacy import Demand, Distance, Diversity
from backend.anonymise.refusals import Refused
from backend.anonymise.service import anonymise

__all__ = [
    "KINDS",
    "Demand",
    "Distance",
    "Diversity",
    "Form",
    "Outcome",
    "Refused",
    "Request",
    "Shift",
    "Target",
    "anonymise",
    "attack",
]
