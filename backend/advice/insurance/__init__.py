"""Quotes of insurers: a lane of its own, opt-in, quote only; nothing of it is known to the suggestions."""
