"""Demo: two places with invented residents, marked 見本 everywhere, loaded through the doors that everybody uses."""

from __future__ import annotations

import re

from backend.demo.load import SITES, Way, load, open_code, ways_in
from backend.demo.people import Resident, person_id, residents

__all__ = ["SITES", "Resident", "Way", "load", "open_code", "person_of", "residents", "ways_in"]

_REF = re.compile(r"demo-(\d{1,2})")


def person_of(ref: str) -> str | None:
    """Return the person id of a demo reference such as demo-01, or None where it is none."""
    found = _REF.fullmatch(ref)
    return person_id(int(found[1])) if found else None
