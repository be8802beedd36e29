"""Glucose sensors: the CSV of LibreView and of Dexcom Clarity, in any language."""

from backend.link.cgm.source import GlucoseCsv, is_glucose

__all__ = ["GlucoseCsv", "is_glucose"]
