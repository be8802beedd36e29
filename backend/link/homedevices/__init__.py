"""Cuffs and scales at home: the tables of OMRON connect and of Withings."""

from backend.link.homedevices.source import HomeTables, app_of

__all__ = ["HomeTables", "app_of"]
