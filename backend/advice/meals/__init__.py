"""Meals: a week that keeps every limit, proven best or proven impossible."""

from backend.advice.meals.instance import BadInstance, BadRules, problem_of, read_catalogue, read_rules
from backend.advice.meals.loosen import Loosened, loosened
from backend.advice.meals.model import DAYS, Answer, Cap, Limit, Meal, Place, Problem, broken
from backend.advice.meals.solve import Step, solve

__all__ = [
    "DAYS",
    "Answer",
    "BadInstance",
    "BadRules",
    "Cap",
    "Limit",
    "Loosened",
    "Meal",
    "Place",
    "Problem",
    "Step",
    "broken",
    "loosened",
    "problem_of",
    "read_catalogue",
    "read_rules",
    "solve",
]
