"""The same town, with its rules, recipients and counsellors, as for consent."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

# Test folders are no packages (import mode importlib), so the neighbour's fixtures are read from its file.
_spec = spec_from_file_location("town_of_consent", Path(__file__).parents[1] / "consent" / "conftest.py")
assert _spec is not None
assert _spec.loader is not None
_town = sys.modules.setdefault(_spec.name, module_from_spec(_spec))
_spec.loader.exec_module(_town)

town = _town.town
