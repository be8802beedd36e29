"""The room's one blueprint; each subject's routes are registered on it."""

from backend import base

api = base.APIBlueprint("care")
