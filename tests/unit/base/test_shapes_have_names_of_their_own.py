"""The API description names a shape by its class: two shapes of one name would silently become one."""

from __future__ import annotations

from pydantic import BaseModel

from backend.app import load_rooms


def _all(kind: type[BaseModel]) -> list[type[BaseModel]]:
    return [found for child in kind.__subclasses__() for found in (child, *_all(child))]


def test_no_two_rooms_share_a_shape_name() -> None:
    load_rooms()
    seen: dict[str, dict[str, str]] = {}
    for kind in _all(BaseModel):
        is_parameter = kind.__name__.endswith(("Path", "Query"))  # written out where used, not by name
        if kind.__module__.startswith("backend.") and kind.model_fields and not is_parameter:
            fields = {name: str(field.annotation) for name, field in kind.model_fields.items()}
            seen.setdefault(kind.__name__, {})[str(sorted(fields.items()))] = kind.__module__
    assert {name: sorted(found.values()) for name, found in seen.items() if len(found) > 1} == {}
