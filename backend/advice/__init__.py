"""Advice: suggestions that follow from a person's own values, forbidden ones left out first, payment unknown."""

from backend.advice.model import About, Choice, Found, Given, Held, choose, goal, masks, rules
from backend.advice.service import NoSuchSuggestion, UnknownReason, about, answer, answers, take_back, week

__all__ = [
    "About",
    "Choice",
    "Found",
    "Given",
    "Held",
    "NoSuchSuggestion",
    "UnknownReason",
    "about",
    "answer",
    "answers",
    "choose",
    "goal",
    "masks",
    "rules",
    "take_back",
    "week",
]
