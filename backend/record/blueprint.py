"""The record's blueprint; its routes stand in `api.py` and beside what they show."""

from __future__ import annotations

from backend import base

api = base.APIBlueprint("record")
