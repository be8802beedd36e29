"""Movement: a weekly plan from METs that grows from the person's own last four weeks, within safe limits."""

from backend.advice.movement.model import Plan, Session, activities, exercises, plan, zone_of

__all__ = ["Plan", "Session", "activities", "exercises", "plan", "zone_of"]
