"""Check-up results in the MHLW exchange format: one h*.xml (CDA R2), or the ZIP with many of them."""

from backend.link.checkup.source import CheckupXml, CheckupZip

__all__ = ["CheckupXml", "CheckupZip"]
