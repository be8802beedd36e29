"""Advice: suggestions that follow from a person's own values, forbidden ones left out first, payment unknown."""

from backend.advice.alerts import Alert, alert, alert_rules
from backend.advice.model import About, Choice, Found, Given, Held, choose, goal, masks, rules
from backend.advice.service import NoSuchSuggestion, UnknownReason, about, answer, answers, take_back, week

__all__ = [
    "About",
    "Alert",
    "Choice",
    "Found",
    "Given",
    "Held",
    "NoSuchSuggestion",
    "UnknownReason",
    "about",
    "alert",
    "alert_rules",
    "answer",
    "answers",
    "choose",
    "goal",
    "masks",
    "rules",
    "take_back",
    "week",
]
