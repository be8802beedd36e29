"""Pilot: the living lab's side of enrolment; invite codes of a site, their printed sheet, the funnel."""

from backend.pilot.model import Counts, Funnel, Week
from backend.pilot.service import funnel, make_invites

__all__ = ["Counts", "Funnel", "Week", "funnel", "make_invites"]
