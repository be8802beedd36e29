"""This week: what was planned and why, reminders within a budget, and what the person set."""
