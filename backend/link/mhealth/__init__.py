"""Open mHealth and IEEE 1752: single measurements as JSON, alone or many in a list."""

from backend.link.mhealth.source import OpenMHealth, is_mhealth

__all__ = ["OpenMHealth", "is_mhealth"]
