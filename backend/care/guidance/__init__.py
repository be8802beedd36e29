"""Health guidance after a check-up: goal, task of the week, check-ins, talks, outcome, and what counts how much."""
