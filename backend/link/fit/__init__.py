"""Garmin FIT: the files that watches, scales and cuffs write, read by a decoder of ours."""

from backend.link.fit.source import FitFile, is_fit

__all__ = ["FitFile", "is_fit"]
